from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from jupyter_automl.core.dataset import Dataset
from jupyter_automl.core.errors import ArgumentError, AutoMLError, TargetError, UnknownNameError
from jupyter_automl.core.task import RowFilter, TaskSpec
from jupyter_automl.data import open_table, save_dataset
from jupyter_automl.plan import resolve_task


@pytest.fixture
def table() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    n = 200
    return pd.DataFrame(
        {
            "Customer ID": [f"c{i:05}" for i in range(n)],
            "age": rng.integers(18, 90, n),
            "Monthly_Charge": rng.normal(60, 20, n).round(2),
            "plan": rng.choice(["basic", "plus", "pro"], n),
            "joined": pd.date_range("2020-01-01", periods=n, freq="D"),
            "Survived": rng.choice(["yes", "no"], n, p=[0.3, 0.7]),
        }
    )


@pytest.fixture
def dataset(table: pd.DataFrame, tmp_path: Path) -> Dataset:
    return save_dataset(open_table(table), tmp_path)


def test_everything_is_found_out_and_explained(dataset: Dataset) -> None:
    task = resolve_task(TaskSpec(target="Survived"), dataset)
    assert (task.task, task.metric, task.positive) == ("binary", "roc_auc", "yes")
    assert task.budget_seconds == 300
    assert task.validation is None
    assert task.origin == {
        "target": "argument",
        "task": "data",
        "positive": "data",
        "metric": "default",
        "budget_seconds": "default",
    }
    assert set(task.reasons) == {"task", "positive", "metric", "budget_seconds"}
    assert all(reason.endswith(".") for reason in task.reasons.values())


@pytest.mark.parametrize(
    ("target", "kind", "metric"),
    [("Monthly_Charge", "regression", "rmse"), ("plan", "multiclass", "log_loss")],
)
def test_other_tasks(dataset: Dataset, target: str, kind: str, metric: str) -> None:
    task = resolve_task(TaskSpec(target=target), dataset)
    assert (task.task, task.metric, task.positive) == (kind, metric, None)


def test_what_was_given_stays(dataset: Dataset) -> None:
    spec = TaskSpec(
        target="Survived",
        task="binary",
        metric="F1 score",
        positive="NO",
        budget_seconds=42.0,
        validation="holdout",
        origin={"metric": "prompt"},
    )
    task = resolve_task(spec, dataset)
    assert (task.metric, task.positive, task.budget_seconds) == ("f1", "no", 42.0)
    assert task.validation == "holdout"
    assert task.origin["metric"] == "prompt"
    assert task.origin["positive"] == "argument"


def test_names_are_matched_but_for_case_and_separators(dataset: Dataset) -> None:
    spec = TaskSpec(
        target="survived", exclude=("customer_id", "CUSTOMER ID", "monthly charge"), time="Joined"
    )
    task = resolve_task(spec, dataset)
    assert task.target == "Survived"
    assert task.exclude == ("Customer ID", "Monthly_Charge")
    assert (task.time, task.validation) == ("joined", "time")
    assert task.origin["validation"] == "data"
    assert "'joined'" in task.reasons["validation"]


def test_a_group_column_asks_for_groups(dataset: Dataset) -> None:
    task = resolve_task(TaskSpec(target="Survived", group="plan"), dataset)
    assert task.validation == "group"


def test_a_time_column_wins_over_a_group_column_and_says_so(dataset: Dataset) -> None:
    spec = TaskSpec(target="Survived", time="joined", group="plan")
    task = resolve_task(spec, dataset)
    assert task.validation == "time"
    assert "'plan' may be on both sides" in task.reasons["validation"]
    asked = resolve_task(replace(spec, validation="group"), dataset)
    assert (asked.validation, "validation" in asked.reasons) == ("group", False)


@pytest.mark.parametrize(("role", "column"), [("time", "day"), ("group", "place"), ("time", "no")])
def test_a_role_needs_a_column_that_varies(tmp_path: Path, role: str, column: str) -> None:
    frame = pd.DataFrame({"x": range(60), "t": [0, 1] * 30, "place": "here"})
    frame["day"] = pd.Timestamp("2024-05-01")
    frame["no"] = pd.Series([pd.NaT] * 60)
    dataset = save_dataset(open_table(frame), tmp_path)
    with pytest.raises(ArgumentError, match=f"The {role} column must hold at least 2 different"):
        resolve_task(TaskSpec(target="t", **{role: column}), dataset)


