"""What a fit tells of itself while it goes on: its losses on held-out rows.

Whoever starts a fit listens (`listening`); whatever boosts or trains in rounds asks once whether
somebody does (`listener`) and tells its curve after each look. Families need not know of it: the
`boosting.Stopper` tells for all that use it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import numpy as np

from jupyter_automl.models.rounds import Curve

Tell = Callable[[Curve], None]
"""Takes the curve so far; the same object each time, which goes on growing."""

_LISTENER: ContextVar[Tell | None] = ContextVar("listener", default=None)


@contextmanager
def listening(tell: Tell) -> Iterator[None]:
    """Fits inside of the block, in this thread, tell `tell`."""
    token = _LISTENER.set(tell)
    try:
        yield
    finally:
        _LISTENER.reset(token)


def listener() -> Tell | None:
    """Whom a fit that begins now is to tell, if anybody."""
    return _LISTENER.get()


def thinned(curve: Curve, most: int) -> tuple[tuple[int, ...], tuple[float, ...], int]:
    """Rounds, losses and the best round of a curve with at most so many points.

    Losses fall steeply at first, so points lie closer there: the k-th of m at (k / m)^2 of the
    way. The first, the best and the last look are kept; a loss that is no number is left out.
    """
    values = np.asarray(curve.losses, dtype=np.float64)
    known = np.flatnonzero(np.isfinite(values))
    if not len(known):
        return (), (), 0
    best, last = int(known[np.argmin(values[known])]), len(known) - 1
    if len(known) <= most:
        places = known.tolist()
    else:
        steps = max(1, most - 2)
        spread = {int(known[round(last * (step / steps) ** 2)]) for step in range(steps + 1)}
        places = sorted(spread | {best})
    rounds = tuple(int(curve.rounds[place]) for place in places)
    losses = tuple(float(f"{values[place]:.5g}") for place in places)
    return rounds, losses, int(curve.rounds[best])
