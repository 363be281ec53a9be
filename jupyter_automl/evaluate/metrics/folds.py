"""How far the scores of folds lie apart."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

_HUGE = 1e150
"""Squares of larger numbers are beyond float64."""


def spread_of(scores: Sequence[float]) -> float | None:
    """Standard deviation (ddof 1) of finite scores; None of fewer than two."""
    if len(scores) < 2:
        return None
    values = np.asarray(scores, dtype=np.float64)
    largest = float(np.abs(values).max())
    if largest > _HUGE:
        return largest * float(np.std(values / largest, ddof=1))
    return float(np.std(values, ddof=1))
