"""AutoML as a scikit-learn regressor."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import RegressorMixin
from sklearn.utils import assert_all_finite, column_or_1d

from jupyter_automl.api.estimators import inputs
from jupyter_automl.api.estimators.base import AutoMLEstimator, Target


class AutoMLRegressor(RegressorMixin, AutoMLEstimator):
    """The best regressor that can be found within a time, as a scikit-learn estimator.

    Parameters and attributes are those of `AutoMLClassifier`, but for `classes_`.

    Parameters
    ----------
    time_budget : float or str, default=60
        Wall-clock seconds of `fit`.
    metric : str, optional
        A name of ``ja.metrics()``; `score` is the coefficient of determination whatever
        is chosen here.
    random_state : int, RandomState or None, default=0
        Seed of every random choice.
    n_jobs : int, optional
        Worker processes; None or -1 is one a core.
    families, max_trials, max_memory, executor, store
        See `AutoMLClassifier`.
    """

    def _target(self, X: Any, y: Any, sample_weight: Any) -> Target:
        values = column_or_1d(y, dtype=np.float64, warn=True)
        assert_all_finite(values, input_name="y", estimator_name=type(self).__name__)
        weights = inputs.row_weights(sample_weight, X, values)
        kept = np.ones(len(values), dtype=bool) if weights is None else weights > 0
        return Target(column=values[kept], kept=kept, weights=weights, task="regression")

    def predict(self, X: Any) -> np.ndarray:
        """The value of each row; float64 of shape (n_rows,)."""
        return self._predict_array(X)
