"""Any column as a few small whole numbers; missing cells are a level of their own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

MISSING = 0
"""Code of a missing cell."""

_RARE = 1
_RARE_ROWS = 3
_EXACT = 256
_BINS = 64
_ROWS_A_BIN = 12
_FEW = 12
_TAIL = 2.0 ** -np.arange(7, 13)


@dataclass(frozen=True, slots=True)
class Bins:
    """A column of n rows.

    Attributes
    ----------
    codes : ndarray of int64, shape (n,)
        `MISSING` or 1 to `n` - 1.
    n : int
        Number of codes, the one of missing cells included.
    numbers : ndarray of float64, shape (n,), or None
        The cells themselves where they are numbers or dates; NaN where missing.
    exact : bool
        Whether each value has a code of its own.
    """

    codes: np.ndarray
    n: int
    numbers: np.ndarray | None
    exact: bool


def binned(array: pa.Array) -> Bins:
    """Levels of texts, values of numbers where they are few, else quantiles.

    Quantiles stand closer together at both ends, where rare outcomes show. Texts that are
    seen fewer than three times are one level: nothing can be learned from them.
    """
    if pa.types.is_string(array.type):
        return _of_texts(array)
    return of_numbers(as_numbers(array))


def as_numbers(array: pa.Array) -> np.ndarray:
    """Numbers, booleans or dates (as microseconds) as float64; missing is NaN."""
    if not pa.types.is_floating(array.type):
        array = pc.cast(pc.cast(array, pa.int64()), pa.float64(), safe=False)
    return np.asarray(array.to_numpy(zero_copy_only=False), dtype=np.float64)


def of_numbers(numbers: np.ndarray) -> Bins:
    """Bins of float64 numbers; NaN is missing."""
    known = ~np.isnan(numbers)
    ordered = np.sort(numbers[known])
    if not len(ordered):
        return Bins(np.zeros(len(numbers), dtype=np.int64), 1, numbers, True)
    new = np.flatnonzero(ordered[1:] != ordered[:-1]) + 1
    exact = len(new) < min(_EXACT, max(_FEW, len(ordered) // _ROWS_A_BIN))
    if exact:
        edges = ordered[np.concatenate([[0], new])]
    else:
        places = np.ceil(_shares(len(ordered)) * (len(ordered) - 1)).astype(np.int64)
        edges = np.unique(ordered[places])
    codes = np.searchsorted(edges, numbers, side="left") + 1
    codes[~known] = MISSING
    return Bins(codes, len(edges) + 1, numbers, exact)


def _shares(n: int) -> np.ndarray:
    """Where to cut `n` sorted numbers, as shares of them, so that no bin has too few."""
    tail = _TAIL[_TAIL * n >= _ROWS_A_BIN]
    even = np.linspace(0, 1, min(_BINS, max(4, n // _ROWS_A_BIN)) + 1)
    return np.concatenate([even, tail, 1 - tail])


def _of_texts(array: pa.Array) -> Bins:
    encoded = array.dictionary_encode()
    levels = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    counts = np.bincount(levels[levels >= 0], minlength=len(encoded.dictionary))
    common = counts >= _RARE_ROWS
    places = np.where(common, np.cumsum(common) + _RARE, _RARE)
    codes = np.concatenate([places, [MISSING]])[levels]
    return Bins(codes, int(common.sum()) + _RARE + 1, None, bool(common.all()))
