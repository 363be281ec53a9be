"""Which columns work together: what is left of a column's effect once its own value is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from jupyter_automl.explain.sentences import as_numbers

if TYPE_CHECKING:
    import pandas as pd

    from jupyter_automl.explain.explanation import Explanation

STRONGEST = 8
"""Features whose pairs are looked at."""
_MOST_PARTNERS = 30
_MOST_ROWS = 2_000
_OWN_STRATA, _OTHER_STRATA = 10, 4
_ROWS_A_STRATUM = 10
_LEAST_SHARE = 0.01
"""Of a feature's spread; less is rounding, or not worth a word."""
_SURE = 2.0
"""Standard deviations above what chance gives."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """How much two features change each other's effect.

    Attributes
    ----------
    first, second : str
    strength : float
        In the units of the values. Of exact pairs the mean size of the SHAP interaction value
        (both halves); of estimated ones the spread of one feature's values that the other one
        explains.
    """

    first: str
    second: str
    strength: float


def partner(explanation: Explanation, feature: str, label: str | None) -> tuple[str, float] | None:
    """The feature that changes the effect of `feature` most; None where none does."""
    exact = [
        (pair.second if pair.first == feature else pair.first, pair.strength)
        for pair in explanation.interactions
        if feature in (pair.first, pair.second)
    ]
    if exact:
        best = max(exact, key=lambda found: found[1])
        return best if best[1] > 0 else None
    names = explanation.feature_names
    others = [name for name, size in explanation.ranking() if size > 0 and name != feature]
    others = others[:_MOST_PARTNERS]
    strengths = _strengths(
        explanation, names.index(feature), [names.index(name) for name in others], label
    )
    if not others or strengths.max() <= 0:
        return None
    best_place = int(np.argmax(strengths))
    return others[best_place], float(strengths[best_place])


def estimated(explanation: Explanation, label: str | None = None) -> tuple[Pair, ...]:
    """Pairs of the strongest features, by the values alone; the strongest pair first."""
    names = explanation.feature_names
    top = [
        names.index(name) for name, size in explanation.ranking(STRONGEST) if size > 0
    ]  # fmt: skip
    both = np.zeros((len(top), len(top)))
    for row, place in enumerate(top):
        both[row] = _strengths(explanation, place, top, label)
    pairs = [
        Pair(first=names[one], second=names[two], strength=float(both[i, j] + both[j, i]) / 2.0)
        for i, one in enumerate(top)
        for j, two in enumerate(top)
        if i < j
    ]
    return tuple(sorted(pairs, key=lambda pair: -pair.strength))


def _strengths(
    explanation: Explanation, place: int, others: Sequence[int], label: str | None
) -> np.ndarray:
    """Spread of the values of one feature that each of `others` explains; 0 of itself."""
    values, _ = explanation.for_class(label)
    some = np.unique(np.linspace(0, max(0, len(values) - 1), _MOST_ROWS).astype(int))
    some = some[: len(values)]
    data = explanation.data.iloc[some]
    own = strata(data.iloc[:, place], min(_OWN_STRATA, max(1, len(some) // _ROWS_A_STRATUM)))
    rest = _without_own(values[some, place], own, as_numbers(data.iloc[:, place]))
    found = np.zeros(len(others))
    for i, other in enumerate(others):
        if other != place:
            found[i] = _explained(rest, own, strata(data.iloc[:, other], _OTHER_STRATA))
    found[found < _LEAST_SHARE * float(np.std(values[some, place])) + np.finfo(float).tiny] = 0.0
    return found


def strata(column: pd.Series, most: int) -> np.ndarray:
    """Codes of at most `most` parts: quantiles of numbers and dates, frequent levels, missing."""
    import pandas as pd

    numbers = as_numbers(column)
    if numbers is None:
        texts = column.astype("str").fillna("").to_numpy(dtype=object)
        levels, codes = np.unique(np.where(column.isna(), "", texts), return_inverse=True)
        often = np.argsort(-np.bincount(codes, minlength=len(levels)), kind="stable")
        renamed = np.full(len(levels), most)
        renamed[often[:most]] = np.arange(min(most, len(levels)))
        return np.asarray(renamed[codes])
    known = np.isfinite(numbers)
    found = np.full(len(numbers), most)
    if known.any():
        edges = np.unique(np.quantile(numbers[known], np.arange(1, most) / most))
        found[known] = np.searchsorted(edges, numbers[known], side="left")
    return np.asarray(pd.factorize(found)[0])


def _without_own(effect: np.ndarray, own: np.ndarray, numbers: np.ndarray | None) -> np.ndarray:
    """What is left of the effect within each stratum, without its mean and its slope."""
    rest = effect.astype(np.float64).copy()
    for code in np.unique(own):
        inside = np.flatnonzero(own == code)
        rest[inside] -= rest[inside].mean()
        if numbers is None or len(inside) < _ROWS_A_STRATUM:
            continue
        x = numbers[inside]
        if not np.isfinite(x).all():
            continue
        x = x - x.mean()
        spread = float(x @ x)
        if spread > 0:
            rest[inside] -= x * float(x @ rest[inside]) / spread
    return rest


def _explained(rest: np.ndarray, own: np.ndarray, other: np.ndarray) -> float:
    """Square root of the variance between the parts of `other`, within `own`, less chance's."""
    total = noise = 0.0
    for code in np.unique(own):
        inside = own == code
        values, parts = rest[inside], other[inside]
        counts = np.bincount(parts)
        n_parts, n = int((counts > 0).sum()), len(values)
        if n_parts < 2 or n <= n_parts:
            continue
        sums = np.bincount(parts, weights=values)
        between = float((sums[counts > 0] ** 2 / counts[counts > 0]).sum())
        within = max(0.0, float(values @ values) - between) / (n - n_parts)
        total += between - (n_parts - 1) * within
        noise += 2.0 * (n_parts - 1) * within**2
    if total <= _SURE * np.sqrt(noise):
        return 0.0
    return float(np.sqrt(total / len(rest)))
