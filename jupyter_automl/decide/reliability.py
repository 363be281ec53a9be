"""How far probabilities are from what happens."""

from __future__ import annotations

import numpy as np

BINS = 15
"""Bins of equal width, as in Guo et al. (2017)."""


def expected_calibration_error(
    y: np.ndarray, probabilities: np.ndarray, weights: np.ndarray | None = None
) -> float:
    """Mean distance of confidence and truth over 15 bins of confidence, 0 to 1.

    Parameters
    ----------
    y : ndarray of shape (n,)
        Class codes.
    probabilities : ndarray of shape (n, k)
        Of two classes the positive one's are looked at; of more those of the likeliest.
    """
    if probabilities.shape[1] == 2:
        confidence, right = probabilities[:, 1], y == 1
    else:
        likeliest = probabilities.argmax(axis=1)
        confidence = np.take_along_axis(probabilities, likeliest[:, None], axis=1)[:, 0]
        right = likeliest == y
    weights = np.ones(len(y)) if weights is None else weights
    place = np.minimum((confidence * BINS).astype(np.int64), BINS - 1)
    gaps = np.bincount(place, weights=weights * (right - confidence), minlength=BINS)
    return float(np.abs(gaps).sum() / weights.sum())
