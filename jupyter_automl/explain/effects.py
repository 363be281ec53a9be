"""Effects in units that people know: points of probability, or the target's own."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from jupyter_automl.explain.scales import along_secant, along_softmax, sigmoid, softmax
from jupyter_automl.explain.sentences import as_numbers

if TYPE_CHECKING:
    from jupyter_automl.explain.explanation import Explanation

_LEAST_ROWS = 5
"""Rows of a level below which its mean says little."""
_SURE = 1.96
_MOST_LEVELS, _MOST_ROWS = 50, 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """How a feature changes predictions, on the mean of some rows against others.

    Attributes
    ----------
    feature : str
    kind : {"level", "quarter"}
        Rows with a level against all others, or the quarter of the highest values against that
        of the lowest.
    level : str
        Which level; empty of numbers and dates.
    amount : float
        Difference of the means, in points of probability (0 to 100) or units of the values.
    low, high : float
        95 % interval of the difference, by the spread within both groups of rows.
    n_rows : int
        Of the smaller group.
    """

    feature: str
    kind: Literal["level", "quarter"]
    level: str = ""
    amount: float
    low: float
    high: float
    n_rows: int


def in_points(explanation: Explanation) -> np.ndarray | None:
    """Values in points of probability, of the shape of the values; None of a regression."""
    if not explanation.classes or explanation.space not in ("probability", "log-odds"):
        return None
    values = explanation.values
    if explanation.space == "probability":
        return np.asarray(100.0 * values)
    if values.ndim == 3:
        return 100.0 * along_softmax(values, np.asarray(explanation.base_values))[0]
    return 100.0 * along_secant(sigmoid, values, float(explanation.base_values))[0]


def in_units(explanation: Explanation, label: str | None = None) -> tuple[np.ndarray, str]:
    """Values (n, d) of one class in points of probability where they can be, and its label."""
    values, label = explanation.for_class(label)
    points = in_points(explanation)
    if points is None:
        return values, label
    if points.ndim == 3:
        return points[:, :, explanation.classes.index(label)], label
    return (points if label == explanation.classes[-1] else -points), label


def base_of(explanation: Explanation, label: str) -> float:
    """The base value of one class, on the scale of the values."""
    base = np.asarray(explanation.base_values, dtype=np.float64)
    if base.ndim:
        return float(base[explanation.classes.index(label)])
    if explanation.classes and label != explanation.classes[-1]:
        return float(1.0 - base if explanation.space == "probability" else -base)
    return float(base)


def chances(explanation: Explanation, row: int, label: str) -> tuple[float, float] | None:
    """Probability of a class at the base and of a row; None of a regression."""
    if not explanation.classes:
        return None
    base = np.asarray(explanation.base_values, dtype=np.float64)
    total = base + explanation.values[row].sum(axis=0)
    both = np.stack([base, total])
    if explanation.space == "log-odds":
        both = softmax(both) if both.ndim == 2 else sigmoid(both)
    if both.ndim == 2:
        both = both[:, explanation.classes.index(label)]
    elif label != explanation.classes[-1]:
        both = 1.0 - both
    return float(np.clip(both[0], 0.0, 1.0)), float(np.clip(both[1], 0.0, 1.0))


def change(explanation: Explanation, feature: str, label: str | None = None) -> Change | None:
    """What the level that matters most, or the highest quarter, does to predictions."""
    label = explanation.for_class(label)[1]
    some = evenly(explanation, _MOST_ROWS)
    place = explanation.feature_names.index(feature)
    effect = in_units(some, label if explanation.classes else None)[0][:, place]
    column = some.data.iloc[:, place]
    numbers = as_numbers(column)
    if numbers is not None:
        known = np.isfinite(numbers)
        if known.sum() < 2 * _LEAST_ROWS:
            return None
        low, high = np.quantile(numbers[known], (0.25, 0.75))
        above = known & (numbers >= high if high > low else numbers > high)
        return _change(feature, "quarter", "", effect, above, known & (numbers <= low))
    texts = column.astype("str").fillna("").to_numpy(dtype=object)
    levels, codes, counts = np.unique(texts, return_inverse=True, return_counts=True)
    often = np.argsort(-counts, kind="stable")[:_MOST_LEVELS]
    found = [
        _change(feature, "level", str(levels[code]), effect, codes == code, codes != code)
        for code in often
        if levels[code] and counts[code] >= _LEAST_ROWS
    ]
    return max(
        (one for one in found if one is not None), key=lambda one: abs(one.amount), default=None
    )


def evenly(explanation: Explanation, most: int) -> Explanation:
    """The same with at most `most` rows, spread evenly."""
    n = explanation.n_rows
    if n <= most:
        return explanation
    rows = np.unique(np.linspace(0, n - 1, most).astype(int))
    error = explanation.error
    return replace(
        explanation,
        values=explanation.values[rows],
        data=explanation.data.iloc[rows],
        error=None if error is None else error[rows],
    )


def _change(
    feature: str,
    kind: Literal["level", "quarter"],
    level: str,
    effect: np.ndarray,
    one: np.ndarray,
    other: np.ndarray,
) -> Change | None:
    n = min(int(one.sum()), int(other.sum()))
    if n < _LEAST_ROWS:
        return None
    groups = effect[one], effect[other]
    amount = float(groups[0].mean() - groups[1].mean())
    error = math.sqrt(sum(float(group.var(ddof=1)) / len(group) for group in groups))
    return Change(
        feature=feature,
        kind=kind,
        level=level,
        amount=amount,
        low=amount - _SURE * error,
        high=amount + _SURE * error,
        n_rows=n,
    )
