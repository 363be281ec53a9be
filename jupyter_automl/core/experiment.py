"""A run as its events tell it: the one projection that every surface draws."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from rpds import HashTrieMap

from jupyter_automl.core import events as ev
from jupyter_automl.core.budget import format_duration
from jupyter_automl.core.dataset import Dataset
from jupyter_automl.core.leaderboard import ENSEMBLE, Leaderboard, LeaderboardRow
from jupyter_automl.core.place import queue_text
from jupyter_automl.core.plan import Plan
from jupyter_automl.core.rows import FamilyTally, RunningTrial, family_row
from jupyter_automl.core.task import TaskSpec
from jupyter_automl.core.trial import TrialResult, TrialSpec

Changes = dict[str, Any]
"""Fields of an `Experiment` and their new values."""


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
    results, specs, failures : HashTrieMap of int to TrialResult, TrialSpec, TrialFailed
        By the number of the trial; in no order.
    families : Mapping of str to FamilyTally
        What the trials of each family came to.
    n_done, n_failed, n_pruned : int
        Trials by outcome.
    gpu : GpuSample or None
        None where no GPU is used, or nothing is known of it.
    dropped, boosted : frozenset of str
        Families that a person has dropped, or wants more of.
    outcomes : Mapping of str to (failed, pruned)
        Numbers of trials of each family without a model.
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
    gpu: ev.GpuSample | None = None
    leaderboard: Leaderboard = field(default_factory=Leaderboard)
    running: Mapping[int, RunningTrial] = field(default_factory=dict)
    results: HashTrieMap[int, TrialResult] = field(default_factory=HashTrieMap)
    specs: HashTrieMap[int, TrialSpec] = field(default_factory=HashTrieMap)
    failures: HashTrieMap[int, ev.TrialFailed] = field(default_factory=HashTrieMap)
    families: Mapping[str, FamilyTally] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    notices: tuple[ev.NoticeRaised, ...] = ()
    best_history: tuple[tuple[float, float], ...] = ()
    explanations: Mapping[str, ev.ExplanationReady] = field(default_factory=dict)
    n_done: int = 0
    n_failed: int = 0
    n_pruned: int = 0
    dropped: frozenset[str] = frozenset()
    boosted: frozenset[str] = frozenset()
    outcomes: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    def wish(self, family: str) -> str:
        """``"dropped"``, ``"boosted"`` or an empty string."""
        if family in self.dropped:
            return "dropped"
        return "boosted" if family in self.boosted else ""

    @property
    def ended(self) -> bool:
        """Whether no trial will start any more."""
        return self.status in ev.ENDED

    def apply(self, event: ev.Event) -> Experiment:
        """The state after one more event; an event already applied changes nothing.

        Notes
        -----
        It costs the same after ten thousand trials as after ten: what grows with the trials is
        shared between the states (persistent maps), and a family's row is made of its tally.
        """
        if event.seq <= self.seq:
            return self
        changes = {
            "run_id": event.run_id,
            "seq": event.seq,
            "updated_at": event.at,
            "elapsed_seconds": self.elapsed_at(event.at),
        }
        changes |= _APPLY[type(event.body)](self, event.body, event.at)
        if "leaderboard" in changes:
            changes |= _best_history(self, changes)
        return replace(self, **changes)

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


def _created(state: Experiment, body: ev.RunCreated, at: float) -> Changes:
    return {
        "name": body.name,
        "dataset": body.dataset,
        "task": body.task,
        "prompt": body.prompt,
        "created_at": at,
        "budget_seconds": body.task.budget_seconds or 0.0,
        "message": "Waiting for a runner.",
    }


def _queue_moved(state: Experiment, body: ev.QueueMoved, at: float) -> Changes:
    return {
        "status": "queued",
        "queue_place": body.place,
        "queue_behind": body.behind,
        "message": queue_text(body),
    }


def _runner_started(state: Experiment, body: ev.RunnerStarted, at: float) -> Changes:
    # The budget counts from the call of fit, so waiting for a process is part of it; waiting
    # for other runs is not.
    started_at = state.created_at + body.waited_seconds
    return {
        "status": "running",
        "started_at": started_at,
        "elapsed_seconds": max(0.0, at - started_at),
        "paused_at": None,
        "paused_seconds": 0.0,
        "queue_place": None,
        "queue_behind": (),
        "message": "Starting the workers.",
    }


def _stage_changed(state: Experiment, body: ev.StageChanged, at: float) -> Changes:
    return {"stage": body.stage, "message": body.message}


def _notice(state: Experiment, body: ev.NoticeRaised, at: float) -> Changes:
    return {"notices": (*state.notices, body)}


def _plan_made(state: Experiment, body: ev.PlanMade, at: float) -> Changes:
    plan = body.plan
    return {
        "plan": plan,
        "budget_seconds": state.budget_seconds or plan.budget_seconds,
        "leaderboard": Leaderboard(metric=plan.metric, greater_is_better=plan.greater_is_better),
    }


def _trial_started(state: Experiment, body: ev.TrialStarted, at: float) -> Changes:
    spec = body.trial
    trial = RunningTrial(spec=spec, label=body.family_label, n_folds=body.n_folds, started_at=at)
    return {
        "specs": state.specs.insert(spec.number, spec),
        **_with_row(
            state,
            spec.family,
            running={**state.running, spec.number: trial},
            labels={**state.labels, spec.family: body.family_label},
        ),
    }


def _fold_finished(state: Experiment, body: ev.FoldFinished, at: float) -> Changes:
    trial = state.running.get(body.number)
    if trial is None:
        return {}
    trial = replace(trial, folds_done=body.fold, n_folds=body.n_folds)
    return _with_row(state, trial.spec.family, running={**state.running, body.number: trial})


def _trial_finished(state: Experiment, body: ev.TrialFinished, at: float) -> Changes:
    result = body.result
    tally = state.families.get(result.family, FamilyTally())
    better = state.leaderboard.greater_is_better
    return {
        "results": state.results.insert(result.number, result),
        "n_done": state.n_done + 1,
        **_with_row(
            state,
            result.family,
            running=_without(state.running, result.number),
            families={**state.families, result.family: tally.with_result(result, better)},
        ),
    }


def _trial_failed(state: Experiment, body: ev.TrialFailed, at: float) -> Changes:
    # A trial that a person's stop cut off did not fail: it has nothing to be told of.
    failed = body.reason not in ("stopped", "pruned")
    n_failed, n_pruned = state.outcomes.get(body.family, (0, 0))
    mine = (n_failed + failed, n_pruned + (body.reason == "pruned"))
    return {
        "outcomes": {**state.outcomes, body.family: mine},
        "n_pruned": state.n_pruned + (body.reason == "pruned"),
        "n_failed": state.n_failed + failed,
        "failures": state.failures.insert(body.number, body),
        **_with_row(
            state,
            body.family,
            running=_without(state.running, body.number),
            failure=str(body.error.get("message", "")) if failed else "",
        ),
    }


def _ensemble_updated(state: Experiment, body: ev.EnsembleUpdated, at: float) -> Changes:
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
    return {"leaderboard": state.leaderboard.with_row(row)}


def _resources(state: Experiment, body: ev.ResourcesSampled, at: float) -> Changes:
    return {
        "elapsed_seconds": max(state.elapsed_at(at), body.elapsed_seconds),
        "cpu_percent": body.cpu_percent,
        "memory_bytes": body.memory_bytes,
        "memory_total_bytes": body.memory_total_bytes,
        "gpu": body.gpu,
    }


def _command_taken(state: Experiment, body: ev.CommandTaken, at: float) -> Changes:
    if body.command == "extend":
        queued = state.queue_place is not None
        return {
            "message": state.message if queued else "The budget was extended.",
            "budget_seconds": state.budget_seconds + (body.argument or 0.0),
        }
    if body.command in ev.FAMILY_COMMANDS:
        return _family_wished(state, body)
    messages = {
        "stop": "Stopping and keeping the best.",
        "cancel": "Cancelling.",
        "pause": "Paused.",
        "resume": "Training goes on.",
    }
    changes = {"message": messages[body.command], "queue_place": None, "queue_behind": ()}
    if body.command == "pause":
        since = at if state.paused_at is None else state.paused_at
        return {**changes, "status": "paused", "paused_at": since}
    if state.started_at is None:
        waits = body.command == "resume"
        message = "Waiting for its turn." if waits else changes["message"]
        return {**changes, "status": "queued", "paused_at": None, "message": message}
    if state.paused_at is not None:
        paused = state.paused_seconds + at - state.paused_at
        return {**changes, "status": "running", "paused_at": None, "paused_seconds": paused}
    return changes


def _family_wished(state: Experiment, body: ev.CommandTaken) -> Changes:
    one = frozenset((body.family,))
    dropped, boosted = state.dropped - one, state.boosted - one
    if body.command == "drop":
        dropped |= one
    elif body.command == "boost":
        boosted |= one
    changes: Changes = {"dropped": dropped, "boosted": boosted}
    if any(row.family == body.family for row in state.leaderboard.rows):
        last = max((n for n, f in state.failures.items() if f.family == body.family), default=0)
        failure = str(state.failures[last].error.get("message", "")) if last else ""
        changed = replace(state, **changes)
        changes["leaderboard"] = _board(
            changed, state.leaderboard, body.family, failure, running=state.running
        )
    return changes


def _explanation_ready(state: Experiment, body: ev.ExplanationReady, at: float) -> Changes:
    return {"explanations": {**state.explanations, body.model: body}}


def _ended(state: Experiment, body: ev.RunEnded, at: float) -> Changes:
    board = state.leaderboard
    for family in sorted({trial.spec.family for trial in state.running.values()}):
        board = _board(state, board, family, running={})
    return {
        "status": body.status,
        "stage": "ended",
        "reason": body.reason,
        "message": body.reason,
        "error": body.error,
        "elapsed_seconds": body.elapsed_seconds,
        "queue_place": None,
        "queue_behind": (),
        "running": {},
        "leaderboard": board,
    }


_APPLY: Mapping[type, Callable[[Experiment, Any, float], Changes]] = {
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


def _with_row(state: Experiment, family: str, *, failure: str = "", **parts: Any) -> Changes:
    """What changes with some parts of the state that a family's row is made of."""
    return {**parts, "leaderboard": _board(state, state.leaderboard, family, failure, **parts)}


