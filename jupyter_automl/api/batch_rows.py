"""The rows of a file that is predicted, read a portion at a time."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from jupyter_automl.core.dataset import ColumnSchema
from jupyter_automl.core.errors import PredictionError
from jupyter_automl.core.words import say

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from jupyter_automl.api.model import Model

CHUNK_ROWS = 20_000


class BatchRows:
    """The rows of a source, read a portion at a time.

    Attributes
    ----------
    table : pyarrow.Table
        As it came, with unique names.
    portions : sequence of slice
        Of about the same size, so that none has only a few rows.
    n_failed : int
        Rows without a prediction; known after `check`.
    problems : list of str
        What cannot be read, and where; known after `check`.
    """

    def __init__(self, model: Model, source: Any) -> None:
        from jupyter_automl.data.misfits import missing_columns
        from jupyter_automl.data.opening import raw_table
        from jupyter_automl.data.settle import MISSING_MARKS, TYPED_MARKS

        self.table, typed = raw_table(source)
        self.n = self.table.num_rows
        self._marks = TYPED_MARKS if typed else MISSING_MARKS
        self._columns: tuple[ColumnSchema, ...] = model._columns
        self._places = {name: place for place, name in enumerate(self.table.column_names)}
        lost = [column.name for column in self._columns if column.name not in self._places]
        if lost:
            raise missing_columns(lost, self.table.column_names)
        n_portions = max(1, -(-self.n // CHUNK_ROWS))
        ends = np.linspace(0, self.n, n_portions + 1).astype(int).tolist()
        self.portions = [slice(*both) for both in pairwise(ends)]
        self.n_failed = 0
        self.problems: list[str] = []

    def check(self, go_on: Callable[[int], None]) -> None:
        """Find what cannot be read before anything is written.

        Raises
        ------
        PredictionError
            If a column can be read in no portion that has values in it, or no row is left.
        """
        readable: set[str] = set()
        misfits: dict[str, tuple[str, PredictionError]] = {}
        for portion in self.portions:
            go_on(0)
            failed = np.zeros(portion.stop - portion.start, dtype=bool)
            for column in self._columns:
                if column.dtype == "string":
                    continue
                array, error = self._fitted(column, portion)
                if error is None:
                    if array.null_count < len(array):
                        readable.add(column.name)
                    continue
                failed |= self._given(column, portion)
                first, last = portion.start + 1, portion.stop
                words = say("whatif-batch-rows", first=first, last=last, reason=error.message)
                self.problems.append(words)
                misfits.setdefault(column.name, (words, error))
            self.n_failed += int(failed.sum())
        for name, (words, error) in misfits.items():
            if name not in readable or self.n_failed == self.n:
                raise PredictionError(words, hint=error.hint, **error.context)

    def cells(self, portion: slice) -> list[pa.ChunkedArray]:
        """The portion as it came, by column."""
        part = self.table.slice(portion.start, portion.stop - portion.start)
        return list(part.columns)

    def read(self, portion: slice) -> tuple[pd.DataFrame, np.ndarray]:
        """The portion as the model takes it, and why a row cannot be predicted (None: it can).

        Returns
        -------
        (DataFrame of shape (n, n_features), ndarray of objects of shape (n,))
        """
        import pandas as pd
        import pyarrow as pa

        from jupyter_automl.data.frames import frame_of

        n = portion.stop - portion.start
        errors = np.full(n, None, dtype=object)
        arrays = []
        for column in self._columns:
            array, error = self._fitted(column, portion)
            arrays.append(array)
            if error is not None:
                failed = self._given(column, portion) & fine(errors)
                errors[failed] = error.message
        if not arrays:
            return pd.DataFrame(index=range(n)), errors
        names = [column.name for column in self._columns]
        return frame_of(pa.table(arrays, names=names)), errors

    def _fitted(
        self, column: ColumnSchema, portion: slice
    ) -> tuple[pa.Array, PredictionError | None]:
        """A column as training had it, and what is wrong with it; then all of it is missing."""
        import pyarrow as pa

        from jupyter_automl.data.frames import fitted

        array = self._stored(column, portion)
        try:
            return fitted(array, column, self._marks), None
        except PredictionError as error:
            return pa.nulls(len(array), pa.type_for_alias(column.dtype)), error

    def _given(self, column: ColumnSchema, portion: slice) -> np.ndarray:
        """Bool of shape (n,): which rows have a value in a column."""
        import pyarrow as pa
        import pyarrow.compute as pc

        from jupyter_automl.data.settle import MISSING_MARKS

        array = self._stored(column, portion)
        given = pc.is_valid(array)
        if pa.types.is_string(array.type):
            marks = pa.array(MISSING_MARKS, pa.string())
            marked = pc.is_in(pc.utf8_trim_whitespace(array), value_set=marks)
            given = pc.and_(given, pc.invert(marked))
        return given.to_numpy(zero_copy_only=False)

    def _stored(self, column: ColumnSchema, portion: slice) -> pa.Array:
        from jupyter_automl.data.settle import storable

        whole = self.table.column(self._places[column.name])
        return storable(whole.slice(portion.start, portion.stop - portion.start))


def fine(errors: np.ndarray) -> np.ndarray:
    """Bool of shape (n,): the rows without an error."""
    return np.array([error is None for error in errors], dtype=bool)
