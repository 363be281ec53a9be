"""Which of the columns to name, and how."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from jupyter_automl.profiling.leaks.columns import NEARLY_CERTAIN, Found

_LEAST_COLUMNS = 5
_STANDS_OUT = {"AUC": 0.75, "R2": 0.5}
_CHANCE = {"AUC": 0.5, "R2": 0.0}
_TIMES_THE_NEXT = 1.9


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to say of the columns of a table.

    Attributes
    ----------
    singly : tuple of Found
        Each worth a warning, the strongest first.
    crowd : tuple of Found
        Several that each predict the target well. A leak is seldom one of many: such a
        target is mostly easy, so they are named together and more softly.
    ahead : tuple of Found
        The best column and the next, where the best is far ahead and below any threshold;
        else empty.
    """

    singly: tuple[Found, ...] = ()
    crowd: tuple[Found, ...] = ()
    ahead: tuple[Found, ...] = ()


def judge(found: Sequence[Found], explained: Collection[str] = ()) -> Verdict:
    """Sort the columns; those in `explained` are named for another reason already."""
    ranked = sorted(found, key=lambda one: (one.why != "copy", -one.power.score))
    told = [one for one in ranked if one.why != "plain"]
    left = [one for one in told if one.name not in explained]
    crowd = [one for one in left if one.why == "power" and one.power.score < NEARLY_CERTAIN]
    if len(crowd) < 2:
        crowd = []
    singly = [one for one in left if one not in crowd]
    return Verdict(tuple(singly), tuple(crowd), () if told else _ahead(ranked))


def _ahead(ranked: Sequence[Found]) -> tuple[Found, ...]:
    if len(ranked) < _LEAST_COLUMNS:
        return ()
    best, following = ranked[:2]
    measure = best.power.measure
    chance = _CHANCE[measure]
    lead = best.power.surely() - chance
    stands_out = best.power.score >= _STANDS_OUT[measure] and lead >= _TIMES_THE_NEXT * (
        following.power.score - chance
    )
    return (best, following) if stands_out else ()
