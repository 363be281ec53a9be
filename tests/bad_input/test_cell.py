"""Mistakes in a cell: `ja.fit` says what is wrong, or trains."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import jupyter_automl as ja
from jupyter_automl.core.errors import AutoMLError, UnknownArgumentError
from jupyter_automl.core.events import TrialFinished
from jupyter_automl.store import Store
from tests.bad_input.cases import BEYOND, FAILING, WORKING, Case, good

pytestmark = pytest.mark.usefixtures("inline")


def fit(data: Any, **options: Any) -> ja.Run:
    wish = {"target": "y", "executor": "inline", "n_jobs": 1, "budget": 120}
    return ja.fit(data, **(wish | {"families": ("dummy", "linear")} | options))


@pytest.fixture
def first_models_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stop a run when the linear model has a score: tuning it would take the whole budget."""
    append = Store.append

    def watched(self: Store, run_id: str, *bodies: Any, **options: Any) -> Any:
        added = append(self, run_id, *bodies, **options)
        scored = (body for body in bodies if isinstance(body, TrialFinished))
        if any(body.result.family == "linear" for body in scored):
            self.send_command(run_id, "stop")
        return added

    monkeypatch.setattr(Store, "append", watched)


def check_error(error: AutoMLError, code: str, words: str) -> None:
    """An error that a person can act on and a program can test."""
    assert error.code == code
    assert words in str(error)
    assert error.message.endswith((".", "?"))
    assert error.hint
    assert "\n" not in str(error)
    assert "Traceback" not in str(error)


@pytest.mark.parametrize("case", FAILING, ids=str)
def test_a_mistake_is_one_error_and_the_session_goes_on(case: Case, tmp_path: Path) -> None:
    source = case.source(tmp_path)
    with pytest.raises(AutoMLError) as caught:
        fit(source, **case.options)
    check_error(caught.value, case.code, case.words)
    assert len(ja.runs()) == 0
    assert ja.parse("Predict y.", good()).target == "y"


@pytest.mark.parametrize("case", WORKING, ids=str)
@pytest.mark.usefixtures("first_models_only")
def test_what_can_be_used_is_used(case: Case, tmp_path: Path) -> None:
    source = case.source(tmp_path)
    run = fit(source, **case.options)
    state = run.experiment
    assert state.status in ("finished", "stopped")
    assert state.n_failed == 0
    assert run.best.predict(source).notna().all()
    assert case.words in " ".join(notice.message for notice in state.notices)


def test_long_ids_keep_every_digit(tmp_path: Path) -> None:
    ids = BEYOND + np.arange(60)
    path = tmp_path / "ids.csv"
    good(id=ids).to_csv(path, index=False)
    assert ja.read(path)["id"].tolist() == ids.tolist()
    assert ja.read(good(id=ids))["id"].tolist() == ids.tolist()


def test_classes_that_are_long_ids_stay_apart() -> None:
    labels = BEYOND + (np.arange(60) % 2)
    run = fit(good(y=labels), families=("dummy",), budget=20)
    assert sorted(map(int, run.best.classes_)) == [BEYOND, BEYOND + 1]


@pytest.mark.parametrize(
    ("keyword", "proposal"), [("targt", "Did you mean 'target'?"), ("zzzq", "Leave it out")]
)
def test_an_unknown_keyword_is_an_error_before_anything_is_read(
    keyword: str, proposal: str
) -> None:
    with pytest.raises(UnknownArgumentError) as caught:
        ja.fit("no such file", **{keyword: "y"})
    check_error(caught.value, "unknown_argument", proposal)


@pytest.mark.parametrize("value", [0, -1, float("nan"), float("inf"), True, [60], b"60", ""])
def test_a_budget_that_is_no_duration(value: Any) -> None:
    with pytest.raises(AutoMLError) as caught:
        fit("no such file", budget=value)
    check_error(caught.value, "argument", "budget must be")


def test_a_number_for_a_name_is_told_how_to_be_written() -> None:
    with pytest.raises(AutoMLError) as caught:
        fit(good().set_axis([0, 1, 2], axis=1), target=2)
    check_error(caught.value, "argument", "Write target='2'.")


def test_nothing_left_to_learn_from_says_what_was_set_aside() -> None:
    frame = good(id=[f"u{i:03}" for i in range(60)], k=1)[["id", "k", "x", "y"]]
    with pytest.raises(AutoMLError) as caught:
        fit(frame, exclude=["x"])
    check_error(caught.value, "data", "'id' (id), 'k' (constant), 'x' (excluded)")


@pytest.mark.parametrize("prompt", ["Predict y.", None])
def test_a_good_table_trains_after_every_mistake(prompt: str | None, tmp_path: Path) -> None:
    for case in FAILING:
        with pytest.raises(AutoMLError):
            fit(case.source(tmp_path), **case.options)
    run = fit(good(), target="y" if prompt is None else None, families=("dummy",), prompt=prompt)
    assert run.status == "finished"