def test_a_time_column_may_begin_with_missing_values(tmp_path: Path) -> None:
    n = 2_400
    frame = pd.DataFrame({"x": np.arange(n) % 9, "t": np.arange(n) % 2})
    frame["day"] = pd.date_range("2020-01-01", periods=n, freq="h").where(np.arange(n) > 1_100)
    dataset = save_dataset(open_table(frame), tmp_path)
    assert resolve_task(TaskSpec(target="t", time="day"), dataset).validation == "time"


WRONG: tuple[tuple[dict[str, Any], type[AutoMLError], str], ...] = (
    ({"target": "Survive"}, TargetError, "Got 'Survive'. Did you mean 'Survived'?"),
    ({"target": "xyzzy"}, TargetError, "Its columns are: 'Customer ID', 'age'"),
    ({}, TargetError, "No target was given. Name it, for example target='Survived'"),
    ({"exclude": ("agee",)}, ArgumentError, "Did you mean 'age'?"),
    ({"exclude": ("Survived",)}, ArgumentError, "cannot be used for 'exclude' too"),
    ({"group": "Survived"}, ArgumentError, "cannot be used for 'group' too"),
    ({"weight": "wait"}, ArgumentError, "The weight column must be a column"),
    ({"weight": "plan"}, ArgumentError, "must hold numbers of 0 or more"),
    ({"time": "plan"}, ArgumentError, "must hold dates or numbers"),
    ({"metric": "roc_acu"}, UnknownNameError, "Did you mean 'roc_auc'?"),
    ({"metric": "rmse"}, ArgumentError, "rmse"),
    ({"positive": "yess"}, ArgumentError, "Did you mean 'yes'?"),
    ({"task": "forecast"}, ArgumentError, "Forecasting is not offered"),
    ({"task": "binery"}, UnknownNameError, "Did you mean 'binary'?"),
    ({"task": "regression"}, TargetError, "Survived"),
    ({"target": "plan", "task": "binary"}, TargetError, "'plan'"),
    ({"target": "Customer ID"}, TargetError, "Customer ID"),
    ({"validation": "time"}, ArgumentError, "needs a time column"),
    ({"validation": "group"}, ArgumentError, "needs a group column"),
    ({"validation": "holdot"}, ArgumentError, "Did you mean 'holdout'?"),
    ({"families_only": ("lightgmb",)}, UnknownNameError, "Did you mean 'lightgbm'?"),
    ({"families_avoid": ("xgbost",)}, UnknownNameError, "Did you mean 'xgboost'?"),
    ({"filters": (RowFilter(column="age", op=">", value=3),)}, ArgumentError, "filtered"),
)


@pytest.mark.parametrize(("wrong", "kind", "words"), WRONG, ids=[str(w[0]) for w in WRONG])
def test_one_clear_error(
    dataset: Dataset, wrong: dict[str, Any], kind: type[AutoMLError], words: str
) -> None:
    given = {"target": "Survived"} if wrong else {}
    with pytest.raises(kind) as caught:
        resolve_task(TaskSpec(**(given | wrong)), dataset)
    assert words in str(caught.value)


def test_likely_targets_are_offered(dataset: Dataset) -> None:
    with pytest.raises(TargetError) as caught:
        resolve_task(TaskSpec(), dataset)
    assert caught.value.context["likely"][0] == "Survived"


def test_two_columns_that_differ_by_case_only(tmp_path: Path) -> None:
    frame = pd.DataFrame({"Age": range(40), "age": range(40), "t": [0, 1] * 20})
    dataset = save_dataset(open_table(frame), tmp_path)
    assert resolve_task(TaskSpec(target="t", exclude=("Age",)), dataset).exclude == ("Age",)
    with pytest.raises(ArgumentError, match="Did you mean 'Age' or 'age'"):
        resolve_task(TaskSpec(target="t", exclude=("AGE",)), dataset)


def test_a_rare_positive_class_gets_another_metric(tmp_path: Path) -> None:
    frame = pd.DataFrame({"x": np.arange(400) % 7, "fraud": [1] * 8 + [0] * 392})
    dataset = save_dataset(open_table(frame), tmp_path)
    task = resolve_task(TaskSpec(target="fraud"), dataset)
    assert task.metric == "average_precision"


def test_a_metric_that_the_values_do_not_allow(tmp_path: Path) -> None:
    frame = pd.DataFrame({"x": range(50), "t": np.linspace(-1, 1, 50)})
    dataset = save_dataset(open_table(frame), tmp_path)
    with pytest.raises(ArgumentError, match="0 or more"):
        resolve_task(TaskSpec(target="t", metric="rmsle"), dataset)
