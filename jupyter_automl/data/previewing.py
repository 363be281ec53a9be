"""The first rows as JSON."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from jupyter_automl.data.schema import cell_texts, describe

_CELL_CHARACTERS = 80


def preview(table: pa.Table, n: int = 20) -> dict[str, Any]:
    """What a page needs to show a table: columns with their kinds, and the first rows.

    Parameters
    ----------
    table : pyarrow.Table
        As `open_table` gives it.
    n : int
        Rows at most.

    Returns
    -------
    dict
        ``columns`` (each name, kind, dtype, n_missing, n_unique, examples, reason),
        ``rows`` (lists of text or None, at most 80 characters), ``n_rows``, ``n_columns``.
    """
    head = [_cells(column.slice(0, n)) for column in table.columns]
    return {
        "columns": [
            {
                "name": column.name,
                "kind": column.kind,
                "dtype": column.dtype,
                "n_missing": column.n_missing,
                "n_unique": column.n_unique,
                "examples": list(column.examples),
                "reason": column.reason,
            }
            for column in describe(table)
        ],
        "rows": [list(row) for row in zip(*head, strict=True)],
        "n_rows": table.num_rows,
        "n_columns": table.num_columns,
    }


def _cells(column: pa.ChunkedArray) -> list[str | None]:
    return [text for chunk in column.chunks for text in cell_texts(chunk, _CELL_CHARACTERS)]
