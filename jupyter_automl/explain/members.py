"""A blend of models that have exact values each, in units of what the blend predicts.

A member's values add up on a scale of its own, such as log-odds; what is blended are probabilities
or targets. Each fold's values are carried over to these along the straight line of its scores from
the base to the row: a scale of one score by the line's secant, several by the mean slope of the
softmax along it (Aumann and Shapley's path, 1974). Values sum to the prediction then, but how they
share it is that of a linearised member.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from jupyter_automl.core.task import TaskKind
from jupyter_automl.explain.clockwork import Deadline
from jupyter_automl.explain.exact import folds_of, get_ready, hasten, rows_at_once
from jupyter_automl.explain.folds import Fold, Values
from jupyter_automl.explain.found import Found, Progress
from jupyter_automl.explain.portions import in_portions
from jupyter_automl.explain.scales import along_secant, along_softmax

if TYPE_CHECKING:
    import pandas as pd

METHOD = "members, linearised"
_GAP_ROWS = 50
_LEAST_ROWS = 20
"""With fewer exact rows in the time, sampled ones may be more."""


def explain(
    predictor: Any,
    frame: pd.DataFrame,
    names: Sequence[str],
    *,
    task: TaskKind,
    deadline: Deadline,
    n_jobs: int = 1,
    progress: Progress | None = None,
) -> Found | None:
    """Values of a blend, or None where a member has no exact way or it would take too long."""
    progress = progress or Progress()
    members = _members(predictor, names, task)
    if members is None:
        return None
    folds = [fold for _, parts in members for fold in parts]
    if not get_ready(folds, frame, deadline, n_jobs):
        return None

    def compute(rows: pd.DataFrame) -> Values:
        total, middle = np.zeros(()), np.zeros(())
        for weight, parts in members:
            for fold in parts:
                values, base = in_predictions(fold, *fold.values(rows, n_jobs))
                total = total + weight / len(parts) * values
                middle = middle + weight / len(parts) * base
        return np.asarray(total), np.asarray(middle)

    def finish(values: np.ndarray, base: np.ndarray) -> Found:
        space = "target" if task == "regression" else "probability"
        return Found(
            values=values,
            base_values=base,
            method=METHOD,
            space=space,
            gap=_gap(predictor, frame, values, base, task),
        )

    return in_portions(
        compute,
        frame,
        deadline,
        progress,
        finish=finish,
        improve=lambda left, each: hasten(folds, frame, left, each, deadline),
        most_rows=rows_at_once(folds),
        least_rows=_LEAST_ROWS,
    )


def _members(
    predictor: Any, names: Sequence[str], task: TaskKind
) -> list[tuple[float, list[Fold]]] | None:
    found = []
    for bag, weight in getattr(predictor, "members", ()):
        folds = folds_of(bag, names, task)
        if folds is None:
            return None
        found.append((float(weight), folds))
    return found or None


def in_predictions(fold: Fold, values: np.ndarray, base: np.ndarray) -> Values:
    """Values (n, d[, k]) and base in units of what the fold's model predicts."""
    if fold.kind == "sklearn_tree" and fold.task != "regression":
        return values, base
    if values.ndim == 2:
        return along_secant(fold.predicted, values, float(base))
    return along_softmax(values, base)


def _gap(
    predictor: Any, frame: pd.DataFrame, values: np.ndarray, base: np.ndarray, task: TaskKind
) -> float:
    """Mean distance of the sums from what is predicted, on some rows."""
    n = min(len(values), _GAP_ROWS)
    predicted = np.asarray(predictor.predict(frame.iloc[:n]), dtype=np.float64)
    if task == "binary":
        predicted = predicted[:, 1]
    return float(np.abs(values[:n].sum(axis=1) + base - predicted).mean())
