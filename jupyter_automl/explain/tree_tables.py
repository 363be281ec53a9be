"""Trees of every library as the same flat arrays.

A node asks whether a number is at most its threshold, or whether a category is in its set; "yes"
goes left. Missing cells go where the node says.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

MOST_NODES = 1_500_000
"""Of one model; its arrays take some 150 bytes a node."""
MOST_VALUES = 30_000_000
"""Nodes times outputs of one model."""

_LIGHTGBM_CATEGORY, _LIGHTGBM_LEFT = 1, 2
_LIGHTGBM_ZERO = 1
_LEAST_SHARE = 0.01
"""Of a class in a leaf, as `models.reweighting` has it; a wrong one is found out."""


class NotFlatError(ValueError):
    """A model holds something that flat arrays do not say, such as linear leaves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeTables:
    """All trees of one model, node beside node.

    Attributes
    ----------
    roots : ndarray of shape (n_trees,), int64
        Where each tree begins.
    output : ndarray of shape (n_trees,), int64
        The output that a tree adds to; with values of several columns the first of them.
    n_outputs : int
    feature : ndarray of shape (n_nodes,), int64
        Column that is asked for; -1 in a leaf.
    threshold : ndarray of shape (n_nodes,), float64
    left, right : ndarray of shape (n_nodes,), int64
        Numbers of nodes; of a leaf they mean nothing.
    missing_left : ndarray of shape (n_nodes,), bool
    zero_missing : ndarray of shape (n_nodes,), bool
        Whether zero counts as missing as well.
    set_start, set_size : ndarray of shape (n_nodes,), int64
        Words of 32 bits in `words` that hold the categories which go left; size -1 asks for a
        number.
    words : ndarray of shape (n_words,), uint32
    cover : ndarray of shape (n_nodes,), float64
        Training rows, or their weight, that came to the node.
    value : ndarray of shape (n_nodes, n_values), float64
        What a leaf adds.
    as_float32 : bool
        Whether the model compares numbers of 32 bits.
    """

    roots: np.ndarray
    output: np.ndarray
    n_outputs: int
    feature: np.ndarray
    threshold: np.ndarray
    left: np.ndarray
    right: np.ndarray
    missing_left: np.ndarray
    zero_missing: np.ndarray
    set_start: np.ndarray
    set_size: np.ndarray
    words: np.ndarray
    cover: np.ndarray
    value: np.ndarray
    as_float32: bool


@dataclass(slots=True, kw_only=True)
class _Tree:
    """One tree; numbers of nodes count within it, and the root is node 0."""

    feature: np.ndarray
    threshold: np.ndarray
    left: np.ndarray
    right: np.ndarray
    missing_left: np.ndarray
    cover: np.ndarray
    value: np.ndarray
    zero_missing: np.ndarray | None = None
    sets: dict[int, np.ndarray] | None = None
    """Node to the words of its set."""


def of_lightgbm(booster: Any) -> TreeTables:
    """The trees of a ``lightgbm.Booster``.

    Raises
    ------
    NotFlatError
        If it has linear leaves.
    """
    text = booster.model_to_string()
    head, *blocks = text.split("\nTree=")
    header = _fields(head)
    n_outputs = int(header.get("num_tree_per_iteration", "1"))
    trees, output = [], []
    for number, block in enumerate(blocks):
        trees.append(_lightgbm_tree(_fields(block.partition("\nend of trees")[0])))
        output.append(number % n_outputs)
    if "average_output" in header and trees:
        rounds = len(trees) // n_outputs
        for tree in trees:
            tree.value /= rounds
    return _joined(trees, output, n_outputs, as_float32=False)


def _fields(block: str) -> dict[str, str]:
    return {key: value for key, _, value in (line.partition("=") for line in block.splitlines())}


def _lightgbm_tree(fields: dict[str, str]) -> _Tree:
    if fields.get("is_linear", "0").strip() == "1":
        raise NotFlatError("linear leaves")
    n_leaves = int(fields["num_leaves"])
    value = np.array(fields["leaf_value"].split(), dtype=np.float64)
    if n_leaves == 1:
        return _leaf(value[:1])
    inner = n_leaves - 1
    kind = np.array(fields["decision_type"].split(), dtype=np.int64)
    threshold = np.array(fields["threshold"].split(), dtype=np.float64)
    missing = (kind >> 2) & 3
    category = (kind & _LIGHTGBM_CATEGORY) > 0
    # Where nothing was missing in training, a missing number counts as zero.
    left_when_missing = np.where(missing == 0, threshold >= 0.0, (kind & _LIGHTGBM_LEFT) > 0) & (
        ~category
    )
    children = [
        np.array(fields[key].split(), dtype=np.int64) for key in ("left_child", "right_child")
    ]
    # A negative child is the leaf ~child; leaves come after the inner nodes.
    left, right = (np.where(child < 0, inner + ~child, child) for child in children)
    counts = [
        np.array(fields[k].split(), dtype=np.float64) for k in ("internal_count", "leaf_count")
    ]
    return _Tree(
        feature=_padded(np.array(fields["split_feature"].split(), dtype=np.int64), n_leaves, -1),
        threshold=_padded(threshold, n_leaves, 0.0),
        left=_padded(left, n_leaves, 0),
        right=_padded(right, n_leaves, 0),
        missing_left=_padded(left_when_missing, n_leaves, False),
        zero_missing=_padded((missing == _LIGHTGBM_ZERO) & ~category, n_leaves, False),
        cover=np.concatenate(counts),
        value=np.concatenate([np.zeros(inner), value])[:, None],
        sets=_lightgbm_sets(fields, np.flatnonzero(category), threshold),
    )


