"""Dates that are written as text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    import pandas as pd

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

_GATES: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = (
    (_YEAR_FIRST, ("ISO8601", "%Y/%m/%d", "%Y.%m.%d", "%Y-%d-%m")),
    (_YEAR_MONTH, ("%Y-%m", "%Y/%m")),
    (_YEAR_LAST, ("%m/%d/%Y", "%d/%m/%Y", "%m-%d-%Y", "%d-%m-%Y", "%m/%d/%y", "%d/%m/%y")),
    (_DOTTED, ("%d.%m.%Y",)),
    (_NAMED, _NAMED_SHAPES),
)
_CLOCKS = ("", " %H:%M:%S", " %H:%M", " %I:%M %p", " %I:%M:%S %p", " %H:%M:%S.%f")
_SAMPLE = 200


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
        The format that read most of them.
    ambiguous : bool
        Whether day and month could as well be the other way round.
    """

    values: pa.Array
    share: float
    format: str
    ambiguous: bool = False


def parse_dates(texts: pa.Array, weights: np.ndarray, *, at_least: float = ENOUGH) -> Dates | None:
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
    gate = _gate(texts.slice(0, _SAMPLE).to_pylist(), at_least)
    if gate is None:
        return None
    import pandas as pd

    everything = pd.Series(texts.to_pylist(), dtype=object)
    sample = everything.iloc[:_SAMPLE]
    total = float(weights.sum()) or 1.0
    best: tuple[float, str, pd.Series] | None = None
    ambiguous = False
    for shape in gate:
        if float(_read(sample, shape).notna().mean()) < min(at_least, 0.5):
            continue
        read = _read(everything, shape)
        share = float(weights[read.notna().to_numpy()].sum()) / total
        ambiguous = ambiguous or (best is not None and share == best[0] and share > 0)
        if best is None or share > best[0]:
            best, ambiguous = (share, shape, read), False
    if best is None or best[0] < at_least or not best[0]:
        return None
    share, shape, read = best
    stamps = read.dt.tz_localize(None).astype("datetime64[us]")
    return Dates(pa.array(stamps, type=pa.timestamp("us")), share, shape, ambiguous)


def _gate(sample: list[str], at_least: float) -> list[str] | None:
    """Formats worth a try, or None when the sample does not look like dates."""
    if not sample:
        return None
    need = min(at_least, 0.8) * len(sample)
    for pattern, shapes in _GATES:
        if sum(pattern.fullmatch(text) is not None for text in sample) >= need:
            if shapes[0] == "ISO8601":
                return ["ISO8601", *(f"{s}{clock}" for s in shapes[1:] for clock in _CLOCKS)]
            return [f"{shape}{clock}" for clock in _CLOCKS for shape in shapes]
    return None


def _read(texts: pd.Series, shape: str) -> pd.Series:
    import pandas as pd

    return pd.to_datetime(texts, format=shape, errors="coerce", utc=True)
