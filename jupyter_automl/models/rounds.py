"""How many rounds or epochs a fold's model is judged with: rows that score it have no say.

The round that is best on a fold's held-out rows makes the score of these very rows too good,
and the more so the fewer they are: on 120 to 700 rows by .01 to .02 accuracy for neural
networks, and by .01 log loss for boosters (measured), while forests gain nothing. The other
folds' rows say as well when to stop.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

_WORST = 1e300
"""Stands for a loss that is no number; a few of them still add up to one."""

_MOST_LOOKED_AT = 5_000


@dataclass(slots=True)
class Curve:
    """Losses on held-out rows along a fit, smaller is better.

    Attributes
    ----------
    rounds : list of int
        Rounds done at each look, ascending.
    losses : list of float
        What was seen there; not a number where it is undefined.
    """

    rounds: list[int] = field(default_factory=list)
    losses: list[float] = field(default_factory=list)

    def add(self, n_rounds: int, loss: float) -> None:
        """A look after so many rounds."""
        self.rounds.append(n_rounds)
        self.losses.append(loss)

    def at(self, rounds: np.ndarray) -> np.ndarray:
        """Losses after `rounds`; between two looks in proportion, outside as at the nearest.

        One that is undefined is worse than any other.
        """
        losses = np.nan_to_num(self.losses, nan=_WORST, posinf=_WORST)
        return np.interp(rounds, self.rounds, losses)

    @property
    def tells(self) -> bool:
        """Whether one round is better than another: no AUC of one class is."""
        return bool(np.ptp(np.nan_to_num(self.losses, nan=_WORST, posinf=_WORST)) > 0)


def rounds_by_others(curves: Sequence[Curve]) -> list[int | None]:
    """For each fit the round, of those it was looked at, that is best for all others.

    Parameters
    ----------
    curves : sequence of Curve
        Of fits that held different rows out; at least two, none empty.

    Returns
    -------
    list of int or None
        Where the mean loss of the other fits is smallest, the first of equals. None where no
        other fit tells one round from another.
    """
    chosen: list[int | None] = []
    for place, own in enumerate(curves):
        rounds = np.asarray(own.rounds)
        others = [c.at(rounds) for at, c in enumerate(curves) if at != place and c.tells]
        best = int(rounds[int(np.argmin(np.mean(others, axis=0)))]) if others else None
        chosen.append(best)
    return chosen


def rows_looked_at(n_rows: int) -> slice | np.ndarray:
    """Held-out rows that a costly loss is computed from: all, or 5,000 from first to last.

    Tables are often sorted, so that the first rows are no sample of all.
    """
    if n_rows <= _MOST_LOOKED_AT:
        return slice(None)
    return np.linspace(0, n_rows - 1, _MOST_LOOKED_AT).astype(np.int64)
