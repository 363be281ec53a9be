"""Where a feature's value lies within its range, for the colours of a beeswarm."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from jupyter_automl.explain.sentences import as_numbers

if TYPE_CHECKING:
    import pandas as pd


def normalised(column: pd.Series) -> np.ndarray | None:
    """A number or date from 0 (5th percentile) to 1 (95th), NaN where missing, else None."""
    numbers = as_numbers(column)
    if numbers is None:
        return None
    known = numbers[np.isfinite(numbers)]
    if not len(known):
        return np.full(len(numbers), np.nan)
    low, high = np.percentile(known, (5, 95))
    if high <= low:
        low, high = float(known.min()), float(known.max())
    scaled = (numbers - low) / (high - low) if high > low else np.where(
        np.isfinite(numbers), 0.5, np.nan
    )  # fmt: skip
    return np.clip(scaled, 0.0, 1.0)
