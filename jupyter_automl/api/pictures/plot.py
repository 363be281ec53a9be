"""A picture as a plotly figure that reads on light and on dark."""

from __future__ import annotations

import html
import math
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from jupyter_automl.api.pictures.room import clean
from jupyter_automl.api.pictures.scale import bar_width, extent, number_text, reach
from jupyter_automl.api.pictures.tones import (
    NONE,
    SHADES,
    Look,
    look,
    shade_colour,
    shade_step,
)
from jupyter_automl.core.picture import Axis, Bars, Cells, Dots, Label, Line, Numbers, Picture, Rule
from jupyter_automl.core.words import say

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

_INK = "#777777"
"""As far from white as from black, so that it reads on both."""
_GRID = "rgba(128,128,128,0.25)"
_DASHES = ("solid", "dash", "dot", "dashdot")
_SYMBOLS = ("circle", "square", "triangle-up", "diamond")
_HATCHES = ("", "/", "\\", ".")
_ROW, _LEAST_HEIGHT, _MOST_HEIGHT = 26, 320, 1200
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST, _LAST = -62_135_596_800, 253_402_300_799
_SHADES = [[step / SHADES, shade_colour(step)] for step in range(SHADES + 1)]


def figure_of(picture: Picture) -> Figure:
    """The picture in plotly, without paper of its own; all words in it are text.

    Returns
    -------
    plotly.graph_objects.Figure
    """
    import plotly.graph_objects as go

    figure = go.Figure()
    x, y = _Places(picture.x, picture, "x"), _Places(picture.y, picture, "y")
    for mark in picture.marks:
        if isinstance(mark, Line):
            figure.add_traces(_line(mark, x, y))
        elif isinstance(mark, Bars):
            figure.add_trace(_bars(mark, x, y))
        elif isinstance(mark, Dots):
            figure.add_trace(_dots(mark, x, y))
        elif isinstance(mark, Cells):
            figure.add_trace(_cells(mark, x, y))
        elif isinstance(mark, Rule):
            _rule(figure, mark, x, y)
        else:
            _label(figure, mark, x, y)
    said = "<br>".join(_text(line, 160) for line in (picture.title, *picture.findings[:1]))
    figure.update_layout(
        title={"text": said, "font": {"size": 14}},
        template="none",
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"color": _INK},
        barmode="overlay",
        height=_height(picture),
        margin={"l": 10, "r": 20, "t": 70, "b": 50},
        showlegend=any(trace.showlegend for trace in figure.data),
    )
    figure.update_xaxes(**x.settings())
    figure.update_yaxes(**y.settings())
    if picture.square:
        figure.update_yaxes(scaleanchor="x", constrain="domain")
        figure.update_xaxes(constrain="domain")
    return figure


class _Places:
    """One axis: its settings, and numbers as plotly wants them there."""

    def __init__(self, axis: Axis, picture: Picture, letter: Literal["x", "y"]) -> None:
        self.axis = axis
        self.letter = letter
        self.numbers = reach(picture.marks, letter)
        self.dated = axis.kind == "time" and all(_FIRST <= v <= _LAST for v in self.numbers)

    def at(self, value: float | None) -> Any:
        if value is None or (self.axis.kind == "log" and value <= 0):
            return None
        if self.dated:
            return (_EPOCH + timedelta(seconds=value)).replace(tzinfo=None).isoformat()
        return value

    def noted(self, value: float) -> Any:
        """As annotations want it, which count powers on a logarithmic axis where shapes do not."""
        place = self.at(value)
        return math.log10(place) if place is not None and self.axis.kind == "log" else place

    def said(self, value: float | None) -> str:
        """A value in words; a name is as it is."""
        if value is None:
            return "–"
        if self.axis.kind == "names":
            names, place = self.axis.names, math.floor(value + 0.5)
            return _name(names[place]) if 0 <= place < len(names) else number_text(value)
        if self.dated:
            return str(self.at(value))[:19].replace("T", " ")
        return number_text(value, self.axis.percent)

    def all(self, values: Numbers) -> list[Any]:
        return [self.at(value) for value in values]

    def settings(self) -> dict[str, Any]:
        axis = self.axis
        found: dict[str, Any] = {
            "title": {"text": _text(axis.label, 80)},
            "automargin": True,
            "gridcolor": _GRID,
            "zerolinecolor": _INK,
            "linecolor": _INK,
        }
        if axis.kind == "names":
            low, high = extent(axis, self.numbers, pad=False)
            return found | {
                "tickvals": list(range(len(axis.names))),
                "ticktext": [_name(text) for text in axis.names],
                "range": [high, low] if self.letter == "y" else [low, high],
                "showgrid": False,
                "zeroline": False,
            }
        if axis.percent:
            found["tickformat"] = ".0%"
        if axis.kind == "log":
            return found | {"type": "log"}
        if self.dated:
            return found | {"type": "date"}
        if axis.low is not None or axis.high is not None:
            found["range"] = list(extent(axis, self.numbers, pad=False))
        return found


