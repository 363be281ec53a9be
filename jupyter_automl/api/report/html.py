"""A report as one HTML file that needs nothing else: no script, nothing from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from jupyter_automl.api.pictures import picture_svg
from jupyter_automl.api.pictures.room import clean
from jupyter_automl.api.pictures.scale import number_text
from jupyter_automl.api.report.blocks import (
    Block,
    Code,
    Drawing,
    Paragraph,
    Points,
    Report,
    Section,
    Sheet,
)
from jupyter_automl.core.picture import Picture, Table
from jupyter_automl.core.words import say

MOST_BYTES = 1_000_000
_FOR_PICTURES = 800_000
"""Bytes that pictures and the tables behind them may take; the rest of a report is small."""
_CELL = 160
_SENTENCE = 1000
_CODE_LINE = 2000
_NUMBER = re.compile(r"|–|[-−]?[\d.,:]+(e[-+]?\d+)?( (s|ms|µs|%))?")
_STYLE = """
:root{color-scheme:light dark;font:15px/1.55 system-ui,sans-serif}
body{max-width:58rem;margin:2rem auto;padding:0 1rem;overflow-wrap:break-word}
h1{font-size:1.6rem}
h2{font-size:1.25rem;margin-top:2.5rem;border-bottom:1px solid #8886;padding-bottom:.25rem}
h3{font-size:1rem;margin:1.5rem 0 .5rem}
nav ul{columns:2;padding-left:1.2rem}
table{border-collapse:collapse;font-variant-numeric:tabular-nums;margin:.75rem 0;max-width:100%}
caption{text-align:left;font-weight:600;padding:.25rem 0;white-space:nowrap}
th,td{padding:4px 14px 4px 0;border-bottom:1px solid #8884;vertical-align:top;text-align:left}
th{font-weight:600}
.n{text-align:right}
figure{margin:0 0 1.5rem}
svg{max-width:100%;height:auto;display:block}
.s{overflow-x:auto}
pre{padding:8px 12px;border:1px solid #8886;overflow-x:auto;white-space:pre-wrap}
summary{cursor:pointer;padding:4px 0}
@media print{
:root{color-scheme:light;font-size:11px}
body{max-width:none;margin:0}
nav{display:none}
figure,table,pre{break-inside:avoid}
h2,h3{break-after:avoid}
}
"""


def report_html(report: Report) -> str:
    """The whole page, below `MOST_BYTES`; all that comes from data is escaped."""
    room = _Room(_FOR_PICTURES)
    sections = "".join(_section(section, room) for section in report.sections)
    links = "".join(
        f'<li><a href="#{section.key}">{escape(section.title)}</a></li>'
        for section in report.sections
    )
    contents = escape(say("report-contents"))
    omitted = f"<p>{escape(say('report-omitted', n=room.omitted))}</p>" if room.omitted else ""
    title = escape(one_line(report.title))
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width">'
        f"<style>{_STYLE}</style></head><body><main><h1>{title}</h1>"
        f'<nav aria-label="{contents}"><ul>{links}</ul></nav>'
        f"{sections}{omitted}<p><small>{escape(report.written)}</small></p></main></body></html>\n"
    )


class _Room:
    """Bytes that are left for pictures."""

    def __init__(self, left: int) -> None:
        self.left = left
        self.omitted = 0
        self.drawn = 0

    def takes(self, text: str) -> bool:
        size = len(text.encode("utf-8", "replace"))
        if size > self.left:
            self.omitted += 1
            return False
        self.left -= size
        self.drawn += 1
        return True


def _section(section: Section, room: _Room) -> str:
    body = "".join(_block(block, room) for block in section.blocks)
    key = section.key
    return (
        f'<section aria-labelledby="{key}"><h2 id="{key}">{escape(section.title)}</h2>'
        f"{body}</section>"
    )


def _block(block: Block, room: _Room) -> str:
    match block:
        case Paragraph():
            text = escape(one_line(block.text))
            return f"<p><strong>{text}</strong></p>" if block.strong else f"<p>{text}</p>"
        case Points():
            lead = f"<p>{escape(one_line(block.lead))}</p>" if block.lead else ""
            items = "".join(f"<li>{escape(one_line(text))}</li>" for text in block.texts)
            return f"{lead}<ul>{items}</ul>"
        case Sheet():
            return _sheet(block.table, block.caption, fold=block.caption if block.folded else "")
        case Code():
            lines = (one_line(line, _CODE_LINE, keep=True) for line in block.text.splitlines())
            return f"<pre><code>{escape(chr(10).join(lines))}</code></pre>"
        case Drawing():
            drawn = _figure(block.picture, f"p{room.drawn}")
            return drawn if room.takes(drawn) else ""


def _figure(picture: Picture, ids: str) -> str:
    parts = [
        f"<figure><figcaption><h3>{escape(one_line(picture.title))}</h3></figcaption>",
        *(f"<p>{escape(one_line(text))}</p>" for text in picture.findings),
        picture_svg(picture, 640, ids=ids),
    ]
    if picture.table.columns:
        parts.append(_sheet(picture.table, picture.title, fold=say("report-table")))
    if picture.note:
        parts.append(f"<p><small>{escape(one_line(picture.note))}</small></p>")
    return "".join((*parts, "</figure>"))


def _sheet(table: Table, caption: str, *, fold: str) -> str:
    right = [' class="n"' if numeric else "" for numeric in numeric_columns(table)]
    head = "".join(
        f'<th scope="col"{how}>{escape(one_line(column, _CELL))}</th>'
        for column, how in zip(table.columns, right, strict=True)
    )
    body = "".join(
        "<tr>"
        + "".join(
            f"<td{how}>{escape(cell)}</td>" for cell, how in zip(cells(row), right, strict=True)
        )
        + "</tr>"
        for row in table.rows
    )
    more = f"<p>{escape(say('ui-picture-more', more=table.more))}</p>" if table.more > 0 else ""
    drawn = (
        f'<div class="s"><table><caption>{escape(one_line(caption))}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>{more}"
    )
    if not fold:
        return drawn
    return f"<details><summary>{escape(one_line(fold))}</summary>{drawn}</details>"


def numeric_columns(table: Table) -> list[bool]:
    """Of each column, whether its cells are numbers, also where these are written out."""

    def is_number(cell: str | float | None) -> bool:
        return not isinstance(cell, str) or _NUMBER.fullmatch(cell) is not None

    return [
        any(row[i] not in ("", None) for row in table.rows)
        and all(is_number(row[i]) for row in table.rows)
        for i in range(len(table.columns))
    ]


def cells(row: Sequence[str | float | None], most: int = _CELL) -> list[str]:
    """The cells of a row as one short line each."""
    return [one_line(cell, most) if isinstance(cell, str) else number_text(cell) for cell in row]


def one_line(text: str, most: int = _SENTENCE, *, keep: bool = False) -> str:
    """One line that any file can hold; `keep` leaves the blanks at its beginning."""
    indent = text[: len(text) - len(text.lstrip(" "))] if keep else ""
    line = indent + clean(text)
    return line if len(line) <= most else line[: most - 1] + "…"
