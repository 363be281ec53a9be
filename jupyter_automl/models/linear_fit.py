"""Linear models by L-BFGS or normal equations, quick, and stoppable at a deadline."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from jupyter_automl.models.slopes import Slope, sigmoid, softmax

Link = Literal["identity", "logit", "softmax", "log"]
_CHUNK = 65_536
_TOO_WIDE = 1_500
"""Columns beyond which the normal equations cost more than some passes of L-BFGS."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinearModel:
    """Coefficients as scikit-learn lays them out.

    Attributes
    ----------
    coef_ : ndarray of shape (k, d) for softmax, else (1, d)
    intercept_ : ndarray of shape (k,) or (1,)
    link : Link
        Turns ``X @ coef_.T + intercept_`` into predictions.
    converged : bool
        Whether the optimum was reached within passes and time.
    n_passes : int
        Times the data were gone through.
    """

    coef_: np.ndarray
    intercept_: np.ndarray
    link: Link
    converged: bool
    n_passes: int

    def margin(self, X: np.ndarray) -> np.ndarray:
        """Raw scores, float64 (n, k) or (n,)."""
        raw = X @ self.coef_.T.astype(X.dtype, copy=False) + self.intercept_
        scores: np.ndarray = raw if self.link == "softmax" else raw[:, 0]
        return scores

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Probabilities (n, k) or of the positive class (n,), or values (n,)."""
        raw = self.margin(X).astype(np.float64)
        if self.link == "softmax":
            return softmax(raw)
        if self.link == "logit":
            return sigmoid(raw)
        return np.exp(np.minimum(raw, 700.0)) if self.link == "log" else raw


def minimise(
    X: np.ndarray,
    slope: Slope,
    *,
    link: Link,
    n_outputs: int,
    penalty: float,
    intercept: np.ndarray,
    max_passes: int,
    deadline: float | None,
    clock: Callable[[], float],
    l1: float = 0.0,
) -> LinearModel:
    """Minimise mean loss + ``penalty / 2 * |coef|^2 + l1 * |coef|_1`` by L-BFGS.

    Parameters
    ----------
    intercept : ndarray of shape (n_outputs,)
        Where the intercepts start; they are not penalised.
    deadline : float or None
        Seconds of `clock`; the coefficients so far are kept.
    l1 : float
        Above 0, coefficients are differences of two bounded halves, which makes the
        problem smooth and leaves exact zeros (Schmidt, Fung and Rosales, 2007).
    """
    from scipy.optimize import Bounds, minimize

    halves = 2 if l1 > 0 else 1
    shape = (halves, n_outputs, X.shape[1])
    n_weights = math.prod(shape)
    passes = 0

    def value(flat: np.ndarray) -> tuple[float, np.ndarray]:
        nonlocal passes
        passes += 1
        parts = flat[:n_weights].reshape(shape)
        coefficients = _joined(parts)
        raw = (X @ coefficients.T.astype(X.dtype)).astype(np.float64) + flat[n_weights:]
        loss, by_raw = slope(raw)
        downhill = by_raw.T.astype(X.dtype) @ X + penalty * coefficients
        gradient = np.empty_like(flat)
        by_part = gradient[:n_weights].reshape(shape)
        by_part[0] = downhill + l1
        if halves == 2:
            by_part[1] = l1 - downhill
        gradient[n_weights:] = by_raw.sum(axis=0)
        loss += 0.5 * penalty * float((coefficients**2).sum()) + l1 * float(parts.sum())
        return loss, gradient

    def stop_in_time(intermediate_result: object) -> None:
        if deadline is not None and clock() >= deadline:
            raise StopIteration

    lowest = np.full(n_weights + n_outputs, -np.inf)
    lowest[:n_weights] = 0.0
    found = minimize(
        value,
        np.concatenate([np.zeros(n_weights), intercept]),
        jac=True,
        method="L-BFGS-B",
        bounds=Bounds(lowest, np.inf) if l1 > 0 else None,
        callback=stop_in_time,
        options={"maxiter": max_passes, "maxfun": 2 * max_passes, "ftol": 1e-7, "gtol": 1e-5},
    )
    return LinearModel(
        coef_=_joined(found.x[:n_weights].reshape(shape)).copy(),
        intercept_=found.x[n_weights:].copy(),
        link=link,
        converged=bool(found.status == 0),
        n_passes=passes,
    )


def _joined(parts: np.ndarray) -> np.ndarray:
    """Coefficients (m, d) from one part, or from what is positive less what is negative."""
    joined: np.ndarray = parts[0] if len(parts) == 1 else parts[0] - parts[1]
    return joined


def ridge(X: np.ndarray, y: np.ndarray, weight: np.ndarray, penalty: float) -> LinearModel:
    """Least squares with an L2 penalty by the normal equations, in float64.

    `weight` sums to 1; the objective is that of `minimise` with `squared_slope`.
    """
    n_columns = X.shape[1]
    gram = np.zeros((n_columns + 1, n_columns + 1))
    right = np.zeros(n_columns + 1)
    for start in range(0, len(X), _CHUNK):
        stop = start + _CHUNK
        part = np.column_stack([X[start:stop].astype(np.float64), np.ones(len(X[start:stop]))])
        weighted = part * weight[start:stop, None]
        gram += weighted.T @ part
        right += weighted.T @ y[start:stop]
    penalties = np.full(n_columns + 1, max(penalty, 1e-10))
    penalties[-1] = 0.0
    gram[np.diag_indices_from(gram)] += penalties
    solution = np.linalg.lstsq(gram, right, rcond=None)[0]
    return LinearModel(
        coef_=solution[None, :-1],
        intercept_=solution[-1:],
        link="identity",
        converged=True,
        n_passes=1,
    )


def prefers_ridge(X: np.ndarray) -> bool:
    """Whether the normal equations are the quicker way."""
    return bool(X.shape[1] <= _TOO_WIDE)


def contributions(model: LinearModel, X: np.ndarray, centre: np.ndarray) -> np.ndarray:
    """Exact SHAP values of independent features, on the scale of the raw scores.

    Parameters
    ----------
    centre : ndarray of shape (d,)
        Mean of the training rows.

    Returns
    -------
    ndarray of shape (n, d + 1) or, for softmax, (n, k, d + 1)
        Coefficient times distance from the training mean; the last entry is the base.
    """
    centred = np.asarray(X, dtype=np.float64) - centre
    base = model.coef_ @ centre + model.intercept_
    parts = centred[:, None, :] * model.coef_[None, :, :]
    whole = np.concatenate([parts, np.broadcast_to(base, parts.shape[:2])[..., None]], axis=2)
    return whole if model.link == "softmax" else whole[:, 0, :]
