"""Runs as scikit-learn estimators."""

from __future__ import annotations

from jupyter_automl.api.estimators.classifier import AutoMLClassifier
from jupyter_automl.api.estimators.regressor import AutoMLRegressor

__all__ = ["AutoMLClassifier", "AutoMLRegressor"]
