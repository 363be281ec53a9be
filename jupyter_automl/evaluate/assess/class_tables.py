"""Metrics of classes from the margins of many confusion tables at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from jupyter_automl.evaluate.metrics import labels


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Margins:
    """What these metrics need of confusion tables, each of shape (b, k).

    Attributes
    ----------
    right : ndarray
        Weights of the rows of a class that are said to be of it.
    true, said : ndarray
        Weights of the rows that are, and that are said to be, of a class.
    """

    right: np.ndarray = field(repr=False)
    true: np.ndarray = field(repr=False)
    said: np.ndarray = field(repr=False)


def margins_of(cells: np.ndarray, masses: np.ndarray, k: int) -> Margins:
    """Of tables whose cells ``true * k + said`` hold masses of shape (b, number of cells)."""
    true, said = cells // k, cells % k
    hits = np.flatnonzero(true == said)

    def sums(codes: np.ndarray, part: np.ndarray) -> np.ndarray:
        # Of no cell at all numpy counts in whole numbers.
        counted = [np.bincount(codes, weights=row, minlength=k) for row in part]
        return np.array(counted, dtype=np.float64)

    return Margins(
        right=sums(true[hits], masses[:, hits]),
        true=sums(true, masses),
        said=sums(said, masses),
    )


def _balanced_accuracy(m: Margins) -> np.ndarray:
    return _mean(_ratio(m.right, m.true), m.true > 0)


def _f1_macro(m: Margins) -> np.ndarray:
    return _mean(_ratio(2 * m.right, m.true + m.said), m.true + m.said > 0)


def _f1(m: Margins) -> np.ndarray:
    return _positive(_ratio(2 * m.right, m.true + m.said), m)


def _precision(m: Margins) -> np.ndarray:
    return _positive(_ratio(m.right, m.said), m)


def _recall(m: Margins) -> np.ndarray:
    return _positive(_ratio(m.right, m.true), m)


def _mcc(m: Margins) -> np.ndarray:
    n = m.true.sum(axis=1)
    covariance = m.right.sum(axis=1) * n - (m.true * m.said).sum(axis=1)
    spread = (n * n - np.square(m.said).sum(axis=1)) * (n * n - np.square(m.true).sum(axis=1))
    known = spread > 0
    return np.where(known, covariance / np.sqrt(np.where(known, spread, 1.0)), 0.0)


FROM_MARGINS: Mapping[Any, Callable[[Margins], np.ndarray]] = {
    labels.balanced_accuracy: _balanced_accuracy,
    labels.f1: _f1,
    labels.f1_macro: _f1_macro,
    labels.precision: _precision,
    labels.recall: _recall,
    labels.mcc: _mcc,
}
"""By the function of a built-in metric: its values, shape (b,), as `metrics.labels` has them."""


def _positive(values: np.ndarray, m: Margins) -> np.ndarray:
    """The positive class of two, or the mean over classes that occur or were said."""
    if values.shape[1] == 2:
        second: np.ndarray = values[:, 1]
        return second
    return _mean(values, m.true + m.said > 0)


def _mean(values: np.ndarray, among: np.ndarray) -> np.ndarray:
    """Over classes; 0 where there is none."""
    return (values * among).sum(axis=1) / np.maximum(among.sum(axis=1), 1)


def _ratio(top: np.ndarray, bottom: np.ndarray) -> np.ndarray:
    return np.divide(top, bottom, out=np.zeros_like(top), where=bottom > 0)
