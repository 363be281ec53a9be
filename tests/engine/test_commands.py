"""Pause, resume, extend, and the end that comes early: on the machine and on real runs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import jupyter_automl as ja
from jupyter_automl.core import events as ev
from jupyter_automl.core.errors import ArgumentError, RunError
from jupyter_automl.core.experiment import Experiment
from jupyter_automl.data import load_frame
from jupyter_automl.engine import commands as do
from jupyter_automl.engine import machine
from jupyter_automl.engine import stimuli as got
from jupyter_automl.engine.state import PATIENCE
from tests.engine.conftest import Lab
from tests.engine.test_machine import Play, bodies, of, plan, submitted


@pytest.fixture
def play() -> Play:
    return Play()


def test_pause_frees_the_workers_and_resume_trains_the_same_again(play: Play) -> None:
    play.plan(plan("dummy", "linear", "lightgbm", "mlp"))
    before = [command.spec for command in of(do.SubmitTrial, play.commands)]
    play.begin(1)
    paused = play.tell(got.CommandArrived(command="pause"))
    assert {kill.number for kill in of(do.KillTrial, paused)} == {1, 2}
    assert [failed.reason for failed in bodies(paused, ev.TrialFailed)] == ["stopped"]
    assert play.tell(got.CommandArrived(command="pause")) == []
    assert submitted(play.at(play.state.elapsed)) == []
    play.tell(got.CommandArrived(command="resume"))
    again = [command.spec for command in of(do.SubmitTrial, play.new)]
    assert [(s.number, s.family, s.random_state) for s in again] == [
        (s.number, s.family, s.random_state) for s in before
    ]
    assert play.tell(got.CommandArrived(command="resume")) == []
    play.done(1)
    play.done(2)
    assert submitted(play.new) == ["mlp"]


def test_stop_while_paused_keeps_the_best(play: Play) -> None:
    play.plan(plan("linear", "lightgbm", "mlp"))
    play.begin(1)
    play.done(1)
    play.tell(got.CommandArrived(command="pause"))
    stopped = play.tell(got.CommandArrived(command="stop"))
    assert of(do.SubmitExplanation, stopped)
    assert submitted(stopped) == []


def test_more_time_is_used(play: Play) -> None:
    play.plan(plan("linear", "lightgbm", "xgboost", "mlp"), cost=25.0)
    play.begin(1)
    play.begin(2)
    play.at(40)
    assert submitted(play.done(1)) == []
    play.tell(got.CommandArrived(command="extend", argument=60.0))
    assert submitted(play.new) == ["xgboost"]
    assert play.state.deadline == 120.0
    taken = bodies(play.new, ev.CommandTaken)[0]
    assert (taken.command, taken.argument) == ("extend", 60.0)


def test_more_time_while_the_end_is_made_ready(play: Play) -> None:
    play.plan(plan("linear", "lightgbm", "mlp", "xgboost"), cost=30.0)
    play.begin(1)
    play.begin(2)
    play.done(1)
    play.at(56)
    assert play.state.phase == "finishing"
    play.tell(got.CommandArrived(command="extend", argument=60.0))
    assert play.state.phase == "training"
    assert submitted(play.done(2)) == ["xgboost"]


def test_it_ends_early_when_nothing_is_gained_and_says_so() -> None:
    for use_all_time in (False, True):
        state = machine.start(n_workers=1, budget_seconds=3600.0, use_all_time=use_all_time)
        play = Play(state=state)
        play.plan(plan("linear", "lightgbm"), search={"lightgbm": 1.0})
        while play.state.phase == "training" and play.state.last_number < 3 * PATIENCE:
            if play.state.ensemble.pending:
                play.tell(got.EnsembleSelected())
            if play.state.asking is not None:
                play.tell(got.Suggested(family="lightgbm", params={}, token=1))
            for number in tuple(play.state.running):
                play.begin(number)
                play.at(play.state.elapsed + 1)
                play.done(number, 0.9 if number == 5 else 0.5)
        assert (play.state.phase == "training") is use_all_time
        if not use_all_time:
            assert play.state.last_number - 5 == PATIENCE
            assert play.state.ending is not None
            assert f"The last {PATIENCE} of {PATIENCE + 5} models" in play.state.ending[1]


_SCRIPT = st.lists(
    st.tuples(
        st.sampled_from(
            ["tick", "done", "begin", "suggest", "select", "pause", "resume", "extend"]
        ),
        st.floats(0, 3),
    ),
    max_size=60,
)


@settings(max_examples=100, deadline=None)
@given(script=_SCRIPT)
def test_nothing_trains_while_paused_and_every_trial_comes_back(
    script: list[tuple[str, float]],
) -> None:
    play = Play(machine.start(n_workers=2, budget_seconds=30.0))
    names = ("dummy", "linear", "lightgbm", "mlp")
    made = plan(*names, budget_seconds=30.0, reserve_seconds=2.0)
    play.plan(made, search={"lightgbm": 1.0})
    for kind, value in script:
        state = play.state
        if kind == "tick":
            # The driver's clock stands still in a pause.
            play.at(state.elapsed + (0.0 if state.paused else value))
        elif kind == "suggest" and state.asking:
            play.tell(got.Suggested(family=state.asking, params={}, token=1))
        elif kind == "select" and state.ensemble.pending:
            play.tell(got.EnsembleSelected(seconds=0.1))
        elif kind in ("pause", "resume"):
            play.tell(got.CommandArrived(command=kind))
        elif kind == "extend":
            play.tell(got.CommandArrived(command="extend", argument=value))
        elif kind in ("done", "begin") and state.running:
            number = min(state.running)
            play.begin(number) if kind == "begin" else play.done(number, value / 3)
        if play.state.paused:
            assert not play.state.running
            assert submitted(play.new) == [] or kind != "tick"
    play.tell(got.CommandArrived(command="resume"))
    play.at(play.state.deadline)
    assert play.state.phase == "ended"
    assert len(of(do.Finish, play.commands)) == 1


def test_a_projection_does_not_count_pauses() -> None:
    def event(seq: int, at: float, body: ev.Body) -> ev.Event:
        return ev.Event(run_id="r", seq=seq, at=at, body=body)

    from tests.api.conftest import bodies_of

    created, runner, *_ = bodies_of()
    state = Experiment().apply(event(1, 100.0, created)).apply(event(2, 101.0, runner))
    state = state.apply(event(3, 110.0, ev.CommandTaken(command="pause")))
    assert (state.status, state.elapsed_at(500.0)) == ("paused", 10.0)
    state = state.apply(event(4, 510.0, ev.CommandTaken(command="resume")))
    assert (state.status, state.elapsed_at(515.0)) == ("running", 15.0)
    state = state.apply(event(5, 516.0, ev.CommandTaken(command="extend", argument=60.0)))
    assert state.budget_seconds == 120.0


def test_a_real_run_pauses_goes_on_and_takes_more_time(store_dir: Path) -> None:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(rng.normal(size=(4_000, 6)), columns=list("abcdef"))
    frame["y"] = (frame.a * frame.b + rng.normal(size=4_000) > 0).astype(int)
    run = ja.fit(frame, target="y", budget=600, families=["linear", "lightgbm", "xgboost"])
    seen: list[str] = []

    def until(condition: str) -> None:
        import threading

        met = threading.Event()
        checks = {
            "models": lambda state: state.n_done >= 2,
            "paused": lambda state: state.status == "paused" and not state.running,
            "more": lambda state: state.status == "running" and state.n_done > int(seen[-1]),
            "extended": lambda state: state.budget_seconds == 660.0,
        }
        end = run.subscribe(lambda state, _: met.set() if checks[condition](state) else None)
        if not checks[condition](run.experiment):
            assert met.wait(120), condition
        end()

    until("models")
    run.pause()
    until("paused")
    assert run.status == "paused"
    assert len(run.predict(frame)) == 4_000
    stands = run.progress.elapsed_seconds
    seen.append(str(run.experiment.n_done))
    assert run.progress.elapsed_seconds == stands
    run.resume()
    until("more")
    run.extend("1m")
    until("extended")
    run.stop()
    assert run.wait(60).status == "stopped"
    with pytest.raises(RunError, match="is over"):
        run.extend(60)
    with pytest.raises(ArgumentError):
        run.extend("soon")


@pytest.mark.parametrize("n_events", [0, 9, 21])
def test_a_stop_at_any_moment_leaves_a_model_that_predicts(lab: Lab, n_events: int) -> None:
    from jupyter_automl.api.run import Run

    lab.launch("r1", budget=300)
    first = lab.wait("r1", lambda state: state.n_done >= 1)
    lab.wait("r1", lambda state: state.seq >= first.seq + n_events)
    lab.store.send_command("r1", "stop")
    assert lab.wait_ended("r1").status == "stopped"
    rows = load_frame(lab.dataset)
    predicted = Run("r1", lab.store).predict_proba(rows)
    assert predicted.shape == (len(rows), 2)
    assert np.isfinite(predicted.to_numpy()).all()
