"""Notices on a column, worded alike."""

from __future__ import annotations

from typing import Literal

from jupyter_automl.core.events import NoticeRaised


def notice(
    code: str, column: str, message: str, level: Literal["info", "warning"] = "warning"
) -> NoticeRaised:
    """``Column 'x': <message>`` with its first letter made small; a name is text."""
    text = f"Column {column!r}: {message[0].lower()}{message[1:]}"
    return NoticeRaised(code=code, message=text, level=level, column=column)


def shown(names: list[str], most: int = 5) -> str:
    """``'a', 'b' and 3 more``."""
    listed = ", ".join(repr(name) for name in names[:most])
    rest = len(names) - most
    return f"{listed} and {rest:,} more" if rest > 0 else listed
