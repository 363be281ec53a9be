"""Kinds of models: a registry of families, each with space, good starts, cost, builder."""

from __future__ import annotations

import importlib

from jupyter_automl.core.protocols import Family
from jupyter_automl.core.registry import Entry, Registry

FAMILIES: Registry[Family] = Registry("family", "jupyter_automl.families")
"""Every family by its name; plug-ins add an entry point of this group."""


def _register(name: str, *, requires: tuple[str, ...] = (), install: str = "") -> None:
    def load() -> Family:
        module = importlib.import_module(f"jupyter_automl.models.families.{name}")
        family: Family = module.FAMILY
        return family

    FAMILIES.register(Entry(name=name, load=load, requires=requires, install=install))


_register("dummy")
_register("linear")
_register("lightgbm", requires=("lightgbm",), install="pip install lightgbm")
_register("xgboost", requires=("xgboost",), install="pip install xgboost-cpu")
_register("catboost", requires=("catboost",), install='pip install "jupyter_automl[catboost]"')
for _name in ("random_forest", "extra_trees", "knn"):
    _register(_name, requires=("sklearn",), install="pip install scikit-learn")
_register("mlp")
for _name in ("hist_gradient_boosting", "adaboost", "svm", "decision_tree"):
    _register(_name, requires=("sklearn",), install="pip install scikit-learn")
_register("naive_bayes")
_register("stacked_lightgbm", requires=("lightgbm",), install="pip install lightgbm")
_register("ebm", requires=("interpret",), install='pip install "jupyter_automl[ebm]"')

__all__ = ["FAMILIES"]
