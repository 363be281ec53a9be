"""How large errors typically are, as a function of the prediction."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

_ROWS_A_BIN, _MOST_BINS = 60, 20
_PRIOR_ROWS = 20.0
_TRIM = 0.99
_LEAST = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """A piecewise linear function, constant beyond its ends.

    Attributes
    ----------
    knots, values : tuple of float
        Of equal length; values are above 0.
    """

    knots: tuple[float, ...]
    values: tuple[float, ...]

    def at(self, center: np.ndarray) -> np.ndarray:
        """The typical error for predictions of shape (n,)."""
        found: np.ndarray = np.interp(center, self.knots, self.values)
        return found


def constant_spread() -> Spread:
    """The same everywhere."""
    return Spread(knots=(0.0,), values=(1.0,))


def spread_by_prediction(center: np.ndarray, errors: np.ndarray, weights: np.ndarray) -> Spread:
    """Mean size of errors in bins of the prediction, drawn towards that of all rows.

    Notes
    -----
    Bins hold about 60 rows, 20 bins at most; the largest hundredth of errors counts as the
    next one, so that an outlier does not widen the intervals around it; no bin has less
    than a twentieth of the overall mean.
    """
    sizes = np.abs(errors)
    sizes = np.minimum(sizes, np.quantile(sizes, _TRIM))
    overall = float(np.average(sizes, weights=weights))
    n_bins = int(np.clip(len(center) // _ROWS_A_BIN, 1, _MOST_BINS))
    edges = np.unique(np.quantile(center, np.linspace(0, 1, n_bins + 1)[1:-1]))
    place = np.searchsorted(edges, center, side="right")
    if overall <= 0 or len(edges) == 0:
        return constant_spread()
    size = len(edges) + 1
    mass = np.bincount(place, weights=weights, minlength=size)
    held = mass > 0
    knots = np.bincount(place, weights=weights * center, minlength=size)[held] / mass[held]
    total = np.bincount(place, weights=weights * sizes, minlength=size)[held]
    values = (total + _PRIOR_ROWS * overall) / (mass[held] + _PRIOR_ROWS)
    values = np.maximum(values, _LEAST * overall)
    return Spread(knots=tuple(knots.tolist()), values=tuple(values.tolist()))
