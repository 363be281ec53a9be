"""A second storey: LightGBM on the columns and on what other models say of each row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jupyter_automl.core.task import TaskKind
from jupyter_automl.models.estimator import Recipe
from jupyter_automl.models.families.lightgbm import LightGBMEstimator
from jupyter_automl.models.family import Starts, TableFamily


class StackedEstimator(LightGBMEstimator):
    """Knows nothing of other models: their predictions are its last columns."""

    kind = "other"


_STARTS: Mapping[str, Mapping[str, Any]] = {
    "8 leaves": {"learning_rate": 0.05, "num_leaves": 8, "min_data_in_leaf": 20},
    "31 leaves": {"learning_rate": 0.05, "num_leaves": 31, "min_data_in_leaf": 20},
    "random splits": {
        "learning_rate": 0.05,
        "num_leaves": 31,
        "min_data_in_leaf": 20,
        "extra_trees": True,
    },
}
"""Which is best differs: on what six tables' runs had left, small leaves on ames_housing and
california_housing, large ones on adult_census and diamonds, random splits on wine_quality and
bank_marketing. Those take four times the rounds, and values gained nothing by them."""

_COLUMNS = 0.7


def _starts(task: TaskKind, n_rows: int, n_columns: int) -> Starts:
    starts = {label: {"feature_fraction": _COLUMNS, **params} for label, params in _STARTS.items()}
    if task == "regression":
        del starts["random splits"]
    return list(starts.items())


def _make(recipe: Recipe) -> StackedEstimator:
    return StackedEstimator(recipe)


FAMILY = TableFamily(
    name="stacked_lightgbm",
    label="Stacked LightGBM",
    encoding="native",
    interpretable=False,
    explanation="LightGBM that is also given what the other models say of each row.",
    make=_make,
    starts=_starts,
    # Predictions say most, so that few rounds are needed: .3 s a fold at 40,000 rows x 24.
    seconds=lambda n_rows, n_columns: 0.2 + 1e-6 * n_rows * n_columns,
    stacks=True,
)
