"""Categories as codes of levels that were frequent enough in training."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from jupyter_automl.features.made import Made, Names
from jupyter_automl.features.values import texts

if TYPE_CHECKING:
    import pandas as pd

MIN_COUNT = 2
"""Rows a level needs; AutoGluon's cut as well. Rarer levels are treated as unseen."""

MAX_LEVELS = 2_000
MANY_LEVELS = 30
_MOST_PREFIXES = 100
FIRST_WORD = r"^[^A-Za-z0-9]*(?P<word>[\pL]+)"
_NUMBER = r"(?P<number>\d+(?:\.\d+)?)[^\d]*$"


class CategoryMaker:
    """One column of categories.

    A column of many levels also gives how frequent the level is, its first word and its
    last number, where these repeat: ``"C85"`` is deck C, ``"Maruti Swift"`` is a Maruti.
    """

    def __init__(self, source: str) -> None:
        self.source = source
        self.names = Names()
        self.built = ""
        self._levels = pa.array([], pa.string())
        self._shares = np.zeros(0)
        self._prefixes: pa.Array | None = None
        self._number = False

    def fit(self, frame: pd.DataFrame, y: np.ndarray | None) -> CategoryMaker:
        """Learn the levels, the most frequent first."""
        column = texts(frame[self.source])
        self._levels, counts = frequent_levels(column)
        self._shares = counts / max(1, len(column))
        self.names.add_codes(self.source, self.source, tuple(self._levels.to_pylist()))
        distinct = pc.unique(column.drop_null())
        if len(distinct) > MANY_LEVELS:
            self._fit_parts(column, distinct)
        return self

    def _fit_parts(self, column: pa.Array, distinct: pa.Array) -> None:
        extras = ["how frequent it is"]
        self.names.add_number(f"{self.source}: frequency", self.source)
        self._prefixes = repeated_words(column, FIRST_WORD, len(distinct))
        if self._prefixes is not None:
            extras.append("its first word")
            levels = tuple(self._prefixes.to_pylist())
            self.names.add_codes(f"{self.source}: first word", self.source, levels)
        found = extracted(distinct, _NUMBER, "number")
        self._number = len(found) - found.null_count > 0.5 * len(found)
        if self._number:
            extras.append("its number")
            self.names.add_number(f"{self.source}: number", self.source)
        self.built = f"{self.source!r} has {len(distinct):,} values; added {', '.join(extras)}."

    def make(self, frame: pd.DataFrame) -> Made:
        """Codes, and the parts of a column of many levels."""
        column = texts(frame[self.source])
        codes = codes_of(column, self._levels)
        made = Made(codes=[codes])
        if not self.names.numbers:
            return made
        padded = np.append(self._shares, [0.0, np.nan])
        made.numbers.append(padded[codes])
        if self._prefixes is not None:
            made.codes.append(codes_of(extracted(column, FIRST_WORD, "word"), self._prefixes))
        if self._number:
            found = pc.cast(extracted(column, _NUMBER, "number"), pa.float64())
            made.numbers.append(found.to_numpy(zero_copy_only=False))
        return made


def frequent_levels(
    column: pa.Array, most: int = MAX_LEVELS, min_count: int = MIN_COUNT
) -> tuple[pa.Array, np.ndarray]:
    """Levels with enough rows, the most frequent first (ties by name), and their rows."""
    counted = pc.value_counts(column.drop_null())
    labels, counts = counted.field("values"), counted.field("counts")
    order = pc.sort_indices(
        pa.table({"count": counts, "label": labels}),
        sort_keys=[("count", "descending"), ("label", "ascending")],
    )
    counts = counts.take(order).to_numpy(zero_copy_only=False)
    kept = min(most, int((counts >= min_count).sum()))
    return labels.take(order).slice(0, kept), counts[:kept]


def codes_of(column: pa.Array, levels: pa.Array) -> np.ndarray:
    """int32 positions among the levels; -1 is missing, ``len(levels)`` is unseen."""
    if not len(levels):
        return np.where(_null(column), -1, 0).astype(np.int32)
    found = pc.index_in(column, value_set=levels).fill_null(len(levels))
    codes = found.to_numpy(zero_copy_only=False).astype(np.int32)
    return np.where(_null(column), np.int32(-1), codes)


def repeated_words(column: pa.Array, pattern: str, n_distinct: int) -> pa.Array | None:
    """The pattern's words, where most texts have one and they repeat over different texts.

    Returns
    -------
    pyarrow.Array of string or None
        Levels, the most frequent first; None where they tell nothing.
    """
    words = extracted(column, pattern, "word")
    known = len(column) - column.null_count
    n_words = len(pc.unique(words.drop_null()))
    if 2 * (len(words) - words.null_count) < known:
        return None
    if not 2 <= n_words <= min(_MOST_PREFIXES, 0.5 * n_distinct):
        return None
    levels, _ = frequent_levels(words)
    return levels if len(levels) > 1 else None


def extracted(column: pa.Array, pattern: str, group: str) -> pa.Array:
    """A named group of a pattern, null where it does not match; distinct texts are read once."""
    encoded = pc.dictionary_encode(column)
    found = pc.struct_field(pc.extract_regex(encoded.dictionary, pattern), group)
    return pc.take(found, encoded.indices)


def _null(column: pa.Array) -> np.ndarray:
    return column.is_null().to_numpy(zero_copy_only=False)
