"""A picture for where it is read: HTML, Markdown and plain text, with the table behind."""

from __future__ import annotations

import base64
import re
import unicodedata
from collections.abc import Sequence
from html import escape

from jupyter_automl.api.pictures.room import clean
from jupyter_automl.api.pictures.scale import number_text
from jupyter_automl.api.pictures.svg import picture_svg
from jupyter_automl.core.picture import Picture, Table
from jupyter_automl.core.words import say

_MOST_CELL = 200
"""Letters of a table's cell: 200 rows of 10,000 letters would be a file of their own."""
_MOST_SENTENCE = 1000
_LEAST_COLUMN = 6
_MARKUP = re.compile(r"([`*_{}\[\]<>#|~!$])")
_LIST = re.compile(r"^(?:([-+=])|(\d+)([.)]))")

Cell = str | float | None


def picture_html(picture: Picture, width: int = 640) -> str:
    """A figure without script or style sheet: findings, the drawing, the table, the note.

    The drawing is an image with its own paper, since hosts that clean HTML (GitHub, untrusted
    notebooks) remove inline SVG.

    Parameters
    ----------
    width : int
        Of the drawing, in pixels; it shrinks with the page.
    """
    svg = picture_svg(picture, width, theme="light")
    image = base64.b64encode(svg.encode()).decode()
    findings = [_short(text, _MOST_SENTENCE) for text in picture.findings]
    title, note = _short(picture.title, _MOST_SENTENCE), _short(picture.note, _MOST_SENTENCE)
    alt = " ".join((f"{title}.", *findings[:1]))
    parts = [
        '<figure style="margin:0 0 1.5em;overflow-wrap:anywhere">',
        f"<figcaption><strong>{escape(title)}</strong></figcaption>",
        *(f"<p>{escape(text)}</p>" for text in findings),
        f'<img alt="{escape(alt)}" style="max-width:100%;height:auto" '
        f'src="data:image/svg+xml;base64,{image}">',
        _html_table(picture.table),
    ]
    if note:
        parts.append(f"<p><small>{escape(note)}</small></p>")
    return "".join((*parts, "</figure>"))


def picture_markdown(picture: Picture) -> str:
    """Heading, findings, table and note; no word of them can become markup or HTML."""
    parts = [f"### {_plain(picture.title)}", *(_plain(text) for text in picture.findings)]
    table = picture.table
    if table.columns:
        cells = _cells(table)
        aligns = ("---:" if right else ":---" for right in _numeric(table))
        lines = [
            _row([_short(column) for column in table.columns]),
            f"| {' | '.join(aligns)} |",
            *map(_row, cells),
        ]
        parts.append("\n".join(lines))
    parts += [_plain(text) for text in (_more(table), picture.note) if clean(text)]
    return "\n\n".join(part for part in parts if part)


def picture_text(picture: Picture, width: int = 80) -> str:
    """Title, findings, table and note for a terminal of `width` columns."""
    width = max(20, width)
    said = (picture.title, *picture.findings)
    paragraphs = ["\n".join(_wrapped(_short(text, _MOST_SENTENCE), width)) for text in said]
    paragraphs.append("\n".join(_text_table(picture.table, width)))
    rest = (_more(picture.table), picture.note)
    paragraphs += ["\n".join(_wrapped(_short(text, _MOST_SENTENCE), width)) for text in rest]
    return "\n\n".join(part for part in paragraphs if part)


def _numeric(table: Table) -> list[bool]:
    """Of each column, whether it holds numbers only."""
    return [
        any(isinstance(row[i], (int, float)) for row in table.rows)
        and not any(isinstance(row[i], str) for row in table.rows)
        for i in range(len(table.columns))
    ]


def _cells(table: Table) -> list[list[str]]:
    return [[_cell(cell) for cell in row] for row in table.rows]


def _cell(cell: Cell) -> str:
    return _short(cell) if isinstance(cell, str) else number_text(cell)


