"""Work in portions that end before a deadline."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field

_SHARE = 0.85
"""Of the time left that is planned for: measured rates vary by some percent."""


_PORTION = 0.1


@dataclass(slots=True)
class Deadline:
    """Seconds that are left, and how many rows fit into them.

    Parameters
    ----------
    seconds : float or None
        From now; None is without end.
    """

    seconds: float | None
    clock: Callable[[], float] = time.monotonic
    started: float = field(init=False)

    def __post_init__(self) -> None:
        self.started = self.clock()

    def left(self) -> float:
        """Seconds left, never negative; infinite without a limit."""
        if self.seconds is None:
            return math.inf
        return max(0.0, self.seconds - (self.clock() - self.started))

    def fits(self, seconds_each: float, share: float = 1.0) -> int:
        """How many things of `seconds_each` fit into the time left of a share of all."""
        left = self.left()
        if self.seconds is not None:
            left -= (1.0 - share) * self.seconds
        if math.isinf(left) or seconds_each <= 0:
            return 2**31
        return max(0, int(_SHARE * left / seconds_each))

    def spare(self, share: float) -> float:
        """Seconds that a portion may take: a share of the whole, and of what is left."""
        if self.seconds is None:
            return math.inf
        return min(_SHARE * self.left(), share * self.seconds)

    def portion(self, seconds_each: float) -> int:
        """How many fit, but no more than a tenth of the whole time: rates change."""
        fitting = self.fits(seconds_each)
        if self.seconds is None or fitting == 0 or seconds_each <= 0:
            return fitting
        return max(1, min(fitting, int(_PORTION * self.seconds / seconds_each)))
