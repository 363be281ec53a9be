"""Categories as the mean of the target, without giving a row its own answer."""

from __future__ import annotations

import numpy as np

from jupyter_automl.features.screening import standardised
from jupyter_automl.features.training import Training, inner_folds

SMOOTHING = 5.0
"""Rows of the overall mean that are mixed into each level's."""

MAX_CLASSES = 10
_FOLDS = 5


class TargetMeans:
    """Smoothed target means of the levels of one category (Micci-Barreca, 2001).

    Values are standardised, and their outermost 0.5 % cut off.

    Attributes
    ----------
    width : int
        Columns: 1 for two classes and for numbers, else one a class.
    """

    def __init__(self, n_levels: int, random_state: int) -> None:
        self.n_levels = n_levels
        self.random_state = random_state
        self.width = 0
        self._table = np.zeros((n_levels + 2, 0), dtype=np.float64)

    def fit_transform(self, codes: np.ndarray, training: Training) -> np.ndarray:
        """Learn from all rows; the training rows get means of other folds' rows.

        Rows of a group are in one fold, so none gets a mean that its own group is part of;
        rows count by their weights.

        Parameters
        ----------
        codes : ndarray of int32, shape (n,)
            -1 is missing, `n_levels` unseen.
        training : Training
            Of the same n rows.

        Returns
        -------
        ndarray of float64, shape (n, width)
        """
        targets = _as_columns(training.y)
        weights = training.weights
        if weights is not None and not weights.sum() > 0:
            weights = None
        self.width = targets.shape[1]
        places = np.where(codes < 0, self.n_levels + 1, codes)
        self._table = self._means(places, targets, weights)
        folds = inner_folds(training, _FOLDS, self.random_state)
        out = np.empty_like(targets)
        for fold in range(_FOLDS):
            held = folds == fold
            rest = ~held if _has_weight(~held, weights) else held
            given = None if weights is None else weights[rest]
            if held.any():
                out[held] = self._means(places[rest], targets[rest], given)[places[held]]
        return out

    def transform(self, codes: np.ndarray) -> np.ndarray:
        """Means over all training rows, shape (n, width)."""
        return self._table[np.where(codes < 0, self.n_levels + 1, codes)]

    def _means(
        self, places: np.ndarray, targets: np.ndarray, weights: np.ndarray | None
    ) -> np.ndarray:
        size = self.n_levels + 2
        overall = np.average(targets, axis=0, weights=weights)
        counts = np.bincount(places, weights=weights, minlength=size)[:, None]
        weighted = targets if weights is None else targets * weights[:, None]
        sums = np.column_stack(
            [np.bincount(places, weights=column, minlength=size) for column in weighted.T]
        )
        return (sums + SMOOTHING * overall) / (counts + SMOOTHING)


def _has_weight(rows: np.ndarray, weights: np.ndarray | None) -> bool:
    return bool(rows.any()) if weights is None else bool(weights[rows].sum() > 0)


def can_encode(y: np.ndarray | None) -> bool:
    """Whether there is a target with few enough classes."""
    return y is not None and _has_few_classes(y)


def _has_few_classes(y: np.ndarray) -> bool:
    return y.dtype.kind == "f" or int(y.max(initial=0)) < MAX_CLASSES


def _as_columns(y: np.ndarray) -> np.ndarray:
    if y.dtype.kind == "f":
        return standardised(y)[:, None]
    n_classes = int(y.max(initial=0)) + 1
    if n_classes <= 2:
        return (y == 1).astype(np.float64)[:, None]
    return np.eye(n_classes)[y]
