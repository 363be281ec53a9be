"""Metrics of the order of the scores."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from jupyter_automl.evaluate.metrics.metric import CLASSIFICATION, NumpyMetric


def binary_auc(
    positive: np.ndarray, score: np.ndarray, sample_weight: np.ndarray | None
) -> float | None:
    """Area under the ROC curve, ties counted half; None when one of the classes is absent.

    Sorting the two classes apart and searching one in the other is several times faster
    than ranking all rows, because numpy sorts values (not indices) with SIMD.
    """
    if sample_weight is not None:
        return _weighted_auc(positive, score, sample_weight)
    up, down = score[positive], score[~positive]
    if len(up) == 0 or len(down) == 0:
        return None
    if len(up) > len(down):
        small, large, flipped = np.sort(down), np.sort(up), True
    else:
        small, large, flipped = np.sort(up), np.sort(down), False
    left = int(np.searchsorted(large, small, "left").sum())
    right = int(np.searchsorted(large, small, "right").sum())
    auc = (left + right) / (2.0 * len(up) * len(down))
    return 1.0 - auc if flipped else auc


def _weighted_auc(
    positive: np.ndarray, score: np.ndarray, sample_weight: np.ndarray
) -> float | None:
    order = np.argsort(score, kind="stable")
    ends = _ends_of_ties(score[order])
    up = np.diff(np.cumsum(np.where(positive, sample_weight, 0.0)[order])[ends], prepend=0.0)
    below = np.cumsum(np.where(positive, 0.0, sample_weight)[order])[ends]
    down = np.diff(below, prepend=0.0)
    total = float(up.sum()) * float(down.sum())
    if total <= 0.0:
        return None
    return float(np.sum(up * (below - 0.5 * down)) / total)


def _ends_of_ties(ordered: np.ndarray) -> np.ndarray:
    """Index of the last row of each group of equal values."""
    return np.append(np.flatnonzero(ordered[1:] != ordered[:-1]), len(ordered) - 1)


def binary_average_precision(
    positive: np.ndarray, score: np.ndarray, sample_weight: np.ndarray | None
) -> float | None:
    """Sum of precision times the step in recall; None when there is no positive row."""
    order = np.argsort(-score, kind="stable")
    ends = _ends_of_ties(score[order])
    if sample_weight is None:
        hits = np.cumsum(positive[order])[ends].astype(np.float64)
        total = ends + 1.0
    else:
        weight = sample_weight[order].astype(np.float64)
        hits = np.cumsum(np.where(positive[order], weight, 0.0))[ends]
        total = np.cumsum(weight)[ends]
    if hits[-1] <= 0.0:
        return None
    precision = np.divide(hits, total, out=np.zeros_like(hits), where=total > 0)
    return float(np.sum(np.diff(hits, prepend=0.0) * precision) / hits[-1])


Binary = Callable[[np.ndarray, np.ndarray, "np.ndarray | None"], "float | None"]


def _one_vs_rest(
    function: Binary,
    y: np.ndarray,
    prediction: np.ndarray,
    sample_weight: np.ndarray | None,
    undefined: float,
) -> float:
    n_classes = prediction.shape[1]
    codes = range(1, 2) if n_classes == 2 else range(n_classes)
    values = [function(y == code, prediction[:, code], sample_weight) for code in codes]
    defined = [value for value in values if value is not None]
    return sum(defined) / len(defined) if defined else undefined


def roc_auc(y: np.ndarray, prediction: np.ndarray, sample_weight: np.ndarray | None) -> float:
    """Area under the ROC curve; more than two classes: one against the rest, plain mean.

    Classes that `y` lacks (or that are all of `y`) are left out of the mean; with none
    left the value is 0.5, that of a model that cannot rank.
    """
    return _one_vs_rest(binary_auc, y, prediction, sample_weight, 0.5)


def average_precision(
    y: np.ndarray, prediction: np.ndarray, sample_weight: np.ndarray | None
) -> float:
    """Area under the precision-recall steps; more than two classes: plain mean.

    Classes that `y` lacks are left out of the mean; with none left the value is 0.
    """
    return _one_vs_rest(binary_average_precision, y, prediction, sample_weight, 0.0)


METRICS_HERE = (
    NumpyMetric(
        name="roc_auc",
        label="ROC AUC",
        aliases=(
            "auc",
            "auroc",
            "auc roc",
            "area under curve",
            "area under the curve",
            "area under roc",
            "area under the roc curve",
            "roc",
            "roc_auc_ovr",
            "gini",
        ),
        tasks=CLASSIFICATION,
        greater_is_better=True,
        explanation="The chance that a positive row is ranked above a negative one.",
        function=roc_auc,
        best=1.0,
    ),
    NumpyMetric(
        name="average_precision",
        label="Average precision",
        aliases=(
            "ap",
            "auprc",
            "aucpr",
            "pr_auc",
            "prauc",
            "pr",
            "precision recall auc",
            "area under the precision recall curve",
            "pr curve",
        ),
        tasks=CLASSIFICATION,
        greater_is_better=True,
        explanation="Precision averaged over all recalls; says more than AUC on rare classes.",
        function=average_precision,
        best=1.0,
    ),
)
