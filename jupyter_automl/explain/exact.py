"""Exact values of boosters, linear models and forests, as the mean over the folds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from jupyter_automl.core.task import TaskKind
from jupyter_automl.explain.clockwork import Deadline
from jupyter_automl.explain.fast_trees import seconds_to_load
from jupyter_automl.explain.folds import Fold, Values, kind_of, source_matrix
from jupyter_automl.explain.found import Found, Progress
from jupyter_automl.explain.portions import in_portions

if TYPE_CHECKING:
    import pandas as pd

MOST_CELLS = 8_000_000
"""Rows times encoded columns times outputs of a portion: bounds memory."""
MOST_NODES = 4_000_000
"""Of all folds' forests; their arrays take some 150 bytes a node."""
STRONGEST = 8
"""Features whose pairs are looked at."""
PAIR_ROWS = 200
_READ_SECONDS = 0.1
"""To read one model's trees; measured."""
_WORTHWHILE = 1.5
_SHAP_SECONDS = 3.0
_SHARE = 0.5
"""Of the time that may go by before the first rows are explained."""
_DEFAULT_SECONDS = 60.0
_FEW_ROWS = 20
_PAIR_SHARE, _PAIR_SECONDS = 0.2, 3.0
"""Of the time that the values have left, and at most."""
_FIRST_PAIR_ROWS, _GROWTH = 8, 4

__all__ = ["explain", "source_matrix"]


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
    """Exact values, or None where the model has no exact way or it would take too long.

    Notes
    -----
    The output explained is the mean of the folds' raw scores, whose sigmoid is close
    to, but not the same as, the mean of their probabilities.
    """
    progress = progress or Progress()
    if hasattr(predictor, "members"):
        return None
    folds = folds_of(predictor, names, task)
    if folds is None or not get_ready(folds, frame, deadline, n_jobs):
        return None

    def compute(rows: pd.DataFrame) -> Values:
        return _mean([fold.in_units(*fold.values(rows, n_jobs)) for fold in folds])

    def finish(values: np.ndarray, base: np.ndarray) -> Found:
        method = "linear" if folds[0].kind == "linear" else "tree"
        return Found(values=values, base_values=base, method=method, space=folds[0].space)

    found = in_portions(
        compute,
        frame,
        deadline,
        progress,
        finish=finish,
        improve=lambda left, each: hasten(folds, frame, left, each, deadline),
        most_rows=rows_at_once(folds),
    )
    if found is None or progress.stopped():
        return found
    return _with_pairs(found, folds, frame, deadline, n_jobs)


def folds_of(predictor: Any, names: Sequence[str], task: TaskKind) -> list[Fold] | None:
    """The models of a bag if all have an exact way and are of one kind, else None."""
    parts: Sequence[Any] = getattr(predictor, "parts", ())
    if len({kind_of(part.estimator) for part in parts}) != 1 or getattr(predictor, "below", ()):
        return None
    folds = [Fold(part, names, task) for part in parts]
    return folds if all(fold.has_native or fold.has_trees for fold in folds) else None


def get_ready(folds: Sequence[Fold], frame: pd.DataFrame, deadline: Deadline, n_jobs: int) -> bool:
    """Load the trees of models whose library has no values; False where the time is too short."""
    lacking = [fold for fold in folds if not fold.has_native]
    if not lacking:
        return True
    allowed = _SHARE * min(deadline.left(), _DEFAULT_SECONDS)
    n_rows = min(_FEW_ROWS, len(frame))
    if sum(fold.n_nodes() for fold in lacking) <= MOST_NODES:
        needed = seconds_to_load() + _READ_SECONDS * len(lacking)
        needed += sum(fold.quick_seconds(n_rows) for fold in lacking) / max(1, n_jobs)
        if needed < allowed and _load(lacking, frame):
            return True
    return _SHAP_SECONDS + sum(fold.shap_seconds(n_rows) for fold in lacking) < allowed


def hasten(
    folds: Sequence[Fold], frame: pd.DataFrame, left: int, each: float, deadline: Deadline
) -> None:
    """Load trees where that is worth its time for the rows that are left.

    Parameters
    ----------
    left : int
        Rows.
    each : float
        Seconds a row as it is.
    """
    slow = [fold for fold in folds if fold.trees is None and fold.has_trees and fold.has_native]
    coming = left * each * len(slow) / len(folds)
    reading = _READ_SECONDS * len(slow)
    if not slow or coming < _WORTHWHILE * reading:
        return
    cost = seconds_to_load() + reading
    if coming > _WORTHWHILE * cost and deadline.left() > 2.0 * cost:
        _load(slow, frame)


def _load(folds: Sequence[Fold], frame: pd.DataFrame) -> bool:
    loaded = [fold.load(frame) for fold in folds]
    return all(loaded)


def rows_at_once(folds: Sequence[Fold]) -> int:
    """Of a portion, so that memory stays bounded."""
    widest = max(len(fold.to_sources) for fold in folds)
    n_outputs = max(fold.n_outputs for fold in folds)
    return max(1, MOST_CELLS // max(1, widest * n_outputs))


def _mean(found: Sequence[Values]) -> Values:
    values, bases = zip(*found, strict=True)
    return (
        np.asarray(np.mean(np.stack(values), axis=0, dtype=np.float64)),
        np.asarray(np.mean(np.stack(bases), axis=0, dtype=np.float64)),
    )


def _with_pairs(
    found: Found, folds: Sequence[Fold], frame: pd.DataFrame, deadline: Deadline, n_jobs: int
) -> Found:
    """The same with interactions of the strongest features, where the trees are at hand."""
    if any(fold.trees is None for fold in folds) or found.values.shape[1] < 2:
        return found
    sizes = np.abs(found.values).mean(axis=(0, *range(2, found.values.ndim)))
    strongest = np.argsort(-sizes, kind="stable")[:STRONGEST]
    chosen = [int(place) for place in strongest if sizes[place] > 0]
    if len(chosen) < 2 or _PAIR_SHARE * deadline.left() < seconds_to_load("add_pairs"):
        return found
    rows = frame.iloc[: min(PAIR_ROWS, len(found.values))]
    strength, n_done, size = np.zeros((len(chosen), len(chosen))), 0, _FIRST_PAIR_ROWS
    allowed = min(_PAIR_SHARE * deadline.left(), _PAIR_SECONDS + seconds_to_load("add_pairs"))
    until = deadline.left() - allowed
    while size > 0:
        before = deadline.clock()
        part = rows.iloc[n_done : n_done + size]
        each = [fold.in_units(fold.pairs(part, chosen, n_jobs), np.zeros(()))[0] for fold in folds]
        total = np.abs(np.mean(each, axis=0))
        strength += total.mean(axis=3).sum(axis=0) if total.ndim == 4 else total.sum(axis=0)
        n_done += len(part)
        seconds = max(1e-9, (deadline.clock() - before) / len(part))
        spare = deadline.left() - until
        fitting = len(rows) if np.isinf(deadline.left()) else int(max(0.0, spare) / seconds)
        size = min(len(rows) - n_done, _GROWTH * size, fitting)
    pairs = [
        (one, two, float(strength[i, i + 1 + j] / n_done))
        for i, one in enumerate(chosen)
        for j, two in enumerate(chosen[i + 1 :])
    ]
    return replace(found, pairs=tuple(sorted(pairs, key=lambda pair: -pair[2])))
