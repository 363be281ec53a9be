"""The leaderboard in a terminal, while it moves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_automl.api import wording
from jupyter_automl.api.snapshot import headings
from jupyter_automl.core.budget import format_duration
from jupyter_automl.core.experiment import Experiment, format_score

if TYPE_CHECKING:
    from rich.console import Group, RenderableType
    from rich.table import Table

    from jupyter_automl.api.run_facts import Progress

_STYLES = {"done": "", "running": "cyan", "failed": "red"}
_SPARK_WIDTH = 32
_LEAST_NOTE = 8
_GAP = 3


def picture(state: Experiment, progress: Progress, width: int) -> Group:
    """Headline, progress, leaderboard, best so far, and what the machine is doing."""
    from rich.console import Group
    from rich.text import Text

    parts: list[RenderableType] = [
        Text(progress.message, style="bold"),
        Text(wording.subtitle(state), style="dim", overflow="ellipsis", no_wrap=True),
        _progress(progress),
    ]
    if state.leaderboard.rows:
        parts += [Text(), board(state, width)]
    parts.append(_footer(state))
    return Group(*parts)


def board(state: Experiment, width: int) -> Table:
    """The leaderboard as a table of at most `width` characters; the best row is bold."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    heads = headings(state)
    lines = [wording.row_cells(row) for row in state.leaderboard.rows]
    for place, heading in enumerate(heads):
        left = place in (1, len(heads) - 1)
        table.add_column(Text(heading), justify="left" if left else "right", no_wrap=True)
    # Only the note at the end gives way on a narrow terminal.
    widest = (max(len(line[i]) for line in (heads, *lines)) for i in range(len(heads) - 1))
    room = max(_LEAST_NOTE, width - sum(w + _GAP for w in widest))
    for row, line in zip(state.leaderboard.rows, lines, strict=True):
        style = "bold" if row.rank == 1 else _STYLES[row.state]
        cells = (*line[:-1], wording.cut(line[-1], room))
        table.add_row(*(Text(cell) for cell in cells), style=style)
    return table


def _progress(progress: Progress) -> RenderableType:
    from rich.progress_bar import ProgressBar
    from rich.table import Table
    from rich.text import Text

    line = Table.grid(padding=(0, 1))
    elapsed = format_duration(min(progress.elapsed_seconds, progress.budget_seconds))
    clock = f"{elapsed} of {format_duration(progress.budget_seconds)}"
    line.add_row(ProgressBar(total=1.0, completed=progress.fraction, width=40), Text(clock))
    return line


def _footer(state: Experiment) -> RenderableType:
    from rich.text import Text

    parts = []
    best = wording.best_over_time(state, _SPARK_WIDTH)
    if best:
        # A spark line rises where the run gets better, also when smaller is better.
        rising = best if state.leaderboard.greater_is_better else [-value for value in best]
        parts.append(f"best so far {wording.sparkline(rising)} {format_score(best[-1])}")
    if state.memory_total_bytes and not state.ended:
        used = wording.bytes_text(state.memory_bytes)
        total = wording.bytes_text(state.memory_total_bytes)
        parts.append(f"CPU {state.cpu_percent:.0f} %   memory {used} of {total}")
    if state.n_failed:
        parts.append(f"{state.n_failed} failed")
    return Text("   ".join(parts), style="dim")
