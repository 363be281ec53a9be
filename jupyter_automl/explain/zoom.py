"""Walks over very many fields, looked at closely only where they lead somewhere.

Of most of some thousand fields a model says nothing, or little. A walk is cut into pieces; a piece
whose ends differ is cut again, those that differ most first, until each is one field or no more
may be asked. What a piece of several fields adds is then shared out evenly among them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from jupyter_automl.explain.sheet import Ask, Sheet, answers

PIECES = 8
"""That a piece is cut into: few calls of the model, and few rows in each."""
ROUNDS = 6
"""Calls at most. All but the last use half of what is left, so that what changes most can be
followed to the end: 8 ** 6 fields are enough for any table."""
_NOTHING = 1e-12


@dataclass(slots=True)
class _Walk:
    """What is known of a walk: outputs (n, ...) after `at` fields, none and all of them first."""

    at: np.ndarray
    outputs: np.ndarray

    def take_in(self, at: np.ndarray, outputs: np.ndarray) -> None:
        order = np.argsort(both := np.concatenate([self.at, at]), kind="stable")
        self.at, self.outputs = both[order], np.concatenate([self.outputs, outputs])[order]

    def open_pieces(self, least: float) -> list[tuple[float, int, int]]:
        """Pieces of several fields that change anything: ``(change, begin, end)``."""
        changes = np.abs(np.diff(self.outputs, axis=0)).reshape(len(self.at) - 1, -1).max(axis=1)
        places = np.flatnonzero((np.diff(self.at) > 1) & (changes > least))
        return [(float(changes[p]), int(self.at[p]), int(self.at[p + 1])) for p in places]

    def amounts(self) -> np.ndarray:
        """What each field adds, in the order of the walk."""
        sizes = np.diff(self.at)
        steps = np.diff(self.outputs, axis=0)
        each = steps / np.maximum(1, sizes).reshape(-1, *[1] * (steps.ndim - 1))
        return np.repeat(each, sizes, axis=0)


def walk(
    ask: Ask, whole: Sheet, ways: Sequence[np.ndarray], ends: np.ndarray, most_rows: int
) -> tuple[list[np.ndarray], bool]:
    """What each field adds on the way from a background row to a row.

    Parameters
    ----------
    whole : Sheet
        The row, then the background rows.
    ways : sequence of ndarray of int
        Two for each background row: the fields to take from the row, in this order.
    ends : ndarray of shape (1 + n_background, ...)
        Outputs of the rows of `whole`.
    most_rows : int
        That may be asked for, in a few calls.

    Returns
    -------
    list of ndarray of shape (len(way), ...)
        They sum to the way from one end to the other.
    bool
        Whether some are shares of what several fields add together.
    """
    d = len(whole.columns)
    taken = np.full((len(ways), d), d, dtype=np.int32)
    for number, way in enumerate(ways):
        taken[number, way] = np.arange(len(way))
    start = 1 + np.arange(len(ways)) // 2
    walks = [
        _Walk(np.array([0, len(way)]), ends[[begin, 0]])
        for way, begin in zip(ways, start, strict=True)
    ]
    least = _NOTHING * max(1.0, float(np.abs(ends).max()))
    for rounds_left in reversed(range(ROUNDS)):
        pieces = [
            (change, number, begin, end)
            for number, one in enumerate(walks)
            for change, begin, end in one.open_pieces(least)
        ]
        if not pieces or most_rows < 1:
            break
        # The sort is stable: the same rows give the same pieces.
        pieces.sort(key=lambda piece: -piece[0])
        share = -(-most_rows // 2) if rounds_left else most_rows
        numbers, at = _cuts([piece[1:] for piece in pieces], share)
        outputs = _asked(ask, whole, taken[numbers], at, start[numbers])
        most_rows -= len(at)
        for number in np.unique(numbers):
            own = numbers == number
            walks[number].take_in(at[own], outputs[own])
    together = any(one.open_pieces(least) for one in walks)
    return [one.amounts() for one in walks], together


def _cuts(pieces: Sequence[tuple[int, int, int]], most: int) -> tuple[np.ndarray, np.ndarray]:
    """Where to cut the first of these ``(walk, begin, end)``: the walks, and places on them."""
    numbers: list[int] = []
    at: list[int] = []
    for number, begin, end in pieces:
        n = min(PIECES - 1, end - begin - 1, most - len(at))
        if n < 1:
            break
        numbers += [number] * n
        at += [begin + (end - begin) * cut // (n + 1) for cut in range(1, n + 1)]
    return np.array(numbers), np.array(at)


def _asked(
    ask: Ask, whole: Sheet, taken: np.ndarray, at: np.ndarray, start: np.ndarray
) -> np.ndarray:
    """Outputs where so many fields are taken from the row, and the others from `start`."""

    def part(rows: slice) -> Sheet:
        from_row = taken[rows] < at[rows, None]
        return whole.mixed(np.where(from_row, 0, start[rows, None]))

    return answers(ask, len(at), len(whole.columns), part)
