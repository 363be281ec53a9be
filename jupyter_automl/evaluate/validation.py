"""Which rows are held out when: one assignment that every model of a run shares."""

from __future__ import annotations

import numpy as np

from jupyter_automl.core.errors import ArgumentError
from jupyter_automl.core.task import TaskKind

NEVER = -1
UNDATED = -2
_BINS = 10
_BLUR = 0.5
_MOST_STRATA = 50
_MANY_GROUPS = 20_000


def make_folds(
    y: np.ndarray,
    *,
    task: TaskKind,
    kind: str,
    n_folds: int,
    random_state: int,
    groups: np.ndarray | None = None,
    time: np.ndarray | None = None,
    holdout_fraction: float | None = None,
    repeat: int = 0,
) -> np.ndarray:
    """The fold in which each row is held out.

    Parameters
    ----------
    y : ndarray of shape (n,)
        Class codes or values; folds have the same mix of classes, or of small and
        large values.
    kind : str
        ``"cv"``, ``"holdout"``, ``"group"`` (rows of a group stay together) or
        ``"time"`` (a fold is later than all it is trained on).
    n_folds : int
        1 means one held-out part of `holdout_fraction`.
    groups : ndarray of shape (n,) or None
        Integer codes of groups; kept together whatever the kind, except for time.
    time : ndarray of shape (n,) or None
        Sortable numbers, NaN where unknown.
    holdout_fraction : float or None
        In (0, 1); None takes `holdout_fraction_for`.
    repeat : int
        0 is the first assignment; each number above is another one of the same rows.

    Returns
    -------
    ndarray of shape (n,), int8
        0 .. n_folds-1, or -1 for rows that are never held out. For ``"time"`` fold f
        is to be trained on rows with a smaller number only, and rows without a time are
        -2: nobody knows what they are earlier than, so they take no part.
    """
    n = len(y)
    fraction = holdout_fraction or holdout_fraction_for(n)
    rng = np.random.default_rng((random_state, repeat) if repeat else random_state)
    if kind == "time":
        if time is None:
            raise ArgumentError(
                'validation="time" needs a time column.',
                hint='Name it: time="date".',
                argument="time",
            )
        return _forward_chain(time, n_folds, fraction)
    strata = y.astype(np.int64) if task != "regression" else _bins(y)
    if groups is not None:
        return _group_folds(strata, groups, n_folds, fraction, rng, shuffled=repeat > 0)
    if kind == "group":
        raise ArgumentError(
            'validation="group" needs a group column.',
            hint='Name it: group="customer_id".',
            argument="group",
        )
    if kind == "holdout" or n_folds <= 1:
        folds = np.full(n, NEVER, dtype=np.int8)
        folds[stratified_sample(y, task, round(n * fraction), rng)] = 0
        return folds
    return _stratified_folds(y, n_folds, rng)


def training_rows(folds: np.ndarray, fold: int, kind: str) -> np.ndarray:
    """Row numbers that fold `fold` is trained on."""
    if kind == "time":
        return np.flatnonzero((folds < fold) & (folds > UNDATED))
    return np.flatnonzero(folds != fold)


def holdout_fraction_for(n_rows: int) -> float:
    """Share of rows held out without cross-validation.

    AutoGluon's rule: ``max(.1, min(.2, 500/n))`` below 5,000 rows, else
    ``max(.01, min(.1, 2500/n))``.
    """
    if n_rows < 5_000:
        return max(0.1, min(0.2, 500 / max(n_rows, 1)))
    return max(0.01, min(0.1, 2_500 / n_rows))


def stratified_sample(
    y: np.ndarray, task: TaskKind, size: int, rng: np.random.Generator
) -> np.ndarray:
    """Sorted numbers of about `size` rows with the same mix of `y` as all rows.

    Every class of at least two rows is left with a row inside and a row outside.
    """
    n = len(y)
    size = min(max(size, 1), n)
    if task == "regression":
        order = np.lexsort((rng.random(n), y))
        edges = np.linspace(0, n, size + 1)
        picks = np.floor(edges[:-1] + rng.random(size) * np.diff(edges)).astype(np.int64)
        return np.sort(order[np.minimum(picks, n - 1)])
    shuffled = rng.permutation(n)
    order = shuffled[np.argsort(y[shuffled], kind="stable")]
    counts = np.bincount(y)
    wanted = np.clip(np.round(counts * (size / n)), 1, np.maximum(counts - 1, 0)).astype(np.int64)
    place = np.arange(n) - np.repeat(np.cumsum(counts) - counts, counts)
    return np.sort(order[place < np.repeat(wanted, counts)])


