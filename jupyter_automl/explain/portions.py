"""Rows in portions: a few first, then as many as the time holds at the rate they took."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from jupyter_automl.explain.clockwork import Deadline
from jupyter_automl.explain.found import FIRST_PART, Found, Progress

if TYPE_CHECKING:
    import pandas as pd

FIRST_ROWS = 4
_GROWTH = 4
_RESPONSE_SECONDS = 0.5
"""A portion takes no longer than this, or than all before it: somebody may want to stop."""

Compute = Callable[["pd.DataFrame"], tuple[np.ndarray, np.ndarray]]


def in_portions(
    compute: Compute,
    frame: pd.DataFrame,
    deadline: Deadline,
    progress: Progress,
    *,
    finish: Callable[[np.ndarray, np.ndarray], Found],
    improve: Callable[[int, float], None] | None = None,
    most_rows: int = 2**31,
    least_rows: int = 0,
) -> Found | None:
    """Values of as many rows of `frame` as the time holds.

    Parameters
    ----------
    compute : callable
        Rows to values (n, d[, k]) and base.
    finish : callable
        Values and base so far to what is told of.
    improve : callable or None
        Gets the rows that are left and the seconds of a row; may make `compute` quicker.
    most_rows : int
        Of a portion, for memory.
    least_rows : int
        None is given back at once where the time holds fewer.
    """
    done: list[np.ndarray] = []
    base, n_done, size = np.zeros(()), 0, min(FIRST_ROWS, len(frame))
    while size > 0 and not (done and progress.stopped()):
        before = deadline.clock()
        values, base = compute(frame.iloc[n_done : n_done + size])
        done.append(values)
        n_done += size
        each = (deadline.clock() - before) / size
        left = len(frame) - n_done
        if n_done + deadline.fits(each) < min(least_rows, len(frame)):
            return None
        if left and improve is not None:
            improve(left, each)
        if left and progress.is_due(n_done):
            progress.tell(finish(np.concatenate(done), base), n_done / len(frame))
        size = _next(n_done, left, size, each, deadline, progress, most_rows)
    return finish(np.concatenate(done), base)


def _next(
    n_done: int,
    left: int,
    size: int,
    each: float,
    deadline: Deadline,
    progress: Progress,
    most_rows: int,
) -> int:
    wanted = min(left, deadline.portion(each), _GROWTH * size, most_rows)
    if n_done < FIRST_PART:
        wanted = min(wanted, FIRST_PART - n_done)
    if each > 0:
        wanted = min(wanted, 1 + int(max(_RESPONSE_SECONDS, progress.seconds()) / each))
    return wanted
