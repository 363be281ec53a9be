"""The fields of a form: what each may hold, made from the columns that a model was trained on."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from jupyter_automl.core.dataset import ColumnSchema
from jupyter_automl.core.words import say
from jupyter_automl.explain.sheet import Sheet, as_numbers, missing

FieldKind = Literal["number", "boolean", "category", "date", "text"]
Cell = str | float | int | bool | None
"""A value as a form sends it: dates as text, None where it is missing."""

MOST_LEVELS = 50
N_BINS = 20
_STEPS = 200
"""Places that a slider has at least."""
_FAR = 2.0
"""Times the middle 98 % that a range may be long before its ends are left out of a slider."""
_DAY = 86_400.0
_MOSTLY = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field.

    Attributes
    ----------
    name : str
        Of the column; text, never markup.
    kind : {"number", "boolean", "category", "date", "text"}
    low, high, step : float or None
        A sensible range for a slider; values beyond are allowed. Dates count Unix seconds. None
        for other kinds, and where there is no range.
    levels : tuple of str
        The `MOST_LEVELS` most frequent values of a category, in that order; of a boolean both.
        Each can be given as it is.
    more_levels : int
        Further values that are not listed.
    typical : str, float, int, bool or None
        The median or the most frequent value; None where most rows have none.
    changeable : bool
        Whether a counterfactual may change it: not free text, and not the same in all rows.
    missing_allowed : bool
        Whether rows that the model learned from had no value here.
    whole : bool
        Whether all numbers are whole, or all dates without a time of day.
    histogram : tuple of int
        Rows in each of `N_BINS` bins of equal width from `low` to `high` (beyond: in the outermost
        ones), with each whole number where there are no more than `N_BINS`, or with each of
        `levels`; of the rows looked at.
    """

    name: str
    kind: FieldKind
    low: float | None = None
    high: float | None = None
    step: float | None = None
    levels: tuple[str, ...] = ()
    more_levels: int = 0
    typical: Cell = None
    changeable: bool = False
    missing_allowed: bool = False
    whole: bool = False
    histogram: tuple[int, ...] = ()


def fields_of(rows: Sheet) -> tuple[Field, ...]:
    """A field for each column, in their order, made from some rows of the training table."""
    return tuple(
        _field(column, array) for column, array in zip(rows.columns, rows.arrays, strict=True)
    )


def kind_of(column: ColumnSchema) -> FieldKind:
    """How a form asks for a column."""
    if column.dtype == "bool" or (column.kind == "boolean" and column.dtype != "string"):
        return "boolean"
    if column.dtype == "string":
        return "text" if column.kind == "text" else "category"
    return "date" if column.dtype.startswith("timestamp") else "number"


