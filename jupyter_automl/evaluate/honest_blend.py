"""How good a blend is whose members and weights were chosen by the same predictions."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from jupyter_automl.core.protocols import Metric
from jupyter_automl.evaluate.honest import (
    HonestEstimate,
    is_defined,
    judged_rows,
    of_two_classes,
)
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
        The mean over the parts of the score of their blended predictions, and its bootstrap
        percentile interval; None with nothing to judge, or where the deadline came first.

    Notes
    -----
    Parts are scored one by one, as folds are: two blends of different members need not be on
    one scale, and a ranking of both together would be worse than each. Where the score of a
    part is undefined, because it has rows of one class out of two, all rows are scored at once.
    """
    rows = judged_rows(predictions, len(y))
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
    judged = _Judged(metric, known, blended, own, parts, of_two_classes(known))
    score = judged.score(np.arange(len(rows)))
    if not np.isfinite(score):
        return None
    rng = np.random.default_rng(random_state)
    scores = _resampled(judged, codes, n_bootstraps, rng, deadline)
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


@dataclass(frozen=True, slots=True)
class _Judged:
    """Rows with their blended predictions and the parts that they are in."""

    metric: Metric
    y: np.ndarray
    prediction: np.ndarray
    weights: np.ndarray | None
    parts: np.ndarray
    of_two: bool

    def score(self, rows: np.ndarray) -> float:
        """Of these rows (positions, also several times): the mean of their parts' scores."""
        places = [rows[self.parts[rows] == part] for part in np.unique(self.parts)]
        scores = [self._at_once(some) for some in places]
        if not np.isfinite(scores).all():
            return self._at_once(rows)
        return float(np.average(scores, weights=[len(some) for some in places]))

    def _at_once(self, rows: np.ndarray) -> float:
        if not is_defined(self.y[rows], of_two=self.of_two):
            return float("nan")
        weights = None if self.weights is None else self.weights[rows]
        return float(self.metric.score(self.y[rows], self.prediction[rows], weights))


def _resampled(
    judged: _Judged,
    groups: np.ndarray | None,
    times: int,
    rng: np.random.Generator,
    deadline: float | None,
) -> list[float]:
    scores: list[float] = []
    everyone = np.arange(len(judged.y)) if groups is None else groups
    n = int(everyone.max()) + 1
    for _ in range(times):
        if deadline is not None and time.monotonic() >= deadline:
            break
        counts = np.bincount(rng.integers(0, n, n), minlength=n)[everyone]
        score = judged.score(np.repeat(np.arange(len(judged.y)), counts))
        if np.isfinite(score):
            scores.append(score)
    return scores
