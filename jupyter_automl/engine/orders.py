"""What a person wants of a run under way: pause, resume, extend, stop, cancel, and `wishes`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from jupyter_automl.core import events as ev
from jupyter_automl.engine import commands as do
from jupyter_automl.engine import stimuli as got
from jupyter_automl.engine import wishes
from jupyter_automl.engine.advance import Outcome, kill_running
from jupyter_automl.engine.state import State

STOP_SECONDS = 3.5
"""What a person waits at most for the ensemble and the explanation after pressing Stop."""


def obey(state: State, stimulus: got.CommandArrived) -> Outcome:
    """Carry out a person's command; one that is not known or too late changes nothing."""
    command = _COMMANDS.get(stimulus.command)
    return (state, ()) if command is None else command(state, stimulus)


def _pause(state: State, stimulus: got.CommandArrived) -> Outcome:
    if state.paused or state.phase == "finishing":
        return state, ()
    taken = do.Append(bodies=(ev.CommandTaken(command="pause"),))
    set_aside = tuple(replace(trial, began=None) for trial in state.running.values())
    state, kills = kill_running(state, reason="stopped", message="Paused; it is trained again.")
    return replace(state, paused=True, set_aside=(*state.set_aside, *set_aside)), (taken, *kills)


def _resume(state: State, stimulus: got.CommandArrived) -> Outcome:
    if not state.paused:
        return state, ()
    taken = do.Append(bodies=(ev.CommandTaken(command="resume"),))
    return replace(state, paused=False), (taken,)


def _extend(state: State, stimulus: got.CommandArrived) -> Outcome:
    more = stimulus.argument or 0.0
    stopped = state.ending is not None and state.ending[0] != "finished"
    if more <= 0 or stopped:
        return state, ()
    taken = do.Append(bodies=(ev.CommandTaken(command="extend", argument=more),))
    state = replace(
        state,
        budget_seconds=state.budget_seconds + more,
        deadline=state.budget_seconds + more,
        # A person who gives it more time does not want it to end early.
        use_all_time=True,
    )
    if state.phase != "finishing":
        return state, (taken,)
    training = ev.StageChanged(stage="training", message="Training goes on.")
    return replace(state, phase="training", ending=None), (taken, do.Append(bodies=(training,)))


def _end_by_hand(state: State, stimulus: got.CommandArrived) -> Outcome:
    taken = do.Append(bodies=(ev.CommandTaken(command=stimulus.command),))
    state = replace(state, paused=False, set_aside=())
    state, kills = kill_running(state, reason="stopped", message="The run was ended.")
    if stimulus.command == "cancel":
        kills = (*kills, do.KillExplanation())
        finish = do.Finish(status="cancelled", reason="Cancelled by you.")
        return replace(state, phase="ended"), (taken, *kills, finish)
    if state.ending is not None and state.ending[0] == "stopped":
        return state, ()
    if state.phase == "planning" or not state.results:
        finish = do.Finish(status="stopped", reason="Stopped by you.")
        return replace(state, phase="ended"), (taken, *kills, finish)
    state = replace(
        state,
        phase="finishing",
        ending=("stopped", "Stopped by you; the best model is kept."),
        deadline=min(state.deadline, state.elapsed + STOP_SECONDS),
    )
    return state, (taken, *kills)


_COMMANDS: Mapping[str, Callable[[State, got.CommandArrived], Outcome]] = {
    "pause": _pause,
    "resume": _resume,
    "extend": _extend,
    "stop": _end_by_hand,
    "cancel": _end_by_hand,
    "drop": wishes.drop,
    "boost": wishes.boost,
    "restore": wishes.restore,
}
