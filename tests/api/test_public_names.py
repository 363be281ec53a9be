"""The names that notebooks, the README and other programs use; taking one away breaks them."""

from __future__ import annotations

import inspect

import pytest

import jupyter_automl as ja
from jupyter_automl.core.task import TaskSpec

FUNCTIONS = ("fit", "runs", "open", "last", "read", "profile", "parse", "metrics", "families")
WIDGETS = ("App", "Upload", "Prompt", "Profile", "Leaderboard", "Shap", "WhatIf")
RUN = (
    *("id", "status", "task", "profile", "plan", "progress", "leaderboard", "wait", "pause"),
    *("stop", "cancel"),
    *("extend", "resume", "events", "best", "model", "predict", "predict_proba", "evaluate"),
    *("explain", "report", "plot", "predict_interval", "__await__"),
)
FIT = (
    *("data", "prompt", "target", "task", "metric", "exclude", "budget", "families"),
    *("validation", "group", "time", "weight", "max_memory", "n_jobs", "executor"),
    *("random_state", "name"),
)
TASK = (
    *("task", "target", "metric", "exclude", "positive", "filters", "time", "group", "horizon"),
    *("budget_seconds", "families_only", "families_avoid", "constraints", "questions", "origin"),
    "confidence",
)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_can_be_called(name: str) -> None:
    assert callable(getattr(ja, name))
    assert name in dir(ja)


@pytest.mark.parametrize("name", WIDGETS)
def test_widgets_fit_into_any_box(name: str) -> None:
    import ipywidgets

    assert issubclass(getattr(ja, name), ipywidgets.DOMWidget)
    assert name in dir(ja)


@pytest.mark.parametrize("name", RUN)
def test_a_run_has_it(name: str) -> None:
    assert hasattr(ja.Run, name)


def test_fit_takes_its_keywords() -> None:
    assert set(FIT) <= set(inspect.signature(ja.fit).parameters)


def test_a_reading_has_its_fields() -> None:
    assert set(TASK) <= set(TaskSpec.__dataclass_fields__)


def test_a_profile_takes_a_target() -> None:
    assert list(inspect.signature(ja.profile).parameters) == ["source", "target"]
    assert list(inspect.signature(ja.Profile).parameters) == ["data", "target", "view"]


def test_errors_are_of_one_kind() -> None:
    assert issubclass(ja.AutoMLError, Exception)
