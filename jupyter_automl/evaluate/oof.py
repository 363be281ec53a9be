"""Held-out predictions of a trial, gathered fold by fold."""

from __future__ import annotations

import numpy as np


class MeanPredictions:
    """Held-out predictions of all rows, as the mean over the repeats.

    Parameters
    ----------
    shape : tuple of int
        (n, k) or (n,).
    """

    def __init__(self, shape: tuple[int, ...]) -> None:
        self._sums = np.zeros(shape, dtype=np.float32)
        self._times = np.zeros(shape[0], dtype=np.int16)

    def add(self, rows: np.ndarray, prediction: np.ndarray) -> None:
        """The predictions of a fold's held-out rows (numbers without repetition)."""
        self._sums[rows] += prediction.astype(np.float32)
        self._times[rows] += 1

    def values(self) -> np.ndarray:
        """Means as float32; NaN in rows that were never held out."""
        times = self._times.astype(np.float32)
        times[times == 0] = np.nan
        return self._sums / (times[:, None] if self._sums.ndim == 2 else times)
