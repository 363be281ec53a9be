"""Rows that predictions are judged on, fold by fold as trials are."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from jupyter_automl.core.protocols import Metric

_LEAST_PROBABILITY = 1e-7
_WIDTH = 0.2
"""Difference of two classes' probabilities at which a row counts e times as much for the
one as for the other: on 15 outer folds of 700 rows, choosing by it gained .002 to .005
accuracy on unseen rows over choosing by accuracy."""

_PRIOR_ROWS = 30.0
_SOFT_CELLS = 400_000


class Bench:
    """A metric on fixed rows; larger utilities are better whatever the metric.

    Parameters
    ----------
    y : ndarray of shape (n,)
        Class codes or values.
    folds : ndarray of shape (n,)
        Sorted; the utility is the mean over folds, as the score of a trial is.
    weights : ndarray of shape (n,) or None
        Weights of rows, all above 0.
    soft : bool
        Judge by the metric that is expected when each row's class is drawn by how far its
        probabilities lie apart, instead of the most probable class, and by the log loss as
        if 30 rows spoke for it: on few rows a metric of classes moves in steps, and the
        best of many candidates is luck.
    """

    def __init__(
        self,
        metric: Metric,
        y: np.ndarray,
        folds: np.ndarray,
        weights: np.ndarray | None,
        *,
        soft: bool = False,
    ) -> None:
        self.metric = metric
        self.soft = soft
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
        scores = [self._score(rows, prediction[rows]) for rows in self._slices]
        return tuple(score for score in scores if np.isfinite(score))

    def _score(self, rows: slice, prediction: np.ndarray) -> float:
        y = self.y[rows]
        weights = None if self.weights is None else self.weights[rows]
        if not self.soft:
            return float(self.metric.score(y, prediction, weights))
        n, k = prediction.shape
        odds = np.exp((prediction - prediction.max(axis=1, keepdims=True)) / _WIDTH)
        drawn = odds / odds.sum(axis=1, keepdims=True)
        if weights is not None:
            drawn = drawn * weights[:, None]
        classes = np.tile(np.eye(k), (n, 1))
        return float(self.metric.score(np.repeat(y, k), classes, drawn.ravel()))

    def softened(self) -> Bench:
        """The same, soft where the metric is one of classes and rows are few enough to pay."""
        of_classes = getattr(self.metric, "of_classes", False) and self._classes
        k = int(self.y.max(initial=0)) + 1
        if not of_classes or len(self.y) * k * k > _SOFT_CELLS:
            return self
        return Bench(self.metric, self.y, self.folds, self.weights, soft=True)

    def hardened(self) -> Bench:
        """The same by the metric itself."""
        return Bench(self.metric, self.y, self.folds, self.weights)

    def utility(self, prediction: np.ndarray) -> float:
        """Mean over folds, larger is better; minus infinity where undefined."""
        scores = self.fold_scores(prediction)
        if not scores:
            return -np.inf
        utility = self._sign * float(np.mean(scores))
        if self.soft:
            utility += _PRIOR_ROWS / self._n_effective * self.closeness(prediction)
        return utility

    def closeness(self, prediction: np.ndarray) -> float:
        """Minus log loss, or minus mean squared error: decides between equal utilities."""
        if self._classes:
            chosen = prediction[np.arange(len(self.y)), self.y]
            return self._mean(np.log(np.maximum(chosen, _LEAST_PROBABILITY)))
        with np.errstate(over="ignore"):
            return -self._mean((self.y - prediction) ** 2)

    def _mean(self, values: np.ndarray) -> float:
        return float(np.average(values, weights=self.weights))

    @property
    def _n_effective(self) -> float:
        """Rows of equal weight that would say as much (Kish, 1965)."""
        if self.weights is None:
            return float(len(self.y))
        return float(self.weights.sum() ** 2 / (self.weights**2).sum())

    def part(self, rows: np.ndarray, *, pooled: bool = False) -> Bench:
        """The same on some rows (sorted numbers); `pooled` takes them as one fold."""
        folds = np.zeros(len(rows), dtype=np.int8) if pooled else self.folds[rows]
        weights = None if self.weights is None else self.weights[rows]
        return Bench(self.metric, self.y[rows], folds, weights, soft=self.soft)


def mean_of(predictions: Sequence[np.ndarray], weights: np.ndarray) -> np.ndarray:
    """Weighted mean; `weights` sum to 1."""
    total = np.zeros(predictions[0].shape, dtype=np.float64)
    for place in np.flatnonzero(weights):
        total += weights[place] * predictions[place]
    return total
