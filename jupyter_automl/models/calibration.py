"""Scores that rank rows, turned into probabilities that hold."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from jupyter_automl.models import linear_fit, slopes

_PENALTY = 1e-3
_ENOUGH_ROWS = 1_000
_HELD_SHARE, _MOST_HELD = 0.2, 3_000
_N_FOLDS = 3


def calibration_parts(
    y: np.ndarray, random_state: int
) -> tuple[list[tuple[np.ndarray, np.ndarray]], bool]:
    """Which rows are fitted and which are scored to learn a calibration from.

    Parameters
    ----------
    y : ndarray of shape (n,)
        Class codes; of every class that has two rows or more, some are on both sides.

    Returns
    -------
    parts : list of (fitted rows, scored rows)
        One from 1,000 rows on, else three folds.
    refit : bool
        Whether all rows are to be fitted again afterwards: few rows are needed whole.
    """
    rng = np.random.default_rng(random_state)
    # Spread the rows of each class evenly over the places 0, 1, 2, ...
    order = rng.permutation(len(y))
    order = order[np.argsort(y[order], kind="stable")]
    place = np.empty(len(y), dtype=np.int64)
    place[order] = np.arange(len(y))
    everything = np.arange(len(y))
    if len(y) >= _ENOUGH_ROWS:
        every = int(np.ceil(len(y) / min(_HELD_SHARE * len(y), _MOST_HELD)))
        scored = place % every == every - 1
        scored &= _is_spared(y, scored)
        return [(everything[~scored], everything[scored])], False
    parts = []
    for fold in range(_N_FOLDS):
        scored = place % _N_FOLDS == fold
        scored &= _is_spared(y, scored)
        if scored.any():
            parts.append((everything[~scored], everything[scored]))
    return parts, True


def _is_spared(y: np.ndarray, scored: np.ndarray) -> np.ndarray:
    """Rows whose class would still be fitted if all `scored` rows were held out."""
    fitted = np.bincount(y[~scored], minlength=int(y.max()) + 1)
    spared: np.ndarray = fitted[y] > 0
    return spared


def fit_calibration(
    scores: np.ndarray, y: np.ndarray, weight: np.ndarray | None, n_classes: int
) -> linear_fit.LinearModel:
    """Logistic regression on scores (Platt, 1999; of several classes: on all their scores).

    Parameters
    ----------
    scores : ndarray of shape (n, m)
        One column for two classes, one a class for more.
    y : ndarray of shape (n,)
        Codes 0 .. n_classes - 1.

    Returns
    -------
    LinearModel
        Takes `scores`.
    """
    weight = np.ones(len(y)) if weight is None else np.asarray(weight, dtype=np.float64)
    weight = weight / weight.sum()
    width = scores.std(axis=0)
    width[width == 0] = 1.0
    n_outputs = 1 if n_classes == 2 else n_classes
    shares = np.bincount(y, weights=weight, minlength=n_classes) + 1.0 / len(y)
    start = np.log(shares[1:] / shares[:1]) if n_outputs == 1 else np.log(shares)
    model = linear_fit.minimise(
        scores / width,
        slopes.log_loss_slope(y, weight, n_outputs),
        link="logit" if n_outputs == 1 else "softmax",
        n_outputs=n_outputs,
        penalty=_PENALTY,
        intercept=start,
        max_passes=100,
        deadline=None,
        clock=time.monotonic,
    )
    return linear_fit.LinearModel(
        coef_=model.coef_ / width,
        intercept_=model.intercept_,
        link=model.link,
        converged=model.converged,
        n_passes=model.n_passes,
    )


def calibrated(
    score_of: Callable[[np.ndarray], Callable[[np.ndarray], np.ndarray]],
    y: np.ndarray,
    weight: np.ndarray | None,
    n_classes: int,
    random_state: int,
) -> linear_fit.LinearModel:
    """Fit a scorer and a calibration that was learned from rows the scorer had not seen.

    Parameters
    ----------
    score_of : callable
        Fits on row numbers; gives a function of row numbers to scores (n, m). Its last
        call is the scorer to keep.
    """
    parts, refit = calibration_parts(y, random_state)
    scores, rows = [], []
    for fitted, scored in parts:
        scores.append(score_of(fitted)(scored))
        rows.append(scored)
    if refit:
        score_of(np.arange(len(y)))
    used = np.concatenate(rows)
    kept = None if weight is None else weight[used]
    return fit_calibration(np.concatenate(scores), y[used], kept, n_classes)
