"""Which rows decisions look at, decisions fold by fold, and decisions on disk."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from jupyter_automl.decide import (
    codes_of,
    crossed_decisions,
    decide,
    load_decisions,
    load_evidence,
    make_evidence,
    save_decisions,
    undecided,
)
from jupyter_automl.decide.evidence import MOST_CELLS
from tests.decide.samples import many_classes, numbers, two_classes


def test_only_rows_that_were_held_out_count() -> None:
    prediction = np.array([[0.2, 0.8], [np.nan, np.nan], [0.6, 0.4], [0.5, 0.5]])
    rows = make_evidence(np.array([1, 0, 0, 1]), prediction, np.array([0, 0, 1, -1]))
    np.testing.assert_array_equal(rows.y, [1, 0])
    np.testing.assert_array_equal(rows.folds, [0, 1])


def test_a_single_fold_is_dealt_out() -> None:
    y = np.arange(50.0)
    rows = make_evidence(y, y, np.zeros(50, dtype=np.int8))
    assert np.bincount(rows.folds).tolist() == [10] * 5
    assert sum(fold.sum() for _, fold in rows.splits()) == 50


def test_very_many_rows_are_thinned() -> None:
    n = MOST_CELLS + 5_000
    rows = make_evidence(np.zeros(n), np.zeros(n), np.arange(n) % 3)
    assert len(rows) == MOST_CELLS
    many = make_evidence(np.zeros(n, dtype=np.int64), np.full((n, 4), 0.25), np.arange(n) % 3)
    assert len(many) == MOST_CELLS // 4


def test_files_of_a_run_become_evidence(tmp_path: Path) -> None:
    np.save(tmp_path / "y.npy", np.array([0, 1, 1]))
    np.save(tmp_path / "folds.npy", np.array([0, 1, 0], dtype=np.int8))
    np.save(tmp_path / "weights.npy", np.array([1.0, 0.5, 1.5]))
    for name, share in (("a", 0.2), ("b", 0.6)):
        np.save(tmp_path / f"{name}.npy", np.tile([1 - share, share], (3, 1)).astype(np.float32))
    members = [(str(tmp_path / "a.npy"), 0.75), (str(tmp_path / "b.npy"), 0.25)]
    rows = load_evidence(tmp_path, members)
    np.testing.assert_allclose(rows.prediction[:, 1], 0.3, rtol=1e-6)
    assert rows.weights is not None
    with pytest.raises(FileNotFoundError):
        load_evidence(tmp_path / "gone", members)


@pytest.mark.parametrize("metric", ["f1", "log_loss", "accuracy"])
def test_folds_are_decided_by_the_others(metric: str) -> None:
    rows = two_classes(4_000, 0, sureness=2.0)
    decisions = decide(rows, metric)
    probabilities, codes = crossed_decisions(decisions, rows)
    assert probabilities.shape == rows.prediction.shape
    whole = codes_of(decisions, rows.prediction)
    assert np.mean(codes == whole) > 0.95
    changed = not np.allclose(probabilities, rows.prediction)
    assert changed is (metric == "log_loss")


@pytest.mark.parametrize("metric", ["balanced_accuracy", "log_loss"])
def test_folds_of_more_classes_too(metric: str) -> None:
    rows = many_classes(2_000, 0, sureness=2.0)
    decisions = decide(rows, metric)
    probabilities, codes = crossed_decisions(decisions, rows)
    likeliest = probabilities.argmax(axis=1)
    assert np.array_equal(codes, likeliest) is (metric == "log_loss")


@pytest.mark.parametrize(
    "decisions",
    [
        decide(two_classes(3_200, 0, sureness=2.0), "log_loss"),
        decide(two_classes(500, 0), "f1"),
        decide(many_classes(800, 0), "balanced_accuracy"),
        decide(numbers(1_500, 0, "growing"), "rmse"),
        undecided("f1", 2, "No rows."),
        undecided("rmse", 0, "No rows."),
    ],
    ids=lambda decisions: decisions.metric,
)
def test_decisions_come_back_from_disk(decisions: object, tmp_path: Path) -> None:
    path = tmp_path / "decisions" / "m.json"
    assert load_decisions(path) is None
    save_decisions(decisions, path)  # type: ignore[arg-type]
    assert load_decisions(path) == decisions
    assert os.listdir(path.parent) == ["m.json"]


def test_a_damaged_or_foreign_file_is_as_good_as_none(tmp_path: Path) -> None:
    path = tmp_path / "m.json"
    save_decisions(decide(two_classes(100, 0), "f1"), path)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('"version":1', '"version":99'), encoding="utf-8")
    assert load_decisions(path) is None
    path.write_text(text[:40], encoding="utf-8")
    assert load_decisions(path) is None


def test_reasons_are_sentences() -> None:
    for decisions in (
        decide(two_classes(3_200, 0), "f1"),
        decide(many_classes(800, 0), "f1_macro"),
        decide(numbers(300, 0), "mae"),
    ):
        assert decisions.reasons
        assert all(r[0].isupper() and r.endswith(".") for r in decisions.reasons)
