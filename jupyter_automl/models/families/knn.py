"""k nearest neighbours: weak alone, different from everything else in an ensemble."""

from __future__ import annotations

from typing import Any

import numpy as np

from jupyter_automl.core.space import Choice, Integer, Space
from jupyter_automl.core.task import TaskKind
from jupyter_automl.models.estimator import Recipe, Rows, TableEstimator
from jupyter_automl.models.family import Starts, TableFamily
from jupyter_automl.models.threads import limited

MOST_KEPT = 30_000
_PROBE = 64
_LEAST_KEPT = 1_000


class NeighboursEstimator(TableEstimator):
    """Neighbours weighted by the inverse of their distance.

    Probabilities are mixed with the class shares as one more neighbour, because a class
    that none of k neighbours has is unlikely, not impossible.
    """

    def _fit(self, train: Rows, valid: Rows | None, deadline: float | None) -> None:
        X = np.ascontiguousarray(train.X, dtype=np.float32)
        kept = min(MOST_KEPT, len(X))
        # Each held-out and each later row is compared with every kept one.
        n_queries = 0 if valid is None else len(valid.y)
        rng = np.random.default_rng(self.recipe.random_state)
        order = rng.permutation(len(X))
        self._index(X, train.y, np.sort(order[:kept]))
        seconds = self._seconds_a_row(X)
        if deadline is not None and n_queries:
            left = max(0.0, deadline - self.clock())
            affordable = int(kept * left / (seconds * n_queries + 1e-9))
            if affordable < kept:
                kept = max(min(_LEAST_KEPT, kept), affordable)
                self._index(X, train.y, np.sort(order[:kept]))
        self.info.update(n_kept=kept, stopped_by_time=kept < min(MOST_KEPT, len(X)))

    def _index(self, X: np.ndarray, y: np.ndarray, rows: np.ndarray) -> None:
        from sklearn.neighbors import NearestNeighbors

        k = min(int(self.params.get("n_neighbors", 15)), len(rows))
        self.model = NearestNeighbors(
            n_neighbors=k,
            metric=self.params.get("metric", "euclidean"),
            algorithm="brute",
            n_jobs=self.recipe.n_jobs,
        ).fit(X[rows])
        self._y = y[rows]
        if self.classifies:
            counts = np.bincount(self._y, minlength=self.recipe.n_classes) + 1.0
            self._shares = counts / counts.sum()

    def _seconds_a_row(self, X: np.ndarray) -> float:
        probe = X[:_PROBE]
        self._predict(probe)  # the first call loads and warms
        started = self.clock()
        self._predict(probe)
        return (self.clock() - started) / len(probe)

    def _predict(self, X: Any) -> np.ndarray:
        # The threads of a loop wait for each other, which takes longer than a row.
        with limited(self.recipe.n_jobs, "openmp"):
            distance, index = self.model.kneighbors(np.asarray(X, dtype=np.float32))
        labels = self._y[index]
        if self.params.get("weights", "distance") == "uniform":
            weight = np.full(distance.shape, 1.0 / distance.shape[1])
        else:
            weight = 1.0 / np.maximum(distance.astype(np.float64), 1e-6)
            weight /= weight.sum(axis=1, keepdims=True)
        if not self.classifies:
            values: np.ndarray = (weight * labels).sum(axis=1)
            return values
        k = self.recipe.n_classes
        cells = np.arange(len(labels))[:, None] * k + labels
        votes = np.bincount(cells.ravel(), weights=weight.ravel(), minlength=len(labels) * k)
        n_neighbours = distance.shape[1]
        shares: np.ndarray = n_neighbours * votes.reshape(-1, k) + self._shares
        shares /= n_neighbours + 1
        return shares


def _starts(task: TaskKind, n_rows: int, n_columns: int) -> Starts:
    few = {"n_neighbors": 7, "weights": "distance", "metric": "euclidean"}
    many = {"n_neighbors": 40, "weights": "distance", "metric": "euclidean"}
    return (("k15", few | {"n_neighbors": 15}), ("k7", few), ("k40", many))


def _space(task: TaskKind, n_rows: int, n_columns: int) -> Space:
    most = max(4, min(100, n_rows // 5))
    return {
        "n_neighbors": Integer(low=3, high=most, log=True),
        "weights": Choice(values=("distance", "uniform")),
        "metric": Choice(values=("euclidean", "manhattan")),
    }


def _make(recipe: Recipe) -> NeighboursEstimator:
    return NeighboursEstimator(recipe)


FAMILY = TableFamily(
    name="knn",
    label="Nearest neighbours",
    encoding="scaled",
    interpretable=False,
    explanation="Takes the mean of the most similar rows.",
    make=_make,
    starts=_starts,
    dimensions=_space,
    # A fifth of the rows against the rest, about 1e10 column comparisons a second.
    seconds=lambda n_rows, n_columns: (
        0.05 + 2e-11 * n_rows * min(n_rows, MOST_KEPT) * (n_columns + 10)
    ),
    most_rows=50_000,
)
