"""What is known of each column of a table."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from jupyter_automl.core.dataset import ColumnSchema
from jupyter_automl.data.kinds import kind_of
from jupyter_automl.data.written import written_of

_EXAMPLES = 3
_EXAMPLE_CHARACTERS = 80
_LOOKED_AT = 1_000


def describe(table: pa.Table) -> tuple[ColumnSchema, ...]:
    """One schema a column, in order.

    Parameters
    ----------
    table : pyarrow.Table
        Of stored types, as `open_table` gives them.
    """
    return tuple(
        describe_column(field.name, column, written_of(field))
        for field, column in zip(table.schema, table.columns, strict=True)
    )


def describe_column(
    name: str, column: pa.ChunkedArray | pa.Array, written: str = ""
) -> ColumnSchema:
    """Kind, counts and examples of one column; `written` as `ColumnSchema` has it."""
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    n_missing = array.null_count
    n_unique = pc.count_distinct(array, mode="only_valid").as_py()
    kind, reason = kind_of(name, array, n_missing, n_unique)
    return ColumnSchema(
        name=name,
        kind=kind,
        dtype=str(array.type),
        n_missing=n_missing,
        n_unique=n_unique,
        examples=examples_of(array),
        reason=reason,
        written=written,
    )


def examples_of(array: pa.Array) -> tuple[str, ...]:
    """Up to three different values as text, the first ones."""
    head = array.slice(0, _LOOKED_AT)
    if head.null_count == len(head) < len(array):
        head = array.drop_null().slice(0, _LOOKED_AT)
    values = pc.unique(head.drop_null()).slice(0, _EXAMPLES)
    return tuple(text for text in cell_texts(values, _EXAMPLE_CHARACTERS) if text is not None)


def cell_texts(array: pa.Array, most: int) -> list[str | None]:
    """Cells as people read them, cut at `most` characters; missing is None."""
    if pa.types.is_timestamp(array.type):
        return [None if text is None else text.removesuffix(" 00:00:00") for text in _stamps(array)]
    if pa.types.is_floating(array.type):
        return [None if cell is None else _number(cell) for cell in array.to_pylist()]
    if pa.types.is_boolean(array.type):
        return [None if cell is None else str(cell) for cell in array.to_pylist()]
    return [None if cell is None else _cut(str(cell), most) for cell in array.to_pylist()]


def _stamps(array: pa.Array) -> list[str | None]:
    """Through Arrow, since Python's datetime ends at the year 9999."""
    texts = pc.cast(array, pa.string()).to_pylist()
    return [None if text is None else text.partition(".")[0] for text in texts]


def _number(value: float) -> str:
    if value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return f"{value:.6g}"


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
