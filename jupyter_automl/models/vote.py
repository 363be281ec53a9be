"""What one column says about the class, as naive Bayes counts it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from jupyter_automl.models.slopes import softmax

_ADDED_PENALTY = 1e-3
_LEAST_SPREAD = 1e-3
_FURTHEST = 6.0
"""Standard deviations; a value beyond tells no more than one there, so that one odd cell
does not outvote all the other columns."""


class Vote(Protocol):
    """A column's log-likelihood of each class."""

    def log_likelihood(self, values: np.ndarray) -> np.ndarray:
        """(n, k); zeros where the cell is missing or was never seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BellVote:
    """Normal values within each class.

    Attributes
    ----------
    mean, spread : ndarray of shape (k,)
        Of a class without values: those of all rows.
    """

    mean: np.ndarray
    spread: np.ndarray

    @classmethod
    def of_values(cls, values: np.ndarray, member: np.ndarray) -> BellVote:
        """From values (n,) with NaN and weights by class (n, k)."""
        known = np.isfinite(values)
        some, member = values[known], member[known]
        if not len(some):
            return cls(mean=np.zeros(member.shape[1]), spread=np.ones(member.shape[1]))
        centre, width = float(np.median(some)), float(np.std(some)) or 1.0
        scaled = (some - centre) / width
        rows = member.sum(axis=0) + 1e-12
        # One row's worth of the whole column keeps classes of few rows from being certain.
        mean = (scaled @ member + scaled.mean()) / (rows + 1.0)
        variance = ((scaled[:, None] - mean) ** 2 * member).sum(axis=0)
        spread = np.sqrt((variance + 1.0) / (rows + 1.0) + _LEAST_SPREAD)
        return cls(mean=centre + width * mean, spread=width * spread)

    def log_likelihood(self, values: np.ndarray) -> np.ndarray:
        """See `Vote`."""
        away = np.clip((values[:, None] - self.mean) / self.spread, -_FURTHEST, _FURTHEST)
        said: np.ndarray = -0.5 * away * away - np.log(self.spread)
        said[~np.isfinite(values)] = 0.0
        return said


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareVote:
    """Shares of levels, or of bins of numbers, within each class.

    Attributes
    ----------
    logs : ndarray of shape (n_levels, k)
    edges : ndarray or None
        Between bins, where the column holds numbers.
    """

    logs: np.ndarray
    edges: np.ndarray | None = None

    @classmethod
    def of_levels(
        cls, codes: np.ndarray, n_levels: int, member: np.ndarray, smoothing: float
    ) -> ShareVote:
        """From codes (n,), -1 for missing, and weights by class (n, k)."""
        return cls(logs=_log_shares(codes, n_levels, member, smoothing))

    @classmethod
    def of_bins(
        cls, values: np.ndarray, n_bins: int, member: np.ndarray, smoothing: float
    ) -> ShareVote:
        """From values (n,) with NaN; bins hold equally many rows where values differ."""
        known = values[np.isfinite(values)]
        inner = np.linspace(0, 1, n_bins + 1)[1:-1]
        edges = np.unique(np.quantile(known, inner)) if len(known) else np.empty(0)
        codes = _bins(values, edges)
        logs = _log_shares(codes, len(edges) + 1, member, smoothing)
        return cls(logs=logs, edges=edges)

    def log_likelihood(self, values: np.ndarray) -> np.ndarray:
        """See `Vote`."""
        codes = values if self.edges is None else _bins(values, self.edges)
        known = (codes >= 0) & (codes < len(self.logs))
        said = np.zeros((len(codes), self.logs.shape[1]))
        said[known] = self.logs[codes[known]]
        return said


def _bins(values: np.ndarray, edges: np.ndarray) -> np.ndarray:
    return np.where(np.isfinite(values), np.searchsorted(edges, values, side="left"), -1)


def _log_shares(
    codes: np.ndarray, n_levels: int, member: np.ndarray, smoothing: float
) -> np.ndarray:
    known = codes >= 0
    k = member.shape[1]
    rows = np.zeros((n_levels, k))
    for code in range(k):
        rows[:, code] = np.bincount(codes[known], weights=member[known, code], minlength=n_levels)
    # A level that nobody had in training says nothing rather than something at random.
    seen = rows.sum(axis=1) > 0
    # The free rows are spread as the level is over all rows, not evenly: a rare level stays
    # rare in a class of few rows.
    overall = rows.sum(axis=1) / max(rows.sum(), 1e-12)
    free = smoothing * max(1, int(seen.sum()))
    shares = (rows + free * overall[:, None]) / (rows.sum(axis=0) + free)
    logs = np.zeros((n_levels, k))
    logs[seen] = np.log(np.maximum(shares[seen], 1e-12))
    return logs


def temper(scores: np.ndarray, y: np.ndarray, weight: np.ndarray) -> tuple[float, np.ndarray]:
    """The factor of log scores (n, k), and what is added for each class, of least log loss.

    Parameters
    ----------
    y : ndarray of shape (n,)
        Class codes; a class without rows keeps its score.
    weight : ndarray of shape (n,)
        Of rows.

    Returns
    -------
    factor : float
        From 0.01 to 2.
    added : ndarray of shape (k,)
    """
    from scipy.optimize import minimize

    n_classes, rows = scores.shape[1], np.arange(len(y))
    weight = weight / weight.sum()
    # What all classes have in common says nothing; without it the numbers stay small.
    scores = scores - scores.max(axis=1, keepdims=True)
    seen = np.bincount(y, minlength=n_classes) > 0

    def value(flat: np.ndarray) -> tuple[float, np.ndarray]:
        p = softmax(flat[0] * scores + flat[1:])
        loss = -float(weight @ np.log(np.maximum(p[rows, y], 1e-15)))
        p[rows, y] -= 1.0
        slope = weight @ np.concatenate([(p * scores).sum(axis=1)[:, None], p * seen], axis=1)
        slope[1:] += _ADDED_PENALTY * flat[1:]
        return loss + 0.5 * _ADDED_PENALTY * float(flat[1:] @ flat[1:]), slope

    found = minimize(
        value,
        np.concatenate([[0.5], np.zeros(n_classes)]),
        jac=True,
        method="L-BFGS-B",
        bounds=[(0.01, 2.0), *[(None, None)] * n_classes],
    )
    return float(found.x[0]), found.x[1:]
