"""Runs of the past and of other processes."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from jupyter_automl.api.run import Run
from jupyter_automl.api.settings import settings
from jupyter_automl.core.errors import RunNotFoundError
from jupyter_automl.store import RunSummary, Store

if TYPE_CHECKING:
    import pandas as pd

RUN_COLUMNS: tuple[str, ...] = (
    "id",
    "name",
    "dataset",
    "task",
    "metric",
    "best_model",
    "best_score",
    "status",
    "started",
    "seconds",
    "queue_place",
)


@lru_cache(maxsize=8)
def _store(folder: Path) -> Store:
    return Store(folder)


def open_store() -> Store:
    """The store that the settings name, opened once a process."""
    return _store(settings().store)


def summaries() -> list[RunSummary]:
    """All runs, newest first; those whose runner died are marked as interrupted."""
    store = open_store()
    found = store.runs()
    going_on = [summary.id for summary in found if not summary.ended]
    if not going_on:
        return found
    from jupyter_automl.engine import reconcile

    for run_id in going_on:
        reconcile(store, run_id)
    return store.runs()


def runs() -> pd.DataFrame:
    """The history, newest first.

    Returns
    -------
    DataFrame
        Columns ``id, name, dataset, task, metric, best_model, best_score, status,
        started, seconds, queue_place``; `started` is the local time of the call, `queue_place`
        is missing for a run that does not wait, and 1 is next.
    """
    import pandas as pd

    rows = summaries()
    table = {name: [getattr(row, name) for row in rows] for name in RUN_COLUMNS}
    frame = pd.DataFrame(table, columns=list(RUN_COLUMNS))
    local = [datetime.fromtimestamp(int(row.started)) for row in rows]
    frame["started"] = pd.Series(local, dtype="datetime64[s]")
    numbers = {"best_score": "float64", "seconds": "float64", "queue_place": "Int64"}
    texts = dict.fromkeys(set(RUN_COLUMNS) - {"started", *numbers}, "str")
    return frame.astype(texts | numbers)


def open_run(run_id: str) -> Run:
    """A run by its id or the beginning of it, also while another process trains it.

    Raises
    ------
    RunNotFoundError
        If no run, or more than one, has that id.
    """
    store = open_store()
    wanted = str(run_id).strip()
    ids = [summary.id for summary in store.runs()]
    near = [known for known in ids if known.startswith(wanted)] if wanted else []
    if wanted not in ids and len(near) > 1:
        raise RunNotFoundError(
            f"The beginning of a run's id must fit one run. {wanted!r} fits {len(near)}: "
            f"{', '.join(near[:5])}{' ...' if len(near) > 5 else ''}.",
            hint="Write more of it.",
            run_id=wanted,
        )
    found = wanted if wanted in ids or not near else near[0]
    store.run(found)
    return Run(found, store)


def last() -> Run:
    """The newest run.

    Raises
    ------
    RunNotFoundError
        If there is none yet.
    """
    store = open_store()
    newest = next(iter(store.runs()), None)
    if newest is None:
        raise RunNotFoundError(
            f"There is no run in {str(store.folder)!r} yet.",
            hint='Start one: ja.fit("sample:churn", target="churn")',
        )
    return Run(newest.id, store)
