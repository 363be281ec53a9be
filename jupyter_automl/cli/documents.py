"""A run as the JSON document that ``--json`` prints."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from jupyter_automl.cli.output import DONE, FAILED
from jupyter_automl.core.codec import to_plain
from jupyter_automl.core.events import Event
from jupyter_automl.core.leaderboard import COLUMNS

if TYPE_CHECKING:
    from jupyter_automl.api.run import Run


def run_document(run: Run) -> Mapping[str, Any]:
    """Everything a program wants to know of a run."""
    state, progress = run.experiment, run.progress
    best = state.leaderboard.best
    explained = state.explanations.get(best.model) if best else None
    return {
        "id": run.id,
        "name": state.name,
        "status": state.status,
        "queue_place": state.queue_place,
        "message": progress.message,
        "error": state.error,
        "dataset": state.dataset.name if state.dataset else None,
        "target": state.task.target if state.task else None,
        "task": state.task.task if state.task else None,
        "metric": state.leaderboard.metric or (state.task.metric if state.task else None),
        "best_model": best.model if best else None,
        "best_score": best.score if best else None,
        "elapsed_seconds": progress.elapsed_seconds,
        "budget_seconds": progress.budget_seconds,
        "n_done": state.n_done,
        "n_failed": state.n_failed,
        "leaderboard": [
            {name: getattr(row, name) for name in COLUMNS} for row in state.leaderboard.rows
        ],
        "importance": [
            {"feature": name, "importance": value}
            for name, value in (explained.importance if explained else ())
        ],
        "notices": [to_plain(notice) for notice in state.notices],
        "folder": str(run.folder),
    }


def event_document(event: Event) -> Mapping[str, Any]:
    """An event as the store has it: ``{run_id, seq, at, body}``."""
    return to_plain(event, Event)


def outcome(run: Run) -> int:
    """The exit code a run stands for: 0 when it ended with a model."""
    state = run.experiment
    ended_well = state.status in ("finished", "stopped")
    return DONE if ended_well and state.leaderboard.best is not None else FAILED
