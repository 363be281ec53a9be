"""Cells of one column of texts: many as an Arrow array, a few as a list."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc


class Levels:
    """Levels of a category, to look texts up in.

    Attributes
    ----------
    array : pyarrow.Array of string
        Distinct.
    """

    def __init__(self, array: pa.Array) -> None:
        self.array = array

    def __len__(self) -> int:
        return len(self.array)

    @cached_property
    def places(self) -> Mapping[str, int]:
        """Place of each level by its text."""
        return {text: place for place, text in enumerate(self.array.to_pylist())}


class Texts(Protocol):
    """Texts of shape (n,), trimmed, None where one is missing."""

    @property
    def array(self) -> pa.Array:
        """The same as an Arrow array of strings."""

    def distinct(self) -> tuple[Sequence[str], np.ndarray]:
        """The distinct texts, and for each row which one it has, -1 where it is missing."""

    def codes(self, levels: Levels) -> np.ndarray:
        """int32 places among the levels; -1 is missing, ``len(levels)`` is unseen."""

    def extracted(self, pattern: str, group: str) -> Texts:
        """A named group of a pattern of RE2, missing where it does not match."""

    def numbers(self) -> np.ndarray:
        """Texts of digits, perhaps with a point, as float64; NaN where one is missing."""


class ManyTexts:
    """Texts in an Arrow array, which makes the work on each next row cheap."""

    def __init__(self, array: pa.Array) -> None:
        self.array = array

    def distinct(self) -> tuple[Sequence[str], np.ndarray]:
        """See `Texts`."""
        encoded = pc.dictionary_encode(self.array)
        return encoded.dictionary.to_pylist(), _rows(encoded)

    def codes(self, levels: Levels) -> np.ndarray:
        """See `Texts`."""
        return codes_of(self.array, levels.array)

    def extracted(self, pattern: str, group: str) -> ManyTexts:
        """See `Texts`."""
        return ManyTexts(extracted(self.array, pattern, group))

    def numbers(self) -> np.ndarray:
        """See `Texts`."""
        values: np.ndarray = pc.cast(self.array, pa.float64()).to_numpy(zero_copy_only=False)
        return values


class FewTexts:
    """Texts in a list, which needs no preparation: a call of Arrow costs as much as 50 cells."""

    def __init__(self, cells: Sequence[str | None]) -> None:
        self.cells = cells
        self._extracted: dict[str, FewTexts] = {}

    @property
    def array(self) -> pa.Array:
        """See `Texts`."""
        return pa.array(self.cells, pa.string())

    def distinct(self) -> tuple[Sequence[str], np.ndarray]:
        """See `Texts`."""
        places: dict[str, int] = {}
        rows = [-1 if cell is None else places.setdefault(cell, len(places)) for cell in self.cells]
        return list(places), np.array(rows)

    def codes(self, levels: Levels) -> np.ndarray:
        """See `Texts`."""
        places, unseen = levels.places, len(levels)
        return np.array(
            [-1 if cell is None else places.get(cell, unseen) for cell in self.cells],
            dtype=np.int32,
        )

    def extracted(self, pattern: str, group: str) -> FewTexts:
        """See `Texts`."""
        if pattern not in self._extracted:
            self._extracted[pattern] = FewTexts(
                [None if cell is None else _found(cell, pattern, group) for cell in self.cells]
            )
        return self._extracted[pattern]

    def numbers(self) -> np.ndarray:
        """See `Texts`."""
        return np.array([np.nan if cell is None else float(cell) for cell in self.cells])


def codes_of(column: pa.Array, levels: pa.Array) -> np.ndarray:
    """int32 positions among the levels; -1 is missing, ``len(levels)`` is unseen."""
    if not len(levels):
        return np.where(_null(column), -1, 0).astype(np.int32)
    found = pc.index_in(column, value_set=levels).fill_null(len(levels))
    codes = found.to_numpy(zero_copy_only=False).astype(np.int32)
    return np.where(_null(column), np.int32(-1), codes)


def extracted(column: pa.Array, pattern: str, group: str) -> pa.Array:
    """A named group of a pattern, null where it does not match; distinct texts are read once."""
    encoded = pc.dictionary_encode(column)
    found = pc.struct_field(pc.extract_regex(encoded.dictionary, pattern), group)
    return pc.take(found, encoded.indices)


def _found(text: str, pattern: str, group: str) -> str | None:
    if not text.isascii():
        # What is a letter elsewhere, Python and RE2 need not agree on.
        found: str | None = extracted(pa.array([text]), pattern, group)[0].as_py()
        return found
    match = _ascii_pattern(pattern).search(text)
    return None if match is None else match[group]


@lru_cache(maxsize=16)
def _ascii_pattern(pattern: str) -> re.Pattern[str]:
    """A pattern of RE2 for texts of ASCII alone: Arrow compiles the letters of all
    languages anew at each call, which takes a millisecond."""
    return re.compile(pattern.replace(r"\pL", "A-Za-z").replace("$", r"\Z"), re.ASCII)


def _rows(encoded: pa.DictionaryArray) -> np.ndarray:
    rows: np.ndarray = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    return rows


def _null(column: pa.Array) -> np.ndarray:
    return column.is_null().to_numpy(zero_copy_only=False)
