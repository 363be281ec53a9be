"""A picture as a value: what to draw, what it says, and the table behind it.

One `Picture` is drawn by every surface: by the page, as static SVG in reports and saved
notebooks, and as a plotly figure. Whoever computes it says *what* (marks on two axes), never how
(no colours, no pixels): a mark carries a tone, and every surface gives that tone a colour together
with a dash, shape or hatch, so that nothing is said by colour alone.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

MOST_POINTS = 400
"""Of a line; `thin` keeps its peaks."""
MOST_DOTS = 2000
MOST_ROWS = 200
"""Of the table behind."""
MOST_LETTERS = 120
"""Of a name in a picture."""

Numbers = tuple[float | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """One axis.

    Attributes
    ----------
    label : str
        What stands beside it, with its unit where there is one.
    kind : {"number", "log", "time", "names"}
        ``"time"`` counts Unix seconds; ``"names"`` counts positions 0, 1, ... in `names`, from
        the left, or from the top.
    low, high : float or None
        What must be in sight; None lets the marks decide.
    names : tuple of str
        Of the positions; at most `MOST_LETTERS` each.
    percent : bool
        Write 0.25 as 25 %.
    """

    label: str = ""
    kind: Literal["number", "log", "time", "names"] = "number"
    low: float | None = None
    high: float | None = None
    names: tuple[str, ...] = ()
    percent: bool = False

    def __post_init__(self) -> None:
        _finite("axis", (self.low, self.high))


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Points joined from left to right; None in `y` is a gap.

    `low` and `high`, both or neither, are a band around it. `steps` keeps each value until the
    next point. A name is written at its end.
    """

    type: Literal["line"] = "line"
    x: Numbers
    y: Numbers
    tone: str = "accent"
    name: str = ""
    steps: bool = False
    low: Numbers | None = None
    high: Numbers | None = None

    def __post_init__(self) -> None:
        _same(self.type, x=self.x, y=self.y, low=self.low, high=self.high)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """Bars from `base` (0 unless given) to `value` at positions `at`.

    `along` is the axis that `at` lies on: ``"x"`` draws upright bars, ``"y"`` lying ones. `width`
    is in units of that axis. `low` and `high` are whiskers. `tones`, where given, has one tone a
    bar.
    """

    type: Literal["bars"] = "bars"
    at: Numbers
    value: Numbers
    along: Literal["x", "y"] = "x"
    base: Numbers | None = None
    low: Numbers | None = None
    high: Numbers | None = None
    tone: str = "accent"
    tones: tuple[str, ...] | None = None
    name: str = ""
    width: float = 0.8

    def __post_init__(self) -> None:
        _same(
            self.type,
            at=self.at,
            value=self.value,
            base=self.base,
            low=self.low,
            high=self.high,
            tones=self.tones,
        )
        _finite(self.type, (self.width,))
        if self.width <= 0:
            raise ValueError(f"bars: a width above 0 is needed, got {self.width}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dots:
    """Single points; `shade` runs from 0 (low) to 1 (high), None where there is no value.

    `rows`, where given, are the table's row numbers that a click picks.
    """

    type: Literal["dots"] = "dots"
    x: Numbers
    y: Numbers
    tone: str = "accent"
    name: str = ""
    shade: Numbers | None = None
    rows: tuple[int, ...] | None = None

    def __post_init__(self) -> None:
        _same(self.type, x=self.x, y=self.y, shade=self.shade, rows=self.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """A matrix of cells over two axes of names: ``shade[y][x]`` from 0 to 1, with `text` in it."""

    type: Literal["cells"] = "cells"
    shade: tuple[Numbers, ...]
    text: tuple[tuple[str, ...], ...]
    tone: str = "accent"

    def __post_init__(self) -> None:
        shape = [len(row) for row in self.shade]
        if shape != [len(row) for row in self.text]:
            raise ValueError("cells: shade and text must have the same shape")
        for row in self.shade:
            _finite(self.type, row)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A straight line across the picture at one place of an axis."""

    type: Literal["rule"] = "rule"
    axis: Literal["x", "y"]
    at: float
    label: str = ""
    tone: str = "quiet"

    def __post_init__(self) -> None:
        _finite(self.type, (self.at,))


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A few words at a point."""

    type: Literal["label"] = "label"
    x: float
    y: float
    text: str

    def __post_init__(self) -> None:
        _finite(self.type, (self.x, self.y))


Mark = Line | Bars | Dots | Cells | Rule | Label


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The numbers behind a picture, for those who cannot or do not want to see it.

    Numbers stay numbers (each surface writes them in its language); `more` counts rows that are
    left out.
    """

    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str | float | int | None, ...], ...] = ()
    more: int = 0

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row) != len(self.columns):
                raise ValueError(f"table: {len(self.columns)} cells a row expected, got {len(row)}")
            _finite("table", [cell for cell in row if isinstance(cell, (int, float))])
        if len(self.rows) > MOST_ROWS:
            raise ValueError(f"table: at most {MOST_ROWS} rows, got {len(self.rows)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One chart.

    Attributes
    ----------
    name : str
        Which chart it is, e.g. ``"roc"``.
    title : str
        What it shows, as a heading.
    findings : tuple of str
        One or two sentences computed from the numbers; the first is what a screen reader says.
    x, y : Axis
        The axes; a ``"names"`` axis of `y` runs from the top.
    marks : tuple of Mark
        Drawn in this order.
    table : Table
        The numbers behind.
    note : str
        Where the numbers come from and what is approximate about them.
    picks : {"", "row", "name", "x"}
        What a click means: a table row, a name of the names axis, a place on `x`, or nothing.
    square : bool
        Both axes have the same length.
    """

    name: str
    title: str
    findings: tuple[str, ...] = ()
    x: Axis = field(default_factory=Axis)
    y: Axis = field(default_factory=Axis)
    marks: tuple[Mark, ...] = ()
    table: Table = field(default_factory=Table)
    note: str = ""
    picks: Literal["", "row", "name", "x"] = ""
    square: bool = False


def numbers(values: Iterable[Any], digits: int = 5) -> Numbers:
    """Floats of `digits` significant digits; whatever is not finite becomes None."""
    return tuple(number(value, digits) for value in values)


def number(value: Any, digits: int = 5) -> float | None:
    """One float of `digits` significant digits, or None if it is missing or not finite."""
    if value is None:
        return None
    real = float(value)
    if not math.isfinite(real):
        return None
    short = float(f"{real:.{digits}g}")
    if math.isfinite(short):
        return short
    # The very largest numbers would be rounded up to infinity.
    return float(f"{real * (1 - 0.5 * 10.0 ** (1 - digits)):.{digits}g}")


def name(text: object) -> str:
    """A name cut to what a picture can hold."""
    words = str(text)
    return words if len(words) <= MOST_LETTERS else words[: MOST_LETTERS - 1] + "…"


def thin(x: Sequence[float], y: Sequence[float], most: int = MOST_POINTS) -> list[int]:
    """Indices of at most `most` points that keep the ends, the order and each stretch's extremes.

    The points are cut into ``most // 2 - 1`` stretches of equal count, and of each the lowest and
    the highest stay (the "min-max" decimation that plotting libraries use).
    """
    if most < 2:
        raise ValueError(f"at least 2 points must stay, got {most}")
    n = len(x)
    if n != len(y):
        raise ValueError(f"x and y must be of one length, got {n} and {len(y)}")
    if n <= most:
        return list(range(n))
    kept = {0, n - 1}
    stretches = most // 2 - 1
    for k in range(stretches):
        part = range(k * n // stretches, (k + 1) * n // stretches)
        kept.add(min(part, key=y.__getitem__))
        kept.add(max(part, key=y.__getitem__))
    return sorted(kept)


def _same(what: str, **parts: Sequence[Any] | None) -> None:
    given = {key: part for key, part in parts.items() if part is not None}
    if len({len(part) for part in given.values()}) > 1:
        lengths = ", ".join(f"{key} {len(part)}" for key, part in given.items())
        raise ValueError(f"{what}: all parts must be of one length, got {lengths}")
    for key, part in given.items():
        if key not in ("tones", "rows"):
            _finite(what, part)


def _finite(what: str, values: Iterable[float | None]) -> None:
    for value in values:
        if value is not None and not math.isfinite(value):
            raise ValueError(f"{what}: numbers must be finite, got {value}")
