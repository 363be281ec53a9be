"""Where everything of a picture goes, in pixels: the plot, its axes, its words.

The page has the same rules in TypeScript (``labextension/src/widgets/picture/layout.ts``).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from jupyter_automl.api.pictures.names import Box, Named, along, at_ends, named_of
from jupyter_automl.api.pictures.room import clean, cut, shown, text_width
from jupyter_automl.api.pictures.scale import Scale, Tick, extent, number_text, reach, ticks
from jupyter_automl.core.picture import (
    Axis,
    Bars,
    Cells,
    Dots,
    Label,
    Line,
    Picture,
    Rule,
    name,
)
from jupyter_automl.core.words import say

LEAST_WIDTH, MOST_WIDTH = 160.0, 4000.0
_LINE = 15.0
"""Pixels from one line of text to the next."""
_SAMPLE = 16.0
"""What a sample before a name takes."""
_GAP = 6.0
_EDGE = 14.0
_MOST_NAME_SHARE = 0.36
_MOST_TICK_SHARE = 0.6
_MOST_END_SHARE = 0.3
_MOST_PLOT = 1000.0
_SIDE = 400.0
_TURNED_ROOM = 90.0
_MOST_RULE_ROWS = 3
_MOST_BAR_TEXTS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """Words at a place; `full` is set where they were cut."""

    x: float
    y: float
    text: str
    full: str = ""
    anchor: Literal["start", "middle", "end"] = "start"
    turned: bool = False
    quiet: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Swatch:
    """A sample of a tone, by its middle; a `shade` is a sample of shaded dots."""

    x: float
    y: float
    tone: str
    kind: Literal["bars", "dots", "line"]
    shade: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A picture's places; `left`, `right`, `top` and `bottom` are the edges of the plot."""

    width: float
    height: float
    left: float
    right: float
    top: float
    bottom: float
    x: Scale
    y: Scale
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    words: tuple[Written, ...]
    swatches: tuple[Swatch, ...]


def is_empty(picture: Picture) -> bool:
    """Whether there is no mark to draw."""
    return not any(
        any(map(len, mark.shade))
        if isinstance(mark, Cells)
        else any(_drawn(mark))
        if isinstance(mark, (Line, Bars, Dots))
        else True
        for mark in picture.marks
    )


def frame_of(picture: Picture, width: float) -> Frame:
    """The places of a picture that is not empty at a width in pixels."""
    width = min(max(float(width), LEAST_WIDTH), MOST_WIDTH)
    dotted = any(isinstance(mark, Dots) for mark in picture.marks)
    x_low, x_high = extent(picture.x, reach(picture.marks, "x"), pad=dotted)
    y_low, y_high = extent(picture.y, reach(picture.marks, "y"), pad=True)
    y_ticks = ticks(picture.y, y_low, y_high, 5)
    y_names = [shown(text) for text in picture.y.names] if picture.y.kind == "names" else []

    widest = max(map(text_width, [*y_names, *(tick.text for tick in y_ticks)]), default=0.0)
    left = widest + 2 * _GAP if widest else _EDGE
    left = min(left, (_MOST_NAME_SHARE if y_names else _MOST_TICK_SHARE) * width)
    named = named_of(picture)
    series = [one for one in named if not one.guide]
    plot_width, plot_height, ends = _plot(
        picture, series, width - left, width, (x_low, x_high), (y_low, y_high)
    )
    right = left + plot_width

    x = Scale(axis=picture.x, low=x_low, high=x_high, start=left, end=right)
    # As if the plot began at the top: what is above it is not known yet.
    level = _upright(picture.y, (y_low, y_high), 0.0, plot_height)
    inside = _label_words(picture, x, level, width)
    guides = [one for one in named if one.guide]
    guide_words, unplaced = _guide_words(picture, guides, x, level, y_ticks, inside)
    in_key = [*unplaced, *(series if ends is None else ())]
    swatches, key_words, key_height = _key(picture, in_key, width)
    rule_words, rule_height = _rule_words(picture, x, width)
    label_height = _LINE if clean(picture.y.label) else 0.0
    top = label_height + key_height + rule_height + _GAP + 2
    bottom = top + plot_height
    y = _upright(picture.y, (y_low, y_high), top, bottom)

    x_ticks = ticks(picture.x, x_low, x_high, _most_ticks(picture.x, plot_width))
    below, below_height = _below(picture, x, x_ticks, bottom, width)
    words = [*below, *_beside(y, y_names, y_ticks, left)]
    end_swatches, end_words = _end_words(series, ends or (), top, right, width)
    words += end_words
    words += _bar_words(picture, x, y, width)
    words += [replace(word, y=word.y + top) for word in (*inside, *guide_words)]
    if label_height:
        words.append(_written(clean(picture.y.label), width - 4, x=2, y=11, quiet=True))
    height = bottom + below_height
    if clean(picture.x.label):
        height += _LINE
        label = clean(picture.x.label)
        words.append(_written(label, right - 2, x=right, y=height - 4, anchor="end", quiet=True))
    words += [replace(word, y=word.y + label_height) for word in key_words]
    words += [replace(word, y=word.y + label_height + key_height) for word in rule_words]
    return Frame(
        width=width,
        height=height,
        left=left,
        right=right,
        top=top,
        bottom=bottom,
        x=x,
        y=y,
        x_ticks=x_ticks,
        y_ticks=y_ticks,
        words=tuple(words),
        swatches=(
            *(replace(swatch, y=swatch.y + label_height) for swatch in swatches),
            *end_swatches,
        ),
    )


