"""Rows with too few or too many cells, made regular."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace

import pyarrow as pa

from jupyter_automl.core.events import NoticeRaised
from jupyter_automl.data.readers.dialect import Dialect, parse_rows


def repaired(
    buffer: pa.Buffer, dialect: Dialect
) -> tuple[pa.Buffer, Dialect, tuple[NoticeRaised, ...]]:
    """The text with every row as wide as the header, and the dialect it then has.

    Short rows are filled with empty cells and the cells beyond the last column are left
    out; lines above the table are gone.
    """
    text = bytes(buffer[dialect.start :]).decode("utf-8", "replace").replace("\x00", "")
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    short = long = 0
    body = 0
    for position, row in enumerate(_safe_rows(text, dialect.delimiter)):
        short += len(row) < dialect.width
        long += any(cell.strip() for cell in row[dialect.width :])
        cells = [*row, *[""] * (dialect.width - len(row))][: dialect.width]
        writer.writerow(cells)
        if position == 0 and dialect.has_header:
            body = len(out.getvalue().encode())
    clean = replace(dialect, delimiter=",", start=0, body=body)
    return pa.py_buffer(out.getvalue().encode()), clean, _notices(short, long)


def _safe_rows(text: str, delimiter: str) -> Iterator[list[str]]:
    rows = parse_rows(text, delimiter)
    while True:
        try:
            yield next(rows)
        except StopIteration:
            return
        except csv.Error:
            continue


def _notices(short: int, long: int) -> tuple[NoticeRaised, ...]:
    parts = []
    if short:
        parts.append(f"{short} {'row has' if short == 1 else 'rows have'} too few cells (filled)")
    if long:
        parts.append(f"{long} {'row has' if long == 1 else 'rows have'} too many (cut off)")
    if not parts:
        return ()
    return (NoticeRaised(code="ragged_rows", message=f"{' and '.join(parts)}."),)
