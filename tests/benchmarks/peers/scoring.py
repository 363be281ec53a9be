"""One error a task, smaller is better, the same for every system."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

SMALLEST_PROBABILITY = 1e-15


class BadPredictionError(ValueError):
    """What a system returned cannot be scored; it counts as a failure."""


def error_of(
    task: str,
    truth: np.ndarray,
    predicted: np.ndarray,
    labels: Sequence[str] | None = None,
    positive: str | None = None,
) -> float:
    """1 - AUC (binary), log loss (multiclass) or RMSE (regression).

    Parameters
    ----------
    truth : ndarray of shape (n_rows,)
        Values, or labels; labels are compared as text.
    predicted : ndarray of shape (n_rows,) or (n_rows, n_labels)
        Values, or a probability for each label.
    labels : sequence of str
        What the columns of `predicted` stand for.
    positive : str, optional
        Of a binary task; None is the last label in order. 1 - AUC is the same for both
        when the probabilities add up to 1.

    Raises
    ------
    BadPredictionError
        If shapes do not fit, a number is missing or infinite, or a label is unknown.
    """
    shape = (len(truth),) if task == "regression" else (len(truth), len(labels or ()))
    if predicted.shape != shape:
        raise BadPredictionError(
            f"predictions of shape {shape} were expected, got {predicted.shape}"
        )
    if not np.isfinite(predicted).all():
        bad = int((~np.isfinite(predicted)).sum())
        raise BadPredictionError(f"{bad} predictions are not finite numbers")
    if task == "regression":
        return float(np.sqrt(np.mean((truth.astype(float) - predicted) ** 2)))
    names, text = [str(label) for label in labels or ()], truth.astype(str)
    if task == "multiclass":
        return _log_loss(text, predicted, names)
    wanted = max(names) if positive is None else str(positive)
    if wanted not in names:
        raise BadPredictionError(f"the label {wanted!r} was expected among {names}")
    return 1.0 - _auc(text == wanted, predicted[:, names.index(wanted)])


def _auc(positive: np.ndarray, score: np.ndarray) -> float:
    """Mann-Whitney's U over its largest value; ties count half."""
    from scipy.stats import rankdata

    n_positive = int(positive.sum())
    n_negative = len(positive) - n_positive
    above = rankdata(score)[positive].sum() - n_positive * (n_positive + 1) / 2
    return float(above / (n_positive * n_negative))


def _log_loss(truth: np.ndarray, predicted: np.ndarray, names: Sequence[str]) -> float:
    """Mean of -log p of the true label; a label that was never predicted has the least p."""
    total = predicted.sum(axis=1)
    if (predicted < 0).any() or (total <= 0).any():
        raise BadPredictionError("probabilities of 0 or more were expected")
    place = {name: column for column, name in enumerate(names)}
    columns = np.array([place.get(label, -1) for label in truth])
    chosen = predicted[np.arange(len(truth)), columns] / total
    chosen = np.where(columns < 0, 0.0, chosen)
    return float(-np.log(np.clip(chosen, SMALLEST_PROBABILITY, 1.0)).mean())