def _drawn(mark: Line | Bars | Dots) -> Iterable[bool]:
    where, what = (mark.at, mark.value) if isinstance(mark, Bars) else (mark.x, mark.y)
    return (a is not None and b is not None for a, b in zip(where, what, strict=True))


def _plot(
    picture: Picture,
    series: Sequence[Named],
    room: float,
    width: float,
    x_seen: tuple[float, float],
    y_seen: tuple[float, float],
) -> tuple[float, float, list[float] | None]:
    """Width and height of the plot, and the heights of `series`' names where they stand beside it.

    `room` is from the plot's left edge to the right edge of everything.
    """

    def size(beside: float) -> tuple[float, float]:
        edge = max(_EDGE, min(beside + 2 * _GAP, _MOST_END_SHARE * width) if beside else 0.0)
        spans = x_seen[1] - x_seen[0], y_seen[1] - y_seen[0]
        high = _height(picture, room - edge, *spans)
        return high if picture.square else room - edge, high

    bars = max((text_width(text) for text, _, _ in _bar_texts(picture)), default=0.0)
    names = max((text_width(one.text) + _SAMPLE for one in series), default=0.0)
    if names + 2 * _GAP <= _MOST_END_SHARE * width:
        plot_width, plot_height = size(max(bars, names))
        places = at_ends(series, _upright(picture.y, y_seen, 0.0, plot_height))
        if places is not None:
            return plot_width, plot_height, places
    return *size(bars), None


def _upright(axis: Axis, seen: tuple[float, float], top: float, bottom: float) -> Scale:
    """The scale of y; names run from the top."""
    start, end = (top, bottom) if _is_names(axis) else (bottom, top)
    return Scale(axis=axis, low=seen[0], high=seen[1], start=start, end=end)


def _height(picture: Picture, plot_width: float, x_span: float, y_span: float) -> float:
    if picture.square:
        most = max(x_span if picture.x.kind == "names" else 0.0, y_span * _is_names(picture.y))
        return min(plot_width, max(_SIDE, 20 * most))
    if not _is_names(picture.y):
        return min(300.0, max(150.0, 0.5 * plot_width))
    row = 26.0 if y_span <= 12 else 20.0
    if any(isinstance(mark, Cells) for mark in picture.marks):
        row = min(40.0, max(22.0, 0.6 * plot_width / max(1.0, x_span)))
    return min(_MOST_PLOT, max(40.0, row * y_span))


def _is_names(axis: Axis) -> bool:
    return axis.kind == "names"


