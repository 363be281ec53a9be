"""Short trials stand in line, so that no worker waits for its next one."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_automl.core import events as ev
from jupyter_automl.engine import commands as do
from jupyter_automl.engine import machine
from jupyter_automl.engine import stimuli as got
from jupyter_automl.engine.ahead import AHEAD_SECONDS
from tests.engine.conftest import Lab
from tests.engine.test_machine import Play, bodies, of, plan, submitted

FAMILIES = ("dummy", "linear", "lightgbm", "xgboost", "mlp", "knn")


@pytest.fixture
def play() -> Play:
    return Play()


def test_each_short_trial_has_one_behind_it(play: Play) -> None:
    assert submitted(play.plan(plan(*FAMILIES), cost=0.1)) == list(FAMILIES[:4])
    play.begin(1)
    assert submitted(play.done(1)) == ["mlp"]


def test_a_long_trial_has_none(play: Play) -> None:
    assert submitted(play.plan(plan(*FAMILIES), cost=2 * AHEAD_SECONDS)) == list(FAMILIES[:2])
    assert submitted(play.done(1)) == ["lightgbm"]


def test_what_is_measured_decides(play: Play) -> None:
    play.plan(plan("mlp", "mlp", *["mlp"] * 6), cost=0.1)
    assert len(play.state.running) == 4
    play.begin(1)
    play.at(20)
    # Two hundred times what was expected: nobody is to wait behind the others.
    assert submitted(play.done(1)) == []
    assert submitted(play.done(2)) == []
    assert len(play.state.running) == 2


def test_suggestions_stand_in_line_too(play: Play) -> None:
    play.plan(plan("dummy", "lightgbm"), search={"lightgbm": 0.1}, cost=0.1)
    for token in range(2):
        assert len(of(do.AskSampler, play.new)) == 1
        play.tell(got.Suggested(family="lightgbm", params={}, token=token))
        assert submitted(play.new) == ["lightgbm"]
    # One more is at hand, and then there is nothing to ask for.
    play.tell(got.Suggested(family="lightgbm", params={}, token=2))
    assert submitted(play.new) == []
    assert of(do.AskSampler, play.new) == []
    assert len(submitted(play.done(1))) == 1


def test_what_waits_does_not_start_in_the_reserve_but_when_there_is_more_time(play: Play) -> None:
    play.plan(plan(*FAMILIES), cost=0.1)
    play.begin(1)
    play.begin(2)
    play.at(55)
    assert play.state.phase == "finishing"
    assert [kill.number for kill in of(do.KillTrial, play.new)] == [4, 3]
    assert bodies(play.new, ev.TrialFailed) == []
    assert set(play.state.running) == {1, 2}
    play.tell(got.CommandArrived(command="extend", argument=60.0))
    specs = [command.spec for command in of(do.SubmitTrial, play.new)]
    assert [(spec.number, spec.family) for spec in specs] == [(3, "lightgbm"), (4, "xgboost")]
    assert specs[0].time_limit_seconds == pytest.approx(60.0)


def test_those_that_wait_are_ended_first(play: Play) -> None:
    # Else the process that replaces a killed one would begin them.
    play.plan(plan(*FAMILIES), cost=0.1)
    play.begin(1)
    play.begin(2)
    play.done(1)
    play.tell(got.CommandArrived(command="stop"))
    assert [kill.number for kill in of(do.KillTrial, play.new)] == [5, 4, 3, 2]
    assert [failed.number for failed in bodies(play.new, ev.TrialFailed)] == [2]


def test_a_pause_sets_them_aside_in_their_order(play: Play) -> None:
    play.plan(plan(*FAMILIES), cost=0.1)
    play.tell(got.CommandArrived(command="pause"))
    play.tell(got.CommandArrived(command="resume"))
    assert [command.spec.number for command in of(do.SubmitTrial, play.new)] == [1, 2, 3, 4]


@settings(max_examples=60)
@given(
    costs=st.lists(st.floats(0.01, 2.0), min_size=6, max_size=30),
    order=st.lists(st.integers(0, 3), min_size=1, max_size=40),
    n_workers=st.integers(1, 3),
)
def test_never_more_than_one_waits_for_each_worker(
    costs: list[float], order: list[int], n_workers: int
) -> None:
    play = Play(machine.start(n_workers=n_workers, budget_seconds=60.0))
    made = plan(*(["dummy", "linear"] + ["mlp"] * len(costs))[: len(costs)])
    outlook = got.Outlook(step_seconds=tuple(costs), search_seconds={})
    play.tell(got.PlanReady(plan=made, outlook=outlook))
    for turn in order:
        running = list(play.state.running)
        if not running:
            break
        # Workers take what was handed over first.
        under_way, waiting = running[:n_workers], running[n_workers:]
        assert len(waiting) <= n_workers
        for number in under_way:
            play.begin(number)
        play.at(play.state.elapsed + 0.05)
        play.done(under_way[turn % len(under_way)])
    numbers = [command.spec.number for command in of(do.SubmitTrial, play.commands)]
    assert numbers == sorted(set(numbers))


def test_workers_of_a_real_run_take_one_after_the_other_and_none_after_a_stop(lab: Lab) -> None:
    lab.launch("r1", families=("dummy", "linear"))
    lab.wait("r1", lambda state: state.n_done > 12)
    lab.store.send_command("r1", "stop")
    lab.wait_ended("r1")
    running: set[int] = set()
    numbers: list[int] = []
    over = False
    for event in lab.store.events("r1"):
        body = event.body
        if isinstance(body, ev.TrialStarted):
            assert not over
            running.add(body.trial.number)
            numbers.append(body.trial.number)
            assert len(running) <= 2
        elif isinstance(body, ev.TrialFinished):
            running.discard(body.result.number)
        elif isinstance(body, ev.TrialFailed):
            running.discard(body.number)
        elif isinstance(body, ev.CommandTaken):
            over = True
    assert over
    # Nothing is left out between: what was taken back are the last ones.
    assert sorted(numbers) == list(range(1, len(numbers) + 1))
