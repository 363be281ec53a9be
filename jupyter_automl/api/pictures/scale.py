"""Places on the axes of a picture: what is in sight, round ticks, numbers as people write them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from jupyter_automl.core.experiment import format_score
from jupyter_automl.core.picture import Axis, Bars, Cells, Dots, Label, Line, Mark

# Beyond it the difference of two numbers may overflow; what lies further is drawn at the edge.
_FAR = 1e305
_FAR_POWER = 305.0
_TINY = 1e-290
_SAME = 1e-12
_PAD = 0.04
_MOST_TICKS = 8
_DAY = 86_400
_MONTH_SECONDS = 2_629_746
_SECONDS = (
    *(1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800),
    *(3600, 7200, 10_800, 21_600, 43_200, _DAY, 2 * _DAY, 7 * _DAY),
)
_MONTHS = (1, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 2400, 6000, 12_000, 24_000, 60_000)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# The first and the last second that a calendar of four-digit years has.
_FIRST, _LAST = -62_135_596_800, 253_402_300_799


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A place on an axis and what is written there."""

    value: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """From numbers to pixels.

    Attributes
    ----------
    axis : Axis
        Whose.
    low, high : float
        What is in sight, of `extent`.
    start, end : float
        The pixels of `low` and `high`.
    """

    axis: Axis
    low: float
    high: float
    start: float
    end: float

    def at(self, value: float | None) -> float | None:
        """The pixel of `value` with one decimal, never beyond the ends; None if it has no place."""
        place = self.exact(value)
        return None if place is None else round(place, 1)

    def exact(self, value: float | None) -> float | None:
        """The pixel of `value`, not rounded."""
        if value is None:
            return None
        if self.axis.kind == "log":
            if value <= 0:
                return None
            value = math.log10(value)
        share = (value - self.low) / (self.high - self.low)
        return self.start + min(1.0, max(0.0, share)) * (self.end - self.start)


def bar_width(mark: Bars) -> float:
    """The width of bars in units of their axis."""
    return mark.width if math.isfinite(mark.width) and mark.width > 0 else 0.8


def reach(marks: Sequence[Mark], along: Literal["x", "y"]) -> list[float]:
    """Every number that marks put on one axis."""
    found: list[float | None] = []
    for mark in marks:
        if isinstance(mark, Line):
            found += mark.x if along == "x" else (*mark.y, *(mark.low or ()), *(mark.high or ()))
        elif isinstance(mark, Dots):
            found += mark.x if along == "x" else mark.y
        elif isinstance(mark, Bars):
            half = bar_width(mark) / 2
            if mark.along == along:
                found += [at + side for at in mark.at if at is not None for side in (-half, half)]
            else:
                found += (*mark.value, *(mark.low or ()), *(mark.high or ()))
                found += mark.base or ((0.0,) if mark.value else ())
        elif isinstance(mark, Cells):
            count = len(mark.shade) if along == "y" else max(map(len, mark.shade), default=0)
            found += [-0.5, count - 0.5]
        elif isinstance(mark, Label):
            found.append(mark.x if along == "x" else mark.y)
        elif mark.axis == along:
            found.append(mark.at)
    return [value for value in found if value is not None]


def extent(axis: Axis, values: Iterable[float], *, pad: bool) -> tuple[float, float]:
    """From where to where an axis goes, the second above the first.

    On a ``"log"`` axis these are powers of ten, and numbers that are not above zero do not count.

    Parameters
    ----------
    pad : bool
        Leave a little air at the ends that neither the axis nor zero fixes.
    """
    seen = [value for value in (*values, axis.low, axis.high) if value is not None]
    if axis.kind == "names":
        low = min([-0.5, *seen])
        high = max([max(len(axis.names), 1) - 0.5, *seen])
        return max(low, -_FAR), min(high, _FAR)
    fixed = [value for value in (axis.low, axis.high) if value is not None]
    if axis.kind == "log":
        seen = [_power(value) for value in seen if value > 0]
        fixed = [_power(value) for value in fixed if value > 0]
    elif axis.kind == "number":
        fixed.append(0.0)
    first = min(_FAR, max(-_FAR, min(seen, default=0.0)))
    last = min(_FAR, max(-_FAR, max(seen, default=1.0)))
    low, high = first, last
    size = max(abs(low), abs(high))
    if axis.kind == "log" and high - low <= _SAME * max(size, 1.0):
        return low - 0.5, high + 0.5
    if size < _TINY and axis.kind != "log":
        return 0.0, 1.0
    if high - low <= _SAME * size:
        margin = max(_DAY / 2, 1e-6 * size) if axis.kind == "time" else 0.1 * size
        low, high = low - margin, high + margin
    elif pad:
        gap = _PAD * (high - low)
        low, high = low - gap * (low not in fixed), high + gap * (high not in fixed)
    if axis.kind == "log":
        return max(low, -_FAR_POWER), min(high, _FAR_POWER)
    if axis.percent and axis.kind == "number":
        # There is nothing below 0 % and above 100 % unless a mark says so.
        low = max(low, 0.0) if first >= 0 else low
        high = min(high, 1.0) if last <= 1 else high
    return low, high


