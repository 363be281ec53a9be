"""The run as a pure function: ``step(state, stimulus) -> (state, commands)``.

No clock, no thread, no file: time arrives as `Ticked`, and the driver sets `State.elapsed` before
other stimuli. A list of stimuli is a test.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from jupyter_automl.core import events as ev
from jupyter_automl.engine import booking
from jupyter_automl.engine import commands as do
from jupyter_automl.engine import stimuli as got
from jupyter_automl.engine.advance import advance
from jupyter_automl.engine.failing import end_hanging, ended_badly
from jupyter_automl.engine.orders import obey
from jupyter_automl.engine.placing import leave_gpu, on_gpu
from jupyter_automl.engine.policy import learned_ratio
from jupyter_automl.engine.pruning import expected_score
from jupyter_automl.engine.stacking import predict_ms
from jupyter_automl.engine.state import Ensemble, Running, State
from jupyter_automl.engine.weighing import learn_from_end
from jupyter_automl.engine.wishes import settled

Outcome = tuple[State, tuple[do.Command, ...]]

SELECTION_SHARE = 0.1


def start(
    *,
    n_workers: int,
    budget_seconds: float,
    max_trials: int | None = None,
    use_all_time: bool = False,
    explain: bool = True,
    dropped: frozenset[str] = frozenset(),
    boosted: frozenset[str] = frozenset(),
) -> State:
    """The state of a run whose plan is being made."""
    return State(
        n_workers=n_workers,
        budget_seconds=budget_seconds,
        deadline=budget_seconds,
        max_trials=max_trials,
        use_all_time=use_all_time,
        explain=explain,
        dropped=dropped,
        boosted=boosted,
    )


def step(state: State, stimulus: got.Stimulus) -> Outcome:
    """What follows from one thing that happened.

    Returns
    -------
    (State, tuple of Command)
        Commands are to be carried out in order. An ended state answers nothing.
    """
    if state.phase == "ended":
        return state, ()
    state, first = _HANDLERS[type(stimulus)](state, stimulus)
    state, ended = end_hanging(state) if isinstance(stimulus, got.Ticked) else (state, ())
    state, then = advance(state)
    return state, (*first, *ended, *then)


def _ticked(state: State, stimulus: got.Ticked) -> Outcome:
    return replace(state, elapsed=max(state.elapsed, stimulus.elapsed_seconds)), ()


def _plan_ready(state: State, stimulus: got.PlanReady) -> Outcome:
    plan = stimulus.plan
    state = replace(
        state,
        phase="training",
        plan=plan,
        outlook=stimulus.outlook,
        steps=tuple(range(len(plan.steps))),
    )
    training = ev.StageChanged(stage="training", message="Training the first models.")
    bodies: tuple[ev.Body, ...] = (*stimulus.notices, ev.PlanMade(plan=plan), training)
    state, refused = settled(state)
    return state, (do.Append(bodies=bodies), *refused)


def _plan_failed(state: State, stimulus: got.PlanFailed) -> Outcome:
    reason = str(stimulus.error.get("message", "")) or "No plan could be made."
    finish = do.Finish(status="failed", reason=reason, error=stimulus.error)
    return replace(state, phase="ended"), (finish,)


def _trial_began(state: State, stimulus: got.TrialBegan) -> Outcome:
    trial = state.running.get(stimulus.number)
    if trial is None:
        return state, ()
    trial = replace(trial, began=state.elapsed)
    state = replace(state, running={**state.running, stimulus.number: trial})
    return state, (do.Append(bodies=(booking.started(state, trial.spec),)),)


def _fold_done(state: State, stimulus: got.FoldDone) -> Outcome:
    if stimulus.number not in state.running or stimulus.n_folds <= 1:
        return state, ()
    body = ev.FoldFinished(
        number=stimulus.number,
        fold=stimulus.fold,
        n_folds=stimulus.n_folds,
        score=stimulus.score,
    )
    return state, (do.Append(bodies=(body,)),)


def _trial_done(state: State, stimulus: got.TrialDone) -> Outcome:
    result = stimulus.result
    trial = state.running.get(result.number)
    if trial is None:
        return state, ()
    state = booking.credit(booking.without(state, result.number), trial)
    state = _with_gain(state, result.number, result.score)
    record = state.record(result.family)
    best = record.best_score
    if best is None or state.sign * result.score > state.sign * best:
        best = result.score
    # Only errors in a row count; where a run has to repeat, their order is not the same twice.
    n_errors = record.n_errors if state.ordered else 0
    record = replace(record, best_score=best, n_errors=n_errors)
    if not on_gpu(trial.spec):
        # Costs are those of the CPU, where most trials run.
        took = max(booking.seconds_of(state, trial), result.fit_seconds)
        cut = bool(result.info.get("stopped_by_time"))
        ratio = learned_ratio(record.ratio, took, trial.predicted_seconds, cut=cut)
        record = replace(record, ratio=ratio)
    state = replace(
        booking.with_record(state, result.family, record),
        results={**state.results, result.number: result},
        ensemble=_with_candidate(state.ensemble, trial, stimulus),
    )
    state, moved = leave_gpu(state, result.family, result.info.get("gpu_error"))
    state, skipped = learn_from_end(state, trial, result.memory_bytes)
    append = do.Append(bodies=(ev.TrialFinished(result=result), *moved, *skipped))
    return state, (append, *booking.tell_sampler(state, trial, result.score))


def _with_gain(state: State, number: int, score: float) -> State:
    """Notes whether a score is the best there is."""
    known = [result.score for result in state.results.values()]
    if state.ensemble.score is not None:
        known.append(state.ensemble.score)
    if any(state.sign * score <= state.sign * other for other in known):
        return state
    return replace(state, last_gain=max(state.last_gain, number))


def _with_candidate(ensemble: Ensemble, trial: Running, stimulus: got.TrialDone) -> Ensemble:
    if trial.spec.source == "baseline":
        return ensemble
    return replace(
        ensemble,
        waiting=(*ensemble.waiting, stimulus.result),
        n_candidates=ensemble.n_candidates + 1,
    )


def _trial_pruned(state: State, stimulus: got.TrialPruned) -> Outcome:
    trial = state.running.get(stimulus.number)
    if trial is None:
        return state, ()
    state = booking.credit(booking.without(state, stimulus.number), trial)
    body = ev.TrialFailed(
        number=stimulus.number,
        family=trial.spec.family,
        reason="pruned",
        error=stimulus.error,
        seconds=booking.seconds_of(state, trial),
    )
    expected = expected_score(state, stimulus.n_folds, stimulus.score)
    return state, (do.Append(bodies=(body,)), *booking.tell_sampler(state, trial, expected))


def _suggested(state: State, stimulus: got.Suggested) -> Outcome:
    if stimulus.family in state.dropped:
        return replace(state, asking=None), ()
    if state.ordered:
        return replace(state, held=(*state.held, stimulus), asking=None), ()
    return replace(state, suggestion=stimulus, asking=None), ()


def _sampler_failed(state: State, stimulus: got.SamplerFailed) -> Outcome:
    family = stimulus.family
    asking = None if state.asking == family else state.asking
    record = state.record(family)
    over = replace(record, search_over=True)
    state = booking.with_record(replace(state, asking=asking), family, over)
    if record.search_over:
        return state, ()
    notice = ev.NoticeRaised(
        code="search_failed",
        message=f"The search over {state.label(family)} cannot go on: "
        f"{stimulus.error.get('message', '')}",
    )
    return state, (do.Append(bodies=(notice,)),)


def _ensemble_selected(state: State, stimulus: got.EnsembleSelected) -> Outcome:
    rest = stimulus.seconds * (1 - SELECTION_SHARE) / SELECTION_SHARE
    ensemble = replace(state.ensemble, pending=False, not_before=state.elapsed + rest)
    if stimulus.score is None or not stimulus.members:
        return replace(state, ensemble=ensemble), ()
    promise = state.sign * stimulus.score if stimulus.promise is None else stimulus.promise
    # A later selection may be weaker: of many models fewer of a family take part.
    if ensemble.promise is not None and promise <= ensemble.promise:
        return replace(state, ensemble=ensemble), ()
    state = _with_gain(state, state.last_number, stimulus.score)
    ensemble = replace(ensemble, members=stimulus.members, score=stimulus.score, promise=promise)
    results = [state.results[number] for number, _ in stimulus.members]
    body = ev.EnsembleUpdated(
        score=stimulus.score,
        score_std=stimulus.score_std,
        members=stimulus.members,
        fit_seconds=sum(result.fit_seconds for result in results),
        predict_ms_per_row=predict_ms(state, [number for number, _ in stimulus.members]),
    )
    return replace(state, ensemble=ensemble), (do.Append(bodies=(body,)),)


def _ensemble_failed(state: State, stimulus: got.EnsembleFailed) -> Outcome:
    ensemble = replace(state.ensemble, pending=False, n_failures=state.ensemble.n_failures + 1)
    state = replace(state, ensemble=ensemble)
    if ensemble.n_failures > 1:
        return state, ()
    notice = ev.NoticeRaised(
        code="ensemble_failed",
        message=f"An ensemble could not be chosen: {stimulus.error.get('message', '')}",
    )
    return state, (do.Append(bodies=(notice,)),)


def _explained(state: State, stimulus: got.Explained) -> Outcome:
    state = _settle_explanation(state)
    return state, (do.Append(bodies=(stimulus.ready,)),)


def _explanation_failed(state: State, stimulus: got.ExplanationFailed) -> Outcome:
    notice = ev.NoticeRaised(
        code="explanation_failed",
        level="info",
        message="The explanation is not ready yet and is made when it is asked for: "
        f"{stimulus.error.get('message', '')}",
    )
    return _settle_explanation(state), (do.Append(bodies=(notice,)),)


def _settle_explanation(state: State) -> State:
    if state.explaining is None:
        return state
    return replace(state, explaining=None, explained=state.explained | {state.explaining})


_HANDLERS: Mapping[type, Callable[[State, Any], Outcome]] = {
    got.Ticked: _ticked,
    got.PlanReady: _plan_ready,
    got.PlanFailed: _plan_failed,
    got.TrialBegan: _trial_began,
    got.FoldDone: _fold_done,
    got.TrialDone: _trial_done,
    got.TrialEndedBadly: ended_badly,
    got.TrialPruned: _trial_pruned,
    got.Suggested: _suggested,
    got.SamplerFailed: _sampler_failed,
    got.EnsembleSelected: _ensemble_selected,
    got.EnsembleFailed: _ensemble_failed,
    got.Explained: _explained,
    got.ExplanationFailed: _explanation_failed,
    got.CommandArrived: obey,
}