def _stratified_folds(y: np.ndarray, n_folds: int, rng: np.random.Generator) -> np.ndarray:
    """Rows sorted by `y` are dealt out in blocks of `n_folds`, each block shuffled."""
    n = len(y)
    order = np.lexsort((rng.random(n), y))
    blocks = -(-n // n_folds)
    deal = np.argsort(rng.random((blocks, n_folds)), axis=1).ravel()[:n]
    folds = np.empty(n, dtype=np.int8)
    if np.issubdtype(y.dtype, np.integer):
        # Round robin along the sorted classes: a class of k rows reaches k folds.
        deal = np.arange(n) % n_folds
    folds[order] = deal
    return folds


def _group_folds(
    strata: np.ndarray,
    groups: np.ndarray,
    n_folds: int,
    fraction: float,
    rng: np.random.Generator,
    *,
    shuffled: bool = False,
) -> np.ndarray:
    """Largest group first into the fold that has least of what the group holds.

    With `shuffled` sizes are blurred first, so that another seed gives other folds even
    where no two groups are equally large.
    """
    _, codes = np.unique(groups, return_inverse=True)
    n_groups = int(codes.max()) + 1
    if n_groups < 2:
        raise ArgumentError(
            f"The group column must have at least 2 different values. It has {n_groups}.",
            hint="Choose another group column, or leave it out.",
            argument="group",
        )
    parts = min(n_folds, n_groups) if n_folds > 1 else min(n_groups, max(2, round(1 / fraction)))
    strata = _frequent(strata)
    table = np.zeros((n_groups, int(strata.max()) + 2))
    np.add.at(table, (codes, strata), 1.0)
    table[:, -1] = table[:, :-1].sum(axis=1)
    sizes = table[:, -1] * rng.uniform(_BLUR, 1.0, n_groups) if shuffled else table[:, -1]
    ties = rng.random(n_groups)
    chosen = np.empty(n_groups, dtype=np.int8)
    if n_groups > _MANY_GROUPS:
        # So many are even when they are dealt out by what they mostly hold.
        order = np.lexsort((ties, -sizes, table[:, :-1].argmax(axis=1)))
        chosen[order] = np.arange(n_groups) % parts
    else:
        table /= np.maximum(table.sum(axis=0), 1.0)
        loads = np.zeros((parts, table.shape[1]))
        for group in np.lexsort((ties, -sizes)):
            part = int(np.argmin(loads @ table[group]))
            loads[part] += table[group]
            chosen[group] = part
    folds = chosen[codes]
    if n_folds <= 1:
        # One group may be larger than the part that is to be held out.
        shares = np.bincount(folds, minlength=parts) / len(folds)
        held = int(np.argmin(np.abs(shares - fraction)))
        folds = np.where(folds == held, 0, NEVER).astype(np.int8)
    return folds


def _forward_chain(time: np.ndarray, n_folds: int, fraction: float) -> np.ndarray:
    """Later and later parts of the rows; equal times stay on one side of a cut."""
    known = np.isfinite(time)
    ordered = np.sort(time[known])
    n = len(ordered)
    if n == 0 or ordered[0] == ordered[-1]:
        raise ArgumentError(
            "The time column must have at least 2 different times.",
            hint='Choose another time column, or validation="cv".',
            argument="time",
        )
    if n_folds <= 1:
        starts = [n - max(1, round(n * fraction))]
    else:
        starts = [round(n * part / (n_folds + 1)) for part in range(1, n_folds + 1)]
    cuts = np.unique(ordered[np.clip(starts, 1, n - 1)])
    cuts = cuts[cuts > ordered[0]]
    if not len(cuts):
        cuts = np.array([ordered[ordered > ordered[0]][0]])
    folds = np.full(len(time), UNDATED, dtype=np.int8)
    folds[known] = np.searchsorted(cuts, time[known], side="right") - 1
    return folds


def _frequent(strata: np.ndarray) -> np.ndarray:
    """Codes 0 .. k-1 of the most frequent strata; all others are one more."""
    counts = np.bincount(strata)
    if len(counts) <= _MOST_STRATA:
        return strata
    codes = np.full(len(counts), _MOST_STRATA - 1)
    codes[np.argsort(-counts, kind="stable")[: _MOST_STRATA - 1]] = np.arange(_MOST_STRATA - 1)
    return codes[strata]


def _bins(y: np.ndarray) -> np.ndarray:
    edges = np.unique(np.quantile(y, np.linspace(0, 1, _BINS + 1)[1:-1]))
    return np.searchsorted(edges, y)
