"""What a threshold is searched for: functions of the four counts of two classes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from jupyter_automl.core.protocols import Metric

Score = Callable[[np.ndarray, np.ndarray, np.ndarray, np.ndarray], np.ndarray]
"""``(tp, fp, fn, tn) -> score``, elementwise on arrays of weights; larger is better."""

ACCURACY_ROWS = 10_000
"""Held-out rows below which accuracy stays at 0.5: there a search loses as often as it
gains (AutoGluon's gate)."""

COST_ROWS = 500
"""Held-out rows below which the threshold that follows from the costs is taken as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Objective:
    """Something a threshold can be good for.

    Attributes
    ----------
    name, label : str
        ``"f2"`` and the words for it.
    score : Score
        Larger is better.
    sign : float
        1, or -1 where a person reads the negative of `score`.
    least_rows : int
        Held-out rows that a search needs.
    most_cuts : int
        Thresholds that are tried.
    """

    name: str
    label: str
    score: Score
    sign: float = 1.0
    least_rows: int = 50
    most_cuts: int = 500


def f1(tp: np.ndarray, fp: np.ndarray, fn: np.ndarray, tn: np.ndarray) -> np.ndarray:
    """F1 of the positive class; 0 where it neither occurs nor is predicted."""
    return _ratio(2 * tp, 2 * tp + fp + fn)


def f1_macro(tp: np.ndarray, fp: np.ndarray, fn: np.ndarray, tn: np.ndarray) -> np.ndarray:
    """Mean of F1 over both classes."""
    return (f1(tp, fp, fn, tn) + f1(tn, fn, fp, tp)) / 2


def f2(tp: np.ndarray, fp: np.ndarray, fn: np.ndarray, tn: np.ndarray) -> np.ndarray:
    """F-measure with recall counting twice as much as precision (van Rijsbergen 1979)."""
    return _ratio(5 * tp, 5 * tp + 4 * fn + fp)


def balanced_accuracy(tp: np.ndarray, fp: np.ndarray, fn: np.ndarray, tn: np.ndarray) -> np.ndarray:
    """Mean recall of both classes."""
    return (_ratio(tp, tp + fn) + _ratio(tn, tn + fp)) / 2


def accuracy(tp: np.ndarray, fp: np.ndarray, fn: np.ndarray, tn: np.ndarray) -> np.ndarray:
    """Share of right rows."""
    return _ratio(tp + tn, tp + fp + fn + tn)


def mcc(tp: np.ndarray, fp: np.ndarray, fn: np.ndarray, tn: np.ndarray) -> np.ndarray:
    """Matthews correlation; 0 where it is undefined."""
    spread = (tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)
    return _ratio(tp * tn - fp * fn, np.sqrt(spread))


def _ratio(top: np.ndarray, bottom: np.ndarray) -> np.ndarray:
    top, bottom = np.asarray(top, dtype=np.float64), np.asarray(bottom, dtype=np.float64)
    ratio: np.ndarray = np.divide(top, bottom, out=np.zeros_like(top), where=bottom > 0)
    return ratio


_KNOWN = {
    "f1": Objective(name="f1", label="F1", score=f1),
    "f1_macro": Objective(name="f1_macro", label="F1 (macro)", score=f1_macro),
    "balanced_accuracy": Objective(
        name="balanced_accuracy", label="Balanced accuracy", score=balanced_accuracy
    ),
    "mcc": Objective(name="mcc", label="Matthews correlation", score=mcc),
    "accuracy": Objective(
        name="accuracy", label="Accuracy", score=accuracy, least_rows=ACCURACY_ROWS
    ),
    # For recall alone a threshold of 0 would be perfect, and useless.
    "recall": Objective(name="f2", label="F2 (recall counts twice)", score=f2),
}


def objective_of(metric: Metric) -> Objective | None:
    """What to search a threshold for; None for metrics that do not depend on one.

    Precision has none either: it is highest where next to nothing is called positive.
    """
    if metric.name in _KNOWN:
        return _KNOWN[metric.name]
    if metric.name == "precision" or not getattr(metric, "of_classes", False):
        return None
    return Objective(
        name=metric.name,
        label=metric.label,
        score=_score_of(metric),
        sign=1.0 if metric.greater_is_better else -1.0,
        most_cuts=100,
    )


def cost_objective(costs: np.ndarray) -> Objective:
    """Mean cost a row (as a negative); `costs` (2, 2) by true class and predicted class."""

    def score(tp: np.ndarray, fp: np.ndarray, fn: np.ndarray, tn: np.ndarray) -> np.ndarray:
        total = costs[1, 1] * tp + costs[0, 1] * fp + costs[1, 0] * fn + costs[0, 0] * tn
        return -_ratio(total, tp + fp + fn + tn)

    return Objective(
        name="cost", label="mean cost a row", score=score, sign=-1.0, least_rows=COST_ROWS
    )


def _score_of(metric: Metric) -> Score:
    """A metric of another package, asked for each count by itself."""
    y, classes = np.array([1, 0, 1, 0]), np.eye(2)[[1, 1, 0, 0]]
    sign = 1.0 if metric.greater_is_better else -1.0

    def score(tp: np.ndarray, fp: np.ndarray, fn: np.ndarray, tn: np.ndarray) -> np.ndarray:
        table = np.stack(np.broadcast_arrays(tp, fp, fn, tn), axis=-1).astype(np.float64)
        values = [metric.score(y, classes, row) for row in table.reshape(-1, 4)]
        return sign * np.asarray(values).reshape(table.shape[:-1])

    return score