def typical_of(column: ColumnSchema, array: np.ndarray) -> Any:
    """The value that stands for a column: missing where most rows have none."""
    known = array[~missing(array)]
    if len(known) <= _MOSTLY * len(array):
        return nothing(array)
    kind = kind_of(column)
    if kind == "text":
        # Each text is there once: one of ordinary length stands for them.
        return sorted(set(known), key=lambda text: (len(text), text))[len(set(known)) // 2]
    if kind in ("category", "boolean"):
        return _by_frequency(known)[0][0]
    return np.sort(known)[(len(known) - 1) // 2]


def nothing(array: np.ndarray) -> Any:
    """What a missing cell of this field is."""
    if array.dtype == object:
        return None
    return np.datetime64("NaT", "us") if array.dtype.kind == "M" else np.nan


def grid_of(column: ColumnSchema, array: np.ndarray, most: int) -> np.ndarray:
    """Up to `most` values that occur, without missing: quantiles in order, or frequent levels.

    Quantiles run from 1 % to 99 %; a field of few values gives all of them.
    """
    known = array[~missing(array)]
    if kind_of(column) in ("category", "text", "boolean"):
        levels = [level for level, _ in _by_frequency(known)[:most]]
        if array.dtype != object:
            return np.sort(np.array(levels, dtype=array.dtype))
        found = np.empty(len(levels), dtype=object)
        found[:] = levels
        return found
    values = np.unique(known)
    if len(values) <= most:
        return values
    ordered = np.sort(known)
    places = np.round(np.linspace(0.01, 0.99, most) * (len(ordered) - 1)).astype(np.int64)
    return np.unique(ordered[places])


def spread_of(array: np.ndarray) -> float:
    """What counts as far apart in a field of numbers or dates: from its 5th to its 95th percentile.

    The whole range where these are the same; 0 for texts, and where all values are the same.
    """
    numbers = as_numbers(array)
    if numbers is None:
        return 0.0
    known = numbers[np.isfinite(numbers)]
    if not len(known):
        return 0.0
    for ends in ((5, 95), (0, 100)):
        with np.errstate(over="ignore", invalid="ignore"):
            low, high = np.percentile(known, ends)
            span = float(high - low)
        if span > 0:
            return min(span, 1e308)
    return 0.0


def cell_of(column: ColumnSchema, value: Any) -> Cell:
    """A value as a form shows it and sends it back; it is read as the same value."""
    if value is None or value != value:
        return None
    if column.dtype == "string":
        return str(value)
    if column.dtype.startswith("timestamp"):
        return _date(value, column.written)
    if column.dtype == "bool":
        return bool(value)
    return int(value) if column.dtype == "int64" else float(value)


def text_of(column: ColumnSchema, value: Any) -> str:
    """A value as people read it; whole."""
    cell = cell_of(column, value)
    if cell is None:
        return say("whatif-missing")
    if isinstance(cell, (bool, str)):
        return str(cell)
    return number_text(float(cell))


def number_text(value: float) -> str:
    """``"12"``, ``"0.5"``, ``"1.2e-09"``: a value of a field, without marks for thousands."""
    if value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return f"{value:.6g}"


def amount_text(value: float) -> str:
    """A figure with as many digits as it deserves: ``"1,234"``, ``"0.0123"``."""
    if 1e4 <= abs(value) < 1e15:
        return f"{value:,.0f}"
    return f"{value:,.4g}"


def _field(column: ColumnSchema, array: np.ndarray) -> Field:
    kind = kind_of(column)
    known = array[~missing(array)]
    about: dict[str, Any] = {}
    if kind in ("number", "date") and len(known):
        about = _of_numbers(as_numbers(known), dates=kind == "date")
    elif kind in ("category", "boolean") and len(known):
        about = _of_levels(column, known)
    return Field(
        name=column.name,
        kind=kind,
        typical=cell_of(column, typical_of(column, array)),
        changeable=kind != "text" and len(set(known.tolist())) > 1,
        missing_allowed=column.n_missing > 0,
        **about,
    )


def _of_levels(column: ColumnSchema, known: np.ndarray) -> dict[str, Any]:
    counted = _by_frequency(known)
    listed = counted[:MOST_LEVELS]
    if known.dtype != object:
        listed = sorted(listed)
    return {
        "levels": tuple(text_of(column, level) for level, _ in listed),
        "histogram": tuple(count for _, count in listed),
        "more_levels": len(counted) - len(listed),
    }


def _of_numbers(known: np.ndarray | None, *, dates: bool) -> dict[str, Any]:
    assert known is not None
    whole = bool(np.all(known % _DAY == 0.0 if dates else known == np.round(known)))
    low, high = _ends(known)
    with np.errstate(over="ignore"):
        span = high - low
    if not math.isfinite(span):
        return {"whole": whole}
    step = _step(span, whole=whole, dates=dates)
    if not dates and span > 0:
        low, high = math.floor(low / step) * step, math.ceil(high / step) * step
        # 3 * 0.1 is not 0.3.
        low, high = float(f"{low:.12g}"), float(f"{high:.12g}")
    # From the low end: bins far from zero would be narrower than what a float tells apart.
    near = np.clip(known, low, high) - low
    if whole and not dates and high - low < N_BINS:
        counts = np.bincount(np.round(near).astype(np.int64), minlength=round(high - low) + 1)
    elif high > low:
        counts = np.histogram(near, bins=N_BINS, range=(0.0, high - low))[0]
    else:
        counts = np.array([len(known)])
    return {
        "low": low,
        "high": high,
        "step": step,
        "whole": whole,
        "histogram": tuple(int(count) for count in counts),
    }


def _ends(known: np.ndarray) -> tuple[float, float]:
    """The whole range, without the outermost values where these lie far out."""
    with np.errstate(over="ignore", invalid="ignore"):
        low, near, far, high = (float(end) for end in np.percentile(known, (0, 1, 99, 100)))
        if far > near and high - low > _FAR * (far - near):
            return near, far
    return low, high


def _step(span: float, *, whole: bool, dates: bool) -> float:
    """A round step of a slider: 1, 2 or 5 times a power of ten; days, hours or minutes."""
    if dates:
        if whole:
            return _DAY
        return 3_600.0 if span > 5 * _DAY else 60.0
    if span <= 0:
        return 1.0
    least = span / _STEPS
    power = 10.0 ** math.floor(math.log10(least)) if least > 1e-300 else 1e-300
    step = next(times * power for times in (1.0, 2.0, 5.0, 10.0) if times * power >= least * 0.999)
    step = float(f"{step:.3g}")
    return max(1.0, step) if whole else step


def _by_frequency(known: np.ndarray) -> list[tuple[Any, int]]:
    """Values and their rows, the most frequent first, ties by value."""
    return sorted(Counter(known.tolist()).items(), key=lambda item: (-item[1], item[0]))


def _date(value: Any, written: str) -> str:
    day, _, clock = np.datetime_as_string(np.datetime64(value, "us")).partition("T")
    if written.startswith("%Y-%d-%m"):
        # Such a column is read so, and only so.
        year, month, number = day.rsplit("-", 2)
        day = f"{year}-{number}-{month}"
    clock = clock.removesuffix(".000000")
    return day if clock in ("", "00:00:00") else f"{day} {clock}"
