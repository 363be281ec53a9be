"""Compiled loops over trees; imported where they are needed, because numba takes half a second.

A feature's Shapley value in a tree is a sum over its leaves, and in a leaf

    value * (o_u - z_u) * integral from 0 to 1 of  prod_{j != u} (t o_j + (1 - t) z_j)  dt,

over the features j of the leaf's path: o_j is 1 if the row passes all of the path's questions on
j, else 0, and z_j is the share of training rows that do (Owen 1972, the multilinear extension;
with path-dependent shares it is the TreeSHAP of Lundberg et al. 2020). The integrand is a
polynomial in t of degree m - 1 for m features, so that Gauss-Legendre with m / 2 points gives it
exactly. At each of the points the products of all leaves are sums that go up the tree, as in
Linear TreeSHAP (Yu et al. 2022): time grows with nodes times points, not with paths times depth
squared, and a block of rows goes through a tree at once, so that the processor's vectors are full.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import numba
import numpy as np

from jupyter_automl.explain.fast_trees import cache_folder

BLOCK = 64
"""Rows that go through a tree at once; the path's products of a block stay in the nearest cache."""

_TINY = float(np.float32(1e-35))
"""Numbers that LightGBM takes for zero."""

_CACHE_LOCK = threading.Lock()


def _compiled(function: Callable[..., Any]) -> Any:
    """Compiled at its first call; kept in the user's cache folder, whoever owns the package."""
    options: dict[str, Any] = {"nogil": True, "error_model": "numpy", "fastmath": {"contract"}}
    with _CACHE_LOCK:
        given = numba.config.CACHE_DIR
        numba.config.CACHE_DIR = str(cache_folder())
        try:
            return numba.njit(cache=True, **options)(function)
        except (OSError, RuntimeError):
            # No folder that can be written to: compile in every process.
            return numba.njit(**options)(function)
        finally:
            numba.config.CACHE_DIR = given


def _inlined(function: Callable[..., Any]) -> Any:
    return numba.njit(nogil=True, error_model="numpy", fastmath={"contract"})(function)


@_compiled
def lay_out(roots, feature, left, right, cover):
    """Nodes of all trees in the order of a walk that goes left first.

    Returns
    -------
    tuple of ndarray
        ``start`` (n_trees + 1,): where each tree begins in the arrays that follow. ``order``: the
        node's own number. ``depth``. ``is_left``: whether it is its parent's left child. ``by``:
        the feature that its parent asks for. ``same``: depth of the node above it whose parent
        asks for the same feature, -1 if there is none. ``z``, ``z_old``: share of rows that pass
        the questions on this feature up to it, and up to ``same``. ``step``: share of the parent's
        rows. ``reach``: share of the root's rows. ``unique`` (n_trees,): features of the path that
        has most.
    """
    n_trees, n_nodes = len(roots), len(feature)
    start = np.zeros(n_trees + 1, np.int64)
    order = np.zeros(n_nodes, np.int64)
    depth = np.zeros(n_nodes, np.int64)
    is_left = np.zeros(n_nodes, np.bool_)
    by = np.full(n_nodes, -1, np.int64)
    same = np.full(n_nodes, -1, np.int64)
    z, z_old = np.ones(n_nodes), np.ones(n_nodes)
    step, reach = np.ones(n_nodes), np.ones(n_nodes)
    unique = np.zeros(n_trees, np.int64)
    # What is still to be visited, and the path to the node that is visited.
    stack = np.zeros(n_nodes + 2, np.int64)
    stack_depth = np.zeros(n_nodes + 2, np.int64)
    stack_left = np.zeros(n_nodes + 2, np.bool_)
    path = np.zeros(n_nodes + 2, np.int64)
    n_unique = np.zeros(n_nodes + 2, np.int64)
    place = 0
    for tree in range(n_trees):
        start[tree] = place
        waiting = 1
        stack[0], stack_depth[0], stack_left[0] = roots[tree], 0, False
        while waiting > 0:
            waiting -= 1
            node, d = stack[waiting], stack_depth[waiting]
            order[place], depth[place], is_left[place] = node, d, stack_left[waiting]
            path[d] = place
            n_unique[d] = 0
            if d > 0:
                parent = path[d - 1]
                above = order[parent]
                asked = feature[above]
                by[place] = asked
                step[place] = cover[node] / cover[above] if cover[above] > 0 else 0.0
                reach[place] = reach[parent] * step[place]
                for e in range(d - 1, 0, -1):
                    if by[path[e]] == asked:
                        same[place] = e
                        z_old[place] = z[path[e]]
                        break
                z[place] = z_old[place] * step[place]
                n_unique[d] = n_unique[d - 1] + (1 if same[place] < 0 else 0)
                unique[tree] = max(unique[tree], n_unique[d])
            if feature[node] >= 0:
                stack[waiting], stack_depth[waiting] = right[node], d + 1
                stack_left[waiting] = False
                stack[waiting + 1], stack_depth[waiting + 1] = left[node], d + 1
                stack_left[waiting + 1] = True
                waiting += 2
            place += 1
    start[n_trees] = place
    return start, order, depth, is_left, by, same, z, z_old, step, reach, unique


