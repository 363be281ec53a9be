"""One fitted model of a bag and its ways to exact values of the table's columns."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from jupyter_automl.core.task import TaskKind
from jupyter_automl.explain import tree_tables
from jupyter_automl.explain.fast_trees import SECONDS_A_STEP, FastTrees
from jupyter_automl.explain.scales import sigmoid, softmax
from jupyter_automl.explain.tree_tables import NotFlatError

if TYPE_CHECKING:
    import pandas as pd

_NATIVE = ("lightgbm", "xgboost", "catboost", "linear")
_BOOSTERS = ("lightgbm", "xgboost", "catboost", "histograms")
_FLAT: dict[str, Callable[[Any], tree_tables.TreeTables]] = {
    "lightgbm": tree_tables.of_lightgbm,
    "xgboost": tree_tables.of_xgboost,
}
_MOST_OUTPUTS = 200_000
"""Columns times classes: each thread keeps a block of 64 rows of them."""
_CHECKED_ROWS = 8
_TOLERANCE = 1e-3
"""Of the largest value: libraries of 32 bits are this exact, and a wrong reading of a model is
not."""
_SHAP_SECONDS_A_STEP = 4e-9
"""shap's TreeSHAP does about leaves x depth^2 steps a tree and row (Lundberg et al. 2020)."""

Values = tuple[np.ndarray, np.ndarray]
"""Values (n, n_sources[, k]) and base () or (k,), on the scale that the model adds up on."""


def kind_of(estimator: Any) -> str:
    """What `estimator` is, for exact values; ``"other"`` if there are none."""
    kind = str(getattr(estimator, "kind", "other"))
    if kind == "other":
        name = type(getattr(estimator, "model", None)).__name__
        if name.startswith("HistGradientBoosting"):
            return "histograms"
        return "ballot" if name == "Ballot" else kind
    if kind in _NATIVE and not hasattr(estimator, "contributions"):
        return "other"
    return kind


