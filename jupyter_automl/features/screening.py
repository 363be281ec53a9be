"""How much a made number or a cross tells of a target, cheaply."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

MOST_CLASSES = 10
BINS = 10
_TAIL = 0.005


def as_targets(y: np.ndarray) -> np.ndarray:
    """A target as float64 columns (n, m): a class each (one for two classes), or values.

    Values are standardised and their outermost 0.5 % cut off on both sides, since a few
    outliers would decide alone. Of many classes the ten most frequent count.
    """
    if y.dtype.kind == "f":
        return standardised(y)[:, None]
    codes = y.astype(np.int64)
    counts = np.bincount(codes)
    if len(counts) <= 2:
        return (codes == 1).astype(np.float64)[:, None]
    return (codes[:, None] == top_classes(codes)).astype(np.float64)


def standardised(y: np.ndarray) -> np.ndarray:
    """Values (n,) with their outermost 0.5 %, one at least, cut off; mean 0 and variance 1.

    A huge one neither overflows nor makes all others the same.
    """
    low = np.quantile(y, _TAIL, method="higher")
    high = np.quantile(y, 1.0 - _TAIL, method="lower")
    cut = np.clip(y, low, max(low, high))
    largest = float(np.max(np.abs(cut))) or 1.0
    scaled = cut / largest
    made: np.ndarray = (scaled - scaled.mean()) / (float(scaled.std()) or 1.0)
    return made


def top_classes(codes: np.ndarray) -> np.ndarray:
    """The most frequent class codes, at most ten."""
    return np.argsort(-np.bincount(codes), kind="stable")[:MOST_CLASSES]


def binned(values: np.ndarray, bins: int = BINS) -> np.ndarray:
    """Codes of equally filled bins, int64 (n,); missing values are in the last, `bins`."""
    codes = np.full(len(values), bins, dtype=np.int64)
    known = ~np.isnan(values)
    if known.any():
        edges = np.quantile(values[known], np.linspace(0.0, 1.0, bins + 1)[1:-1])
        codes[known] = np.searchsorted(np.unique(edges), values[known], side="right")
    return codes


def effective(weights: np.ndarray | None) -> np.ndarray | None:
    """Weights that sum to the number of equal rows which say as much (Kish, 1965).

    None where they are all the same, or nothing.
    """
    if weights is None or not weights.sum() > 0 or float(np.ptp(weights)) == 0:
        return None
    return weights * (float(weights.sum()) / float((weights**2).sum()))


def told(
    codes: np.ndarray, targets: np.ndarray, size: int, weights: np.ndarray | None = None
) -> float:
    """Adjusted share of the targets' variance that the means of groups explain.

    Parameters
    ----------
    codes : ndarray of int64, shape (n,)
        Group of each row, 0 .. size - 1.
    targets : ndarray of shape (n, m)
    weights : ndarray of shape (n,) or None
        As `effective` gives them.

    Returns
    -------
    float
        Mean over the targets; about 0 for groups that tell nothing, at most 1.
    """
    n = len(codes) if weights is None else float(weights.sum())
    counts = np.bincount(codes, weights=weights, minlength=size).astype(np.float64)
    there = counts > 0
    free = n - int(there.sum())
    if free <= 0 or not targets.shape[1]:
        return 0.0
    total = 0.0
    for target in targets.T:
        given = target if weights is None else weights * target
        mean = float(given.mean()) if weights is None else float(given.sum()) / n
        spread = (target - mean) ** 2
        whole = float(spread.sum() if weights is None else weights @ spread)
        if whole <= 0:
            continue
        sums = np.bincount(codes, weights=given, minlength=size)[there]
        between = float((sums**2 / counts[there]).sum()) - mean * mean * n
        total += 1.0 - (1.0 - between / whole) * (n - 1) / free
    return total / targets.shape[1]


@dataclass(frozen=True, slots=True)
class Aim:
    """What features are to tell of, in which rows.

    Attributes
    ----------
    targets : ndarray of shape (n, m)
    weights : ndarray of shape (n,) or None
        As `effective` gives them.
    """

    targets: np.ndarray
    weights: np.ndarray | None = None

    @property
    def n_rows(self) -> float:
        """How many equal rows say as much."""
        return len(self.targets) if self.weights is None else float(self.weights.sum())

    def told(self, codes: np.ndarray, size: int) -> float:
        """See the function."""
        return told(codes, self.targets, size, self.weights)


def chance(n_groups: int, n_rows: float, p: float) -> float:
    """What groups that tell nothing seem to tell with probability `p` (chi-squared)."""
    from scipy.stats import chi2

    freedom = max(1, n_groups - 1)
    return (float(chi2.isf(p, freedom)) - freedom) / max(1, n_rows)
