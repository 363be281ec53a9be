"""Every metric of the task with its interval."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

import numpy as np

from jupyter_automl.core.protocols import Metric
from jupyter_automl.core.words import say
from jupyter_automl.evaluate.assess.bootstrap import N_RESAMPLES, Resamples, interval
from jupyter_automl.evaluate.assess.class_tables import FROM_MARGINS, Margins, margins_of
from jupyter_automl.evaluate.assess.estimate import Estimate, rate
from jupyter_automl.evaluate.assess.judged import Judged
from jupyter_automl.evaluate.metrics import METRICS, labels, probability, ranking, regression
from jupyter_automl.evaluate.row_terms import row_terms

_MOST_DIRECT = 5_000
"""Rows up to which a metric without a quicker form is computed anew for each sample."""

_HUGE = 1e150
"""Squares of larger numbers are beyond float64."""

Columns = tuple[np.ndarray, Callable[[np.ndarray], np.ndarray]]
"""Of shape (n, q), and what makes the metric of their means (..., q)."""


def score_estimates(judged: Judged) -> Mapping[str, Estimate]:
    """Each metric of the task by its name, the run's metric first.

    Metrics of classes judge what was decided, others the probabilities. Where the rows do not
    allow one (ROC AUC of a single class), there is no value but a reason.
    """
    found = [METRICS.get(name) for name in METRICS.available()]
    found = [metric for metric in found if judged.task in metric.tasks]
    found.sort(key=lambda metric: metric.name != judged.metric)
    if not len(judged):
        return {metric.name: _without("evaluate-reason-no-rows", judged) for metric in found}
    with np.errstate(all="ignore"):
        return _Scoring(judged).of(found)


class _Scoring:
    def __init__(self, judged: Judged) -> None:
        self.judged = judged
        self.resamples = Resamples(judged)
        self.codes = judged.decided() if judged.has_classes else np.zeros(0, dtype=np.int64)
        self.hard = np.eye(judged.n_classes)[self.codes]

    def of(self, metrics: list[Metric]) -> Mapping[str, Estimate]:
        values = {metric.name: self._value(metric) for metric in metrics}
        draws = self._draws([m for m in metrics if values[m.name].value is not None])
        out = {}
        for metric in metrics:
            estimate = values[metric.name]
            if estimate.value is not None and estimate.low is None:
                estimate = self._with_interval(metric, estimate, draws.get(metric.name))
            out[metric.name] = estimate
        return out

    def _value(self, metric: Metric) -> Estimate:
        judged = self.judged
        undefined = self._undefined(metric)
        if undefined:
            return _without(undefined, judged)
        single = self._single_rate(metric)
        if single is not None:
            return single
        value = self._score(metric, judged.y, self._judged_by(metric), judged.weights)
        if not np.isfinite(value):
            return _without("evaluate-reason-undefined", judged)
        return Estimate(value=value, n=len(judged))

    def _undefined(self, metric: Metric) -> str:
        """The message why the rows do not say it, or empty."""
        y = self.judged.y
        ranks = getattr(metric, "function", None) in _AREAS
        if ranks and (y[0] == y).all():
            return "evaluate-reason-one-class"
        return ""

    def _single_rate(self, metric: Metric) -> Estimate | None:
        """Of the shares of rows that these metrics are; None for the others."""
        judged, codes = self.judged, self.codes
        function = getattr(metric, "function", None)
        if function is labels.accuracy:
            return self._rate(codes == judged.y, np.ones(len(judged), dtype=bool))
        if judged.task != "binary" or function not in (labels.precision, labels.recall):
            return None
        among = codes == 1 if function is labels.precision else judged.y == 1
        return self._rate((codes == judged.y), among) if among.any() else None

    def _rate(self, hits: np.ndarray, among: np.ndarray) -> Estimate:
        judged = self.judged
        weights = None if judged.weights is None else judged.weights[among]
        groups = None if judged.groups is None else judged.groups[among]
        return rate(hits[among], weights, groups)

    def _judged_by(self, metric: Metric) -> np.ndarray:
        return self.hard if getattr(metric, "of_classes", False) else self.judged.prediction

    def _score(
        self, metric: Metric, y: np.ndarray, prediction: np.ndarray, weights: np.ndarray | None
    ) -> float:
        try:
            return float(metric.score(y, prediction, weights))
        except ValueError:
            return float("nan")

    def _with_interval(
        self, metric: Metric, estimate: Estimate, draws: np.ndarray | None
    ) -> Estimate:
        value, n = estimate.value, estimate.n
        if draws is None:
            return Estimate(value=value, n=n, reason=self.resamples.reason)
        best = getattr(metric, "best", None)
        least = best if best is not None and not metric.greater_is_better else -np.inf
        most = best if best is not None and metric.greater_is_better else np.inf
        low, high = interval(value, draws, least, most)
        reason = say("evaluate-reason-no-spread") if low is None else ""
        return Estimate(value=value, low=low, high=high, n=n, reason=reason)

    def _draws(self, metrics: list[Metric]) -> Mapping[str, np.ndarray]:
        """What each metric is in each sample; by whatever way is quickest for it."""
        if self.resamples.reason:
            return {}
        out: dict[str, np.ndarray] = {}
        columns: dict[str, Columns] = {}
        for metric in metrics:
            if self._single_rate(metric) is not None:
                continue
            if getattr(metric, "of_classes", False):
                out[metric.name] = self._of_table(metric)
                continue
            made = self._columns(metric)
            if made is None:
                out[metric.name] = self._direct(metric)
            else:
                columns[metric.name] = made
        return out | self._of_means(columns)

    @cached_property
    def _tables(self) -> tuple[np.ndarray, np.ndarray, Margins]:
        """Cells of the confusion table, their weights in samples (200, m), and the margins."""
        k = self.judged.n_classes
        cells, places = np.unique(self.judged.y * k + self.codes, return_inverse=True)
        masses = self.resamples.cells(places, len(cells))
        return cells, masses, margins_of(cells, masses, k)

    def _of_table(self, metric: Metric) -> np.ndarray:
        """Drawing rows is drawing cells of the confusion table."""
        cells, masses, margins = self._tables
        quick = FROM_MARGINS.get(getattr(metric, "function", None))
        if quick is not None:
            return quick(margins)
        k = self.judged.n_classes
        true, guessed = cells // k, np.eye(k)[cells % k]
        return np.array([self._score(metric, true, guessed, mass) for mass in masses])

    def _direct(self, metric: Metric) -> np.ndarray:
        judged, prediction = self.judged, self._judged_by(metric)

        def score(rows: np.ndarray) -> float:
            weights = None if judged.weights is None else judged.weights[rows]
            return self._score(metric, judged.y[rows], prediction[rows], weights)

        return self.resamples.scores(score, _MOST_DIRECT)

    def _of_means(self, columns: Mapping[str, Columns]) -> Mapping[str, np.ndarray]:
        if not columns:
            return {}
        means = self.resamples.means(np.hstack([c for c, _ in columns.values()]))
        assert len(means) == N_RESAMPLES
        out, start = {}, 0
        for name, (made, value) in columns.items():
            end = start + made.shape[1]
            out[name] = value(means[:, start:end])
            start = end
        return out

    def _columns(self, metric: Metric) -> Columns | None:
        """Columns whose means say the metric; None where there are none."""
        judged = self.judged
        function = getattr(metric, "function", None)
        if function in _AREAS:
            if len(judged) <= _MOST_DIRECT and judged.n_classes == 2:
                return None
            # Beyond, the first-order expansion: an area is nearly a mean over very many rows.
            terms = row_terms(metric, judged.y, judged.prediction, judged.masses)
            return None if terms is None else (terms[:, None], _first)
        if function in _MEANS:
            return _MEANS[function](judged.y, judged.prediction)[:, None], _first
        if function in (regression.rmse, regression.rmsle, regression.r2):
            return _squares(function, judged)
        return None


def _without(key: str, judged: Judged) -> Estimate:
    return Estimate(n=len(judged), reason=say(key))


def _first(means: np.ndarray) -> np.ndarray:
    value: np.ndarray = means[..., 0]
    return value


def _log_loss(y: np.ndarray, prediction: np.ndarray) -> np.ndarray:
    chosen = prediction[np.arange(len(y)), y]
    return -np.log(np.clip(chosen, probability.EPSILON, 1 - probability.EPSILON))


def _brier(y: np.ndarray, prediction: np.ndarray) -> np.ndarray:
    if prediction.shape[1] == 2:
        return np.square(prediction[:, 1] - y)
    # What is right counts (p - 1)² instead of p².
    chosen = prediction[np.arange(len(y)), y]
    return np.square(prediction).sum(axis=1) + 1.0 - 2.0 * chosen


def _mape(y: np.ndarray, prediction: np.ndarray) -> np.ndarray:
    return np.abs(y - prediction) / np.maximum(np.abs(y), np.finfo(np.float64).eps)


def _poisson(y: np.ndarray, prediction: np.ndarray) -> np.ndarray:
    mean = np.maximum(prediction, 1e-9)
    safe = np.where(y > 0, y, 1.0)
    return 2.0 * (np.where(y > 0, y * np.log(safe / mean), 0.0) - y + mean)


_AREAS = (ranking.roc_auc, ranking.average_precision)

_MEANS: dict[Any, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    probability.log_loss: _log_loss,
    probability.brier: _brier,
    regression.mae: lambda y, p: np.abs(y - p),
    regression.mape: _mape,
    regression.poisson_deviance: _poisson,
}


def _squares(function: object, judged: Judged) -> Columns | None:
    """Of errors that are squared; None where the squares are beyond what a float holds."""
    y, prediction = judged.y, judged.prediction
    if function is regression.rmsle:
        y, prediction = np.log1p(y), np.log1p(np.maximum(prediction, 0.0))
    errors = y - prediction
    centred = y - np.average(y, weights=judged.weights)
    if max(float(np.abs(errors).max()), float(np.abs(centred).max())) > _HUGE:
        return None
    if function is not regression.r2:
        return np.square(errors)[:, None], lambda means: np.sqrt(means[..., 0])
    columns = np.column_stack([np.square(errors), centred, np.square(centred)])

    def value(means: np.ndarray) -> np.ndarray:
        spread = means[..., 2] - np.square(means[..., 1])
        return 1.0 - means[..., 0] / np.where(spread > 0, spread, np.nan)

    return columns, value
