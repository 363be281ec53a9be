"""An explanation, made small enough to send and to draw."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_automl.widgets.schema import ExplanationView, ImportanceView, SwarmView

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from jupyter_automl.explain import Explanation

MOST_FEATURES = 20
SWARM_FEATURES = 10
SWARM_ROWS = 200
_IMPORTANCE = ["feature", "importance", "lower", "upper"]


def make_view(model: str, explanation: Explanation) -> ExplanationView:
    """The parts of an explanation that the Results screen draws.

    Parameters
    ----------
    explanation : Explanation
        ``values`` of shape (n_rows, n_features) or (n_rows, n_features, n_classes).

    Notes
    -----
    Of several classes the swarm shows the one that the sentences speak of.
    """
    table = explanation.importance().head(MOST_FEATURES)
    values, label = explanation.for_class()
    names = list(explanation.data.columns)
    rows = _spread_rows(len(values))
    swarm = []
    for feature in table["feature"][:SWARM_FEATURES]:
        place = names.index(feature)
        colours = _colours(explanation.data[feature])
        swarm.append(_swarm(feature, values[rows, place], colours[rows]))
    return ExplanationView(
        model=model,
        method=explanation.method,
        n_rows=len(values),
        unit=explanation.space,
        speaks_of=label,
        insights=tuple(explanation.insights()),
        importance=tuple(
            ImportanceView(feature=feature, mean=_short(mean), low=_short(low), high=_short(high))
            for feature, mean, low, high in table[_IMPORTANCE].itertuples(index=False)
        ),
        swarm=tuple(swarm),
    )


def _spread_rows(n_rows: int) -> np.ndarray:
    import numpy as np

    return np.unique(np.linspace(0, n_rows - 1, min(n_rows, SWARM_ROWS)).astype(int))


def _swarm(feature: str, values: np.ndarray, colours: np.ndarray) -> SwarmView:
    import math

    points = tuple(
        (_short(value), None if math.isnan(colour) else round(float(colour), 2))
        for value, colour in zip(values, colours, strict=True)
    )
    return SwarmView(feature=feature, points=points)


def _colours(column: pd.Series) -> np.ndarray:
    """0 for the lowest value to 1 for the highest, by rank; NaN for what has no order."""
    import numpy as np
    import pandas as pd

    if pd.api.types.is_numeric_dtype(column) or pd.api.types.is_datetime64_any_dtype(column):
        ranks = column.rank(pct=True).to_numpy(dtype="float64", na_value=np.nan)
        return ranks
    return np.full(len(column), np.nan)


def _short(value: float) -> float:
    return float(f"{value:.4g}")
