"""Arrow tables as DataFrames, and any user's rows brought to a known schema."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from jupyter_automl.core.dataset import ColumnSchema
from jupyter_automl.data.dates import read_dates
from jupyter_automl.data.misfits import misfit, missing_columns
from jupyter_automl.data.numbers import read_numbers
from jupyter_automl.data.settle import MISSING_MARKS, TYPED_MARKS, Distinct, storable

if TYPE_CHECKING:
    import pandas as pd

_EXACT = 2**53
_LARGEST = 2.0**63


def frame_of(table: pa.Table) -> pd.DataFrame:
    """A DataFrame of int64, float64, bool, str and datetime64[us] columns.

    Whole numbers with missing values become float64, or Int64 where float64 would lose
    digits; booleans with missing values become the nullable ``boolean``.
    """
    import pandas as pd

    columns = {
        name: _series(column)
        for name, column in zip(table.column_names, table.columns, strict=True)
    }
    return pd.DataFrame(columns, copy=False)


def _series(column: pa.ChunkedArray) -> pd.Series:
    import pandas as pd

    kind = column.type
    if column.null_count and pa.types.is_boolean(kind):
        return column.to_pandas(types_mapper={pa.bool_(): pd.BooleanDtype()}.get)
    if column.null_count and pa.types.is_int64(kind):
        bounds = pc.min_max(column).as_py()
        if max(abs(bounds["min"] or 0), abs(bounds["max"] or 0)) > _EXACT:
            return column.to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get)
    if pa.types.is_string(kind):
        return column.to_pandas(types_mapper={pa.string(): pd.StringDtype(na_value=np.nan)}.get)
    return column.to_pandas()


def to_frame(source: Any, columns: Sequence[ColumnSchema]) -> pd.DataFrame:
    """Any table brought to a schema: same names, order and types as in training.

    Extra columns are left out. Each cell is read by itself, whatever rows it comes with; one
    that cannot be read as the column's type counts as missing. The index is a fresh range.

    Parameters
    ----------
    source : object
        Whatever `open_table` takes.
    columns : sequence of ColumnSchema
        The wanted columns.

    Raises
    ------
    PredictionError
        If a column is missing, or has values of which none can be read as its type.
    """
    return Rows(source).frame(columns)


class Rows:
    """Any table, opened once; its columns are read as a schema has them.

    Parameters
    ----------
    source : object
        Whatever `open_table` takes.
    """

    def __init__(self, source: Any) -> None:
        from jupyter_automl.data.opening import raw_table

        self._raw, typed = raw_table(source)
        self._marks = TYPED_MARKS if typed else MISSING_MARKS
        # Arrow looks a name up, and lists the names, by going through all of them.
        self._places = {name: place for place, name in enumerate(self._raw.column_names)}

    def __len__(self) -> int:
        return self._raw.num_rows

    @property
    def names(self) -> list[str]:
        """The columns, in their order; unique text as in a table that was trained on."""
        return list(self._places)

    def frame(self, columns: Sequence[ColumnSchema]) -> pd.DataFrame:
        """These columns as `to_frame` gives them, and with its errors."""
        missing = [column.name for column in columns if column.name not in self._places]
        if missing:
            raise missing_columns(missing, self.names)
        arrays = [
            fitted(storable(self._raw.column(self._places[column.name])), column, self._marks)
            for column in columns
        ]
        if not arrays:
            import pandas as pd

            return pd.DataFrame(index=range(len(self)))
        return frame_of(pa.table(arrays, names=[column.name for column in columns]))


def fitted(array: pa.Array, column: ColumnSchema, marks: Sequence[str] = MISSING_MARKS) -> pa.Array:
    """A stored array as the type that the column had in training.

    Raises
    ------
    PredictionError
        If it has values and none of them can be read.
    """
    kind = pa.type_for_alias(column.dtype)
    read = coerce(array, kind, marks, column.written)
    if len(read) > read.null_count or pa.types.is_string(kind):
        return read
    # Infinities are numbers that count as missing.
    error = None if _numeric(array) and _numeric(read) else misfit(column, array)
    if error is not None:
        raise error
    return read


def coerce(
    array: pa.Array, kind: pa.DataType, marks: Sequence[str] = MISSING_MARKS, written: str = ""
) -> pa.Array:
    """A stored array as another stored type, cell by cell; what cannot be read becomes null.

    Parameters
    ----------
    marks : sequence of str
        Texts that mean "missing" in a column of texts.
    written : str
        As `ColumnSchema` has it.
    """
    if pa.types.is_string(array.type):
        return _from_text(array, kind, marks, written)
    if array.type.equals(kind):
        return array
    if pa.types.is_string(kind):
        return _to_text(array)
    if pa.types.is_timestamp(kind):
        # Beside a text it would be one, and a cell is read the same whatever is beside it.
        return _from_text(_to_text(array), kind, marks, written)
    if pa.types.is_timestamp(array.type):
        return pa.nulls(len(array), kind)
    if pa.types.is_boolean(kind):
        return pc.not_equal(pc.cast(array, pa.float64(), safe=False), 0.0)
    if pa.types.is_int64(kind) and pa.types.is_floating(array.type):
        values = array.to_numpy(zero_copy_only=False)
        finite = np.isfinite(values)
        if bool(np.all(((values == np.round(values)) & (np.abs(values) < _LARGEST)) | ~finite)):
            kept = pc.if_else(pa.array(finite), array, pa.scalar(None, pa.float64()))
            return pc.cast(kept, kind, safe=False)
        return array
    return pc.cast(array, kind, safe=False)


def _numeric(array: pa.Array) -> bool:
    return pa.types.is_floating(array.type) or pa.types.is_integer(array.type)


def _to_text(array: pa.Array) -> pa.Array:
    if pa.types.is_floating(array.type):
        values = array.to_numpy(zero_copy_only=False)
        whole = np.isfinite(values) & (values == np.round(values)) & (np.abs(values) < _EXACT)
        digits = pc.cast(pc.cast(array, pa.int64(), safe=False), pa.string())
        return pc.if_else(pa.array(whole), digits, pc.cast(array, pa.string()))
    if pa.types.is_timestamp(array.type):
        return pc.strftime(array, format="%Y-%m-%d %H:%M:%S")
    return pc.cast(array, pa.string())


def _from_text(array: pa.Array, kind: pa.DataType, marks: Sequence[str], written: str) -> pa.Array:
    distinct = Distinct(array, marks if pa.types.is_string(kind) else MISSING_MARKS)
    if pa.types.is_string(kind):
        return distinct.cleaned()
    if not len(distinct.texts):
        return pa.nulls(len(array), kind)
    if pa.types.is_timestamp(kind):
        return distinct.spread(read_dates(distinct.texts, written))
    if pa.types.is_boolean(kind):
        return distinct.spread(_truth(distinct.texts))
    return coerce(distinct.spread(read_numbers(distinct.texts, written)), kind)


def _truth(texts: pa.Array) -> pa.Array:
    lower = pc.utf8_lower(texts)
    true = pc.is_in(lower, value_set=pa.array(["true", "yes", "t", "y"]))
    false = pc.is_in(lower, value_set=pa.array(["false", "no", "f", "n"]))
    known = pc.if_else(pc.or_(true, false), true, pa.scalar(None, pa.bool_()))
    return pc.coalesce(known, coerce(read_numbers(texts), pa.bool_()))