def _short(text: str, most: int = _MOST_CELL) -> str:
    line = clean(text)
    return line if len(line) <= most else line[: most - 1] + "…"


def _more(table: Table) -> str:
    return say("ui-picture-more", more=table.more) if table.more > 0 else ""


def _html_table(table: Table) -> str:
    if not table.columns:
        return ""
    aligned = [f' style="text-align:{"right" if right else "left"}"' for right in _numeric(table)]

    def line(cells: Sequence[str], tag: str) -> str:
        inner = "".join(
            f"<{tag}{how}>{escape(cell)}</{tag}>" for cell, how in zip(cells, aligned, strict=True)
        )
        return f"<tr>{inner}</tr>"

    head = line([_short(column) for column in table.columns], "th")
    body = "".join(line(cells, "td") for cells in _cells(table))
    more = f"<p>{escape(_more(table))}</p>" if table.more > 0 else ""
    return (
        f"<details><summary>{escape(say('ui-picture-table'))}</summary>"
        f"<table><thead>{head}</thead><tbody>{body}</tbody></table>{more}</details>"
    )


def _plain(text: str) -> str:
    """Markdown that reads as `text` and as nothing else."""
    line = _short(text, _MOST_SENTENCE).replace("&", "&amp;").replace("\\", "&#92;")
    line = _MARKUP.sub(r"\\\1", line)
    # GitHub makes links of bare addresses.
    line = line.replace("://", "\\://").replace("www.", "www\\.")
    return _LIST.sub(_escaped_list, line)


def _escaped_list(found: re.Match[str]) -> str:
    sign, number, end = found.groups()
    return f"\\{sign}" if sign else f"{number}\\{end}"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(_plain(cell) for cell in cells)} |"


def _columns(text: str) -> int:
    """Of a terminal."""
    return sum(
        0
        if unicodedata.category(letter) in ("Mn", "Me", "Cf")
        else 2
        if unicodedata.east_asian_width(letter) in "WF"
        else 1
        for letter in text
    )


def _wrapped(text: str, width: int) -> list[str]:
    """Lines of at most `width` columns; a word that is longer goes on in the next line."""
    lines, line, used = [], "", 0
    for word in text.split():
        if line and used + 1 + _columns(word) <= width:
            line, used = f"{line} {word}", used + 1 + _columns(word)
            continue
        if line:
            lines.append(line)
        line, used = "", 0
        for letter in word:
            if used + _columns(letter) > width:
                lines.append(line)
                line, used = "", 0
            line, used = line + letter, used + _columns(letter)
    return [*lines, line] if line else lines


def _text_table(table: Table, width: int) -> list[str]:
    if not table.columns:
        return []
    head, cells = [_short(column) for column in table.columns], _cells(table)
    numeric = _numeric(table)
    # A number that is cut would be another number; words and headings give way.
    least = [
        max(_columns(row[i]) for row in cells) if numeric[i] else _LEAST_COLUMN
        for i in range(len(head))
    ]
    widths = [max(_columns(row[i]) for row in (head, *cells)) for i in range(len(head))]
    while sum(widths) + 2 * (len(widths) - 1) > width:
        loose = [i for i in range(len(widths)) if widths[i] > least[i]]
        if not loose:
            break
        widths[max(loose, key=lambda i: widths[i])] -= 1
    shown = len(widths)
    while shown > 1 and sum(widths[:shown]) + 2 * (shown - 1) > width:
        shown -= 1
    found = [
        "  ".join(_fitted(row[i], widths[i], numeric[i]) for i in range(shown)).rstrip()
        for row in (head, *cells)
    ]
    if shown < len(widths):
        said = say("picture-more-columns", more=len(widths) - shown)
        found += ["", *_wrapped(said, width)]
    return found


def _fitted(text: str, width: int, right: bool) -> str:
    if _columns(text) > width:
        kept = ""
        for letter in text:
            if _columns(kept + letter) > width - 1:
                break
            kept += letter
        text = kept + "…"
    blank = " " * (width - _columns(text))
    return blank + text if right else text + blank
