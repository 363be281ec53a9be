"""A picture as static SVG: one text, without script, style sheet or anything from elsewhere."""

from __future__ import annotations

import re
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from html import escape
from typing import Literal

from jupyter_automl.api.pictures.layout import LEAST_WIDTH, Frame, Written, frame_of, is_empty
from jupyter_automl.api.pictures.room import FONT_SIZE, clean, cut
from jupyter_automl.api.pictures.scale import Scale, bar_width
from jupyter_automl.api.pictures.tones import DASHES, SHADES, Look, look, shade_colour, shade_step
from jupyter_automl.core.picture import Bars, Cells, Dots, Label, Line, Picture, Rule
from jupyter_automl.core.words import say

_PAPERS = {"light": ("#222222", "#FFFFFF"), "dark": ("#E4E4E4", "#1B1B1B")}
_EMPTY_HEIGHT = 64
_FEW_DOTS = 300
_CELL_PALEST, _CELL_SPAN = 0.04, 0.6
"""Opacity of a cell; words in the text's colour stay readable on the strongest."""
_LEAST_CELL = 22.0
# From the middle of a dot, about as heavy as a circle of one pixel's radius.
_SHAPES = {2: "m0-{a}l{b} {c}h-{d}z", 3: "m0-{a}l{a} {a}-{a} {a}-{a}-{a}z"}

Point = tuple[float, float]


def picture_svg(
    picture: Picture,
    width: int = 640,
    *,
    theme: Literal["auto", "light", "dark"] = "auto",
    ids: str = "",
) -> str:
    """The picture as one SVG element.

    Parameters
    ----------
    width : int
        In pixels, from 160 to 4,000; the height follows from what there is to draw.
    theme : {"auto", "light", "dark"}
        ``"auto"`` writes in the colour of the text around and paints no paper: for SVG inside of
        a page. ``"light"`` and ``"dark"`` paint their own paper: for files and ``<img>``, which
        know nothing of the page around.
    ids : str
        Begins the ids inside; from the picture's own words unless given. Two pictures on one
        page need different ones.

    Returns
    -------
    str
        Well-formed XML in which all words of the picture are text.
    """
    prefix = re.sub(r"[^A-Za-z0-9_-]", "", ids) or _fingerprint(picture)
    if is_empty(picture):
        width = max(int(LEAST_WIDTH), width)
        middle = _EMPTY_HEIGHT / 2
        said = cut(say("ui-picture-nothing"), width - 8)
        body = f'<text x="8" y="{_px(middle)}" fill-opacity=".75">{escape(said)}</text>'
        return _root(picture, prefix, float(width), float(_EMPTY_HEIGHT), body, theme)
    frame = frame_of(picture, width)
    brush = _Brush(prefix, dark=theme == "dark")
    parts = [_grid(frame)]
    for mark in picture.marks:
        if isinstance(mark, Line):
            parts.append(_line(mark, frame, brush))
        elif isinstance(mark, Bars):
            parts.append(_bars(mark, frame, brush))
        elif isinstance(mark, Dots):
            parts.append(_dots(mark, frame, brush))
        elif isinstance(mark, Cells):
            parts.append(_cells(mark, frame, brush))
        elif isinstance(mark, Rule):
            parts.append(_rule(mark, frame, brush))
        else:
            parts.append(_point(mark, frame))
    parts.append(_key(frame, brush))
    parts += map(_words, frame.words)
    body = brush.patterns() + "".join(parts)
    return _root(picture, prefix, frame.width, frame.height, body, theme)


class _Brush:
    """Gives looks as attributes, and keeps the hatches that were asked for."""

    def __init__(self, prefix: str, *, dark: bool) -> None:
        self.prefix = prefix
        self.dark = dark
        self._hatches: dict[tuple[str, int], str] = {}

    def look(self, tone: str) -> Look:
        return look(tone, dark=self.dark)

    def fill(self, seen: Look) -> str:
        if seen.quiet:
            return 'fill="currentColor" fill-opacity=".3"'
        if seen.style == 0:
            return f'fill="{seen.colour}"'
        key = (seen.colour, seen.style)
        name = self._hatches.setdefault(key, f"{self.prefix}-h{len(self._hatches)}")
        return f'fill="url(#{name})" stroke="{seen.colour}"'

    def stroke(self, seen: Look, width: float = 2) -> str:
        if seen.quiet:
            return 'fill="none" stroke="currentColor" stroke-opacity=".55" stroke-dasharray="4 3"'
        dash = f' stroke-dasharray="{DASHES[seen.style]}"' if DASHES[seen.style] else ""
        return f'fill="none" stroke="{seen.colour}" stroke-width="{_px(width)}"{dash}'

    def patterns(self) -> str:
        if not self._hatches:
            return ""
        made = []
        for (colour, style), name in self._hatches.items():
            stripe = (
                f'<circle cx="3" cy="3" r="1.5" fill="{colour}"/>'
                if style == 3
                else f'<rect width="2.5" height="6" fill="{colour}"/>'
            )
            made.append(
                f'<pattern id="{name}" width="6" height="6" patternUnits="userSpaceOnUse" '
                f'patternTransform="rotate({45 if style == 1 else -45})">'
                f'<rect width="6" height="6" fill="{colour}" fill-opacity=".25"/>{stripe}</pattern>'
            )
        return f"<defs>{''.join(made)}</defs>"


