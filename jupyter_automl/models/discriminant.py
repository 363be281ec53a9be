"""Linear discriminant analysis: classes as bell curves of one shape, hard to beat on few rows."""

from __future__ import annotations

import numpy as np

from jupyter_automl.models.linear_fit import LinearModel

MOST_COLUMNS = 500
"""Beyond, the covariance of the columns takes longer than any other linear fit."""


def discriminant(X: np.ndarray, y: np.ndarray, weight: np.ndarray, n_classes: int) -> LinearModel:
    """The linear classifier of normal classes that share a covariance (Fisher, 1936).

    The covariance is shrunk towards a multiple of the identity by the rule of Ledoit and
    Wolf (2004), so that more columns than rows do no harm.

    Parameters
    ----------
    X : ndarray of shape (n, d)
        Scaled, nothing missing.
    y : ndarray of shape (n,)
        Codes 0 .. n_classes - 1; a class without rows is never predicted.
    weight : ndarray of shape (n,)
        Weights of rows that sum to 1.

    Returns
    -------
    LinearModel
        The intercept of a class without rows is minus infinity.
    """
    from sklearn.covariance import ledoit_wolf_shrinkage

    values = X.astype(np.float64)
    member = np.eye(n_classes)[y] * weight[:, None]
    shares = member.sum(axis=0)
    held = shares > 0
    means = np.zeros((n_classes, values.shape[1]))
    means[held] = (member.T @ values)[held] / shares[held, None]
    inside = values - means[y]
    covariance = inside.T @ (inside * weight[:, None])
    shrinkage = float(ledoit_wolf_shrinkage(inside, assume_centered=True))
    typical = max(float(np.trace(covariance)) / len(covariance), 1e-12)
    shrunk = (1.0 - shrinkage) * covariance + shrinkage * typical * np.eye(len(covariance))
    coefficients = np.linalg.lstsq(shrunk, means.T, rcond=None)[0].T
    intercepts = np.full(n_classes, -np.inf)
    intercepts[held] = np.log(shares[held]) - 0.5 * (means * coefficients).sum(axis=1)[held]
    if n_classes == 2:
        coefficients = coefficients[1:] - coefficients[:1]
        intercepts = intercepts[1:] - intercepts[:1]
    return LinearModel(
        coef_=coefficients,
        intercept_=intercepts,
        link="logit" if n_classes == 2 else "softmax",
        converged=True,
        n_passes=1,
    )
