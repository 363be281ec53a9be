"""Numbers made well-behaved: imputed, unskewed, scaled."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from jupyter_automl.data.few import MOST_ROWS

SKEW = 0.99
"""Absolute skewness from which a number is transformed (AutoGluon's linear models)."""

CLIP = 10.0
"""Standard deviations beyond which a scaled value is cut off."""

_POWERS = np.linspace(-2.0, 2.0, 17)
_SAMPLE_CELLS = 2_000_000
_WIDEST = 1e6


class Shaper:
    """Median imputation, robust centring, Yeo-Johnson where skewed, unit variance.

    The power is the best of a grid by the normal likelihood on a sample of rows (Yeo and
    Johnson, 2000).

    Parameters
    ----------
    two_valued : ndarray of bool, shape (p,)
        Columns of 0 and 1, which are only centred and scaled.
    groups : sequence of str, length p
        Where each column comes from; those of one group that are missing in the same rows
        share an indicator.
    """

    def __init__(self, two_valued: np.ndarray, groups: Sequence[str]) -> None:
        self.two_valued = two_valued
        self.groups = tuple(groups)

    def fit(self, block: np.ndarray) -> Shaper:
        """Learn from a block of shape (n, p) with NaN for missing."""
        self.medians, self.centres, self.scales = _robust(block)
        self.indicated = self._patterns(block)
        rows = int(np.clip(_SAMPLE_CELLS // max(1, block.shape[1]), 200, 2_000))
        step = max(1, len(block) // rows)
        sample = self._centred(block[::step])
        self.powers = np.ones(block.shape[1])
        skewed = np.flatnonzero((np.abs(_skewness(sample)) > SKEW) & ~self.two_valued)
        if len(skewed):
            self.powers[skewed] = _best_powers(sample[:, skewed])
        bent = self._bent(self._centred(block))
        self.means = bent.mean(axis=0)
        deviations = bent.std(axis=0)
        self.deviations = np.where(deviations > 1e-12, deviations, 1.0)
        return self

    def apply(self, block: np.ndarray) -> np.ndarray:
        """float32 of shape (n, p + number of indicators), nothing missing."""
        scaled = self._bent(self._centred(block))
        scaled -= self.means
        scaled /= self.deviations
        np.clip(scaled, -CLIP, CLIP, out=scaled)
        missing = np.isnan(block[:, self.indicated])
        return np.hstack([scaled.astype(np.float32), missing.astype(np.float32)])

    def _patterns(self, block: np.ndarray) -> np.ndarray:
        """The first column of each group and pattern of missing cells."""
        first: dict[tuple[str, bytes], int] = {}
        for position in np.flatnonzero(np.isnan(block).any(axis=0)):
            pattern = np.packbits(np.isnan(block[:, position])).tobytes()
            first.setdefault((self.groups[position], pattern), int(position))
        return np.array(sorted(first.values()), dtype=np.int64)

    def _centred(self, block: np.ndarray) -> np.ndarray:
        # In place: a block may be a large part of what a worker may take.
        centred = np.where(np.isnan(block), self.medians, block)
        centred -= self.centres
        centred /= self.scales
        return np.clip(centred, -_WIDEST, _WIDEST, out=centred)

    def _bent(self, centred: np.ndarray) -> np.ndarray:
        if len(centred) <= MOST_ROWS:
            bent = np.flatnonzero(self.powers != 1.0)
            if len(bent):
                centred[:, bent] = _yeo_johnson_each(centred[:, bent], self.powers[bent])
            return centred
        for position in np.flatnonzero(self.powers != 1.0):
            centred[:, position] = yeo_johnson(centred[:, position], self.powers[position])
        return centred


def _robust(block: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    medians = np.zeros(block.shape[1])
    spreads = np.ones(block.shape[1])
    for position, column in enumerate(block.T):
        known = column[~np.isnan(column)]
        if not len(known):
            continue
        low, middle, high = np.quantile(known, [0.25, 0.5, 0.75])
        medians[position] = middle
        spread = high - low
        if not spread > 0:
            with np.errstate(over="ignore"):
                spread = float(np.std(known))
        spreads[position] = spread if np.isfinite(spread) and spread > 1e-300 else 1.0
    return medians, medians, spreads


def _skewness(block: np.ndarray) -> np.ndarray:
    centred = block - block.mean(axis=0)
    variance = (centred**2).mean(axis=0)
    third = (centred**3).mean(axis=0)
    return np.where(variance > 1e-24, third / np.maximum(variance, 1e-24) ** 1.5, 0.0)


def yeo_johnson(values: np.ndarray, power: float) -> np.ndarray:
    """The Yeo-Johnson transform; the power is between -2 and 2."""
    up = np.log1p(np.maximum(values, 0.0))
    down = np.log1p(np.maximum(-values, 0.0))
    above = up if abs(power) < 1e-9 else np.expm1(power * up) / power
    rest = 2.0 - power
    below = down if abs(rest) < 1e-9 else np.expm1(rest * down) / rest
    return np.where(values >= 0, above, -below)


def _yeo_johnson_each(values: np.ndarray, powers: np.ndarray) -> np.ndarray:
    """The same of several columns (n, s), each by its own power (s,)."""
    up = np.log1p(np.maximum(values, 0.0))
    down = np.log1p(np.maximum(-values, 0.0))
    rests = 2.0 - powers
    flat, steep = np.abs(powers) < 1e-9, np.abs(rests) < 1e-9
    above = np.where(flat, up, np.expm1(powers * up) / np.where(flat, 1.0, powers))
    below = np.where(steep, down, np.expm1(rests * down) / np.where(steep, 1.0, rests))
    return np.where(values >= 0, above, -below)


def _best_powers(sample: np.ndarray) -> np.ndarray:
    tilt = (np.sign(sample) * np.log1p(np.abs(sample))).sum(axis=0)
    likelihoods = []
    for power in _POWERS:
        variance = yeo_johnson(sample, float(power)).var(axis=0)
        fit = -0.5 * len(sample) * np.log(np.maximum(variance, 1e-300))
        likelihoods.append(fit + (power - 1.0) * tilt)
    return _POWERS[np.argmax(likelihoods, axis=0)]
