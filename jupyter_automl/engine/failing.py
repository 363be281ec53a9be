"""Trials that end badly, those that do not end at all, and families that are given up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from jupyter_automl.core import events as ev
from jupyter_automl.engine import booking
from jupyter_automl.engine import commands as do
from jupyter_automl.engine import stimuli as got
from jupyter_automl.engine.placing import on_gpu, try_on_cpu
from jupyter_automl.engine.policy import learned_ratio
from jupyter_automl.engine.state import MOST_ERRORS, MOST_LOSSES, Record, Running, State
from jupyter_automl.engine.weighing import learn_from_failure

Outcome = tuple[State, tuple[do.Command, ...]]

HANGS_SHARE = 1.25
HANGS_SECONDS = 2.0
"""A trial that takes so much more than it may does not look at the clock any more."""


def ended_badly(state: State, stimulus: got.TrialEndedBadly, *, hung: bool = False) -> Outcome:
    """A trial without a result.

    Parameters
    ----------
    hung : bool
        Whether it had to be ended from outside. Its family is not tried again.
    """
    trial = state.running.get(stimulus.number)
    if trial is None:
        return state, ()
    state = booking.without(state, stimulus.number)
    if on_gpu(trial.spec) and (hung or stimulus.reason in ("lost", "memory")):
        state, told = try_on_cpu(state, trial, stimulus)
        return state, (do.Append(bodies=told),)
    family, reason = trial.spec.family, stimulus.reason
    state = booking.credit(state, trial)
    bodies: list[ev.Body] = [] if trial.began is not None else [booking.started(state, trial.spec)]
    bodies.append(
        ev.TrialFailed(
            number=stimulus.number,
            family=family,
            reason=reason,
            error=stimulus.error,
            seconds=booking.seconds_of(state, trial),
        )
    )
    if reason == "lost":
        bodies.append(_lost_notice(state, family, stimulus.error))
    before = state.record(family)
    record = replace(
        before,
        n_errors=before.n_errors + (reason in ("error", "memory")),
        n_losses=before.n_losses + (reason == "lost"),
        hung=before.hung or hung,
        ratio=_ratio_of_late(state, trial) if reason == "time" else before.ratio,
    )
    if record.dropped and not before.dropped:
        bodies.append(_dropped_notice(state, family, record, stimulus.error))
    state = replace(booking.with_record(state, family, record), last_error=stimulus.error)
    if reason == "memory":
        state, skipped = learn_from_failure(state, trial)
        bodies += skipped
    told_sampler = booking.tell_sampler(state, trial, None)
    return state, (do.Append(bodies=tuple(bodies)), *told_sampler)


def end_hanging(state: State) -> Outcome:
    """A fit that does not end is ended from outside, and its family is not tried again.

    Not before there is a model: a fit that takes too long is worth more than none then, and
    the first one has to load the data.
    """
    made: list[do.Command] = []
    if state.ensemble.n_candidates == 0:
        return state, ()
    for number, trial in tuple(state.running.items()):
        limit = state.longest(trial.spec.family)
        seconds = booking.seconds_of(state, trial)
        if seconds <= HANGS_SHARE * limit + HANGS_SECONDS:
            continue
        message = f"It was ended after {seconds:.0f} s: it did not keep its limit of {limit:.0f} s."
        error = {"code": "trial_time", "message": message, "hint": "", "context": {}}
        stimulus = got.TrialEndedBadly(number=number, reason="time", error=error)
        state, told = ended_badly(state, stimulus, hung=True)
        made += [do.KillTrial(number=number), *told]
    return state, tuple(made)


def _ratio_of_late(state: State, trial: Running) -> float | None:
    """What the seconds of a trial that was late say of its family's next ones."""
    old = state.record(trial.spec.family).ratio
    if trial.began is None or on_gpu(trial.spec):
        return old
    seconds = booking.seconds_of(state, trial)
    return learned_ratio(old, seconds, trial.predicted_seconds, cut=True)


def _lost_notice(state: State, family: str, error: Mapping[str, Any]) -> ev.NoticeRaised:
    return ev.NoticeRaised(
        code="worker_lost",
        message=f"{error.get('message', 'A worker process died.')} A trial of "
        f"{state.label(family)} is lost; the run goes on.",
    )


def _dropped_notice(
    state: State, family: str, record: Record, error: Mapping[str, Any]
) -> ev.NoticeRaised:
    label, why = state.label(family), error.get("message", "")
    if record.hung:
        message = f"{label} is not tried again. {why}"
    elif state.ordered:
        # Which trial has failed by then would depend on the clock.
        message = f"{label} failed {_times(record)}; it is not searched, but its planned "
        message += f"settings are tried, so that the run can be repeated: {why}"
    else:
        message = f"{label} failed {_times(record)} and is not tried again: {why}"
    return ev.NoticeRaised(code="family_dropped", message=message)


def _times(record: Record) -> str:
    number = MOST_ERRORS if record.n_errors >= MOST_ERRORS else MOST_LOSSES
    return {2: "twice"}.get(number, f"{number} times")