def ticks(axis: Axis, low: float, high: float, most: int) -> tuple[Tick, ...]:
    """About `most` round places of an axis of numbers, powers or times; none of names."""
    if axis.kind == "names":
        return ()
    if axis.kind == "log":
        found = _log_ticks(low, high, most, axis.percent)
    elif axis.kind == "time" and low >= _FIRST and high <= _LAST:
        found = _time_ticks(low, high, most)
    else:
        found = _number_ticks(low, high, most, axis.percent)
    # One alone says no distance.
    return ticks(axis, low, high, most + 1) if len(found) < 2 and most < _MOST_TICKS else found


def number_text(value: float | None, percent: bool = False) -> str:
    """A value with as many digits as it deserves: ``0.912``, ``7,043``, ``84.2 %``, ``1e300``."""
    if value is None:
        return "–"
    unit = ""
    if percent and abs(value) < _FAR:
        value, unit = 100 * value, " %"
    if value == 0:
        return f"0{unit}"
    if abs(value) >= 1e9:
        return f"{_exponent(value, 2)}{unit}"
    if abs(value - round(value)) < 1e-9 * abs(value):
        return f"{value:,.0f}{unit}"
    if percent and abs(value) >= 0.1:
        return f"{value:,.1f}{unit}"
    return f"{format_score(value)}{unit}"


def _power(value: float) -> float:
    return min(_FAR_POWER, max(-_FAR_POWER, math.log10(value)))


def _number_ticks(low: float, high: float, most: int, percent: bool) -> tuple[Tick, ...]:
    step = _round_up((high - low) / most)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    size = max(abs(low), abs(high))
    return tuple(
        Tick(value=k * step, text=_tick_text(k * step, step, size, percent))
        for k in range(first, last + 1)
    )


def _round_up(raw: float) -> float:
    """The next of 1, 2 and 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(raw))
    return next(m * power for m in (1, 2, 5, 10) if raw <= m * power * (1 + 1e-9))


def _tick_text(value: float, step: float, size: float, percent: bool) -> str:
    unit = ""
    if percent:
        value, step, size, unit = 100 * value, 100 * step, 100 * size, " %"
    power = math.floor(math.log10(step) + 1e-9)
    if abs(value) < step / 2:
        return f"0{unit}"
    if size >= 1e7 or power < -5:
        return f"{_exponent(value, min(15, max(0, math.floor(math.log10(size)) - power)))}{unit}"
    return f"{value:,.{max(0, -power)}f}{unit}"


def _exponent(value: float, digits: int) -> str:
    mantissa, power = f"{value:.{digits}e}".split("e")
    if "." in mantissa:
        mantissa = mantissa.rstrip("0").rstrip(".")
    return f"{mantissa}e{int(power)}"


def _log_ticks(low: float, high: float, most: int, percent: bool) -> tuple[Tick, ...]:
    first, last = math.ceil(low - 1e-9), math.floor(high + 1e-9)
    if last > first:
        values = [10.0**k for k in range(first, last + 1, math.ceil((last - first + 1) / most))]
    else:
        decades = range(math.floor(low), math.ceil(high) + 1)
        near = [m * 10.0**k for k in decades for m in (1, 2, 5)]
        values = [value for value in near if low - 1e-9 <= math.log10(value) <= high + 1e-9]
    if len(values) < 2:
        return _number_ticks(10.0**low, 10.0**high, most, percent)
    return tuple(Tick(value=value, text=_power_text(value, percent)) for value in values)


def _power_text(value: float, percent: bool) -> str:
    unit = ""
    if percent:
        value, unit = 100 * value, " %"
    power = math.floor(math.log10(value) + 1e-9)
    if power >= 7 or power < -5:
        return f"{_exponent(value, 0)}{unit}"
    return f"{value:,.{max(0, -power)}f}{unit}"


def _time_ticks(low: float, high: float, most: int) -> tuple[Tick, ...]:
    raw = (high - low) / most
    step = next((step for step in _SECONDS if step >= raw), None)
    if step is None:
        return _month_ticks(low, high, raw / _MONTH_SECONDS)
    values = [k * step for k in range(math.ceil(low / step), math.floor(high / step) + 1)]
    return tuple(
        Tick(value=float(value), text=_time_text(value, step, dated=place == 0))
        for place, value in enumerate(values)
    )


def _time_text(value: float, step: int, *, dated: bool) -> str:
    whole = (_EPOCH + timedelta(seconds=value)).isoformat()
    day, clock = whole[:10], whole[11 : 16 if step >= 60 else 19]
    if step >= _DAY or value % _DAY == 0:
        return day
    # The first says which day it is.
    return f"{day} {clock}" if dated else clock


def _month_ticks(low: float, high: float, raw: float) -> tuple[Tick, ...]:
    step = next((months for months in _MONTHS if months >= raw), _MONTHS[-1])
    start = _EPOCH + timedelta(seconds=low)
    month = math.ceil((start.year * 12 + start.month - 1) / step) * step
    found: list[Tick] = []
    while month < 10_000 * 12:
        day = datetime(month // 12, month % 12 + 1, 1, tzinfo=UTC)
        value = (day - _EPOCH).total_seconds()
        if value > high:
            break
        if value >= low:
            text = day.isoformat()[: 4 if step >= 12 else 7]
            found.append(Tick(value=value, text=text))
        month += step
    return tuple(found)
