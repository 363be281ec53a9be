"""Rows that are there more than once, and what their targets say of the best score."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from jupyter_automl.profile.leaks.goal import Known
from jupyter_automl.profile.rowhash import mixed

_BY_CHANCE_ROWS = 2_000
_OFTEN = 10.0


@dataclass(frozen=True, slots=True)
class Repeats:
    """Rows with the same features.

    Attributes
    ----------
    n : int
        Rows that repeat an earlier one.
    n_disputed : int
        Rows that share their features with one of another target.
    best : float
        Accuracy (classes) or R2 that no model can pass on these rows.
    by_chance : bool
        Whether columns with so few values repeat like that by themselves.
    """

    n: int
    n_disputed: int
    best: float
    by_chance: bool


def repeats_of(table: pa.Table, known: Known, more_time: Callable[[], bool]) -> Repeats | None:
    """Compare all rows by a hash of their features; None where the time is up.

    Parameters
    ----------
    table : pyarrow.Table
        The features, of all rows.
    more_time : callable
        Asked before each column.
    """
    codes = np.zeros(table.num_rows, dtype=np.uint64)
    for column in table.columns:
        if not more_time():
            return None
        codes = mixed(codes, column)
    codes = codes[known.rows]
    order = np.argsort(codes, kind="stable")
    starts = np.flatnonzero(np.diff(codes[order], prepend=~codes[order[:1]]))
    sizes = np.diff(starts, append=len(order))
    n = len(order) - len(starts)
    groups = np.repeat(np.arange(len(starts)), sizes)
    disputed, best = _disputed(groups, known.y[order], sizes, known.n_classes)
    pairs = float((sizes * (sizes - 1.0)).sum()) / 2
    return Repeats(n, disputed, best, pairs < _OFTEN * _pairs_by_chance(table, known))


def _disputed(
    groups: np.ndarray, y: np.ndarray, sizes: np.ndarray, n_classes: int
) -> tuple[int, float]:
    if not n_classes:
        means = np.bincount(groups, weights=y) / sizes
        left = (y - means[groups]) ** 2
        differing = np.bincount(groups, weights=left) > 1e-12 * sizes
        total = float(((y - y.mean()) ** 2).sum())
        return int(sizes[differing].sum()), 1 - float(left.sum()) / total if total > 0 else 1.0
    pairs, counts = np.unique(groups * n_classes + y, return_counts=True)
    owners = pairs // n_classes
    most = np.zeros(len(sizes), dtype=np.int64)
    np.maximum.at(most, owners, counts)
    return int(sizes[most < sizes].sum()), float(most.sum()) / len(y)


def _pairs_by_chance(table: pa.Table, known: Known) -> float:
    """Pairs of equal rows if the columns had nothing to do with each other."""
    n = len(known)
    places = np.linspace(0, n - 1, min(n, _BY_CHANCE_ROWS)).astype(np.int64)
    few = table.take(pa.array(known.rows[places]))
    chance = 1.0
    for column in few.columns:
        codes = mixed(np.zeros(len(places), dtype=np.uint64), column)
        counts = np.unique(codes, return_counts=True)[1]
        chance *= float((counts * (counts - 1.0)).sum()) / max(1, len(places) * (len(places) - 1))
        if chance * n * n < 1e-3:
            return 0.0
    return chance * n * (n - 1) / 2
