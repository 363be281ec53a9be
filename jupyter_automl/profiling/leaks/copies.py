"""Whether a column is the target in other words: renamed, rescaled or in logarithms."""

from __future__ import annotations

import numpy as np

from jupyter_automl.profiling.leaks.bins import MISSING, Bins
from jupyter_automl.profiling.leaks.goal import Goal

_EXACT = 1 - 1e-8
"""Squared correlation from which one number is another, rescaled; leaves room for rounding."""

_LEAST_KNOWN = 0.9


def same_as_target(bins: Bins, goal: Goal) -> str:
    """How the column is the same, such as "is a rescaled" target; empty where it is not."""
    if goal.n_classes:
        return "holds one value for each class of" if _one_to_one(bins, goal) else ""
    if bins.numbers is None:
        return ""
    known = np.isfinite(bins.numbers)
    if known.sum() < _LEAST_KNOWN * len(goal):
        return ""
    return _rescaled(bins.numbers[known], goal.raw[known])


def _one_to_one(bins: Bins, goal: Goal) -> bool:
    if not bins.exact:
        return False
    counts = np.bincount(bins.codes * goal.n_classes + goal.y, minlength=bins.n * goal.n_classes)
    met = counts.reshape(bins.n, goal.n_classes) > 0
    met[MISSING] &= not met[MISSING].any() or met[:, met[MISSING]].sum() == 1
    return bool(met.sum(axis=0).max() == 1 and met.sum(axis=1).max() == 1)


def _rescaled(x: np.ndarray, y: np.ndarray) -> str:
    if np.array_equal(x, y):
        return "is equal to"
    ways = [(x, y, "is a rescaled")]
    if (x > 0).all():
        ways.append((np.log(x), y, "is an exponential of"))
    if (y > 0).all():
        ways.append((x, np.log(y), "is a logarithm of"))
    if len(ways) == 3:
        ways.append((np.log(x), np.log(y), "is a power of"))
    return next((words for a, b, words in ways if _squared_correlation(a, b) >= _EXACT), "")


def _squared_correlation(a: np.ndarray, b: np.ndarray) -> float:
    a, b = _unit(a), _unit(b)
    return float(a @ b) ** 2


def _unit(values: np.ndarray) -> np.ndarray:
    largest = np.abs(values).max()
    if not largest:
        return values
    centred = values / largest
    centred = centred - centred.mean()
    length = np.sqrt(centred @ centred)
    return centred / length if length > 0 else centred
