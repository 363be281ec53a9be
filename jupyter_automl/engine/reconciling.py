"""Telling a run whose runner is gone from one that is merely quiet."""

from __future__ import annotations

import time

from jupyter_automl.core.events import RunEnded
from jupyter_automl.engine.children import reap
from jupyter_automl.store import RunSummary, Store

QUIET_SECONDS = 4.0
"""A runner gives a sign of life every second; a busy machine may delay it."""

UNCLAIMED_SECONDS = 30.0
_KEPT = "Models that had finished are kept."


def reconcile(store: Store, run_id: str) -> bool:
    """Mark a run as interrupted when its runner is gone; True when this call did it.

    Nothing happens while the runner's process lives or has been heard of within
    `QUIET_SECONDS`, or when nobody had the time to take a queued run yet. Two readers that
    look at the same time mark it once.

    Raises
    ------
    RunNotFoundError
        If there is no such run.
    """
    summary = store.run(run_id)
    if summary.ended or not _abandoned(summary):
        return False
    from jupyter_automl.core.experiment import replay

    reason = "No runner took it." if summary.pid is None else "The runner process died."
    state = replay(store.events(run_id))
    kept = "It had not started." if state.started_at is None else _KEPT
    body = RunEnded(
        status="interrupted",
        reason=f"{reason} {kept}",
        # As of its last sign of life, without pauses and without its wait in the queue.
        elapsed_seconds=state.elapsed_seconds,
    )
    return bool(store.append(run_id, body, unless_ended=True))


def _abandoned(summary: RunSummary) -> bool:
    heard = max(summary.started, summary.last_at, summary.heartbeat or 0.0)
    if summary.pid is None:
        return time.time() - heard > UNCLAIMED_SECONDS
    return time.time() - heard > QUIET_SECONDS and not _alive(summary.pid, heard)


def _alive(pid: int, heard: float) -> bool:
    """Whether the process that was heard of is still there, and not another of its number."""
    import psutil

    reap()
    try:
        process = psutil.Process(pid)
        # A process that began after the last sign of life only has the same number.
        return bool(
            process.status() != psutil.STATUS_ZOMBIE and process.create_time() <= heard + 1.0
        )
    except psutil.NoSuchProcess:
        return False
    except psutil.AccessDenied:
        return True
