"""CSV, TSV and their relatives, with delimiter, encoding and header found out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from jupyter_automl.core.errors import ReadError
from jupyter_automl.core.events import NoticeRaised
from jupyter_automl.data.names import unique_names
from jupyter_automl.data.opened import attach
from jupyter_automl.data.readers.content import is_binary, looks_like, wide_encoding
from jupyter_automl.data.readers.dialect import Dialect, find_dialect, has_columns, parse_rows
from jupyter_automl.data.readers.encoding import read_utf8
from jupyter_automl.data.readers.reasons import reason_of
from jupyter_automl.data.readers.repair import repaired
from jupyter_automl.data.settle import MISSING_MARKS

_BLOCK_BYTES = 1 << 23
_EXACT = 2.0**53


class DelimitedReader:
    """Reader of delimiter-separated text.

    Uses Arrow's parallel parser; rows with too few or too many cells are first repaired
    with the standard library's parser and reported.
    """

    name = "csv"
    suffixes = (".csv", ".tsv", ".tab", ".txt", ".psv", ".dat", ".data")
    typed = False

    def matches(self, head: bytes, path: Path) -> bool:
        """Text that nothing else claims; with a foreign suffix it must also have columns."""
        if not head or (not wide_encoding(head) and (is_binary(head) or looks_like(head))):
            return False
        return path.name.lower().endswith(self.suffixes) or has_columns(head, path)

    def read(self, path: Path) -> pa.Table:
        """The table; see `Reader.read`."""
        buffer, notices = read_utf8(path)
        dialect = find_dialect(buffer, path)
        more: tuple[NoticeRaised, ...] = ()
        try:
            table = _parse(buffer, dialect)
        except pa.ArrowInvalid:
            buffer, dialect, more = repaired(buffer, dialect)
            try:
                table = _parse(buffer, dialect)
            except pa.ArrowInvalid as error:
                raise _unreadable(path, error) from error
        raw = _names(buffer, dialect)
        kept = _used(table, raw)
        names, renamed = unique_names([raw[position] for position in kept])
        table = table.select(kept).rename_columns(list(names))
        return attach(table, (*notices, *dialect.notices, *more, *renamed))


def _unreadable(path: Path, error: Exception) -> ReadError:
    return ReadError(
        f"The file must be a table with a delimiter. {path.name!r} could not be read as one: "
        f"{reason_of(error)}",
        hint="Open it in an editor and check that each line has the same number of cells.",
        path=str(path),
    )


def _names(buffer: pa.Buffer, dialect: Dialect) -> Sequence[object]:
    if not dialect.has_header:
        return [f"column_{position}" for position in range(1, dialect.width + 1)]
    text = (
        bytes(buffer[dialect.start :])
        if buffer.size < _BLOCK_BYTES
        else bytes(buffer[dialect.start : dialect.start + _BLOCK_BYTES])
    )
    row = next(iter(parse_rows(text.decode("utf-8", "ignore"), dialect.delimiter)), [])
    return [*row, *[""] * (dialect.width - len(row))][: dialect.width]


def _parse(buffer: pa.Buffer, dialect: Dialect) -> pa.Table:
    body = buffer[dialect.body :]
    names = [str(position) for position in range(dialect.width)]
    texts = {names[position]: pa.string() for position in dialect.codes}
    table = _arrow(body, dialect, names, texts)
    inexact = [name for name in table.column_names if _lost_digits(table.column(name))]
    if inexact:
        texts |= {name: pa.string() for name in inexact}
        table = _arrow(body, dialect, names, texts)
    return table


def _arrow(
    body: pa.Buffer, dialect: Dialect, names: Sequence[str], texts: dict[str, pa.DataType]
) -> pa.Table:
    if not body.size:
        return pa.table({name: pa.nulls(0, pa.string()) for name in names})
    quoted = b'"' in memoryview(body)[: 1 << 16].tobytes() or _has_quote(body)
    convert = arrow_csv.ConvertOptions(
        null_values=list(MISSING_MARKS),
        strings_can_be_null=True,
        column_types=texts,
        true_values=["true", "True", "TRUE"],
        false_values=["false", "False", "FALSE"],
        check_utf8=False,
    )
    parse = arrow_csv.ParseOptions(
        delimiter=dialect.delimiter, newlines_in_values=quoted, ignore_empty_lines=True
    )
    block = _BLOCK_BYTES
    while True:
        read = arrow_csv.ReadOptions(column_names=list(names), block_size=block)
        try:
            return arrow_csv.read_csv(pa.BufferReader(body), read, parse, convert)
        except pa.ArrowInvalid as error:
            if "straddling" not in str(error) or block > body.size:
                raise
            block = min(block * 8, max(body.size + 1, block + 1), (1 << 31) - 1)


def _has_quote(body: pa.Buffer) -> bool:
    values = np.frombuffer(body, dtype=np.uint8)
    step = 1 << 24
    return any(bool((values[i : i + step] == 34).any()) for i in range(0, len(values), step))


def _lost_digits(column: pa.ChunkedArray) -> bool:
    """Whether whole numbers were read as floats although they need more than 53 bits."""
    if not pa.types.is_floating(column.type) or column.null_count == len(column):
        return False
    finite = column.filter(pc.is_finite(column))
    bounds = pc.min_max(finite).as_py()
    largest = max(abs(bounds["min"] or 0.0), abs(bounds["max"] or 0.0))
    if not _EXACT < largest < 1e30:
        return False
    return bool(pc.all(pc.equal(finite, pc.floor(finite))).as_py())


def _used(table: pa.Table, names: Sequence[object]) -> list[int]:
    """Without the nameless empty columns that delimiters at the ends of lines make."""
    used = [
        position
        for position, name in enumerate(names)
        if str(name).strip() or table.column(position).null_count < table.num_rows
    ]
    return used or list(range(table.num_columns))
