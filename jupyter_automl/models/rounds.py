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


@dataclass(slots=True)
class Curve:
    """Losses on held-out rows along a fit, smaller is better.

    Attributes
    ----------
    rounds : list of int
        Rounds done at each look, ascending.
    losses : list of float
        What was seen there.
    """

    rounds: list[int] = field(default_factory=list)
    losses: list[float] = field(default_factory=list)

    def add(self, n_rounds: int, loss: float) -> None:
        """A look after so many rounds."""
        self.rounds.append(n_rounds)
        self.losses.append(loss)

    def at(self, rounds: np.ndarray) -> np.ndarray:
        """Losses after `rounds`; between two looks in proportion, outside as at the nearest."""
        return np.interp(rounds, self.rounds, self.losses)


def rounds_by_others(curves: Sequence[Curve]) -> list[int]:
    """For each fit the round, of those it was looked at, that is best for all others.

    Parameters
    ----------
    curves : sequence of Curve
        Of fits that held different rows out; at least two, none empty.

    Returns
    -------
    list of int
        Where the mean loss of the other fits is smallest, the first of equals.
    """
    chosen = []
    for place, own in enumerate(curves):
        rounds = np.asarray(own.rounds)
        others = [curve.at(rounds) for at, curve in enumerate(curves) if at != place]
        chosen.append(int(rounds[int(np.argmin(np.mean(others, axis=0)))]))
    return chosen
