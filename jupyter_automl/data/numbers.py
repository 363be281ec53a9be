"""Numbers that are written as text."""

from __future__ import annotations

import re
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
_DIGITS = r"[+-]?[0-9][0-9.,]*"
_UNIT = rf"^(?P<number>{_DIGITS})\s+(?P<unit>[A-Za-z][A-Za-z/%°²³]*)$"
_TRUTH = r"(?i)^(true|false)$"
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
    written : str
        The decimal mark and, after a space, the unit where there is one: ``", kg"``.
    """

    values: pa.Array
    share: float
    written: str


def parse_numbers(texts: pa.Array, weights: np.ndarray) -> Numbers | None:
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
    if not total or not _hopeful(texts):
        return None
    if _share(_matches(texts, _CODE), weights) > 0:
        return None
    bare, unit = _without_unit(_undressed(texts), weights)
    plain, thousands, comma = (_matches(bare, pattern) for pattern in (_PLAIN, _THOUSANDS, _COMMA))
    infinite = _matches(bare, _INFINITE)
    mark = "," if _comma_is_decimal(plain, thousands, comma, weights) else "."
    good = plain | infinite | (comma if mark == "," else thousands)
    share = _share(good, weights)
    if share < ENOUGH or not good.any():
        return None
    numbers = _castable(bare, good, mark)
    values = _cast(numbers)
    if pa.types.is_floating(values.type) and _all_match(numbers, _WHOLE):
        # Ids that need more than 64 bits keep their digits as text.
        return None
    return Numbers(values, share, f"{mark} {unit}" if unit else mark)


def read_numbers(texts: pa.Array, written: str = "") -> pa.Array:
    """Texts of a column that is known to hold numbers, each read by itself.

    Unlike `parse_numbers` it has nothing to find out: what one text says never depends on
    the others. Leading zeros, times of day (seconds since midnight) and ``true`` and
    ``false`` (1 and 0) are numbers here.

    Parameters
    ----------
    texts : pyarrow.Array of string, shape (k,)
        Trimmed, without missing values.
    written : str
        `Numbers.written` of the training table. Empty where it is not known: then a comma
        is decimal where it cannot stand for thousands, and any unit is left off.

    Returns
    -------
    pyarrow.Array of shape (k,)
        int64 or float64; null where the text is no number.
    """
    if _all_match(texts, _PLAIN):
        return _cast(texts)
    mark, _, unit = written.partition(" ")
    bare = _undressed(texts)
    if unit:
        bare = pc.replace_substring_regex(bare, rf"^({_DIGITS})\s+{re.escape(unit)}$", r"\1")
    elif not written:
        bare = pc.replace_substring_regex(bare, _UNIT, r"\1")
    usual = _matches(bare, _PLAIN) | _matches(bare, _INFINITE)
    comma, thousands = _matches(bare, _COMMA), _matches(bare, _THOUSANDS)
    if mark == ",":
        numbers = _castable(bare, usual | comma, ",")
    else:
        numbers = _castable(bare, usual | thousands, ".")
        if not mark:
            numbers = pc.coalesce(numbers, _castable(bare, comma, ","))
    values = _cast(numbers)
    if not values.null_count:
        return values
    others = pc.coalesce(clock_seconds(texts), _truth(texts))
    if others.null_count == len(others):
        return values
    return pc.coalesce(pc.cast(values, pa.float64(), safe=False), others)


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


def _truth(texts: pa.Array) -> pa.Array:
    known = pc.if_else(pa.array(_matches(texts, _TRUTH)), texts, pa.scalar(None, pa.string()))
    return pc.cast(pc.equal(pc.utf8_lower(known), "true"), pa.float64())


def _hopeful(texts: pa.Array) -> bool:
    """A cheap look at the first texts, since most columns of text hold no number at all."""
    head = texts.slice(0, 64)
    begins = _matches(head, r"^[(+\-.$£€¥₹\s]*\d|(?i)^[+-]?inf")
    return float(begins.mean()) >= 0.5


def _undressed(texts: pa.Array) -> pa.Array:
    bare = pc.replace_substring_regex(texts, _BRACKETS, r"-\1")
    return pc.replace_substring_regex(bare, _DRESSED, r"\1\2")


def _without_unit(texts: pa.Array, weights: np.ndarray) -> tuple[pa.Array, str]:
    """The texts without the unit that nearly all of them have, and that unit."""
    with_unit = _matches(texts, _UNIT)
    if _share(with_unit, weights) < ENOUGH:
        return texts, ""
    units = pc.unique(pc.struct_field(pc.extract_regex(texts, _UNIT), "unit").drop_null())
    if len(units) != 1:
        return texts, ""
    return pc.replace_substring_regex(texts, _UNIT, r"\1"), units[0].as_py()


def _castable(texts: pa.Array, good: np.ndarray, mark: str) -> pa.Array:
    """Texts as a cast takes them, null where they are not good; `mark` is the decimal one."""
    if mark == ",":
        with_comma = pa.array(_matches(texts, _COMMA))
        texts = pc.if_else(with_comma, pc.replace_substring(texts, ".", ""), texts)
    bare = pc.replace_substring(texts, ",", "." if mark == "," else "")
    return pc.if_else(pa.array(good), bare, pa.scalar(None, pa.string()))


def _cast(texts: pa.Array) -> pa.Array:
    """int64 where all texts are whole numbers and fit, else float64."""
    bare = pc.replace_substring_regex(texts, r"^\+", "")
    if _all_match(bare, _WHOLE):
        try:
            return pc.cast(bare, pa.int64())
        except pa.ArrowInvalid:
            pass
    return pc.cast(bare, pa.float64())


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
