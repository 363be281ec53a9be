"""Exact values of boosters, linear models and small forests, as the mean over the folds."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from jupyter_automl.core.task import TaskKind
from jupyter_automl.explain.clockwork import Deadline
from jupyter_automl.explain.found import Found

if TYPE_CHECKING:
    import pandas as pd

FIRST_ROWS = 4
_NATIVE = ("lightgbm", "xgboost", "catboost", "linear")
_SHAP_IMPORT_SECONDS = 3.0
_SECONDS_A_STEP = 4e-9
"""TreeSHAP does about leaves x depth^2 steps a tree and row (Lundberg et al. 2020)."""
_FOREST_SHARE = 0.5
_DEFAULT_SECONDS = 60.0

Contribute = Callable[["pd.DataFrame"], "tuple[np.ndarray, np.ndarray]"]
"""Rows to values (n, d_source[, k]) and base (,) or (k,)."""


def explain(
    predictor: Any, frame: pd.DataFrame, names: Sequence[str], *, task: TaskKind, deadline: Deadline
) -> Found | None:
    """Exact values, or None where the model has no exact way or it would take too long.

    Notes
    -----
    The output explained is the mean of the folds' raw scores, whose sigmoid is close
    to, but not the same as, the mean of their probabilities.
    """
    parts: Sequence[Any] = getattr(predictor, "parts", ())
    kinds = {str(getattr(part.estimator, "kind", "other")) for part in parts}
    if len(kinds) != 1 or hasattr(predictor, "members"):
        return None
    kind = kinds.pop()
    folds = _folds(parts, kind, frame, names, task, deadline)
    if folds is None:
        return None
    values, base = _in_portions(folds, frame, deadline)
    return Found(
        values=values,
        base_values=base,
        method="linear" if kind == "linear" else "tree",
        space=_space(parts[0].estimator, kind, task),
    )


def _folds(
    parts: Sequence[Any],
    kind: str,
    frame: pd.DataFrame,
    names: Sequence[str],
    task: TaskKind,
    deadline: Deadline,
) -> list[Contribute] | None:
    if kind in _NATIVE and all(hasattr(part.estimator, "contributions") for part in parts):
        return [_native(part, names) for part in parts]
    if kind == "sklearn_tree" and _is_quick(parts, min(20, len(frame)), deadline):
        return [_forest(part, names, task) for part in parts]
    return None


def _native(part: Any, names: Sequence[str]) -> Contribute:
    to_sources = source_matrix(part.preprocessor.parents, names)

    def contribute(frame: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
        raw = np.asarray(part.estimator.contributions(part.preprocessor.transform(frame)))
        values = raw[..., :-1] @ to_sources
        base = raw[0, ..., -1]
        return (values if raw.ndim == 2 else np.swapaxes(values, 1, 2)), base

    return contribute


def _forest(part: Any, names: Sequence[str], task: TaskKind) -> Contribute:
    forest = part.estimator.model
    explainer = _tree_explainer(forest)
    to_sources = source_matrix(part.preprocessor.parents, names)

    def contribute(frame: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
        X = np.asarray(part.preprocessor.transform(frame), dtype=np.float32)
        raw = np.asarray(explainer.shap_values(X, check_additivity=False), dtype=np.float64)
        base = np.atleast_1d(np.asarray(explainer.expected_value, dtype=np.float64))
        if task == "regression":
            return raw @ to_sources, base[0]
        values = np.einsum("ndk,ds->nsk", raw, to_sources)
        seen = np.asarray(forest.classes_, dtype=np.int64)
        k = part.estimator.recipe.n_classes
        full, full_base = np.zeros((*values.shape[:2], k)), np.zeros(k)
        full[:, :, seen], full_base[seen] = values, base
        if hasattr(part.estimator, "mixture"):
            weight, shares = part.estimator.mixture()
            full *= 1.0 - weight
            full_base = (1.0 - weight) * full_base + weight * shares
        return (full[:, :, 1], full_base[1]) if task == "binary" else (full, full_base)

    return contribute


def _tree_explainer(model: Any) -> Any:
    # shap imports its plots, which use parts of matplotlib that are on the way out.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import shap

        return shap.TreeExplainer(model)


def _is_quick(parts: Sequence[Any], n_rows: int, deadline: Deadline) -> bool:
    """Whether TreeSHAP gets through a first portion of rows in half of the time."""
    steps = 0.0
    for part in parts:
        for tree in getattr(part.estimator.model, "estimators_", ()):
            steps += tree.tree_.n_leaves * float(tree.tree_.max_depth) ** 2
    outputs = max(1, int(getattr(parts[0].estimator.recipe, "n_classes", 1)))
    needed = _SHAP_IMPORT_SECONDS + n_rows * steps * outputs * _SECONDS_A_STEP
    return needed < _FOREST_SHARE * min(deadline.left(), _DEFAULT_SECONDS)


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


def _in_portions(
    folds: Sequence[Contribute], frame: pd.DataFrame, deadline: Deadline
) -> tuple[np.ndarray, np.ndarray]:
    """A few rows first, then as many as the time holds at the rate they took."""
    done: list[np.ndarray] = []
    base, n_done, size = np.zeros(()), 0, min(FIRST_ROWS, len(frame))
    while size > 0:
        before = deadline.clock()
        values, base = _mean(folds, frame.iloc[n_done : n_done + size])
        done.append(values)
        n_done += size
        each = (deadline.clock() - before) / size
        size = min(len(frame) - n_done, deadline.portion(each), 4 * size)
    return np.concatenate(done), base


def _mean(folds: Sequence[Contribute], frame: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    values, bases = zip(*(fold(frame) for fold in folds), strict=True)
    return (
        np.asarray(np.mean(np.stack(values), axis=0, dtype=np.float64)),
        np.asarray(np.mean(np.stack(bases), axis=0, dtype=np.float64)),
    )


def _space(estimator: Any, kind: str, task: TaskKind) -> str:
    if task != "regression":
        return "probability" if kind == "sklearn_tree" else "log-odds"
    goal = getattr(estimator, "goal", None)
    if getattr(goal, "log", False):
        return "log of the target"
    poisson = getattr(goal, "loss", "") == "poisson" and kind in ("lightgbm", "xgboost", "catboost")
    return "log of the target" if poisson else "target"