@_inlined
def _goes_left(x, node, threshold, missing_left, zero_missing, set_start, set_size, words):
    """1.0 where a cell goes left at a node, else 0.0."""
    if x != x or (zero_missing[node] and abs(x) <= _TINY):
        return 1.0 if missing_left[node] else 0.0
    if set_size[node] < 0:
        return 1.0 if x <= threshold[node] else 0.0
    if x < 0 or x >= 32.0 * set_size[node]:
        return 0.0
    level = np.int64(x)
    word = np.int64(words[set_start[node] + (level >> 5)])
    return 1.0 if (word >> (level & 31)) & 1 else 0.0


@_inlined
def _ask(
    block, f, nb, d, node, goes, threshold, missing_left, zero_missing, set_start, set_size, words
):
    """Answers of a block of rows at one node into ``goes[d]``."""
    if set_size[node] < 0 and not zero_missing[node]:
        limit = threshold[node]
        missing = 1.0 if missing_left[node] else 0.0
        for b in range(nb):
            x = block[f, b]
            answer = 1.0 if x <= limit else 0.0
            goes[d, b] = missing if x != x else answer
    else:
        for b in range(nb):
            goes[d, b] = _goes_left(
                block[f, b], node, threshold, missing_left, zero_missing, set_start, set_size,
                words,
            )  # fmt: skip


@_inlined
def _close(d, i, nb, n_points, t, sums, passed, s0, s1, same, z, z_old, by, out, phi):
    """What all leaves below node `i` at depth `d` add to the feature of its parent."""
    so, f = same[i], by[i]
    for k in range(sums.shape[1]):
        for b in range(nb):
            s0[b] = 0.0
            s1[b] = 0.0
        for q in range(n_points):
            absent = -1.0 / (1.0 - t[q])
            more = (1.0 - z[i]) / (t[q] + (1.0 - t[q]) * z[i]) - absent
            other = absent
            if so >= 0:
                other = (1.0 - z_old[i]) / (t[q] + (1.0 - t[q]) * z_old[i]) - absent
            for b in range(nb):
                below = sums[d, k, q, b]
                s0[b] += other * below
                s1[b] += more * below
                sums[d - 1, k, q, b] += below
        if so < 0:
            for b in range(nb):
                phi[out + k, f, b] += s0[b] + passed[d, b] * s1[b]
        else:
            # The node above has already counted these leaves with what it knew.
            for b in range(nb):
                phi[out + k, f, b] += passed[d, b] * s1[b] - passed[so, b] * s0[b]


