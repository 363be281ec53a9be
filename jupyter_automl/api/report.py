"""The results of a run as one HTML file that needs nothing else."""

from __future__ import annotations

import os
import platform
import tempfile
from collections.abc import Iterable
from datetime import datetime
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from jupyter_automl.api.charts import bars
from jupyter_automl.api.snapshot import best_chart, leaderboard_table
from jupyter_automl.api.wording import status_line, subtitle
from jupyter_automl.core.budget import format_duration
from jupyter_automl.core.errors import ArgumentError, NoModelError, RunError
from jupyter_automl.core.experiment import Experiment, format_score

if TYPE_CHECKING:
    from jupyter_automl.api.run import Run

_MOST_FEATURES = 20
_HONEST_SECONDS = 10.0
_STYLE = """
:root { color-scheme: light dark; font: 14px/1.5 system-ui, sans-serif; }
body { max-width: 52rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: 4px 12px 4px 0; border-bottom: 1px solid #8884; vertical-align: top; }
th { font-weight: 600; text-align: left; }
pre { padding: 8px 12px; border: 1px solid #8884; overflow-x: auto; }
"""


def write_report(run: Run, path: Path) -> Path:
    """Write the report of `run` to `path`, whole or not at all.

    Raises
    ------
    ArgumentError
        If the file cannot be written.
    """
    path = path.expanduser().absolute()
    text = report_html(run)
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, suffix=".html")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(name, path)
    except OSError as error:
        raise ArgumentError(
            f"The report must go to a file that can be written. Got {str(path)!r}: {error}.",
            hint="Choose a folder that exists.",
            argument="path",
        ) from error
    return path


def report_html(run: Run) -> str:
    """Scores, leaderboard, importance, settings and how to do it again, as HTML.

    Everything that comes from the data is escaped; there is no script in it.
    """
    state = run.experiment
    sections = [
        (
            "",
            f"<p><strong>{escape(status_line(state))}</strong></p><p>{escape(subtitle(state))}</p>",
        ),
        ("Scores", _scores(run)),
        ("Leaderboard", leaderboard_table(state)),
        ("Best score over time", best_chart(state)),
        ("What moves the predictions", _importance(run)),
        ("Features that were built", _built(run)),
        ("How it was decided", _reasons(state)),
        ("To know", _list(notice.message for notice in state.notices)),
        ("Do it again", _reproduce(state)),
    ]
    body = "".join(
        (f"<h2>{escape(title)}</h2>" if title else "") + content
        for title, content in sections
        if content
    )
    title = escape(f"AutoML run {state.name}")
    written = datetime.now().strftime("%Y-%m-%d %H:%M")
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{_STYLE}</style></head><body><h1>{title}</h1>{body}"
        f"<p><small>Written {written} by jupyter_automl {escape(_version())}, "
        f"Python {escape(platform.python_version())}.</small></p></body></html>"
    )


def _scores(run: Run) -> str:
    try:
        best = run.best
        scores = best.held_out_scores()
    except NoModelError:
        return ""
    rows = ((str(metric), format_score(value)) for metric, value in scores.items())
    said = f"<p>{escape(best.name)}, on rows it was not trained on.</p>{_table(rows)}"
    honest = run.honest_score(time_limit_seconds=_HONEST_SECONDS)
    if honest is None or best.plan is None:
        return said
    return said + (
        f"<p>By rows that had no say in choosing it: {escape(best.plan.metric)} "
        f"{format_score(honest.score)}, from {format_score(honest.low)} to "
        f"{format_score(honest.high)} (95 %, {honest.n_candidates} candidates).</p>"
    )


def _importance(run: Run) -> str:
    from jupyter_automl.api.explaining import strongest

    findings = strongest(run, _MOST_FEATURES)
    if findings is None:
        return ""
    label = f"Importance of columns for {findings.model}"
    chart = bars(findings.importance, label=label)
    sentences = "".join(f"<p>{escape(sentence)}</p>" for sentence in findings.sentences)
    how = f"<p>{escape(findings.model)}: mean absolute SHAP value of each column.</p>"
    return sentences + how + chart


def _built(run: Run) -> str:
    from jupyter_automl.api.built import built_sentences

    try:
        best = run.best
        sentences = built_sentences(best)
    except (NoModelError, RunError):
        return ""
    if not sentences:
        return f"<p>{escape(best.name)} uses the columns as they are.</p>"
    return f"<p>For {escape(best.name)}, of the rows it was trained on:</p>{_list(sentences)}"


def _reasons(state: Experiment) -> str:
    plan, task = state.plan, state.task
    if plan is None or task is None:
        return ""
    reasons = {**task.reasons, **plan.reasons}
    facts = [
        ("target", plan.target),
        ("task", plan.task),
        ("metric", plan.metric),
        ("validation", f"{plan.validation}, {plan.folds_text}"),
        ("budget", format_duration(plan.budget_seconds)),
        ("columns used", ", ".join(plan.features)),
        ("columns left out by request", ", ".join(task.exclude)),
        ("models", ", ".join(plan.families)),
        ("seed", str(plan.random_state)),
    ]
    rows = [(name, value, reasons.get(name, "")) for name, value in facts if value]
    known = {name for name, _ in facts}
    rows += [(name, "", text) for name, text in reasons.items() if name not in known]
    return _table(rows)


def _reproduce(state: Experiment) -> str:
    task, plan = state.task, state.plan
    if task is None or plan is None or state.dataset is None:
        return ""
    in_memory = not state.dataset.source or state.dataset.source == "DataFrame"
    data = "df" if in_memory else repr(state.dataset.source)
    given = {
        "target": plan.target,
        "task": plan.task,
        "metric": plan.metric,
        "exclude": list(task.exclude) or None,
        "validation": task.validation,
        "group": task.group,
        "time": task.time,
        "weight": task.weight,
        "families": list(task.families_only) or None,
        "budget": plan.budget_seconds,
        "random_state": plan.random_state,
    }
    lines = [f"    {key}={value!r}," for key, value in given.items() if value is not None]
    code = "\n".join(["import jupyter_automl as ja", f"run = ja.fit(\n    {data},", *lines, ")"])
    fingerprint = f"The table's SHA-256, as Arrow: {state.dataset.fingerprint}"
    return f"<pre>{escape(code)}</pre><p>{escape(fingerprint)}</p>"


def _table(rows: Iterable[tuple[str, ...]]) -> str:
    lines = (
        f"<tr><th>{escape(first)}</th>{''.join(f'<td>{escape(cell)}</td>' for cell in rest)}</tr>"
        for first, *rest in rows
    )
    return f"<table>{''.join(lines)}</table>"


def _list(texts: Iterable[str]) -> str:
    items = "".join(f"<li>{escape(text)}</li>" for text in texts)
    return f"<ul>{items}</ul>" if items else ""


def _version() -> str:
    import jupyter_automl

    return jupyter_automl.__version__
