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
_TINY = 1e-9


class NeighboursEstimator(TableEstimator):
    """Neighbours weighted by the inverse of their distance.

    Probabilities are mixed with the class shares as one more neighbour, because a class
    that none of k neighbours has is unlikely, not impossible. Weights of rows multiply both.
    """

    _shares: np.ndarray | None = None
    _weight: np.ndarray | None = None

    def _fit(self, train: Rows, valid: Rows | None, deadline: float | None) -> None:
        X = np.ascontiguousarray(train.X, dtype=np.float32)
        kept = min(MOST_KEPT, len(X))
        # Each held-out and each later row is compared with every kept one.
        n_queries = len(X) if self.leave_out else 0 if valid is None else len(valid.y)
        rng = np.random.default_rng(self.recipe.random_state)
        order = rng.permutation(len(X))
        rows = np.sort(order[:kept])
        self._index(X, train, rows)
        seconds = self._seconds_a_row(X)
        if deadline is not None and n_queries:
            left = max(0.0, deadline - self.clock())
            affordable = int(kept * left / (seconds * n_queries + 1e-9))
            if affordable < kept:
                kept = max(min(_LEAST_KEPT, kept), affordable)
                rows = np.sort(order[:kept])
                self._index(X, train, rows)
        if self.leave_out:
            self._without = self._but_itself(X, rows)
        self.info.update(n_kept=kept, stopped_by_time=kept < min(MOST_KEPT, len(X)))

    def _index(self, X: np.ndarray, train: Rows, rows: np.ndarray) -> None:
        from sklearn.neighbors import NearestNeighbors

        k = min(int(self.params.get("n_neighbors", 15)), len(rows))
        self.model = NearestNeighbors(
            n_neighbors=k,
            metric=self.params.get("metric", "euclidean"),
            algorithm="brute",
            n_jobs=self.recipe.n_jobs,
        ).fit(X[rows])
        self._y = train.y[rows]
        self._weight = None if train.weight is None else _around_one(train.weight[rows])
        if self.classifies:
            self._shares = _smoothed(self._counts())

    def _counts(self) -> np.ndarray:
        """Rows of each class, or what they weigh; (k,)."""
        return np.bincount(self._y, self._weight, minlength=self.recipe.n_classes)

    def _seconds_a_row(self, X: np.ndarray) -> float:
        probe = X[:_PROBE]
        self._predict(probe)  # the first call loads and warms
        started = self.clock()
        self._predict(probe)
        return (self.clock() - started) / len(probe)

    def _predict(self, X: Any) -> np.ndarray:
        distance, index = self._neighbours(np.asarray(X, dtype=np.float32))
        return self._voted(distance, index, self._shares)

    def _neighbours(self, X: np.ndarray | None, n: int | None = None) -> Any:
        # The threads of a loop wait for each other, which takes longer than a row.
        with limited(self.recipe.n_jobs, "openmp"):
            return self.model.kneighbors(X, n_neighbors=n)

    def _but_itself(self, X: np.ndarray, kept: np.ndarray) -> np.ndarray:
        """What the neighbours of each row say, without the row where it is one of them."""
        others = np.setdiff1d(np.arange(len(X)), kept, assume_unique=True)
        # Without an argument a kept row is no neighbour of itself.
        most = min(self.model.n_neighbors, len(kept) - 1)
        distance, index = self._neighbours(None, most)
        said = self._voted(distance, index, self._shares_but_itself())
        values = np.empty((len(X), *said.shape[1:]))
        values[kept] = said
        if len(others):
            values[others] = self._predict(X[others])
        return values

    def _shares_but_itself(self) -> np.ndarray | None:
        if not self.classifies:
            return None
        own = np.eye(self.recipe.n_classes)[self._y]
        if self._weight is not None:
            own *= self._weight[:, None]
        return _smoothed(np.maximum(self._counts() - own, 0.0))

    def _voted(
        self, distance: np.ndarray, index: np.ndarray, class_shares: np.ndarray | None
    ) -> np.ndarray:
        """The weighted mean of the neighbours' targets; (n, k) both, `class_shares` (k,) too."""
        labels = self._y[index]
        if self.params.get("weights", "distance") == "uniform":
            weight = np.full(distance.shape, 1.0 / distance.shape[1])
        else:
            weight = 1.0 / np.maximum(distance.astype(np.float64), 1e-6)
            weight /= weight.sum(axis=1, keepdims=True)
        if self._weight is not None:
            weight *= self._weight[index]
            weight /= weight.sum(axis=1, keepdims=True)
        if not self.classifies:
            values: np.ndarray = (weight * labels).sum(axis=1)
            return values
        k = self.recipe.n_classes
        cells = np.arange(len(labels))[:, None] * k + labels
        votes = np.bincount(cells.ravel(), weights=weight.ravel(), minlength=len(labels) * k)
        n_neighbours = distance.shape[1]
        shares: np.ndarray = n_neighbours * votes.reshape(-1, k) + class_shares
        shares /= n_neighbours + 1
        return shares


def _around_one(weight: np.ndarray) -> np.ndarray:
    """Weights of a mean of 1; what a row's neighbours weigh must not be nothing."""
    return np.maximum(weight / max(float(np.mean(weight)), _TINY), _TINY)


def _smoothed(counts: np.ndarray) -> np.ndarray:
    """Shares of classes by their counts (..., k), each counted once more."""
    return (counts + 1.0) / (counts + 1.0).sum(axis=-1, keepdims=True)


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
    leaves_rows_out=True,
    # All the rows against the rest.
    left_out_fits=5.0,
    most_rows=50_000,
)
