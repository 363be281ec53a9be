"""Trees of scikit-learn as flat arrays: all of them are gone down at once, for a few rows.

A call of scikit-learn for each of 300 trees takes a millisecond, and joblib around them ten,
whatever the number of rows. A level of all trees is five calls of numpy: 0.07 ms for 300 trees.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

MOST_NODES = 250_000
"""Of one forest; its flat arrays take 64 bytes a node with two classes."""

MOST_CELLS = 20_000
"""Trees x rows from which on scikit-learn's own way is as quick."""

_CHECKED = 6
"""Levels between two looks whether all trees have come to a leaf."""


class FlatTrees:
    """Values of the leaves that rows come to.

    Parameters
    ----------
    trees : sequence of sklearn.tree._tree.Tree
        Fitted, all on the same columns.
    values : sequence of ndarray of shape (nodes, k), optional
        What the nodes of each tree say; by default the tree's own values.
    """

    def __init__(self, trees: Sequence[Any], values: Sequence[np.ndarray] | None = None) -> None:
        sizes = [tree.node_count for tree in trees]
        first = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.intp)
        starts = np.repeat(first, sizes)
        left = np.concatenate([tree.children_left for tree in trees])
        right = np.concatenate([tree.children_right for tree in trees])
        leaf, here = left < 0, np.arange(len(left))
        # A leaf is its own child, so that shallow trees can wait for the deep ones. A node is
        # named by twice its number, which is where its left child stands, the right one next.
        children = np.where(leaf, here, [left + starts, right + starts]).T
        self._roots = 2 * first
        self._children = 2 * children.astype(np.intp).ravel()
        feature = np.concatenate([tree.feature for tree in trees])
        self._feature = np.repeat(np.where(leaf, 0, feature).astype(np.intp), 2)
        self._threshold = np.repeat(np.concatenate([tree.threshold for tree in trees]), 2)
        self._depth = max(tree.max_depth for tree in trees)
        found = [tree.value[:, 0, :] for tree in trees] if values is None else values
        self._values = np.concatenate(found)

    def leaves(self, X: np.ndarray) -> np.ndarray:
        """What each tree says of each row, float64 of shape (trees, n, k).

        Parameters
        ----------
        X : ndarray of shape (n, d), float32
            Finite, with the columns that the trees were fitted on.
        """
        n_rows, n_columns = X.shape
        cells, starts = X.ravel(), np.arange(n_rows) * n_columns
        nodes = np.repeat(self._roots, n_rows).reshape(-1, n_rows)
        for level in range(1, self._depth + 1):
            places = self._feature.take(nodes)
            if n_rows > 1:
                places += starts
            above = cells.take(places) > self._threshold.take(nodes)
            following = self._children.take(nodes + above)
            if level % _CHECKED == 0 and np.array_equal(following, nodes):
                break
            nodes = following
        return self._values.take(nodes >> 1, axis=0)


class KeepsFlatTrees:
    """Has flat trees once they were needed, and pickles without them."""

    _flat: FlatTrees | None = None

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "_flat"}

    def _leaves(
        self,
        X: np.ndarray,
        trees: Sequence[Any],
        values: Callable[[Any], np.ndarray] | None = None,
    ) -> np.ndarray | None:
        """What each tree says of a few rows, (trees, n, k); None where rows or nodes are many.

        Parameters
        ----------
        values : callable, optional
            From a tree to what its nodes say, (nodes, k).
        """
        if len(trees) * len(X) > MOST_CELLS or not np.isfinite(X).all():
            return None
        if self._flat is None:
            if sum(tree.node_count for tree in trees) > MOST_NODES:
                return None
            self._flat = FlatTrees(trees, None if values is None else [values(t) for t in trees])
        return self._flat.leaves(X)


def in_order(values: np.ndarray) -> np.ndarray:
    """Sums along the first axis, added one after the other as a loop does it.

    numpy's own sum adds in pairs, which gives other last bits.
    """
    total: np.ndarray = np.add.accumulate(values, axis=0)[-1]
    return total
