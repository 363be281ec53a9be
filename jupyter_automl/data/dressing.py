"""What stands around a number in a text: currency, unit, brackets, thousands as "k"."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_CODES = "USD|EUR|GBP|INR|CHF|JPY"
_MONEY = rf"(?:[$£€¥₹]|(?:{_CODES})\b|Rs\.?)"
_DRESSED = rf"^([+-]?)\s*{_MONEY}?\s*([+-]?[0-9][0-9.,]*)\s*(?:[%$£€¥₹]|(?:{_CODES}))?$"
_BRACKETS = rf"^\(\s*{_MONEY}?\s*([0-9][0-9.,]*)\s*\)$"
_GAPS = "\u00a0\u202f'\u2019"
_GROUPED = rf"^[^\d]*\d{{1,3}}([{_GAPS}]\d{{3}})+([.,]\d+)?[^\d]*$"
_WORD = r"[A-Za-z°²³µ][A-Za-z/%°²³µ.]*"
_UNIT = rf"^[+-]?[0-9][0-9.,]*(?P<gap>\s*)(?P<unit>{_WORD}(?:\s{_WORD})?)$"
_UNIT_END = rf"\s*{_WORD}(?:\s{_WORD})?$"
_NOT_A_UNIT = r"^[+-]?[0-9][0-9.,]*[eE]$"
_TIMES = (
    r"^(?P<number>[^A-Za-z]*[0-9][0-9.,]*)"
    r"(?:(?P<short>k|K|M|B|bn|mn)|\s+(?P<long>thousand|million|billion))$"
)
_FACTORS = {"k": 1e3, "thousand": 1e3, "m": 1e6, "mn": 1e6, "million": 1e6}
_FACTORS |= {"b": 1e9, "bn": 1e9, "billion": 1e9}
_FEW = 20
"""Distinct texts up to which "3D" and "5K" may be labels."""

_ENOUGH = 0.95


def undressed(
    texts: pa.Array, weights: np.ndarray, *, known: bool
) -> tuple[pa.Array, np.ndarray | None]:
    """Distinct texts without what stands around their number, and what to multiply it by.

    Parameters
    ----------
    texts : pyarrow.Array of string, shape (k,)
        Distinct, trimmed, without missing values.
    weights : ndarray of shape (k,)
        Rows of each text.
    known : bool
        Whether the column is one of numbers for sure: then a unit may stand on some cells
        only. Where there are several, cells of all but the most frequent keep theirs.

    Returns
    -------
    texts : pyarrow.Array of string, shape (k,)
    factors : ndarray of float64, shape (k,), or None
        1000 for "12k" and so on; None where nothing is multiplied.
    """
    loose = known or len(texts) > _FEW
    bare = _ungrouped(texts)
    factors = None
    if loose:
        bare, factors = _without_factor(bare)
    bare = pc.replace_substring_regex(bare, _BRACKETS, r"-\1")
    bare = pc.replace_substring_regex(bare, _DRESSED, r"\1\2")
    return _without_unit(bare, weights, loose=loose, known=known), factors


def _ungrouped(texts: pa.Array) -> pa.Array:
    """``1'234`` and groups of digits with a hard space between them."""
    grouped = pc.match_substring_regex(texts, _GROUPED)
    if not pc.any(grouped, min_count=0).as_py():
        return texts
    return pc.if_else(grouped, pc.replace_substring_regex(texts, f"[{_GAPS}]", ""), texts)


def _without_factor(texts: pa.Array) -> tuple[pa.Array, np.ndarray | None]:
    parts = pc.extract_regex(texts, _TIMES)
    if parts.null_count == len(parts):
        return texts, None
    numbers, short, long = (pc.struct_field(parts, name) for name in ("number", "short", "long"))
    words = pc.utf8_lower(pc.binary_join_element_wise(short, long, "")).to_pylist()
    factors = np.array([_FACTORS.get(word or "", 1.0) for word in words])
    return pc.coalesce(numbers, texts), factors


def _without_unit(texts: pa.Array, weights: np.ndarray, *, loose: bool, known: bool) -> pa.Array:
    parts = pc.extract_regex(texts, _UNIT)
    with_unit = np.asarray(parts.is_valid()) & ~np.asarray(
        pc.match_substring_regex(texts, _NOT_A_UNIT)
    )
    total = float(weights.sum()) or 1.0
    if not with_unit.any() or not (known or float(weights[with_unit].sum()) / total >= _ENOUGH):
        return texts
    if not loose and (pc.struct_field(parts, "gap").to_numpy(zero_copy_only=False) == "").any():
        return texts
    units = pc.utf8_lower(pc.struct_field(parts, "unit")).to_numpy(zero_copy_only=False)
    names, places = np.unique(units[with_unit].astype(str), return_inverse=True)
    if len(names) > 1 and not known:
        return texts
    rows = np.bincount(places, weights=weights[with_unit])
    usual = with_unit.copy()
    usual[with_unit] = places == int(np.argmax(rows))
    return pc.if_else(pa.array(usual), pc.replace_substring_regex(texts, _UNIT_END, ""), texts)
