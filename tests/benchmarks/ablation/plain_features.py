"""The features of a system that makes none: what a column holds, and nothing of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from jupyter_automl.core.dataset import ColumnSchema
from jupyter_automl.features.categories import frequent_levels
from jupyter_automl.features.columns import Columns
from jupyter_automl.features.made import Made, Maker, Names
from jupyter_automl.features.numeric import NumericMaker
from jupyter_automl.features.texts import Levels
from jupyter_automl.features.values import texts

if TYPE_CHECKING:
    import pandas as pd

_DAY = 86_400_000_000


def plain_makers(columns: Sequence[ColumnSchema]) -> list[Maker]:
    """One for all numbers, and one for each date, category and text."""
    makers: list[Maker] = [
        NumericMaker([column for column in columns if column.kind in ("numeric", "boolean")])
    ]
    for column in columns:
        if column.kind == "datetime":
            makers.append(PlainDate(column.name))
        elif column.kind in ("categorical", "text"):
            makers.append(PlainCategory(column.name))
    return makers


class PlainDate:
    """Days since 1970, as a system has it that takes a timestamp for a number."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.built = ""
        self.names = Names()
        self.names.add_number(source, source)

    def fit(self, frame: pd.DataFrame, y: np.ndarray | None) -> PlainDate:
        """Nothing is learned."""
        return self

    def make(self, columns: Columns) -> Made:
        """One number, NaN where the date is missing."""
        values = columns.stamps(self.source)
        days = values.astype(np.int64) / _DAY
        return Made(numbers=[np.where(np.isnat(values), np.nan, days)])


class PlainCategory:
    """Codes of the levels that were frequent enough in training; a text is its own level."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.built = ""
        self.names = Names()
        self._levels: Any = pa.array([], pa.string())

    def fit(self, frame: pd.DataFrame, y: np.ndarray | None) -> PlainCategory:
        """Learn the levels."""
        self._levels, _ = frequent_levels(texts(frame[self.source]))
        self.names.add_codes(self.source, self.source, tuple(self._levels.to_pylist()))
        return self

    def make(self, columns: Columns) -> Made:
        """One code."""
        return Made(codes=[columns.texts(self.source).codes(Levels(self._levels))])
