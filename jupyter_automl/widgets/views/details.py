"""Some rows of the leaderboard in detail, and how they compare."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from jupyter_automl.core.errors import ArgumentError
from jupyter_automl.core.experiment import Experiment
from jupyter_automl.core.leaderboard import ENSEMBLE, LeaderboardRow
from jupyter_automl.core.picture import number
from jupyter_automl.core.trial import TrialResult
from jupyter_automl.widgets import schema
from jupyter_automl.widgets.asking import Answer, Report, ViewContext
from jupyter_automl.widgets.views.trials import MIB, end_of, run_of

MOST_ROWS = 5
MAX_VALUE = 300
MAX_TRACEBACK = 16_000


class DetailsView:
    """Parameters, folds, costs and errors of one to five rows."""

    name = "trials.details"
    args = schema.DetailsArgs

    def etag(self, context: ViewContext, args: schema.DetailsArgs) -> str:
        return ""

    def compute(self, context: ViewContext, args: schema.DetailsArgs, report: Report) -> Answer:
        if not 1 <= len(args.rows) <= MOST_ROWS:
            raise ArgumentError(
                f"Between 1 and {MOST_ROWS} rows can be looked at. Got {len(args.rows)}."
            )
        state = run_of(context).experiment
        found = [detail for row in args.rows if (detail := detail_of(state, row)) is not None]
        return Answer(value=schema.DetailsView(rows=_compared(state, found)))


def detail_of(state: Experiment, row: str) -> schema.DetailView | None:
    """One row; None where there is no such trial or family, or it has not ended."""
    kind, _, name = row.partition(":")
    if kind == "family":
        found = next((r for r in state.leaderboard.rows if r.family == name), None)
        if found is None:
            return None
        if found.family == ENSEMBLE:
            return _ensemble(state, row, found)
        last = max((n for n, f in state.failures.items() if f.family == name), default=None)
        wanted = found.trial if found.trial is not None else last
        return None if wanted is None else _trial(state, row, wanted)
    return _trial(state, row, int(name)) if kind == "trial" and name.isdecimal() else None


def _trial(state: Experiment, row: str, wanted: int) -> schema.DetailView | None:
    result, failure = state.results.get(wanted), state.failures.get(wanted)
    ended = result or failure
    if ended is None:
        return None
    spec = state.specs.get(wanted)
    common = schema.DetailView(
        row=row,
        number=wanted,
        model=state.labels.get(ended.family, ended.family),
        family=ended.family,
        end=end_of(ended),
        params=() if spec is None else pairs({**spec.params, "random_state": spec.random_state}),
    )
    if result is None:
        assert failure is not None
        context = failure.error.get("context") or {}
        return replace(
            common,
            fit_seconds=number(failure.seconds, 4),
            reason=failure.reason,
            message=str(failure.error.get("message", ""))[:MAX_VALUE],
            traceback=str(context.get("traceback", ""))[-MAX_TRACEBACK:],
        )
    return replace(
        common,
        score=number(result.score, 6),
        score_std=number(result.score_std, 4),
        folds=tuple(score for score in map(number, result.fold_scores) if score is not None),
        fit_seconds=number(result.fit_seconds, 4),
        predict_us=number(1000.0 * result.predict_ms_per_row, 4),
        memory_mib=number(result.memory_bytes / MIB, 4) if result.memory_bytes else None,
        info=pairs(result.info),
    )


def _ensemble(state: Experiment, row: str, found: LeaderboardRow) -> schema.DetailView:
    members = sorted(found.members, key=lambda member: -member[1])
    predict = found.predict_ms_per_row
    return schema.DetailView(
        row=row,
        number=None,
        model=found.model,
        family=found.family,
        end="done",
        score=number(found.score, 6),
        score_std=number(found.score_std, 4),
        fit_seconds=number(found.fit_seconds, 4),
        predict_us=None if predict is None else number(1000.0 * predict, 4),
        members=tuple(_member(state, trial, weight) for trial, weight in members),
    )


def _member(state: Experiment, trial: int, weight: float) -> schema.MemberView:
    result = state.results.get(trial)
    family = result.family if result else ""
    return schema.MemberView(
        row=f"trial:{trial}",
        model=state.labels.get(family, family),
        family=family,
        weight=number(weight, 4) or 0.0,
        score=number(result.score, 6) if result else None,
    )


def pairs(values: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Names and values as text, by name."""
    return tuple((str(name), text_of(values[name])) for name in sorted(values, key=str))


def text_of(value: Any) -> str:
    """A parameter's value as a person would write it."""
    if isinstance(value, float):
        text = f"{value:.6g}"
    elif isinstance(value, (list, tuple)):
        text = ", ".join(text_of(item) for item in value)
    else:
        text = str(value)
    return text if len(text) <= MAX_VALUE else text[: MAX_VALUE - 1] + "…"


def _compared(
    state: Experiment, details: Sequence[schema.DetailView]
) -> tuple[schema.DetailView, ...]:
    if len(details) < 2:
        return tuple(details)
    sign = 1.0 if state.leaderboard.greater_is_better else -1.0
    scored = [detail for detail in details if detail.score is not None]
    first = max(scored, key=lambda d: sign * (d.score or 0.0), default=None)
    return tuple(replace(d, versus=_versus(state, first, d, sign)) for d in details)


def _versus(
    state: Experiment, first: schema.DetailView | None, other: schema.DetailView, sign: float
) -> schema.VersusView | None:
    if first is None or other is first or first.score is None or other.score is None:
        return None
    ours, theirs = (_folds(state, detail) for detail in (first, other))
    low = high = None
    if len(ours) == len(theirs) >= 2:
        gaps = [sign * (a - b) for a, b in zip(ours, theirs, strict=True)]
        low, high = interval(gaps)
    return schema.VersusView(
        difference=number(sign * (first.score - other.score), 4) or 0.0,
        low=number(low, 4),
        high=number(high, 4),
    )


def _folds(state: Experiment, detail: schema.DetailView) -> tuple[float, ...]:
    result: TrialResult | None = None if detail.number is None else state.results.get(detail.number)
    return result.fold_scores if result else ()


def interval(gaps: Sequence[float]) -> tuple[float, float]:
    """95 % interval of the mean difference of two models over k folds.

    Notes
    -----
    Folds share training rows, so the variance is that of the corrected resampled t-test (Nadeau
    and Bengio 2003, "Inference for the generalization error"): ``s^2 (1/k + 1/(k - 1))``.
    """
    from scipy.special import stdtrit

    k = len(gaps)
    mean = sum(gaps) / k
    variance = sum((gap - mean) ** 2 for gap in gaps) / (k - 1)
    half = float(stdtrit(k - 1, 0.975)) * math.sqrt(variance * (1.0 / k + 1.0 / (k - 1)))
    return mean - half, mean + half
