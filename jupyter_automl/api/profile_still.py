"""The quality of a table as plain text, Markdown and HTML without script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from jupyter_automl.api.snapshot import markdown_text
from jupyter_automl.api.wording import cut
from jupyter_automl.core.experiment import format_score
from jupyter_automl.core.words import say

if TYPE_CHECKING:
    from jupyter_automl.api.profiling import TableProfile

_MOST_FINDINGS = 12
_MOST_COLUMNS = 40
_MESSAGE = 300
_NAME = 40
_VALUE = 60
_LARGE = 1e12
_HEADS = ("name", "kind", "missing", "distinct", "values", "role")
_NUMERIC = frozenset(("missing", "distinct"))


def texts(profile: TableProfile) -> Mapping[str, str]:
    """By MIME type; each at most 40 KB, and nothing of the data is markup."""
    issues = profile.issues_at_hand
    columns = len(profile.table.dataset.columns)
    title = say(
        "profile-title",
        name=cut(profile.name),
        rows=profile.n_rows,
        columns=columns,
        findings=len(issues),
    )
    found = [cut(f"{issue.message} {issue.advice}", _MESSAGE) for issue in issues[:_MOST_FINDINGS]]
    if len(issues) > _MOST_FINDINGS:
        found.append(say("profile-more-findings", n=len(issues) - _MOST_FINDINGS))
    heads = tuple(say(f"profile-head-{name}") for name in _HEADS)
    rows = [_cells(row) for row in profile.rows(_MOST_COLUMNS)]
    more = say("profile-more-columns", n=columns - len(rows)) if columns > len(rows) else ""
    return {
        "text/plain": _plain(title, found, heads, rows, more),
        "text/markdown": _markdown(title, found, heads, rows, more),
        "text/html": _html(title, found, heads, rows, more),
    }


def _cells(row: Sequence[Any]) -> tuple[str, ...]:
    name, kind, missing, distinct, low, mean, high, most, role = row
    values = ""
    if most is not None:
        values = say("profile-most", value=cut(most, _NAME))
    elif low is not None:
        ends = {"low": _value(low), "high": _value(high)}
        is_number = isinstance(mean, (int, float))
        values = (
            say("profile-from-to", mean=_value(mean), **ends)
            if is_number
            else say("profile-span", **ends)
        )
    return (cut(name, _NAME), kind, f"{missing:,}", f"{distinct:,}", cut(values, _VALUE), role)


def _value(value: Any) -> str:
    if not isinstance(value, (int, float)):
        return f"{value:%Y-%m-%d}"
    if abs(value) >= _LARGE:
        return f"{value:.3g}"
    return f"{value:,}" if isinstance(value, int) else format_score(value)


def _plain(
    title: str,
    found: Sequence[str],
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    more: str,
) -> str:
    table = [heads, *rows]
    widths = [max(len(line[place]) for line in table) for place in range(len(heads))]
    lines = [title, *(f"- {text}" for text in found), ""]
    for line in table:
        cells = [
            cell.rjust(width) if name in _NUMERIC else cell.ljust(width)
            for cell, width, name in zip(line, widths, _HEADS, strict=True)
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join([*lines, more]).rstrip()


def _markdown(
    title: str,
    found: Sequence[str],
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    more: str,
) -> str:
    aligns = ["---:" if name in _NUMERIC else ":---" for name in _HEADS]
    lines = [f"**{markdown_text(title)}**", "", *(f"- {markdown_text(text)}" for text in found)]
    lines += ["", f"| {' | '.join(heads)} |", f"| {' | '.join(aligns)} |"]
    lines += [f"| {' | '.join(map(markdown_text, row))} |" for row in rows]
    return "\n".join([*lines, "", more]).rstrip()


def _html(
    title: str,
    found: Sequence[str],
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    more: str,
) -> str:
    def line(cells: Sequence[str], tag: str) -> str:
        sides = ("right" if name in _NUMERIC else "left" for name in _HEADS)
        inner = "".join(
            f'<{tag} style="text-align:{side}">{escape(cell)}</{tag}>'
            for cell, side in zip(cells, sides, strict=True)
        )
        return f"<tr>{inner}</tr>"

    items = "".join(f"<li>{escape(text)}</li>" for text in found)
    body = "".join(line(row, "td") for row in rows)
    return "".join(
        (
            '<div class="jp-automl-snapshot">',
            f"<p><strong>{escape(title)}</strong></p>",
            f"<ul>{items}</ul>" if items else "",
            f"<table><thead>{line(heads, 'th')}</thead><tbody>{body}</tbody></table>",
            f"<p>{escape(more)}</p>" if more else "",
            "</div>",
        )
    )
