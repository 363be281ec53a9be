"""How a delimiter-separated text is laid out."""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from jupyter_automl.core.errors import DataError, ReadError
from jupyter_automl.core.events import NoticeRaised
from jupyter_automl.data.readers.content import HEAD_BYTES, wide_encoding
from jupyter_automl.data.readers.grid import find_layout

DELIMITERS = (",", ";", "\t", "|", "~", "^")
_SAMPLE_BYTES = 1 << 18
_SAMPLE_ROWS = 200
_CODE = re.compile(r"[+-]?0\d+")


@dataclass(frozen=True, slots=True)
class Dialect:
    """Layout of a delimiter-separated text.

    Attributes
    ----------
    delimiter : str
        One character.
    start : int
        Byte at which the header begins (the first row of data when there is none).
    body : int
        Byte at which the first row of data begins.
    has_header : bool
        Whether there is a row of names.
    width : int
        Columns.
    codes : tuple of int
        Columns whose numbers have leading zeros and therefore stay text.
    notices : tuple of NoticeRaised
        What was skipped or missing.
    """

    delimiter: str
    start: int
    body: int
    has_header: bool
    width: int
    codes: tuple[int, ...] = ()
    notices: tuple[NoticeRaised, ...] = ()


def find_dialect(buffer: pa.Buffer, path: Path) -> Dialect:
    """Delimiter, header and width of a UTF-8 text.

    Raises
    ------
    ReadError
        If the text is empty.
    DataError
        If there is a header and nothing below it.
    """
    sample = bytes(buffer[: min(buffer.size, _SAMPLE_BYTES)])
    whole = len(sample) == buffer.size
    text = sample.decode("utf-8", "ignore")
    if not text.strip():
        raise ReadError(
            f"The file must hold a table. {path.name!r} is empty.",
            hint="Check that it was saved or copied completely.",
            path=str(path),
        )
    hint_line = re.match(r"sep=(.)\r?\n", text)
    delimiter = hint_line[1] if hint_line else _delimiter(text, path, whole)
    skip = hint_line.end() if hint_line else 0
    records = _records(text[skip:], delimiter, whole)
    layout = find_layout([cells for _, cells in records])
    offsets = [skip + offset for offset, _ in records] + [len(text)]
    if (not whole and len(records) < 2) or layout.width == 0:
        raise ReadError(
            f"The file must hold a table. {path.name!r} has no line that could be a row.",
            hint="Check the delimiter and the line ends.",
            path=str(path),
        )
    first = layout.header + layout.has_header
    if layout.has_header and first >= len(records):
        names = len(records[layout.header][1])
        raise DataError(
            f"The data must have at least one row. {path.name!r} has a header of {names} "
            f"{'column' if names == 1 else 'columns'} and nothing below it.",
            hint="Check that it was saved completely.",
            path=str(path),
        )
    rows = [cells for _, cells in records[first:]]
    width = max(layout.width, len(records[layout.header][1]) if layout.has_header else 0)
    return Dialect(
        delimiter=delimiter,
        start=len(text[: offsets[layout.header]].encode()),
        body=len(text[: offsets[first]].encode()),
        has_header=layout.has_header,
        width=width,
        codes=_codes(rows, width),
        notices=_notices(layout.header, layout.has_header),
    )


def has_columns(head: bytes, path: Path) -> bool:
    """Whether some delimiter cuts nearly all of the first lines into as many cells."""
    text = head.decode(wide_encoding(head) or "utf-8", "ignore").removeprefix("\ufeff")
    whole = len(head) < HEAD_BYTES
    records = _records(text, _delimiter(text, path, whole), whole)
    widths = Counter(len(row) for _, row in records)
    width, count = max(widths.items(), key=lambda item: item[1], default=(0, 0))
    return width > 1 and len(records) > 1 and count >= 0.9 * len(records)


def parse_rows(text: str, delimiter: str) -> Iterator[list[str]]:
    """Rows of cells, empty lines left out."""
    csv.field_size_limit(1 << 30)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    return (row for row in reader if row)


def _records(text: str, delimiter: str, whole: bool) -> list[tuple[int, list[str]]]:
    """The first records with the character at which each begins; empty lines left out."""
    csv.field_size_limit(1 << 30)
    ends: list[int] = [0]

    def lines() -> Iterator[str]:
        for line in re.finditer(r"[^\r\n]*(?:\r\n|\r|\n|\Z)", text):
            if line.end() > line.start():
                ends.append(line.end())
                yield line[0]

    records: list[tuple[int, list[str]]] = []
    begin = 0
    for row in csv.reader(lines(), delimiter=delimiter):
        if row and not (len(row) == 1 and not row[0].strip()):
            records.append((begin, row))
        begin = ends[-1]
        if len(records) > _SAMPLE_ROWS:
            return records[:-1]
    if not whole and len(records) > 1:
        records.pop()
    return records


def _delimiter(text: str, path: Path, whole: bool) -> str:
    """The candidate that cuts the most lines into the same number of cells."""
    preferred = "\t" if path.suffix.lower() in (".tsv", ".tab") else ","
    best, best_score = preferred, (0.0, 0.0)
    for delimiter in sorted(DELIMITERS, key=lambda d: d != preferred):
        if delimiter not in text:
            continue
        records = _records(text, delimiter, whole)
        widths = Counter(len(row) for _, row in records)
        width, count = max(widths.items(), key=lambda item: (item[1] * (item[0] > 1), item[0]))
        if width < 2:
            continue
        agreement = count / len(records)
        score = (round(agreement, 1) - 0.4 * (delimiter in "~^"), min(width, 50) / 1000 + agreement)
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _codes(rows: Sequence[Sequence[str]], width: int) -> tuple[int, ...]:
    return tuple(
        position
        for position in range(width)
        if any(
            position < len(row) and _CODE.fullmatch(row[position].strip())
            for row in itertools.islice(rows, _SAMPLE_ROWS)
        )
    )


def _notices(skipped: int, has_header: bool) -> tuple[NoticeRaised, ...]:
    notices = []
    if skipped:
        lines = "1 line" if skipped == 1 else f"{skipped} lines"
        message = f"{lines} above the table {'was' if skipped == 1 else 'were'} left out."
        notices.append(NoticeRaised(code="lines_skipped", message=message))
    if not has_header:
        message = "The first line holds values, not names; columns are called column_1, ..."
        notices.append(NoticeRaised(code="no_header", message=message))
    return tuple(notices)
