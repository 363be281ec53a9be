"""Findings in plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

    from jupyter_automl.explain.explanation import Explanation

_CLEAR_CORRELATION = 0.5
_LEAST_ROWS = 5
"""Rows of a category below which its mean says little."""


def insights(explanation: Explanation, most: int = 2) -> tuple[str, ...]:
    """Sentences on the strongest features: how much, and in which direction.

    Parameters
    ----------
    most : int
        Sentences at most.

    Returns
    -------
    tuple of str
        Names of columns and classes are put in as they are: text, not markup.
    """
    ranking = explanation.ranking()
    if not ranking or ranking[0][1] <= 0:
        return ("No feature changes this model's predictions.",)[:most]
    said = [_strongest(ranking)]
    for name, size in ranking[:3]:
        if size <= 0:
            break
        sentence = _direction(explanation, name)
        if sentence:
            said.append(sentence)
    return tuple(said[:most])


def _strongest(ranking: list[tuple[str, float]]) -> str:
    first, top = ranking[0]
    if len(ranking) == 1 or ranking[1][1] <= 0:
        return f"Only {first} changes the predictions."
    second, next_size = ranking[1]
    ratio = top / next_size
    if ratio < 1.1:
        return f"{first} and {second} matter most, about equally."
    times = f"{ratio:.1f}" if ratio < 10 else f"{ratio:,.0f}"
    return f"{first} is worth {times} times the next feature, {second}."


def _direction(explanation: Explanation, name: str) -> str:
    values, label = explanation.for_class()
    place = explanation.feature_names.index(name)
    column, effect = explanation.data.iloc[:, place], values[:, place]
    what = f"the chance of {label}" if explanation.classes else "the prediction"
    numbers = as_numbers(column)
    if numbers is not None:
        return _by_numbers(name, numbers, effect, what, column.dtype.kind == "M")
    return _by_groups(name, column, effect, what)


def as_numbers(column: pd.Series) -> np.ndarray | None:
    """Numbers and dates as float64 with NaN where missing; None for categories and text."""
    import pandas as pd

    kind = column.dtype
    if pd.api.types.is_bool_dtype(kind):
        return None
    if pd.api.types.is_numeric_dtype(kind):
        return column.to_numpy(np.float64, na_value=np.nan)
    if pd.api.types.is_datetime64_any_dtype(kind):
        times = column.dt.tz_localize(None) if column.dt.tz is not None else column
        nanos = times.to_numpy("datetime64[ns]")
        return np.where(np.isnat(nanos), np.nan, nanos.view(np.int64).astype(np.float64))
    return None


def _by_numbers(name: str, numbers: np.ndarray, effect: np.ndarray, what: str, dates: bool) -> str:
    known = np.isfinite(numbers)
    if known.sum() < _LEAST_ROWS:
        return ""
    correlation = rank_correlation(numbers[known], effect[known])
    if abs(correlation) < _CLEAR_CORRELATION:
        return f"{name} moves {what} up for some values and down for others."
    verb = "raises" if correlation > 0 else "lowers"
    return f"A {'later' if dates else 'higher'} {name} {verb} {what}."


def rank_correlation(a: np.ndarray, b: np.ndarray) -> float:
    """Spearman's rho, ties by mean rank; 0 where one of both is constant."""
    import pandas as pd

    ranks = [pd.Series(values).rank().to_numpy() for values in (a, b)]
    spread = [float(np.std(values)) for values in ranks]
    if min(spread) == 0.0:
        return 0.0
    left, right = (values - values.mean() for values in ranks)
    return float(np.mean(left * right) / (spread[0] * spread[1]))


def _by_groups(name: str, column: pd.Series, effect: np.ndarray, what: str) -> str:
    import pandas as pd

    groups = pd.Series(effect).groupby(column.astype("str").to_numpy())
    means, sizes = groups.mean(), groups.size()
    means = means[sizes >= _LEAST_ROWS]
    if len(means) < 2 or float(means.max()) <= 0 or float(means.min()) >= 0:
        return ""
    up, down = _short(means.idxmax()), _short(means.idxmin())
    return f"{name} = {up} raises {what} most, {name} = {down} lowers it most."


def _short(value: object) -> str:
    said = str(value)
    return said if len(said) <= 40 else said[:39] + "…"
