"""How well the codes of one column predict the target, out of fold."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from jupyter_automl.profiling.leaks.goal import N_FOLDS, Goal, ranks

_PRIOR_ROWS = 0.5
"""Rows of the whole that each code's mean is mixed with."""

_NEARLY_ALL = 0.9


@dataclass(frozen=True, slots=True)
class Power:
    """A score in 0 to 1 and its standard error.

    `measure` is ``"AUC"`` (classes; the mean over classes, each against the rest, where
    there are more than two) or ``"R2"`` (of the ranks of a number).
    """

    score: float
    error: float
    measure: str

    def surely(self) -> float:
        """The score less two standard errors."""
        return self.score - 2 * self.error


def power_of(codes: np.ndarray, n_codes: int, goal: Goal) -> Power | None:
    """What the codes alone predict; None where too few rows are there to say.

    Parameters
    ----------
    codes : ndarray of int64, shape (n,)
        0 to `n_codes` - 1, for each row of `goal`.

    Notes
    -----
    Each code's mean target comes from the other folds, mixed with half a row of the mean of
    all. Only counts by fold, code and class are needed, so a column costs one pass.
    """
    if goal.n_classes:
        return _of_classes(codes, n_codes, goal) if goal.scored else None
    return _of_values(codes, n_codes, goal)


def in_order(numbers: np.ndarray, goal: Goal) -> Power | None:
    """What the size of a number alone predicts: the larger, the more of the target, or less.

    Bins are coarse on few rows; nothing is learned here, so nothing has to be held out.

    Parameters
    ----------
    numbers : ndarray of float64, shape (n,)
        NaN where missing; None comes back where more than a tenth is.
    """
    known = ~np.isnan(numbers)
    if known.mean() < _NEARLY_ALL or (goal.n_classes and not goal.scored):
        return None
    x, y = numbers[known], goal.y[known]
    if not goal.n_classes:
        x, y = ranks(x), y - y.mean()
        spread = float(y @ y) * len(x)
        score = float(x @ y) ** 2 / spread if spread > 0 else 0.0
        return Power(score, _error(score, len(x)), "R2")
    found = [_area(x, y == code, y != code) for code in goal.scored]
    areas, errors = zip(*found, strict=True)
    return Power(float(np.mean([max(a, 1 - a) for a in areas])), float(np.mean(errors)), "AUC")


def _of_classes(codes: np.ndarray, n_codes: int, goal: Goal) -> Power:
    k = goal.n_classes
    cells = (goal.folds * n_codes + codes) * k + goal.y
    counts = np.bincount(cells, minlength=N_FOLDS * n_codes * k).reshape(N_FOLDS, n_codes, k)
    train = (counts.sum(axis=0) - counts).astype(np.float64)
    known = train.sum(axis=2, keepdims=True)
    prior = train.sum(axis=1, keepdims=True) / known.sum(axis=1, keepdims=True)
    chances = (train + _PRIOR_ROWS * prior) / (known + _PRIOR_ROWS)
    return of_cells(counts.reshape(-1, k), chances.reshape(-1, k), goal.scored)


def of_cells(counts: np.ndarray, chances: np.ndarray, scored: tuple[int, ...]) -> Power:
    """Mean area under the curve of the classes `scored`.

    Parameters
    ----------
    counts : ndarray of shape (c, k)
        Rows of each class in each cell.
    chances : ndarray of float64, shape (c, k)
        What was predicted for the cell.
    """
    filled = counts.any(axis=1)
    counts, chances = counts[filled], chances[filled]
    rows = counts.sum(axis=1)
    found = [_area(chances[:, code], counts[:, code], rows - counts[:, code]) for code in scored]
    areas, errors = zip(*found, strict=True)
    return Power(float(np.mean(areas)), float(np.mean(errors)), "AUC")


def _area(chances: np.ndarray, positive: np.ndarray, negative: np.ndarray) -> tuple[float, float]:
    """Area under the curve with ties counted half, and its error (Hanley and McNeil, 1982)."""
    levels, places = np.unique(chances, return_inverse=True)
    above = np.bincount(places, weights=positive, minlength=len(levels))
    below = np.bincount(places, weights=negative, minlength=len(levels))
    n, m = above.sum(), below.sum()
    if not n or not m:
        return 0.5, 0.5
    area = float(above @ (np.cumsum(below) - 0.5 * below)) / (n * m)
    first, second = area / (2 - area), 2 * area**2 / (1 + area)
    spread = area * (1 - area) + (n - 1) * (first - area**2) + (m - 1) * (second - area**2)
    return area, float(np.sqrt(max(spread, 0.0) / (n * m)))


def _of_values(codes: np.ndarray, n_codes: int, goal: Goal) -> Power:
    cells = goal.folds * n_codes + codes
    size = N_FOLDS * n_codes
    shape = (N_FOLDS, n_codes)
    counts = np.bincount(cells, minlength=size).reshape(shape).astype(np.float64)
    sums = np.bincount(cells, weights=goal.y, minlength=size).reshape(shape)
    known, total = counts.sum(axis=0) - counts, sums.sum(axis=0) - sums
    mean = total.sum(axis=1, keepdims=True) / known.sum(axis=1, keepdims=True)
    guesses = (total + _PRIOR_ROWS * mean) / (known + _PRIOR_ROWS)
    return of_means(counts, sums, guesses, float(goal.y @ goal.y))


def of_means(counts: np.ndarray, sums: np.ndarray, guesses: np.ndarray, squares: float) -> Power:
    """R2 of `guesses` for cells of `counts` rows whose targets add up to `sums`.

    `squares` is the sum of the squared targets, whose mean is 0. The error is the usual one
    of a squared correlation, ``2 R (1 - R2) / sqrt(n)``.
    """
    n = float(counts.sum())
    left = squares + float((guesses * (guesses * counts - 2 * sums)).sum())
    score = max(0.0, 1 - left / squares) if squares > 0 else 0.0
    return Power(score, _error(score, n), "R2")


def _error(score: float, n: float) -> float:
    return 2 * float(np.sqrt(score / n)) * (1 - score)