@_compiled
def add_values(
    X, begin, end, start, order, depth, is_left, by, same, z, z_old, step, n_points, points,
    weights, output, feature, threshold, missing_left, zero_missing, set_start, set_size, words,
    value, found
):  # fmt: skip
    """Write the values of rows `begin` to `end` to `found`.

    Parameters
    ----------
    X : ndarray of shape (n, d), float64
    n_points : ndarray of shape (n_trees,)
        Points of the quadrature of each tree, whose places on (0, 1) and weights are
        ``points[n]`` and ``weights[n]``.
    value : ndarray of shape (n_nodes, n_values)
    found : ndarray of shape (n, n_outputs, d), float64
    """
    deepest = 2
    for i in range(len(depth)):
        deepest = max(deepest, depth[i] + 1)
    widest = points.shape[1]
    n_values = value.shape[1]
    # At depth d of the path under way: products so far, sums over leaves below, whether the
    # questions on the feature are passed, answers of the node itself.
    products = np.zeros((deepest, widest, BLOCK))
    sums = np.zeros((deepest, n_values, widest, BLOCK))
    passed = np.ones((deepest, BLOCK))
    goes = np.zeros((deepest, BLOCK))
    s0, s1 = np.zeros(BLOCK), np.zeros(BLOCK)
    path = np.zeros(deepest, np.int64)
    block, phi = np.zeros((X.shape[1], BLOCK)), np.zeros((found.shape[1], X.shape[1], BLOCK))
    for first in range(begin, end, BLOCK):
        nb = min(BLOCK, end - first)
        for b in range(nb):
            for f in range(X.shape[1]):
                block[f, b] = X[first + b, f]
        phi[:] = 0.0
        for tree in range(len(start) - 1):
            root = start[tree]
            top = order[root]
            if feature[top] < 0:
                continue
            n_q, out = n_points[tree], output[tree]
            t, w = points[n_q], weights[n_q]
            for q in range(n_q):
                for b in range(nb):
                    products[0, q, b] = w[q]
            _ask(
                block, feature[top], nb, 0, top, goes, threshold, missing_left, zero_missing,
                set_start, set_size, words,
            )  # fmt: skip
            level = 0
            for i in range(root + 1, start[tree + 1]):
                d, node, so = depth[i], order[i], same[i]
                while level >= d:
                    _close(
                        level, path[level], nb, n_q, t, sums, passed, s0, s1, same, z,
                        z_old, by, out, phi,
                    )  # fmt: skip
                    level -= 1
                if is_left[i]:
                    for b in range(nb):
                        passed[d, b] = goes[d - 1, b]
                else:
                    for b in range(nb):
                        passed[d, b] = 1.0 - goes[d - 1, b]
                if so >= 0:
                    for b in range(nb):
                        passed[d, b] *= passed[so, b]
                for q in range(n_q):
                    no = (1.0 - t[q]) * z[i]
                    if so < 0:
                        for b in range(nb):
                            products[d, q, b] = products[d - 1, q, b] * (no + passed[d, b] * t[q])
                    else:
                        before = t[q] + (1.0 - t[q]) * z_old[i]
                        lost, kept = no / before, (t[q] + no) / before
                        for b in range(nb):
                            products[d, q, b] = products[d - 1, q, b] * (
                                step[i]
                                + passed[so, b] * (lost - step[i])
                                + passed[d, b] * (kept - lost)
                            )
                if feature[node] >= 0:
                    for k in range(n_values):
                        for q in range(n_q):
                            for b in range(nb):
                                sums[d, k, q, b] = 0.0
                    _ask(
                        block, feature[node], nb, d, node, goes, threshold, missing_left,
                        zero_missing, set_start, set_size, words,
                    )  # fmt: skip
                    path[d] = i
                    level = d
                    continue
                for b in range(nb):
                    s0[b] = 0.0
                    s1[b] = 0.0
                for q in range(n_q):
                    absent = -1.0 / (1.0 - t[q])
                    more = (1.0 - z[i]) / (t[q] + (1.0 - t[q]) * z[i]) - absent
                    other = absent
                    if so >= 0:
                        other = (1.0 - z_old[i]) / (t[q] + (1.0 - t[q]) * z_old[i]) - absent
                    for b in range(nb):
                        s0[b] += other * products[d, q, b]
                        s1[b] += more * products[d, q, b]
                f = by[i]
                for k in range(n_values):
                    v = value[node, k]
                    if so < 0:
                        for b in range(nb):
                            phi[out + k, f, b] += v * (s0[b] + passed[d, b] * s1[b])
                    else:
                        for b in range(nb):
                            phi[out + k, f, b] += v * (passed[d, b] * s1[b] - passed[so, b] * s0[b])
                    for q in range(n_q):
                        for b in range(nb):
                            sums[d - 1, k, q, b] += v * products[d, q, b]
            while level >= 1:
                _close(
                    level, path[level], nb, n_q, t, sums, passed, s0, s1, same, z, z_old,
                    by, out, phi,
                )  # fmt: skip
                level -= 1
        for b in range(nb):
            for k in range(found.shape[1]):
                for f in range(X.shape[1]):
                    found[first + b, k, f] = phi[k, f, b]


