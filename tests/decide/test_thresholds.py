"""Thresholds: worth it on unseen rows, harmless on few, the same formulas as the metrics."""

from __future__ import annotations

import numpy as np
import pytest

from jupyter_automl.decide import Evidence, codes_of, decide, make_evidence
from jupyter_automl.decide.objectives import objective_of
from jupyter_automl.evaluate.metrics import NumpyMetric, find_metric
from tests.decide.samples import two_classes

SEARCHED = ("f1", "f1_macro", "balanced_accuracy", "mcc", "accuracy")


def _score(metric: str, rows: Evidence, codes: np.ndarray) -> float:
    return find_metric(metric).score(rows.y, np.eye(2)[codes])


def _gain(metric: str, n: int, seed: int) -> float:
    """What the decision adds on fresh rows of the same kind."""
    decisions = decide(two_classes(n, seed), metric)
    fresh = two_classes(5_000, seed + 1_000)
    decided = _score(metric, fresh, codes_of(decisions, fresh.prediction))
    return decided - _score(metric, fresh, fresh.prediction.argmax(axis=1))


@pytest.mark.parametrize(
    ("metric", "least"), [("f1", 0.1), ("balanced_accuracy", 0.1), ("mcc", 0.03)]
)
def test_a_searched_threshold_gains_on_unseen_rows(metric: str, least: float) -> None:
    assert np.mean([_gain(metric, 600, seed) for seed in range(8)]) > least


@pytest.mark.parametrize("metric", ["f1", "f1_macro", "mcc"])
def test_few_rows_do_no_great_harm(metric: str) -> None:
    gains = np.array([_gain(metric, 60, seed) for seed in range(15)])
    assert gains.mean() > 0
    assert np.minimum(gains, 0).mean() > -0.02


@pytest.mark.parametrize("metric", SEARCHED)
def test_objectives_are_the_metrics(metric: str) -> None:
    rows = two_classes(400, 3)
    objective = objective_of(find_metric(metric))
    assert objective is not None
    for threshold in (0.05, 0.3, 0.5, 0.999):
        codes = (rows.prediction[:, 1] > threshold).astype(np.int64)
        counts = [
            np.array([float(np.sum((rows.y == true) & (codes == code)))])
            for true, code in ((1, 1), (0, 1), (1, 0), (0, 0))
        ]
        assert objective.score(*counts)[0] == pytest.approx(_score(metric, rows, codes))


def test_recall_is_not_bought_with_a_threshold_of_nothing() -> None:
    rows = two_classes(2_000, 0)
    cut = decide(rows, "recall").cut
    assert cut is not None
    assert cut.objective == "f2"
    assert 0.02 < cut.threshold < 0.4
    assert "recall counts twice" in cut.reason
    assert 0.1 < np.mean(rows.prediction[:, 1] > cut.threshold) < 0.7


@pytest.mark.parametrize(
    ("metric", "n", "why"),
    [
        ("f1", 49, "needs 50 held-out rows, there are 49"),
        ("accuracy", 9_999, "needs 10,000 held-out rows, there are 9,999"),
        ("precision", 5_000, "next to nothing is called positive"),
        ("roc_auc", 5_000, "does not depend on one"),
    ],
)
def test_gates_keep_the_threshold_at_a_half(metric: str, n: int, why: str) -> None:
    cut = decide(two_classes(n, 1), metric).cut
    assert cut is not None
    assert cut.threshold == 0.5
    assert why in cut.reason


def test_a_class_of_a_handful_is_not_searched() -> None:
    rows = two_classes(300, 1)
    y = np.zeros(300, dtype=np.int64)
    y[:4] = 1
    cut = decide(make_evidence(y, rows.prediction, rows.folds), "f1").cut
    assert cut is not None
    assert cut.threshold == 0.5
    assert "4 held-out rows" in cut.reason


def test_accuracy_is_searched_where_there_are_rows_enough() -> None:
    wrong = two_classes(12_000, 1, bias=0.0)
    odds = np.log(wrong.prediction[:, 1] / wrong.prediction[:, 0]) + 1.5
    shifted = 1 / (1 + np.exp(-odds))
    rows = make_evidence(wrong.y, np.column_stack([1 - shifted, shifted]), wrong.folds)
    cut = decide(rows, "accuracy").cut
    assert cut is not None
    assert cut.threshold == pytest.approx(1 / (1 + np.exp(-1.5)), abs=0.05)
    assert cut.score is not None
    assert cut.score[1] > cut.score[0] + 0.01


def test_a_model_that_knows_nothing_keeps_a_half() -> None:
    y = (np.arange(500) % 3 == 0).astype(np.int64)
    same = np.tile([0.7, 0.3], (500, 1))
    cut = decide(make_evidence(y, same, np.arange(500) % 5), "mcc").cut
    assert cut is not None
    assert cut.threshold == 0.5


def test_weights_of_rows_move_the_threshold() -> None:
    rows = two_classes(2_000, 4)
    heavy = np.where(rows.y == 1, 5.0, 1.0)
    weighted = make_evidence(rows.y, rows.prediction, rows.folds, heavy / heavy.mean())
    plain, moved = decide(rows, "f1").cut, decide(weighted, "f1").cut
    assert plain is not None
    assert moved is not None
    assert moved.threshold < plain.threshold - 0.05


def test_a_metric_of_another_package_is_searched_too() -> None:
    def missed(y: np.ndarray, prediction: np.ndarray, weight: np.ndarray | None) -> float:
        """A false negative costs four times a false positive."""
        code = prediction.argmax(axis=1)
        costs = np.where((y == 1) & (code == 0), 4.0, (y == 0) & (code == 1))
        return float(np.average(costs, weights=weight))

    metric = NumpyMetric(
        name="missed",
        label="Missed",
        tasks=("binary",),
        greater_is_better=False,
        explanation="",
        function=missed,
        best=0.0,
        of_classes=True,
    )
    from jupyter_automl.decide.thresholds import choose_cut

    cut = choose_cut(two_classes(3_000, 5), metric)
    assert cut.threshold == pytest.approx(0.2, abs=0.08)
    assert cut.score is not None
    assert 0 < cut.score[1] < cut.score[0]
