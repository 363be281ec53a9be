"""The search of a family as parallel coordinates."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from jupyter_automl.core.trial import TrialResult, TrialSpec
from jupyter_automl.widgets import schema
from jupyter_automl.widgets.asking import Answer, Report, ViewContext
from jupyter_automl.widgets.views.details import text_of
from jupyter_automl.widgets.views.trials import run_of

MOST_TRIALS = 500
N_BEST = 100
MOST_NAMES = 12
LOG_SPAN = 100.0
"""Positive values that span more are drawn on a logarithmic scale."""


class ParallelView:
    """Where each trial lies on each parameter that differs, best trials first."""

    name = "trials.parallel"
    args = schema.ParallelArgs

    def etag(self, context: ViewContext, args: schema.ParallelArgs) -> str:
        return ""

    def compute(self, context: ViewContext, args: schema.ParallelArgs, report: Report) -> Answer:
        state = run_of(context).experiment
        sign = 1.0 if state.leaderboard.greater_is_better else -1.0
        tally = state.families.get(args.family)
        results = [state.results[number] for number in (tally.numbers if tally else ())]
        results = [result for result in results if math.isfinite(result.score)]
        results.sort(key=lambda r: (-sign * r.score, r.number))
        shown = [results[place] for place in chosen(len(results))]
        specs = [state.specs[result.number] for result in shown]
        names = sorted({name for spec in specs for name in spec.params})
        axes: list[schema.ParallelAxis] = []
        places: list[np.ndarray] = []
        same: list[tuple[str, str]] = []
        for name in names:
            values = [spec.params.get(name) for spec in specs]
            known = {text_of(value) for value in values if value is not None}
            if len(known) < 2 and None not in values:
                same.append((name, *known))
                continue
            axis, place = _axis(name, values)
            axes.append(axis)
            places.append(place)
        axis, place = _score_axis(state.leaderboard.metric, shown, sign)
        axes.append(axis)
        places.append(place)
        view = schema.ParallelView(axes=tuple(axes), same=tuple(same), n_trials=len(results))
        return Answer(value=view, arrays=_arrays(places, shown, specs))


def chosen(n: int) -> list[int]:
    """Ranks that are drawn: the best ones, and of the others evenly many."""
    if n <= MOST_TRIALS:
        return list(range(n))
    rest = MOST_TRIALS - N_BEST
    step = (n - N_BEST) / rest
    return [*range(N_BEST), *(N_BEST + int(step * place) for place in range(rest))]


def _arrays(
    places: Sequence[np.ndarray], shown: Sequence[TrialResult], specs: Sequence[TrialSpec]
) -> dict[str, np.ndarray]:
    return {
        "place": np.stack(places, axis=1).astype(np.float32),
        "number": np.array([result.number for result in shown], dtype=np.uint32),
        "score": np.array([result.score for result in shown], dtype=np.float32),
    }


def _axis(name: str, values: Sequence[Any]) -> tuple[schema.ParallelAxis, np.ndarray]:
    real = [_real(value) for value in values]
    numeric = all(r is not None for r, value in zip(real, values, strict=True) if value is not None)
    if numeric and any(r is not None for r in real):
        return _scale(name, np.array([math.nan if r is None else r for r in real]))
    texts = [None if value is None else text_of(value) for value in values]
    counts: dict[str, int] = {}
    for text in texts:
        if text is not None:
            counts[text] = counts.get(text, 0) + 1
    levels = sorted(sorted(counts, key=lambda t: -counts[t])[:MOST_NAMES])
    at = {
        text: (k / (len(levels) - 1) if len(levels) > 1 else 0.5) for k, text in enumerate(levels)
    }
    place = np.array([math.nan if text is None else at.get(text, math.nan) for text in texts])
    ticks = tuple((at[text], text) for text in levels)
    return schema.ParallelAxis(name=name, kind="names", ticks=ticks), place


def _real(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    real = float(value)
    return real if math.isfinite(real) else None


def _scale(name: str, values: np.ndarray) -> tuple[schema.ParallelAxis, np.ndarray]:
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    log = low > 0 and high / low > LOG_SPAN
    along = np.log(values) if log else values
    start, end = (math.log(low), math.log(high)) if log else (low, high)
    # Halves: the whole span of the largest numbers is more than a float holds.
    span = end / 2 - start / 2
    middle = np.where(np.isnan(values), np.nan, 0.5)
    place = (along / 2 - start / 2) / span if span > 0 else middle
    ticks = ((0.0, text_of(low)), (1.0, text_of(high))) if span > 0 else ((0.5, text_of(low)),)
    return schema.ParallelAxis(name=name, kind="log" if log else "number", ticks=ticks), place


def _score_axis(
    metric: str, shown: Sequence[TrialResult], sign: float
) -> tuple[schema.ParallelAxis, np.ndarray]:
    """The best score at the top, whatever the direction of the metric."""
    scores = np.array([result.score for result in shown], dtype=np.float64)
    if not len(scores):
        return schema.ParallelAxis(name=metric, kind="number", ticks=()), scores
    axis, place = _scale(metric, scores)
    if sign > 0:
        return axis, place
    flipped = tuple((1.0 - at, text) for at, text in axis.ticks)
    return schema.ParallelAxis(name=metric, kind=axis.kind, ticks=flipped), 1.0 - place
