"""What follows from a state by itself: new work, the end of training, the end of the run."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from jupyter_automl.core import events as ev
from jupyter_automl.core.leaderboard import ENSEMBLE
from jupyter_automl.core.trial import STACKED_ON, TrialSpec
from jupyter_automl.engine import commands as do
from jupyter_automl.engine.ahead import n_open, withdraw
from jupyter_automl.engine.placing import placed
from jupyter_automl.engine.policy import (
    next_family,
    next_stack,
    next_step,
    next_work,
    under_way,
)
from jupyter_automl.engine.pruning import least_scores
from jupyter_automl.engine.reasons import nothing_gained, out_of_work, used_up, verdict
from jupyter_automl.engine.stacking import settings_of, storey_due
from jupyter_automl.engine.state import LEAST_CANDIDATES, Running, State, Target

Outcome = tuple[State, tuple[do.Command, ...]]

END_MARGIN = 0.2
"""Seconds before the deadline at which the last event is written."""

FINAL_SELECTION_SHARE = 0.4
"""Of the time left at the end; the rest is for explaining."""

FINAL_SELECTION_SHARE_ALONE = 0.8
"""The same where nothing is explained."""

LEAST_EXPLAIN_SECONDS = 0.4
EXPLAIN_MARGIN = 0.8
"""Seconds for loading, storing and telling; an explanation works up to its own limit."""

LEAST_FINISH_SECONDS = 8.0
_CUT = "The budget ended before it was done."


def advance(state: State) -> Outcome:
    """Start what can start, end what must end."""
    made: list[do.Command] = []
    if state.paused:
        return state, ()
    if state.phase == "planning" and state.elapsed >= state.deadline - END_MARGIN:
        return _end(state, made)
    if state.phase == "training":
        state = _train(state, made)
    if state.phase == "finishing":
        return _finish(state, made)
    return state, tuple(made)


def kill_running(state: State, *, reason: Literal["time", "stopped"], message: str) -> Outcome:
    """End all trials under way; each is told as failed."""
    made: list[do.Command] = []
    bodies: list[ev.Body] = []
    # The latest first: one that waits must not get the worker of one that was ended.
    for number, trial in reversed(tuple(state.running.items())):
        made.append(do.KillTrial(number=number))
        if trial.began is None:
            continue
        bodies.append(
            ev.TrialFailed(
                number=number,
                family=trial.spec.family,
                reason=reason,
                error={"code": reason, "message": message, "hint": "", "context": {}},
                seconds=state.elapsed - trial.began,
            )
        )
    if bodies:
        made.append(do.Append(bodies=tuple(bodies)))
    return replace(state, running={}), tuple(made)


# Training


def _train(state: State, made: list[do.Command]) -> State:
    if state.left <= 0:
        return _begin_finish(state, made, used_up(state))
    state = _start_again(state, made)
    if state.ordered:
        return _train_in_order(state, made)
    if state.settled and next_stack(state) is None:
        reason = nothing_gained(state)
        state, kills = kill_running(state, reason="stopped", message=reason)
        made += kills
        return _begin_finish(state, made, reason)
    while n_open(state) > 0:
        work = next_work(state)
        if work.kind == "stack":
            state = _start_stack(state, work.step, made)
        elif work.kind == "step":
            state = _start_step(state, work.step, made)
        elif work.kind == "trial":
            state = _start_suggestion(state, made)
        elif work.kind == "ask" and work.family:
            state = _ask(replace(state, suggestion=None), work.family, made)
        elif work.kind == "wait" or state.running or state.asking:
            break
        else:
            return _begin_finish(state, made, out_of_work(state))
    return _select_ensemble(_ask_ahead(state, made), made)


def _train_in_order(state: State, made: list[do.Command]) -> State:
    """The steps, then searched trials in batches of one a worker.

    Between two batches all that was learned is taken in by the order of its numbers, so
    that which trial happened to be done first changes nothing.
    """
    while state.n_idle > 0 and (index := next_step(state)) is not None:
        state = _start_step(state, index, made)
    if state.running or state.asking or state.ensemble.pending:
        return state
    if not state.held:
        state = _select_ensemble(state, made)
        if state.ensemble.pending:
            return state
    family = next_family(state) if len(state.held) < state.batch else None
    if family is not None:
        return _ask(state, family, made)
    if not state.held:
        return _begin_finish(state, made, out_of_work(state))
    for suggestion in state.held[: state.batch]:
        state = _start_suggestion(replace(state, suggestion=suggestion), made)
    return replace(state, held=())


def _start_again(state: State, made: list[do.Command]) -> State:
    """Trials that a pause has ended, as they were."""
    while state.set_aside and n_open(state) > 0:
        trial, *rest = state.set_aside
        number = trial.spec.number
        limit = _time_limit(state, trial.spec.family)
        spec = placed(state, replace(trial.spec, time_limit_seconds=limit))
        trial = replace(trial, spec=spec)
        made.append(do.SubmitTrial(spec=trial.spec, token=trial.token))
        state = replace(state, set_aside=tuple(rest), running={**state.running, number: trial})
    return state


def _start_step(state: State, index: int, made: list[do.Command]) -> State:
    assert state.plan is not None
    step = state.plan.steps[index]
    spec = _spec(state, step.family)
    spec = replace(spec, params=step.params, source=step.source, label=step.label)
    spec = placed(state, spec)
    state = replace(state, steps=tuple(i for i in state.steps if i != index))
    outlook = state.outlook
    running = Running(
        spec=spec,
        predicted_seconds=outlook.step_seconds[index],
        predicted_bytes=outlook.step_bytes[index] if outlook.step_bytes else 0,
    )
    made.append(do.SubmitTrial(spec=spec))
    return _run(state, running)


def _start_stack(state: State, place: int, made: list[do.Command]) -> State:
    assert state.plan is not None
    if not state.to_stack:
        settings, below = settings_of(state), storey_due(state)
        state = replace(state, to_stack=settings, storeys=(*state.storeys, below))
    step, below = state.plan.stacks[place], state.storeys[-1]
    spec = replace(
        _spec(state, step.family),
        params={**step.params, STACKED_ON: list(below)},
        source=step.source,
        label=f"{step.label} on {len(below)} models",
    )
    spec = placed(state, spec)
    running = Running(
        spec=spec,
        predicted_seconds=state.outlook.stack_seconds[place],
        predicted_bytes=state.outlook.stack_bytes[place] if state.outlook.stack_bytes else 0,
    )
    made.append(do.SubmitTrial(spec=spec))
    state = replace(
        state,
        to_stack=tuple(other for other in state.to_stack if other != place),
        stacked={**state.stacked, spec.number: (place, len(state.storeys) - 1)},
    )
    return _run(state, running)


def _start_suggestion(state: State, made: list[do.Command]) -> State:
    suggestion = state.suggestion
    assert suggestion is not None
    spec = placed(state, replace(_spec(state, suggestion.family), params=suggestion.params))
    made.append(do.SubmitTrial(spec=spec, token=suggestion.token))
    running = Running(
        spec=spec,
        predicted_seconds=state.outlook.search_seconds[suggestion.family],
        predicted_bytes=state.outlook.search_bytes.get(suggestion.family, 0),
        token=suggestion.token,
    )
    return _run(replace(state, suggestion=None), running)


def _run(state: State, running: Running) -> State:
    number = running.spec.number
    return replace(
        state,
        last_number=number,
        n_models=state.n_models + (running.spec.source != "baseline"),
        running={**state.running, number: running},
    )


def _spec(state: State, family: str) -> TrialSpec:
    assert state.plan is not None
    number = state.last_number + 1
    return TrialSpec(
        number=number,
        family=family,
        source="search",
        # Any fixed rule will do; a prime keeps the trials of neighbouring seeds apart.
        random_state=(state.plan.random_state * 1_000_003 + number * 101) % 2**31,
        time_limit_seconds=_time_limit(state, family),
        # In an ordered run what is known depends on who was done first.
        least_scores=() if state.ordered else least_scores(state, family),
    )


def _time_limit(state: State, family: str) -> float | None:
    return None if state.ordered else round(min(state.left, state.longest(family)), 3)


def _ask(state: State, family: str, made: list[do.Command]) -> State:
    made.append(do.AskSampler(family=family))
    return replace(state, asking=family)


def _ask_ahead(state: State, made: list[do.Command]) -> State:
    """Have a suggestion at hand before a worker is free: making a sampler takes a while."""
    if state.suggestion is not None or state.asking is not None or next_step(state) is not None:
        return state
    family = next_family(state)
    return state if family is None else _ask(state, family, made)


# The ensemble


def _select_ensemble(state: State, made: list[do.Command]) -> State:
    ensemble = state.ensemble
    if ensemble.pending or not ensemble.waiting or ensemble.n_candidates < LEAST_CANDIDATES:
        return state
    finishing = state.phase == "finishing"
    at_once = finishing or state.ordered or state.idle
    if not at_once and state.elapsed < ensemble.not_before:
        return state
    share = FINAL_SELECTION_SHARE if state.explain else FINAL_SELECTION_SHARE_ALONE
    limit = share * (state.deadline - state.elapsed)
    # One that begins just before training ends may last as long as one that begins after it.
    limit = limit if finishing else max(limit, state.left)
    if limit <= 0:
        return state
    added = tuple(sorted(ensemble.waiting, key=lambda result: result.number))
    made.append(do.SelectEnsemble(added=added, time_limit_seconds=limit))
    ensemble = replace(ensemble, waiting=(), pending=True, asked_after=state.last_number)
    return replace(state, ensemble=ensemble)


# The end


def _begin_finish(state: State, made: list[do.Command], reason: str) -> State:
    state = withdraw(state, made)
    message = "Choosing the ensemble and explaining the best model."
    if not state.explain:
        message = "Choosing the ensemble."
    made.append(do.Append(bodies=(ev.StageChanged(stage="finishing", message=message),)))
    return replace(
        state,
        phase="finishing",
        ending=("finished", reason),
        suggestion=None,
        held=(),
        # An early end does not wait for the rest of the budget.
        deadline=min(state.deadline, state.elapsed + _most_finish_seconds(state)),
    )


def _most_finish_seconds(state: State) -> float:
    reserve = state.plan.reserve_seconds if state.plan else 0.0
    running = max((under_way(state, trial) for trial in state.running.values()), default=0.0)
    return running + max(LEAST_FINISH_SECONDS, 1.5 * reserve)


def _finish(state: State, made: list[do.Command]) -> Outcome:
    assert state.ending is not None
    if state.elapsed >= state.deadline - END_MARGIN:
        return _end(state, made)
    if state.running and state.elapsed >= state.kill_at:
        state, kills = kill_running(state, reason="time", message=_CUT)
        made += kills
    if not state.running:
        state = _select_ensemble(state, made)
    state = _explain(state, made)
    if state.running or state.ensemble.pending or state.explaining is not None:
        return state, tuple(made)
    return _end(state, made)


def _explain(state: State, made: list[do.Command]) -> State:
    if state.explaining is not None or state.n_idle <= 0:
        return state
    target = next((t for t in state.targets() if t not in state.explained), None)
    if target is None or (target[0] == ENSEMBLE and (state.running or state.ensemble.pending)):
        return state
    limit = _explain_seconds(state)
    if limit < LEAST_EXPLAIN_SECONDS:
        return state
    made.append(_submit_explanation(state, target, limit))
    return replace(state, explaining=target)


def _explain_seconds(state: State) -> float:
    """All that is left, but after an early end no more than what was kept for it."""
    assert state.plan is not None
    left = state.deadline - state.elapsed - EXPLAIN_MARGIN
    return min(left, max(2.0, state.plan.reserve_seconds))


def _submit_explanation(state: State, target: Target, limit: float) -> do.SubmitExplanation:
    family, members = target
    return do.SubmitExplanation(
        model="Ensemble" if family == ENSEMBLE else state.label(family),
        family=family,
        members=tuple((state.results[number], weight) for number, weight in members),
        time_limit_seconds=round(limit, 3),
    )


def _end(state: State, made: list[do.Command]) -> Outcome:
    state, kills = kill_running(state, reason="time", message=_CUT)
    # First what is to be read, then what takes a moment.
    made += [command for command in kills if isinstance(command, do.Append)]
    made.append(verdict(state))
    made += [command for command in kills if not isinstance(command, do.Append)]
    if state.explaining is not None:
        made.append(do.KillExplanation())
    return replace(state, phase="ended", explaining=None), tuple(made)
