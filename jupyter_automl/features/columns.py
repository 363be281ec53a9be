"""The columns of some rows as makers want them, each read once for all of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import pyarrow as pa

from jupyter_automl.core.dataset import ColumnSchema
from jupyter_automl.data.few import MOST_ROWS, few_cells, quick_cells
from jupyter_automl.data.frames import frame_of, to_frame
from jupyter_automl.features import values
from jupyter_automl.features.texts import FewTexts, ManyTexts, Texts

if TYPE_CHECKING:
    import pandas as pd

_KEPT_ROWS = 5_000
"""Beyond, what was made for one preprocessor is not kept for the next: memory."""

T = TypeVar("T")


class Columns:
    """Some rows, read as often as there are columns and not as there are models.

    A bag has a preprocessor a fold, and an ensemble several of them; all ask for the same
    columns, and some of them for the same features.

    Parameters
    ----------
    given : DataFrame or mapping of str to Cells
        By column: a Series, or what `data.few.few_cells` makes.
    names : collection of str
        The columns there are.
    """

    def __init__(
        self, given: pd.DataFrame | Mapping[str, Any], names: Collection[str], n_rows: int
    ) -> None:
        self.names = names
        self._given = given
        self._n_rows = n_rows
        self._kept: dict[Any, Any] = {}

    def __len__(self) -> int:
        return self._n_rows

    @property
    def few(self) -> bool:
        """Whether a loop over the rows is quicker than preparing not to need one."""
        return self._n_rows <= MOST_ROWS

    def numbers(self, names: Sequence[str]) -> np.ndarray:
        """float64 of shape (n, number of names), not to be written to; NaN is missing."""
        return self.kept(("numbers", *names), lambda: self._numbers(names))

    def texts(self, name: str) -> Texts:
        """Texts of shape (n,)."""
        return self.kept(("texts", name), lambda: self._texts(name))

    def stamps(self, name: str) -> np.ndarray:
        """datetime64[us] of shape (n,); NaT is missing."""
        return self.kept(("stamps", name), lambda: self._stamps(name))

    def kept(self, key: Any, make: Callable[[], T]) -> T:
        """What `make` made when it was first asked for by this key."""
        found: T | None = self._kept.get(key)
        if found is None:
            found = make()
            if self._n_rows <= _KEPT_ROWS:
                self._kept[key] = found
        return found

    def _numbers(self, names: Sequence[str]) -> np.ndarray:
        block = np.empty((self._n_rows, len(names)), order="F")
        for position, name in enumerate(names):
            given = self._given[name]
            block[:, position] = (
                given if isinstance(given, list) else values.numbers(_series(given))
            )
        block.flags.writeable = False
        return block

    def _texts(self, name: str) -> Texts:
        given = self._given[name]
        if isinstance(given, list):
            return FewTexts(given)
        if not self.few:
            return ManyTexts(values.texts(_series(given)))
        quick = None if isinstance(given, pa.Array) else quick_cells(given, "string")
        if isinstance(quick, list):
            return FewTexts(quick)
        return FewTexts(values.texts(_series(given)).to_pylist())

    def _stamps(self, name: str) -> np.ndarray:
        given = self._given[name]
        return given if isinstance(given, np.ndarray) else values.stamps(_series(given))


def read_rows(source: Any, columns: Sequence[ColumnSchema]) -> pd.DataFrame | Columns:
    """Any table that `data.to_frame` takes, brought to a schema; a few rows the quick way.

    Raises
    ------
    PredictionError
        If a column is missing.
    """
    few = few_cells(source, columns)
    if few is None:
        return to_frame(source, columns)
    cells, n_rows = few
    return Columns(cells, cells.keys(), n_rows)


def columns_of(frame: pd.DataFrame | Columns) -> Columns:
    """The columns of a frame of any types; what are columns already stays as it is."""
    if isinstance(frame, Columns):
        return frame
    return Columns(frame, frozenset(frame.columns), len(frame))


def _series(given: Any) -> Any:
    """A stored array as the Series that `data.to_frame` would make of it."""
    return frame_of(pa.table({"": given}))[""] if isinstance(given, pa.Array) else given