def _root(picture: Picture, prefix: str, width: float, height: float, body: str, theme: str) -> str:
    size = f'width="{_px(width)}" height="{_px(height)}"'
    ink, paper = _PAPERS.get(theme, ("", ""))
    colour = f' color="{ink}"' if ink else ""
    ground = f'<rect {size} fill="{paper}"/>' if paper else ""
    finding = clean(picture.findings[0]) if picture.findings else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" '
        f'aria-labelledby="{prefix}-t {prefix}-d" viewBox="0 0 {_px(width)} {_px(height)}" '
        f'{size}{colour} font-family="system-ui, sans-serif" font-size="{_px(FONT_SIZE)}" '
        f'fill="currentColor"><title id="{prefix}-t">{escape(clean(picture.title))}</title>'
        f'<desc id="{prefix}-d">{escape(finding)}</desc>{ground}{body}</svg>'
    )


def _fingerprint(picture: Picture) -> str:
    said = "\n".join((picture.name, picture.title, *picture.findings))
    return f"p{zlib.crc32(said.encode('utf-8', 'replace')):08x}"


def _grid(frame: Frame) -> str:
    across, down = [], []
    for tick in frame.y_ticks:
        place = frame.y.at(tick.value)
        across.append(f"M{_px(frame.left)} {_px(place)}H{_px(frame.right)}")
    # With names or a grid beside it, lines along both would be a cage.
    if frame.y.axis.kind == "names" and frame.x.axis.kind != "names":
        for tick in frame.x_ticks:
            place = frame.x.at(tick.value)
            down.append(f"M{_px(place)} {_px(frame.top)}V{_px(frame.bottom)}")
    ground = f"M{_px(frame.left)} {_px(frame.bottom)}H{_px(frame.right)}"
    strong = [ground] if frame.y.axis.kind != "names" else []
    for scale, path in ((frame.x, "M{0} {1}V{2}"), (frame.y, "M{3} {0}H{4}")):
        if scale.axis.kind == "number" and scale.low < 0 < scale.high:
            edges = map(_px, (frame.top, frame.bottom, frame.left, frame.right))
            strong.append(path.format(_px(scale.at(0.0)), *edges))
    return "".join(
        f'<path d="{"".join(lines)}" stroke="currentColor" stroke-opacity="{opacity}"/>'
        for lines, opacity in (([*across, *down], ".13"), (strong, ".45"))
        if lines
    )


def _line(mark: Line, frame: Frame, brush: _Brush) -> str:
    seen = brush.look(mark.tone)
    parts = []
    if mark.low is not None and mark.high is not None:
        band = []
        for low, high in zip(
            _runs(mark.x, mark.low, frame, (mark.high,)),
            _runs(mark.x, mark.high, frame, (mark.low,)),
            strict=True,
        ):
            around = [*_trail(high, mark.steps), *reversed(_trail(low, mark.steps))]
            band.append(_joined(around) + "z")
        if band:
            parts.append(
                f'<path d="{"".join(band)}" fill="{seen.colour}" fill-opacity=".16" '
                f'stroke="{seen.colour}" stroke-opacity=".25"/>'
            )
    path, single = [], []
    for run in _runs(mark.x, mark.y, frame):
        if len(run) == 1:
            single.append(run[0])
        else:
            path.append(_joined(_trail(run, mark.steps)))
    if path:
        parts.append(f'<path d="{"".join(path)}" {brush.stroke(seen)} stroke-linejoin="round"/>')
    if single:
        parts.append(_circles(single, seen.colour, 2.5, ""))
    return "".join(parts)


def _runs(
    x: Sequence[float | None],
    y: Sequence[float | None],
    frame: Frame,
    others: Iterable[Sequence[float | None]] = (),
) -> list[list[Point]]:
    """The stretches of points that have a place; so must the `others` at the same x."""
    runs: list[list[Point]] = [[]]
    columns = list(others)
    for i, (across, up) in enumerate(zip(x, y, strict=True)):
        px, py = frame.x.at(across), frame.y.at(up)
        beside = all(frame.y.at(column[i]) is not None for column in columns)
        if px is not None and py is not None and beside:
            runs[-1].append((px, py))
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _trail(points: Sequence[Point], steps: bool) -> list[Point]:
    if not steps:
        return list(points)
    found = list(points[:1])
    for x, y in points[1:]:
        found += [(x, found[-1][1]), (x, y)]
    return found


