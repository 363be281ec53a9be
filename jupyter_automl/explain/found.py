"""What a computation of values gives."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Values of the first rows that were asked for.

    Attributes
    ----------
    values : ndarray of shape (n_rows, n_features[, n_classes])
    base_values : ndarray of shape () or (n_classes,)
    method, space : str
        As in `Explanation`.
    """

    values: np.ndarray
    base_values: np.ndarray
    method: str
    space: str
