"""Tables as text for a terminal and as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Section:
    """A title, a table and what has to be known to read it."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


def as_markdown(sections: Iterable[Section]) -> str:
    """Sections as Markdown tables."""
    parts = []
    for section in sections:
        lines = [
            f"### {section.title}",
            "",
            _line(section.header),
            _line(["---"] * len(section.header)),
        ]
        lines += [_line(row) for row in section.rows]
        parts.append("\n".join([*lines, *(["", section.note] if section.note else [])]))
    return "\n\n".join(parts) + "\n"


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def as_text(sections: Iterable[Section]) -> str:
    """Sections as columns for a terminal."""
    parts = []
    for section in sections:
        table = [section.header, *section.rows]
        widths = [max(len(row[place]) for row in table) for place in range(len(section.header))]
        lines = [section.title, ""]
        for row in table:
            first, *others = row
            padded = [first.ljust(widths[0])]
            padded += [cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True)]
            lines.append("  ".join(padded).rstrip())
        parts.append("\n".join([*lines, *(["", section.note] if section.note else [])]))
    return "\n\n".join(parts) + "\n"
