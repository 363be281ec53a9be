"""SHAP values of fitted models: computed within a time limit, stored, drawn, put into words."""

from __future__ import annotations

from jupyter_automl.explain.compute import explain_run
from jupyter_automl.explain.explanation import Explanation
from jupyter_automl.explain.sentences import insights
from jupyter_automl.explain.stored import load_explanation

__all__ = ["Explanation", "explain_run", "insights", "load_explanation"]
