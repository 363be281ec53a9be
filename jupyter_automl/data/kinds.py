"""How a model will treat a column, by rules."""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from jupyter_automl.core.dataset import ColumnKind
from jupyter_automl.data.amounts import parse_amounts

UNIQUE = 0.99
"""Share of distinct values from which a column that is no measurement may be an id."""

_FEW_ROWS = 20
_TEXT_WORDS = 3.0
_TEXT_DISTINCT = 50
_SAMPLE = 2_000
_AMOUNTS = 0.95

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_ID_WORDS = frozenset(("id", "ids", "uuid", "guid", "key", "index", "idx", "identifier", "hash"))
_ID_LAST = frozenset(("no", "nr", "num", "number", "code", "ref", "reference", "name"))
_ID_WHOLE = re.compile(
    r"(p|u|g|c|s|i|row|user|customer|client|order|account|passenger|session|device|product|patient"
    r"|transaction|member|employee|student|case|record|item|object|invoice|ticket|unnamed)_?id(s)?"
)
_TIME_WORDS = frozenset(
    (
        "year",
        "years",
        "yr",
        "month",
        "week",
        "day",
        "date",
        "time",
        "hour",
        "minute",
        "second",
        "period",
        "age",
        "quarter",
        "epoch",
        "timestamp",
        "ds",
        "step",
    )
)


def kind_of(name: str, column: pa.Array, n_missing: int, n_unique: int) -> tuple[ColumnKind, str]:
    """The kind of a stored column and, where it is not plain, the reason in words.

    Parameters
    ----------
    column : pyarrow.Array
        Of a stored type (bool, int64, float64, string, timestamp[us]).
    n_missing, n_unique : int
        Missing rows, and distinct values among the others.
    """
    known = len(column) - n_missing
    if not known:
        return "constant", "Every cell is missing."
    if n_unique <= 1 and not n_missing:
        return "constant", "Every row holds the same value."
    if pa.types.is_boolean(column.type):
        return "boolean", ""
    if pa.types.is_timestamp(column.type):
        return "datetime", ""
    if pa.types.is_string(column.type):
        return _kind_of_text(name, column, known, n_unique)
    return _kind_of_number(name, column, known, n_unique)


def _kind_of_number(
    name: str, column: pa.Array, known: int, n_unique: int
) -> tuple[ColumnKind, str]:
    if n_unique <= 2 and _zeros_and_ones(column):
        return "boolean", "It holds only 0 and 1."
    if pa.types.is_floating(column.type) or known < _FEW_ROWS or n_unique < UNIQUE * known:
        return "numeric", ""
    if sounds_like_id(name):
        return (
            "id",
            f"{_percent(n_unique / known)} of its values differ, and it is named like an id.",
        )
    if _counts_rows(column) and not _TIME_WORDS & set(words_of(name)):
        return "id", "It counts the rows."
    return "numeric", ""


def _kind_of_text(name: str, column: pa.Array, known: int, n_unique: int) -> tuple[ColumnKind, str]:
    words = mean_words(column)
    ratio = n_unique / known
    if n_unique > _TEXT_DISTINCT and not sounds_like_id(name) and _holds_amounts(column):
        return "categorical", "Its values are numbers with units; models get the number."
    if known >= _FEW_ROWS and ratio >= UNIQUE:
        if words < 1.5:
            return "id", f"{_percent(ratio)} of its values differ, and each is one word."
        if sounds_like_id(name) and words < _TEXT_WORDS and words_of(name)[-1:] != ["name"]:
            return "id", f"{_percent(ratio)} of its values differ, and it is named like an id."
        return "text", f"It holds about {words:.0f} words a row, nearly always different."
    many = n_unique > max(_TEXT_DISTINCT, 0.01 * known) or (ratio > 0.5 and n_unique >= 10)
    if words >= _TEXT_WORDS and many:
        return "text", f"It holds about {words:.0f} words a row and {n_unique:,} different texts."
    return "categorical", ""


def _holds_amounts(column: pa.Array) -> bool:
    """Whether nearly all of the first texts are amounts ("23.4 kmpl" beside "17 km/kg")."""
    texts = pc.unique(column.drop_null().slice(0, _SAMPLE))
    head = pc.match_substring_regex(texts.slice(0, 64), r"^[^\d]{0,6}\d")
    if float(pc.mean(pc.cast(head, pa.float64())).as_py() or 0.0) < _AMOUNTS:
        return False
    amounts = parse_amounts(texts.to_pylist(), np.ones(len(texts)))
    return amounts is not None and amounts.share >= _AMOUNTS


def mean_words(column: pa.Array) -> float:
    """Words a row among the first rows that are not missing."""
    texts = column.slice(0, _SAMPLE).drop_null()
    if not len(texts):
        texts = column.drop_null().slice(0, _SAMPLE)
    return float(pc.mean(pc.count_substring_regex(texts, r"[^\s]+")).as_py() or 0.0)


def words_of(name: str) -> list[str]:
    """``"PassengerId"`` -> ``["passenger", "id"]``."""
    return [word.lower() for word in _WORDS.findall(name)]


def sounds_like_id(name: str) -> bool:
    """Whether a name is one that people give to identifiers."""
    words = words_of(name)
    if not words:
        return False
    ends = {words[0], words[-1]}
    return bool(
        ends & _ID_WORDS or words[-1] in _ID_LAST or _ID_WHOLE.fullmatch(name.strip().lower())
    )


def _zeros_and_ones(column: pa.Array) -> bool:
    bounds = pc.min_max(column).as_py()
    return bounds["min"] == 0 and bounds["max"] == 1


def _counts_rows(column: pa.Array) -> bool:
    if column.null_count:
        return False
    values = column.to_numpy(zero_copy_only=False)
    return bool(np.all(np.diff(values) == 1))


def _percent(share: float) -> str:
    return "100 %" if share >= 0.9995 else f"{100 * share:.1f} %"
