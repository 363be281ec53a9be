"""Rows that are there more than once, and what their targets say of the best score."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from jupyter_automl.profiling.leaks.goal import Known
from jupyter_automl.profiling.rowhash import mixed

_BY_CHANCE_ROWS = 2_000
_OFTEN = 10.0
_SIEVED_AFTER = (0, 2, 6)
_SAME = 1e-12


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
        The features, of all rows; those with the most different values first is fastest.
    more_time : callable
        Asked before each column.
    """
    codes = np.zeros(len(known), dtype=np.uint64)
    places = np.arange(len(known))
    for n_before, column in enumerate(table.columns):
        if not more_time():
            return None
        codes = mixed(codes, _rows(column, known.rows[places]))
        if n_before in _SIEVED_AFTER:
            # A row that stands alone already stays so, whatever the other columns hold.
            again = _met_again(codes)
            codes, places = codes[again], places[again]
    groups = np.unique(codes, return_inverse=True)[1]
    sizes = np.bincount(groups)
    disputed, best = _disputed(groups, known, places, sizes)
    pairs = float((sizes * (sizes - 1.0)).sum()) / 2
    by_chance = bool(len(sizes)) and pairs < _OFTEN * _pairs_by_chance(table, known)
    return Repeats(len(codes) - len(sizes), disputed, best, by_chance)


def _rows(column: pa.ChunkedArray, rows: np.ndarray) -> pa.ChunkedArray:
    return column if len(rows) == len(column) else column.take(pa.array(rows))


def _met_again(codes: np.ndarray) -> np.ndarray:
    """Mask of the rows whose code another row has, too."""
    order = np.argsort(codes, kind="stable")
    same = codes[order[1:]] == codes[order[:-1]]
    again = np.zeros(len(codes), dtype=bool)
    again[order[1:][same]] = again[order[:-1][same]] = True
    return again


def _disputed(
    groups: np.ndarray, known: Known, places: np.ndarray, sizes: np.ndarray
) -> tuple[int, float]:
    """Rows in groups of more than one target, and the best score with them."""
    y, n = known.y[places], len(known)
    if not known.n_classes:
        means = np.bincount(groups, weights=y) / sizes
        left = (y - means[groups]) ** 2
        differing = np.bincount(groups, weights=left) > _SAME * sizes
        total = float(known.y @ known.y)
        return int(sizes[differing].sum()), 1 - float(left.sum()) / total if total > 0 else 1.0
    pairs, counts = np.unique(groups * known.n_classes + y, return_counts=True)
    most = np.zeros(len(sizes), dtype=np.int64)
    np.maximum.at(most, pairs // known.n_classes, counts)
    return int(sizes[most < sizes].sum()), 1 - float((sizes - most).sum()) / n


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
