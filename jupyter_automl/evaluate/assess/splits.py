"""Ways of cutting rows in two by a column, and which of them parts large errors from small."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from jupyter_automl.core.words import say
from jupyter_automl.evaluate.assess.telling import shown, written

if TYPE_CHECKING:
    import pandas as pd

_EDGES = 16
_LEVELS = 12
_LEAST_GAIN = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Places:
    """A column as small numbers: stretches of its range, or its most frequent levels.

    Attributes
    ----------
    column : str
    places : ndarray of shape (n,), int64
        0 .. m-1; the last one, m-1, holds missing values.
    size : int
        m.
    said : tuple of str
        The upper edge of each stretch but the last, or the levels.
    ordered : bool
        Whether these are stretches.
    """

    column: str
    places: np.ndarray = field(repr=False)
    size: int
    said: tuple[str, ...]
    ordered: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cut:
    """A column cut in two.

    Attributes
    ----------
    at : int
        Of stretches, the last one on the first side; of levels, the one alone there; m-1
        puts missing values there.
    gain : float
        By how much the squared distance of errors from their mean shrinks.
    """

    column: Places
    at: int
    gain: float

    def first(self) -> np.ndarray:
        """The rows of the first side, bool of shape (n,)."""
        if self.column.ordered and self.at < self.column.size - 1:
            return self.column.places <= self.at
        return self.column.places == self.at

    def say(self, first: bool, missing: bool) -> str:
        """What holds of a side; `missing` tells whether it holds missing values too."""
        column, last = shown(self.column.column), self.at == self.column.size - 1
        if last:
            return say("evaluate-rule-missing" if first else "evaluate-rule-known", column=column)
        value = self.column.said[self.at]
        if not self.column.ordered:
            key = "evaluate-rule-is" if first else "evaluate-rule-is-not"
        elif first:
            key = "evaluate-rule-at-most"
        else:
            key = "evaluate-rule-above-or-missing" if missing else "evaluate-rule-above"
        return say(key, column=column, value=value)


def places_of(values: pd.Series) -> Places | None:
    """A column as places; None where there is nothing to cut."""
    import pandas as pd

    kind, column = values.dtype, str(values.name)
    if pd.api.types.is_datetime64_any_dtype(kind):
        plainly = values.dt.tz_localize(None) if getattr(kind, "tz", None) is not None else values
        stamps = plainly.to_numpy("datetime64[s]")
        numbers = np.where(np.isnat(stamps), np.nan, stamps.astype(np.int64).astype(np.float64))
        return _stretches(numbers, column, dates=True)
    if pd.api.types.is_numeric_dtype(kind) and not pd.api.types.is_bool_dtype(kind):
        return _stretches(values.to_numpy(np.float64, na_value=np.nan), column, dates=False)
    return _levels(values, column)


def best_cut(
    columns: Sequence[Places],
    rows: np.ndarray,
    errors: np.ndarray,
    masses: np.ndarray,
    least: int,
    *,
    clear: float = 0.0,
) -> Cut | None:
    """The cut of some rows that parts their errors best; None without one that gains.

    Parameters
    ----------
    rows : ndarray of int
        Places of the rows to cut.
    errors, masses : ndarray of shape (n,)
        Of all rows.
    least : int
        Rows on either side.
    clear : float
        Least gain, in variances of the errors of a row: that of a single cut at random is 1 on
        average, that of the best of a thousand cuts about 11.
    """
    if len(rows) < 2 * least:
        return None
    best: Cut | None = None
    mass, sums = masses[rows], masses[rows] * errors[rows]
    whole, whole_sum = float(mass.sum()), float(sums.sum())
    variance = float(mass @ np.square(errors[rows] - whole_sum / whole)) / whole
    # Less is rounding.
    most = max(_LEAST_GAIN * whole_sum**2 / whole, clear * variance)
    for column in columns:
        place = column.places[rows]
        n, w, s = (_first_sides(column, place, of) for of in (None, mass, sums))
        fits = (n >= least) & (len(rows) - n >= least)
        if not fits.any():
            continue
        with np.errstate(invalid="ignore", divide="ignore"):
            gain = s**2 / w + (whole_sum - s) ** 2 / (whole - w) - whole_sum**2 / whole
        gain = np.where(fits, gain, -np.inf)
        which = int(gain.argmax())
        if gain[which] > most:
            most = float(gain[which])
            at = which if which < len(column.said) else column.size - 1
            best = Cut(column=column, at=at, gain=most)
    return best


def _first_sides(column: Places, place: np.ndarray, weights: np.ndarray | None) -> np.ndarray:
    """What is on the first side of each cut; the last cut is of missing values."""
    sums = np.bincount(place, weights=weights, minlength=column.size)
    cuts = sums[: len(column.said)]
    return np.append(np.cumsum(cuts) if column.ordered else cuts, sums[-1])


def _stretches(numbers: np.ndarray, column: str, *, dates: bool) -> Places | None:
    known = np.isfinite(numbers)
    if not known.any():
        return None
    wanted = np.linspace(0, 1, _EDGES + 1)[1:-1]
    edges = np.unique(np.quantile(numbers[known], wanted, method="lower"))
    edges = edges[edges < numbers[known].max()]
    if len(edges) == 0 and known.all():
        return None
    place = np.searchsorted(edges, np.where(known, numbers, 0.0), side="left")
    place = np.where(known, place, len(edges) + 1)
    said = tuple(written(edge, dates=dates) for edge in edges)
    return Places(column=column, places=place, size=len(edges) + 2, said=said, ordered=True)


def _levels(values: pd.Series, column: str) -> Places | None:
    import pandas as pd

    codes, levels = pd.factorize(values)
    known = codes >= 0
    if len(levels) == 0 or (len(levels) == 1 and known.all()):
        return None
    sizes = np.bincount(codes[known], minlength=len(levels))
    order = sorted(range(len(levels)), key=lambda i: (-int(sizes[i]), str(levels[i])))
    place = np.empty(len(levels), dtype=np.int64)
    place[order] = np.arange(len(levels))
    kept = min(_LEVELS, len(levels))
    # What is rarer than the kept levels shares a place that no cut is made at.
    rare = 1 if len(levels) > kept else 0
    found = np.minimum(place[np.where(known, codes, 0)], kept)
    found = np.where(known, found, kept + rare)
    said = tuple(shown(levels[i]) for i in order[:kept])
    return Places(column=column, places=found, size=kept + rare + 1, said=said, ordered=False)
