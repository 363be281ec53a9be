"""What a forest says of its own training rows: each by the trees that did not draw it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np


def out_of_bag(
    trees: Sequence[Any], drawn: Sequence[np.ndarray], X: np.ndarray, n_outputs: int
) -> tuple[np.ndarray, np.ndarray]:
    """Sums of what trees say of rows that they were not grown on, and how many say it.

    Parameters
    ----------
    trees : sequence of sklearn trees
        Fitted on some rows of `X`.
    drawn : sequence of ndarray
        Numbers of these rows for each tree, also several times (``estimators_samples_``).
    X : ndarray of shape (n, d), float32
        The training rows.
    n_outputs : int
        Classes that a tree knows; 1 for values.

    Returns
    -------
    total : ndarray of shape (n, n_outputs)
    votes : ndarray of shape (n, 1)
        0 for a row that every tree has drawn.
    """
    total, votes = np.zeros((len(X), n_outputs)), np.zeros((len(X), 1))
    for tree, rows in zip(trees, drawn, strict=True):
        free = np.ones(len(X), dtype=bool)
        free[rows] = False
        places = np.flatnonzero(free)
        if len(places):
            total[places] += tree.tree_.predict(X[places]).reshape(len(places), n_outputs)
            votes[places] += 1.0
    return total, votes
