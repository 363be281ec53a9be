"""Durations as people write them."""

from __future__ import annotations

import math
import re

from jupyter_automl.core.errors import ArgumentError

_UNITS = {"s": 1.0, "sec": 1.0, "second": 1.0, "m": 60.0, "min": 60.0, "minute": 60.0}
_UNITS |= {"h": 3600.0, "hr": 3600.0, "hour": 3600.0, "d": 86400.0, "day": 86400.0}
_PART = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([a-z]+)\s*(?:and\b|,)?", re.IGNORECASE)

MIN_SECONDS = 1.0
MAX_SECONDS = 7 * 86400.0


def parse_duration(value: float | str) -> float:
    """Seconds from ``90``, ``"90s"``, ``"5m"`` or ``"1h 30m"``.

    Parameters
    ----------
    value : float or str
        A number is seconds; a string is a number or parts with units s, m, h, d.

    Returns
    -------
    float
        Between `MIN_SECONDS` and `MAX_SECONDS` (a week).

    Raises
    ------
    ArgumentError
        If it is not a positive duration.
    """
    seconds = _seconds(value)
    if seconds is None or not math.isfinite(seconds):
        raise ArgumentError(
            f"The budget must be a duration. Got {value!r}.",
            hint='Write seconds as a number or a text such as "90s", "5m" or "1h".',
            argument="budget",
        )
    if seconds < MIN_SECONDS:
        raise ArgumentError(
            f"The budget must be at least 1 second. Got {value!r}.",
            hint='Write for example "90s" or "5m".',
            argument="budget",
        )
    if seconds > MAX_SECONDS:
        raise ArgumentError(
            f"The budget must be at most 7 days. Got {value!r}.",
            hint='Write for example "5m" or "12h".',
            argument="budget",
        )
    return seconds


def _seconds(value: float | str) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        return float(value)
    if not isinstance(value, str):
        return None
    text = value.strip()
    try:
        return float(text)
    except ValueError:
        pass
    total, position = 0.0, 0
    while position < len(text):
        part = _PART.match(text, position)
        if part is None:
            return None
        unit = part[2].lower()
        scale = _UNITS.get(unit) or _UNITS.get(unit.removesuffix("s"))
        if scale is None:
            return None
        total += float(part[1]) * scale
        position = part.end()
    return total if text else None


def format_duration(seconds: float) -> str:
    """``75`` -> ``"1:15"``; under a minute ``"38 s"``; hours ``"1:02:03"``."""
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes}:{rest:02d}"
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}"
