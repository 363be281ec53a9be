"""Columns that hold the same as an earlier one, under another name."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from jupyter_automl.core.events import NoticeRaised
from jupyter_automl.profiling.notice import shown

_ROWS = 1_000
_SINGLY = 12


def copies_in(table: pa.Table, names: Sequence[str]) -> dict[str, str]:
    """Copy -> the first column of the same cells, in the order of `names`.

    Whole numbers, numbers and booleans may be equal to one another. Only columns that agree
    on up to 1,000 rows are compared in full, so thousands of columns are no matter.
    """
    seen: dict[tuple[str, int, int], list[str]] = {}
    copies: dict[str, str] = {}
    for name in names:
        column = table.column(name)
        few = _plain(_few(column))
        alike = seen.setdefault((str(few.type), column.null_count, hash(_cells(few))), [])
        whole = _plain(column) if alike else column
        first = next((other for other in alike if _plain(table.column(other)).equals(whole)), None)
        if first is None:
            alike.append(name)
        else:
            copies[name] = first
    return copies


def _few(column: pa.ChunkedArray) -> pa.ChunkedArray:
    n = len(column)
    return column if n <= _ROWS else column.take(pa.array(np.arange(_ROWS) * (n - 1) // _ROWS))


def _cells(few: pa.ChunkedArray) -> bytes:
    """The same for equal cells; not always another for others."""
    if pa.types.is_string(few.type):
        encoded = few.combine_chunks().dictionary_encode()
        return encoded.indices.to_numpy(zero_copy_only=False).tobytes()
    return few.to_numpy().tobytes()


def without_copies(
    table: pa.Table, features: Sequence[str]
) -> tuple[tuple[str, ...], tuple[NoticeRaised, ...]]:
    """The columns less those that repeat an earlier one, and a notice for each of these."""
    copies = copies_in(table, features)
    kept = tuple(name for name in features if name not in copies)
    if len(copies) > _SINGLY:
        message = f"{len(copies):,} columns are set aside as copies of others: "
        message += f"{shown(list(copies))}."
        return kept, (NoticeRaised(code="copied_column", message=message, level="info"),)
    return kept, tuple(
        NoticeRaised(
            code="copied_column",
            message=f"Column {copy!r} is set aside: it holds the same as {first!r}.",
            level="info",
            column=copy,
        )
        for copy, first in copies.items()
    )


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Numbers and booleans as float64; whole numbers beyond 2^53 stay as they are."""
    if pa.types.is_boolean(column.type):
        return pc.cast(pc.cast(column, pa.int64()), pa.float64())
    if not pa.types.is_int64(column.type):
        return column
    try:
        return pc.cast(column, pa.float64())
    except pa.ArrowInvalid:
        return column
