"""Random forest: many deep trees on resampled rows, averaged."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jupyter_automl.core.space import Choice, Dimension, Integer, Real, Space
from jupyter_automl.core.task import TaskKind
from jupyter_automl.models.estimator import Recipe
from jupyter_automl.models.family import Starts, TableFamily
from jupyter_automl.models.forest import ForestEstimator


class RandomForestEstimator(ForestEstimator):
    """scikit-learn's random forest."""

    classifier = "RandomForestClassifier"
    regressor = "RandomForestRegressor"


# AutoGluon, portfolio zeroshot 2023, Apache-2.0; leaves are bounded by `MAX_LEAF_NODES`.
_PUBLISHED: tuple[tuple[str, Mapping[str, Any]], ...] = (
    ("r39", {"max_features": 0.75, "min_samples_leaf": 2, "max_leaf_nodes": 28310}),
    ("r195", {"max_features": 0.75, "min_samples_leaf": 1, "max_leaf_nodes": 37308}),
    ("r127", {"max_features": 1.0, "min_samples_leaf": 5, "max_leaf_nodes": 38572}),
    ("r34", {"max_features": 0.75, "min_samples_leaf": 40, "max_leaf_nodes": 18242}),
)


def _starts(task: TaskKind, n_rows: int, n_columns: int) -> Starts:
    gini = {"max_features": "sqrt", "min_samples_leaf": 1}
    extra = [("entropy", gini | {"criterion": "entropy"})] if task != "regression" else []
    published = [(label, dict(params)) for label, params in _PUBLISHED]
    if task == "multiclass":
        # 4 % less log loss with single rows in the leaves on wine_quality and forest_cover.
        published[:2] = reversed(published[:2])
    return (*published, *extra)


def _space(task: TaskKind, n_rows: int, n_columns: int) -> Space:
    """TabArena's space for random forests, with leaf size in place of bootstrap."""
    space: dict[str, Dimension] = {
        "max_features": Real(low=0.4, high=1.0),
        "max_samples": Real(low=0.5, high=1.0),
        "min_samples_split": Integer(low=2, high=4),
        "min_samples_leaf": Integer(low=1, high=40, log=True),
    }
    if task != "regression":
        space["criterion"] = Choice(values=("gini", "entropy"))
    return space


def _make(recipe: Recipe) -> RandomForestEstimator:
    return RandomForestEstimator(recipe)


FAMILY = TableFamily(
    name="random_forest",
    label="Random forest",
    encoding="ordinal",
    interpretable=False,
    explanation="Hundreds of deep trees on resampled rows, averaged.",
    make=_make,
    starts=_starts,
    dimensions=_space,
    # Measured, two threads: .5 s at 2,000, 1.2 s at 10,000, 6 s at 49,000 rows x 14, sqrt
    # features; one thread and 75 % of the features cost about five times that.
    seconds=lambda n_rows, n_columns: 0.3 + 3e-5 * n_rows * n_columns,
    leaves_rows_out=True,
    most_rows=200_000,
)
