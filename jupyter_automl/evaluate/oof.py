"""Held-out predictions of a trial, gathered fold by fold."""

from __future__ import annotations

import numpy as np

_LARGEST = 1e35
"""Values beyond are kept in 64 bits: 32 end at 3.4e38, and repeats are added up."""


def as_stored(prediction: np.ndarray) -> np.ndarray:
    """Float32, or float64 where values (n,) are too large for it."""
    if prediction.ndim == 1 and (np.abs(prediction) > _LARGEST).any():
        return prediction.astype(np.float64, copy=False)
    return prediction.astype(np.float32, copy=False)


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
        stored = as_stored(prediction)
        self._sums = self._sums.astype(np.promote_types(self._sums.dtype, stored.dtype), copy=False)
        self._sums[rows] += stored
        self._times[rows] += 1

    def values(self) -> np.ndarray:
        """Means as `as_stored` has them; NaN in rows that were never held out."""
        times = self._times.astype(self._sums.dtype)
        times[times == 0] = np.nan
        return self._sums / (times[:, None] if self._sums.ndim == 2 else times)
