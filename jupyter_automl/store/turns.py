"""Who trains and who waits to: the runs that are not over, oldest first."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from jupyter_automl.core import events as ev


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueEntry:
    """A run that is not over, as the queue sees it.

    Attributes
    ----------
    created : float
        Unix seconds.
    n_workers : int or None
        Worker processes; None while nobody has decided.
    pid : int or None
        Of the runner process; None while nobody has claimed the run.
    heartbeat : float or None
        Unix seconds when the runner last said that it lives.
    turn : float or None
        Unix seconds since when it may train; None while it waits or is paused.
    queue_place : int or None
        The place in line that its log tells last.
    max_runs, memory_bytes : int or None
        As in `core.events.RunCreated`.
    """

    run_id: str
    status: ev.RunStatus
    created: float
    n_workers: int | None = None
    pid: int | None = None
    heartbeat: float | None = None
    turn: float | None = None
    queue_place: int | None = None
    max_runs: int | None = None
    memory_bytes: int | None = None

    @property
    def trains(self) -> bool:
        """Whether it has the turn."""
        return self.turn is not None or self.status == "running"

    @property
    def waits(self) -> bool:
        """Whether it wants the turn; a paused run does not."""
        return self.turn is None and self.status == "queued"


Rule = Callable[[Sequence[QueueEntry]], bool]
"""Whether a run may train beside what goes on; quick, since it holds the write lock."""

# The condition of the index `runs_going_on`, word for word: SQLite uses it only then.
_GOING_ON = "status IN ('queued', 'running', 'paused')"
_COLUMNS = (
    "id, status, started, n_workers, pid, heartbeat, turn, queue_place, max_runs, memory_bytes"
)


def read(db: sqlite3.Connection) -> list[QueueEntry]:
    """Runs that are not over, in the order in which they were created."""
    rows = db.execute(f"SELECT {_COLUMNS} FROM runs WHERE {_GOING_ON} ORDER BY rowid")
    return [QueueEntry(**dict(zip(_FIELDS, row, strict=True))) for row in rows]


def take(db: sqlite3.Connection, run_id: str, pid: int, may: Rule) -> float | None:
    """Give the run of runner `pid` its turn if `may` allows it; the caller holds the write lock.

    Returns
    -------
    float or None
        Unix seconds of the turn; None where it may not, is over, or has another runner.
    """
    entries = read(db)
    own = next((entry for entry in entries if entry.run_id == run_id), None)
    if own is None or own.pid != pid:
        return None
    if own.turn is not None:
        return own.turn
    if not may(entries):
        return None
    # A clock that was set back must not make a turn earlier than its run.
    turn = max(time.time(), own.created)
    db.execute("UPDATE runs SET turn = ? WHERE id = ?", (turn, run_id))
    return turn


def still_waits(db: sqlite3.Connection, run_id: str, pid: int | None) -> bool:
    """Whether the run has no turn, is not over, and has this runner (None: nobody yet)."""
    row = db.execute(
        f"SELECT 1 FROM runs WHERE id = ? AND pid IS ? AND turn IS NULL AND {_GOING_ON}",
        (run_id, pid),
    ).fetchone()
    return row is not None


_FIELDS = tuple(QueueEntry.__dataclass_fields__)
