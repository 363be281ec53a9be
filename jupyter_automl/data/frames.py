"""Arrow tables as DataFrames, and any user's rows brought to a known schema."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from jupyter_automl.core.dataset import ColumnSchema
from jupyter_automl.core.errors import PredictionError, did_you_mean
from jupyter_automl.data.dates import parse_dates
from jupyter_automl.data.numbers import clock_seconds, parse_numbers
from jupyter_automl.data.settle import MISSING_MARKS, STAMP, TYPED_MARKS, Distinct, storable

if TYPE_CHECKING:
    import pandas as pd

_EXACT = 2**53


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

    Extra columns are left out. A cell that cannot be read as the column's type counts as
    missing. The index is a fresh range.

    Parameters
    ----------
    source : object
        Whatever `open_table` takes.
    columns : sequence of ColumnSchema
        The wanted columns.

    Raises
    ------
    PredictionError
        If a column is missing.
    """
    from jupyter_automl.data.opening import raw_table

    raw, typed = raw_table(source)
    marks = TYPED_MARKS if typed else MISSING_MARKS
    # Arrow looks a name up, and lists the names, by going through all of them.
    places = {name: place for place, name in enumerate(raw.column_names)}
    missing = [column.name for column in columns if column.name not in places]
    if missing:
        raise _missing(missing, list(places))
    arrays = [
        coerce(storable(raw.column(places[column.name])), pa.type_for_alias(column.dtype), marks)
        for column in columns
    ]
    if not arrays:
        import pandas as pd

        return pd.DataFrame(index=range(raw.num_rows))
    return frame_of(pa.table(arrays, names=[column.name for column in columns]))


def _missing(missing: Sequence[str], names: Sequence[str]) -> PredictionError:
    shown = ", ".join(repr(name) for name in missing[:3]) + (", ..." if len(missing) > 3 else "")
    what = "column" if len(missing) == 1 else f"{len(missing)} columns"
    return PredictionError(
        f"The rows to predict must have the {what} {shown}, which the model was trained on. "
        f"Got {len(names)} columns without.",
        hint=did_you_mean(missing[0], names) or "Add it, with empty cells where it is unknown.",
        columns=tuple(missing[:20]),
    )


def coerce(array: pa.Array, kind: pa.DataType, marks: Sequence[str] = MISSING_MARKS) -> pa.Array:
    """A stored array as another stored type; what cannot be read becomes null."""
    if pa.types.is_string(array.type):
        return _from_text(array, kind, marks)
    if array.type.equals(kind):
        return array
    if pa.types.is_string(kind):
        return _to_text(array)
    if pa.types.is_boolean(kind):
        numbers = pc.cast(array, pa.float64(), safe=False) if _numeric(array) else None
        return pa.nulls(len(array), kind) if numbers is None else pc.not_equal(numbers, 0.0)
    if pa.types.is_timestamp(kind) or pa.types.is_timestamp(array.type):
        return pa.nulls(len(array), kind)
    if pa.types.is_int64(kind) and pa.types.is_floating(array.type):
        whole = pc.is_finite(array) if len(array) else pa.array([], pa.bool_())
        values = array.to_numpy(zero_copy_only=False)
        if bool(np.all((values == np.round(values)) | ~np.isfinite(values))):
            kept = pc.if_else(whole, array, pa.scalar(None, pa.float64()))
            return pc.cast(kept, kind, safe=False)
        return array
    return pc.cast(array, kind, safe=False)


def _numeric(array: pa.Array) -> bool:
    return pa.types.is_floating(array.type) or pa.types.is_integer(array.type)


def _to_text(array: pa.Array) -> pa.Array:
    if pa.types.is_floating(array.type):
        values = array.to_numpy(zero_copy_only=False)
        finite = values[np.isfinite(values)]
        if bool(np.all((finite == np.round(finite)) & (np.abs(finite) < _EXACT))):
            return pc.cast(pc.cast(array, pa.int64(), safe=False), pa.string())
    if pa.types.is_timestamp(array.type):
        return pc.strftime(array, format="%Y-%m-%d %H:%M:%S")
    return pc.cast(array, pa.string())


def _from_text(array: pa.Array, kind: pa.DataType, marks: Sequence[str]) -> pa.Array:
    distinct = Distinct(array, marks)
    if pa.types.is_string(kind):
        return distinct.cleaned()
    if not len(distinct.texts):
        return pa.nulls(len(array), kind)
    if pa.types.is_timestamp(kind):
        dates = parse_dates(distinct.texts, distinct.weights, at_least=0.0)
        return pa.nulls(len(array), STAMP) if dates is None else distinct.spread(dates.values)
    if pa.types.is_boolean(kind):
        lower = pc.utf8_lower(distinct.texts)
        true = pc.is_in(lower, value_set=pa.array(["true", "1", "yes", "t", "y"]))
        false = pc.is_in(lower, value_set=pa.array(["false", "0", "no", "f", "n"]))
        return distinct.spread(pc.if_else(pc.or_(true, false), true, pa.scalar(None, pa.bool_())))
    numbers = parse_numbers(distinct.texts, distinct.weights, at_least=0.0)
    values = clock_seconds(distinct.texts) if numbers is None else numbers.values
    return coerce(distinct.spread(values), kind)
