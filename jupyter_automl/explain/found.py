"""What a computation of values gives, and how it tells of itself while it runs."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

FIRST_PART = 200
"""Rows that are told of first."""
_PATIENCE_SECONDS, _LEAST_PART = 0.7, 20
"""After so long fewer rows are told of, but not fewer than these."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Values of the first rows that were asked for.

    Attributes
    ----------
    values : ndarray of shape (n_rows, n_features[, n_classes])
    base_values : ndarray of shape () or (n_classes,)
    method, space : str
        As in `Explanation`.
    error : ndarray or None
        As in `Explanation`.
    gap : float or None
        As in `Explanation`.
    pairs : tuple of (int, int, float)
        Places of two features and their interaction, as in `Explanation.interactions`.
    """

    values: np.ndarray
    base_values: np.ndarray
    method: str
    space: str
    error: np.ndarray | None = None
    gap: float | None = None
    pairs: tuple[tuple[int, int, float], ...] = ()


@dataclass(slots=True, kw_only=True)
class Progress:
    """Who is told of the values so far, and who may end the computation.

    Parameters
    ----------
    on_part : callable or None
        Gets the values so far, and the share of the work that is done, from 0 to 1.
    stop : callable or None
        True to end with what there is.
    first_part : int
        Rows that are told of at once.
    """

    on_part: Callable[[Found, float], None] | None = None
    stop: Callable[[], bool] | None = None
    clock: Callable[[], float] = time.monotonic
    first_part: int = FIRST_PART
    started: float = field(init=False)
    told: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        self.started = self.clock()

    def stopped(self) -> bool:
        """Whether to end now."""
        return self.stop is not None and bool(self.stop())

    def seconds(self) -> float:
        """Since it began."""
        return self.clock() - self.started

    def is_due(self, n_rows: int) -> bool:
        """Whether so many rows are worth telling of."""
        if self.on_part is None:
            return False
        if self.told or n_rows >= self.first_part:
            return True
        return n_rows >= _LEAST_PART and self.seconds() >= _PATIENCE_SECONDS

    def tell(self, found: Found, done: float) -> None:
        """Hand the values so far on, where it `is_due`."""
        if self.on_part is not None and self.is_due(len(found.values)):
            self.told = len(found.values)
            self.on_part(found, float(min(1.0, max(0.0, done))))
