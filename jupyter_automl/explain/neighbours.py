"""The rows of a table that are most like a row.

Gower (1971), "A general coefficient of similarity and some of its properties": the mean over the
fields of how different two rows are, from 0 to 1 each; a field in which one of both is missing does
not count. Differences of numbers are taken relative to the range from the 5th to the 95th
percentile, and count as 1 beyond it, so that a few large values do not make all others alike.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from jupyter_automl.explain.fields import spread_of, text_of
from jupyter_automl.explain.sheet import Sheet, as_numbers, missing


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One field in which two rows differ, as texts: `here` the row at hand, `there` the other."""

    field: str
    here: str
    there: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """A row of the training table that is like the row at hand.

    Attributes
    ----------
    row : int
        Its number in the table.
    distance : float
        From 0 (the same where both are known) to 1.
    differences : tuple of Difference
        The fields that make the distance, the largest difference first.
    target : str
        What is known of it, as text; empty where it is missing.
    """

    row: int
    distance: float
    differences: tuple[Difference, ...]
    target: str


class Neighbourhood:
    """Rows that are searched, prepared once.

    Parameters
    ----------
    rows : Sheet
        One row at least.
    """

    def __init__(self, rows: Sheet) -> None:
        self.rows = rows
        self._numbers = [as_numbers(array) for array in rows.arrays]
        self._spreads = [spread_of(array) for array in rows.arrays]
        self._codes = [
            _coded(array) if numbers is None else None
            for array, numbers in zip(rows.arrays, self._numbers, strict=True)
        ]

    def nearest(
        self, row: Sheet, most: int, without: np.ndarray | None = None
    ) -> list[tuple[int, float]]:
        """``(place, distance)`` of the rows that are most like one row; ties by place.

        Parameters
        ----------
        without : ndarray of int, optional
            Places that are left out.

        Notes
        -----
        A row that shares no known field with the row at hand is not near anything: it is left
        out.
        """
        distances = self.distances(row)
        if without is not None:
            distances[without] = np.nan
        order = np.argsort(distances, kind="stable")[:most]
        return [(int(p), float(distances[p])) for p in order if np.isfinite(distances[p])]

    def distances(self, row: Sheet) -> np.ndarray:
        """Distances of all rows to one row, shape (n_rows,); NaN where nothing can be compared."""
        total, count = np.zeros(self.rows.n_rows), np.zeros(self.rows.n_rows)
        for place in range(len(self.rows.columns)):
            part = self.differences(place, row)
            known = ~np.isnan(part)
            total[known] += part[known]
            count += known
        with np.errstate(invalid="ignore"):
            return total / np.where(count > 0, count, np.nan)

    def differences(self, place: int, row: Sheet) -> np.ndarray:
        """How much all rows differ from one row in a field: 0 to 1, NaN where one is missing."""
        numbers, coded = self._numbers[place], self._codes[place]
        if numbers is not None:
            here = as_numbers(row.arrays[place])
            assert here is not None
            return _apart(numbers, float(here[0]), self._spreads[place])
        assert coded is not None
        codes, levels = coded
        value = row.arrays[place][0]
        if value is None:
            return np.full(len(codes), np.nan)
        different = (codes != levels.get(value, len(levels))).astype(np.float64)
        return np.where(codes < 0, np.nan, different)

    def told(self, place: int, row: Sheet) -> tuple[Difference, ...]:
        """In what the row at `place` differs from one row, the largest difference first.

        Fields in which one of both is missing come last: they do not count for the distance.
        """
        whole = row.joined(self.rows.take([place]))
        fields = np.flatnonzero(~whole.same(0, 1))
        sizes = {field: self._size(field, whole.arrays[field]) for field in fields}
        ordered = sorted(fields, key=lambda field: (-sizes[field], field))
        return tuple(
            Difference(
                field=whole.columns[field].name,
                here=text_of(whole.columns[field], whole.arrays[field][0]),
                there=text_of(whole.columns[field], whole.arrays[field][1]),
            )
            for field in ordered
        )

    def _size(self, field: int, both: np.ndarray) -> float:
        """How much two different cells differ; -1 where one of them is missing."""
        if missing(both).any():
            return -1.0
        numbers = as_numbers(both)
        if numbers is None:
            return 1.0
        return float(_apart(numbers[1:], float(numbers[0]), self._spreads[field])[0])


def _apart(numbers: np.ndarray, here: float, spread: float) -> np.ndarray:
    """Distances on the range, 1 at most; without a range, whether they are different at all."""
    with np.errstate(over="ignore"):
        gaps = np.abs(numbers - here)
        if spread > 0:
            return np.minimum(gaps / spread, 1.0)
    return np.where(np.isnan(gaps), np.nan, (gaps > 0).astype(np.float64))


def _coded(cells: np.ndarray) -> tuple[np.ndarray, dict[str, int]]:
    """Texts as codes, -1 where missing, and the code of each text."""
    levels: dict[str, int] = {}
    codes = [-1 if cell is None else levels.setdefault(cell, len(levels)) for cell in cells]
    return np.array(codes, dtype=np.int32), levels
