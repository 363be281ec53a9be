"""How the memory of a run is shared out between its runner and its workers."""

from __future__ import annotations

from dataclasses import dataclass

from jupyter_automl.core.dataset import Dataset
from jupyter_automl.core.errors import ArgumentError
from jupyter_automl.core.events import NoticeRaised
from jupyter_automl.core.size import bytes_text
from jupyter_automl.core.task import TaskSpec
from jupyter_automl.plan.memory import Load, load_of, trial_bytes

RUNNER_BYTES = 128 * 2**20
_RUNNER_ROW_BYTES = 150
"""What the runner takes, and a row of the table more: the target, and the held-out predictions
that ensembles are made of (measured: 90 to 150 MiB, and 160 MiB with 1,000,000 rows)."""

LEAST_ROWS = 10_000
"""Rows that a first model is fitted on at least, as far as there are so many."""

_ANCHOR = "lightgbm"
_STEP_BYTES = 32 * 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """What a run may take.

    Attributes
    ----------
    total_bytes : int
        Runner and workers together, the mapped table counted once.
    n_workers : int
        Trials at once.
    worker_bytes : int
        What each worker alone may hold.
    """

    total_bytes: int
    n_workers: int
    worker_bytes: int


def share_out(dataset: Dataset, n_workers: int, total_bytes: int) -> Allowance:
    """An even part for each worker of what the runner and the table leave."""
    left = max(0, total_bytes - _fixed_bytes(dataset))
    return Allowance(
        total_bytes=total_bytes, n_workers=n_workers, worker_bytes=left // max(1, n_workers)
    )


def fitting_workers(
    task: TaskSpec, dataset: Dataset, n_workers: int, total_bytes: int
) -> tuple[int, tuple[NoticeRaised, ...]]:
    """How many workers there can be, so that a booster on all rows fits into each; 1 at least.

    Parameters
    ----------
    task : TaskSpec
        Resolved (see `resolve_task`).
    n_workers : int
        As many as are wanted.

    Returns
    -------
    int
    tuple of NoticeRaised
        Why they are fewer.
    """
    needed = _anchor_bytes(_load(task, dataset), None)
    left = total_bytes - _fixed_bytes(dataset)
    n_fitting = max(1, min(n_workers, left // needed))
    if n_fitting == n_workers:
        return n_workers, ()
    workers = "worker" if n_fitting == 1 else "workers"
    notice = NoticeRaised(
        code="fewer_workers",
        message=f"{n_fitting} {workers} instead of {n_workers}: each needs about "
        f"{bytes_text(needed)} of memory for {dataset.n_rows:,} rows x "
        f"{len(dataset.columns)} columns, and the run may take {bytes_text(total_bytes)}.",
    )
    return n_fitting, (notice,)


def part_bytes(
    task: TaskSpec, dataset: Dataset, n_workers: int, even_bytes: int, total_bytes: int
) -> int:
    """What a run takes for itself where nobody has said what it may take.

    Parameters
    ----------
    n_workers : int
        As many as fit (see `fitting_workers`).
    even_bytes : int
        Its part if all runs had the same for each core.
    total_bytes : int
        What all runs may take that train at once.

    Returns
    -------
    int
        The even part; more, up to all of it, where a booster on all rows needs it.
    """
    needed = _fixed_bytes(dataset) + n_workers * _anchor_bytes(_load(task, dataset), None)
    return min(total_bytes, max(even_bytes, needed))


def least_bytes(task: TaskSpec, dataset: Dataset) -> int:
    """The least that a run needs to train one model at a time, on a sample of the rows."""
    needed = _fixed_bytes(dataset) + _anchor_bytes(_load(task, dataset), LEAST_ROWS)
    return _STEP_BYTES * (needed // _STEP_BYTES + 1)


def check_total(task: TaskSpec, dataset: Dataset, total_bytes: int) -> None:
    """Raise `ArgumentError` where `total_bytes` are too few for any model."""
    least = least_bytes(task, dataset)
    if total_bytes >= least:
        return
    raise ArgumentError(
        f"max_memory must be at least {bytes_text(least)} for {dataset.n_rows:,} rows x "
        f"{len(dataset.columns)} columns: the libraries alone take most of it. "
        f"Got {bytes_text(total_bytes)}.",
        hint=f'Write max_memory="{-(-least // 2**20)}MB" or more, or leave it out.',
        argument="max_memory",
        least_bytes=least,
    )


def _fixed_bytes(dataset: Dataset) -> int:
    """What the runner takes, and the table, which is in memory once."""
    return RUNNER_BYTES + _RUNNER_ROW_BYTES * dataset.n_rows + dataset.n_bytes


def _load(task: TaskSpec, dataset: Dataset) -> Load:
    from jupyter_automl.profiling import usable_features

    assert task.target is not None
    aside = [name for name in (task.group, task.weight, *task.exclude) if name is not None]
    names, _ = usable_features(dataset.columns, task.target, aside)
    features = dataset.select(names)
    classes = 0 if task.task == "regression" else dataset.column(task.target).n_unique
    return load_of(features, n_rows=dataset.n_rows, table_bytes=dataset.n_bytes, n_classes=classes)


def _anchor_bytes(load: Load, sample_rows: int | None) -> int:
    from jupyter_automl.models import FAMILIES

    return trial_bytes(load, FAMILIES.get(_ANCHOR), sample_rows=sample_rows)
