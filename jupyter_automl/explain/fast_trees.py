"""Exact values of trees, many times quicker than the libraries' own: see `tree_kernels`."""

from __future__ import annotations

import math
import os
import sys
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Literal

import numpy as np

from jupyter_automl.explain.tree_tables import TreeTables

LOAD_SECONDS = 1.0
"""Importing numba and loading what was compiled before; measured."""
COMPILE_SECONDS = 12.0
"""The first time on a machine; measured 9 s on one core, and machines differ."""
SECONDS_A_STEP = 2e-9
"""Of a node, a point of its tree's quadrature and a row."""
_AT_ONCE = 8
"""Columns of values that go through the trees together: more would leave the cache."""
_SPANS = 4
"""Parts of the rows for each thread, so that all end at about the same time."""


_KERNELS = "jupyter_automl.explain.tree_kernels"


def seconds_to_load(loop: Literal["add_values", "add_pairs"] = "add_values") -> float:
    """What it takes until a compiled loop can be used; 0 once it was, infinite without numba."""
    kernels = sys.modules.get(_KERNELS)
    if kernels is not None and kernels.is_ready(loop):
        return 0.0
    try:
        kept = any(cache_folder().rglob(f"tree_kernels.{loop}-*.nbi"))
    except ImportError:
        return math.inf
    return LOAD_SECONDS if kept else COMPILE_SECONDS


def cache_folder() -> Path:
    """Where compiled loops are kept: in the user's cache, whoever owns the package.

    A folder for each state of the source and version of numba, so that what lies there can be
    used. ``NUMBA_CACHE_DIR`` comes before the user's cache, as for all of numba.
    """
    from importlib.metadata import version

    import platformdirs

    given = os.environ.get("NUMBA_CACHE_DIR")
    place = Path(given or platformdirs.user_cache_dir("jupyter_automl", appauthor=False))
    source = zlib.crc32(Path(__file__).with_name("tree_kernels.py").read_bytes())
    return place / "compiled" / f"{source:08x}-{version('numba')}"


def warm_up() -> None:
    """Compile or load the loops, so that what follows does not wait for them."""
    one = np.zeros(1, dtype=np.int64)
    stump = TreeTables(
        roots=one,
        output=one,
        n_outputs=1,
        feature=np.array([0, -1, -1]),
        threshold=np.zeros(3),
        left=np.array([1, 0, 0]),
        right=np.array([2, 0, 0]),
        missing_left=np.zeros(3, dtype=bool),
        zero_missing=np.zeros(3, dtype=bool),
        set_start=np.zeros(3, dtype=np.int64),
        set_size=np.full(3, -1),
        words=np.zeros(1, dtype=np.uint32),
        cover=np.array([2.0, 1.0, 1.0]),
        value=np.array([[0.0], [-1.0], [1.0]]),
        as_float32=False,
    )
    FastTrees(stump).pairs(np.zeros((1, 1)), one)


