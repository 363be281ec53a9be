"""Where the table begins in rows of cells: its width, its header, remarks above it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

_NUMBER = re.compile(r"\s*[+-]?[$£€]?(\d[\d.,]*|\.\d+)([eE][+-]?\d+)?\s*%?\s*")
_YEAR = re.compile(r"\s*(1[89]|20)\d{2}\s*")
_MISSING = ("", "na", "nan", "null", "none", "?", "n/a")


@dataclass(frozen=True, slots=True)
class Layout:
    """How rows of cells are to be read.

    Attributes
    ----------
    header : int
        Position of the header row, or of the first row of data when there is none.
    has_header : bool
        Whether that row holds names.
    width : int
        Cells of a row.
    """

    header: int
    has_header: bool
    width: int


def find_layout(rows: Sequence[Sequence[str]]) -> Layout:
    """Layout from the first rows, as text ("" where a cell is empty).

    Remarks above the table are lines that fill less than half of the usual cells.
    """
    filled = [_filled(row) for row in rows]
    widths = Counter(len(row) for row, cells in zip(rows, filled, strict=True) if cells)
    if not widths:
        return Layout(0, True, 0)
    width = max(widths, key=lambda w: (widths[w], w))
    usual = sorted(cells for cells in filled if cells)[len([c for c in filled if c]) // 2]
    need = max(1, (usual + 1) // 2) if usual > 1 else 1
    header = next((position for position, cells in enumerate(filled) if cells >= need), 0)
    return Layout(header, not _is_data(rows[header], rows[header + 1 :]), width)


def _filled(row: Sequence[str]) -> int:
    return sum(1 for cell in row if cell.strip())


def _is_data(first: Sequence[str], rest: Sequence[Sequence[str]]) -> bool:
    """Whether the first row is already data: numbers where the rows below have numbers."""
    if not rest or any(not cell.strip() for cell in first):
        return False
    cells = [cell.strip() for cell in first]
    if all(_YEAR.fullmatch(cell) for cell in cells) or len(set(cells)) < len(cells) == 1:
        return False
    numeric_columns = 0
    for position, cell in enumerate(cells):
        below = [row[position].strip() for row in rest if position < len(row)]
        below = [text for text in below if text.lower() not in _MISSING]
        if not below or not all(_NUMBER.fullmatch(text) for text in below):
            continue
        if not _NUMBER.fullmatch(cell):
            return False
        numeric_columns += not _YEAR.fullmatch(cell)
    return numeric_columns > 0
