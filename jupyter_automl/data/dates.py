"""Dates that are written as text."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

ENOUGH = 0.95
"""Share of the rows that must be dates before the others are given up as missing."""

_TIME = r"([T ,]+\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?\s*([AaPp][Mm])?\s*(Z|[+-]\d{2}:?\d{2}|UTC|GMT)?)?"
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_YEAR_FIRST = re.compile(r"\d{4}([-/.])\d{1,2}\1\d{1,2}" + _TIME)
_YEAR_MONTH = re.compile(r"(1[89]|20)\d{2}[-/](0[1-9]|1[0-2])")
_YEAR_LAST = re.compile(r"\d{1,2}([-/])\d{1,2}\1(\d{4}|\d{2})" + _TIME)
_DOTTED = re.compile(r"\d{1,2}\.\d{1,2}\.\d{4}" + _TIME)
_NAMED = re.compile(
    rf"(\d{{1,2}}[-/ ]{_MONTH}\.?[-/ ,]+\d{{2,4}}|{_MONTH}\.?[-/ ]\d{{1,2}},?[-/ ]+\d{{4}}"
    rf"|{_MONTH}\.?[-/ ]\d{{4}}|{_MONTH}-\d{{2}}){_TIME}",
    re.IGNORECASE,
)

_NAMED_SHAPES = (
    "%d-%b-%y",
    "%d-%b-%Y",
    "%d %b %Y",
    "%d %B %Y",
    "%b %d %Y",
    "%b %d, %Y",
    "%B %d, %Y",
    "%B %d %Y",
    "%d/%b/%Y",
    "%d %b %y",
    "%b-%Y",
    "%b %Y",
    "%B %Y",
    "%b-%y",
)

_YEAR_FIRST_SHAPES = ("ISO8601", "%Y/%m/%d", "%Y.%m.%d")
_YEAR_DAY_MONTH = "%Y-%d-%m"
_MONTH_FIRST = ("%m/%d/%Y", "%m-%d-%Y", "%m/%d/%y")
_DAY_FIRST = ("%d/%m/%Y", "%d-%m-%Y", "%d/%m/%y")
_BOTH_ORDERS = tuple(s for both in zip(_MONTH_FIRST, _DAY_FIRST, strict=True) for s in both)

_GATES: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = (
    (_YEAR_FIRST, (*_YEAR_FIRST_SHAPES, _YEAR_DAY_MONTH)),
    (_YEAR_MONTH, ("%Y-%m", "%Y/%m")),
    (_YEAR_LAST, _BOTH_ORDERS),
    (_DOTTED, ("%d.%m.%Y",)),
    (_NAMED, _NAMED_SHAPES),
)
_CLOCKS = ("", " %H:%M:%S", " %H:%M", " %I:%M %p", " %I:%M:%S %p", " %H:%M:%S.%f")
_SAMPLE = 200
_NEVER = np.datetime64("NaT", "us")
# More digits would make pandas count in nanoseconds, which end at the year 2262.
_FINER = re.compile(r"(?<=[.,]\d{6})\d+")
# pandas takes "now" and "today" for dates, and "-1" for a year.
_HOPEFUL = re.compile(r"\d|\w.*\d")

_Ways = tuple[tuple[str, ...], ...]
"""Formats by the order of day and month; those of one order are tried one after the other."""


@dataclass(frozen=True, slots=True)
class Dates:
    """Distinct texts read as dates.

    Attributes
    ----------
    values : pyarrow.Array
        timestamp[us], one a distinct text; null where the text is no date.
    share : float
        Share of the rows that are dates.
    format : str
        The format that read most of them: one of ``strptime``, or ``"ISO8601"``.
    ambiguous : bool
        Whether day and month could as well be the other way round.
    """

    values: pa.Array
    share: float
    format: str
    ambiguous: bool = False


def parse_dates(texts: pa.Array, weights: np.ndarray) -> Dates | None:
    """Distinct texts as dates in UTC, or None where they are not dates.

    Only texts that show their parts count: ``2024-03-01``, ``1/3/2024``, ``3-Mar-24``,
    ``Mar 3, 2024``, with or without a time. ``20240301`` and ``2024`` stay numbers.

    Parameters
    ----------
    texts : pyarrow.Array of string, shape (k,)
        Distinct, trimmed, without missing values.
    weights : ndarray of shape (k,)
        Rows of each text.
    """
    shapes = _gate(texts.slice(0, _SAMPLE).to_pylist())
    if shapes is None:
        return None
    everything = _cells(texts)
    total = float(weights.sum()) or 1.0
    best: tuple[float, str, np.ndarray] | None = None
    ambiguous = False
    for shape in shapes:
        if np.isnat(_read(everything[:_SAMPLE], shape)).mean() > 0.5:
            continue
        read = _read(everything, shape)
        share = float(weights[~np.isnat(read)].sum()) / total
        ambiguous = ambiguous or (best is not None and share == best[0] and share > 0)
        if best is None or share > best[0]:
            best, ambiguous = (share, shape, read), False
    if best is None or best[0] < ENOUGH:
        return None
    share, shape, read = best
    return Dates(_stamps(read), share, shape, ambiguous)


def read_dates(texts: pa.Array, written: str = "") -> pa.Array:
    """Texts of a column that is known to hold dates, each read by itself, in UTC.

    Texts that are not written as in training are read where they show what they mean: with
    the year first, with the month's name, with a time where there was none. Day and month
    stand in the order that they had in training; where that is not known, a text that could
    be read both ways is no date.

    Parameters
    ----------
    texts : pyarrow.Array of string, shape (k,)
        Trimmed, without missing values.
    written : str
        `Dates.format` of the training table; empty where it is not known.

    Returns
    -------
    pyarrow.Array of timestamp[us], shape (k,)
        Null where the text is no date.
    """
    cells = _cells(texts)
    found = _read(cells, written) if written else np.full(len(cells), _NEVER)
    for pattern, ways in _ways(written):
        left = [
            place for place in np.flatnonzero(np.isnat(found)) if pattern.fullmatch(cells[place])
        ]
        if left:
            found[left] = _agreed([cells[place] for place in left], ways)
    return _stamps(found)


def _ways(written: str) -> tuple[tuple[re.Pattern[str], _Ways], ...]:
    year_first = (_YEAR_FIRST_SHAPES,)
    if written.startswith(_YEAR_DAY_MONTH):
        year_first = ((_YEAR_DAY_MONTH,),)
    year_last: _Ways = (_MONTH_FIRST, _DAY_FIRST)
    if written.startswith(("%m/%d", "%m-%d")):
        year_last = (_MONTH_FIRST,)
    elif written.startswith(("%d/%m", "%d-%m", "%d.%m")):
        year_last = (_DAY_FIRST,)
    known = {_YEAR_FIRST: year_first, _YEAR_LAST: year_last}
    return tuple((pattern, known.get(pattern, (shapes,))) for pattern, shapes in _GATES)


def _agreed(cells: list[str], ways: _Ways) -> np.ndarray:
    """What the ways that can read a cell all say; NaT where they say different things."""
    found = _read_any(cells, ways[0])
    for way in ways[1:]:
        other = _read_any(cells, way)
        differ = (found != other) & ~np.isnat(found) & ~np.isnat(other)
        found = np.where(np.isnat(found), other, found)
        found[differ] = _NEVER
    return found


def _read_any(cells: list[str], shapes: tuple[str, ...]) -> np.ndarray:
    clocks = _CLOCKS if any(":" in cell for cell in cells) else _CLOCKS[:1]
    found = np.full(len(cells), _NEVER)
    for shape in _clocked(shapes, clocks):
        left = np.flatnonzero(np.isnat(found))
        if not len(left):
            break
        found[left] = _read([cells[place] for place in left], shape)
    return found


def _gate(sample: list[str]) -> list[str] | None:
    """Formats worth a try, or None when the sample does not look like dates."""
    if not sample:
        return None
    for pattern, shapes in _GATES:
        if sum(pattern.fullmatch(text) is not None for text in sample) >= 0.8 * len(sample):
            return _clocked(shapes, _CLOCKS)
    return None


def _clocked(shapes: tuple[str, ...], clocks: tuple[str, ...]) -> list[str]:
    """The formats with each time of day; ISO 8601 has its own."""
    plain = [shape for shape in shapes if shape != "ISO8601"]
    iso = ["ISO8601"] if len(plain) < len(shapes) else []
    return [*iso, *(f"{shape}{clock}" for clock in clocks for shape in plain)]


def _cells(texts: pa.Array) -> list[str]:
    """Texts as `_read` takes them."""
    return [_FINER.sub("", text) if _HOPEFUL.match(text) else "" for text in texts.to_pylist()]


def _read(cells: list[str], shape: str) -> np.ndarray:
    """datetime64[us] of shape (k,); NaT where the text has another format."""
    import pandas as pd

    given = pd.Series(cells, dtype=object)
    read = pd.to_datetime(given, format=shape, errors="coerce", utc=True)
    return read.dt.tz_localize(None).to_numpy().astype("datetime64[us]")


def _stamps(read: np.ndarray) -> pa.Array:
    return pa.array(read, type=pa.timestamp("us"))
