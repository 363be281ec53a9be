"""What the order of the rows gives away: the target itself, or that time runs through them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from jupyter_automl.profiling.leaks.goal import Goal
from jupyter_automl.profiling.leaks.power import Power, of_cells, of_means

_MOST_BLOCKS = 50
_ROWS_A_BLOCK = 10
_LEAST_STEPS = 20
_MOST_BACK = 0.01
_NEARLY_ALL = 0.9


def order_power(goal: Goal) -> Power | None:
    """How well the rows before and after a block of rows predict those in it."""
    n = len(goal)
    n_blocks = min(_MOST_BLOCKS, n // _ROWS_A_BLOCK)
    if n_blocks < 5 or (goal.n_classes and not goal.scored):
        return None
    blocks = np.arange(n) * n_blocks // n
    counts = np.bincount(blocks, minlength=n_blocks).astype(np.float64)
    if goal.n_classes:
        k = goal.n_classes
        met = np.bincount(blocks * k + goal.y, minlength=n_blocks * k).reshape(n_blocks, k)
        return of_cells(
            met, _around(met.astype(np.float64)) / _around(counts)[:, None], goal.scored
        )
    sums = np.bincount(blocks, weights=goal.y, minlength=n_blocks)
    return of_means(counts, sums, _around(sums) / _around(counts), float(goal.y @ goal.y))


def _around(values: np.ndarray) -> np.ndarray:
    """The sum of the entries before and after each."""
    around = np.zeros_like(values)
    around[1:] += values[:-1]
    around[:-1] += values[1:]
    return around


@dataclass(frozen=True, slots=True)
class Sorted:
    """A date column that the rows run along, from `first` to `last` (ISO dates)."""

    name: str
    first: str
    last: str


def sorted_by_date(columns: Mapping[str, pa.ChunkedArray]) -> Sorted | None:
    """The first date column that the rows are sorted by, up or down.

    One step in a hundred may go the other way: tables that are sorted by a place first and
    by its dates then are meant, too.
    """
    for name, column in columns.items():
        stamps = column.drop_null()
        if len(stamps) < max(_LEAST_STEPS, _NEARLY_ALL * len(column)):
            continue
        steps = np.diff(pc.cast(stamps, pa.int64()).to_numpy())
        up, down = int((steps > 0).sum()), int((steps < 0).sum())
        if max(up, down) >= _LEAST_STEPS and min(up, down) <= _MOST_BACK * max(up, down):
            ends = pc.min_max(stamps)
            first, last = (pc.cast(ends[end], pa.string()).as_py()[:10] for end in ("min", "max"))
            return Sorted(name, first, last)
    return None
