"""A few rows read cell by cell: for a single one, making tables costs more than reading."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa

from jupyter_automl.core.dataset import ColumnSchema
from jupyter_automl.data.cells import from_cells
from jupyter_automl.data.frames import fitted
from jupyter_automl.data.memory import from_memory
from jupyter_automl.data.names import unique_names
from jupyter_automl.data.settle import TYPED_MARKS, storable

MOST_ROWS = 64
"""From about a hundred rows on Arrow and pandas are quicker than a loop over cells."""

Cells = list[float] | list[str | None] | np.ndarray | pa.Array
"""Of one column: numbers with NaN (finite otherwise), clean texts, datetime64[us], or a
stored array for whoever can read it."""

_NUMBERS = ("double", "int64", "bool")
_SAFE_WHOLE = 2**53
_NAN = float("nan")
_PLAIN_NUMBERS = frozenset((int, float, np.float64))
_TRUTH = frozenset((bool, type(None)))


def few_cells(
    source: Any, columns: Sequence[ColumnSchema]
) -> tuple[Mapping[str, Cells], int] | None:
    """The wanted columns of a few rows, and how many rows; what `to_frame` gives, sooner.

    Parameters
    ----------
    source : object
        A DataFrame, a list of records or a dict of columns of 1 to 64 rows.

    Returns
    -------
    (dict of Cells, int) or None
        None for everything else, and where a column is missing: `to_frame` reads it, or
        says what is wrong.

    Raises
    ------
    PredictionError
        As `to_frame` does, if a column has values of which none can be read as its type.
    """
    given = _opened(source)
    if given is None or not columns:
        return None
    labels, cells_of, n_rows = given
    if any(column.name not in labels for column in columns):
        return None
    return {column.name: _read(cells_of(labels[column.name]), column) for column in columns}, n_rows


Opening = tuple[Mapping[str, Any], Callable[[Any], Any], int]
"""Labels by name, cells by label, and the number of rows."""


def _opened(source: Any) -> Opening | None:
    import pandas as pd

    if isinstance(source, pd.DataFrame):
        labels = _labels(tuple(source.columns))
        if labels is None or not 0 < len(source) <= MOST_ROWS:
            return None
        return labels, source.__getitem__, len(source)
    if type(source) is dict:
        return _of_columns(source)
    if type(source) is list and source and isinstance(source[0], Mapping):
        return _of_records(source)
    return None


def _of_records(records: list[Mapping[Any, Any]]) -> Opening | None:
    if len(records) > MOST_ROWS or not all(isinstance(one, Mapping) for one in records):
        return None
    labels = _labels(tuple(dict.fromkeys(name for record in records for name in record)))
    if labels is None:
        return None
    return labels, lambda label: [record.get(label) for record in records], len(records)


def _of_columns(source: dict[Any, Any]) -> Opening | None:
    columns = {}
    for label, values in source.items():
        if isinstance(values, (list, tuple)):
            columns[label] = list(values)
        elif values is None or type(values) in (str, int, float, bool):
            columns[label] = [values]
        else:
            return None
    sizes = {len(cells) for cells in columns.values()}
    labels = _labels(tuple(columns))
    if labels is None or len(sizes) != 1 or not 0 < min(sizes) <= MOST_ROWS:
        return None
    return labels, columns.__getitem__, min(sizes)


@lru_cache(maxsize=64)
def _labels(labels: tuple[Any, ...]) -> Mapping[str, str] | None:
    """What columns are called once their names are unique text; None where that is not plain.

    Rows of a service have the same columns each time.
    """
    if len(set(labels)) != len(labels) or not all(type(label) is str for label in labels):
        return None
    return dict(zip(unique_names(labels)[0], labels, strict=True))


def _read(cells: Any, column: ColumnSchema) -> Cells:
    """Cells, a list or a Series, as the stored type of the column."""
    found = quick_cells(cells, column.dtype)
    if found is not None:
        return found
    array = from_cells(cells) if isinstance(cells, list) else from_memory(cells)[0].column(0)
    return fitted(storable(array), column, TYPED_MARKS)


def quick_cells(cells: Any, kind: str) -> Cells | None:
    """Cells, a list or a Series, as the stored type `kind`; None where that takes more care."""
    if isinstance(cells, list):
        return _from_objects(cells, kind)
    dtype = cells.dtype
    if isinstance(dtype, np.dtype):
        if dtype.kind == "O":
            return _from_objects(cells.tolist(), kind)
        if dtype.kind in "fiub" and dtype.itemsize <= 8 and kind in _NUMBERS:
            return _numbers(cells.to_numpy().tolist(), kind)
        if dtype == "datetime64[us]" and kind == "timestamp[us]":
            return np.array(cells.to_numpy())
        return None
    if dtype.name in ("str", "string") and kind == "string":
        return clean_texts([one if type(one) is str else None for one in cells.array])
    return None


def _from_objects(cells: list[Any], kind: str) -> Cells | None:
    if kind == "string":
        return clean_texts(cells)
    if kind not in _NUMBERS:
        return None
    known = [_NAN if cell is None else cell for cell in cells]
    types = set(map(type, known))
    if bool in types:
        return _numbers(known, kind) if set(map(type, cells)) <= _TRUTH else None
    if not types <= _PLAIN_NUMBERS:
        return None
    if any(type(cell) is int and abs(cell) >= _SAFE_WHOLE for cell in known):
        return None
    return _numbers(known, kind)


def _numbers(values: list[Any], kind: str) -> list[float] | None:
    """Floats, NaN for what is missing or infinite; None where a cast to `kind` would overflow."""
    if kind == "bool":
        return [float(value != 0) if value == value else _NAN for value in values]
    numbers = [float(value) for value in values]
    largest = max((abs(number) for number in numbers if number - number == 0.0), default=0.0)
    if largest >= 2.0**62:
        return None
    return [number if number - number == 0.0 else _NAN for number in numbers]


def clean_texts(cells: Sequence[Any]) -> list[str | None] | None:
    """Trimmed texts, None for missing ones; None where a cell is neither.

    The same as `coerce` to texts of a source that has types.
    """
    cleaned: list[str | None] = []
    for cell in cells:
        if type(cell) is str:
            if not cell.isascii() and not _storable(cell):
                return None
            text = cell.strip()
            cleaned.append(None if text in TYPED_MARKS else text)
        elif cell is None or (isinstance(cell, float) and cell != cell):
            cleaned.append(None)
        else:
            return None
    return cleaned


def _storable(text: str) -> bool:
    """Whether Arrow takes it: half a surrogate pair it does not."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
