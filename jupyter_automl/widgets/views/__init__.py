"""What pages can ask for, a module a topic; see `asking`."""

from __future__ import annotations

from functools import partial
from importlib import import_module

from jupyter_automl.core.registry import Entry, Registry
from jupyter_automl.widgets.asking import View

VIEWS: Registry[View] = Registry("view", "jupyter_automl.views")


def _load(module: str, name: str) -> View:
    view: View = getattr(import_module(f"{__name__}.{module}"), name)()
    return view


for _name, _module, _class in (
    ("page.late", "late", "LateView"),
    ("data.columns", "columns", "ColumnsView"),
    ("data.suspects", "columns", "SuspectsView"),
    ("trials.table", "trials", "TrialsView"),
    ("trials.details", "details", "DetailsView"),
    ("trials.parallel", "parallel", "ParallelView"),
    ("evaluate.overview", "evaluate", "EvaluationView"),
    ("evaluate.picture", "evaluate", "EvaluatePictureView"),
    ("evaluate.thresholds", "evaluate", "ThresholdsView"),
    ("explain.overview", "explain", "ExplainView"),
    ("explain.picture", "explain", "ExplainPictureView"),
    ("whatif.form", "whatif", "FormView"),
    ("whatif.at", "whatif", "OutlookView"),
    ("whatif.dependence", "whatif", "DependenceView"),
    ("whatif.nearest", "whatif", "NearestView"),
    ("whatif.flip", "whatif", "FlipView"),
):
    VIEWS.register(Entry(name=_name, load=partial(_load, _module, _class)))
