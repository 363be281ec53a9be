"""How good the chosen model is by rows that had no say in choosing it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np

from jupyter_automl.core.errors import NoModelError
from jupyter_automl.core.leaderboard import ENSEMBLE

if TYPE_CHECKING:
    from jupyter_automl.api.run import Run
    from jupyter_automl.core.trial import TrialResult
    from jupyter_automl.evaluate import HonestEstimate

_MOST_MEMBERS = 60
"""Trials that a selection is made from again; worse ones hardly ever get a weight."""


def honest_score(run: Run, time_limit_seconds: float) -> HonestEstimate | None:
    """See `Run.honest_score`."""
    try:
        return _estimate(run, time.monotonic() + time_limit_seconds)
    except FileNotFoundError as error:
        raise NoModelError(
            f"The held-out predictions of run {run.id!r} are gone: {error.filename!r}.",
            hint="The run's folder was deleted or moved; train again.",
            run_id=run.id,
        ) from None


def _estimate(run: Run, deadline: float) -> HonestEstimate | None:
    from jupyter_automl.evaluate import honest_blend_estimate, honest_estimate, stored_arrays
    from jupyter_automl.evaluate.metrics import find_metric

    state = run.experiment
    best, plan = state.leaderboard.best, state.plan
    if best is None or plan is None:
        raise NoModelError(
            f"An honest score needs a model. The run {run.id!r} has none yet.",
            hint="Wait for the first one.",
            run_id=run.id,
        )
    metric = find_metric(plan.metric, plan.task)
    arrays = stored_arrays(run.folder)
    sign = 1.0 if plan.greater_is_better else -1.0
    ranked = sorted(state.results.values(), key=lambda r: (-sign * r.score, r.number))
    if best.family != ENSEMBLE:
        return honest_estimate(
            metric,
            arrays.y,
            _Predictions(ranked),
            weights=arrays.weights,
            groups=arrays.groups,
            deadline=deadline,
        )
    from jupyter_automl.ensemble import Selector

    predictions = _Predictions(ranked[:_MOST_MEMBERS])

    def choose(rows: np.ndarray) -> Mapping[int, float]:
        weights = None if arrays.weights is None else arrays.weights[rows]
        groups = None if arrays.groups is None else arrays.groups[rows]
        selector = Selector(metric, arrays.y[rows], arrays.folds[rows], weights, groups)
        for result in predictions.results:
            selector.add(result.number, predictions[result.number][rows], result.family)
        selection = selector.select(deadline)
        if selection is None:
            return {predictions.results[0].number: 1.0}
        return dict(selection.members)

    return honest_blend_estimate(
        metric,
        arrays.y,
        predictions,
        choose,
        weights=arrays.weights,
        groups=arrays.groups,
        deadline=deadline,
    )


class _Predictions(Mapping[int, np.ndarray]):
    """Held-out predictions by trial number, mapped from their files when they are asked for."""

    def __init__(self, results: list[TrialResult]) -> None:
        self.results = results
        self._paths = {result.number: result.predictions for result in results}

    def __getitem__(self, number: int) -> np.ndarray:
        found: np.ndarray = np.load(self._paths[number], mmap_mode="r")
        return found

    def __iter__(self) -> Iterator[int]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)
