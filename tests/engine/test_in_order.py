"""A number of trials instead of a time: the same trials whatever the clock says."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import jupyter_automl as ja
from jupyter_automl.core import events as ev
from jupyter_automl.core.errors import ArgumentError
from jupyter_automl.engine import commands as do
from jupyter_automl.engine import machine
from jupyter_automl.engine import stimuli as got
from jupyter_automl.store import Store
from tests.engine.test_machine import Play, bodies, of, plan


def _story(order: list[int], seconds: list[float], *, n_workers: int, max_trials: int) -> list[Any]:
    """What a run submits and learns, where trials end in this order and take so long."""
    state = machine.start(n_workers=n_workers, budget_seconds=3600.0, max_trials=max_trials)
    play = Play(state=state)
    families = ("dummy", "linear", "lightgbm", "xgboost", "mlp")
    answers = play.plan(plan(*families), search={"lightgbm": 1.0, "xgboost": 1.0, "mlp": 3.0})
    told: list[tuple[int, float | None]] = []
    story: list[Any] = []
    now, turn = 0.0, 0
    while play.state.phase == "training":
        for command in answers:
            if isinstance(command, do.TellSampler):
                told.append((command.spec.number, command.score))
            elif isinstance(command, do.SubmitTrial):
                story.append(("trial", command.spec.number, command.spec.family, command.token))
        asked = of(do.AskSampler, answers)
        selecting = of(do.SelectEnsemble, answers)
        if asked:
            # What a sampler proposes depends on all that it knows.
            known = sorted(told, key=lambda item: item[0])
            answers = play.tell(got.Suggested(family=asked[0].family, params={}, token=str(known)))
        elif selecting:
            story.append(("ensemble", [result.number for result in selecting[0].added]))
            answers = play.tell(got.EnsembleSelected(seconds=0.1))
        else:
            turn += 1
            now += seconds[turn % len(seconds)]
            waiting = sorted(play.state.running)
            number = waiting[order[turn % len(order)] % len(waiting)]
            play.at(now)
            play.begin(number)
            answers = play.done(number, score=0.5 + (number * 37 % 19) / 100)
    story.append(play.state.ending)
    return story


@settings(max_examples=40)
@given(
    order=st.lists(st.integers(0, 7), min_size=1, max_size=20),
    seconds=st.lists(st.floats(0.01, 20), min_size=1, max_size=20),
    n_workers=st.integers(1, 4),
    max_trials=st.integers(1, 17),
)
def test_neither_the_clock_nor_the_order_of_answers_changes_the_trials(
    order: list[int], seconds: list[float], n_workers: int, max_trials: int
) -> None:
    story = _story(order, seconds, n_workers=n_workers, max_trials=max_trials)
    assert story == _story([0], [1.0], n_workers=n_workers, max_trials=max_trials)
    models = [entry for entry in story if entry[0] == "trial" and entry[2] != "dummy"]
    assert len(models) == max_trials
    assert f"All {max_trials} models" in story[-1][1]


def test_a_budget_ends_it_all_the_same() -> None:
    play = Play(state=machine.start(n_workers=2, budget_seconds=60.0, max_trials=50))
    play.plan(plan("dummy", "linear", "lightgbm"))
    play.begin(1)
    play.done(1)
    play.at(58)
    assert play.state.phase == "finishing"
    assert "used up" in bodies(play.commands, ev.StageChanged)[-1].message or play.state.ending


def test_a_family_that_fails_is_tried_as_planned_but_not_searched() -> None:
    play = Play(state=machine.start(n_workers=1, budget_seconds=3600.0, max_trials=6))
    play.plan(plan("linear", "mlp", "mlp", "mlp"), search={"mlp": 1.0, "linear": 1.0})
    play.done(1)
    for number in (2, 3, 4):
        play.fail(number)
    (notice,) = bodies(play.commands, ev.NoticeRaised)
    assert notice.code == "family_dropped"
    assert "planned settings" in notice.message
    assert [ask.family for ask in of(do.AskSampler, play.commands)] == ["linear"]


def test_a_family_that_hangs_is_not_tried_again() -> None:
    play = Play(state=machine.start(n_workers=1, budget_seconds=3600.0, max_trials=6))
    made = plan("linear", "mlp", "mlp", "mlp", "lightgbm", budget_seconds=3600.0)
    outlook = got.Outlook(step_seconds=(1.0,) * 5, longest_seconds={"mlp": 10.0})
    play.tell(got.PlanReady(plan=made, outlook=outlook))
    play.done(1)
    play.begin(2)
    play.at(60.0)
    trials = [command.spec.family for command in of(do.SubmitTrial, play.commands)]
    assert trials == ["linear", "mlp", "lightgbm"]


@pytest.fixture
def table() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(rng.normal(size=(240, 4)), columns=list("abcd"))
    frame["y"] = np.where(frame.a + frame.b**2 + 0.5 * rng.normal(size=240) > 0.7, "yes", "no")
    return frame


@pytest.mark.parametrize("executor", ["local", "inline"])
def test_same_seed_same_scores(store_dir: Any, table: pd.DataFrame, executor: str) -> None:
    def results() -> list[Any]:
        run = ja.fit(
            table,
            target="y",
            max_trials=6,
            budget="2m",
            families=["linear", "lightgbm"],
            n_jobs=2,
            executor=executor,
        ).wait()
        assert run.status == "finished"
        seen = [event.body for event in Store(store_dir).events(run.id)]
        trials = [body.result for body in seen if isinstance(body, ev.TrialFinished)]
        assert len(trials) == 6
        scores: list[Any] = sorted((t.number, t.family, t.fold_scores) for t in trials)
        blends = [b.members for b in seen if isinstance(b, ev.EnsembleUpdated)]
        return [*scores, blends, run.predict_proba(table).to_numpy().tolist()]

    assert results() == results()


@pytest.mark.parametrize("wrong", [0, -1, "ten", 2.5, True])
def test_a_wrong_number_of_trials(store_dir: Any, table: pd.DataFrame, wrong: Any) -> None:
    with pytest.raises(ArgumentError, match="max_trials must be a number of models"):
        ja.fit(table, target="y", max_trials=wrong)