@_compiled
def add_pairs(
    X, begin, end, start, order, depth, is_left, by, same, z, n_points, points, weights, output,
    feature, threshold, missing_left, zero_missing, set_start, set_size, words, value, slot, pairs
):  # fmt: skip
    """Add the interactions of chosen features of rows `begin` to `end` to `pairs`.

    Both halves of a pair's interaction (Lundberg et al. 2020) together, with the integral over
    the other features of the path as above.

    Parameters
    ----------
    slot : ndarray of shape (d,)
        Place of a feature among the chosen, or -1.
    pairs : ndarray of shape (n, n_outputs, n_chosen, n_chosen), float64
        Filled above the diagonal.
    """
    deepest = 2
    for i in range(len(depth)):
        deepest = max(deepest, depth[i] + 1)
    widest = points.shape[1]
    passed, goes = np.ones(deepest), np.zeros(deepest)
    path = np.zeros(deepest, np.int64)
    dropped = np.zeros(deepest, np.bool_)
    chosen = np.zeros(deepest, np.int64)
    product = np.zeros(widest)
    factor = np.zeros((deepest, widest))
    for row in range(begin, end):
        for tree in range(len(start) - 1):
            n_q, out = n_points[tree], output[tree]
            t, w = points[n_q], weights[n_q]
            for i in range(start[tree], start[tree + 1]):
                d, node = depth[i], order[i]
                path[d] = i
                if d > 0:
                    passed[d] = goes[d - 1] if is_left[i] else 1.0 - goes[d - 1]
                    if same[i] >= 0:
                        passed[d] *= passed[same[i]]
                if feature[node] >= 0:
                    goes[d] = _goes_left(
                        X[row, feature[node]], node, threshold, missing_left, zero_missing,
                        set_start, set_size, words,
                    )  # fmt: skip
                    continue
                n_chosen = 0
                for e in range(d + 1):
                    dropped[e] = False
                for e in range(d, 0, -1):
                    j = path[e]
                    if same[j] >= 0:
                        dropped[same[j]] = True
                    if not dropped[e] and slot[by[j]] >= 0:
                        chosen[n_chosen] = e
                        n_chosen += 1
                if n_chosen < 2:
                    continue
                for q in range(n_q):
                    product[q] = w[q]
                    for e in range(1, d + 1):
                        if not dropped[e]:
                            product[q] *= passed[e] * t[q] + (1.0 - t[q]) * z[path[e]]
                for c in range(n_chosen):
                    e = chosen[c]
                    share = z[path[e]]
                    for q in range(n_q):
                        if passed[e] > 0:
                            factor[c, q] = (1.0 - share) / (t[q] + (1.0 - t[q]) * share)
                        else:
                            factor[c, q] = -1.0 / (1.0 - t[q])
                for c in range(n_chosen):
                    one = slot[by[path[chosen[c]]]]
                    for e in range(c):
                        two = slot[by[path[chosen[e]]]]
                        if one == two:
                            continue
                        total = 0.0
                        for q in range(n_q):
                            total += product[q] * factor[c, q] * factor[e, q]
                        low, high = min(one, two), max(one, two)
                        for k in range(value.shape[1]):
                            pairs[row, out + k, low, high] += total * value[node, k]


def is_ready(loop: str) -> bool:
    """Whether this process has compiled or loaded `loop`."""
    return bool({"add_values": add_values, "add_pairs": add_pairs}[loop].signatures)
