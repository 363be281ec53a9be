"""A run as a still picture: HTML without script, Markdown and plain text.

A notebook keeps these, so it reads well on GitHub, in a diff and without a kernel.
"""

from __future__ import annotations

import base64
import logging
import re
from collections.abc import Mapping, Sequence
from html import escape
from importlib import import_module
from typing import TYPE_CHECKING, Any

from jupyter_automl.api import showing, still
from jupyter_automl.api.pictures import picture_svg
from jupyter_automl.api.pictures.room import clean
from jupyter_automl.api.wording import HEADINGS, cut, row_cells, status_line, subtitle
from jupyter_automl.core.errors import AutoMLError
from jupyter_automl.core.experiment import Experiment
from jupyter_automl.core.picture import Picture

if TYPE_CHECKING:
    from jupyter_automl.api.run import Run

MOST_BYTES = 40 * 1024
"""Of the HTML."""
_MOST_TEXT = 9 * 1024
"""Bytes of the Markdown, and of the text: a notebook keeps both beside the HTML."""
_MOST_ROWS = 40
_MOST_PICTURES = 4
_MOST_NOTICES = 8
_WIDTH = 440
_NUMERIC = frozenset(("#", "score", "±", "fit", "predict", "trials"))
_MARKDOWN = re.compile(r"([`*_{}\[\]<>#|~!$])")
_LIST = re.compile(r"^(?:([-+=])(?=[-+=\s]|$)|(\d+)([.)])(?=\s|$))")
VIEW = "application/vnd.jupyter.widget-view+json"

_log = logging.getLogger(__name__)
_log.addHandler(logging.NullHandler())


def mimebundle(
    run: Run, include: Any = None, exclude: Any = None, **_: Any
) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """What IPython shows for a run: the live widget, and pictures for where there is none."""

    def wanted(kind: str) -> bool:
        return (not include or kind in include) and kind not in (exclude or ())

    data = {kind: value for kind, value in texts(run).items() if wanted(kind)}
    if not wanted(VIEW):
        return data, {}
    live, metadata = _live_view(run)
    return {**data, **live}, metadata


def show(run: Run) -> None:
    """Show a run below the cell that runs; its end replaces what is shown then.

    Raises
    ------
    NotImplementedError
        Outside of a kernel, where IPython then shows the text.
    """
    if showing.kernel() is None:
        raise NotImplementedError
    widget = _live(run)
    if widget is None:
        showing.Shown(lambda: (texts(run), {})).show(run)
    else:
        widget._ipython_display_()


def texts(run: Run, about: still.About = "run") -> Mapping[str, str]:
    """A run as plain text, Markdown and HTML, for where no widget is."""
    state = run.experiment
    kept = still.kept(run) if state.ended else None
    pictures = still.quick(state, about) if kept is None else kept.about(about)
    return {
        "text/plain": to_text(state, pictures),
        "text/markdown": to_markdown(state, pictures),
        "text/html": to_html(state, pictures, board=about == "run"),
    }


def to_text(state: Experiment, pictures: Sequence[Picture] = ()) -> str:
    """The state as a table of plain text, and what pictures say."""
    rows = [row_cells(row) for row in state.leaderboard.rows[:_MOST_ROWS]]
    table = [headings(state), *rows]
    widths = [max(len(line[i]) for line in table) for i in range(len(HEADINGS))]
    lines = [cut(status_line(state), 1000), subtitle(state)]
    if rows:
        lines.append("")
    for line in table if rows else ():
        cells = [
            cell.rjust(width) if heading in _NUMERIC else cell.ljust(width)
            for cell, width, heading in zip(line, widths, HEADINGS, strict=True)
        ]
        lines.append("  ".join(cells).rstrip())
    said = _findings(pictures)
    lines += ["", *said] if said else []
    return _within(lines, _MOST_TEXT)


def to_markdown(state: Experiment, pictures: Sequence[Picture] = ()) -> str:
    """The state as a Markdown table; nothing in it is markup but ours."""
    lines = [f"**{markdown_text(status_line(state))}**", "", markdown_text(subtitle(state))]
    if state.leaderboard.rows:
        aligns = ("---:" if heading in _NUMERIC else ":---" for heading in HEADINGS)
        lines += ["", _line(headings(state)), f"| {' | '.join(aligns)} |"]
        lines += [_line(row_cells(row)) for row in state.leaderboard.rows[:_MOST_ROWS]]
    said = [*_findings(pictures), *_notices(state)]
    lines += ["", *(f"- {markdown_text(text)}" for text in said)]
    return _within(lines, _MOST_TEXT).rstrip()


