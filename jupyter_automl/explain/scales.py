"""From the scale that a model adds up on to the one that it predicts on."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

_POINTS = 16
_CLOSE = 1e-6


def sigmoid(score: np.ndarray) -> np.ndarray:
    """The probability of log-odds."""
    clipped = np.clip(score, -700.0, 700.0)
    return np.asarray(1.0 / (1.0 + np.exp(-clipped)))


def softmax(scores: np.ndarray) -> np.ndarray:
    """Probabilities along the last axis."""
    grown = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(grown / grown.sum(axis=-1, keepdims=True))


def along_secant(
    predicted: Callable[[np.ndarray], np.ndarray], values: np.ndarray, base: float
) -> tuple[np.ndarray, np.ndarray]:
    """Values on the scale of `predicted`: times the slope of the line from the base to each row.

    Parameters
    ----------
    predicted : callable
        Scores (n,) to predictions (n,).
    values : ndarray of shape (n, d)

    Returns
    -------
    tuple of ndarray of shape (n, d) and ndarray of shape ()
        A row's values sum to its prediction less the base, which is the latter.
    """
    way = values.sum(axis=1)
    first = float(predicted(np.array([base]))[0])
    # Where the way is too short for a slope, that of a short way around the base.
    reach = _CLOSE * (1.0 + abs(base))
    ends = predicted(np.array([base - reach, base + reach]))
    slope = np.full(len(way), float(ends[1] - ends[0]) / (2.0 * reach))
    far = np.abs(way) > reach
    slope[far] = (predicted(base + way[far]) - first) / way[far]
    return values * slope[:, None], np.asarray(first)


def along_softmax(values: np.ndarray, base: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Values of scores as values of probabilities, by the mean slope on the way to each row.

    Aumann and Shapley's path (1974), with a quadrature of 16 points.

    Parameters
    ----------
    values : ndarray of shape (n, d, k)
    base : ndarray of shape (k,)
    """
    places, weights = np.polynomial.legendre.leggauss(_POINTS)
    way = values.sum(axis=1)
    changed = np.zeros_like(values)
    for place, weight in zip((places + 1.0) / 2.0, weights / 2.0, strict=True):
        shares = softmax(base + place * way)[:, None, :]
        mean = (shares * values).sum(axis=2, keepdims=True)
        changed += weight * shares * (values - mean)
    return changed, softmax(np.asarray(base))
