"""What the list of runs shows, kept up to date inside the transaction that appends."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from jupyter_automl.core import events as ev
from jupyter_automl.core.leaderboard import ENSEMBLE


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSummary:
    """A run as a line of history.

    Attributes
    ----------
    dataset : str
        Name of the dataset.
    task, metric : str or None
        None until they are known.
    best_model : str or None
        Leaderboard name of the best row.
    started : float
        Unix seconds when the run was created; the budget counts from here, or from the end
        of the wait where it had to queue.
    seconds : float
        Elapsed, as of the last event that says so.
    queue_place : int or None
        Its place in the line of runs that wait for their turn, 1 is next; None outside it.
    pid : int or None
        Of the runner process, None until one has claimed the run.
    heartbeat : float or None
        Unix seconds when the runner last said that it lives.
    last_seq : int
        Number of the last event.
    last_at : float
        Unix seconds of the last event.
    """

    id: str
    name: str
    dataset: str
    task: str | None
    metric: str | None
    best_model: str | None
    best_score: float | None
    status: ev.RunStatus
    started: float
    seconds: float
    queue_place: int | None
    pid: int | None
    heartbeat: float | None
    last_seq: int
    last_at: float

    @property
    def ended(self) -> bool:
        """Whether the run is over."""
        return self.status in ev.ENDED


FIELDS = ", ".join(RunSummary.__dataclass_fields__)


def project(db: sqlite3.Connection, run_id: str, body: ev.Body) -> None:
    """Apply one event to the summary of its run."""
    apply = _APPLY.get(type(body))
    if apply is not None:
        apply(db, run_id, body)


def _queue_moved(db: sqlite3.Connection, run_id: str, body: ev.QueueMoved) -> None:
    db.execute(
        "UPDATE runs SET status = 'queued', queue_place = ? WHERE id = ?", (body.place, run_id)
    )


def _runner_started(db: sqlite3.Connection, run_id: str, body: ev.RunnerStarted) -> None:
    db.execute(
        "UPDATE runs SET status = 'running', pid = ?, n_workers = ?, queue_place = NULL, "
        "began = started + ?, turn = COALESCE(turn, started + ?) WHERE id = ?",
        (body.pid, body.n_workers, body.waited_seconds, body.waited_seconds, run_id),
    )


def _plan_made(db: sqlite3.Connection, run_id: str, body: ev.PlanMade) -> None:
    plan = body.plan
    db.execute(
        "UPDATE runs SET task = ?, metric = ?, greater_is_better = ? WHERE id = ?",
        (plan.task, plan.metric, int(plan.greater_is_better), run_id),
    )


def _trial_started(db: sqlite3.Connection, run_id: str, body: ev.TrialStarted) -> None:
    db.execute(
        "INSERT INTO standings (run_id, family, model) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        (run_id, body.trial.family, body.family_label),
    )


def _trial_finished(db: sqlite3.Connection, run_id: str, body: ev.TrialFinished) -> None:
    result = body.result
    pick = "MAX" if _greater_is_better(db, run_id) else "MIN"
    db.execute(
        "INSERT INTO standings (run_id, family, model, score) VALUES (?, ?, ?, ?) "
        "ON CONFLICT DO UPDATE SET "
        f"score = {pick}(COALESCE(score, excluded.score), excluded.score)",
        (run_id, result.family, result.family, result.score),
    )
    _note_best(db, run_id)


def _ensemble_updated(db: sqlite3.Connection, run_id: str, body: ev.EnsembleUpdated) -> None:
    db.execute(
        "INSERT INTO standings (run_id, family, model, score) VALUES (?, ?, 'Ensemble', ?) "
        "ON CONFLICT DO UPDATE SET score = excluded.score",
        (run_id, ENSEMBLE, body.score),
    )
    _note_best(db, run_id)


def _note_best(db: sqlite3.Connection, run_id: str) -> None:
    order = "DESC" if _greater_is_better(db, run_id) else "ASC"
    best = db.execute(
        "SELECT model, score FROM standings WHERE run_id = ? AND score IS NOT NULL "
        # Of equals the ensemble, as on the leaderboard.
        f"ORDER BY score {order}, family <> ?, model LIMIT 1",
        (run_id, ENSEMBLE),
    ).fetchone()
    db.execute("UPDATE runs SET best_model = ?, best_score = ? WHERE id = ?", (*best, run_id))


def _greater_is_better(db: sqlite3.Connection, run_id: str) -> bool:
    row = db.execute("SELECT greater_is_better FROM runs WHERE id = ?", (run_id,)).fetchone()
    return bool(row[0])


def _resources(db: sqlite3.Connection, run_id: str, body: ev.ResourcesSampled) -> None:
    db.execute("UPDATE runs SET seconds = ? WHERE id = ?", (body.elapsed_seconds, run_id))


def _command_taken(db: sqlite3.Connection, run_id: str, body: ev.CommandTaken) -> None:
    if body.command == "pause":
        # A paused run trains nothing: its turn goes to the next in line.
        db.execute(
            "UPDATE runs SET status = 'paused', turn = NULL, queue_place = NULL WHERE id = ?",
            (run_id,),
        )
    elif body.command != "extend" and body.command not in ev.FAMILY_COMMANDS:
        db.execute(
            "UPDATE runs SET status = CASE WHEN began IS NULL THEN 'queued' ELSE 'running' END, "
            "queue_place = NULL WHERE id = ?",
            (run_id,),
        )


def _ended(db: sqlite3.Connection, run_id: str, body: ev.RunEnded) -> None:
    db.execute(
        "UPDATE runs SET status = ?, seconds = ?, turn = NULL, queue_place = NULL WHERE id = ?",
        (body.status, body.elapsed_seconds, run_id),
    )


_APPLY: Mapping[type, Callable[[sqlite3.Connection, str, Any], None]] = {
    ev.QueueMoved: _queue_moved,
    ev.RunnerStarted: _runner_started,
    ev.PlanMade: _plan_made,
    ev.TrialStarted: _trial_started,
    ev.TrialFinished: _trial_finished,
    ev.EnsembleUpdated: _ensemble_updated,
    ev.ResourcesSampled: _resources,
    ev.CommandTaken: _command_taken,
    ev.RunEnded: _ended,
}