def _lightgbm_sets(
    fields: dict[str, str], nodes: np.ndarray, threshold: np.ndarray
) -> dict[int, np.ndarray]:
    if not len(nodes):
        return {}
    bounds = np.array(fields["cat_boundaries"].split(), dtype=np.int64)
    words = np.array(fields["cat_threshold"].split(), dtype=np.int64).astype(np.uint32)
    places = threshold[nodes].astype(np.int64)
    return {
        int(node): words[bounds[place] : bounds[place + 1]]
        for node, place in zip(nodes, places, strict=True)
    }


def of_xgboost(booster: Any) -> TreeTables:
    """The trees of a ``xgboost.Booster`` (gbtree).

    Raises
    ------
    NotFlatError
        If it is of another kind, or a leaf has several values.
    """
    learner = json.loads(bytes(booster.save_raw("json")))["learner"]
    grown = learner["gradient_booster"]
    if grown.get("name") != "gbtree":
        raise NotFlatError(str(grown.get("name")))
    model = grown["model"]
    trees = [_xgboost_tree(tree) for tree in model["trees"]]
    output = [int(number) for number in model["tree_info"]]
    n_classes = int(learner["learner_model_param"].get("num_class", "0"))
    return _joined(trees, output, max(1, n_classes), as_float32=True)


def _xgboost_tree(tree: dict[str, Any]) -> _Tree:
    if int(tree["tree_param"].get("size_leaf_vector", "1")) > 1:
        raise NotFlatError("leaves of several values")
    left, right = (np.array(tree[f"{side}_children"], dtype=np.int64) for side in ("left", "right"))
    condition = np.array(tree["split_conditions"], dtype=np.float32)
    leaf = left < 0
    missing_left = np.array(tree["default_left"], dtype=np.int64).astype(bool)
    category = np.zeros(len(left), dtype=bool)
    sets: dict[int, np.ndarray] = {}
    given = np.array(tree.get("categories", []), dtype=np.int64)
    for node, start, size in zip(
        tree.get("categories_nodes", []),
        tree.get("categories_segments", []),
        tree.get("categories_sizes", []),
        strict=True,
    ):
        sets[int(node)] = _bits(given[start : start + size])
        category[node] = True
    # The categories of the set go right there, left here.
    left, right = np.where(category, right, left), np.where(category, left, right)
    return _Tree(
        feature=np.where(leaf, -1, np.array(tree["split_indices"], dtype=np.int64)),
        # "Less than" is "at most the number before" where numbers have 32 bits.
        threshold=np.nextafter(condition, np.float32(-np.inf)).astype(np.float64),
        left=left,
        right=right,
        missing_left=missing_left ^ category,
        cover=np.array(tree["sum_hessian"], dtype=np.float64),
        value=np.where(leaf, condition, 0.0).astype(np.float64)[:, None],
        sets=sets,
    )


def of_sklearn(trees: Sequence[Any], classes: Sequence[int] | None) -> TreeTables:
    """The mean of scikit-learn's trees.

    Parameters
    ----------
    trees : sequence of sklearn.tree._tree.Tree
    classes : sequence of int or None
        Columns of the trees' values that become outputs; None for a regression.
    """
    chosen = [0] if classes is None else list(classes)
    flat = [_sklearn_tree(tree, chosen, len(trees), shares=classes is not None) for tree in trees]
    return _joined(flat, [0] * len(flat), len(chosen), as_float32=True)


def _sklearn_tree(tree: Any, chosen: list[int], n_trees: int, *, shares: bool) -> _Tree:
    leaf = tree.children_left < 0
    value = np.asarray(tree.value[:, 0, :], dtype=np.float64)
    if shares:
        sums = value.sum(axis=1, keepdims=True)
        value = np.divide(value, sums, out=np.zeros_like(value), where=sums > 0)
    return _Tree(
        feature=np.where(leaf, -1, tree.feature).astype(np.int64),
        threshold=np.asarray(tree.threshold, dtype=np.float64),
        left=np.asarray(tree.children_left, dtype=np.int64),
        right=np.asarray(tree.children_right, dtype=np.int64),
        missing_left=np.asarray(tree.missing_go_to_left).astype(bool),
        cover=np.asarray(tree.weighted_n_node_samples, dtype=np.float64),
        value=value[:, chosen] / n_trees,
    )


