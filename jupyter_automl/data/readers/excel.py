"""Excel and OpenDocument workbooks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from jupyter_automl.core.errors import DataError, ReadError
from jupyter_automl.core.events import NoticeRaised
from jupyter_automl.data.cells import from_cells, text_of
from jupyter_automl.data.names import unique_names
from jupyter_automl.data.opened import attach
from jupyter_automl.data.readers.grid import find_layout
from jupyter_automl.data.readers.reasons import reason_of

_LOOKED_AT = 200


class ExcelReader:
    """Reader of .xlsx, .xlsm, .xlsb, .xls and .ods; takes the largest sheet."""

    name = "excel"
    suffixes = (".xlsx", ".xls", ".xlsm", ".xlsb", ".ods")
    typed = False

    def matches(self, head: bytes, path: Path) -> bool:
        """A ZIP or OLE container, as far as the first bytes tell."""
        if head.startswith(b"\xd0\xcf\x11\xe0"):
            return True
        if not head.startswith(b"PK\x03\x04"):
            return False
        return any(
            mark in head
            for mark in (b"[Content_Types].xml", b"xl/", b"opendocument.spreadsheet", b"_rels/")
        )

    def read(self, path: Path) -> pa.Table:
        """The table; see `Reader.read`."""
        from python_calamine import CalamineError, CalamineWorkbook

        try:
            workbook = CalamineWorkbook.from_path(str(path))
            sheets = [(n, workbook.get_sheet_by_name(n).to_python()) for n in workbook.sheet_names]
        except (CalamineError, OSError, ValueError) as error:
            raise ReadError(
                f"The file must be a workbook. {path.name!r} is damaged, protected or none: "
                f"{reason_of(error)}",
                hint="Open it in a spreadsheet program and save it again, or export it as CSV.",
                path=str(path),
            ) from error
        filled = [(name, rows) for name, rows in sheets if any(map(_cells, rows))]
        if not filled:
            raise ReadError(
                f"The workbook must hold a table. {path.name!r} has only empty sheets.",
                hint="Check that it is the file you meant.",
                path=str(path),
            )
        name, rows = max(filled, key=lambda sheet: sum(map(_cells, sheet[1])))
        table = _table(rows, path)
        return attach(table, _about_sheets(name, [n for n, _ in filled if n != name]))


def _cells(row: Sequence[Any]) -> int:
    return sum(1 for cell in row if cell is not None and cell != "")


def _table(rows: Sequence[Sequence[Any]], path: Path) -> pa.Table:
    rows = [row for row in rows if _cells(row)]
    texts = [[text_of(cell) or "" for cell in row] for row in rows[:_LOOKED_AT]]
    layout = find_layout(texts)
    below = rows[layout.header + layout.has_header :]
    body = _without_remarks(below)
    if not body:
        raise DataError(
            f"The data must have at least one row. {path.name!r} has a header, nothing below it.",
            hint="Check that it was saved completely.",
            path=str(path),
        )
    header = [text_of(cell) for cell in rows[layout.header]]
    if not layout.has_header:
        header = [f"column_{position + 1}" for position in range(layout.width)]
    used = [i for i, name in enumerate(header) if name or any(_at(row, i) for row in body)]
    names, notices = unique_names([header[i] for i in used])
    columns = [_column([_value(row, i) for row in body]) for i in used]
    skipped = _about_remarks(layout.header, len(below) - len(body))
    return attach(pa.table(columns, names=list(names)), (*skipped, *notices))


def _at(row: Sequence[Any], position: int) -> bool:
    return position < len(row) and row[position] not in ("", None)


def _value(row: Sequence[Any], position: int) -> Any:
    return row[position] if _at(row, position) else None


def _without_remarks(rows: Sequence[Sequence[Any]]) -> list[Sequence[Any]]:
    """Without the notes below a table: last rows that fill less than half of the usual cells."""
    counts = sorted(map(_cells, rows))
    usual = counts[len(counts) // 2] if counts else 0
    end = len(rows)
    while end and usual > 2 and _cells(rows[end - 1]) * 2 < usual:
        end -= 1
    return list(rows[:end])


def _column(cells: list[Any]) -> pa.Array:
    plain = [_plain(cell) for cell in cells]
    if all(cell is None or (isinstance(cell, float) and cell.is_integer()) for cell in plain):
        return from_cells([None if cell is None else int(cell) for cell in plain])
    return from_cells(plain)


def _plain(cell: Any) -> Any:
    if isinstance(cell, dt.timedelta):
        return cell.total_seconds()
    if isinstance(cell, dt.date) and not isinstance(cell, dt.datetime):
        return dt.datetime(cell.year, cell.month, cell.day)
    if isinstance(cell, dt.time):
        return float(cell.hour * 3600 + cell.minute * 60 + cell.second)
    return cell


def _about_sheets(name: str, others: Sequence[str]) -> tuple[NoticeRaised, ...]:
    if not others:
        return ()
    left = ", ".join(map(repr, others[:3])) + (", ..." if len(others) > 3 else "")
    message = (
        f"The workbook holds several sheets; the largest, {name!r}, was read. Left out: {left}."
    )
    return (NoticeRaised(code="sheet_chosen", message=message),)


def _about_remarks(above: int, below: int) -> tuple[NoticeRaised, ...]:
    if not above and not below:
        return ()
    message = f"Rows that are no part of the table were left out: {above} above and {below} below."
    return (NoticeRaised(code="lines_skipped", message=message),)
