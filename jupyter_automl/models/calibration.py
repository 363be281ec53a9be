"""Scores that rank rows, turned into probabilities that hold."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from jupyter_automl.models import linear_fit, slopes

_PENALTY = 1e-3
_MANY_CLASSES = 50
"""Classes beyond which scores share one slope: a weight from each class to each would be
360,000 numbers for 600 classes, learned from 3,000 rows at most."""

_MAX_PASSES = 100
_FIT_SHARE = 0.9
"""Of the time, for the scorers."""

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
    scores: np.ndarray,
    y: np.ndarray,
    weight: np.ndarray | None,
    n_classes: int,
    deadline: float | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> linear_fit.LinearModel:
    """Logistic regression on scores (Platt, 1999; of several classes: on all their scores).

    Of more than 50 classes: one slope for all scores and an intercept a class.

    Parameters
    ----------
    scores : ndarray of shape (n, m)
        One column for two classes, one a class for more.
    y : ndarray of shape (n,)
        Codes 0 .. n_classes - 1.
    deadline : float or None
        Seconds of `clock`; it is as good as it is then.

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
    if n_classes > _MANY_CLASSES:
        return _one_slope(scores, y, weight, start, deadline, clock)
    model = linear_fit.minimise(
        scores / width,
        slopes.log_loss_slope(y, weight, n_outputs),
        link="logit" if n_outputs == 1 else "softmax",
        n_outputs=n_outputs,
        penalty=_PENALTY,
        intercept=start,
        max_passes=_MAX_PASSES,
        deadline=deadline,
        clock=clock,
    )
    return linear_fit.LinearModel(
        coef_=model.coef_ / width,
        intercept_=model.intercept_,
        link=model.link,
        converged=model.converged,
        n_passes=model.n_passes,
    )


def _one_slope(
    scores: np.ndarray,
    y: np.ndarray,
    weight: np.ndarray,
    start: np.ndarray,
    deadline: float | None,
    clock: Callable[[], float],
) -> linear_fit.LinearModel:
    """Vector scaling with a common slope (Guo et al., 2017)."""
    from scipy.optimize import minimize

    width = float(scores.std()) or 1.0
    scaled = scores / width
    slope = slopes.log_loss_slope(y, weight, scores.shape[1])
    n_passes = 0

    def value(flat: np.ndarray) -> tuple[float, np.ndarray]:
        nonlocal n_passes
        n_passes += 1
        loss, by_raw = slope(flat[0] * scaled + flat[1:])
        downhill = np.concatenate([[float((by_raw * scaled).sum())], by_raw.sum(axis=0)])
        # Towards the shares of the classes, which few rows of each hardly tell.
        apart = flat[1:] - start
        downhill[1:] += _PENALTY * apart
        return loss + 0.5 * _PENALTY * float(apart @ apart), downhill

    def stop_in_time(intermediate_result: object) -> None:
        if deadline is not None and clock() >= deadline:
            raise StopIteration

    found = minimize(
        value,
        np.concatenate([[1.0], start]),
        jac=True,
        method="L-BFGS-B",
        callback=stop_in_time,
        options={"maxiter": _MAX_PASSES},
    )
    return linear_fit.LinearModel(
        coef_=np.eye(len(start)) * (found.x[0] / width),
        intercept_=found.x[1:].copy(),
        link="softmax",
        converged=bool(found.status == 0),
        n_passes=n_passes,
    )


Score = Callable[[np.ndarray], np.ndarray]
"""Row numbers to scores (n, m)."""


def calibrated(
    score_of: Callable[[np.ndarray, float | None], Score],
    y: np.ndarray,
    weight: np.ndarray | None,
    n_classes: int,
    random_state: int,
    deadline: float | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> linear_fit.LinearModel:
    """Fit a scorer and a calibration that was learned from rows the scorer had not seen.

    Rows of a group may be on both sides: estimators are not told of groups.

    Where no row can be held out, because every class has one only, it is learned from the
    fitted rows: too sure of itself, and better than none.

    Parameters
    ----------
    score_of : callable
        Fits on row numbers until a deadline; gives a function of row numbers to scores
        (n, m). Its last call is the scorer to keep.
    deadline : float or None
        Seconds of `clock`, shared out among the fits and the calibration.
    """
    parts, refit = calibration_parts(y, random_state)
    everything = np.arange(len(y))
    if not parts:
        parts, refit = [(everything, everything)], False
    left = len(parts) + refit

    def turn() -> float | None:
        nonlocal left
        share, left = _FIT_SHARE / left, left - 1
        return None if deadline is None else clock() + share * max(0.0, deadline - clock())

    scores, rows = [], []
    for fitted, scored in parts:
        scores.append(score_of(fitted, turn())(scored))
        rows.append(scored)
    if refit:
        score_of(everything, turn())
    used = np.concatenate(rows)
    kept = None if weight is None else weight[used]
    return fit_calibration(np.concatenate(scores), y[used], kept, n_classes, deadline, clock)
