"""Families that a person drops, boosts, or leaves to the rules again.

Drop: trials of the family that are under way are ended at once, which frees their workers, and
none starts any more. What it has trained stays on the leaderboard and may be in the ensemble.

Boost: see `policy.BOOST`. Its trials are not given up for being behind (`pruning`). One that has
failed is tried again when a person asks for it; if it goes on failing it is given up again.
"""

from __future__ import annotations

from dataclasses import replace

from jupyter_automl.core import events as ev
from jupyter_automl.core.wishes import families_of, leaves_nothing
from jupyter_automl.engine import booking
from jupyter_automl.engine import commands as do
from jupyter_automl.engine import stimuli as got
from jupyter_automl.engine.state import State

Outcome = tuple[State, tuple[do.Command, ...]]


def drop(state: State, stimulus: got.CommandArrived) -> Outcome:
    """End its trials and start no more, unless nothing would be left to train."""
    family = stimulus.family
    if family in state.dropped:
        return state, ()
    if not _known(state, family):
        return state, (_refusal("monitor-refused-unknown", family),)
    dropped = state.dropped | {family}
    if state.plan is not None and leaves_nothing(state.plan, dropped):
        return state, (_refusal("monitor-refused-last", state.label(family)),)
    state = replace(
        state,
        dropped=dropped,
        boosted=state.boosted - {family},
        set_aside=tuple(trial for trial in state.set_aside if trial.spec.family != family),
        held=tuple(one for one in state.held if one.family != family),
    )
    state, ended = _end_trials(state, family)
    return state, (_taken(stimulus), *ended)


def boost(state: State, stimulus: got.CommandArrived) -> Outcome:
    """Give it more of the new trials."""
    family = stimulus.family
    if family in state.boosted:
        return state, ()
    if not _known(state, family):
        return state, (_refusal("monitor-refused-unknown", family),)
    state = replace(state, dropped=state.dropped - {family}, boosted=state.boosted | {family})
    return _forgiven(state, family), (_taken(stimulus),)


def restore(state: State, stimulus: got.CommandArrived) -> Outcome:
    """Undo both."""
    family = stimulus.family
    if family not in state.dropped | state.boosted:
        return state, ()
    state = replace(state, dropped=state.dropped - {family}, boosted=state.boosted - {family})
    return _forgiven(state, family), (_taken(stimulus),)


def settled(state: State) -> Outcome:
    """The state once there is a plan: what was dropped before must leave something to train."""
    assert state.plan is not None
    if not state.dropped or not leaves_nothing(state.plan, state.dropped):
        return state, ()
    back = tuple(ev.CommandTaken(command="restore", family=f) for f in sorted(state.dropped))
    refused = (_refusal("monitor-refused-all"), do.Append(bodies=back))
    return replace(state, dropped=frozenset()), refused


def _known(state: State, family: str) -> bool:
    # Before there is a plan, whoever sends the command has to know the names.
    return bool(family) and (state.plan is None or family in families_of(state.plan))


def _forgiven(state: State, family: str) -> State:
    record = state.record(family)
    if not record.dropped:
        return state
    record = replace(record, n_errors=0, n_losses=0, hung=False)
    return booking.with_record(state, family, record)


def _end_trials(state: State, family: str) -> Outcome:
    from jupyter_automl.core.words import say

    made: list[do.Command] = []
    bodies: list[ev.Body] = []
    message = say("monitor-dropped-trial", family=state.label(family))
    error = {"code": "stopped", "message": message, "hint": "", "context": {}}
    # The latest first: one that waits must not get the worker of one that was ended.
    for number, trial in reversed(tuple(state.running.items())):
        if trial.spec.family != family:
            continue
        made.append(do.KillTrial(number=number))
        state = booking.credit(booking.without(state, number), trial)
        if trial.began is not None:
            seconds = booking.seconds_of(state, trial)
            bodies.append(
                ev.TrialFailed(
                    number=number, family=family, reason="stopped", error=error, seconds=seconds
                )
            )
    if bodies:
        made.append(do.Append(bodies=tuple(bodies)))
    return state, tuple(made)


def _taken(stimulus: got.CommandArrived) -> do.Append:
    taken = ev.CommandTaken(command=stimulus.command, family=stimulus.family)
    return do.Append(bodies=(taken,))


def _refusal(key: str, family: str = "") -> do.Append:
    from jupyter_automl.core.words import say

    message = say(key, family=family)
    return do.Append(bodies=(ev.NoticeRaised(code="command_refused", message=message),))
