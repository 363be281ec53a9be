"""Any Arrow table to the five types that are stored."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from jupyter_automl.core.errors import DataError
from jupyter_automl.core.events import NoticeRaised
from jupyter_automl.data.cells import from_cells
from jupyter_automl.data.dates import Dates, parse_dates
from jupyter_automl.data.names import unique_names
from jupyter_automl.data.numbers import Numbers, parse_numbers
from jupyter_automl.data.written import with_written, written_of

MISSING_MARKS = ("", "NA", "N/A", "n/a", "#N/A", "NaN", "nan", "null", "NULL", "None", "?", "<NA>")
"""Whole cells of a text file that mean "missing"; "-" is left alone, it is often a category."""

TYPED_MARKS = ("", "?")
"""The same for sources that have a missing value of their own, such as a DataFrame."""

STAMP = pa.timestamp("us")
_LABELS = 20
_SHOWN = 3


def settle(table: pa.Table, *, typed: bool) -> tuple[pa.Table, tuple[NoticeRaised, ...]]:
    """The table with unique names and storage types, and what was changed.

    Parameters
    ----------
    table : pyarrow.Table
        Any types.
    typed : bool
        Whether the source has types and missing values of its own (a DataFrame, Parquet);
        then a short list of texts such as "1", "2" stays text, and only empty cells and
        "?" count as missing.
    """
    if table.num_columns == 0:
        raise DataError(
            "The data must have at least one column. Got none.",
            hint="Check that the source is the table you meant.",
        )
    names, notices = unique_names(table.column_names)
    columns, fields, found = [], [], list(notices)
    for name, old, column in zip(names, table.schema, table.columns, strict=True):
        array = storable(column)
        settled, written, more = _settled(name, array, typed=typed)
        columns.append(settled)
        # A table that was settled before keeps what is known of it.
        kept = written or ("" if pa.types.is_string(array.type) else written_of(old))
        fields.append(with_written(pa.field(name, settled.type), kept))
        found.extend(more)
    return pa.table(columns, schema=pa.schema(fields)), tuple(found)


def storable(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    """One array of bool, int64, float64, string or timestamp[us], without reading texts."""
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if isinstance(array, pa.ChunkedArray):
        array = pa.concat_arrays(array.chunks)
    if isinstance(array, pa.ExtensionArray):
        array = array.storage
    kind = array.type
    if pa.types.is_dictionary(kind):
        # Levels first: Arrow cannot take rows of the views of texts that polars gives.
        return storable(array.dictionary).take(array.indices)
    if pa.types.is_boolean(kind) or pa.types.is_string(kind) or pa.types.is_int64(kind):
        return array
    if pa.types.is_integer(kind):
        return _whole(array)
    if pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return _nan_to_null(pc.cast(array, pa.float64(), safe=False))
    if pa.types.is_null(kind):
        return pa.nulls(len(array), pa.float64())
    return _storable_rare(array, kind)


def _storable_rare(array: pa.Array, kind: pa.DataType) -> pa.Array:
    if pa.types.is_timestamp(kind):
        return pc.cast(pc.cast(array, pa.timestamp("us", kind.tz), safe=False), STAMP)
    if pa.types.is_date(kind):
        return pc.cast(array, STAMP, safe=False)
    if pa.types.is_time(kind):
        unit = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}[kind.unit]
        width = pa.int32() if pa.types.is_time32(kind) else pa.int64()
        return pc.divide(pc.cast(pc.cast(array, width), pa.float64()), float(unit))
    if pa.types.is_duration(kind):
        unit = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}[kind.unit]
        return pc.divide(pc.cast(pc.cast(array, pa.int64()), pa.float64()), float(unit))
    if pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return pc.cast(array, pa.string())
    return storable(from_cells([_plain(cell) for cell in array.to_pylist()]))


def _plain(cell: object) -> object:
    if isinstance(cell, (bytes, list, dict)):
        from jupyter_automl.data.cells import text_of

        return text_of(cell)
    return None if cell is None else str(cell)


def _whole(array: pa.Array) -> pa.Array:
    try:
        return pc.cast(array, pa.int64())
    except pa.ArrowInvalid:
        return pc.cast(array, pa.string())


def _nan_to_null(array: pa.Array) -> pa.Array:
    values = array.to_numpy(zero_copy_only=False)
    missing = np.isnan(values)
    if int(missing.sum()) == array.null_count:
        return array
    return pa.array(values, mask=missing)


def settle_column(
    name: str, array: pa.Array, *, typed: bool
) -> tuple[pa.Array, tuple[NoticeRaised, ...]]:
    """Texts that are really numbers or dates become so; other types come back as they are."""
    settled, _, notices = _settled(name, array, typed=typed)
    return settled, notices


def _settled(
    name: str, array: pa.Array, *, typed: bool
) -> tuple[pa.Array, str, tuple[NoticeRaised, ...]]:
    """The column, how its numbers or dates were written, and what was changed."""
    if not pa.types.is_string(array.type) or array.null_count == len(array):
        return array, "", ()
    distinct = Distinct(array, TYPED_MARKS if typed else MISSING_MARKS)
    if not len(distinct.texts):
        return pa.nulls(len(array), pa.string()), "", ()
    if not (typed and len(distinct.texts) <= _LABELS):
        numbers = parse_numbers(distinct.texts, distinct.weights)
        if numbers is not None:
            notices = _about_numbers(name, distinct, numbers)
            return distinct.spread(numbers.values), numbers.written, notices
    dates = parse_dates(distinct.texts, distinct.weights)
    if dates is not None:
        return distinct.spread(dates.values), dates.format, _about_dates(name, distinct, dates)
    return distinct.cleaned(), "", ()


class Distinct:
    """The distinct trimmed texts of a column, so that each is read once.

    Attributes
    ----------
    texts : pyarrow.Array of string, shape (k,)
        Without missing marks, in order of first appearance.
    weights : ndarray of int64, shape (k,)
        Rows of each.
    """

    def __init__(self, array: pa.Array, marks: Sequence[str]) -> None:
        self._array = array
        encoded = pc.dictionary_encode(array)
        trimmed = pc.utf8_trim_whitespace(encoded.dictionary)
        self._unchanged = trimmed.equals(encoded.dictionary)
        missing = pc.is_in(trimmed, value_set=pa.array(marks, pa.string()))
        kept = pc.if_else(missing, pa.scalar(None, pa.string()), trimmed)
        self._unchanged = self._unchanged and kept.null_count == 0
        again = pc.dictionary_encode(kept)
        self.texts = again.dictionary
        first = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
        second = again.indices.fill_null(-1).to_numpy(zero_copy_only=False)
        self._codes = np.where(first < 0, -1, second[first]) if len(second) else first
        known = self._codes[self._codes >= 0]
        self.weights = np.bincount(known, minlength=len(self.texts)).astype(np.int64)

    def spread(self, values: pa.Array) -> pa.Array:
        """Values of the distinct texts, back to the rows."""
        return pc.take(values, pa.array(self._codes, mask=self._codes < 0))

    def cleaned(self) -> pa.Array:
        """The rows, trimmed and with missing marks made null."""
        return self._array if self._unchanged else self.spread(self.texts)

    def rejected(self, values: pa.Array) -> tuple[int, list[str]]:
        """Rows whose text became null, and a few of those texts."""
        lost = values.is_null().to_numpy(zero_copy_only=False)
        shown = pc.filter(self.texts, pa.array(lost)).slice(0, _SHOWN).to_pylist()
        return int(self.weights[lost].sum()), shown


def _about_numbers(name: str, distinct: Distinct, numbers: Numbers) -> tuple[NoticeRaised, ...]:
    return _lost(name, distinct, numbers.values, "numbers")


def _about_dates(name: str, distinct: Distinct, dates: Dates) -> tuple[NoticeRaised, ...]:
    notices = list(_lost(name, distinct, dates.values, "dates"))
    if dates.ambiguous:
        order = "month/day" if dates.format.startswith("%m") else "day/month"
        message = f"Column {name!r} can be read as month/day or day/month; it was read as {order}."
        notices.append(NoticeRaised(code="ambiguous_dates", message=message, column=name))
    return tuple(notices)


def _lost(name: str, distinct: Distinct, values: pa.Array, what: str) -> tuple[NoticeRaised, ...]:
    rows, shown = distinct.rejected(values)
    if not rows:
        return ()
    texts = ", ".join(repr(text[:40]) for text in shown)
    message = (
        f"Column {name!r} holds {what} except for {rows} "
        f"{'cell' if rows == 1 else 'cells'} ({texts}), which count as missing."
    )
    return (NoticeRaised(code="mixed_types", message=message, column=name),)
