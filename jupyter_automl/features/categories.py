"""Categories as codes of levels that were frequent enough in training."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from jupyter_automl.data.amounts import Amounts, parse_amounts, read_amount
from jupyter_automl.features.lean import Lean
from jupyter_automl.features.made import Made, Names
from jupyter_automl.features.target_means import can_encode
from jupyter_automl.features.texts import Levels, Texts, extracted
from jupyter_automl.features.values import texts

if TYPE_CHECKING:
    import pandas as pd

    from jupyter_automl.features.columns import Columns

MIN_COUNT = 2
"""Rows a level needs; AutoGluon's cut as well. Rarer levels are treated as unseen."""

MAX_LEVELS = 2_000
"""Levels that are categories of their own. Further ones have a frequency and a target mean."""

MOST_LEVELS = 20_000
"""Levels that are known at all: each takes about 40 bytes of a stored model."""

MANY_LEVELS = 30
_MOST_PREFIXES = 100
_MOST_UNITS = 50
_NEARLY_ALL = 0.95
FIRST_WORD = r"^[^A-Za-z0-9]*(?P<word>[\pL]+)"
_NUMBER = r"(?P<number>\d+(?:\.\d+)?)[^\d]*$"


class CategoryMaker(Lean):
    """One column of categories.

    A column of many levels also gives how frequent the level is, its first word and its
    last number, where these repeat: ``"C85"`` is deck C, ``"Maruti Swift"`` is a Maruti.
    Levels that are amounts ("23.4 kmpl", "10-20", ">= 7") also give the number; where there
    are many such levels and hardly any other, they become the number and its unit alone.
    """

    def __init__(self, source: str) -> None:
        self.source = source
        self.names = Names()
        self.built = ""
        self._levels = pa.array([], pa.string())
        self._shares = np.zeros(0)
        self._prefixes: pa.Array | None = None
        self._number = False
        self._amount = False
        self._units: tuple[str, ...] = ()

    def fit(self, frame: pd.DataFrame, y: np.ndarray | None) -> CategoryMaker:
        """Learn the levels, the most frequent first."""
        column = texts(frame[self.source])
        counted = pc.value_counts(column.drop_null())
        distinct = counted.field("values")
        amounts = _amounts(counted)
        if amounts is not None:
            self._fit_amounts(amounts)
        self._plain = amounts is None or len(distinct) <= MANY_LEVELS or amounts.share < _NEARLY_ALL
        if not self._plain:
            return self
        self._levels, counts = frequent_levels(column)
        self._shares = counts / max(1, len(column))
        labels = tuple(self._levels.slice(0, MAX_LEVELS).to_pylist())
        self.names.add_codes(self.source, self.source, labels, n_levels=len(self._levels))
        if len(distinct) > MANY_LEVELS:
            self._fit_parts(column, distinct)
        if len(self._levels) > MAX_LEVELS:
            self.built += f" {self._capped(len(distinct), with_means=can_encode(y))}"
        return self

    def _fit_amounts(self, amounts: Amounts) -> None:
        self._amount = True
        self.names.add_number(f"{self.source}: number", self.source, how="number in the text")
        units = Counter(unit for unit in amounts.units if unit)
        self.built = f"{self.source!r} became a number."
        if len(units) > 1:
            self._units = tuple(unit for unit, _ in units.most_common(_MOST_UNITS))
            self.names.add_codes(
                f"{self.source}: unit", self.source, self._units, how="unit in the text"
            )
            self.built = f"{self.source!r} became a number and its unit ({_listed(self._units)})."

    def _fit_parts(self, column: pa.Array, distinct: pa.Array) -> None:
        extras = ["how frequent it is"]
        self.names.add_number(
            f"{self.source}: frequency", self.source, how="share of rows with this value"
        )
        self._prefixes = repeated_words(column, FIRST_WORD, len(distinct))
        if self._prefixes is not None:
            extras.append("its first word")
            levels = tuple(self._prefixes.to_pylist())
            self.names.add_codes(
                f"{self.source}: first word", self.source, levels, how="first word of the text"
            )
        found = extracted(distinct, _NUMBER, "number")
        self._number = not self._amount and len(found) - found.null_count > 0.5 * len(found)
        if self._number:
            extras.append("its number")
            self.names.add_number(
                f"{self.source}: number", self.source, how="last number in the text"
            )
        added = extras[0] if len(extras) == 1 else f"{', '.join(extras[:-1])} and {extras[-1]}"
        told = f"{self.source!r} has {len(distinct):,} values; added {added}."
        self.built = f"{self.built} {told}".strip()

    def _capped(self, n_distinct: int, *, with_means: bool) -> str:
        more, rest = len(self._levels) - MAX_LEVELS, n_distinct - len(self._levels)
        verb = "counts" if more == 1 else "count"
        known = "frequency and target mean" if with_means else "frequency"
        told = f"{MAX_LEVELS:,} of them are categories, {more:,} more {verb} by {known}"
        return f"{told}, {rest:,} as unseen." if rest else f"{told}."

    def make(self, columns: Columns) -> Made:
        """Codes, and the parts of a column of many levels or of amounts."""
        column = columns.texts(self.source)
        made = self._made_amounts(column) if self._amount else Made()
        if not self._plain:
            return made
        codes = column.codes(self._known)
        made.codes.append(codes)
        if len(self.names.numbers) == int(self._amount):
            return made
        made.numbers.append(self._frequencies[codes])
        if self._prefixes is not None:
            made.codes.append(column.extracted(FIRST_WORD, "word").codes(self._known_prefixes))
        if self._number:
            made.numbers.append(column.extracted(_NUMBER, "number").numbers())
        return made

    @cached_property
    def _frequencies(self) -> np.ndarray:
        """By code; unseen levels are the last but one, a missing cell is the last."""
        return np.append(self._shares, [0.0, np.nan])

    @cached_property
    def _known(self) -> Levels:
        return Levels(self._levels)

    @cached_property
    def _known_prefixes(self) -> Levels:
        return Levels(self._prefixes)

    def _made_amounts(self, column: Texts) -> Made:
        distinct, rows = column.distinct()
        places = {unit: place for place, unit in enumerate(self._units)}
        values, units = np.full(len(distinct) + 1, np.nan), np.full(len(distinct) + 1, -1)
        for place, text in enumerate(distinct):
            amount = read_amount(text)
            if amount is not None:
                values[place] = (amount[0] + amount[1]) / 2
                units[place] = places.get(amount[2], len(places)) if amount[2] else -1
        made = Made(numbers=[values[rows]])
        if self._units:
            made.codes.append(units[rows].astype(np.int32))
        return made


def _amounts(counted: pa.Array) -> Amounts | None:
    """What the distinct texts say, if a first look at them is hopeful."""
    distinct = counted.field("values")
    if not len(distinct):
        return None
    head = pc.match_substring_regex(distinct.slice(0, 64), r"\d")
    if 2 * pc.sum(head).as_py() < len(head):
        return None
    weights = counted.field("counts").to_numpy(zero_copy_only=False)
    return parse_amounts(distinct.to_pylist(), weights)


def _listed(units: Sequence[str]) -> str:
    shown = ", ".join(units[:3])
    return shown if len(units) <= 3 else f"{shown}, ..."


def frequent_levels(
    column: pa.Array, most: int = MOST_LEVELS, min_count: int = MIN_COUNT
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
    return labels.take(order.slice(0, kept)), counts[:kept]


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
