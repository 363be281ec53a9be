"""Metrics of predicted numbers."""

from __future__ import annotations

import numpy as np

from jupyter_automl.evaluate.metrics.metric import NumpyMetric

_TINY = 1e-9
"""Smallest mean that `poisson_deviance` accepts; smaller predictions count as this."""

_HUGE = 1e150
"""Squares of larger numbers are beyond float64."""


def _errors(y: np.ndarray, prediction: np.ndarray) -> np.ndarray:
    errors: np.ndarray = prediction.astype(np.float64, copy=False) - y
    return errors


def rmse(y: np.ndarray, prediction: np.ndarray, sample_weight: np.ndarray | None) -> float:
    """Root of the mean squared error."""
    error = _errors(y, prediction)
    with np.errstate(over="ignore"):
        value = _root_mean_square(error, sample_weight)
    if np.isinf(value):
        largest = float(np.abs(error).max())
        if np.isfinite(largest):
            return largest * _root_mean_square(error / largest, sample_weight)
    return value


def _root_mean_square(error: np.ndarray, sample_weight: np.ndarray | None) -> float:
    if sample_weight is None:
        return float(np.sqrt(error @ error / len(error)))
    return float(np.sqrt(np.average(error * error, weights=sample_weight)))


def mae(y: np.ndarray, prediction: np.ndarray, sample_weight: np.ndarray | None) -> float:
    """Mean absolute error."""
    return float(np.average(np.abs(_errors(y, prediction)), weights=sample_weight))


def medae(y: np.ndarray, prediction: np.ndarray, sample_weight: np.ndarray | None) -> float:
    """Median absolute error; weighted: the mean of the lower and the upper weighted median."""
    error = np.abs(_errors(y, prediction))
    if sample_weight is None:
        return float(np.median(error))
    order = np.argsort(error, kind="stable")
    error, weight = error[order], sample_weight[order].astype(np.float64)
    held = weight > 0
    error, cumulated = error[held], np.cumsum(weight[held])
    half = cumulated[-1] / 2
    tolerance = 1e-12 * cumulated[-1]
    lower = int(np.searchsorted(cumulated, half - tolerance, "left"))
    upper = int(np.searchsorted(cumulated, half + tolerance, "right"))
    last = len(error) - 1
    return float((error[min(lower, last)] + error[min(upper, last)]) / 2)


def r2(y: np.ndarray, prediction: np.ndarray, sample_weight: np.ndarray | None) -> float:
    """1 minus squared error over variance; on a constant `y` 1 if perfect, else 0."""
    error = _errors(y, prediction)
    spread = y - np.average(y, weights=sample_weight)
    largest = max(float(np.abs(spread).max()), float(np.abs(error).max()))
    if _HUGE < largest < np.inf:
        error, spread = error / largest, spread / largest
    top = float(np.average(error * error, weights=sample_weight))
    bottom = float(np.average(spread * spread, weights=sample_weight))
    if bottom == 0.0:
        return 1.0 if top == 0.0 else 0.0
    return 1.0 - top / bottom


def mape(y: np.ndarray, prediction: np.ndarray, sample_weight: np.ndarray | None) -> float:
    """Mean of |error| / |y| as a fraction (0.1 is 10 %); |y| at least the machine epsilon."""
    base = np.maximum(np.abs(y.astype(np.float64)), np.finfo(np.float64).eps)
    return float(np.average(np.abs(_errors(y, prediction)) / base, weights=sample_weight))


def rmsle(y: np.ndarray, prediction: np.ndarray, sample_weight: np.ndarray | None) -> float:
    """Root mean squared difference of log(1 + value); negative predictions count as 0.

    Not a number when a target is negative, see `NumpyMetric.check_target`.
    """
    if y.min() < 0:
        return float("nan")
    logs = np.log1p(np.maximum(prediction.astype(np.float64), 0.0))
    return rmse(np.log1p(y), logs, sample_weight)


def poisson_deviance(
    y: np.ndarray, prediction: np.ndarray, sample_weight: np.ndarray | None
) -> float:
    """Mean Poisson deviance; predictions below 1e-9 count as 1e-9.

    Not a number when a target is negative, see `NumpyMetric.check_target`.
    """
    if y.min() < 0:
        return float("nan")
    mean = np.maximum(prediction.astype(np.float64), _TINY)
    counts = y.astype(np.float64)
    safe = np.where(counts > 0, counts, 1.0)
    terms = np.where(counts > 0, counts * np.log(safe / mean), 0.0) - counts + mean
    return float(2 * np.average(terms, weights=sample_weight))


METRICS_HERE = (
    NumpyMetric(
        name="rmse",
        label="RMSE",
        aliases=(
            "root mean squared error",
            "root mean square error",
            "rms error",
            "neg_root_mean_squared_error",
            "mse",
            "mean squared error",
        ),
        tasks=("regression",),
        greater_is_better=False,
        explanation="Typical error in units of the target; large errors count more.",
        function=rmse,
        best=0.0,
    ),
    NumpyMetric(
        name="mae",
        label="MAE",
        aliases=(
            "mean absolute error",
            "mean abs error",
            "l1",
            "neg_mean_absolute_error",
            "absolute error",
            "average error",
        ),
        tasks=("regression",),
        greater_is_better=False,
        explanation="Mean size of the error in units of the target.",
        function=mae,
        best=0.0,
    ),
    NumpyMetric(
        name="medae",
        label="Median absolute error",
        aliases=("median_absolute_error", "median error", "neg_median_absolute_error"),
        tasks=("regression",),
        greater_is_better=False,
        explanation="Half of the errors are smaller than this; outliers do not matter.",
        function=medae,
        best=0.0,
    ),
    NumpyMetric(
        name="mape",
        label="MAPE",
        aliases=(
            "mean absolute percentage error",
            "percentage error",
            "relative error",
            "neg_mean_absolute_percentage_error",
        ),
        tasks=("regression",),
        greater_is_better=False,
        explanation="Mean error as a fraction of the true value; meaningless near zero.",
        function=mape,
        best=0.0,
    ),
    NumpyMetric(
        name="r2",
        label="R²",
        aliases=(
            "r squared",
            "r^2",
            "r2_score",
            "coefficient of determination",
        ),
        tasks=("regression",),
        greater_is_better=True,
        explanation="The share of the target's variance that is explained; 0 is the mean.",
        function=r2,
        best=1.0,
    ),
    NumpyMetric(
        name="rmsle",
        label="RMSLE",
        aliases=(
            "root mean squared log error",
            "root mean squared logarithmic error",
            "msle",
            "log rmse",
            "rmse of logs",
            "neg_root_mean_squared_log_error",
        ),
        tasks=("regression",),
        greater_is_better=False,
        explanation="Relative error of values of 0 or more; 0.1 is about 10 %.",
        function=rmsle,
        best=0.0,
        target="non_negative",
    ),
    NumpyMetric(
        name="poisson_deviance",
        label="Poisson deviance",
        aliases=(
            "poisson",
            "poisson loss",
            "mean poisson deviance",
            "count deviance",
            "neg_mean_poisson_deviance",
        ),
        tasks=("regression",),
        greater_is_better=False,
        explanation="Error of predicted counts, judged against their Poisson spread.",
        function=poisson_deviance,
        best=0.0,
        target="non_negative",
    ),
)
