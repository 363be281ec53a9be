"""Metrics of the probabilities themselves."""

from __future__ import annotations

import numpy as np

from jupyter_automl.evaluate.metrics.metric import CLASSIFICATION, NumpyMetric

EPSILON = float(np.finfo(np.float64).eps)
"""Probabilities nearer to 0 or 1 count as this, as scikit-learn has it for 64 bits. For 32 it
takes theirs, and a model that is sure and wrong would look better alone than in a blend."""


def log_loss(y: np.ndarray, prediction: np.ndarray, sample_weight: np.ndarray | None) -> float:
    """Mean negative log of the true class's probability, clipped at `EPSILON`."""
    p = np.take_along_axis(prediction, y.astype(np.intp)[:, None], axis=1)[:, 0]
    losses = np.log(np.clip(p, EPSILON, 1 - EPSILON, dtype=np.float64))
    return -float(np.average(losses, weights=sample_weight))


def brier(y: np.ndarray, prediction: np.ndarray, sample_weight: np.ndarray | None) -> float:
    """Mean squared difference; one column for two classes, the sum over classes for more."""
    if prediction.shape[1] == 2:
        squared = np.square(prediction[:, 1].astype(np.float64) - y)
    else:
        difference = prediction.astype(np.float64)
        difference[np.arange(len(y)), y.astype(np.intp)] -= 1.0
        squared = np.square(difference).sum(axis=1)
    return float(np.average(squared, weights=sample_weight))


METRICS_HERE = (
    NumpyMetric(
        name="log_loss",
        label="Log loss",
        aliases=("logloss", "cross entropy", "logistic loss", "neg_log_loss", "nll", "deviance"),
        tasks=CLASSIFICATION,
        greater_is_better=False,
        explanation="How surprised the model is by the true class; confident mistakes cost most.",
        function=log_loss,
        best=0.0,
    ),
    NumpyMetric(
        name="brier",
        label="Brier score",
        aliases=("brier_score", "brier score loss", "brier loss", "neg_brier_score"),
        tasks=CLASSIFICATION,
        greater_is_better=False,
        explanation="Mean squared error of the probabilities; small when they can be trusted.",
        function=brier,
        best=0.0,
    ),
)
