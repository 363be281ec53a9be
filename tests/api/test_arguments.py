"""Wrong keywords of `fit` are found before anything is read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import jupyter_automl as ja
from jupyter_automl.api.arguments import merge
from jupyter_automl.core.errors import (
    ArgumentError,
    AutoMLError,
    UnknownArgumentError,
    UnknownNameError,
)
from jupyter_automl.core.task import Question, TaskSpec

pytestmark = pytest.mark.usefixtures("store_dir")


def test_an_unknown_keyword_is_named_with_a_proposal() -> None:
    with pytest.raises(UnknownArgumentError, match=r"'targt'.*Did you mean 'target'"):
        ja.fit("no such file", targt="y")


@pytest.mark.parametrize(
    ("keyword", "value"),
    [
        ("budget", 0),
        ("budget", -1),
        ("budget", "soon"),
        ("n_jobs", 0),
        ("n_jobs", 1.5),
        ("random_state", -1),
        ("random_state", "x"),
        ("max_memory", "lots"),
        ("max_memory", 0),
        ("max_memory", True),
        ("max_memory", "-1GB"),
        ("families", []),
        ("target", 3),
        ("name", ""),
        ("exclude", 7),
    ],
)
def test_a_wrong_value_is_an_argument_error(keyword: str, value: Any) -> None:
    with pytest.raises(ArgumentError) as caught:
        ja.fit("no such file", **{keyword: value})
    assert keyword in str(caught.value)
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize(
    ("keyword", "value", "proposal"),
    [
        ("executor", "inlin", "inline"),
        ("families", ["lightgmb"], "lightgbm"),
        ("task", "binry", "binary"),
        ("metric", "roc_acu", "roc_auc"),
    ],
)
def test_an_unknown_name_gets_a_proposal(keyword: str, value: Any, proposal: str) -> None:
    with pytest.raises(UnknownNameError, match=f"Did you mean '{proposal}'"):
        ja.fit("sample:churn", **({"target": "churn"} | {keyword: value}))


def test_families_go_by_what_people_call_them(store_dir: Path) -> None:
    run = ja.fit(
        "sample:iris",
        target="species",
        families=["logreg", "Ridge", "dummy"],
        max_trials=1,
        executor="inline",
    )
    assert run.task.families_only == ("linear", "dummy")
    with pytest.raises(UnknownNameError, match="Did you mean 'random_forest'"):
        ja.fit("sample:iris", target="species", families=["rf", "random_forrest"])


@pytest.mark.parametrize("keyword", ["group", "time", "weight", "exclude", "target"])
def test_a_column_that_is_not_there_is_named(keyword: str) -> None:
    with pytest.raises(AutoMLError, match="no such column"):
        ja.fit("sample:churn", **({"target": "churn"} | {keyword: "no such column"}))


def test_nothing_is_left_in_the_store_by_an_error() -> None:
    with pytest.raises(AutoMLError):
        ja.fit("sample:churn", target="churm", metric="no metric")
    assert len(ja.runs()) == 0


def test_a_prompt_must_be_text() -> None:
    with pytest.raises(ArgumentError, match="prompt"):
        ja.fit("sample:churn", ["churn"])


def test_a_path_that_does_not_exist_is_an_error_of_its_own(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        ja.fit(tmp_path / "nothing.csv", target="y")


def test_keywords_win_over_the_prompt_and_exclusions_add_up() -> None:
    prompt = TaskSpec(
        target="a",
        metric="recall",
        exclude=("id",),
        families_avoid=("knn",),
        questions=(Question(field="target", text="Which?"), Question(field="metric", text="Or?")),
        origin={"target": "prompt", "metric": "prompt"},
        reasons={"target": "It is named."},
    )
    explicit = TaskSpec(target="b", exclude=("age", "id"), origin={"target": "argument"})
    merged = merge(prompt, explicit)
    assert (merged.target, merged.metric) == ("b", "recall")
    assert merged.exclude == ("id", "age")
    assert merged.origin == {"target": "argument", "metric": "prompt"}
    assert [question.field for question in merged.questions] == ["metric"]
    assert "target" not in merged.reasons