def _joined(points: Sequence[Point]) -> str:
    return "M" + "L".join(f"{_px(x)} {_px(y)}" for x, y in points)


def _bars(mark: Bars, frame: Frame, brush: _Brush) -> str:
    along, against = (frame.x, frame.y) if mark.along == "x" else (frame.y, frame.x)
    half = bar_width(mark) / 2
    boxes: defaultdict[str, list[str]] = defaultdict(list)
    whiskers = []
    for i, (at, value) in enumerate(zip(mark.at, mark.value, strict=True)):
        to = against.at(value)
        if at is None or to is None:
            continue
        middle = along.at(at)
        if middle is None:
            continue
        base = against.at((mark.base[i] if mark.base else None) or 0.0)
        sides = along.at(at - half), along.at(at + half)
        first = min((side for side in sides if side is not None), default=middle)
        last = max((side for side in sides if side is not None), default=middle)
        start = against.start if base is None else base
        place, size = _at_least(first, last, along)
        near, length = _at_least(min(start, to), max(start, to), against)
        tone = mark.tones[i] if mark.tones else mark.tone
        box = (place, near, size, length) if mark.along == "x" else (near, place, length, size)
        boxes[tone].append(_box(*box))
        low = against.at(mark.low[i]) if mark.low else None
        high = against.at(mark.high[i]) if mark.high else None
        if low is not None and high is not None:
            whiskers.append(_whisker(middle, low, high, mark.along, min(4.0, size / 2)))
    parts = [
        f'<path d="{"".join(drawn)}" {brush.fill(brush.look(tone))}/>'
        for tone, drawn in boxes.items()
    ]
    if whiskers:
        parts.append(
            f'<path d="{"".join(whiskers)}" fill="none" stroke="currentColor" stroke-width="1.3"/>'
        )
    return "".join(parts)


def _at_least(low: float, high: float, scale: Scale) -> tuple[float, float]:
    """Start and length of a stretch, one pixel at least and inside of the plot."""
    if high - low >= 1:
        return low, high - low
    return min(max(low, min(scale.start, scale.end)), max(scale.start, scale.end) - 1), 1.0


def _box(x: float, y: float, width: float, height: float) -> str:
    return f"M{_px(x)} {_px(y)}H{_px(x + width)}V{_px(y + height)}H{_px(x)}z"


def _whisker(middle: float, low: float, high: float, along: str, cap: float) -> str:
    a, b, m = _px(low), _px(high), _px(middle)
    near, far = _px(middle - cap), _px(middle + cap)
    if along == "x":
        return f"M{m} {a}V{b}M{near} {a}H{far}M{near} {b}H{far}"
    return f"M{a} {m}H{b}M{a} {near}V{far}M{b} {near}V{far}"


def _dots(mark: Dots, frame: Frame, brush: _Brush) -> str:
    seen = brush.look(mark.tone)
    groups: defaultdict[int | None, list[Point]] = defaultdict(list)
    for i, (x, y) in enumerate(zip(mark.x, mark.y, strict=True)):
        px, py = frame.x.at(x), frame.y.at(y)
        if px is not None and py is not None:
            step = shade_step(mark.shade[i]) if mark.shade is not None else -1
            groups[step].append((px, py))
    radius = 3.0 if len(mark.x) <= _FEW_DOTS else 2.0
    opacity = ' opacity=".75"'
    parts = []
    # Those without a shade first, so that they hide no other.
    for step in sorted(groups, key=lambda step: -1 if step is None else step):
        shaded = step is None or step >= 0
        colour = shade_colour(step) if shaded else seen.colour
        draw = _shape(0 if shaded else seen.style)
        parts.append(draw(groups[step], colour, radius, opacity))
    return "".join(parts)


def _shape(style: int) -> Callable[[Sequence[Point], str, float, str], str]:
    return (_circles, _squares, _outlines(2), _outlines(3))[style]


def _circles(
    points: Sequence[Point], colour: str, radius: float, more: str, cap: str = "round"
) -> str:
    # A stroke of no length with a round end is a circle, in a fifth of the bytes.
    path = "".join(f"M{_px(x)} {_px(y)}h0" for x, y in points)
    return (
        f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="{_px(2 * radius)}" '
        f'stroke-linecap="{cap}"{more}/>'
    )


def _squares(points: Sequence[Point], colour: str, radius: float, more: str) -> str:
    return _circles(points, colour, 0.9 * radius, more, cap="square")