def of_ballot(model: Any) -> TreeTables:
    """The trees of SAMME.R (`models.reweighting.Ballot`): sums of centred logs of the shares.

    Of two classes the second one's score less the first one's, which is their log-odds.
    """
    flat = []
    for tree in model.trees:
        n_classes = tree.value.shape[2]
        grown = _sklearn_tree(tree, list(range(n_classes)), 1, shares=True)
        logs = np.log(np.maximum(grown.value, _LEAST_SHARE))
        logs -= logs.mean(axis=1, keepdims=True)
        grown.value = model.rate * (logs[:, 1:] - logs[:, :1] if n_classes == 2 else logs)
        flat.append(grown)
    n_outputs = flat[0].value.shape[1]
    return _joined(flat, [0] * len(flat), n_outputs, as_float32=True)


def of_histograms(model: Any) -> tuple[TreeTables, np.ndarray]:
    """The trees of scikit-learn's histogram gradient boosting.

    Returns
    -------
    tuple of TreeTables and ndarray of shape (d,)
        The latter says which column of the model's input each column of its trees is: it puts
        categories first.
    """
    rounds = model._predictors
    n_outputs = len(rounds[0])
    flat = [_histogram_tree(predictor) for round_ in rounds for predictor in round_]
    output = [number % n_outputs for number in range(len(flat))]
    categorical = model.is_categorical_
    d = int(model.n_features_in_)
    if categorical is None:
        order = np.arange(d)
    else:
        order = np.concatenate([np.flatnonzero(categorical), np.flatnonzero(~categorical)])
    return _joined(flat, output, n_outputs, as_float32=False), order


def _histogram_tree(predictor: Any) -> _Tree:
    nodes = predictor.nodes
    leaf = nodes["is_leaf"].astype(bool)
    category = nodes["is_categorical"].astype(bool) & ~leaf
    sets = {
        int(node): np.array(predictor.raw_left_cat_bitsets[nodes["bitset_idx"][node]], np.uint32)
        for node in np.flatnonzero(category)
    }
    return _Tree(
        feature=np.where(leaf, -1, nodes["feature_idx"]).astype(np.int64),
        threshold=nodes["num_threshold"].astype(np.float64),
        left=nodes["left"].astype(np.int64),
        right=nodes["right"].astype(np.int64),
        missing_left=nodes["missing_go_to_left"].astype(bool),
        cover=nodes["count"].astype(np.float64),
        value=np.where(leaf, nodes["value"], 0.0).astype(np.float64)[:, None],
        sets=sets,
    )


def _leaf(value: np.ndarray) -> _Tree:
    return _Tree(
        feature=np.array([-1]),
        threshold=np.zeros(1),
        left=np.zeros(1, dtype=np.int64),
        right=np.zeros(1, dtype=np.int64),
        missing_left=np.zeros(1, dtype=bool),
        cover=np.ones(1),
        value=value[:, None],
    )


def _padded(inner: np.ndarray, n_leaves: int, fill: Any) -> np.ndarray:
    return np.concatenate([inner, np.full(n_leaves, fill, dtype=inner.dtype)])


def _bits(members: np.ndarray) -> np.ndarray:
    """Numbers 0, 1, ... as a set of bits in words of 32."""
    words = np.zeros(int(members.max()) // 32 + 1 if len(members) else 0, dtype=np.uint32)
    np.bitwise_or.at(words, members // 32, np.uint32(1) << (members % 32).astype(np.uint32))
    return words


def _joined(
    trees: Sequence[_Tree], output: Sequence[int], n_outputs: int, *, as_float32: bool
) -> TreeTables:
    sizes = np.array([len(tree.feature) for tree in trees], dtype=np.int64)
    n_nodes = int(sizes.sum())
    if not n_nodes or n_nodes > MOST_NODES or n_nodes * trees[0].value.shape[1] > MOST_VALUES:
        raise NotFlatError(f"{n_nodes} nodes")
    roots = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64)
    starts = np.repeat(roots, sizes)
    set_start, set_size = np.zeros(len(starts), np.int64), np.full(len(starts), -1, np.int64)
    words: list[np.ndarray] = []
    n_words = 0
    for root, tree in zip(roots, trees, strict=True):
        for node, members in (tree.sets or {}).items():
            set_start[root + node], set_size[root + node] = n_words, len(members)
            words.append(members)
            n_words += len(members)
    never = [np.zeros(size, dtype=bool) for size in sizes]
    zero = [never[i] if t.zero_missing is None else t.zero_missing for i, t in enumerate(trees)]
    return TreeTables(
        roots=roots,
        output=np.asarray(output, dtype=np.int64),
        n_outputs=n_outputs,
        feature=np.concatenate([tree.feature for tree in trees]).astype(np.int64),
        threshold=np.concatenate([tree.threshold for tree in trees]),
        left=np.concatenate([tree.left for tree in trees]) + starts,
        right=np.concatenate([tree.right for tree in trees]) + starts,
        missing_left=np.concatenate([tree.missing_left for tree in trees]),
        zero_missing=np.concatenate(zero),
        set_start=set_start,
        set_size=set_size,
        words=np.concatenate(words).astype(np.uint32) if words else np.zeros(1, np.uint32),
        cover=np.concatenate([tree.cover for tree in trees]),
        value=np.ascontiguousarray(np.concatenate([tree.value for tree in trees])),
        as_float32=as_float32,
    )