def _text(words: object, most: int = 40) -> str:
    """Words that plotly shows as they are: neither its HTML nor its ``%{x}``."""
    line = clean(words)
    line = line if len(line) <= most else line[: most - 1] + "…"
    return html.escape(line, quote=False).replace("%{", "%&#123;")


def _name(words: str) -> str:
    return _text(words) or _text(say("ui-picture-no-name"))


def _colour(seen: Look) -> str:
    return _INK if seen.quiet else seen.colour


def _named(name: str) -> dict[str, Any]:
    said = _text(name)
    return {"name": said, "showlegend": bool(said)}


def _line(mark: Line, x: _Places, y: _Places) -> list[Any]:
    import plotly.graph_objects as go

    seen = look(mark.tone)
    shape = "hv" if mark.steps else "linear"
    traces: list[Any] = []
    for run in _bands(mark):
        traces += [
            go.Scatter(
                x=x.all(tuple(point[0] for point in run)),
                y=y.all(tuple(point[edge] for point in run)),
                mode="lines",
                line={"width": 0, "shape": shape},
                fill=fill,
                fillcolor=_pale(_colour(seen), 0.16),
                hoverinfo="skip",
                showlegend=False,
            )
            for edge, fill in ((1, None), (2, "tonexty"))
        ]
    traces.append(
        go.Scatter(
            x=x.all(mark.x),
            y=y.all(mark.y),
            # A line of one point would not be seen.
            mode="lines" if len(mark.x) > 1 else "markers",
            connectgaps=False,
            line={
                "color": _colour(seen),
                "shape": shape,
                "dash": "dash" if seen.quiet else _DASHES[seen.style],
                "width": 1 if seen.quiet else 2,
            },
            marker={"color": _colour(seen)},
            **_hover(x, y, mark.x, mark.y),
            **_named(mark.name),
        )
    )
    return traces


def _bands(mark: Line) -> list[list[tuple[float, float, float]]]:
    """The stretches of the band around a line, as (x, low, high)."""
    if mark.low is None or mark.high is None:
        return []
    runs: list[list[tuple[float, float, float]]] = [[]]
    for at, low, high in zip(mark.x, mark.low, mark.high, strict=True):
        if at is not None and low is not None and high is not None:
            runs[-1].append((at, low, high))
        else:
            runs.append([])
    return [run for run in runs if run]


def _bars(mark: Bars, x: _Places, y: _Places) -> Any:
    import plotly.graph_objects as go

    upright = mark.along == "x"
    along, against = (x, y) if upright else (y, x)
    looks = [look(tone) for tone in mark.tones or (mark.tone,) * len(mark.at)]
    bases = mark.base or (0.0,) * len(mark.at)
    lengths = [
        None if value is None else value - (base or 0.0)
        for value, base in zip(mark.value, bases, strict=True)
    ]
    whiskers = {}
    if mark.low is not None and mark.high is not None:
        error = {
            "type": "data",
            "symmetric": False,
            "array": _gaps(mark.high, mark.value),
            "arrayminus": _gaps(mark.value, mark.low),
            "color": _INK,
        }
        whiskers = {"error_y" if upright else "error_x": error}
    places = {"x": along.all(mark.at), "y": lengths}
    hover = _hover(x, y, mark.at, mark.value) if upright else _hover(x, y, mark.value, mark.at)
    return go.Bar(
        **(places if upright else {"x": places["y"], "y": places["x"]}),
        orientation="v" if upright else "h",
        # A logarithm has no place for 0.
        base=None if against.axis.kind == "log" else [base or 0.0 for base in bases],
        width=None if along.dated else bar_width(mark),
        marker={
            "color": [_colour(seen) for seen in looks],
            "opacity": 0.4 if looks and all(seen.quiet for seen in looks) else 1.0,
            "pattern": {"shape": [_HATCHES[seen.style] for seen in looks]},
        },
        **whiskers,
        **hover,
        **_named(mark.name),
    )


