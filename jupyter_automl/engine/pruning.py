"""When a trial is so far behind after some folds that the rest of them is not worth it."""

from __future__ import annotations

import statistics

from jupyter_automl.core.trial import TrialResult
from jupyter_automl.engine.state import State

STANDARD_ERRORS = 2.0
"""How far behind the best trial, on the same folds, a trial may be and still go on."""

LEAST_OF_FAMILY = 4
"""Complete trials of a family before one of its own is given up: diversity first."""


def least_scores(state: State, family: str) -> tuple[float, ...]:
    """What the mean of the first folds has to reach, one value for each fold but the last.

    Behind means: two standard errors of the best trial's mean worse than the best trial on
    the same folds, and worse there than the middle one of its family. Empty where trials
    are not compared fold by fold: one fold, or folds dealt out several times. Nor for a
    family that a person has boosted.
    """
    plan = state.plan
    best = state.best_single()
    if family in state.boosted:
        return ()
    if plan is None or best is None or plan.n_folds < 3 or plan.n_repeats > 1:
        return ()
    own = [r for r in state.results.values() if r.family == family and _complete(r, plan.n_folds)]
    if len(own) < LEAST_OF_FAMILY or not _complete(best, plan.n_folds):
        return ()
    error = statistics.stdev(best.fold_scores) / len(best.fold_scores) ** 0.5
    least = []
    for done in range(1, plan.n_folds):
        behind = state.sign * _mean(best, done) - STANDARD_ERRORS * error
        middle = statistics.median(state.sign * _mean(result, done) for result in own)
        least.append(state.sign * min(behind, middle))
    return tuple(least)


def expected_score(state: State, n_folds_done: int, score: float) -> float:
    """The score that a trial would have come to, by how the best one went on from there."""
    best = state.best_single()
    if best is None or len(best.fold_scores) < n_folds_done:
        return score
    return score + best.score - _mean(best, n_folds_done)


def _complete(result: TrialResult, n_folds: int) -> bool:
    return len(result.fold_scores) == n_folds


def _mean(result: TrialResult, n_folds: int) -> float:
    return statistics.fmean(result.fold_scores[:n_folds])
