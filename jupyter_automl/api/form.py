"""The fields of a model as a form has them, and the rows of its training table behind them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from jupyter_automl.core.dataset import ColumnSchema
from jupyter_automl.core.errors import (
    ArgumentError,
    PredictionError,
    UnknownNameError,
    did_you_mean,
)
from jupyter_automl.core.picture import name as cut
from jupyter_automl.core.words import say

if TYPE_CHECKING:
    import pyarrow as pa

    from jupyter_automl.api.model import Model
    from jupyter_automl.explain.fields import Cell, Field
    from jupyter_automl.explain.neighbours import Neighbourhood
    from jupyter_automl.explain.sheet import Sheet

MOST_ROWS = 50_000
_MOST_CELLS = 10_000_000
"""Of the rows of the training table that are looked at: bounds memory for very wide tables."""
BACKGROUND_ROWS = 16


class Form:
    """Rows of a model's fields: typed in, of the training table, or typical.

    What is drawn from the table is drawn by the run's seed, always the same.

    Parameters
    ----------
    model : Model
        Its dataset and plan are read, never its predictor.
    """

    def __init__(self, model: Model) -> None:
        self.dataset = model.dataset
        self.plan = model.plan
        self.columns: tuple[ColumnSchema, ...] = model._columns
        self.names = tuple(column.name for column in self.columns)
        self._folder = model.run.folder
        ready = model.run.experiment.explanations.get(model.name)
        self._ranked = [] if ready is None else [name for name, _ in ready.importance]
        self._places = {name: place for place, name in enumerate(self.names)}

    @cached_property
    def by_strength(self) -> tuple[int, ...]:
        """Places of the fields, by what the run has found of their importance."""
        first = [self._places[name] for name in self._ranked if name in self._places]
        return tuple(dict.fromkeys([*first, *range(len(self.names))]))

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """A field for each column, in their order."""
        from jupyter_automl.explain.fields import fields_of

        return fields_of(self.rows)

    def place(self, field: str) -> int:
        """Where a field stands among `names`.

        Raises
        ------
        UnknownNameError
            If there is no such field.
        """
        if field not in self._places:
            raise UnknownNameError(
                say("whatif-error-field", field=cut(field)),
                hint=did_you_mean(field, self.names),
                field=str(field),
            )
        return self._places[field]

    def read(self, row: Mapping[str, Any]) -> Sheet:
        """A row as typed in, each cell read as `Model.predict` reads it.

        Raises
        ------
        PredictionError
            If a field is missing or its value cannot be read; it names the field.
        ArgumentError
            If it is no mapping.
        """
        from jupyter_automl.explain.sheet import missing, sheet_of
        from jupyter_automl.features.columns import read_rows

        if not isinstance(row, Mapping):
            raise ArgumentError(
                say("whatif-error-record", got=type(row).__name__),
                hint=say("whatif-error-record-hint"),
                argument="row",
            )
        record = {name: row[name] for name in self.names if name in row}
        sheet = sheet_of(read_rows([record], self.columns), self.columns)
        for column, array in zip(self.columns, sheet.arrays, strict=True):
            if column.dtype != "string" and missing(array)[0] and _is_given(record[column.name]):
                raise _unreadable(column, record[column.name])
        return sheet

    def cells(self, row: Sheet) -> dict[str, Cell]:
        """The first row of a sheet as a form shows it."""
        from jupyter_automl.explain.fields import cell_of

        return {
            column.name: cell_of(column, array[0])
            for column, array in zip(row.columns, row.arrays, strict=True)
        }

    def row(self, number: Any) -> Sheet:
        """A row of the training table.

        Raises
        ------
        ArgumentError
            If there is no such row.
        """
        whole = isinstance(number, (int, np.integer)) and not isinstance(number, bool)
        if not whole or not 0 <= number < self.dataset.n_rows:
            raise ArgumentError(
                say("whatif-error-row", last=self.dataset.n_rows - 1, got=cut(repr(number))),
                argument="row",
            )
        return self._taken([int(number)], self.columns)

    def targets(self, numbers: Iterable[int]) -> list[str]:
        """What rows of the training table have as target, as texts; empty where missing."""
        from jupyter_automl.explain.fields import text_of
        from jupyter_automl.explain.sheet import missing

        column = self.dataset.column(self.plan.target)
        cells = self._taken(numbers, (column,)).arrays[0]
        return [
            "" if gap else text_of(column, cell)
            for cell, gap in zip(cells, missing(cells), strict=True)
        ]

    @cached_property
    def row_numbers(self) -> np.ndarray:
        """Rows that were trained on, in order; drawn where there are many."""
        path = self._folder / "rows.npy"
        known = np.load(path) if path.is_file() else np.arange(self.dataset.n_rows)
        most = min(MOST_ROWS, max(100, _MOST_CELLS // max(1, len(self.names))))
        if len(known) <= most:
            return np.sort(known)
        rng = np.random.default_rng(self.plan.random_state)
        return np.sort(rng.choice(known, most, replace=False))

    @cached_property
    def rows(self) -> Sheet:
        """Those of `row_numbers`."""
        return self._taken(self.row_numbers, self.columns)

    @cached_property
    def typical(self) -> Sheet:
        """One row of medians and of the most frequent values."""
        from jupyter_automl.explain.fields import typical_of
        from jupyter_automl.explain.sheet import Sheet

        arrays = []
        for column, array in zip(self.columns, self.rows.arrays, strict=True):
            cell = np.empty(1, dtype=array.dtype)
            cell[0] = typical_of(column, array)
            arrays.append(cell)
        return Sheet(columns=self.columns, arrays=tuple(arrays), n_rows=1)

    def drawn(self, most: int) -> Sheet:
        """Up to `most` rows that were trained on."""
        rng = np.random.default_rng(self.plan.random_state)
        return self.rows.take(rng.permutation(self.rows.n_rows)[:most])

    @cached_property
    def orders(self) -> np.ndarray:
        """Orders of the fields of shape (BACKGROUND_ROWS, n_fields).

        Always the same: no bar is to move because of another draw while a field is dragged.
        """
        rng = np.random.default_rng(self.plan.random_state)
        every = np.tile(np.arange(len(self.names)), (BACKGROUND_ROWS, 1))
        return rng.permuted(every, axis=1)

    @cached_property
    def spreads(self) -> tuple[float, ...]:
        """What counts as far apart, by field; see `explain.fields.spread_of`."""
        from jupyter_automl.explain.fields import spread_of

        return tuple(spread_of(array) for array in self.rows.arrays)

    @cached_property
    def neighbourhood(self) -> Neighbourhood:
        """The rows, ready to be searched."""
        from jupyter_automl.explain.neighbours import Neighbourhood

        return Neighbourhood(self.rows)

    @cached_property
    def _table(self) -> pa.Table:
        """The fields and the target of the training table, mapped and not read."""
        from jupyter_automl.data import load_table

        return load_table(self.dataset, [*self.names, self.plan.target])

    def _taken(self, rows: Iterable[int], columns: tuple[ColumnSchema, ...]) -> Sheet:
        from jupyter_automl.data.frames import frame_of
        from jupyter_automl.explain.sheet import sheet_of

        table = self._table.select([column.name for column in columns])
        return sheet_of(frame_of(table.take(np.fromiter(rows, dtype=np.int64))), columns)


def _is_given(cell: Any) -> bool:
    """Whether a cell of a field of numbers, dates or truth says anything."""
    from jupyter_automl.data.settle import MISSING_MARKS

    if cell is None or type(cell).__name__ in ("NaTType", "NAType"):
        return False
    if isinstance(cell, str):
        return cell.strip() not in MISSING_MARKS
    return not (isinstance(cell, (float, np.floating)) and math.isnan(cell))


def _unreadable(column: ColumnSchema, cell: Any) -> PredictionError:
    kind = "number"
    if column.dtype == "bool":
        kind = "truth"
    elif column.dtype.startswith("timestamp"):
        kind = "date"
    return PredictionError(
        say(f"whatif-error-{kind}", field=cut(column.name), value=cut(cell)),
        hint=say("whatif-error-number-hint"),
        column=column.name,
    )
