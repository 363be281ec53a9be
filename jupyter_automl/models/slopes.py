"""Losses of linear models as functions of raw scores, with their slopes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np


def sigmoid(raw: np.ndarray) -> np.ndarray:
    """1 / (1 + exp(-raw)) without overflow."""
    positive: np.ndarray = 0.5 * (1.0 + np.tanh(0.5 * raw))
    return positive


def softmax(raw: np.ndarray) -> np.ndarray:
    """Rows of exp(raw) scaled to sum to 1, without overflow."""
    shifted = np.exp(raw - raw.max(axis=1, keepdims=True))
    shares: np.ndarray = shifted / shifted.sum(axis=1, keepdims=True)
    return shares


Slope = Callable[[np.ndarray], "tuple[float, np.ndarray]"]
"""Raw scores (n, m) to the weighted mean loss and its slope by raw score (n, m)."""


def log_loss_slope(y: np.ndarray, weight: np.ndarray, n_outputs: int) -> Slope:
    """Of class codes; one output for two classes, else k. `weight` sums to 1."""

    def binary(raw: np.ndarray) -> tuple[float, np.ndarray]:
        z = raw[:, 0]
        loss = float(weight @ (np.logaddexp(0.0, z) - y * z))
        return loss, (weight * (sigmoid(z) - y))[:, None]

    def several(raw: np.ndarray) -> tuple[float, np.ndarray]:
        p = softmax(raw)
        rows = np.arange(len(y))
        tiny = np.finfo(np.float64).tiny
        loss = -float(weight @ np.log(np.maximum(p[rows, y], tiny)))
        p[rows, y] -= 1.0
        return loss, weight[:, None] * p

    return binary if n_outputs == 1 else several


def absolute_slope(y: np.ndarray, weight: np.ndarray) -> Slope:
    """Pseudo-Huber loss, which is the absolute error beyond 5 % of the typical deviation."""
    width = 0.05 * float(np.mean(np.abs(y - np.median(y)))) or 1e-6

    def slope(raw: np.ndarray) -> tuple[float, np.ndarray]:
        scaled = (raw[:, 0] - y) / width
        root = np.sqrt(1.0 + scaled * scaled)
        return width * float(weight @ (root - 1.0)), (weight * scaled / root)[:, None]

    return slope


def poisson_slope(y: np.ndarray, weight: np.ndarray) -> Slope:
    """Poisson deviance with a log link, up to a constant."""

    def slope(raw: np.ndarray) -> tuple[float, np.ndarray]:
        z = np.minimum(raw[:, 0], 30.0)
        mean = np.exp(z)
        return float(weight @ (mean - y * z)), (weight * (mean - y))[:, None]

    return slope


def squared_slope(y: np.ndarray, weight: np.ndarray) -> Slope:
    """Half the squared error."""

    def slope(raw: np.ndarray) -> tuple[float, np.ndarray]:
        error = raw[:, 0] - y
        return 0.5 * float(weight @ (error * error)), (weight * error)[:, None]

    return slope


def hinge_slope(signs: np.ndarray, weight: np.ndarray) -> Slope:
    """Squared hinge loss of each output against 1 or -1, shape (n, m): one class or the rest."""

    def slope(raw: np.ndarray) -> tuple[float, np.ndarray]:
        short = np.maximum(1.0 - signs * raw, 0.0)
        return float(weight @ (short * short).sum(axis=1)), -2.0 * weight[:, None] * signs * short

    return slope


def tube_slope(y: np.ndarray, weight: np.ndarray, width: float) -> Slope:
    """Half the squared error beyond `width`, as of scikit-learn's LinearSVR."""

    def slope(raw: np.ndarray) -> tuple[float, np.ndarray]:
        error = raw[:, 0] - y
        beyond = error - np.clip(error, -width, width)
        return 0.5 * float(weight @ (beyond * beyond)), (weight * beyond)[:, None]

    return slope