class Fold:
    """A preprocessor with its estimator.

    Parameters
    ----------
    part : FoldModel
    names : sequence of str
        Columns of the table to explain.
    """

    def __init__(self, part: Any, names: Sequence[str], task: TaskKind) -> None:
        self.part = part
        self.task = task
        self.kind = kind_of(part.estimator)
        self.to_sources = source_matrix(part.preprocessor.parents, names)
        self.trees: FastTrees | None = None
        self._order: np.ndarray | None = None
        self._base = np.zeros(())
        self._shap: Any = None
        self._failed = False

    @property
    def has_native(self) -> bool:
        """Whether the library itself gives values."""
        return self.kind in _NATIVE

    @property
    def has_trees(self) -> bool:
        """Whether `load` may give `trees`."""
        return not self._failed and self.kind in (
            "lightgbm",
            "xgboost",
            "sklearn_tree",
            "histograms",
            "ballot",
        )

    def values(self, frame: pd.DataFrame, n_jobs: int = 1) -> Values:
        """Values of the columns by the quickest way that is loaded."""
        if self.trees is not None:
            return self._quick(frame, n_jobs), self._base
        if self.has_native:
            return self._native(frame)
        return self._by_shap(frame)

    def _native(self, frame: pd.DataFrame) -> Values:
        matrix = self.part.preprocessor.transform(frame)
        raw = np.asarray(self.part.estimator.contributions(matrix), dtype=np.float64)
        values = raw[..., :-1] @ self.to_sources
        base = raw[0, ..., -1]
        return (values if raw.ndim == 2 else np.swapaxes(values, 1, 2)), base

    def _quick(self, frame: pd.DataFrame, n_jobs: int) -> np.ndarray:
        assert self.trees is not None
        raw = self.trees.values(self._matrix(frame), n_jobs)
        return self._shaped(to_columns(raw, self._sources()))

    def pairs(self, frame: pd.DataFrame, chosen: Sequence[int], n_jobs: int = 1) -> np.ndarray:
        """Interactions (n, n_chosen, n_chosen[, k]) of the sources at places `chosen`.

        What was made of several columns takes no part.
        """
        assert self.trees is not None
        sources = self._sources()
        slot = np.full(len(sources), -1, dtype=np.int64)
        for place, source in enumerate(chosen):
            slot[sources[:, source] == 1.0] = place
        if (slot < 0).all():
            n_outputs = self.trees.tables.n_outputs
            return self._shaped(np.zeros((len(frame), len(chosen), len(chosen), n_outputs)))
        found = self.trees.pairs(self._matrix(frame), slot, n_jobs)
        whole = np.zeros((*found.shape[:2], len(chosen), len(chosen)))
        n = found.shape[2]
        whole[:, :, :n, :n] = found
        return self._shaped(np.moveaxis(whole, 1, -1))

    def load(self, frame: pd.DataFrame) -> bool:
        """Read the trees and check them on some rows; whether `trees` is there now."""
        if self.trees is not None:
            return True
        if not self.has_trees or frame.empty:
            return False
        try:
            if self.n_outputs * len(self.to_sources) > _MOST_OUTPUTS:
                raise NotFlatError("outputs")
            self._read()
            agrees = self._agrees(frame.iloc[:_CHECKED_ROWS])
        except (NotFlatError, KeyError, IndexError, AttributeError, ValueError, ImportError):
            # A version of the library that writes its models in another way, or no numba.
            agrees = False
        if not agrees:
            self.trees, self._failed = None, True
        return agrees

    def _read(self) -> None:
        estimator = self.part.estimator
        if self.kind == "histograms":
            tables, self._order = tree_tables.of_histograms(estimator.model)
            self.trees = FastTrees(tables)
            self._base = self._shaped_base(self.trees.base + estimator.model._baseline_prediction)
        elif self.kind == "ballot":
            self.trees = FastTrees(tree_tables.of_ballot(estimator.model))
            self._base = self._shaped_base(self.trees.base)
        elif self.kind == "sklearn_tree":
            self.trees = FastTrees(tree_tables.of_sklearn(_trees_of(estimator), self._columns()))
            self._base = self._mixed(self._shaped_base(self.trees.base))
        else:
            self.trees = FastTrees(_FLAT[self.kind](estimator.model))

    def _agrees(self, frame: pd.DataFrame) -> bool:
        """Whether the trees say what the library says."""
        quick = self._quick(frame, 1)
        if self.has_native:
            expected, self._base = self._native(frame)
        else:
            expected, quick = self._raw(frame), quick.sum(axis=1) + self._base
        if quick.shape != expected.shape:
            return False
        size = max(float(np.abs(expected).max(initial=0.0)), 1e-12)
        return bool(np.abs(quick - expected).max(initial=0.0) <= _TOLERANCE * size)

    def _raw(self, frame: pd.DataFrame) -> np.ndarray:
        """What the library predicts, as the values sum to it."""
        estimator = self.part.estimator
        if self.kind == "histograms":
            # Its input is what the model makes of the matrix, which `_matrix` has done.
            raw = np.zeros((len(frame), len(estimator.model._predictors[0])))
            raw += estimator.model._baseline_prediction
            matrix = np.asarray(self._matrix(frame), dtype=np.float64)
            n_threads = self.part.estimator.recipe.n_jobs
            estimator.model._predict_iterations(
                matrix, estimator.model._predictors, raw, False, n_threads
            )
            return self._shaped(raw[:, None])[:, 0]
        matrix = self.part.preprocessor.transform(frame)
        if self.kind == "ballot":
            logs = np.log(np.asarray(estimator.predict(matrix))[:, self._seen()])
            if self.task == "binary":
                return np.asarray(logs[:, 1] - logs[:, 0])
            raw = np.zeros((len(frame), self.n_outputs))
            raw[:, self._seen()] = logs - logs.mean(axis=1, keepdims=True)
            return raw
        if self.task != "regression":
            shares = np.asarray(estimator.predict(matrix), dtype=np.float64)
            return shares[:, 1] if self.task == "binary" else shares
        model = estimator.model
        return np.asarray(model.predict(np.ascontiguousarray(matrix, dtype=np.float32)))

    def _matrix(self, frame: pd.DataFrame) -> np.ndarray:
        """Rows as the trees ask them."""
        estimator, preprocessor = self.part.estimator, self.part.preprocessor
        if self.kind in ("sklearn_tree", "ballot"):
            return np.asarray(preprocessor.transform(frame), dtype=np.float32)
        matrix = preprocessor.transform(frame, coded=True)
        if self.kind == "histograms":
            return np.asarray(estimator.model._preprocess_X(estimator._matrix(matrix), reset=False))
        return np.asarray(matrix)

    def _sources(self) -> np.ndarray:
        return self.to_sources if self._order is None else self.to_sources[self._order]

    def _columns(self) -> list[int] | None:
        """Which of a tree's values are wanted: of two classes only the second."""
        if self.task == "regression":
            return None
        classes = self._seen().tolist()
        return [classes.index(1)] if self.task == "binary" else list(range(len(classes)))

    def _seen(self) -> np.ndarray:
        """Codes of the classes that were there in training."""
        estimator = self.part.estimator
        seen = estimator._present if self.kind == "ballot" else estimator.model.classes_
        return np.asarray(seen, dtype=np.int64)

    def _shaped(self, values: np.ndarray) -> np.ndarray:
        """From (..., n_outputs) of the trees to (...) or (..., k) of the task."""
        if self.task != "multiclass":
            return self._mixed(values[..., 0], base=False)
        if self.kind in _FLAT:
            return values
        full = np.zeros((*values.shape[:-1], self.n_outputs))
        seen = self._seen()
        # Two classes of histograms or a ballot are one score, that of the second.
        full[..., seen[-values.shape[-1] :]] = values
        return self._mixed(full, base=False)

    def _shaped_base(self, base: np.ndarray) -> np.ndarray:
        flat = np.asarray(base, dtype=np.float64).ravel()
        if self.task != "multiclass":
            return np.asarray(flat[0])
        full = np.zeros(self.n_outputs)
        full[self._seen()[-len(flat) :]] = flat
        return full

    def _mixed(self, numbers: np.ndarray, *, base: bool = True) -> np.ndarray:
        """With the class shares that count as one more tree of a forest."""
        if self.task == "regression" or not hasattr(self.part.estimator, "mixture"):
            return numbers
        weight, shares = self.part.estimator.mixture()
        if not base:
            return (1.0 - weight) * numbers
        others = shares[1] if self.task == "binary" else shares
        return np.asarray((1.0 - weight) * numbers + weight * others)

    def _by_shap(self, frame: pd.DataFrame) -> Values:
        """scikit-learn's forests by shap, where there is no time to compile."""
        forest = self.part.estimator.model
        if self._shap is None:
            self._shap = _tree_explainer(forest)
        X = np.asarray(self.part.preprocessor.transform(frame), dtype=np.float32)
        raw = np.asarray(self._shap.shap_values(X, check_additivity=False), dtype=np.float64)
        base = np.atleast_1d(np.asarray(self._shap.expected_value, dtype=np.float64))
        if self.task == "regression":
            return raw @ self.to_sources, np.asarray(base[0])
        columns = self._columns()
        values = self._shaped(to_columns(raw[:, :, columns], self.to_sources))
        return values, self._mixed(self._shaped_base(base[columns]))

    def shap_seconds(self, n_rows: int) -> float:
        """What shap takes for so many rows of a forest; infinite where it has no way."""
        if self.kind != "sklearn_tree":
            return np.inf
        steps = sum(tree.n_leaves * float(tree.max_depth) ** 2 for tree in self._nodes())
        return n_rows * steps * self.n_outputs * _SHAP_SECONDS_A_STEP

    @property
    def n_outputs(self) -> int:
        """Scores that the model adds up: one for a target or two classes."""
        if self.task != "multiclass":
            return 1
        return int(getattr(getattr(self.part.estimator, "recipe", None), "n_classes", 1))

    def quick_seconds(self, n_rows: int) -> float:
        """About what the trees take on one thread, by their sizes alone."""
        if self.kind != "sklearn_tree":
            return 0.0
        d = len(self.to_sources)
        steps = sum(t.node_count * (min(d, t.max_depth) + 1) // 2 for t in self._nodes())
        return float(n_rows * steps * SECONDS_A_STEP * (1 + self.n_outputs) / 2)

    def n_nodes(self) -> int:
        """Nodes of a forest's trees; 0 of a booster, which has few."""
        return sum(tree.node_count for tree in self._nodes()) if self.kind == "sklearn_tree" else 0

    def _nodes(self) -> list[Any]:
        return _trees_of(self.part.estimator)

    def predicted(self, total: np.ndarray) -> np.ndarray:
        """What the model predicts where its scores sum to `total`: probabilities or targets.

        Parameters
        ----------
        total : ndarray of shape (n,) or (n, k)
        """
        if self.task == "regression":
            goal = getattr(self.part.estimator, "goal", None)
            raw = np.exp(np.minimum(total, 700.0)) if self._is_log_of_counts else total
            return raw if goal is None else goal.from_fit(raw)
        if self.kind == "sklearn_tree":
            return total
        if total.ndim == 1:
            return sigmoid(total)
        return softmax(total)

    @property
    def _is_log_of_counts(self) -> bool:
        estimator = self.part.estimator
        counts = getattr(getattr(estimator, "goal", None), "loss", "") == "poisson"
        linked = getattr(getattr(estimator, "model", None), "link", "") == "log"
        return counts and (self.kind in _BOOSTERS or linked)

    def in_units(self, values: np.ndarray, base: np.ndarray) -> Values:
        """Values of a regression in units of the target or its logarithm."""
        goal = getattr(self.part.estimator, "goal", None)
        scale = float(getattr(goal, "scale", 1.0))
        if self.task != "regression" or scale == 1.0 or getattr(goal, "log", False):
            return values, base
        if self._is_log_of_counts:
            return values, base + np.log(scale)
        return values * scale, base * scale

    @property
    def space(self) -> str:
        """Units of `in_units`, see `Explanation.space`."""
        if self.task != "regression":
            return "probability" if self.kind == "sklearn_tree" else "log-odds"
        goal = getattr(self.part.estimator, "goal", None)
        if getattr(goal, "log", False) or self._is_log_of_counts:
            return "log of the target"
        return "target"


def source_matrix(parents: Sequence[Sequence[str]], names: Sequence[str]) -> np.ndarray:
    """A matrix (n_outputs, n_names) that gives outputs of a preprocessor back to columns.

    What was made of several columns, such as a product, is shared equally.
    """
    place = {name: number for number, name in enumerate(names)}
    matrix = np.zeros((len(parents), len(names)))
    for row, columns in enumerate(parents):
        for name in columns:
            if name in place:
                matrix[row, place[name]] += 1.0 / len(columns)
    return matrix


def to_columns(values: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """Values (n, d, k) of outputs of a preprocessor as (n, n_names, k) of columns.

    Parameters
    ----------
    matrix : ndarray of shape (d, n_names)
        As `source_matrix` gives it: nearly all of it is zero.
    """
    from scipy.sparse import csr_array

    n, d, k = values.shape
    flat = np.swapaxes(values, 1, 2).reshape(n * k, d)
    given = (csr_array(matrix.T) @ flat.T).T
    return np.swapaxes(given.reshape(n, k, matrix.shape[1]), 1, 2)


def _trees_of(estimator: Any) -> list[Any]:
    """scikit-learn's trees of a forest, or the one of a decision tree."""
    model = estimator.model
    grown = getattr(model, "estimators_", None)
    return [model.tree_] if grown is None else [tree.tree_ for tree in grown]


def _tree_explainer(model: Any) -> Any:
    # shap imports its plots, which use parts of matplotlib that are on the way out.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import shap

        return shap.TreeExplainer(model)
