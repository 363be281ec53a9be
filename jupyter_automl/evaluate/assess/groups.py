"""Rows in groups by a column: its values, or quarters of its range."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from jupyter_automl.core.errors import ArgumentError, did_you_mean
from jupyter_automl.core.words import say
from jupyter_automl.evaluate.assess.telling import shown, written

if TYPE_CHECKING:
    import pandas as pd

    from jupyter_automl.evaluate.assess.judged import Judged

LEAST_ROWS = 30
"""Of a group; smaller ones are shown as too few and never compared."""

_MOST_LEVELS = 20
_FEW_NUMBERS = 6
"""Different numbers that are groups by themselves; more are cut into quarters."""

_QUARTERS = (0.25, 0.5, 0.75)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Grouping:
    """Which group each row is in.

    Attributes
    ----------
    column : str
        Where the groups come from.
    names : tuple of str
        Of the groups, as they are shown.
    codes : ndarray of shape (n,)
        Places in `names`.
    """

    column: str
    names: tuple[str, ...]
    codes: np.ndarray = field(repr=False)

    def part(self, rows: np.ndarray) -> Grouping:
        """The same of some rows."""
        return replace(self, codes=self.codes[rows])


def grouping(values: pd.Series, column: str = "") -> Grouping:
    """Groups of rows by the values of a column.

    Parameters
    ----------
    values : Series of shape (n,)
        Numbers and dates with more than 6 different values are cut at their quartiles. Of
        other values the 20 most frequent are groups, the rest is one; a missing value is a
        group too, and so is, among numbers, an infinite one.
    column : str
        Its name; the Series' where none is given.
    """
    import pandas as pd

    column = column or str(values.name)
    kind = values.dtype
    if pd.api.types.is_datetime64_any_dtype(kind):
        days = values.dt.tz_localize(None) if getattr(kind, "tz", None) is not None else values
        stamps = days.to_numpy("datetime64[s]")
        numbers = np.where(np.isnat(stamps), np.nan, stamps.astype(np.int64).astype(np.float64))
        return _by_number(numbers, column, dates=True)
    if pd.api.types.is_numeric_dtype(kind) and not pd.api.types.is_bool_dtype(kind):
        return _by_number(values.to_numpy(np.float64, na_value=np.nan), column, dates=False)
    return _by_level(values, column)


def grouping_of(judged: Judged, by: str | None) -> Grouping:
    """The groups that were asked for: those at hand, or by a column of the rows.

    Raises
    ------
    ArgumentError
        If there is no such column.
    """
    if by is None and judged.by is not None:
        return judged.by
    if judged.by is not None and by == judged.by.column:
        return judged.by
    names = [] if judged.frame is None else [str(column) for column in judged.frame.columns]
    if by is None or by not in names:
        raise ArgumentError(
            f"Groups need a column of the rows at hand. Got {by!r}.",
            hint=did_you_mean(by, names),
            argument="by",
        )
    assert judged.frame is not None
    return grouping(judged.frame.iloc[:, names.index(by)], by)


def _by_number(numbers: np.ndarray, column: str, *, dates: bool) -> Grouping:
    known = np.isfinite(numbers)
    different = np.unique(numbers[known])
    if len(different) <= _FEW_NUMBERS:
        codes = np.searchsorted(different, np.where(known, numbers, 0.0))
        names = [written(value, dates=dates) for value in different]
    else:
        edges = np.unique(np.quantile(numbers[known], _QUARTERS, method="lower"))
        codes = np.searchsorted(edges, np.where(known, numbers, 0.0), side="left")
        said = [written(edge, dates=dates) for edge in edges]
        names = [
            say("evaluate-group-first", high=said[0]),
            *(say("evaluate-group-middle", low=low, high=high) for low, high in pairwise(said)),
            say("evaluate-group-last", low=said[-1]),
        ]
    return _with_missing(codes, known, names, column)


def _by_level(values: pd.Series, column: str) -> Grouping:
    import pandas as pd

    codes, levels = pd.factorize(values)
    known = codes >= 0
    sizes = np.bincount(codes[known], minlength=len(levels))
    order = sorted(range(len(levels)), key=lambda i: (-int(sizes[i]), str(levels[i])))
    place = np.empty(len(levels), dtype=np.int64)
    place[order] = np.arange(len(levels))
    codes = place[np.where(known, codes, 0)] if len(levels) else np.zeros(len(values), np.int64)
    names = [shown(levels[i]) for i in order[:_MOST_LEVELS]]
    if len(levels) > _MOST_LEVELS:
        codes = np.minimum(codes, _MOST_LEVELS)
        names.append(say("evaluate-group-other", n=len(levels) - _MOST_LEVELS))
    return _with_missing(codes, known, names, column)


def _with_missing(codes: np.ndarray, known: np.ndarray, names: list[str], column: str) -> Grouping:
    if not known.all():
        codes = np.where(known, codes, len(names))
        names = [*names, say("evaluate-group-missing")]
    return Grouping(column=column, names=tuple(names), codes=codes.astype(np.int64))
