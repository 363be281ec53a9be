"""Boosting by weights of rows: SAMME.R for classes, AdaBoost.R2 for values."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from copy import copy
from typing import Any, Self

import numpy as np

from jupyter_automl.models.flat_trees import KeepsFlatTrees, in_order
from jupyter_automl.models.rounds import rows_looked_at
from jupyter_automl.models.slopes import softmax

_MOST_ROWS = 50_000
"""A round looks at so many rows at most, drawn by their weights. Fewer are quicker and a
little worse: 20,000 of 39,000 took .65 of the time and cost .001 of AUC (adult census)."""

_FLOOR = 0.01
"""Least share of a class in a leaf; a leaf of one class is not proof against the others."""


class Reweighting(KeepsFlatTrees, ABC):
    """Trees and how they are put together.

    Parameters
    ----------
    max_depth : int
        Of each tree.
    rate : float
        How far a round goes.
    """

    def __init__(self, *, max_depth: int, rate: float, random_state: int) -> None:
        self.max_depth = max_depth
        self.rate = rate
        self.random_state = random_state
        self.trees: list[Any] = []

    @abstractmethod
    def start(self, X: np.ndarray, y: np.ndarray, weight: np.ndarray) -> Callable[[], bool]:
        """What grows one round; True when nothing can be added. `weight` sums to 1."""

    @abstractmethod
    def watch(
        self, X: np.ndarray, y: np.ndarray, weight: np.ndarray | None
    ) -> Callable[[], Sequence[float]]:
        """The loss of the rounds so far on other rows."""

    @abstractmethod
    def predict(self, X: np.ndarray) -> np.ndarray:
        """Probabilities (n, k) or values (n,)."""

    def first(self, n_rounds: int) -> Self:
        """The same with so many of its rounds."""
        other = copy(self)
        other.trees = self.trees[:n_rounds]
        return other

    def _drawn(self, weight: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Row numbers, drawn with replacement."""
        size = min(len(weight), _MOST_ROWS)
        return np.searchsorted(np.cumsum(weight), rng.random(size) * weight.sum())


class Ballot(Reweighting):
    """SAMME.R: Zhu, Zou, Rosset and Hastie, Multi-class AdaBoost (2009).

    With two classes it is Real AdaBoost (Friedman, Hastie and Tibshirani, 2000), whose
    sum of half log-odds is an additive logistic regression: its softmax is a probability.
    """

    def start(self, X: np.ndarray, y: np.ndarray, weight: np.ndarray) -> Callable[[], bool]:
        """See `Reweighting`."""
        from sklearn.tree import DecisionTreeClassifier

        rng = np.random.default_rng(self.random_state)
        self._k = int(y.max()) + 1
        current, rows = weight, np.arange(len(y))

        def update() -> bool:
            nonlocal current
            tree = DecisionTreeClassifier(
                max_depth=self.max_depth, random_state=int(rng.integers(2**31))
            )
            if len(y) <= _MOST_ROWS:
                tree.fit(X, y, sample_weight=current * len(y))
            else:
                drawn = self._drawn(current, rng)
                # One row of each class, at no weight to speak of, keeps the columns in place.
                seen = np.unique(y, return_index=True)[1]
                every = np.concatenate([drawn, seen])
                light = np.concatenate([np.ones(len(drawn)), np.full(len(seen), 1e-6)])
                tree.fit(X[every], y[every], sample_weight=light)
            self.trees.append(tree.tree_)
            logs = self._logs(tree.tree_, X)
            # Row y against the mean of the others, as the paper's coding of y.
            own = logs[rows, y]
            current = current * np.exp(-self.rate * own)
            current /= current.sum()
            return bool(tree.tree_.node_count == 1)

        return update

    def _logs(self, tree: Any, X: np.ndarray) -> np.ndarray:
        """Log shares of the leaves, less their mean over the classes, (n, k)."""
        return _centred_logs(tree.predict(X).reshape(len(X), -1))

    def watch(
        self, X: np.ndarray, y: np.ndarray, weight: np.ndarray | None
    ) -> Callable[[], Sequence[float]]:
        """See `Reweighting`; the log loss."""
        total, done, rows = np.zeros(()), 0, np.arange(len(y))

        def losses() -> Sequence[float]:
            nonlocal total, done
            for tree in self.trees[done:]:
                total = total + self.rate * self._logs(tree, X)
            done = len(self.trees)
            p = softmax(total)[rows, y]
            return [-float(np.average(np.log(np.maximum(p, 1e-15)), weights=weight))]

        return losses

    def predict(self, X: np.ndarray) -> np.ndarray:
        """See `Reweighting`."""
        said = self._leaves(X, self.trees, lambda tree: _centred_logs(tree.value[:, 0, :]))
        if said is not None:
            return softmax(in_order(self.rate * said))
        total = np.zeros((len(X), self._k))
        for tree in self.trees:
            total += self.rate * self._logs(tree, X)
        return softmax(total)


