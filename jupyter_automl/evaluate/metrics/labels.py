"""Metrics of the predicted class: the most probable one, the first on ties."""

from __future__ import annotations

import numpy as np

from jupyter_automl.evaluate.metrics.metric import CLASSIFICATION, NumpyMetric


def predicted_codes(prediction: np.ndarray) -> np.ndarray:
    """The code of the most probable class a row, shape (n,)."""
    if prediction.shape[1] == 2:
        second: np.ndarray = (prediction[:, 1] > prediction[:, 0]).astype(np.int64)
        return second
    most: np.ndarray = prediction.argmax(axis=1)
    return most


def confusion(
    y: np.ndarray, prediction: np.ndarray, sample_weight: np.ndarray | None
) -> np.ndarray:
    """Weights of true class (rows) by predicted class (columns), float64 (k, k)."""
    k = prediction.shape[1]
    cells = y.astype(np.int64) * k + predicted_codes(prediction)
    counts = np.bincount(cells, weights=sample_weight, minlength=k * k)
    table: np.ndarray = counts.reshape(k, k).astype(np.float64)
    return table


def _ratio(top: np.ndarray, bottom: np.ndarray) -> np.ndarray:
    ratio: np.ndarray = np.divide(top, bottom, out=np.zeros_like(top), where=bottom > 0)
    return ratio


def accuracy(y: np.ndarray, prediction: np.ndarray, sample_weight: np.ndarray | None) -> float:
    """Share of right rows."""
    right = predicted_codes(prediction) == y
    return float(np.average(right, weights=sample_weight))


def balanced_accuracy(
    y: np.ndarray, prediction: np.ndarray, sample_weight: np.ndarray | None
) -> float:
    """Mean recall over the classes that `y` holds."""
    table = confusion(y, prediction, sample_weight)
    rows = table.sum(axis=1)
    held = rows > 0
    return float(np.mean(np.diag(table)[held] / rows[held])) if held.any() else 0.0


def _summary(values: np.ndarray, table: np.ndarray, *, macro: bool) -> float:
    """The positive class of two, or the mean over classes that occur or were predicted."""
    if len(values) == 2 and not macro:
        return float(values[1])
    seen = (table.sum(axis=1) + table.sum(axis=0)) > 0
    return float(values[seen].mean()) if seen.any() else 0.0


def _f1(y: np.ndarray, prediction: np.ndarray, weight: np.ndarray | None, macro: bool) -> float:
    table = confusion(y, prediction, weight)
    values = _ratio(2 * np.diag(table), table.sum(axis=0) + table.sum(axis=1))
    return _summary(values, table, macro=macro)


def f1(y: np.ndarray, prediction: np.ndarray, sample_weight: np.ndarray | None) -> float:
    """F1 of the positive class (0 when it neither occurs nor is predicted); else macro."""
    return _f1(y, prediction, sample_weight, False)


def f1_macro(y: np.ndarray, prediction: np.ndarray, sample_weight: np.ndarray | None) -> float:
    """Plain mean of F1 over the classes that occur or were predicted."""
    return _f1(y, prediction, sample_weight, True)


def precision(y: np.ndarray, prediction: np.ndarray, sample_weight: np.ndarray | None) -> float:
    """Precision of the positive class (0 when nothing is predicted positive); else macro."""
    table = confusion(y, prediction, sample_weight)
    return _summary(_ratio(np.diag(table).copy(), table.sum(axis=0)), table, macro=False)


def recall(y: np.ndarray, prediction: np.ndarray, sample_weight: np.ndarray | None) -> float:
    """Recall of the positive class (0 when `y` holds none); else macro."""
    table = confusion(y, prediction, sample_weight)
    return _summary(_ratio(np.diag(table).copy(), table.sum(axis=1)), table, macro=False)


def mcc(y: np.ndarray, prediction: np.ndarray, sample_weight: np.ndarray | None) -> float:
    """Matthews correlation, for k classes as Gorodkin (2004); 0 when it is undefined."""
    table = confusion(y, prediction, sample_weight)
    true, guess, n = table.sum(axis=1), table.sum(axis=0), table.sum()
    covariance = np.trace(table) * n - true @ guess
    spread = (n * n - guess @ guess) * (n * n - true @ true)
    return float(covariance / np.sqrt(spread)) if spread > 0 else 0.0


METRICS_HERE = (
    NumpyMetric(
        name="accuracy",
        label="Accuracy",
        aliases=("acc", "accuracy_score", "hit rate", "share correct", "percent correct"),
        tasks=CLASSIFICATION,
        greater_is_better=True,
        of_classes=True,
        explanation="The share of rows whose class is right.",
        function=accuracy,
        best=1.0,
    ),
    NumpyMetric(
        name="balanced_accuracy",
        label="Balanced accuracy",
        aliases=("bacc", "bal_acc", "balanced acc", "mean recall", "uar"),
        tasks=CLASSIFICATION,
        greater_is_better=True,
        of_classes=True,
        explanation="Accuracy as if all classes were equally frequent.",
        function=balanced_accuracy,
        best=1.0,
    ),
    NumpyMetric(
        name="f1",
        label="F1",
        aliases=("f1_score", "f-score", "f measure", "f1_binary"),
        tasks=CLASSIFICATION,
        greater_is_better=True,
        of_classes=True,
        explanation="Balance of precision and recall for the positive class "
        "(the mean over classes when there are more than two).",
        function=f1,
        best=1.0,
    ),
    NumpyMetric(
        name="f1_macro",
        label="F1 (macro)",
        aliases=("macro f1", "f1 macro average", "macro f1 score", "f1_score_macro"),
        tasks=CLASSIFICATION,
        greater_is_better=True,
        of_classes=True,
        explanation="F1 averaged over the classes, each counting the same.",
        function=f1_macro,
        best=1.0,
    ),
    NumpyMetric(
        name="precision",
        label="Precision",
        aliases=("precision_score", "ppv", "positive predictive value"),
        tasks=CLASSIFICATION,
        greater_is_better=True,
        of_classes=True,
        explanation="Of the rows called positive, the share that is.",
        function=precision,
        best=1.0,
    ),
    NumpyMetric(
        name="recall",
        label="Recall",
        aliases=("recall_score", "sensitivity", "tpr", "true positive rate"),
        tasks=CLASSIFICATION,
        greater_is_better=True,
        of_classes=True,
        explanation="Of the positive rows, the share that is found.",
        function=recall,
        best=1.0,
    ),
    NumpyMetric(
        name="mcc",
        label="Matthews correlation",
        aliases=("matthews", "matthews_corrcoef", "matthews correlation coefficient", "phi"),
        tasks=CLASSIFICATION,
        greater_is_better=True,
        of_classes=True,
        explanation="Correlation of true and predicted class; 0 is guessing.",
        function=mcc,
        best=1.0,
    ),
)
