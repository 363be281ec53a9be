"""Matrices of a few rows: all columns at once, where many rows go column by column.

What comes out is the same to the last bit. For one row the time goes into calls of numpy, so
there is one call for all columns; for many rows that would take several times the memory.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

FLOAT32 = float(np.finfo(np.float32).max)


def stacked(codes: Sequence[np.ndarray], n_rows: int) -> np.ndarray:
    """Codes of all features as one array of shape (n, number of features)."""
    return np.array(codes).T if len(codes) else np.zeros((n_rows, 0), dtype=np.int32)


def as_ordinal(
    numbers: np.ndarray, fill: np.ndarray, codes: Sequence[np.ndarray], means: Sequence[np.ndarray]
) -> np.ndarray:
    """float32 of shape (n, p): numbers with `fill` where missing, codes, target means."""
    filled = np.where(np.isnan(numbers), fill, numbers)
    parts = [filled, stacked(codes, len(numbers)), *means]
    joined = np.concatenate(parts, axis=1, dtype=np.float64)
    return np.clip(joined, -FLOAT32, FLOAT32).astype(np.float32)


class OneHot:
    """Columns of 0 and 1 for the levels of several features.

    Parameters
    ----------
    sizes : mapping of int to int
        Levels of each feature that gets columns, by its place among the codes.
    kept : mapping of int to ndarray
        By the same place: which levels have one, in order. The number of levels stands for
        missing, one more for unseen.
    """

    def __init__(self, sizes: Mapping[int, int], kept: Mapping[int, np.ndarray]) -> None:
        self._places = list(sizes)
        self._sizes = np.array(list(sizes.values()), dtype=np.int64)
        self._starts = np.concatenate([[0], np.cumsum(self._sizes + 2)[:-1]]).astype(np.int64)
        self._columns = np.full(int((self._sizes + 2).sum()), -1, dtype=np.int64)
        self.width = 0
        for place, start in zip(self._places, self._starts, strict=False):
            levels = kept[place]
            self._columns[start + levels] = self.width + np.arange(len(levels))
            self.width += len(levels)

    def write(self, codes: Sequence[np.ndarray], out: np.ndarray) -> None:
        """Fill `out` of shape (n, width)."""
        out[:] = 0.0
        if not self._places:
            return
        given = np.array([codes[place] for place in self._places]).T
        sizes = self._sizes
        levels = np.where(given < 0, sizes, np.where(given >= sizes, sizes + 1, given))
        columns = self._columns[self._starts + levels]
        rows, features = np.nonzero(columns >= 0)
        out[rows, columns[rows, features]] = 1.0
