"""Rows from the highest probability of a class to the lowest, once and in bootstrap samples."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from jupyter_automl.evaluate.assess.bootstrap import N_RESAMPLES, Resamples
from jupyter_automl.evaluate.assess.judged import Judged

_MOST_STEPS = 500
"""Of the curves of samples; equal numbers of rows between them."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ranked:
    """Weights of one class and of the rest that are at or above each score.

    Attributes
    ----------
    up, down : ndarray of shape (..., m + 1)
        From none to all, in the order of falling scores; rows of one score come together.
    """

    up: np.ndarray = field(repr=False)
    down: np.ndarray = field(repr=False)

    @property
    def n_up(self) -> np.ndarray:
        """All of the class, shape (...,)."""
        total: np.ndarray = self.up[..., -1]
        return total

    @property
    def n_down(self) -> np.ndarray:
        """All of the rest, shape (...,)."""
        total: np.ndarray = self.down[..., -1]
        return total

    def each(self, of: Callable[[Ranked], np.ndarray | float]) -> np.ndarray:
        """A function of each bootstrap sample; NaN for those that lack the class, or the rest."""
        curves = [Ranked(up=up, down=down) for up, down in zip(self.up, self.down, strict=True)]
        usable = (self.n_up > 0) & (self.n_down > 0)
        found = [np.asarray(of(curve)) for curve, use in zip(curves, usable, strict=True) if use]
        out = np.full((len(curves), *(found[0].shape if found else ())), np.nan)
        if found:
            out[usable] = found
        return out


def ranked(judged: Judged, code: int) -> Ranked:
    """All rows, with a step at each different score."""
    scores, positive, masses = judged.shares(code), judged.y == code, judged.masses
    order = np.argsort(-scores, kind="stable")
    falling = scores[order]
    ends = np.append(np.flatnonzero(falling[1:] != falling[:-1]), len(falling) - 1)
    up = np.cumsum(np.where(positive, masses, 0.0)[order])[ends]
    down = np.cumsum(np.where(positive, 0.0, masses)[order])[ends]
    return Ranked(up=np.append(0.0, up), down=np.append(0.0, down))


def ranked_draws(judged: Judged, code: int) -> Ranked | None:
    """The same of bootstrap samples, shape (200, m + 1), with 500 steps at most.

    None where nothing can be drawn (see `Resamples.reason`).
    """
    scores, positive = judged.shares(code), judged.y == code
    resamples = Resamples(judged, positive.astype(np.int64))
    if resamples.reason:
        return None
    steps = np.unique(scores)
    if len(steps) > _MOST_STEPS:
        steps = np.unique(np.quantile(scores, np.linspace(0, 1, _MOST_STEPS), method="lower"))
    # Steps run from high to low, as rows do.
    place = len(steps) - np.searchsorted(steps, scores, side="right")
    size = len(steps)
    masses = resamples.cells(place + np.where(positive, size, 0), 2 * size)
    sums = np.cumsum(masses.reshape(N_RESAMPLES, 2, size), axis=2)
    none = np.zeros((N_RESAMPLES, 1))
    return Ranked(up=np.hstack([none, sums[:, 1]]), down=np.hstack([none, sums[:, 0]]))
