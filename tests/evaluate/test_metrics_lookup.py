"""Metrics are found by the words people use, and chosen with a reason."""

from __future__ import annotations

import pickle
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_automl.core.errors import ArgumentError, UnknownNameError
from jupyter_automl.evaluate.metrics import METRICS, default_metric, find_metric

SPELLINGS = {
    "AUC": "roc_auc",
    "roc-auc": "roc_auc",
    "ROC AUC": "roc_auc",
    "area under the curve": "roc_auc",
    "PR AUC": "average_precision",
    "F1 score": "f1",
    "F1-Score": "f1",
    "macro F1": "f1_macro",
    "f1_macro": "f1_macro",
    "Accuracy score": "accuracy",
    "acc": "accuracy",
    "sensitivity": "recall",
    "logloss": "log_loss",
    "cross-entropy": "log_loss",
    "Brier score": "brier",
    "matthews correlation coefficient": "mcc",
    "R²": "r2",
    "R squared": "r2",
    "root mean squared error": "rmse",
    "RMSE": "rmse",
    "mean absolute error": "mae",
    "median absolute error": "medae",
    "mean absolute percentage error": "mape",
    "RMSLE": "rmsle",
    "neg_log_loss": "log_loss",
}


@pytest.mark.parametrize(("spelling", "name"), SPELLINGS.items())
def test_a_common_spelling_finds_its_metric(spelling, name):
    assert find_metric(spelling).name == name


@pytest.mark.parametrize("name", METRICS.names())
def test_every_name_label_and_alias_finds_its_own_metric(name):
    metric = METRICS.get(name)
    for word in (name, metric.label, *metric.aliases):
        assert find_metric(word).name == name


@pytest.mark.parametrize(
    ("wrong", "proposal"), [("acuracy", "accuracy"), ("rocauk", "roc_auc"), ("rmsse", "rmse")]
)
def test_a_typing_error_is_answered_with_a_proposal(wrong, proposal):
    with pytest.raises(UnknownNameError, match=f"Did you mean '{proposal}'") as caught:
        find_metric(wrong)
    assert repr(wrong) in str(caught.value)


def test_only_metrics_of_the_task_are_proposed():
    with pytest.raises(UnknownNameError) as caught:
        find_metric("rmsse", "binary")
    assert "rmse" not in str(caught.value).replace("rmsse", "")


def test_a_metric_of_another_task_is_refused_with_those_that_fit():
    with pytest.raises(ArgumentError, match="binary task must be one of: roc_auc") as caught:
        find_metric("RMSE", "binary")
    assert "which is for regression" in str(caught.value)


@given(st.one_of(st.text(), st.integers(), st.none()))
def test_any_input_finds_a_metric_or_is_an_error_of_ours(value):
    try:
        found = find_metric(value).name
    except UnknownNameError as error:
        found = error.to_dict()["context"]["kind"]
    assert found == "metric" or found in METRICS


@pytest.mark.parametrize(
    ("task", "stats", "name"),
    [
        ("binary", 0.3, "roc_auc"),
        ("binary", None, "roc_auc"),
        ("binary", 0.049, "average_precision"),
        ("multiclass", 7, "log_loss"),
        ("regression", None, "rmse"),
    ],
)
def test_the_default_metric_comes_with_a_reason(task, stats, name):
    chosen, reason = default_metric(task, stats)
    assert chosen == name
    assert task in METRICS.get(chosen).tasks
    assert reason.endswith(".")


def test_metrics_travel_between_processes():
    for name in METRICS.names():
        assert pickle.loads(pickle.dumps(METRICS.get(name))) == METRICS.get(name)


def test_metrics_and_families_are_listed_without_loading_libraries_of_models():
    code = (
        "import sys\n"
        "from jupyter_automl.evaluate.metrics import find_metric\n"
        "from jupyter_automl.models import FAMILIES\n"
        "find_metric('AUC'); FAMILIES.available(); FAMILIES.get('lightgbm')\n"
        "print([m for m in ('pandas', 'sklearn', 'lightgbm', 'scipy') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"
