"""Rows that predictions are judged on, fold by fold as trials are."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from jupyter_automl.core.protocols import Metric

_LEAST_PROBABILITY = 1e-7


class Bench:
    """A metric on fixed rows; larger utilities are better whatever the metric.

    Parameters
    ----------
    y : ndarray of shape (n,)
        Class codes or values.
    folds : ndarray of shape (n,)
        Sorted; the utility is the mean over folds, as the score of a trial is.
    weights : ndarray of shape (n,) or None
        Weights of rows.
    """

    def __init__(
        self, metric: Metric, y: np.ndarray, folds: np.ndarray, weights: np.ndarray | None
    ) -> None:
        self.metric = metric
        self.y = y
        self.folds = folds
        self.weights = weights
        self._sign = 1.0 if metric.greater_is_better else -1.0
        edges = np.flatnonzero(np.diff(folds)) + 1
        stops = [0, *edges.tolist(), len(folds)]
        self._slices = [slice(a, b) for a, b in pairwise(stops)]
        self._classes = np.issubdtype(y.dtype, np.integer)

    def fold_scores(self, prediction: np.ndarray) -> tuple[float, ...]:
        """The metric's natural value in every fold where it is defined."""
        scores = [
            float(
                self.metric.score(
                    self.y[rows],
                    prediction[rows],
                    None if self.weights is None else self.weights[rows],
                )
            )
            for rows in self._slices
        ]
        return tuple(score for score in scores if np.isfinite(score))

    def utility(self, prediction: np.ndarray) -> float:
        """Mean over folds, larger is better; minus infinity where undefined."""
        scores = self.fold_scores(prediction)
        return self._sign * float(np.mean(scores)) if scores else -np.inf

    def closeness(self, prediction: np.ndarray) -> float:
        """Minus log loss, or minus mean squared error: decides between equal utilities."""
        if self._classes:
            chosen = prediction[np.arange(len(self.y)), self.y]
            return float(np.mean(np.log(np.maximum(chosen, _LEAST_PROBABILITY))))
        return -float(np.mean((self.y - prediction) ** 2))

    def part(self, rows: np.ndarray, *, pooled: bool = False) -> Bench:
        """The same on some rows (sorted numbers); `pooled` takes them as one fold."""
        folds = np.zeros(len(rows), dtype=np.int8) if pooled else self.folds[rows]
        weights = None if self.weights is None else self.weights[rows]
        return Bench(self.metric, self.y[rows], folds, weights)


def mean_of(predictions: Sequence[np.ndarray], weights: np.ndarray) -> np.ndarray:
    """Weighted mean; `weights` sum to 1."""
    total = np.zeros(predictions[0].shape, dtype=np.float64)
    for place in np.flatnonzero(weights):
        total += weights[place] * predictions[place]
    return total