def _outlines(style: int) -> Callable[[Sequence[Point], str, float, str], str]:
    def draw(points: Sequence[Point], colour: str, radius: float, more: str) -> str:
        a = 1.35 * radius
        sizes = {"a": a, "b": 1.2 * radius, "c": 2.1 * radius, "d": 2.4 * radius}
        shape = _SHAPES[style].format(**{key: _px(size) for key, size in sizes.items()})
        path = "".join(f"M{_px(x)} {_px(y)}{shape}" for x, y in points)
        return f'<path d="{path}" fill="{colour}"{more}/>'

    return draw


def _cells(mark: Cells, frame: Frame, brush: _Brush) -> str:
    boxes: defaultdict[int, list[str]] = defaultdict(list)
    words = []
    seen = brush.look(mark.tone)
    diverging = mark.tone == "low-high"
    width = abs(frame.x.end - frame.x.start) / (frame.x.high - frame.x.low)
    height = abs(frame.y.end - frame.y.start) / (frame.y.high - frame.y.low)
    for row, (shades, texts) in enumerate(zip(mark.shade, mark.text, strict=True)):
        for column, (shade, text) in enumerate(zip(shades, texts, strict=True)):
            x, y = frame.x.at(float(column)), frame.y.at(float(row))
            if x is None or y is None:
                continue
            step = shade_step(shade)
            if step is not None:
                gap = 0.5 if min(width, height) > 6 else 0.0
                boxes[step].append(
                    _box(
                        *(x - width / 2 + gap, y - height / 2 + gap),
                        *(max(0.5, width - 2 * gap), max(0.5, height - 2 * gap)),
                    )
                )
            said = cut(clean(text), width - 4) if width >= _LEAST_CELL and height >= 12 else ""
            if said and said != "…":
                words.append(f'<text x="{_px(x)}" y="{_px(y + 4)}">{escape(said)}</text>')
    parts = []
    for step, drawn in sorted(boxes.items()):
        colour = shade_colour(step) if diverging else seen.colour
        share = 1.0 if diverging else step / SHADES
        opacity = _CELL_PALEST + _CELL_SPAN * share
        parts.append(f'<path d="{"".join(drawn)}" fill="{colour}" fill-opacity="{opacity:.2f}"/>')
    if words:
        parts.append(f'<g text-anchor="middle">{"".join(words)}</g>')
    return "".join(parts)


def _rule(mark: Rule, frame: Frame, brush: _Brush) -> str:
    place = (frame.x if mark.axis == "x" else frame.y).at(mark.at)
    if place is None:
        return ""
    if mark.axis == "x":
        path = f"M{_px(place)} {_px(frame.top)}V{_px(frame.bottom)}"
    else:
        path = f"M{_px(frame.left)} {_px(place)}H{_px(frame.right)}"
    return f'<path d="{path}" {brush.stroke(brush.look(mark.tone), 1.5)}/>'


def _point(mark: Label, frame: Frame) -> str:
    x, y = frame.x.at(mark.x), frame.y.at(mark.y)
    return "" if x is None or y is None else _circles([(x, y)], "currentColor", 2.5, "")


def _key(frame: Frame, brush: _Brush) -> str:
    parts = []
    for swatch in frame.swatches:
        seen = brush.look(swatch.tone)
        if swatch.kind == "bars":
            box = _box(swatch.x - 5, swatch.y - 5, 10, 10)
            parts.append(f'<path d="{box}" {brush.fill(seen)}/>')
        elif swatch.kind == "line":
            path = f"M{_px(swatch.x - 6)} {_px(swatch.y)}H{_px(swatch.x + 6)}"
            parts.append(f'<path d="{path}" {brush.stroke(seen)}/>')
        else:
            shaded = swatch.shade is not None
            colour = shade_colour(shade_step(swatch.shade)) if shaded else seen.colour
            draw = _shape(0 if shaded else seen.style)
            parts.append(draw([(swatch.x, swatch.y)], colour, 3.5, ""))
    return "".join(parts)


def _words(word: Written) -> str:
    x, y = _px(word.x), _px(word.y)
    anchor = f' text-anchor="{word.anchor}"' if word.anchor != "start" else ""
    turned = f' transform="rotate(-90 {x} {y})"' if word.turned else ""
    quiet = ' fill-opacity=".75"' if word.quiet else ""
    full = f"<title>{escape(clean(word.full))}</title>" if word.full else ""
    return f'<text x="{x}" y="{y}"{anchor}{turned}{quiet}>{escape(word.text)}{full}</text>'


def _px(value: float | None) -> str:
    """A pixel with one decimal at most."""
    written = f"{value or 0.0:.1f}"
    return written[:-2] if written.endswith(".0") else written