def to_html(state: Experiment, pictures: Sequence[Picture] = (), *, board: bool = True) -> str:
    """The state as HTML of at most 40 KB, without script or style sheet.

    Parameters
    ----------
    pictures : sequence of Picture
        What matters most first; those that find no room are left out.
    board : bool
        Whether the leaderboard is in it.
    """
    head = [
        '<div class="jp-automl-snapshot">',
        f"<p><strong>{escape(cut(status_line(state), 1000))}</strong></p>",
        f"<p>{escape(subtitle(state))}</p>",
        leaderboard_table(state) if board else "",
    ]
    items = "".join(f"<li>{escape(text)}</li>" for text in _notices(state))
    tail = [f"<ul>{items}</ul>" if items else "", "</div>"]
    left = MOST_BYTES - len("".join((*head, *tail)).encode("utf-8", "replace"))
    drawn = []
    for picture in pictures[:_MOST_PICTURES]:
        text = _figure(picture)
        size = len(text.encode("utf-8", "replace"))
        if size <= left:
            drawn.append(text)
            left -= size
    return "".join((*head, *drawn, *tail))


def leaderboard_table(state: Experiment) -> str:
    """The leaderboard as an HTML table; empty while there is no row."""
    if not state.leaderboard.rows:
        return ""
    align = ['style="text-align:%s"' % ("right" if h in _NUMERIC else "left") for h in HEADINGS]

    def line(cells: tuple[str, ...], tag: str) -> str:
        inner = "".join(
            f"<{tag} {how}>{escape(cell)}</{tag}>" for cell, how in zip(cells, align, strict=True)
        )
        return f"<tr>{inner}</tr>"

    rows = "".join(line(row_cells(row), "td") for row in state.leaderboard.rows[:_MOST_ROWS])
    return f"<table><thead>{line(headings(state), 'th')}</thead><tbody>{rows}</tbody></table>"


def markdown_text(text: str, most: int = 1000) -> str:
    """One line of Markdown that reads as `text` and as nothing else."""
    line = cut(clean(text), most).replace("&", "&amp;").replace("\\", "&#92;")
    line = _MARKDOWN.sub(r"\\\1", line)
    # GitHub makes links of bare addresses.
    line = line.replace("://", "\\://").replace("www.", "www\\.")
    return _LIST.sub(_not_a_list, line)


def headings(state: Experiment) -> tuple[str, ...]:
    """`HEADINGS` with the metric's name for the score."""
    metric = state.leaderboard.metric or "score"
    return tuple(metric if heading == "score" else heading for heading in HEADINGS)


def _notices(state: Experiment) -> list[str]:
    texts = [cut(notice.message, 300) for notice in state.notices if notice.level == "warning"]
    more = len(texts) - _MOST_NOTICES
    return texts[:_MOST_NOTICES] + ([f"and {more} more notices"] if more > 0 else [])


def _findings(pictures: Sequence[Picture]) -> list[str]:
    said = (cut(text, 300) for picture in pictures for text in picture.findings[:1])
    return list(dict.fromkeys(said))


def _figure(picture: Picture) -> str:
    """A drawing as an image with its own paper: hosts that clean HTML remove inline SVG."""
    svg = picture_svg(picture, _WIDTH, theme="light")
    image = base64.b64encode(svg.encode()).decode()
    said = [cut(clean(text), 300) for text in picture.findings[:1]]
    title = cut(clean(picture.title), 200)
    alt = " ".join((f"{title}.", *said))
    findings = "".join(f"<p>{escape(text)}</p>" for text in said)
    return (
        f"<p><strong>{escape(title)}</strong></p>{findings}"
        f'<img alt="{escape(alt)}" style="max-width:100%;height:auto" '
        f'src="data:image/svg+xml;base64,{image}">'
    )


def _not_a_list(found: re.Match[str]) -> str:
    sign, digits, end = found.groups()
    return f"\\{sign}" if sign else f"{digits}\\{end}"


def _within(lines: Sequence[str], most: int) -> str:
    """As many whole lines from the top as find room."""
    kept, left = [], most
    for line in lines:
        left -= len(line.encode("utf-8", "replace")) + 1
        if left < 0:
            break
        kept.append(line)
    return "\n".join(kept)


def _line(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(markdown_text(cell) for cell in cells)} |"


def _live_view(run: Run) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    widget = _live(run)
    data, metadata = ({}, {}) if widget is None else widget._repr_mimebundle_()
    return ({VIEW: data[VIEW]} if VIEW in data else {}), metadata


def _live(run: Run) -> Any:
    # The widgets' layer lies above this one: it is asked by name, and may be absent.
    try:
        return import_module("jupyter_automl.widgets").Leaderboard(run)
    except (ImportError, AttributeError, OSError, AutoMLError):
        _log.exception("There is no live view of the run %s.", run.id)
        return None
