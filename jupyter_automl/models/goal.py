"""What an estimator minimises so that the user's metric comes out well."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

Loss = Literal["squared", "absolute", "poisson"]

_ABSOLUTE = ("mae", "medae", "mape")
_RELATIVE_FLOOR = 0.01
"""Share of the mean |y| that a target counts as at least in relative errors, so that a
few values near zero do not take all the weight."""

_HUGE, _LARGEST = 1e12, 1e15
"""Squares of the latter are still numbers of 32 bits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegressionGoal:
    """How a regression target is turned into what a model fits.

    Attributes
    ----------
    loss : Loss
        What the model minimises on the fitting scale.
    log : bool
        Fit log(1 + y) and give exp(prediction) - 1.
    relative : bool
        Weigh each row by 1 / |y|.
    scale : float
        Counts are fitted as multiples of their mean, where every library starts well, and
        values beyond 1e12 as parts of a millionth of the largest: some libraries hold them
        in 32 bits.
    """

    loss: Loss = "squared"
    log: bool = False
    relative: bool = False
    scale: float = 1.0

    def to_fit(self, y: np.ndarray) -> np.ndarray:
        """Target values on the fitting scale, float64 (n,)."""
        values = np.asarray(y, dtype=np.float64)
        if self.log:
            return np.log1p(np.maximum(values, -1 + 1e-9))
        # A row that is only looked at may hold what training rows do not.
        return np.clip(values / self.scale, -_LARGEST, _LARGEST)

    def from_fit(self, prediction: np.ndarray) -> np.ndarray:
        """Predictions on the target's own scale, float64 (n,)."""
        values = np.asarray(prediction, dtype=np.float64)
        if self.log:
            return np.maximum(np.expm1(np.minimum(values, 700.0)), 0.0)
        return (np.maximum(values, 0.0) if self.loss == "poisson" else values) * self.scale

    def weights(self, y: np.ndarray, given: np.ndarray | None) -> np.ndarray | None:
        """Row weights with mean 1 where the goal is relative, else those given."""
        if not self.relative:
            return given
        size = np.abs(np.asarray(y, dtype=np.float64))
        floor = max(_RELATIVE_FLOOR * float(size.mean()), np.finfo(np.float64).tiny)
        weight = 1.0 / np.maximum(size, floor)
        weight *= len(weight) / weight.sum()
        return weight if given is None else weight * given


def regression_goal(metric: str, y: np.ndarray) -> RegressionGoal:
    """The goal that fits `metric`; plain squared error where `y` does not allow it.

    Parameters
    ----------
    metric : str
        Canonical name of the user's metric.
    y : ndarray of shape (n,)
        Training targets.
    """
    lowest, largest = float(np.min(y)), float(np.max(np.abs(y)))
    scale = largest * 1e-6 if largest > _HUGE else 1.0
    if metric == "rmsle" and lowest > -1.0:
        return RegressionGoal(log=True)
    mean = float(np.mean(y))
    if metric == "poisson_deviance" and lowest >= 0.0 and mean >= np.finfo(np.float64).tiny:
        return RegressionGoal(loss="poisson", scale=mean)
    if metric in _ABSOLUTE:
        return RegressionGoal(loss="absolute", relative=metric == "mape", scale=scale)
    return RegressionGoal(scale=scale)