def _centred_logs(shares: np.ndarray) -> np.ndarray:
    shares = shares / shares.sum(axis=1, keepdims=True)
    logs = np.log(np.maximum(shares, _FLOOR))
    centred: np.ndarray = logs - logs.mean(axis=1, keepdims=True)
    return centred


class Median(Reweighting):
    """AdaBoost.R2 with linear loss: Drucker, Improving Regressors Using Boosting (1997)."""

    def start(self, X: np.ndarray, y: np.ndarray, weight: np.ndarray) -> Callable[[], bool]:
        """See `Reweighting`."""
        from sklearn.tree import DecisionTreeRegressor

        rng = np.random.default_rng(self.random_state)
        self.votes: list[float] = []
        current = weight.copy()

        def update() -> bool:
            nonlocal current
            tree = DecisionTreeRegressor(
                max_depth=self.max_depth, random_state=int(rng.integers(2**31))
            )
            drawn = self._drawn(current, rng)
            tree.fit(X[drawn], y[drawn])
            error = np.abs(tree.tree_.predict(X).ravel() - y)
            largest = float(error.max())
            mean = float(current @ error) / largest if largest > 0 else 0.0
            self.trees.append(tree.tree_)
            if mean <= 0 or mean >= 0.5:
                # Perfect, or no better than chance: nothing can be told apart by weights.
                self.votes.append(1.0 if mean <= 0 or len(self.trees) == 1 else 1e-9)
                return True
            beta = mean / (1.0 - mean)
            self.votes.append(self.rate * float(np.log(1.0 / beta)))
            current = current * beta ** (self.rate * (1.0 - error / largest))
            current /= current.sum()
            return False

        return update

    def first(self, n_rounds: int) -> Self:
        """See `Reweighting`."""
        other = super().first(n_rounds)
        other.votes = self.votes[:n_rounds]
        return other

    def watch(
        self, X: np.ndarray, y: np.ndarray, weight: np.ndarray | None
    ) -> Callable[[], Sequence[float]]:
        """See `Reweighting`; the mean squared error."""
        some = rows_looked_at(len(y))
        X, y, weight = X[some], y[some], None if weight is None else weight[some]
        said: list[np.ndarray] = []

        def losses() -> Sequence[float]:
            said.extend(tree.predict(X).ravel() for tree in self.trees[len(said) :])
            error = self._median(np.column_stack(said)) - y
            return [float(np.average(error**2, weights=weight))]

        return losses

    def predict(self, X: np.ndarray) -> np.ndarray:
        """See `Reweighting`."""
        said = self._leaves(X, self.trees)
        if said is not None:
            return self._median(np.ascontiguousarray(said[:, :, 0].T))
        return self._median(np.column_stack([tree.predict(X).ravel() for tree in self.trees]))

    def _median(self, said: np.ndarray) -> np.ndarray:
        """The median of what the trees say, weighted by their votes, (n,)."""
        order = np.argsort(said, axis=1)
        votes = np.cumsum(np.asarray(self.votes)[order], axis=1)
        middle = np.argmax(votes >= 0.5 * votes[:, -1:], axis=1)
        rows = np.arange(len(said))
        values: np.ndarray = said[rows, order[rows, middle]]
        return values
