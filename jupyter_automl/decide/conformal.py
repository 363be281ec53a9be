"""Quantiles that hold for one more row, with the correction that few rows need."""

from __future__ import annotations

import numpy as np

from jupyter_automl.decide.decisions import Levels

_KEPT = 1_000
_ROUNDING = 1e-12


def levels_of(values: np.ndarray, weights: np.ndarray | None = None) -> Levels:
    """The sample as levels; thinned above 1,000 values, on the safe side.

    Parameters
    ----------
    values : ndarray of shape (n,)
        At least one, finite.
    weights : ndarray of shape (n,) or None
        The new row gets the mean weight.

    Notes
    -----
    Without weights the i-th smallest of n values has the mass i / (n + 1): a new row from
    the same source is at or below it with at least this probability (Vovk et al. 2005).
    """
    weights = np.ones(len(values)) if weights is None else weights
    order = np.argsort(values, kind="stable")
    masses = np.cumsum(weights[order]) / (weights.sum() + weights.mean())
    values = values[order]
    if len(values) > _KEPT:
        tail = 1.0 - np.geomspace(0.1, 1.0 - masses[-1], _KEPT // 2)
        wanted = np.concatenate([np.linspace(0.0, 0.9, _KEPT // 2), tail])
        places = np.unique(np.searchsorted(masses, wanted - _ROUNDING))
        places = np.append(places[places < len(values) - 1], len(values) - 1)
        masses, values = masses[places], values[places]
    return Levels(masses=tuple(masses.tolist()), values=tuple(values.tolist()))


def quantile(levels: Levels, share: float) -> float | None:
    """What a new row is at or below with at least this probability; None: too few rows."""
    place = int(np.searchsorted(levels.masses, share - _ROUNDING))
    return levels.values[place] if place < len(levels.values) else None


def largest_share(levels: Levels) -> float:
    """The largest probability that `quantile` has an answer for: n / (n + 1)."""
    return levels.masses[-1]
