"""Forests that grow in portions, so that time and memory are kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from jupyter_automl.models.estimator import Rows, TableEstimator
from jupyter_automl.models.flat_trees import MOST_CELLS, KeepsFlatTrees, in_order
from jupyter_automl.models.out_of_bag import out_of_bag

N_TREES = 300
N_TREES_LARGE = 150
LARGE_ROWS = 10_000
"""Beyond these rows half the trees: every fold of a bag adds its own."""

MAX_LEAF_NODES = 15_000
"""AutoGluon's bound on leaves a tree."""

MOST_BYTES = 96 * 2**20
"""Nodes of one forest; five folds of full trees on 50,000 rows would take 2 GB."""

MOST_BYTES_ONCE = 4 * MOST_BYTES
"""Where one forest takes the place of five."""

_NODE_BYTES = 64
_TINY = 1e-9
_FIRST = 4


class ForestEstimator(KeepsFlatTrees, TableEstimator):
    """Random forest or extra trees of scikit-learn, grown by warm starts.

    The class shares count as one more tree: what no tree says is unlikely, not impossible, and
    a log loss of deep trees would be ruled by the few rows of which all are wrong.

    With `leave_out` every tree must be grown on rows drawn with replacement.

    Attributes
    ----------
    params : Mapping
        scikit-learn's; ``n_estimators`` is the goal, fewer where time or memory end.
    """

    kind = "sklearn_tree"
    _class_shares: np.ndarray
    classifier: ClassVar[str]
    regressor: ClassVar[str]

    def _fit(self, train: Rows, valid: Rows | None, deadline: float | None) -> None:
        import sklearn.ensemble

        name = self.classifier if self.classifies else self.regressor
        settings = self._settings(len(train.y))
        wanted = settings.pop("n_estimators")
        X = np.ascontiguousarray(train.X, dtype=np.float32)
        started = self.clock()
        forest = getattr(sklearn.ensemble, name)(
            n_estimators=0,
            warm_start=True,
            n_jobs=self.recipe.n_jobs,
            random_state=self.recipe.random_state % (2**32),
            **settings,
        )
        grown, stopped_by, seconds, asking = 0, "rounds", None, 0.0
        while grown < wanted and stopped_by == "rounds":
            left = self._left(deadline, asking * grown)
            grown = min(wanted, grown + _portion(grown, seconds, left))
            forest.set_params(n_estimators=grown).fit(X, train.y, sample_weight=train.weight)
            growing = (self.clock() - started) / grown
            if self.leave_out and not asking:
                asking = self._seconds_asking(forest, X)
            seconds = growing + asking
            stopped_by = self._ended(forest, seconds, self._left(deadline, asking * grown))
        self.model, self._flat = forest, None
        if self.classifies:
            counts = np.bincount(train.y, train.weight, self.recipe.n_classes)
            self._class_shares = counts / counts.sum()
        if self.leave_out:
            self._without = self._left_out_of(forest, X, train)
        self.info.update(
            n_rounds=grown, stopped_by=stopped_by, stopped_by_time=stopped_by == "time"
        )

    def _settings(self, n_rows: int) -> dict[str, Any]:
        given: Mapping[str, Any] = self.params
        settings: dict[str, Any] = {
            "n_estimators": N_TREES if n_rows <= LARGE_ROWS else N_TREES_LARGE,
            **given,
        }
        if "criterion" in settings and not self.classifies:
            del settings["criterion"]
        leaves = settings.get("max_leaf_nodes")
        if n_rows <= MAX_LEAF_NODES and (leaves is None or leaves >= n_rows):
            # A tree cannot have more leaves than rows, and growing best-first is slower.
            settings.pop("max_leaf_nodes", None)
        else:
            settings["max_leaf_nodes"] = min(leaves or MAX_LEAF_NODES, MAX_LEAF_NODES)
        return settings

    def _left(self, deadline: float | None, kept: float) -> float | None:
        return None if deadline is None else deadline - self.clock() - kept

    def _left_out_of(self, forest: Any, X: np.ndarray, train: Rows) -> np.ndarray:
        drawn = forest.estimators_samples_
        weight = np.ones(len(X)) if train.weight is None else train.weight
        # One row may weigh more than all others, or all.
        rest = np.maximum(weight.sum() - weight, _TINY)[:, None]
        if not self.classifies:
            total, votes = out_of_bag(forest.estimators_, drawn, X, 1)
            others = (weight @ train.y - weight * train.y)[:, None] / rest
            return np.where(votes > 0, total / np.maximum(votes, 1.0), others)[:, 0]
        total, votes = out_of_bag(forest.estimators_, drawn, X, len(forest.classes_))
        own = weight[:, None] * np.eye(self.recipe.n_classes)[train.y]
        others = (own.sum(axis=0) - own) / rest
        return (self._spread(forest.classes_, total) + others) / (votes + 1.0)

    def _seconds_asking(self, forest: Any, X: np.ndarray) -> float:
        """What it takes to ask one tree of the rows that it has not drawn."""
        started = self.clock()
        n_outputs = len(forest.classes_) if self.classifies else 1
        out_of_bag(forest.estimators_, forest.estimators_samples_, X, n_outputs)
        return (self.clock() - started) / len(forest.estimators_)

    def _ended(self, forest: Any, seconds: float, left: float | None) -> str:
        """``"time"`` or ``"memory"`` when one more tree does not fit, else ``"rounds"``."""
        if left is not None and left < 1.2 * seconds:
            return "time"
        nodes = forest.estimators_[-1].tree_.node_count
        outputs = max(1, self.recipe.n_classes if self.classifies else 1)
        size = len(forest.estimators_) * nodes * (_NODE_BYTES + 8 * outputs)
        most = MOST_BYTES_ONCE if self.leave_out else MOST_BYTES
        return "memory" if size >= most else "rounds"

    def _predict(self, X: Any) -> np.ndarray:
        matrix = np.ascontiguousarray(X, dtype=np.float32)
        values = self._few(matrix)
        if not self.classifies:
            return self.model.predict(matrix) if values is None else values[:, 0]
        shares = self.model.predict_proba(matrix) if values is None else values
        weight, others = self.mixture()
        mixed: np.ndarray = (1.0 - weight) * self._spread(self.model.classes_, shares)
        mixed += weight * others
        return mixed

    def mixture(self) -> tuple[float, np.ndarray]:
        """The part of the class shares in a prediction, and these shares of shape (k,)."""
        return 1.0 / (len(self.model.estimators_) + 1.0), self._class_shares

    def _few(self, X: np.ndarray) -> np.ndarray | None:
        """The mean of what the trees say, (n, k); None where the rows are many."""
        if len(self.model.estimators_) * len(X) > MOST_CELLS:
            return None
        trees = [tree.tree_ for tree in self.model.estimators_]
        said = self._leaves(X, trees)
        if said is None:
            said = np.stack([tree.predict(X) for tree in trees])
        return in_order(said) / len(trees)


def _portion(grown: int, seconds: float | None, left: float | None) -> int:
    """How many trees to grow next: few at first, then what a third of the time holds.

    Parameters
    ----------
    seconds : float or None
        Seconds a tree took so far.
    left : float or None
        Seconds until the deadline.
    """
    if left is not None and seconds is None:
        return 1
    doubled = max(_FIRST, grown)
    if left is None or not seconds:
        return min(doubled, 50)
    return max(1, min(doubled, 50, int(left / 3 / seconds)))
