"""What the training rows are to teach, and how they are dealt out to teach it fairly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """Targets of the rows that features are learned from.

    Attributes
    ----------
    y : ndarray of shape (n,)
        Class codes (integers) or values (floats).
    weights : ndarray of shape (n,) or None
        Weights of rows, 0 or more; None weighs all the same.
    groups : ndarray of shape (n,) or None
        Codes of groups whose rows must not tell of each other.
    """

    y: np.ndarray
    weights: np.ndarray | None = None
    groups: np.ndarray | None = None

    def take(self, rows: np.ndarray) -> Training:
        """The same of some rows, by their numbers."""
        return Training(
            y=self.y[rows],
            weights=None if self.weights is None else self.weights[rows],
            groups=None if self.groups is None else self.groups[rows],
        )


def inner_folds(training: Training, n_folds: int, random_state: int) -> np.ndarray:
    """A fold for each training row, 0 .. n_folds - 1, int64 of shape (n,).

    Rows of a group are in one fold: the largest group first into the fold that has least.
    With fewer groups than folds some folds are empty.
    """
    random = np.random.default_rng(random_state)
    if training.groups is None:
        return random.permutation(len(training.y)) % n_folds
    _, codes = np.unique(training.groups, return_inverse=True)
    sizes = np.bincount(codes)
    chosen = np.empty(len(sizes), dtype=np.int64)
    loads = np.zeros(n_folds)
    for group in np.lexsort((random.random(len(sizes)), -sizes)):
        fold = int(np.argmin(loads))
        chosen[group] = fold
        loads[fold] += sizes[group]
    return chosen[codes]
