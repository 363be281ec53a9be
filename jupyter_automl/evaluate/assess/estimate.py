"""A number with its 95 % interval, and rates and means of rows as such."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from jupyter_automl.core.words import say

Z = 1.959963984540054
"""Of the standard normal distribution: 95 % lie within."""

_ROUNDING = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A number that rows say, and how far it can be trusted.

    Attributes
    ----------
    value : float or None
        None where the rows do not say it.
    low, high : float or None
        Ends of the 95 % interval; None where there is none.
    n : int
        Rows behind it.
    reason : str
        Why there is no value or no interval; empty where there are both.
    """

    value: float | None = None
    low: float | None = None
    high: float | None = None
    n: int = 0
    reason: str = ""


def wilson(
    share: np.ndarray | float, n: np.ndarray | float
) -> tuple[np.ndarray | float, np.ndarray | float]:
    """Ends of the score interval of a share of n rows (Wilson 1927), 95 %.

    Parameters
    ----------
    share : float or ndarray
        In [0, 1].
    n : float or ndarray
        Above 0; rows that count alike and by themselves (see `effective_rows`).
    """
    square = Z * Z / n
    middle = (share + square / 2) / (1 + square)
    half = Z / (1 + square) * np.sqrt(share * (1 - share) / n + square / (4 * n))
    return np.minimum(np.maximum(middle - half, 0.0), share), np.maximum(
        np.minimum(middle + half, 1.0), share
    )


def effective_rows(
    values: np.ndarray, weights: np.ndarray | None = None, groups: np.ndarray | None = None
) -> float:
    """How many rows of weight 1, each by itself, would say as much about the mean.

    Notes
    -----
    The design effect of Kish (1965): uneven weights, and rows of a group that are alike, make
    fewer of them. At most the rows there are; 0 without any.
    """
    if not len(values):
        return 0.0
    masses = np.ones(len(values)) if weights is None else weights
    total = float(masses.sum())
    alone = total**2 / float(masses @ masses)
    if groups is None:
        return alone
    mean, error, n_groups = _of_groups(values, masses, groups)
    spread = float(masses @ np.square(values - mean)) / total
    if n_groups < 2:
        return 1.0
    if spread <= _ROUNDING * (1.0 + mean**2):
        # All are the same: a group can be as one row.
        return float(min(alone, n_groups))
    return float(np.clip(spread / max(error**2, spread / alone), 1.0, alone))


def rate(
    hits: np.ndarray, weights: np.ndarray | None = None, groups: np.ndarray | None = None
) -> Estimate:
    """The share of rows that are hits, with Wilson's interval.

    Parameters
    ----------
    hits : ndarray of bool, shape (n,)
    weights, groups : ndarray of shape (n,), optional
        As `Judged` has them.
    """
    if not len(hits):
        return Estimate(reason=say("evaluate-reason-no-rows"))
    share = float(np.average(hits, weights=weights))
    low, high = wilson(share, effective_rows(hits.astype(np.float64), weights, groups))
    return Estimate(value=share, low=float(low), high=float(high), n=len(hits))


def mean_and_error(
    values: np.ndarray, weights: np.ndarray | None = None, groups: np.ndarray | None = None
) -> tuple[float, float]:
    """The mean and its standard error; the latter NaN with a single row or group.

    Rows of a group may be alike: then the error is that of the groups' sums.
    """
    masses = np.ones(len(values)) if weights is None else weights
    with np.errstate(over="ignore", invalid="ignore"):
        if groups is not None:
            mean, error, n_groups = _of_groups(values, masses, groups)
            return mean, error if n_groups > 1 else float("nan")
        n, total = len(values), float(masses.sum())
        mean = float(masses @ values) / total
        if n < 2:
            return mean, float("nan")
        squares = np.square(masses * (values - mean))
        return mean, float(np.sqrt(squares.sum() * n / (n - 1)) / total)


def mean_estimate(
    values: np.ndarray, weights: np.ndarray | None = None, groups: np.ndarray | None = None
) -> Estimate:
    """The mean with a normal interval."""
    if not len(values):
        return Estimate(reason=say("evaluate-reason-no-rows"))
    mean, error = mean_and_error(values, weights, groups)
    if not np.isfinite(mean):
        return Estimate(n=len(values), reason=say("evaluate-reason-too-large"))
    if not np.isfinite(error):
        one = "evaluate-reason-one-row" if groups is None else "evaluate-reason-one-group"
        return Estimate(value=mean, n=len(values), reason=say(one))
    return Estimate(value=mean, low=mean - Z * error, high=mean + Z * error, n=len(values))


def _of_groups(
    values: np.ndarray, masses: np.ndarray, groups: np.ndarray
) -> tuple[float, float, int]:
    """Mean, its error by sums over groups, and their number."""
    codes = np.unique(groups, return_inverse=True)[1]
    n_groups = int(codes.max()) + 1
    total = float(masses.sum())
    mean = float(masses @ values) / total
    sums = np.bincount(codes, weights=masses * (values - mean))
    spread = float(sums @ sums) * n_groups / max(n_groups - 1, 1)
    return mean, float(np.sqrt(spread) / total), n_groups