def _most_ticks(axis: Axis, room: float) -> int:
    return int(min(8, max(2, room // (110 if axis.kind == "time" else 80))))


def _written(
    text: str,
    room: float,
    *,
    x: float,
    y: float,
    anchor: Literal["start", "middle", "end"] = "start",
    turned: bool = False,
    quiet: bool = False,
) -> Written:
    short = cut(text, room)
    full = name(text) if short != text else ""
    return Written(x=x, y=y, text=short, full=full, anchor=anchor, turned=turned, quiet=quiet)


def _beside(y: Scale, names: Sequence[str], y_ticks: Sequence[Tick], left: float) -> list[Written]:
    if names:
        every = max(1, math.ceil(13 * (y.high - y.low) / (y.end - y.start)))
        places = [(float(i), names[i]) for i in range(0, len(names), every)]
    else:
        places = [(tick.value, tick.text) for tick in y_ticks]
    room = left - _GAP - 2
    found = []
    for value, text in places:
        middle = y.at(value)
        # A number that is cut would be another number.
        if middle is not None and (names or text_width(text) <= room):
            written = _written(
                text, room, x=left - _GAP, y=middle + 4, anchor="end", quiet=not names
            )
            found.append(written)
    return found


def _below(
    picture: Picture, x: Scale, x_ticks: Sequence[Tick], bottom: float, width: float
) -> tuple[list[Written], float]:
    """What stands under the plot, and how high that is."""
    names = [shown(text) for text in picture.x.names] if _is_names(picture.x) else []
    slot = (x.end - x.start) / (x.high - x.low)
    widest = max(map(text_width, names), default=0.0)
    if names and widest > slot - 4 and slot < 56:
        every = max(1, math.ceil(13 / slot))
        room = min(_TURNED_ROOM, widest + 1)
        turned = [
            _written(
                names[i],
                room,
                x=(x.at(float(i)) or 0.0) + 4,
                y=bottom + _GAP,
                anchor="end",
                turned=True,
            )
            for i in range(0, len(names), every)
        ]
        return turned, room + 2 * _GAP
    places = (
        [(float(i), cut(text, slot - 4), text) for i, text in enumerate(names)]
        if names
        else [(tick.value, tick.text, tick.text) for tick in x_ticks]
    )
    found: list[Written] = []
    free = 0.0
    for value, text, whole in places:
        half = text_width(text) / 2
        middle = min(max(x.at(value) or 0.0, half + 1), width - half - 1)
        if middle - half < free:
            continue
        free = middle + half + 4
        full = name(whole) if whole != text else ""
        found.append(
            Written(x=middle, y=bottom + 14, text=text, full=full, anchor="middle", quiet=not names)
        )
    return found, 18.0 if places else _GAP


def _end_words(
    names: Sequence[Named], places: Sequence[float], top: float, right: float, width: float
) -> tuple[list[Swatch], list[Written]]:
    """Names of lines at their ends, each behind a sample since it may have moved a little."""
    swatches, words = [], []
    start = right + _GAP
    for one, place in zip(names, places, strict=False):
        swatches.append(Swatch(x=start + 6, y=top + place, tone=one.tone, kind="line"))
        room = width - start - _SAMPLE - 2
        words.append(_written(one.text, room, x=start + _SAMPLE, y=top + place + 4))
    return swatches, words


def _guide_words(
    picture: Picture,
    guides: Sequence[Named],
    x: Scale,
    y: Scale,
    y_ticks: Sequence[Tick],
    inside: Sequence[Written],
) -> tuple[list[Written], list[Named]]:
    """Names of guides along them, and the guides that there is no place for."""
    grid = [tick.value for tick in y_ticks]
    spots = along(picture, x, y, guides, grid=grid, words=map(_box, inside))
    found, unplaced = [], []
    for guide, spot in zip(guides, spots, strict=True):
        if spot is None:
            unplaced.append(guide)
        else:
            quiet = guide.tone == "quiet"
            found.append(Written(x=spot[0], y=spot[1], text=guide.text, quiet=quiet))
    return found, unplaced


def _box(word: Written) -> Box:
    """What words from the left or from the right take."""
    wide = text_width(word.text)
    left = word.x - wide if word.anchor == "end" else word.x
    return left, left + wide, word.y - 9, word.y + 3


def _bar_texts(picture: Picture) -> list[tuple[str, float, tuple[float | None, ...]]]:
    """Values beside lying bars: the text, the place on y, and the places on x it must clear."""
    bars = [mark for mark in picture.marks if isinstance(mark, Bars)]
    if len(bars) != 1 or bars[0].along != "y" or not _is_names(picture.y):
        return []
    mark = bars[0]
    if len(mark.at) > _MOST_BAR_TEXTS:
        return []
    found = []
    for i, (at, value) in enumerate(zip(mark.at, mark.value, strict=True)):
        if at is None or value is None:
            continue
        base = (mark.base[i] if mark.base else None) or 0.0
        text = number_text(
            value - base if math.isfinite(value - base) else value, picture.x.percent
        )
        if base and value > base:
            text = f"+{text}"
        high = mark.high[i] if mark.high else None
        found.append((text, at, (base, value, high)))
    return found


def _bar_words(picture: Picture, x: Scale, y: Scale, width: float) -> list[Written]:
    found = []
    free = -math.inf
    for text, at, clear in sorted(_bar_texts(picture), key=lambda item: item[1]):
        places = [place for value in clear if (place := x.at(value)) is not None]
        middle = y.at(at)
        if middle is None or middle < free:
            continue
        free = middle + 12
        start = max([x.start, *places]) + 5
        if start + text_width(text) <= width:
            found.append(Written(x=start, y=middle + 4, text=text, quiet=True))
    return found


def _label_words(picture: Picture, x: Scale, y: Scale, width: float) -> list[Written]:
    found = []
    for mark in picture.marks:
        if not isinstance(mark, Label) or not clean(mark.text):
            continue
        across, middle = x.at(mark.x), y.at(mark.y)
        if across is None or middle is None:
            continue
        after = across <= (x.start + x.end) / 2 + 1
        start, room = (across + 6, width - across - 8) if after else (across - 6, across - 8)
        high = max(min(y.start, y.end) + 10, middle - 5)
        anchor: Literal["start", "end"] = "start" if after else "end"
        found.append(_written(clean(mark.text), room, x=start, y=high, anchor=anchor))
    return found


def _rule_words(picture: Picture, x: Scale, width: float) -> tuple[list[Written], float]:
    """The names of upright rules, above the plot, in as many rows as they need."""
    rows: list[float] = []
    found = []
    rules = [m for m in picture.marks if isinstance(m, Rule) and m.axis == "x" and clean(m.label)]
    placed = [(x.at(mark.at), clean(mark.label)) for mark in rules]
    seen = [(place, text) for place, text in placed if place is not None]
    for place, text in sorted(seen, key=lambda pair: pair[0]):
        short = cut(text, width / 2)
        half = text_width(short) / 2
        middle = min(max(place, half + 1), width - half - 1)
        row = next((i for i, free in enumerate(rows) if middle - half >= free), len(rows))
        if row == _MOST_RULE_ROWS:
            continue
        rows[row : row + 1] = [middle + half + 8]
        full = name(text) if short != text else ""
        word = Written(
            x=middle, y=row * _LINE + 11, text=short, full=full, anchor="middle", quiet=True
        )
        found.append(word)
    return found, len(rows) * _LINE


def _key(
    picture: Picture, named: Sequence[Named], width: float
) -> tuple[list[Swatch], list[Written], float]:
    """Samples and names of what cannot be named where it is: bars, dots, shades, some lines."""
    lines = {one.mark: one for one in named}
    entries: list[tuple[str, str, Literal["bars", "dots", "line"], float | None]] = []
    for place, mark in enumerate(picture.marks):
        if isinstance(mark, (Bars, Dots)) and clean(mark.name):
            entries.append((clean(mark.name), mark.tone, mark.type, None))
        elif place in lines:
            entries.append((lines[place].text, lines[place].tone, "line", None))
    if any(isinstance(mark, Dots) and mark.shade is not None for mark in picture.marks):
        entries.append((say("ui-picture-low"), "low-high", "dots", 0.0))
        entries.append((say("ui-picture-high"), "low-high", "dots", 1.0))
    swatches, words = [], []
    across, row = 2.0, 0
    for text, tone, kind, shade in entries:
        short = cut(text, width - _SAMPLE - 4)
        needed = _SAMPLE + text_width(short) + 14
        if across > 2 and across + needed > width:
            across, row = 2.0, row + 1
        middle = row * _LINE + 7
        swatches.append(Swatch(x=across + 5, y=middle, tone=tone, kind=kind, shade=shade))
        full = name(text) if short != text else ""
        words.append(Written(x=across + _SAMPLE, y=middle + 4, text=short, full=full))
        across += needed
    return swatches, words, (row + 1) * _LINE + 3 if entries else 0.0
