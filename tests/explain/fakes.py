"""Predictors with known values: no library of models is needed to check the arithmetic."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from math import comb
from typing import Any

import numpy as np
import pandas as pd


@dataclass
class Passing:
    """A preprocessor that hands numeric columns on, each twice where `doubled`."""

    names: tuple[str, ...]
    doubled: bool = False

    @property
    def parents(self) -> tuple[tuple[str, ...], ...]:
        return tuple((name,) for name in self.names * (2 if self.doubled else 1))

    def transform(self, frame: pd.DataFrame) -> np.ndarray:
        X = frame[list(self.names)].to_numpy(np.float64)
        return np.hstack([X, X]) if self.doubled else X


@dataclass
class LinearEstimator:
    """``X @ weights``; with several rows of weights, one score a class."""

    weights: np.ndarray
    centre: np.ndarray
    kind: str = "linear"

    def contributions(self, X: np.ndarray) -> np.ndarray:
        parts = (X - self.centre)[:, None, :] * np.atleast_2d(self.weights)[None]
        base = np.broadcast_to(np.atleast_2d(self.weights) @ self.centre, parts.shape[:2])
        whole = np.concatenate([parts, base[..., None]], axis=2)
        return whole if self.weights.ndim == 2 else whole[:, 0]


@dataclass
class Part:
    preprocessor: Any
    estimator: Any


@dataclass
class FakeBag:
    parts: tuple[Part, ...]
    family: str = "fake"
    predict: Callable[[pd.DataFrame], np.ndarray] | None = None


@dataclass
class Opaque:
    """A predictor of which only the predictions are known; counts its calls."""

    function: Callable[[pd.DataFrame], np.ndarray]
    family: str = "opaque"
    calls: list[int] = field(default_factory=list)

    def predict(self, frame: pd.DataFrame) -> np.ndarray:
        self.calls.append(len(frame))
        return self.function(frame)


@dataclass
class Ticking:
    """A clock that moves only when a prediction is made."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now


def shapley(
    predict: Callable[[pd.DataFrame], np.ndarray],
    row: pd.DataFrame,
    background: pd.DataFrame,
    names: Sequence[str],
) -> np.ndarray:
    """Exact values of one row by all coalitions of columns; a column outside is averaged."""

    def worth(known: tuple[str, ...]) -> np.ndarray:
        mixed = background.copy()
        for name in known:
            mixed[name] = np.repeat(row[name].to_numpy(), len(background))
        return np.asarray(predict(mixed)).mean(axis=0)

    values = []
    for name in names:
        others = [other for other in names if other != name]
        total = 0.0
        for size in range(len(names)):
            for known in combinations(others, size):
                share = 1 / (len(names) * comb(len(names) - 1, size))
                total = total + share * (worth((*known, name)) - worth(known))
        values.append(total)
    return np.array(values)
