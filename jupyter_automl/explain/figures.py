"""Plotly figures of an explanation; every name in them is text, never markup."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

import numpy as np

from jupyter_automl.explain.levels import normalised
from jupyter_automl.explain.sentences import as_numbers

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

    from jupyter_automl.explain.explanation import Explanation

BLUE, VERMILLION, GREY = "#0072B2", "#D55E00", "#999999"
"""Okabe and Ito's colour-blind-safe palette (2008)."""
_SCALE = [[0.0, BLUE], [0.5, "#F0E442"], [1.0, VERMILLION]]
_MAX_NAME = 40
_MAX_GROUPS = 20


def text(name: object) -> str:
    """A name that plotly shows as it is, cut at 40 characters."""
    said = str(name)
    said = said if len(said) <= _MAX_NAME else said[: _MAX_NAME - 1] + "…"
    # "%{x}" in a hover text would be filled in.
    return html.escape(said, quote=False).replace("%{", "%&#123;")


def bar(explanation: Explanation, max_features: int) -> Figure:
    """Importance with its 95 % interval, largest on top."""
    import plotly.graph_objects as go

    table = explanation.importance().head(max_features)[::-1]
    figure = go.Figure(
        go.Bar(
            x=table["importance"].to_numpy(),
            y=[text(name) for name in table["feature"]],
            orientation="h",
            marker={"color": BLUE},
            error_x={
                "type": "data",
                "symmetric": False,
                "array": (table["upper"] - table["importance"]).clip(lower=0).to_numpy(),
                "arrayminus": (table["importance"] - table["lower"]).clip(lower=0).to_numpy(),
                "color": GREY,
            },
        )
    )
    title = f"Mean effect on the prediction ({explanation.space})"
    return _laid_out(figure, explanation, title, len(table))


def beeswarm(explanation: Explanation, max_features: int, label: str | None) -> Figure:
    """A point a row; to the right raises the prediction."""
    import plotly.graph_objects as go

    values, label = explanation.for_class(label)
    names = [name for name, _ in explanation.ranking(max_features)][::-1]
    figure = go.Figure()
    for height, name in enumerate(names):
        place = explanation.feature_names.index(name)
        column = explanation.data.iloc[:, place]
        levels = normalised(column)
        colour = np.full(len(column), np.nan) if levels is None else levels
        x = values[:, place]
        figure.add_trace(
            go.Scatter(
                x=x,
                y=height + spread(x),
                mode="markers",
                showlegend=False,
                customdata=[text(value) for value in column],
                hovertemplate=f"{text(name)} = %{{customdata}}<br>%{{x:.3g}}<extra></extra>",
                marker={
                    "size": 5,
                    "opacity": 0.7,
                    "color": GREY if levels is None else np.where(np.isnan(colour), 0.5, colour),
                    "colorscale": _SCALE,
                    "cmin": 0,
                    "cmax": 1,
                },
            )
        )
    figure.update_yaxes(tickvals=list(range(len(names))), ticktext=[text(name) for name in names])
    figure.add_vline(x=0, line={"color": GREY, "width": 1})
    return _laid_out(figure, explanation, _effect(explanation, label), len(names))


def spread(x: np.ndarray) -> np.ndarray:
    """Heights in [-0.4, 0.4] that keep points of the same place apart."""
    if not len(x):
        return np.zeros(0)
    low, high = float(x.min()), float(x.max())
    bins = np.zeros(len(x), dtype=int) if high <= low else (
        (x - low) / (high - low) * 60
    ).astype(int)  # fmt: skip
    heights = np.zeros(len(x))
    fullest = max(1, int(np.bincount(bins).max()))
    for number in np.unique(bins):
        inside = np.flatnonzero(bins == number)
        offsets = np.arange(len(inside)) - (len(inside) - 1) / 2
        heights[inside] = 0.8 * offsets / fullest
    return heights


def dependence(explanation: Explanation, feature: str, label: str | None) -> Figure:
    """The values of one feature and what they add."""
    import plotly.graph_objects as go

    place = explanation.place_of(feature)
    values, label = explanation.for_class(label)
    column, effect = explanation.data.iloc[:, place], values[:, place]
    figure = go.Figure()
    numbers = as_numbers(column)
    if numbers is not None:
        figure.add_trace(
            go.Scatter(
                x=column.to_numpy(), y=effect, mode="markers", marker={"color": BLUE, "size": 5}
            )
        )
    else:
        groups = column.astype("str").fillna("missing")
        for name in groups.value_counts().index[:_MAX_GROUPS]:
            figure.add_trace(
                go.Box(
                    y=effect[(groups == name).to_numpy()],
                    name=text(name),
                    marker={"color": BLUE},
                    showlegend=False,
                )
            )
    figure.add_hline(y=0, line={"color": GREY, "width": 1})
    figure.update_layout(
        xaxis_title=text(feature),
        yaxis_title=_effect(explanation, label),
        template="plotly_white",
        showlegend=False,
    )
    return figure


def waterfall(explanation: Explanation, row: int, label: str | None, max_features: int) -> Figure:
    """From the base value to the prediction of one row, the strongest features named."""
    import plotly.graph_objects as go

    from jupyter_automl.core.errors import ArgumentError

    if not -explanation.n_rows <= row < explanation.n_rows:
        raise ArgumentError(
            f"The row must be between 0 and {explanation.n_rows - 1}. Got {row!r}.", argument="row"
        )
    values, chosen = explanation.for_class(label)
    base = np.asarray(explanation.base_values)
    if base.ndim:
        base = base[explanation.classes.index(chosen)]
    elif explanation.classes and chosen != explanation.classes[-1]:
        base = 1.0 - base if explanation.space == "probability" else -base
    effect = values[row]
    order = np.argsort(-np.abs(effect), kind="stable")
    shown, rest = order[:max_features], order[max_features:]
    data = explanation.data.iloc[row]
    names = [f"{text(explanation.feature_names[i])} = {text(data.iloc[i])}" for i in shown]
    steps = [float(effect[i]) for i in shown]
    if len(rest):
        names.append(f"{len(rest)} other features")
        steps.append(float(effect[rest].sum()))
    figure = go.Figure(
        go.Waterfall(
            orientation="h",
            measure=["relative"] * len(steps),
            x=steps[::-1],
            y=names[::-1],
            base=float(base),
            increasing={"marker": {"color": VERMILLION}},
            decreasing={"marker": {"color": BLUE}},
        )
    )
    total = float(base) + float(effect.sum())
    title = f"{_effect(explanation, chosen)}: {float(base):.3g} to {total:.3g}"
    return _laid_out(figure, explanation, title, len(names))


def _effect(explanation: Explanation, label: str) -> str:
    of = f" on {text(label)}" if label else " on the prediction"
    return f"Effect{of} ({explanation.space})"


def _laid_out(figure: Figure, explanation: Explanation, title: str, n_rows: int) -> Figure:
    figure.update_layout(
        title=text(explanation.model) if explanation.model else None,
        xaxis_title=title,
        template="plotly_white",
        height=140 + 28 * max(3, n_rows),
        margin={"l": 10, "r": 10, "t": 50, "b": 50},
    )
    figure.update_yaxes(automargin=True)
    return figure
