"""Numbers that are written as text."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

ENOUGH = 0.95
"""Share of the rows that must be numbers before the others are given up as missing."""

_PLAIN = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"
_WHOLE = r"^[+-]?\d+$"
_THOUSANDS = r"^[+-]?\d{1,3}(,\d{3})+(\.\d+)?$"
_COMMA = r"^[+-]?(\d{1,3}(\.\d{3})+|\d+),\d+$"
_INFINITE = r"(?i)^[+-]?inf(inity)?$"
_CODE = r"^[+-]?0\d+$"
_DRESSED = r"^([+-]?)\s*[$£€¥₹]?\s*([+-]?[0-9][0-9.,]*)\s*[%$£€]?$"
_BRACKETS = r"^\(\s*[$£€¥₹]?\s*([0-9][0-9.,]*)\s*\)$"
_UNIT = r"^[+-]?[0-9][0-9.,]*\s+(?P<unit>[A-Za-z][A-Za-z/%°²³]*)$"
_CLOCK = r"^\d{1,2}:\d{2}(:\d{2})?$"


@dataclass(frozen=True, slots=True)
class Numbers:
    """Distinct texts read as numbers.

    Attributes
    ----------
    values : pyarrow.Array
        int64 or float64, one a distinct text; null where the text is no number.
    share : float
        Share of the rows (not of the distinct texts) that are numbers.
    """

    values: pa.Array
    share: float


def parse_numbers(
    texts: pa.Array, weights: np.ndarray, *, at_least: float = ENOUGH
) -> Numbers | None:
    """Distinct texts as numbers, or None where they are not numbers.

    Reads ``1234.5``, ``1,234.5``, ``1.234,5``, ``£12``, ``(12)`` (negative), ``12 %`` and
    numbers with one common unit (``74 bhp``). Texts with leading zeros such as ``007`` are
    codes and never numbers.

    Parameters
    ----------
    texts : pyarrow.Array of string, shape (k,)
        Distinct, trimmed, without missing values.
    weights : ndarray of shape (k,)
        Rows of each text.
    """
    total = float(weights.sum())
    if not total or not _hopeful(texts, at_least):
        return None
    if _share(_matches(texts, _CODE), weights) > 0:
        return None
    bare = _without_unit(_undressed(texts), weights)
    plain, thousands, comma = (_matches(bare, pattern) for pattern in (_PLAIN, _THOUSANDS, _COMMA))
    infinite = _matches(bare, _INFINITE)
    if _comma_is_decimal(plain, thousands, comma, weights):
        good = plain | comma
        dots_out = pc.if_else(pa.array(comma), pc.replace_substring(bare, ".", ""), bare)
        bare = pc.replace_substring(dots_out, ",", ".")
    else:
        good = plain | thousands
        bare = pc.replace_substring(bare, ",", "")
    good = good | infinite
    share = _share(good, weights)
    if share < at_least or not good.any():
        return None
    numbers = pc.if_else(pa.array(good), bare, pa.scalar(None, pa.string()))
    if not infinite.any() and _all_match(numbers, _WHOLE):
        try:
            return Numbers(pc.cast(_without_plus(numbers), pa.int64()), share)
        except pa.ArrowInvalid:
            return None
    return Numbers(pc.cast(_without_plus(numbers), pa.float64()), share)


def clock_seconds(texts: pa.Array) -> pa.Array:
    """``"12:30"`` and ``"12:30:15"`` as seconds since midnight, null for anything else."""
    good = pa.array(_matches(texts, _CLOCK))
    kept = pc.if_else(good, texts, pa.scalar(None, pa.string()))
    parts = [
        None if text is None else [int(part) for part in text.split(":")]
        for text in kept.to_pylist()
    ]
    seconds = [
        None if part is None else float(part[0] * 3600 + part[1] * 60 + sum(part[2:]))
        for part in parts
    ]
    return pa.array(seconds, type=pa.float64())


def _hopeful(texts: pa.Array, at_least: float) -> bool:
    """A cheap look at the first texts, since most columns of text hold no number at all."""
    head = texts.slice(0, 64)
    begins = _matches(head, r"^[(+\-.$£€¥₹\s]*\d|(?i)^[+-]?inf")
    return float(begins.mean()) >= min(0.5, at_least)


def _undressed(texts: pa.Array) -> pa.Array:
    bare = pc.replace_substring_regex(texts, _BRACKETS, r"-\1")
    return pc.replace_substring_regex(bare, _DRESSED, r"\1\2")


def _without_unit(texts: pa.Array, weights: np.ndarray) -> pa.Array:
    with_unit = _matches(texts, _UNIT)
    if _share(with_unit, weights) < ENOUGH:
        return texts
    units = pc.struct_field(pc.extract_regex(texts, _UNIT), "unit")
    if len(pc.unique(units.drop_null())) != 1:
        return texts
    return pc.replace_substring_regex(texts, r"\s+[A-Za-z][A-Za-z/%°²³]*$", "")


def _without_plus(texts: pa.Array) -> pa.Array:
    return pc.replace_substring_regex(texts, r"^\+", "")


def _comma_is_decimal(
    plain: np.ndarray, thousands: np.ndarray, comma: np.ndarray, weights: np.ndarray
) -> bool:
    """``1,234`` alone reads as a thousand; a comma elsewhere shows that it is decimal."""
    return _share(comma & ~thousands, weights) > 0 and _share(plain | comma, weights) > _share(
        plain | thousands, weights
    )


def _matches(texts: pa.Array, pattern: str) -> np.ndarray:
    return pc.match_substring_regex(texts, pattern).to_numpy(zero_copy_only=False).astype(bool)


def _all_match(texts: pa.Array, pattern: str) -> bool:
    return bool(pc.all(pc.match_substring_regex(texts, pattern), min_count=0).as_py())


def _share(good: np.ndarray, weights: np.ndarray) -> float:
    total = float(weights.sum())
    return float(weights[good].sum()) / total if total else 0.0
