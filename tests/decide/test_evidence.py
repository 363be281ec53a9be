"""Which rows decisions look at, decisions fold by fold, and decisions on disk."""

from __future__ import annotations

import os
from dataclasses import replace
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
from jupyter_automl.decide.objectives import cost_objective
from jupyter_automl.decide.thresholds import best_threshold
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


def test_groups_stay_whole_in_a_single_fold() -> None:
    random = np.random.default_rng(0)
    groups = random.integers(0, 23, 400)
    y = random.normal(size=400)
    rows = make_evidence(y, y, np.where(groups == 7, -1, 0), groups=groups)
    assert rows.groups is not None
    assert 7 not in rows.groups
    assert all(len(set(rows.folds[rows.groups == group])) == 1 for group in set(rows.groups))
    sizes = np.bincount(rows.folds, minlength=5)
    assert sizes.min() > 0.5 * sizes.max()
    assert len(rows.part(rows.folds == 0).groups) == sizes[0]  # type: ignore[arg-type]


def test_one_group_is_dealt_out_and_two_are_two_folds() -> None:
    y = np.arange(50.0)
    held = np.zeros(50, dtype=np.int8)
    one = make_evidence(y, y, held, groups=np.full(50, 3))
    assert np.bincount(one.folds).tolist() == [10] * 5
    two = make_evidence(y, y, held, groups=np.arange(50) // 40)
    assert np.bincount(two.folds).tolist() == [40, 10]


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
    assert rows.groups is None
    np.save(tmp_path / "groups.npy", np.array([4, 4, 9]))
    grouped = load_evidence(tmp_path, members)
    assert grouped.groups is not None
    assert grouped.groups.tolist() == [4, 4, 9]
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


def test_folds_are_decided_for_costs_by_the_others() -> None:
    right = two_classes(3_000, 0)
    # Too sure of the negative class, which a temperature does not mend.
    odds = np.log(right.prediction[:, 1] / right.prediction[:, 0]) - 1.5
    shares = 1 / (1 + np.exp(-odds))
    rows = replace(right, prediction=np.column_stack([1 - shares, shares]))
    costs = np.array([[0.0, 1.0], [4.0, 0.0]])
    decisions = decide(rows, "roc_auc", costs=costs, calibrate=False)
    assert decisions.cut is not None
    assert decisions.cut.threshold < 0.15
    assert decisions.cut.costs == ((0.0, 1.0), (4.0, 0.0))
    _, codes = crossed_decisions(decisions, rows)
    for others, fold in rows.splits():
        found = best_threshold(rows.part(others), cost_objective(costs))
        np.testing.assert_array_equal(codes[fold], shares[fold] > found)
    assert (codes != codes_of(decisions, rows.prediction)).any()


def test_a_threshold_that_follows_from_the_costs_is_the_same_in_every_fold() -> None:
    rows = two_classes(200, 0)
    decisions = decide(rows, "roc_auc", costs=np.array([[0.0, 1.0], [4.0, 0.0]]))
    _, codes = crossed_decisions(decisions, rows)
    np.testing.assert_array_equal(codes, rows.prediction[:, 1] > 0.2)


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
        decide(two_classes(500, 0), "roc_auc", costs=np.array([[0.0, 1.0], [3.0, 0.0]])),
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


def test_costs_are_not_in_older_files(tmp_path: Path) -> None:
    path = tmp_path / "m.json"
    costs = np.array([[0.0, 1.0], [3.0, 0.0]])
    rows = two_classes(100, 0)
    decisions = decide(rows, "roc_auc", costs=costs)
    assert decisions.cut is not None
    save_decisions(decisions, path)
    text = path.read_text(encoding="utf-8")
    older = text.replace(',"costs":[[0.0,1.0],[3.0,0.0]]', "")
    assert older != text
    path.write_text(older, encoding="utf-8")
    found = load_decisions(path)
    assert found == replace(decisions, cut=replace(decisions.cut, costs=None))
    np.testing.assert_array_equal(
        crossed_decisions(found, rows)[1], codes_of(found, rows.prediction)
    )


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
