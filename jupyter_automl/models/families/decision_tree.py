"""One decision tree that can be drawn, with leaves that do not overstate what they know."""

from __future__ import annotations

from typing import Any

import numpy as np

from jupyter_automl.core.space import Integer, Real, Space
from jupyter_automl.core.task import TaskKind
from jupyter_automl.models.estimator import Rows, TableEstimator
from jupyter_automl.models.family import Starts, TableFamily
from jupyter_automl.models.thinning import fit_growing
from jupyter_automl.models.weighted import weighted_median

_LEAVES = 10
"""A leaf holds a tenth of the rows at most, or few rows would give no tree at all."""


class DecisionTreeEstimator(TableEstimator):
    """scikit-learn's tree, grown best first; `model` holds the shrunk values.

    Attributes
    ----------
    params : Mapping
        scikit-learn's, and ``shrinkage``: how many rows a node needs before its difference
        from its parent counts half (hierarchical shrinkage, Agarwal et al., ICML 2022).
    """

    kind = "sklearn_tree"

    def _fit(self, train: Rows, valid: Rows | None, deadline: float | None) -> None:
        X = np.ascontiguousarray(train.X, dtype=np.float32)

        def fit(rows: np.ndarray) -> None:
            weight = None if train.weight is None else train.weight[rows]
            self.model = self._new(len(rows)).fit(X[rows], train.y[rows], sample_weight=weight)
            self._set_values(X[rows], train.y[rows], weight)

        n_rows = fit_growing(
            fit,
            train.y,
            power=1.1,
            deadline=deadline,
            clock=self.clock,
            random_state=self.recipe.random_state,
            is_class=self.classifies,
        )
        self.info.update(
            n_leaves=int(self.model.get_n_leaves()),
            depth=int(self.model.get_depth()),
            n_rows_fitted=n_rows,
            stopped_by_time=n_rows < len(train.y),
        )

    def _new(self, n_rows: int) -> Any:
        import sklearn.tree

        settings = {key: value for key, value in self.params.items() if key != "shrinkage"}
        least = int(settings.get("min_samples_leaf", 1))
        settings["min_samples_leaf"] = max(1, min(least, n_rows // _LEAVES))
        if self.classifies:
            kind = sklearn.tree.DecisionTreeClassifier
        else:
            kind = sklearn.tree.DecisionTreeRegressor
            settings.pop("criterion", None)
        return kind(random_state=self.recipe.random_state % (2**32), **settings)

    def _set_values(self, X: np.ndarray, y: np.ndarray, weight: np.ndarray | None) -> None:
        tree = self.model.tree_
        if self.goal.loss == "absolute":
            leaf = tree.apply(X)
            for node in np.unique(leaf):
                here = leaf == node
                weights = None if weight is None else weight[here]
                tree.value[node, 0, 0] = weighted_median(y[here], weights)
            return
        strength = float(self.params.get("shrinkage", 10.0))
        own, rows = tree.value.copy(), tree.weighted_n_node_samples
        # Weights of any scale mean the same.
        rows = rows * (len(y) / rows[0])
        for node, children in enumerate(zip(tree.children_left, tree.children_right, strict=True)):
            if children[0] < 0:
                continue
            part = 1.0 / (1.0 + strength / rows[node])
            for child in children:
                tree.value[child] = tree.value[node] + part * (own[child] - own[node])

    def _predict(self, X: Any) -> np.ndarray:
        # What the tree's own methods call, without their checks.
        values: np.ndarray = self.model.tree_.predict(np.ascontiguousarray(X, dtype=np.float32))
        if not self.classifies:
            return values[:, 0]
        return self._spread(self.model.classes_, values)


def _starts(task: TaskKind, n_rows: int, n_columns: int) -> Starts:
    """Sizes that can be read, and one of scikit-learn's defaults but for the leaves."""
    return (
        ("32 leaves", {"max_leaf_nodes": 32, "min_samples_leaf": 10, "shrinkage": 10.0}),
        ("8 leaves", {"max_leaf_nodes": 8, "min_samples_leaf": 10, "shrinkage": 10.0}),
        ("128 leaves", {"max_leaf_nodes": 128, "min_samples_leaf": 5, "shrinkage": 25.0}),
        ("deep", {"min_samples_leaf": 5, "shrinkage": 50.0}),
    )


def _space(task: TaskKind, n_rows: int, n_columns: int) -> Space:
    """Strengths of shrinkage as in its paper; leaves that a person can still read."""
    return {
        "max_leaf_nodes": Integer(low=4, high=128, log=True),
        "min_samples_leaf": Integer(low=1, high=100, log=True),
        "shrinkage": Real(low=0.1, high=100.0, log=True),
    }


FAMILY = TableFamily(
    name="decision_tree",
    label="Decision tree",
    encoding="ordinal",
    interpretable=True,
    explanation="A single tree of yes-or-no questions; the path to each answer can be read.",
    make=DecisionTreeEstimator,
    starts=_starts,
    dimensions=_space,
    # Measured, one thread: .01 s at 2,000, .02 s at 10,000, .08 s at 39,000 rows x 14.
    seconds=lambda n_rows, n_columns: 0.01 + 1.5e-7 * n_rows * n_columns,
)
