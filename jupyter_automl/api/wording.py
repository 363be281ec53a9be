"""Values of a run as short texts, the same in a cell, in the shell and in a report."""

from __future__ import annotations

import re
from collections.abc import Sequence

from jupyter_automl.api.log import log_line
from jupyter_automl.core import events as ev
from jupyter_automl.core.budget import format_duration
from jupyter_automl.core.experiment import Experiment, format_score, headline
from jupyter_automl.core.leaderboard import LeaderboardRow
from jupyter_automl.core.size import bytes_text as bytes_text

HEADINGS: tuple[str, ...] = ("#", "model", "score", "±", "fit", "predict", "trials", "")
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_BLOCKS = "▁▂▃▄▅▆▇█"
_MARKS = {"running": "●", "failed": "✕"}
_STATES = {"failed": "failed", "running": "running", "done": ""}


def seconds_text(seconds: float | None) -> str:
    """``1.9 s``, ``12 s``, ``2:05``; a dash for None."""
    if seconds is None:
        return "–"
    if seconds < 10:
        return f"{seconds:.1f} s"
    return format_duration(seconds)


def latency_text(ms_per_row: float | None) -> str:
    """Of one row: ``8 µs``, ``1.2 ms``; a dash for None."""
    if ms_per_row is None:
        return "–"
    if ms_per_row < 1:
        return f"{ms_per_row * 1000:.3g} µs"
    return f"{ms_per_row:.3g} ms"


def cut(text: object, most: int = 80) -> str:
    """One line of at most `most` characters, without codes that a terminal would act on."""
    line = " ".join(CONTROL.sub(" ", str(text)).split())
    return line if len(line) <= most else line[: most - 1] + "…"


def spread_text(value: float | None) -> str:
    """A standard deviation; empty for None."""
    return "" if value is None else format_score(value)


def row_cells(row: LeaderboardRow) -> tuple[str, ...]:
    """The cells of a leaderboard's row, under `HEADINGS`."""
    return (
        str(row.rank) if row.rank is not None else _MARKS.get(row.state, ""),
        cut(row.model, 40),
        format_score(row.score),
        spread_text(row.score_std),
        seconds_text(row.fit_seconds),
        latency_text(row.predict_ms_per_row),
        str(row.n_trials) if row.n_trials else "–",
        cut(row.note or _STATES[row.state], 60),
    )


def sparkline(values: Sequence[float], width: int = 24) -> str:
    """Numbers as a line of blocks, at most `width` wide; lower is lower."""
    if not values:
        return ""
    if len(values) > width:
        step = (len(values) - 1) / (width - 1)
        values = [values[round(i * step)] for i in range(width)]
    low, high = min(values), max(values)
    if high == low:
        return _BLOCKS[3] * len(values)
    top = len(_BLOCKS) - 1
    return "".join(_BLOCKS[round((v - low) / (high - low) * top)] for v in values)


def best_over_time(state: Experiment, n_points: int) -> tuple[float, ...]:
    """The best score so far at even times from the first score until now; empty before it."""
    history = state.best_history
    if not history:
        return ()
    first, last = history[0][0], max(state.elapsed_seconds, history[-1][0])
    values: list[float] = []
    for i in range(n_points):
        at = first + (last - first) * i / max(1, n_points - 1)
        values.append(next(score for when, score in reversed(history) if when <= at + 1e-9))
    return tuple(values)


def subtitle(state: Experiment) -> str:
    """What is predicted, from what, judged how, in one line."""
    parts = [f"run {state.run_id}"]
    if state.task is not None and state.task.target:
        parts.append(f"predicts {cut(state.task.target, 60)}")
    if state.dataset is not None:
        rows, columns = state.dataset.n_rows, len(state.dataset.columns)
        parts.append(f"{cut(state.dataset.name, 60)}: {rows:,} rows, {columns} columns")
    if state.plan is not None:
        how = {"cv": f"{state.plan.n_folds}-fold cross-validation"}
        parts.append(how.get(state.plan.validation, f"validation: {state.plan.validation}"))
    return " · ".join(parts)


def status_line(state: Experiment, elapsed_seconds: float | None = None) -> str:
    """The one sentence at the top."""
    return headline(state, elapsed_seconds) or state.status


def event_line(state: Experiment, event: ev.Event) -> str:
    """An event as a line of a log; empty for one that says nothing to people.

    Parameters
    ----------
    state : Experiment
        The run at or after the event; it names metric and families.
    """
    line = log_line(state, event)
    if line is None:
        return ""
    at, level, text = line
    note = "Note: " if level == "warning" else ""
    return f"[{format_duration(at):>6}] {note}{cut(text, 400)}"
