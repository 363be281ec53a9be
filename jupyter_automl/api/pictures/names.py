"""Where the names of lines stand: at their ends, along them, or in the key.

Lines that end apart from each other are named at their ends. Lines that meet there, or whose
names are too long to stand beside the plot, are in the key. Guides (rules, and the quiet lines that
others are compared with) are named along themselves, where nothing else is near. The page has the
same rules in TypeScript (``labextension/src/widgets/picture/names.ts``).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from jupyter_automl.api.pictures.room import clean, text_width
from jupyter_automl.api.pictures.scale import Scale, bar_width
from jupyter_automl.core.picture import Bars, Cells, Dots, Label, Line, Mark, Picture, Rule

NAME_STEP = 13.0
"""Pixels from one name at an end to the next."""
_FURTHEST = 8.0
"""Pixels that a name may stand above or below the end of its line."""
_COLUMN = 4.0
_STEP = 8.0
_HIGH = 12.0
_ASCENT = 9.0
_GAP = 3.0
"""Between a guide and its name."""
_AIR = 8.0
"""At least, between a name and whatever is not its guide."""
_FAR = 60.0
"""Further than this is no better."""
_ON_GRID = 20.0
"""Pixels of distance that a place without a grid line through it is worth."""
_WORDS = -1

Box = tuple[float, float, float, float]
"""Left, right, top and bottom."""
_Span = tuple[float, float, int]
"""Its highest and its lowest pixel, and the mark."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A line or a rule across, with its name.

    Attributes
    ----------
    mark : int
        Its place among the marks.
    text, tone : str
        Its name and its tone.
    value : float
        Its last value of y.
    guide : bool
        Whether others are compared with it: a rule or a quiet line.
    """

    mark: int
    text: str
    tone: str
    value: float
    guide: bool


def named_of(picture: Picture) -> list[Named]:
    """The lines and the rules across that have a name, in the order of the marks."""
    found = []
    for place, mark in enumerate(picture.marks):
        if isinstance(mark, Line):
            text, guide = clean(mark.name), mark.tone == "quiet"
            value = next((value for value in reversed(mark.y) if value is not None), None)
        elif isinstance(mark, Rule) and mark.axis == "y":
            text, guide = clean(mark.label), True
            # It has no place there and is not drawn.
            value = None if picture.y.kind == "log" and mark.at <= 0 else mark.at
        else:
            continue
        if text and value is not None:
            named = Named(mark=place, text=text, tone=mark.tone, value=value, guide=guide)
            found.append(named)
    return found


def at_ends(names: Sequence[Named], y: Scale) -> list[float] | None:
    """The heights of names beside the ends of their lines; None where one would be far from its."""
    wanted = _pixels(y, (name.value for name in names))
    places = apart(wanted, min(y.start, y.end), max(y.start, y.end), NAME_STEP)
    near = all(abs(a - b) <= _FURTHEST for a, b in zip(wanted, places, strict=True))
    free = all(b - a > NAME_STEP - 1e-6 for a, b in pairwise(sorted(places)))
    seen = len(wanted) == len(names)
    return [round(place, 1) for place in places] if near and free and seen else None


def apart(places: Sequence[float], low: float, high: float, step: float) -> list[float]:
    """The places moved so that any two are `step` apart and all lie from `low` to `high`.

    They keep their order; where they do not all fit they overlap at the low end.
    """
    order = sorted(range(len(places)), key=lambda i: places[i])
    moved = list(places)
    floor = low
    for i in order:
        moved[i] = floor = max(moved[i], floor)
        floor += step
    ceiling = high
    for i in reversed(order):
        moved[i] = ceiling = min(moved[i], ceiling)
        ceiling -= step
    return [max(low, place) for place in moved]


def along(
    picture: Picture,
    x: Scale,
    y: Scale,
    guides: Sequence[Named],
    *,
    grid: Iterable[float],
    words: Iterable[Box],
) -> list[tuple[float, float] | None]:
    """Where names of guides begin, by their base lines; None where none has a place.

    Parameters
    ----------
    grid : iterable of float
        The values of y with a grid line.
    words : iterable of Box
        What is written inside the plot already.
    """
    if not guides:
        return []
    ground = _Ground(picture, x, y, [y.exact(value) or 0.0 for value in grid])
    for box in words:
        ground.take(box)
    return [ground.spot(guide) for guide in guides]


class _Ground:
    """What is drawn in the plot: stretches of height by columns, each with the mark it is of."""

    def __init__(self, picture: Picture, x: Scale, y: Scale, grid: Sequence[float]) -> None:
        self._x, self._y, self._grid = x, y, grid
        self._left, self._right = x.start, x.end
        self._top, self._bottom = min(y.start, y.end), max(y.start, y.end)
        count = math.floor((self._right - self._left) / _COLUMN) + 1
        self._columns: list[list[_Span]] = [[] for _ in range(count)]
        for place, mark in enumerate(picture.marks):
            self._draw(place, mark)

    def take(self, box: Box) -> None:
        """Nothing else may stand in `box`."""
        left, right, top, bottom = box
        self._cover(_WORDS, (left, top, bottom), (right, top, bottom))

    def spot(self, guide: Named) -> tuple[float, float] | None:
        """The place along a guide with the most air, from the right; it is taken then."""
        wide = text_width(guide.text)
        best, found = -math.inf, None
        start = self._right - 2 - wide
        while start >= self._left + 2:
            under = self._from_to(start, start + wide)
            around = self._from_to(start - _COLUMN, start + wide + _COLUMN)
            own = [[span for span in column if span[2] == guide.mark] for column in under]
            if all(own):
                low = min(span[0] for spans in own for span in spans)
                high = max(span[1] for spans in own for span in spans)
                for top in (low - _GAP - _HIGH, high + _GAP):
                    worth = self._worth(around, guide.mark, top)
                    if worth > best:
                        best, found = worth, (start, top)
            start -= _STEP
        if found is None:
            return None
        start, top = math.floor(found[0]), math.floor(found[1] + 0.5)
        self.take((start, start + wide, top, top + _HIGH))
        return start, top + _ASCENT

    def _worth(self, columns: Sequence[Sequence[_Span]], mark: int, top: float) -> float:
        """The pixels around a box, less where a grid line strikes it through."""
        bottom = top + _HIGH
        if top < self._top or bottom > self._bottom:
            return -math.inf
        air = min(
            (
                max(low - bottom, top - high)
                for column in columns
                for low, high, of in column
                if of != mark
            ),
            default=_FAR,
        )
        if air < _AIR:
            return -math.inf
        struck = any(top - 1 < line < bottom + 1 for line in self._grid)
        return min(air, _FAR) - (_ON_GRID if struck else 0.0)

    def _from_to(self, start: float, end: float) -> list[list[_Span]]:
        return self._columns[self._column(start) : self._column(end) + 1]

    def _column(self, place: float) -> int:
        return min(len(self._columns) - 1, max(0, math.floor((place - self._left) / _COLUMN)))

    def _cover(
        self, mark: int, a: tuple[float, float, float], b: tuple[float, float, float]
    ) -> None:
        """What lies between two places, each with its lowest and its highest pixel."""
        (ax, alow, ahigh), (bx, blow, bhigh) = (a, b) if a[0] <= b[0] else (b, a)
        for k in range(self._column(ax), self._column(bx) + 1):
            start = max(ax, self._left + _COLUMN * k)
            end = min(bx, self._left + _COLUMN * (k + 1))
            shares = ((start - ax) / (bx - ax), (end - ax) / (bx - ax)) if bx > ax else (0.0, 1.0)
            low = min(alow + share * (blow - alow) for share in shares)
            high = max(ahigh + share * (bhigh - ahigh) for share in shares)
            self._columns[k].append((low, high, mark))

    def _draw(self, place: int, mark: Mark) -> None:
        if isinstance(mark, Line):
            self._line(place, mark)
        elif isinstance(mark, Dots):
            for across, up in zip(mark.x, mark.y, strict=True):
                self._dot(place, across, up)
        elif isinstance(mark, Bars):
            self._bars(place, mark)
        elif isinstance(mark, Label):
            self._dot(place, mark.x, mark.y)
        elif isinstance(mark, Cells):
            self._across(place, self._top, self._bottom)
        elif mark.axis == "y":
            level = self._y.exact(mark.at)
            if level is not None:
                self._across(place, level, level)
        else:
            middle = self._x.exact(mark.at)
            if middle is not None:
                ends = self._top, self._bottom
                self._cover(place, (middle - 2, *ends), (middle + 2, *ends))

    def _across(self, place: int, low: float, high: float) -> None:
        self._cover(place, (self._left, low, high), (self._right, low, high))

    def _line(self, place: int, mark: Line) -> None:
        before: tuple[float, float, float] | None = None
        for i, (across, up) in enumerate(zip(mark.x, mark.y, strict=True)):
            middle = self._x.exact(across)
            level = self._y.exact(up)
            if middle is None or level is None:
                before = None
                continue
            band = [part[i] for part in (mark.low, mark.high) if part is not None]
            levels = [level, *_pixels(self._y, band)]
            here = (middle, min(levels), max(levels))
            if mark.steps and before is not None:
                self._cover(place, before, (middle, *before[1:]))
                before = (middle, min(before[1], here[1]), max(before[2], here[2]))
                self._cover(place, before, before)
            else:
                self._cover(place, here if before is None else before, here)
            before = here

    def _dot(self, place: int, across: float | None, up: float | None) -> None:
        middle, level = self._x.exact(across), self._y.exact(up)
        if middle is not None and level is not None:
            ends = level - 4, level + 4
            self._cover(place, (middle - 4, *ends), (middle + 4, *ends))

    def _bars(self, place: int, mark: Bars) -> None:
        upright = mark.along == "x"
        lying, standing = (self._x, self._y) if upright else (self._y, self._x)
        half = bar_width(mark) / 2
        for i, (at, value) in enumerate(zip(mark.at, mark.value, strict=True)):
            if at is None or value is None:
                continue
            base = None if mark.base is None else mark.base[i]
            whiskers = [part[i] for part in (mark.low, mark.high) if part is not None]
            ends = _pixels(standing, (value, *whiskers))
            ends += _pixels(standing, (base or 0.0,)) or [standing.start]
            sides = _pixels(lying, (at - half, at + half))
            if sides:
                across, up = (sides, ends) if upright else (ends, sides)
                height = min(up), max(up)
                self._cover(place, (min(across), *height), (max(across), *height))


def _pixels(scale: Scale, values: Iterable[float | None]) -> list[float]:
    """Of those that have a place."""
    return [place for place in map(scale.exact, values) if place is not None]
