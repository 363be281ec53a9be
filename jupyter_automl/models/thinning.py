"""Fits that cannot be stopped: on as many rows as the time holds, found by growing samples."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

_FIRST_ROWS = 500
_GROWTH = 8.0
"""A sample grows eightfold at most, because the measured time of a small fit tells little
about one a hundred times as large."""

_MARGIN = 4.0
"""Where the time would do for this many times all the rows, being wrong does no harm."""

_WORTHWHILE = 1.3
_SHARE = 0.6
"""Of the time left that a fit is planned for; the rest is for being wrong about it."""


def fit_growing(
    fit: Callable[[np.ndarray], None],
    y: np.ndarray,
    *,
    power: float,
    deadline: float | None,
    clock: Callable[[], float],
    random_state: int,
    is_class: bool,
) -> int:
    """Fit on all rows, or on the largest sample whose fit is expected to end in time.

    Parameters
    ----------
    fit : callable
        Fits on the given row numbers (sorted); the last call counts.
    y : ndarray of shape (n,)
        Targets; of classes every one is in every sample, with two rows where it has two.
    power : float
        Seconds grow about as rows to this power.
    deadline : float or None
        Seconds of `clock`.

    Returns
    -------
    int
        Rows of the last fit.
    """
    n_rows = len(y)
    everything = np.arange(n_rows)
    if deadline is None or n_rows <= _FIRST_ROWS:
        fit(everything)
        return n_rows
    order = _order(y, is_class, random_state)
    taken = 0
    wanted = max(_FIRST_ROWS, 2 * len(np.unique(y))) if is_class else _FIRST_ROWS
    while wanted > taken:
        taken = min(wanted, n_rows)
        started = clock()
        fit(everything if taken == n_rows else np.sort(order[:taken]))
        now = clock()
        wanted = _affordable(taken, now - started, deadline - now, power, n_rows)
    return taken


def _affordable(taken: int, seconds: float, left: float, power: float, n_rows: int) -> int:
    """Rows to fit next; `taken` where it is not worth another fit."""
    if left <= 0 or taken == n_rows:
        return taken
    factor = (_SHARE * left / max(seconds, 1e-6)) ** (1.0 / power)
    if factor * taken >= _MARGIN * n_rows:
        return n_rows
    rows = min(n_rows, int(taken * min(factor, _GROWTH)))
    return rows if rows >= _WORTHWHILE * taken or rows == n_rows else taken


def _order(y: np.ndarray, is_class: bool, random_state: int) -> np.ndarray:
    """Rows in random order, but first one of each class, then another one of each."""
    order = np.random.default_rng(random_state).permutation(len(y))
    if not is_class:
        return order
    by_class = np.argsort(y[order], kind="stable")
    _, starts, sizes = np.unique(y[order][by_class], return_index=True, return_counts=True)
    first, second = by_class[starts], by_class[starts[sizes > 1] + 1]
    leading = np.concatenate([first, second])
    return np.concatenate([order[leading], np.delete(order, leading)])
