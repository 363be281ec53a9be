"""What each row contributes to a metric, so that many weightings cost one matrix product."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from jupyter_automl.core.protocols import Metric
from jupyter_automl.evaluate.metrics import labels, probability, ranking, regression

_MOST_CELLS = 64
_STEP = 0.01
_TINY = 1e-9


def row_terms(
    metric: Metric, y: np.ndarray, prediction: np.ndarray, weights: np.ndarray
) -> np.ndarray | None:
    """Contributions whose weighted mean puts models in the order that the metric does.

    Parameters
    ----------
    y : ndarray of shape (n,)
        Class codes or values.
    prediction : ndarray of shape (n, k) or (n,)
        Probabilities or values.
    weights : ndarray of shape (n,)
        Positive weights of rows.

    Returns
    -------
    ndarray of float64, shape (n,), or None
        Larger is better. None where the metric is not built in or has no such form.

    Notes
    -----
    A mean over rows has exact terms. The others (areas, those of the confusion table) are
    replaced by the value plus each row's influence on it, their first-order expansion in
    the weights: the infinitesimal jackknife (Jaeckel, 1972; Efron and Tibshirani, 1993,
    chapter 21). For the area under the ROC curve these are the placements of DeLong,
    DeLong and Clarke-Pearson (1988).
    """
    function = getattr(metric, "function", None)
    if function in _MEANS:
        return _MEANS[function](y, prediction.astype(np.float64))
    if function in _AREAS:
        return _area_terms(_AREAS[function], y, prediction, weights)
    if getattr(metric, "of_classes", False):
        return _table_terms(metric, y, prediction, weights)
    return None


def _log_loss(y: np.ndarray, prediction: np.ndarray) -> np.ndarray:
    chosen = prediction[np.arange(len(y)), y]
    return np.log(np.clip(chosen, probability.EPSILON, 1 - probability.EPSILON))


def _brier(y: np.ndarray, prediction: np.ndarray) -> np.ndarray:
    difference = prediction - np.eye(prediction.shape[1])[y]
    return -np.square(difference).sum(axis=1)


def _squared(y: np.ndarray, prediction: np.ndarray) -> np.ndarray:
    return -np.square(y - prediction)


def _rmsle(y: np.ndarray, prediction: np.ndarray) -> np.ndarray:
    return -np.square(np.log1p(np.maximum(y, 0.0)) - np.log1p(np.maximum(prediction, 0.0)))


def _mape(y: np.ndarray, prediction: np.ndarray) -> np.ndarray:
    base = np.maximum(np.abs(y.astype(np.float64)), np.finfo(np.float64).eps)
    return -np.abs(y - prediction) / base


def _poisson(y: np.ndarray, prediction: np.ndarray) -> np.ndarray:
    mean = np.maximum(prediction, _TINY)
    # What depends on the target alone is the same for all models.
    return y * np.log(mean) - mean


_MEANS: dict[object, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    labels.accuracy: lambda y, p: (labels.predicted_codes(p) == y).astype(np.float64),
    probability.log_loss: _log_loss,
    probability.brier: _brier,
    regression.rmse: _squared,
    # The variance of the target is the same for all models.
    regression.r2: _squared,
    regression.mae: lambda y, p: -np.abs(y - p),
    regression.mape: _mape,
    regression.rmsle: _rmsle,
    regression.poisson_deviance: _poisson,
}

Area = Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]


def _area_terms(
    area: Area, y: np.ndarray, prediction: np.ndarray, weights: np.ndarray
) -> np.ndarray:
    """Mean over classes, one against the rest, of those that `y` has and has not only."""
    k = prediction.shape[1]
    parts = []
    for code in range(1, 2) if k == 2 else range(k):
        positive = y == code
        if positive.any() and not positive.all():
            parts.append(area(positive, prediction[:, code], weights))
    return np.mean(parts, axis=0) if parts else np.zeros(len(y))


def _roc_terms(positive: np.ndarray, score: np.ndarray, weights: np.ndarray) -> np.ndarray:
    groups, up, down = _tied(positive, score, weights)
    below, above = np.cumsum(down) - down / 2, up.sum() - np.cumsum(up) + up / 2
    placement = np.where(positive, below[groups] / down.sum(), above[groups] / up.sum())
    value = float(up @ below) / float(up.sum() * down.sum())
    share = np.where(positive, up.sum(), down.sum()) / weights.sum()
    return value + (placement - value) / share


def _precision_terms(positive: np.ndarray, score: np.ndarray, weights: np.ndarray) -> np.ndarray:
    groups, up, down = _tied(positive, -score, weights)
    hits, false = np.cumsum(up), np.cumsum(down)
    precision = hits / (hits + false)
    value = float(up @ precision) / hits[-1]
    # A row moves the precision at its own place and at all that come after it.
    gain = np.cumsum((up * false / (hits + false) ** 2)[::-1])[::-1]
    loss = np.cumsum((up * hits / (hits + false) ** 2)[::-1])[::-1]
    moved = np.where(positive, (precision - value + gain)[groups], -loss[groups])
    return value + moved * (weights.sum() / hits[-1])


_AREAS: dict[object, Area] = {
    ranking.roc_auc: _roc_terms,
    ranking.average_precision: _precision_terms,
}


def _tied(
    positive: np.ndarray, score: np.ndarray, weights: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Each row's group of equal scores, ascending, and a group's weight of either class."""
    _, groups = np.unique(score, return_inverse=True)
    up = np.bincount(groups, weights=np.where(positive, weights, 0.0))
    down = np.bincount(groups, weights=np.where(positive, 0.0, weights))
    return groups, up, down


def _table_terms(
    metric: Metric, y: np.ndarray, prediction: np.ndarray, weights: np.ndarray
) -> np.ndarray | None:
    """Influence of the cells of the confusion table, by central differences."""
    k = prediction.shape[1]
    cells, places = np.unique(y * k + labels.predicted_codes(prediction), return_inverse=True)
    if len(cells) > _MOST_CELLS:
        return None
    true, guessed = cells // k, np.eye(k)[cells % k]
    table = np.bincount(places, weights=weights)

    def value(change: np.ndarray) -> float:
        return float(metric.score(true, guessed, table + change))

    steps = _STEP * np.diag(table)
    slopes = [(value(step) - value(-step)) / (2 * step.sum()) for step in steps]
    sign = 1.0 if metric.greater_is_better else -1.0
    return sign * (value(np.zeros(len(table))) + weights.sum() * np.array(slopes)[places])
