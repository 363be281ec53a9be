"""A run as a still picture: HTML without script, Markdown and plain text.

A notebook keeps these, so it reads well on GitHub, in a diff and without a kernel.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from html import escape
from importlib import import_module
from typing import TYPE_CHECKING, Any

from jupyter_automl.api.charts import step_line
from jupyter_automl.api.wording import HEADINGS, cut, row_cells, status_line, subtitle
from jupyter_automl.core.errors import AutoMLError
from jupyter_automl.core.experiment import Experiment, format_score

if TYPE_CHECKING:
    from jupyter_automl.api.run import Run

_MOST_ROWS = 40
_MOST_NOTICES = 8
_NUMERIC = frozenset(("#", "score", "±", "fit", "predict", "trials"))
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~!$])")

_log = logging.getLogger(__name__)
_log.addHandler(logging.NullHandler())


def mimebundle(
    run: Run, include: Any = None, exclude: Any = None, **_: Any
) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """What IPython shows for a run: the live widget, and pictures for where there is none."""
    state = run.experiment
    data: dict[str, Any] = {
        "text/plain": to_text(state),
        "text/markdown": to_markdown(state),
        "text/html": to_html(state),
    }
    live, metadata = _live_view(run)
    data |= live
    kept = {
        kind: value
        for kind, value in data.items()
        if (not include or kind in include) and kind not in (exclude or ())
    }
    return kept, metadata


def to_text(state: Experiment) -> str:
    """The state as a table of plain text."""
    table = [headings(state), *(row_cells(row) for row in state.leaderboard.rows)]
    widths = [max(len(line[i]) for line in table) for i in range(len(HEADINGS))]
    lines = [status_line(state), subtitle(state)]
    if len(table) > 1:
        lines.append("")
    for line in table if len(table) > 1 else ():
        cells = [
            cell.rjust(width) if heading in _NUMERIC else cell.ljust(width)
            for cell, width, heading in zip(line, widths, HEADINGS, strict=True)
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def to_markdown(state: Experiment) -> str:
    """The state as a Markdown table; nothing in it is markup but ours."""
    lines = [f"**{_plain(status_line(state))}**", "", _plain(subtitle(state))]
    if state.leaderboard.rows:
        aligns = ("---:" if heading in _NUMERIC else ":---" for heading in HEADINGS)
        lines += ["", _line(headings(state)), f"| {' | '.join(aligns)} |"]
        lines += [_line(row_cells(row)) for row in state.leaderboard.rows[:_MOST_ROWS]]
    lines += ["", *(f"- {_plain(text)}" for text in _notices(state))]
    return "\n".join(lines).rstrip()


def to_html(state: Experiment) -> str:
    """The state as HTML of at most 40 KB, without script or style sheet."""
    parts = [
        '<div class="jp-automl-snapshot">',
        f"<p><strong>{escape(status_line(state))}</strong></p>",
        f"<p>{escape(subtitle(state))}</p>",
        leaderboard_table(state),
        best_chart(state),
    ]
    notices = "".join(f"<li>{escape(text)}</li>" for text in _notices(state))
    parts.append(f"<ul>{notices}</ul>" if notices else "")
    parts.append("</div>")
    return "".join(parts)


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


def best_chart(state: Experiment) -> str:
    """The best score over time as inline SVG; empty while there is no score."""
    if not state.best_history:
        return ""
    metric, last = state.leaderboard.metric, state.best_history[-1][1]
    label = f"Best {metric} so far over time, now {format_score(last)}"
    chart = step_line(state.best_history, state.elapsed_seconds, label=label)
    return f"<p>Best {escape(metric)} so far</p>{chart}"


def headings(state: Experiment) -> tuple[str, ...]:
    """`HEADINGS` with the metric's name for the score."""
    metric = state.leaderboard.metric or "score"
    return tuple(metric if heading == "score" else heading for heading in HEADINGS)


def _notices(state: Experiment) -> list[str]:
    texts = [cut(notice.message, 300) for notice in state.notices if notice.level == "warning"]
    more = len(texts) - _MOST_NOTICES
    return texts[:_MOST_NOTICES] + ([f"and {more} more notices"] if more > 0 else [])


def _plain(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", text.replace("&", "&amp;"))


def _line(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(_plain(cell) for cell in cells)} |"


def _live_view(run: Run) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    # The widgets' layer lies above this one: it is asked by name, and may be absent.
    try:
        widget = import_module("jupyter_automl.widgets").Leaderboard(run)
        bundle = widget._repr_mimebundle_()
    except (ImportError, AttributeError, OSError, AutoMLError):
        _log.exception("There is no live view of the run %s.", run.id)
        return {}, {}
    data, metadata = bundle if isinstance(bundle, tuple) else (bundle or {}, {})
    view = "application/vnd.jupyter.widget-view+json"
    return ({view: data[view]} if view in data else {}), metadata
