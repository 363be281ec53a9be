"""Numbers and booleans, all columns at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from jupyter_automl.core.dataset import ColumnSchema
from jupyter_automl.features.columns import Columns
from jupyter_automl.features.made import Made, Names

if TYPE_CHECKING:
    import pandas as pd


class NumericMaker:
    """Numeric and boolean columns as they are; infinities become missing."""

    def __init__(self, columns: Sequence[ColumnSchema]) -> None:
        self.names = Names()
        self.built = ""
        for column in columns:
            self.names.add_number(column.name, column.name, two_valued=column.kind == "boolean")

    def fit(self, frame: pd.DataFrame, y: np.ndarray | None) -> NumericMaker:
        """Nothing is learned."""
        return self

    def make(self, columns: Columns) -> Made:
        """One block of shape (n, number of columns)."""
        return Made(numbers=[columns.numbers([source for _, source in self.names.numbers])])