def _board(
    state: Experiment,
    board: Leaderboard,
    family: str,
    failure: str = "",
    *,
    running: Mapping[int, RunningTrial],
    labels: Mapping[str, str] | None = None,
    families: Mapping[str, FamilyTally] | None = None,
) -> Leaderboard:
    """The leaderboard with the row of a family made anew; the parts are those after the event."""
    row = family_row(
        family,
        (labels or state.labels).get(family, family),
        tally=(families or state.families).get(family, FamilyTally()),
        running=[trial for trial in running.values() if trial.spec.family == family],
        failure=failure,
        wish=state.wish(family),
    )
    if row is not None:
        return board.with_row(row)
    # Its only trial was cut off by the end of the run: it never had a result to show.
    return replace(board, rows=tuple(row for row in board.rows if row.family != family))


def _best_history(state: Experiment, changes: Changes) -> Changes:
    """One more point where the best score has improved."""
    board: Leaderboard = changes["leaderboard"]
    best = board.best
    if best is None or best.score is None:
        return {}
    if state.best_history:
        last = state.best_history[-1][1]
        better = best.score > last if board.greater_is_better else best.score < last
        if not better:
            return {}
    point = (round(changes["elapsed_seconds"], 2), best.score)
    return {"best_history": (*state.best_history, point)}


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
