"""An explanation as the widget draws it: small, and plain JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from jupyter_automl.explain.sentences import as_numbers

if TYPE_CHECKING:
    import pandas as pd

    from jupyter_automl.explain.explanation import Explanation

DIGITS = 4


def build(
    explanation: Explanation, *, max_points: int = 1500, max_features: int = 12
) -> dict[str, Any]:
    """The strongest features with their intervals and a sample of points.

    Returns
    -------
    dict
        ``model, method, space, n_rows, n_features, classes, label`` (the class the
        points speak of), ``base``, ``features`` (each ``name, kind`` of ``"numeric"`` or
        ``"category"``, ``importance, lower, upper, values`` SHAP values of the sampled
        rows, ``levels`` the feature's value of those rows from 0, the 5th percentile,
        to 1, the 95th; None for categories and missing values), ``rest`` (count and
        summed importance of the other features), ``sentences``.
    """
    table = explanation.importance()
    shown = table.head(max_features)
    values, label = explanation.for_class()
    rows = _sample(explanation, max_points, max(1, len(shown)))
    places = {name: place for place, name in enumerate(explanation.feature_names)}
    base = np.asarray(explanation.base_values)
    if base.ndim:
        base = base[explanation.classes.index(label)]
    return {
        "model": explanation.model,
        "method": explanation.method,
        "space": explanation.space,
        "n_rows": explanation.n_rows,
        "n_features": len(places),
        "classes": list(explanation.classes),
        "label": label,
        "base": rounded(float(base)),
        "features": [
            _feature(row, explanation.data.iloc[:, places[row.feature]],
                     values[:, places[row.feature]], rows)
            for row in shown.itertuples()
        ],
        "rest": {
            "n_features": len(table) - len(shown),
            "importance": rounded(float(table["importance"].iloc[len(shown):].sum())),
        },
        "sentences": list(explanation.insights()),
    }  # fmt: skip


def _sample(explanation: Explanation, max_points: int, n_features: int) -> np.ndarray:
    """Rows to draw, the same for every feature; in order."""
    most = max(1, max_points // n_features)
    if explanation.n_rows <= most:
        return np.arange(explanation.n_rows)
    rng = np.random.default_rng(explanation.random_state)
    return np.sort(rng.choice(explanation.n_rows, size=most, replace=False))


def _feature(row: Any, column: pd.Series, values: np.ndarray, rows: np.ndarray) -> dict[str, Any]:
    levels = normalised(column)
    return {
        "name": str(row.feature),
        "kind": "category" if levels is None else "numeric",
        "importance": rounded(row.importance),
        "lower": rounded(row.lower),
        "upper": rounded(row.upper),
        "values": [rounded(value) for value in values[rows]],
        "levels": None if levels is None else [
            None if np.isnan(level) else round(float(level), 2) for level in levels[rows]
        ],
    }  # fmt: skip


def normalised(column: pd.Series) -> np.ndarray | None:
    """A number or date from 0 (5th percentile) to 1 (95th), NaN where missing, else None."""
    numbers = as_numbers(column)
    if numbers is None:
        return None
    known = numbers[np.isfinite(numbers)]
    if not len(known):
        return np.full(len(numbers), np.nan)
    low, high = np.percentile(known, (5, 95))
    if high <= low:
        low, high = float(known.min()), float(known.max())
    scaled = (numbers - low) / (high - low) if high > low else np.where(
        np.isfinite(numbers), 0.5, np.nan
    )  # fmt: skip
    return np.clip(scaled, 0.0, 1.0)


def rounded(value: float) -> float:
    """Four significant digits; 0 for what is no finite number."""
    return float(f"{value:.{DIGITS}g}") if np.isfinite(value) else 0.0