class FastTrees:
    """Path-dependent Shapley values of the columns that trees ask for.

    Parameters
    ----------
    tables : TreeTables

    Attributes
    ----------
    base : ndarray of shape (n_outputs,)
        The trees' mean over their training rows, without what a model adds to its trees.
    """

    def __init__(self, tables: TreeTables) -> None:
        from jupyter_automl.explain.tree_kernels import lay_out

        self.tables = tables
        (
            self._start,
            self._order,
            self._depth,
            self._is_left,
            self._by,
            self._same,
            self._z,
            self._z_old,
            self._step,
            reach,
            unique,
        ) = lay_out(tables.roots, tables.feature, tables.left, tables.right, tables.cover)
        self._n_points = np.maximum(1, (unique + 1) // 2)
        self._points, self._weights = _quadrature(int(self._n_points.max()))
        self.base = self._mean(reach)
        # The first call compiles; two threads at once would do so twice.
        self.values(np.zeros((0, int(tables.feature.max()) + 1)))

    def _mean(self, reach: np.ndarray) -> np.ndarray:
        tables, n = self.tables, int(self._start[-1])
        nodes = self._order[:n]
        leaf = tables.feature[nodes] < 0
        trees = np.repeat(np.arange(len(tables.roots)), np.diff(self._start))
        base = np.zeros(tables.n_outputs)
        for column in range(tables.value.shape[1]):
            worth = np.where(leaf, reach[:n] * tables.value[nodes, column], 0.0)
            np.add.at(base, tables.output[trees] + column, worth)
        return base

    def values(self, X: np.ndarray, n_jobs: int = 1) -> np.ndarray:
        """Values of shape (n, d, n_outputs); with `base` a row's values sum to its output.

        Parameters
        ----------
        X : ndarray of shape (n, d)
            Numbers and codes of categories, missing as NaN.
        n_jobs : int
            Threads.
        """
        from jupyter_automl.explain.tree_kernels import BLOCK, add_values

        tables, cells = self.tables, self._cells(X)
        found = np.zeros((len(cells), tables.n_outputs, cells.shape[1]))
        n_values = tables.value.shape[1]
        for first in range(0, n_values, _AT_ONCE):
            last = min(n_values, first + _AT_ONCE)
            value, into = tables.value, found
            if n_values > _AT_ONCE:
                value = np.ascontiguousarray(tables.value[:, first:last])
                into = np.zeros((len(cells), last - first, cells.shape[1]))

            def add(begin: int, end: int, value: Any = value, into: Any = into) -> None:
                add_values(
                    cells, begin, end, self._start, self._order, self._depth, self._is_left,
                    self._by, self._same, self._z, self._z_old, self._step, self._n_points,
                    self._points, self._weights, tables.output, tables.feature, tables.threshold,
                    tables.missing_left, tables.zero_missing, tables.set_start, tables.set_size,
                    tables.words, value, into,
                )  # fmt: skip

            _in_spans(add, len(cells), BLOCK, n_jobs)
            if into is not found:
                found[:, first:last] = into
        return np.swapaxes(found, 1, 2)

    def pairs(self, X: np.ndarray, slot: np.ndarray, n_jobs: int = 1) -> np.ndarray:
        """Interactions of chosen columns, (n, n_outputs, n_chosen, n_chosen), symmetric.

        Parameters
        ----------
        slot : ndarray of shape (d,)
            Place of a column among the chosen, -1 for the others; columns may share one.
        """
        from jupyter_automl.explain.tree_kernels import add_pairs

        tables, cells = self.tables, self._cells(X)
        places = np.asarray(slot, dtype=np.int64)
        n_chosen = int(places.max(initial=-1)) + 1
        found = np.zeros((len(cells), tables.n_outputs, n_chosen, n_chosen))

        def add(begin: int, end: int) -> None:
            add_pairs(
                cells, begin, end, self._start, self._order, self._depth, self._is_left, self._by,
                self._same, self._z, self._n_points, self._points, self._weights, tables.output,
                tables.feature, tables.threshold, tables.missing_left, tables.zero_missing,
                tables.set_start, tables.set_size, tables.words, tables.value, places, found,
            )  # fmt: skip

        add(0, 0)
        _in_spans(add, len(cells), 1, n_jobs)
        return found + np.swapaxes(found, 2, 3)

    def _cells(self, X: np.ndarray) -> np.ndarray:
        matrix = np.asarray(X)
        if self.tables.as_float32:
            # Beyond 32 bits there is infinity, for the library as well.
            with np.errstate(over="ignore"):
                matrix = matrix.astype(np.float32, copy=False)
        return np.ascontiguousarray(matrix, dtype=np.float64)


def _in_spans(add: Callable[[int, int], None], n_rows: int, unit: int, n_jobs: int) -> None:
    """Call `add` on stretches of rows, in threads: compiled loops let others run."""
    n_spans = 1 if n_jobs <= 1 else n_jobs * _SPANS
    length = max(1, math.ceil(n_rows / n_spans / unit)) * unit
    spans = [(begin, min(n_rows, begin + length)) for begin in range(0, n_rows, length)]
    if len(spans) <= 1:
        add(0, n_rows)
        return
    with ThreadPoolExecutor(n_jobs) as pool:
        for done in [pool.submit(add, begin, end) for begin, end in spans]:
            done.result()


def _quadrature(most: int) -> tuple[np.ndarray, np.ndarray]:
    """Gauss-Legendre on (0, 1): row n of both arrays has n places, or their weights."""
    points, weights = np.zeros((most + 1, most)), np.zeros((most + 1, most))
    for n in range(1, most + 1):
        places, masses = np.polynomial.legendre.leggauss(n)
        points[n, :n], weights[n, :n] = (places + 1.0) / 2.0, masses / 2.0
    return points, weights
