"""Statistics of rows that have weights."""

from __future__ import annotations

import numpy as np


def weighted_median(values: np.ndarray, weight: np.ndarray | None) -> float:
    """The smallest value at or below which half of the weight lies.

    Without weights it is the plain median, which lies between the middle two of an even number.

    Parameters
    ----------
    values, weight : ndarray of shape (n,)
        At least one row; the weights are not all 0.
    """
    if weight is None:
        return float(np.median(values))
    order = np.argsort(values, kind="stable")
    cumulated = np.cumsum(weight[order])
    return float(values[order][np.searchsorted(cumulated, cumulated[-1] / 2)])
