"""The score to beat: the same prediction for every row."""

from __future__ import annotations

from typing import Any

import numpy as np

from jupyter_automl.models.estimator import Rows, TableEstimator
from jupyter_automl.models.family import TableFamily
from jupyter_automl.models.weighted import weighted_median


class DummyEstimator(TableEstimator):
    """Class shares, the mean, or the median where the metric is of absolute errors."""

    def _fit(self, train: Rows, valid: Rows | None, deadline: float | None) -> None:
        if self.classifies:
            k = self.recipe.n_classes
            counts = np.bincount(train.y, weights=train.weight, minlength=k).astype(np.float64)
            self.model = counts / counts.sum()
        elif self.goal.loss == "absolute":
            self.model = weighted_median(train.y, train.weight)
        else:
            self.model = float(np.average(train.y, weights=train.weight))

    def _predict(self, X: Any) -> np.ndarray:
        shape = (len(X), self.recipe.n_classes) if self.classifies else (len(X),)
        return np.broadcast_to(self.model, shape)


FAMILY = TableFamily(
    name="dummy",
    label="Baseline",
    encoding="ordinal",
    interpretable=True,
    explanation="Predicts the same for every row; what any model has to beat.",
    make=DummyEstimator,
    starts=lambda task, n_rows, n_columns: (("baseline", {}),),
    seconds=lambda n_rows, n_columns: 0.001,
)
