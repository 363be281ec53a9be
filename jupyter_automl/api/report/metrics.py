"""The numbers of a report for programs: JSON and CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from typing import Any

from jupyter_automl.api.report.found import Found
from jupyter_automl.api.report.limits import limits
from jupyter_automl.api.report.sections import versions
from jupyter_automl.core.leaderboard import COLUMNS
from jupyter_automl.core.picture import number

SCHEMA = 1
_DIGITS = 15


def report_json(found: Found) -> str:
    """Scores with intervals, the leaderboard and the plan, as JSON.

    Returns
    -------
    str
        One object. What is not known is null; numbers are finite.

        - ``schema``: 1.
        - ``run``: ``id, name, status, reason, created_at`` (Unix seconds), ``elapsed_seconds,
          budget_seconds, n_done, n_failed``.
        - ``data``: ``name, source, n_rows, n_columns, fingerprint`` (SHA-256 of the Arrow file).
        - ``plan``: ``target, task, metric, greater_is_better, validation, n_folds, n_repeats,
          features, classes, families, random_state, reasons``.
        - ``model``: the best one: ``name, family, members`` (pairs of trial and weight),
          ``threshold``.
        - ``metrics``: one a metric, the run's first: ``metric, value, low, high`` (95 %),
          ``rows, reason`` (why there is no value or no interval), of held-out rows.
        - ``honest``: ``metric, value, low, high, candidates``, by rows that had no say in the
          choice.
        - ``segments``: parts of the rows with larger errors: ``rule, rows, share, error, low,
          high, p_value, stands_out``.
        - ``leaderboard``: one a row, with the names of ``run.leaderboard()``.
        - ``importance``: ``model, method, rows`` and ``features`` (pairs of name and mean
          absolute SHAP value).
        - ``notices``: ``code, level, column, message``.
        - ``limits``: sentences.
        - ``versions``: by package, where the report was written.
        - ``written_at``: ISO 8601, with the offset from UTC.
    """
    state = found.state
    document = {
        "schema": SCHEMA,
        "run": {
            "id": state.run_id,
            "name": state.name,
            "status": state.status,
            "reason": state.reason,
            "created_at": _number(state.created_at),
            "elapsed_seconds": _number(state.elapsed_seconds),
            "budget_seconds": _number(state.budget_seconds),
            "n_done": state.n_done,
            "n_failed": state.n_failed,
        },
        "data": _data(found),
        "plan": _plan(found),
        "model": _model(found),
        "metrics": metrics(found),
        "honest": _honest(found),
        "segments": _segments(found),
        "leaderboard": [
            {name: _plain(getattr(row, name)) for name in COLUMNS} for row in state.leaderboard.rows
        ],
        "importance": _importance(found),
        "notices": [
            {"code": one.code, "level": one.level, "column": one.column, "message": one.message}
            for one in state.notices
        ],
        "limits": list(limits(found)),
        "versions": versions(),
        "written_at": found.at.astimezone().isoformat(timespec="seconds"),
    }
    # Escaped, so that a name with half of a character in it can be written too.
    return json.dumps(document, indent=1, allow_nan=False) + "\n"


def report_csv(found: Found) -> str:
    """One line a metric: ``metric,value,low,high,rows``; empty cells where it is not known."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("metric", "value", "low", "high", "rows"))
    for row in metrics(found):
        writer.writerow(
            ["" if row[key] is None else row[key] for key in ("metric", "value", "low", "high")]
            + [row["rows"]]
        )
    return text.getvalue()


def metrics(found: Found) -> list[Mapping[str, Any]]:
    """The scores of the best model on held-out rows, the run's metric first."""
    if found.evaluation is None:
        return []
    return [
        {
            "metric": name,
            "value": _number(score.value),
            "low": _number(score.low),
            "high": _number(score.high),
            "rows": int(score.n),
            "reason": score.reason,
        }
        for name, score in found.evaluation.scores.items()
    ]


def _data(found: Found) -> Mapping[str, Any] | None:
    data = found.state.dataset
    if data is None:
        return None
    return {
        "name": data.name,
        "source": data.source,
        "n_rows": data.n_rows,
        "n_columns": len(data.columns),
        "fingerprint": data.fingerprint,
    }


def _plan(found: Found) -> Mapping[str, Any] | None:
    plan, task = found.state.plan, found.state.task
    if plan is None or task is None:
        return None
    names = (
        *("target", "task", "metric", "greater_is_better", "validation", "n_folds", "n_repeats"),
        *("features", "classes", "families", "random_state"),
    )
    facts = {name: _plain(getattr(plan, name)) for name in names}
    return {**facts, "reasons": {**task.reasons, **plan.reasons}}


def _model(found: Found) -> Mapping[str, Any] | None:
    model = found.model
    if model is None:
        return None
    threshold = None if found.evaluation is None else found.evaluation.threshold
    return {
        "name": model.name,
        "family": model.family,
        "members": [[trial, _number(weight)] for trial, weight in model.members],
        "threshold": _number(threshold),
    }


def _honest(found: Found) -> Mapping[str, Any] | None:
    honest, plan = found.honest, found.state.plan
    if honest is None or plan is None:
        return None
    return {
        "metric": plan.metric,
        "value": _number(honest.score),
        "low": _number(honest.low),
        "high": _number(honest.high),
        "candidates": int(honest.n_candidates),
    }


def _segments(found: Found) -> list[Mapping[str, Any]]:
    if found.evaluation is None:
        return []
    return [
        {
            "rule": one.rule,
            "rows": int(one.n),
            "share": _number(one.share),
            "error": _number(one.error.value),
            "low": _number(one.error.low),
            "high": _number(one.error.high),
            "p_value": _number(one.p_value),
            "stands_out": bool(one.stands_out),
        }
        for one in found.evaluation.segments
    ]


def _importance(found: Found) -> Mapping[str, Any] | None:
    explanation = found.explanation
    if explanation is None:
        return None
    return {
        "model": found.explained,
        "method": explanation.method,
        "rows": explanation.n_rows,
        "features": [[name, _number(size)] for name, size in explanation.ranking()],
    }


def _number(value: Any) -> float | None:
    return number(value, _DIGITS)


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return _number(value)
    return list(value) if isinstance(value, tuple) else value
