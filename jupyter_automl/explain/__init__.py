"""SHAP values of fitted models: computed within a time limit, stored, drawn, put into words."""

from __future__ import annotations

from jupyter_automl.explain.compute import draw_rows, explain_run
from jupyter_automl.explain.effects import Change
from jupyter_automl.explain.explanation import Explanation
from jupyter_automl.explain.fast_trees import warm_up
from jupyter_automl.explain.interactions import Pair
from jupyter_automl.explain.lime_extra import Local, local
from jupyter_automl.explain.permuted import Drop, Permuted, permute
from jupyter_automl.explain.sentences import insights
from jupyter_automl.explain.stored import load_explanation

__all__ = [
    "Change",
    "Drop",
    "Explanation",
    "Local",
    "Pair",
    "Permuted",
    "draw_rows",
    "explain_run",
    "insights",
    "load_explanation",
    "local",
    "permute",
    "warm_up",
]
