"""Texts that hold an amount: a number with a unit, a currency, a bound or a range."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

MANY = 0.5
"""Share of the rows that must be amounts before a column counts as one of amounts."""

_LEAST_DISTINCT = 3
_MOST_UNITS = 20
_NEARLY_ALL = 0.95
_FACTORS = frozenset(("k", "m", "b", "mn", "bn", "thousand", "million", "billion"))
_NUMBER = (
    r"(?:\d{1,3}(?:\.\d{3})+,\d+|\d+,\d{1,2}(?!\d)|(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|\.\d+)"
)
_MONEY = r"(?:[$£€¥₹]|(?:USD|EUR|GBP|INR|CHF|Rs\.?)(?=\s|\d))"
_WORD = r"[A-Za-z°²³µ%$£€¥₹][A-Za-z°²³µ/%.]*"
_UNIT = rf"(?P<unit>{_WORD}(?:\s{_WORD})?)?"
_BELOW = r"<=?|≤|under|below|less than|up to|at most"
_ABOVE = r">=?|≥|over|above|more than|at least"
_CODE = re.compile(r"[^\d]*0\d+[^\d]*")

_VALUE = re.compile(rf"(?P<sign>[+-]?)\s*(?P<money>{_MONEY})?\s*(?P<low>{_NUMBER})\s*{_UNIT}")
_RANGE = re.compile(
    rf"(?P<money>{_MONEY})?\s*(?P<low>{_NUMBER})\s*(?:{_WORD})?\s*(?:-|–|—|to|\.\.)\s*"
    rf"{_MONEY}?\s*(?P<high>{_NUMBER})\s*{_UNIT}"
)
_BETWEEN = re.compile(rf"(?P<low>{_NUMBER})\s*(?:<=?|≤)\s*\w+\s*(?:<=?|≤)\s*(?P<high>{_NUMBER})")
_BOUND = re.compile(
    rf"(?:{_BELOW}|{_ABOVE})\s*(?P<money>{_MONEY})?\s*(?P<low>{_NUMBER})\s*{_UNIT}"
    rf"|(?P<money2>{_MONEY})?\s*(?P<low2>{_NUMBER})\s*(?:\+|or more|and over)"
    rf"\s*(?P<unit2>{_WORD})?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Amounts:
    """What distinct texts say.

    Attributes
    ----------
    values : ndarray of float64, shape (k,)
        The number, the middle of a range, or the bound; NaN where there is none.
    units : tuple of str
        Unit or currency, lower case; empty where there is none.
    share : float
        Share of the rows that are amounts.
    """

    values: np.ndarray
    units: tuple[str, ...]
    share: float


def read_amount(text: str) -> tuple[float, float, str] | None:
    """Lower and upper end and unit of one text, or None where it is no amount.

    A plain number or a bound has both ends the same.

    Examples
    --------
    >>> read_amount("1,248 CC"), read_amount("10-20"), read_amount(">= $7")
    ((1248.0, 1248.0, 'cc'), (10.0, 20.0, ''), (7.0, 7.0, '$'))
    """
    text = text.strip()
    if not any(character.isdigit() for character in text):
        return None
    found = _RANGE.fullmatch(text) or _BETWEEN.fullmatch(text)
    if found is not None:
        return _number(found["low"]), _number(found["high"]), _unit(found)
    found = _BOUND.fullmatch(text)
    if found is not None:
        value = _number(found["low"] or found["low2"])
        return value, value, _unit(found)
    found = _VALUE.fullmatch(text)
    if found is not None:
        value = _number(found["low"]) * (-1.0 if found["sign"] == "-" else 1.0)
        return value, value, _unit(found)
    return None


def parse_amounts(texts: Sequence[str], weights: np.ndarray) -> Amounts | None:
    """Distinct texts as amounts, or None where they are words or codes.

    Codes are not guessed at: a text with leading zeros (``"007"``), ranges that run backwards
    or lie across each other (``"555-1234"``, ``"3-1"``) make the whole column one of codes,
    except where ranges carry a unit. So do bare whole numbers among words (tickets, rooms) and
    numbers before very many different words (addresses).

    Parameters
    ----------
    texts : sequence of str, length k
        Distinct, without missing values.
    weights : ndarray of shape (k,)
        Rows of each text.
    """
    total = float(weights.sum())
    if not total or any(_CODE.fullmatch(text) for text in texts):
        return None
    read = [read_amount(text) for text in texts]
    known = np.array([amount is not None for amount in read], dtype=bool)
    share = float(weights[known].sum()) / total
    dressed = np.array([not text.isdecimal() for text in texts], dtype=bool) & known
    bare = float(weights[known & ~dressed].sum()) / total
    if share < MANY or not dressed.any() or (2 * bare > share and share < _NEARLY_ALL):
        return None
    found = [amount for amount in read if amount is not None]
    if len({(low, high) for low, high, _ in found}) < _LEAST_DISTINCT or not _sensible(found):
        return None
    values = [np.nan if amount is None else (amount[0] + amount[1]) / 2 for amount in read]
    units = tuple("" if amount is None else amount[2] for amount in read)
    if _are_codes_or_factors(set(units)):
        return None
    if len(set(units)) > min(max(2, 0.3 * len(texts)), max(_MOST_UNITS, 0.1 * len(texts))):
        return None
    return Amounts(np.array(values, dtype=np.float64), units, share)


def _are_codes_or_factors(units: set[str]) -> bool:
    """Flats and seats (``"12A"``, ``"12B"``, ...), or thousands beside millions."""
    letters = {unit for unit in units if len(unit) == 1 and unit.isalpha()}
    return len(letters) > 2 or len(units & _FACTORS) > 1


def _sensible(found: Sequence[tuple[float, float, str]]) -> bool:
    """Whether ranges are ranges: upwards, and side by side unless they have a unit."""
    ranges = sorted((low, high) for low, high, _ in found if low != high)
    if any(high < low for low, high in ranges):
        return False
    if not ranges or all(unit for low, high, unit in found if low != high):
        return True
    return all(second[0] >= first[1] - 1e-9 * abs(first[1]) for first, second in pairwise(ranges))


def _number(text: str) -> float:
    whole, comma, last = text.rpartition(",")
    if comma and "." not in last and (len(last) != 3 or "." in whole):
        return float(whole.replace(".", "") + "." + last)
    return float(text.replace(",", ""))


def _unit(found: re.Match[str]) -> str:
    groups = found.groupdict()
    parts = [groups.get(name) or "" for name in ("money", "money2", "unit", "unit2")]
    return " ".join(part.strip().lower() for part in parts if part)
