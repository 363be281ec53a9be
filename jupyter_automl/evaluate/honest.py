"""How good the chosen model is, by rows that did not choose it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from jupyter_automl.core.protocols import Metric
from jupyter_automl.evaluate.row_terms import row_terms

_CELLS = 4 * 10**6
_MOST_ROWS = 20_000
_LEAST_CHOICES = 20
_PORTION = 10
_SLOW_ROWS = 4_000
_SLOW_CHOICES = 60
_SLOW_MICROSECONDS = 20_000.0
_CALL_MICROSECONDS, _ROW_MICROSECONDS = 30.0, 0.1
"""Of computing a metric: a call, and a row of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HonestEstimate:
    """What the best candidate scores on rows that had no say in choosing it.

    Attributes
    ----------
    score : float
        In the metric's natural direction.
    low, high : float
        Of the 95 % interval.
    n_candidates : int
        Models that could have been chosen.
    n_bootstraps : int
        Choices that the figures are means and quantiles of.
    """

    score: float
    low: float
    high: float
    n_candidates: int
    n_bootstraps: int


def honest_estimate(
    metric: Metric,
    y: np.ndarray,
    predictions: Mapping[int, np.ndarray],
    *,
    n_bootstraps: int = 200,
    random_state: int = 0,
    weights: np.ndarray | None = None,
    groups: np.ndarray | None = None,
    deadline: float | None = None,
) -> HonestEstimate | None:
    """Bootstrap bias-corrected cross-validation (BBC-CV).

    The best of many out-of-fold scores is better than the model is: the luckiest one was
    taken. Here the choice is made again and again on rows drawn with replacement, and
    each time the chosen one is scored on the rows that were not drawn.

    Parameters
    ----------
    y : ndarray of shape (n,)
        Class codes or values.
    predictions : Mapping
        Trial number -> out-of-fold predictions (n, k) or (n,); rows that no trial
        predicted are left out, and so is a trial that lacks one of the others. Read
        several times: a mapping that loads arrays when asked holds one at a time.
    weights : ndarray of shape (n,) or None
        Weights of rows, all above 0.
    groups : ndarray of shape (n,) or None
        Integer codes of groups whose rows are drawn together.
    deadline : float or None
        On the clock of `time.monotonic`; the choices made by then count.

    Returns
    -------
    HonestEstimate or None
        None with no usable trial, or with fewer than 20 choices made in time.

    Notes
    -----
    I. Tsamardinos, E. Greasidou and G. Borboudakis, "Bootstrapping the out-of-sample
    predictions for efficient and accurate cross-validation", Machine Learning 107, 2018.
    As there, the estimate is the mean of the scores of the rows left out and the interval
    their quantiles; both are a little cautious, for a choice on two thirds of the rows is
    a worse one, and a third of them says less than all do. All rows at once are scored,
    so the figure may differ a little from a mean over folds.

    Choosing costs a matrix product where the metric has `row_terms`. Where it has none,
    4,000 rows, 60 choices and some of the best trials are looked at; the others were left
    out by their scores, which makes the estimate a little too good then. More than 20,000
    rows (fewer with more than 200 trials) are sampled; the interval is that of all rows.
    """
    rng = np.random.default_rng(random_state)
    rows = judged_rows(predictions, len(y))
    numbers = [n for n in predictions if np.isfinite(predictions[n][rows]).all()]
    if not len(rows) or not numbers:
        return None
    n_judged = len(rows)
    rows = _sampled(rows, min(_MOST_ROWS, max(1, _CELLS // len(numbers))), rng)
    judged = _Judged(metric, y, predictions, rows, weights, groups)
    with np.errstate(over="ignore", invalid="ignore"):
        contest = _terms(judged, numbers)
        if contest is None:
            judged = _Judged(
                metric, y, predictions, _sampled(rows, _SLOW_ROWS, rng), weights, groups
            )
            n_bootstraps = min(n_bootstraps, _SLOW_CHOICES)
            contest = _scores(judged, numbers)
        scores = _left_out_scores(judged, contest, n_bootstraps, rng, deadline)
    if len(scores) < min(_LEAST_CHOICES, n_bootstraps):
        return None
    mean = float(np.mean(scores))
    # Fewer rows than there are scatter more than all do.
    spread = np.sqrt(len(judged.y) / n_judged)
    low, high = mean + spread * (np.quantile(scores, (0.025, 0.975)) - mean)
    return HonestEstimate(
        score=mean,
        low=float(low),
        high=float(high),
        n_candidates=len(contest.numbers),
        n_bootstraps=len(scores),
    )


class _Judged:
    """The rows that are drawn from."""

    def __init__(
        self,
        metric: Metric,
        y: np.ndarray,
        predictions: Mapping[int, np.ndarray],
        rows: np.ndarray,
        weights: np.ndarray | None,
        groups: np.ndarray | None,
    ) -> None:
        self.metric = metric
        self.y = y[rows]
        self.weights = np.ones(len(rows)) if weights is None else weights[rows]
        self.weighted = weights is not None
        self.groups = None if groups is None else np.unique(groups[rows], return_inverse=True)[1]
        self._predictions = predictions
        self._rows = rows

    def prediction(self, number: int) -> np.ndarray:
        """Of a trial, for these rows."""
        return np.asarray(self._predictions[number])[self._rows]

    def score(self, number: int, chosen: np.ndarray, counts: np.ndarray | None = None) -> float:
        """Of a trial on some of the rows, as often as `counts` says; NaN where undefined."""
        if not is_defined(self.y[chosen], of_two=of_two_classes(self.y)):
            return float("nan")
        weights = None
        if self.weighted or counts is not None:
            weights = self.weights[chosen] * (1.0 if counts is None else counts[chosen])
        prediction = self.prediction(number)[chosen].astype(np.float64)
        return float(self.metric.score(self.y[chosen], prediction, weights))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Contest:
    """Trials, and who is the best of them on rows drawn so often.

    `winners` takes counts of shape (b, n) and returns b places in `numbers`.
    """

    numbers: tuple[int, ...]
    winners: Callable[[np.ndarray], np.ndarray]


def _terms(judged: _Judged, numbers: Sequence[int]) -> _Contest | None:
    """By row terms; None where the metric has none."""
    found: dict[int, np.ndarray] = {}
    for number in numbers:
        terms = row_terms(judged.metric, judged.y, judged.prediction(number), judged.weights)
        if terms is None:
            return None
        if np.isfinite(terms).all():
            found[number] = terms
    matrix = np.array([*found.values()]).reshape(len(found), len(judged.y)).T

    def winners(counts: np.ndarray) -> np.ndarray:
        return np.argmax((counts * judged.weights) @ matrix, axis=1)

    return _Contest(numbers=tuple(found), winners=winners)


def _scores(judged: _Judged, numbers: Sequence[int]) -> _Contest:
    """By the metric itself, for as many of the best as that can be done for."""
    sign = 1.0 if judged.metric.greater_is_better else -1.0
    everything = np.ones(len(judged.y), dtype=bool)
    overall = {number: sign * judged.score(number, everything) for number in numbers}
    finite = sorted((n for n in numbers if np.isfinite(overall[n])), key=lambda n: -overall[n])
    cost = _CALL_MICROSECONDS + _ROW_MICROSECONDS * len(judged.y)
    kept = tuple(finite[: max(2, round(_SLOW_MICROSECONDS / cost))])

    def best(counts: np.ndarray) -> int:
        values = [sign * judged.score(number, counts > 0, counts) for number in kept]
        return int(np.argmax(np.nan_to_num(values, nan=-np.inf)))

    return _Contest(numbers=kept, winners=lambda counts: np.array([best(row) for row in counts]))


def _left_out_scores(
    judged: _Judged,
    contest: _Contest,
    n_bootstraps: int,
    rng: np.random.Generator,
    deadline: float | None,
) -> list[float]:
    """Of the winner of each draw, on the rows that were not drawn."""
    scores: list[float] = []
    if not contest.numbers:
        return scores
    for done in range(0, n_bootstraps, _PORTION):
        portion = _drawn(judged, min(_PORTION, n_bootstraps - done), rng)
        for counts, place in zip(portion, contest.winners(portion), strict=True):
            if deadline is not None and time.monotonic() >= deadline:
                return scores
            score = judged.score(contest.numbers[place], counts == 0)
            if np.isfinite(score):
                scores.append(score)
    return scores


def _drawn(judged: _Judged, times: int, rng: np.random.Generator) -> np.ndarray:
    """How often each row was drawn, float64 of shape (times, n); groups come as a whole."""
    n = len(judged.y) if judged.groups is None else int(judged.groups.max()) + 1
    picks = rng.integers(0, n, (times, n)) + n * np.arange(times)[:, None]
    counts = np.bincount(picks.ravel(), minlength=times * n).reshape(times, n)
    counts = counts if judged.groups is None else counts[:, judged.groups]
    return counts.astype(np.float64)


def of_two_classes(y: np.ndarray) -> bool:
    """Whether these are codes of two classes at most."""
    return bool(np.issubdtype(y.dtype, np.integer) and y.max() <= 1)


def is_defined(y: np.ndarray, *, of_two: bool) -> bool:
    """Whether the score of rows says anything: some rows, not all of one class out of two."""
    return bool(len(y)) and not (of_two and y.min() == y.max())


def judged_rows(predictions: Mapping[int, np.ndarray], n: int) -> np.ndarray:
    """Rows that a trial has a prediction for."""
    held = np.zeros(n, dtype=bool)
    for number in predictions:
        finite = np.isfinite(predictions[number])
        held |= finite if finite.ndim == 1 else finite.all(axis=1)
    return np.flatnonzero(held)


def _sampled(rows: np.ndarray, most: int, rng: np.random.Generator) -> np.ndarray:
    return rows if len(rows) <= most else np.sort(rng.permutation(rows)[:most])
