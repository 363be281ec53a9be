"""How good a blend is whose members and weights were chosen by the same predictions."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

import numpy as np

from jupyter_automl.core.protocols import Metric
from jupyter_automl.evaluate.honest import HonestEstimate, judged_rows
from jupyter_automl.evaluate.validation import make_folds

Choose = Callable[[np.ndarray], Mapping[int, float]]
"""``choose(rows)`` -> trial number: weight, found from these rows (sorted numbers) only."""


def honest_blend_estimate(
    metric: Metric,
    y: np.ndarray,
    predictions: Mapping[int, np.ndarray],
    choose: Choose,
    *,
    n_parts: int = 5,
    n_bootstraps: int = 200,
    random_state: int = 0,
    weights: np.ndarray | None = None,
    groups: np.ndarray | None = None,
    deadline: float | None = None,
) -> HonestEstimate | None:
    """Cross-validate the choice: each part of the rows is blended as the others advise.

    A choice that takes long, such as an ensemble selection, cannot be made for hundreds of
    bootstraps as `honest_estimate` does; here it is made `n_parts` times.

    Parameters
    ----------
    y, predictions, weights, groups
        As in `honest_estimate`.
    choose : callable
        Gives the weights (positive, they are scaled to sum to 1) of the trials that would
        be taken if there were only these rows.
    n_parts : int
        Parts that the rows are dealt out into, at least 2.
    deadline : float or None
        On the clock of `time.monotonic`.

    Returns
    -------
    HonestEstimate or None
        The score of the rows' blended predictions, all at once, and its bootstrap
        percentile interval; None with nothing to judge, or where the deadline came first.
    """
    rows = judged_rows(predictions, len(y))
    if weights is not None:
        # They say nothing, and shares of nothing are no numbers.
        rows = rows[weights[rows] > 0]
    if len(rows) < 2 * n_parts:
        return None
    known = y[rows]
    task = "multiclass" if np.issubdtype(y.dtype, np.integer) else "regression"
    codes = None if groups is None else np.unique(groups[rows], return_inverse=True)[1]
    if codes is not None and codes.max() == 0:
        return None
    parts = make_folds(
        known,
        task=task,
        kind="cv" if codes is None else "group",
        n_folds=n_parts,
        random_state=random_state,
        groups=codes,
    )
    blended: np.ndarray | None = None
    for part in range(int(parts.max()) + 1):
        if deadline is not None and time.monotonic() >= deadline:
            return None
        held = parts == part
        mean = _blend(predictions, choose(rows[~held]), rows[held])
        if blended is None:
            blended = np.empty((len(rows), *mean.shape[1:]))
        blended[held] = mean
    assert blended is not None
    own = None if weights is None else weights[rows]
    score = float(metric.score(known, blended, own))
    if not np.isfinite(score):
        return None
    rng = np.random.default_rng(random_state)
    scores = _resampled(metric, known, blended, own, codes, n_bootstraps, rng, deadline)
    if not scores:
        return None
    low, high = np.quantile(scores, (0.025, 0.975))
    return HonestEstimate(
        score=score,
        low=float(low),
        high=float(high),
        n_candidates=len(predictions),
        n_bootstraps=len(scores),
    )


def _blend(
    predictions: Mapping[int, np.ndarray], chosen: Mapping[int, float], rows: np.ndarray
) -> np.ndarray:
    total = sum(chosen.values())
    parts = [weight / total * predictions[n][rows].astype(float) for n, weight in chosen.items()]
    mean: np.ndarray = np.sum(parts, axis=0)
    return mean


def _resampled(
    metric: Metric,
    y: np.ndarray,
    prediction: np.ndarray,
    weights: np.ndarray | None,
    groups: np.ndarray | None,
    times: int,
    rng: np.random.Generator,
    deadline: float | None,
) -> list[float]:
    scores: list[float] = []
    everyone = np.arange(len(y)) if groups is None else groups
    n = int(everyone.max()) + 1
    for _ in range(times):
        if deadline is not None and time.monotonic() >= deadline:
            break
        counts = np.bincount(rng.integers(0, n, n), minlength=n)[everyone]
        rows = np.repeat(np.arange(len(y)), counts)
        score = metric.score(y[rows], prediction[rows], None if weights is None else weights[rows])
        if np.isfinite(score):
            scores.append(float(score))
    return scores
