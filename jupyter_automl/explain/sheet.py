"""Rows as plain values by field: cheap to mix with others, and read by models as tables are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from jupyter_automl.core.dataset import ColumnSchema
from jupyter_automl.data.few import MOST_ROWS
from jupyter_automl.features.columns import Columns, columns_of

if TYPE_CHECKING:
    import pandas as pd

MAX_CELLS = 4_000_000
"""Cells that are given to a model at once: bounds memory whatever the number of fields. Of very
many fields a call costs most of the time, whatever its rows."""

Ask = Callable[[Columns], np.ndarray]
"""What a model says of rows: probabilities (n, k) or values (n,)."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sheet:
    """Some rows.

    Attributes
    ----------
    columns : tuple of ColumnSchema
        The fields, in the order of the model.
    arrays : tuple of ndarray, each of shape (n_rows,)
        One a field: float64 with NaN where missing (numbers and booleans), datetime64[us] with
        NaT, or objects (texts) with None. Not to be written to.
    n_rows : int
    """

    columns: tuple[ColumnSchema, ...]
    arrays: tuple[np.ndarray, ...]
    n_rows: int

    def take(self, rows: np.ndarray | Sequence[int]) -> Sheet:
        """These rows, in this order; they may repeat."""
        places = np.asarray(rows, dtype=np.int64)
        arrays = tuple(array[places] for array in self.arrays)
        return replace(self, arrays=arrays, n_rows=len(places))

    def joined(self, other: Sheet) -> Sheet:
        """These rows, then the other ones, which have the same fields."""
        arrays = tuple(
            np.concatenate([ours, theirs])
            for ours, theirs in zip(self.arrays, other.arrays, strict=True)
        )
        return replace(self, arrays=arrays, n_rows=self.n_rows + other.n_rows)

    def mixed(self, picks: np.ndarray) -> Sheet:
        """Rows made of cells of several rows.

        Parameters
        ----------
        picks : ndarray of shape (m, n_fields)
            Which row each cell of the m new rows comes from.
        """
        arrays = tuple(array[picks[:, place]] for place, array in enumerate(self.arrays))
        return replace(self, arrays=arrays, n_rows=len(picks))

    def variants(self, changes: Sequence[Mapping[int, Any]]) -> Sheet:
        """The first row, once for each of `changes`, with values changed by place of the field."""
        n = len(changes)
        arrays = [np.repeat(array[:1], n) for array in self.arrays]
        for row, change in enumerate(changes):
            for place, value in change.items():
                arrays[place][row] = value
        return replace(self, arrays=tuple(arrays), n_rows=n)

    def with_values(self, place: int, values: np.ndarray) -> Sheet:
        """The same rows with other values in the field at `place`; values of shape (n_rows,)."""
        arrays = list(self.arrays)
        arrays[place] = values
        return replace(self, arrays=tuple(arrays))

    def same(self, one: int, other: int) -> np.ndarray:
        """Bool of shape (n_fields,): where two rows agree; two missing cells do."""
        return np.array([_same(array[one], array[other]) for array in self.arrays], dtype=bool)

    def asked(self) -> Columns:
        """The rows as models take them."""
        few = self.n_rows <= MOST_ROWS
        given = {
            column.name: _given(array, few)
            for column, array in zip(self.columns, self.arrays, strict=True)
        }
        return Columns(given, given.keys(), self.n_rows)


def sheet_of(rows: pd.DataFrame | Columns, columns: Sequence[ColumnSchema]) -> Sheet:
    """Rows of any types, each cell read as the type that its column had in training."""
    given = columns_of(rows)
    arrays = tuple(_array(given, column) for column in columns)
    return Sheet(columns=tuple(columns), arrays=arrays, n_rows=len(given))


def missing(array: np.ndarray) -> np.ndarray:
    """Bool of shape (n,): which cells of a field are missing."""
    if array.dtype == object:
        return np.array([cell is None for cell in array], dtype=bool)
    return np.isnat(array) if array.dtype.kind == "M" else np.isnan(array)


def as_numbers(array: np.ndarray) -> np.ndarray | None:
    """Numbers, and dates as Unix seconds, with NaN where missing; None for texts."""
    if array.dtype == object:
        return None
    if array.dtype.kind != "M":
        return array
    seconds = array.astype(np.int64) / 1e6
    return np.where(np.isnat(array), np.nan, seconds)


def answers(ask: Ask, n_rows: int, n_fields: int, part: Callable[[slice], Sheet]) -> np.ndarray:
    """What a model says of many rows that are made a portion at a time.

    Parameters
    ----------
    part : callable
        Makes the rows of a slice of ``range(n_rows)``.
    """
    at_once = max(1, MAX_CELLS // max(1, n_fields))
    said = [
        np.asarray(ask(part(slice(start, min(start + at_once, n_rows))).asked()), dtype=np.float64)
        for start in range(0, n_rows, at_once)
    ]
    return said[0] if len(said) == 1 else np.concatenate(said)


def _array(given: Columns, column: ColumnSchema) -> np.ndarray:
    if column.dtype == "string":
        cells = np.empty(len(given), dtype=object)
        cells[:] = given.texts(column.name).array.to_pylist()
        return cells
    if column.dtype.startswith("timestamp"):
        return np.asarray(given.stamps(column.name), dtype="datetime64[us]")
    return given.numbers([column.name])[:, 0]


def _given(array: np.ndarray, few: bool) -> Any:
    """One field as `Columns` wants it."""
    if array.dtype == object:
        return array.tolist()
    if array.dtype.kind == "M":
        return array
    if few:
        return array.tolist()
    import pandas as pd

    return pd.Series(array, copy=False)


def _same(one: Any, other: Any) -> bool:
    # Missing numbers and dates differ from themselves.
    return bool(one == other) or bool(one != one and other != other)
