"""A run as its events tell it: the one projection that every surface draws."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from jupyter_automl.core import events as ev
from jupyter_automl.core.budget import format_duration
from jupyter_automl.core.dataset import Dataset
from jupyter_automl.core.leaderboard import ENSEMBLE, Leaderboard, LeaderboardRow
from jupyter_automl.core.place import queue_text
from jupyter_automl.core.plan import Plan
from jupyter_automl.core.rows import RunningTrial, family_row
from jupyter_automl.core.task import TaskSpec
from jupyter_automl.core.trial import TrialResult, TrialSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class Experiment:
    """State of a run after its first `seq` events.

    Attributes
    ----------
    best_history : tuple of (elapsed_seconds, score)
        Every time the best score improved.
    started_at : float or None
        Unix seconds from which the budget counts: the call of `fit`, or the end of the wait
        where the run had to queue. None until it starts.
    elapsed_seconds : float
        Since `started_at`, pauses not counted, as of the last event.
    queue_place : int or None
        Its place in the line of runs that wait for their turn, 1 is next; None outside it.
    queue_behind : tuple of str
        Ids of the runs that it waits for.
    n_done, n_failed, n_pruned : int
        Trials by outcome.
    """

    run_id: str = ""
    seq: int = 0
    name: str = ""
    status: ev.RunStatus = "queued"
    stage: ev.Stage = "starting"
    message: str = ""
    reason: str = ""
    error: Mapping[str, Any] | None = None
    dataset: Dataset | None = None
    task: TaskSpec | None = None
    prompt: str = ""
    plan: Plan | None = None
    created_at: float = 0.0
    started_at: float | None = None
    updated_at: float = 0.0
    elapsed_seconds: float = 0.0
    paused_at: float | None = None
    paused_seconds: float = 0.0
    queue_place: int | None = None
    queue_behind: tuple[str, ...] = ()
    budget_seconds: float = 0.0
    cpu_percent: float = 0.0
    memory_bytes: int = 0
    memory_total_bytes: int = 0
    leaderboard: Leaderboard = field(default_factory=Leaderboard)
    running: Mapping[int, RunningTrial] = field(default_factory=dict)
    results: Mapping[int, TrialResult] = field(default_factory=dict)
    specs: Mapping[int, TrialSpec] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    notices: tuple[ev.NoticeRaised, ...] = ()
    best_history: tuple[tuple[float, float], ...] = ()
    explanations: Mapping[str, ev.ExplanationReady] = field(default_factory=dict)
    n_done: int = 0
    n_failed: int = 0
    n_pruned: int = 0

    @property
    def ended(self) -> bool:
        """Whether no trial will start any more."""
        return self.status in ev.ENDED

    def apply(self, event: ev.Event) -> Experiment:
        """The state after one more event; an event already applied changes nothing."""
        if event.seq <= self.seq:
            return self
        state = replace(
            self,
            run_id=event.run_id,
            seq=event.seq,
            updated_at=event.at,
            elapsed_seconds=self.elapsed_at(event.at),
        )
        return _APPLY[type(event.body)](state, event.body, event.at)

    def elapsed_at(self, now: float) -> float:
        """Seconds of the budget that are used up; `now` as `time.time` gives it."""
        if self.started_at is None or self.ended or self.paused_at is not None:
            return self.elapsed_seconds
        return max(self.elapsed_seconds, now - self.started_at - self.paused_seconds)


def replay(events: Iterable[ev.Event], start: Experiment | None = None) -> Experiment:
    """The state that a log of events leads to."""
    state = start or Experiment()
    for event in events:
        state = state.apply(event)
    return state


def _created(state: Experiment, body: ev.RunCreated, at: float) -> Experiment:
    return replace(
        state,
        name=body.name,
        dataset=body.dataset,
        task=body.task,
        prompt=body.prompt,
        created_at=at,
        budget_seconds=body.task.budget_seconds or 0.0,
        message="Waiting for a runner.",
    )


def _queue_moved(state: Experiment, body: ev.QueueMoved, at: float) -> Experiment:
    return replace(
        state,
        status="queued",
        queue_place=body.place,
        queue_behind=body.behind,
        message=queue_text(body),
    )


def _runner_started(state: Experiment, body: ev.RunnerStarted, at: float) -> Experiment:
    # The budget counts from the call of fit, so waiting for a process is part of it; waiting
    # for other runs is not.
    started_at = state.created_at + body.waited_seconds
    return replace(
        state,
        status="running",
        started_at=started_at,
        elapsed_seconds=max(0.0, at - started_at),
        paused_at=None,
        paused_seconds=0.0,
        queue_place=None,
        queue_behind=(),
        message="Starting the workers.",
    )


def _stage_changed(state: Experiment, body: ev.StageChanged, at: float) -> Experiment:
    return replace(state, stage=body.stage, message=body.message)


def _notice(state: Experiment, body: ev.NoticeRaised, at: float) -> Experiment:
    return replace(state, notices=(*state.notices, body))


def _plan_made(state: Experiment, body: ev.PlanMade, at: float) -> Experiment:
    plan = body.plan
    board = Leaderboard(metric=plan.metric, greater_is_better=plan.greater_is_better)
    return replace(
        state,
        plan=plan,
        budget_seconds=state.budget_seconds or plan.budget_seconds,
        leaderboard=board,
    )


def _trial_started(state: Experiment, body: ev.TrialStarted, at: float) -> Experiment:
    spec = body.trial
    running = RunningTrial(spec=spec, label=body.family_label, n_folds=body.n_folds, started_at=at)
    state = replace(
        state,
        running={**state.running, spec.number: running},
        specs={**state.specs, spec.number: spec},
        labels={**state.labels, spec.family: body.family_label},
    )
    return _refresh_row(state, spec.family)


def _fold_finished(state: Experiment, body: ev.FoldFinished, at: float) -> Experiment:
    trial = state.running.get(body.number)
    if trial is None:
        return state
    trial = replace(trial, folds_done=body.fold, n_folds=body.n_folds)
    state = replace(state, running={**state.running, body.number: trial})
    return _refresh_row(state, trial.spec.family)


def _trial_finished(state: Experiment, body: ev.TrialFinished, at: float) -> Experiment:
    result = body.result
    state = replace(
        state,
        running=_without(state.running, result.number),
        results={**state.results, result.number: result},
        n_done=state.n_done + 1,
    )
    return _note_best(_refresh_row(state, result.family))


def _trial_failed(state: Experiment, body: ev.TrialFailed, at: float) -> Experiment:
    state = replace(
        state,
        running=_without(state.running, body.number),
        n_pruned=state.n_pruned + (body.reason == "pruned"),
        n_failed=state.n_failed + (body.reason not in ("stopped", "pruned")),
    )
    # A trial that a person's stop cut off did not fail: it has nothing to be told of.
    failed = body.reason not in ("stopped", "pruned")
    failure = str(body.error.get("message", "")) if failed else ""
    return _refresh_row(state, body.family, failure=failure)


def _ensemble_updated(state: Experiment, body: ev.EnsembleUpdated, at: float) -> Experiment:
    row = LeaderboardRow(
        model="Ensemble",
        family=ENSEMBLE,
        score=body.score,
        score_std=body.score_std,
        fit_seconds=body.fit_seconds,
        predict_ms_per_row=body.predict_ms_per_row,
        state="done",
        note=f"{len(body.members)} models",
        members=body.members,
    )
    return _note_best(_put_row(state, row))


def _resources(state: Experiment, body: ev.ResourcesSampled, at: float) -> Experiment:
    return replace(
        state,
        elapsed_seconds=max(state.elapsed_seconds, body.elapsed_seconds),
        cpu_percent=body.cpu_percent,
        memory_bytes=body.memory_bytes,
        memory_total_bytes=body.memory_total_bytes,
    )


def _command_taken(state: Experiment, body: ev.CommandTaken, at: float) -> Experiment:
    if body.command == "extend":
        queued = state.queue_place is not None
        return replace(
            state,
            message=state.message if queued else "The budget was extended.",
            budget_seconds=state.budget_seconds + (body.argument or 0.0),
        )
    messages = {
        "stop": "Stopping and keeping the best.",
        "cancel": "Cancelling.",
        "pause": "Paused.",
        "resume": "Training goes on.",
    }
    state = replace(state, message=messages[body.command], queue_place=None, queue_behind=())
    if body.command == "pause":
        since = at if state.paused_at is None else state.paused_at
        return replace(state, status="paused", paused_at=since)
    if state.started_at is None:
        waiting = "Waiting for its turn." if body.command == "resume" else state.message
        return replace(state, status="queued", paused_at=None, message=waiting)
    if state.paused_at is not None:
        paused = state.paused_seconds + at - state.paused_at
        state = replace(state, status="running", paused_at=None, paused_seconds=paused)
    return state


def _explanation_ready(state: Experiment, body: ev.ExplanationReady, at: float) -> Experiment:
    return replace(state, explanations={**state.explanations, body.model: body})


def _ended(state: Experiment, body: ev.RunEnded, at: float) -> Experiment:
    families = {trial.spec.family for trial in state.running.values()}
    state = replace(
        state,
        status=body.status,
        stage="ended",
        reason=body.reason,
        message=body.reason,
        error=body.error,
        elapsed_seconds=body.elapsed_seconds,
        queue_place=None,
        queue_behind=(),
        running={},
    )
    for family in sorted(families):
        state = _refresh_row(state, family)
    return state


_APPLY: Mapping[type, Any] = {
    ev.RunCreated: _created,
    ev.QueueMoved: _queue_moved,
    ev.RunnerStarted: _runner_started,
    ev.StageChanged: _stage_changed,
    ev.NoticeRaised: _notice,
    ev.PlanMade: _plan_made,
    ev.TrialStarted: _trial_started,
    ev.FoldFinished: _fold_finished,
    ev.TrialFinished: _trial_finished,
    ev.TrialFailed: _trial_failed,
    ev.EnsembleUpdated: _ensemble_updated,
    ev.ResourcesSampled: _resources,
    ev.CommandTaken: _command_taken,
    ev.ExplanationReady: _explanation_ready,
    ev.RunEnded: _ended,
}


def _without(mapping: Mapping[int, RunningTrial], key: int) -> Mapping[int, RunningTrial]:
    return {number: trial for number, trial in mapping.items() if number != key}


def _refresh_row(state: Experiment, family: str, failure: str = "") -> Experiment:
    """The row of a family, made anew from its trials."""
    row = family_row(
        family,
        state.labels.get(family, family),
        results=[r for r in state.results.values() if r.family == family],
        running=[t for t in state.running.values() if t.spec.family == family],
        greater_is_better=state.leaderboard.greater_is_better,
        failure=failure,
    )
    if row is None:
        # Its only trial was cut off by the end of the run: it never had a result to show.
        rows = tuple(row for row in state.leaderboard.rows if row.family != family)
        return replace(state, leaderboard=replace(state.leaderboard, rows=rows))
    return _put_row(state, row)


def _put_row(state: Experiment, row: LeaderboardRow) -> Experiment:
    return replace(state, leaderboard=state.leaderboard.with_row(row))


def _note_best(state: Experiment) -> Experiment:
    best = state.leaderboard.best
    if best is None or best.score is None:
        return state
    if state.best_history:
        last = state.best_history[-1][1]
        better = best.score > last if state.leaderboard.greater_is_better else best.score < last
        if not better:
            return state
    point = (round(state.elapsed_seconds, 2), best.score)
    return replace(state, best_history=(*state.best_history, point))


def format_score(score: float | None) -> str:
    """As many digits as a score deserves: ``0.912``, ``12.3``, ``1,234``."""
    if score is None:
        return "–"
    size = abs(score)
    if size >= 1000:
        return f"{score:,.0f}"
    if size >= 100:
        return f"{score:.1f}"
    if size >= 10:
        return f"{score:.2f}"
    return f"{score:.3f}" if size >= 0.001 or size == 0 else f"{score:.2e}"


def headline(state: Experiment, elapsed_seconds: float | None = None) -> str:
    """The one sentence that says how the run stands.

    Parameters
    ----------
    elapsed_seconds : float, optional
        A fresher reading of the clock than the last event's.
    """
    best = state.leaderboard.best
    metric = state.leaderboard.metric
    lead = ""
    if best is not None:
        models = f"{state.n_done} model{'s' if state.n_done != 1 else ''}"
        lead = f"{best.model} leads with {metric} {format_score(best.score)} after {models}"
    if state.ended:
        if state.status == "failed":
            return state.reason
        if best is None:
            return f"{state.reason} No model had finished.".strip()
        won = lead.replace(" leads with ", " is best with ", 1)
        return f"{won}. {state.reason}".strip()
    if not lead:
        return state.message or "Waiting for the first model."
    if state.status == "paused":
        return f"{lead}; paused."
    if state.status == "queued":
        return f"{lead}. {state.message}"
    if state.stage == "finishing" or state.message.startswith(("Stopping", "Cancelling")):
        return f"{lead}. {state.message}"
    elapsed = state.elapsed_seconds if elapsed_seconds is None else elapsed_seconds
    left = max(0.0, state.budget_seconds - elapsed)
    return f"{lead}; {format_duration(left)} left."