def _gaps(above: Numbers, below: Numbers) -> list[float | None]:
    """How far one lies above the other; an interval beside its value has no whisker there."""
    return [
        None if a is None or b is None else max(0.0, a - b)
        for a, b in zip(above, below, strict=True)
    ]


def _dots(mark: Dots, x: _Places, y: _Places) -> Any:
    import plotly.graph_objects as go

    seen = look(mark.tone)
    marker: dict[str, Any] = {"size": 6, "opacity": 0.75, "color": _colour(seen)}
    if mark.shade is None:
        marker["symbol"] = _SYMBOLS[seen.style]
    else:
        # A scale knows no missing values: those get a colour of their own.
        steps = [shade_step(share) for share in mark.shade]
        marker["color"] = [NONE if step is None else shade_colour(step) for step in steps]
    return go.Scatter(
        x=x.all(mark.x),
        y=y.all(mark.y),
        mode="markers",
        marker=marker,
        **_hover(x, y, mark.x, mark.y),
        **_named(mark.name),
    )


def _cells(mark: Cells, x: _Places, y: _Places) -> Any:
    import plotly.graph_objects as go

    colour = _colour(look(mark.tone))
    plain = [[0.0, _pale(colour, 0.04)], [1.0, _pale(colour, 0.64)]]
    return go.Heatmap(
        z=[list(row) for row in mark.shade],
        zmin=0,
        zmax=1,
        text=[[_text(cell) for cell in row] for row in mark.text],
        texttemplate="%{text}",
        customdata=[
            [f"{y.said(i)}, {x.said(j)}: {_text(cell)}" for j, cell in enumerate(row)]
            for i, row in enumerate(mark.text)
        ],
        hovertemplate="%{customdata}<extra></extra>",
        hoverongaps=False,
        colorscale=_SHADES if mark.tone == "low-high" else plain,
        showscale=False,
        xgap=1,
        ygap=1,
    )


def _rule(figure: Figure, mark: Rule, x: _Places, y: _Places) -> None:
    seen = look(mark.tone)
    upright = mark.axis == "x"
    place, note = (x if upright else y).at(mark.at), (x if upright else y).noted(mark.at)
    if place is None:
        return
    line = {"color": _colour(seen), "width": 1, "dash": "dash"}
    ends = (
        {"x0": place, "x1": place, "y0": 0, "y1": 1, "yref": "y domain"}
        if upright
        else {"y0": place, "y1": place, "x0": 0, "x1": 1, "xref": "x domain"}
    )
    figure.add_shape(type="line", line=line, **ends)
    if clean(mark.label):
        where = (
            {"x": note, "y": 1, "yref": "y domain", "yanchor": "bottom"}
            if upright
            else {"y": note, "x": 1, "xref": "x domain", "xanchor": "right", "yanchor": "bottom"}
        )
        figure.add_annotation(text=_text(mark.label), showarrow=False, **where)


def _label(figure: Figure, mark: Label, x: _Places, y: _Places) -> None:
    across, up = x.noted(mark.x), y.noted(mark.y)
    if across is not None and up is not None:
        figure.add_annotation(x=across, y=up, text=_text(mark.text), arrowcolor=_INK)


def _hover(x: _Places, y: _Places, across: Numbers, up: Numbers) -> dict[str, Any]:
    said = [f"{x.said(a)}, {y.said(b)}" for a, b in zip(across, up, strict=True)]
    return {"customdata": said, "hovertemplate": "%{customdata}<extra></extra>"}


def _pale(colour: str, opacity: float) -> str:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"


def _height(picture: Picture) -> int:
    rows = len(picture.y.names) if picture.y.kind == "names" else 0
    return min(_MOST_HEIGHT, max(_LEAST_HEIGHT, 140 + _ROW * rows))
