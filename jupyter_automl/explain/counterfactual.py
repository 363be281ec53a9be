"""The smallest change of a row that changes what a model says of it.

A search over values that occur: first every change of one field, then the most promising ones
together with changes of another field (a beam), up to three fields. What is found is made smaller
again, number by number. Nothing of it looks into the model, so it cannot prove that there is no
smaller change. The aims (few fields, near, values that occur) are those of Dandl et al. (2020),
"Multi-objective counterfactual explanations".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from jupyter_automl.explain.fields import Cell, grid_of
from jupyter_automl.explain.sheet import Ask, Sheet, answers, as_numbers, missing

MOST_PREDICTIONS = 2_000
"""A step of the search."""
MOST_OTHERS = 4
_GRID = 20
_FINE = 30
_ROUNDS = 3
_BEAM = 10

Judge = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]
"""Outputs (n, ...) to whether each is what is wanted, and how near to it (larger is nearer)."""

Changed = Mapping[int, Any]
"""New values by place of the field."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One field that is changed.

    Attributes
    ----------
    field : str
    before, after : str
        Texts for people.
    cell : Cell
        The new value as a form takes it.
    distance : float
        Of numbers and dates relative to the range from the 5th to the 95th percentile; 1 for
        others, and where the value was missing.
    """

    field: str
    before: str
    after: str
    cell: Cell
    distance: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Flip:
    """The smallest change that was found, or that none was.

    Attributes
    ----------
    changes : tuple of Change
        Empty where none was found.
    label : str
        The class after it; empty for numbers and where none was found.
    probability : float or None
        Of that class.
    value : float or None
        The number after it.
    distance : float
        Sum over the changes; 0 where none was found.
    others : tuple of tuple of Change
        Up to `MOST_OTHERS` changes of other fields that do the same, the smallest first.
    sentence : str
        The answer in words.
    n_predictions : int
        Rows that the model was asked for.
    """

    changes: tuple[Change, ...] = ()
    label: str = ""
    probability: float | None = None
    value: float | None = None
    distance: float = 0.0
    others: tuple[tuple[Change, ...], ...] = ()
    sentence: str
    n_predictions: int = 0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Found:
    """Values of some fields with which the row is what is wanted.

    Attributes
    ----------
    changed : Mapping
        New values by place of the field.
    distance : float
    output : ndarray
        What the model says then.
    """

    changed: Changed
    distance: float
    output: np.ndarray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Searched:
    """What a search gave.

    Attributes
    ----------
    found : tuple of Found
        Fewest fields first, then the smallest distance; each with other fields. May be empty.
    nearest : ndarray or None
        The output that came nearest where nothing was found; None where nothing was tried.
    n_predictions : int
    """

    found: tuple[Found, ...]
    nearest: np.ndarray | None
    n_predictions: int


class Search:
    """A search from one row.

    Parameters
    ----------
    row : Sheet
        One row, which is not what is wanted.
    rows : Sheet
        Rows of the training table: values that occur.
    spreads : sequence of float
        By field; see `fields.spread_of`.
    """

    def __init__(
        self, ask: Ask, judge: Judge, row: Sheet, rows: Sheet, spreads: Sequence[float]
    ) -> None:
        self._ask = ask
        self._judge = judge
        self._row = row
        self._rows = rows
        self._spreads = spreads
        self._n = 0
        self._nearest: tuple[float, np.ndarray] | None = None

    def run(self, fields: Sequence[int], most: int) -> Searched:
        """Change up to `most` of some fields.

        Parameters
        ----------
        fields : sequence of int
            Places of those that may change, the most important first: of very many fields the
            last ones are left out.
        """
        singles = self._singles(fields)
        partials: list[Changed] = singles
        pool: list[Changed] = []
        for size in range(1, most + 1):
            if not partials:
                break
            done, progress = self._tried(partials)
            if done.any():
                hits = [partials[place] for place in np.flatnonzero(done)]
                return self._searched(hits)
            if size == most:
                break
            ranked = [partials[place] for place in np.argsort(-progress, kind="stable")]
            if size == 1:
                pool = ranked
            partials = _extended(_beam(ranked), pool)
        nearest = None if self._nearest is None else self._nearest[1]
        return Searched(found=(), nearest=nearest, n_predictions=self._n)

    def distance(self, place: int, value: Any) -> float:
        """How far a new value of a field is from the row's."""
        before = self._row.arrays[place]
        if missing(before)[0]:
            return 1.0
        both = as_numbers(np.array([before[0], value], dtype=before.dtype))
        spread = self._spreads[place]
        if both is None or spread <= 0 or _is_boolean(self._row, place):
            return 1.0
        with np.errstate(over="ignore"):
            return float(min(abs(both[1] - both[0]) / spread, 1e300))

    def _singles(self, fields: Sequence[int]) -> list[Changed]:
        """Every change of one field, thinned where there are many fields."""
        each = min(_GRID, max(2, MOST_PREDICTIONS // max(1, len(fields))))
        grids = [self._grid(place, each) for place in fields[: MOST_PREDICTIONS // 2]]
        changes: list[Changed] = [
            {place: value} for place, values in zip(fields, grids, strict=False) for value in values
        ]
        return changes[:MOST_PREDICTIONS]

    def _grid(self, place: int, most: int) -> list[Any]:
        values = grid_of(self._row.columns[place], self._rows.arrays[place], most)
        now = self._row.arrays[place][0]
        return [value for value in values if value != now]

    def _tried(self, changes: Sequence[Changed]) -> tuple[np.ndarray, np.ndarray]:
        outputs = self._said(changes)
        done, progress = self._judge(outputs)
        best = int(np.argmax(progress))
        if self._nearest is None or progress[best] > self._nearest[0]:
            self._nearest = (float(progress[best]), outputs[best])
        return done, progress

    def _said(self, changes: Sequence[Changed]) -> np.ndarray:
        self._n += len(changes)

        def part(rows: slice) -> Sheet:
            return self._row.variants(changes[rows])

        return answers(self._ask, len(changes), len(self._row.columns), part)

    def _searched(self, hits: list[Changed]) -> Searched:
        """The smallest of the hits for each set of fields, made smaller, and put in order."""
        smallest: dict[frozenset[int], tuple[float, Changed]] = {}
        for hit in hits:
            key, cost = frozenset(hit), self._cost(hit)
            if key not in smallest or cost < smallest[key][0]:
                smallest[key] = (cost, hit)
        chosen = sorted(smallest.values(), key=lambda item: item[0])[: 1 + MOST_OTHERS]
        shrunk = [self._shrunk(hit) for _, hit in chosen]
        outputs = self._said(shrunk)
        found = [
            Found(changed=hit, distance=self._cost(hit), output=output)
            for hit, output in zip(shrunk, outputs, strict=True)
        ]
        found.sort(key=lambda one: one.distance)
        return Searched(found=tuple(found), nearest=None, n_predictions=self._n)

    def _shrunk(self, hit: Changed) -> Changed:
        """The same fields, each number as near to the row's as can be; the largest step first."""
        order = sorted(hit, key=lambda place: -self.distance(place, hit[place]))
        for place in order:
            hit = self._nearer(hit, place)
        return hit

    def _nearer(self, hit: Changed, place: int) -> Changed:
        """The same with the value of one number that is nearest to the row's among those tried."""
        since = self._row.arrays[place][0]
        for _ in range(_ROUNDS):
            values = self._between(place, since, hit[place])
            if not values:
                break
            tries: list[Changed] = [{**hit, place: value} for value in values]
            done, _progress = self._judge(self._said(tries))
            first = int(np.argmax(done)) if done.any() else len(values)
            if first > 0:
                since = values[first - 1]
            if first < len(values):
                hit = tries[first]
        return hit

    def _between(self, place: int, since: Any, value: Any) -> list[Any]:
        """Some values that occur between two, those near to the first one first."""
        array = self._rows.arrays[place]
        if array.dtype == object or missing(self._row.arrays[place])[0]:
            return []
        low, high = min(since, value), max(since, value)
        values = np.unique(array[(array > low) & (array < high)])
        if len(values) > _FINE:
            values = values[np.round(np.linspace(0, len(values) - 1, _FINE)).astype(np.int64)]
        return list(values if value > since else values[::-1])

    def _cost(self, changed: Changed) -> float:
        return sum(self.distance(place, value) for place, value in changed.items())


def _beam(ranked: Sequence[Changed]) -> list[Changed]:
    """The best changes, each of other fields."""
    kept: dict[frozenset[int], Changed] = {}
    for change in ranked:
        kept.setdefault(frozenset(change), change)
        if len(kept) == _BEAM:
            break
    return list(kept.values())


def _extended(beam: Sequence[Changed], pool: Sequence[Changed]) -> list[Changed]:
    """Each of the beam with one more change, the most promising ones first."""
    each = MOST_PREDICTIONS // max(1, len(beam))
    made: dict[tuple[tuple[int, Any], ...], Changed] = {}
    for change in beam:
        for more in _others(change, pool, each):
            both = {**change, **more}
            made.setdefault(tuple(sorted(both.items(), key=lambda item: item[0])), both)
    return list(made.values())


def _others(change: Changed, pool: Sequence[Changed], most: int) -> Iterator[Changed]:
    n = 0
    for more in pool:
        if n == most:
            return
        if not more.keys() & change.keys():
            n += 1
            yield more


def _is_boolean(row: Sheet, place: int) -> bool:
    column = row.columns[place]
    return column.dtype == "bool" or column.kind == "boolean"
