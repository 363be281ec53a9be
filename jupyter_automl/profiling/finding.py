"""What a person should know of a table before training."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from jupyter_automl.core.dataset import ColumnSchema
from jupyter_automl.core.events import NoticeRaised
from jupyter_automl.profiling.copied import copies_in
from jupyter_automl.profiling.notice import notice
from jupyter_automl.profiling.rowhash import mixed

MOSTLY_MISSING = 0.5
"""Share of missing cells from which a column is mentioned."""

_MANY_LEVELS = 200
_REPEATED_SHARE = 0.01
_FEW_ROWS = 100
_MOST_COMPARED = 400
_MOST_CELLS = 50_000_000
_MOST = 30


def findings(table: pa.Table, columns: Sequence[ColumnSchema]) -> tuple[NoticeRaised, ...]:
    """Notices on ids, constants, gaps, infinities, copies and repeated rows.

    Parameters
    ----------
    table : pyarrow.Table
        As `data.open_table` gives it.
    columns : sequence of ColumnSchema
        From `data.describe`.
    """
    found = list(
        chain(
            _about_size(table),
            *(_about_column(table, column) for column in columns),
            _about_copies(table, columns),
            _about_repeated_rows(table),
        )
    )
    if len(found) <= _MOST:
        return tuple(found)
    message = f"{len(found) - _MOST:,} more findings of the same kinds are not listed."
    return (*found[:_MOST], NoticeRaised(code="more_findings", message=message, level="info"))


def _about_size(table: pa.Table) -> Iterator[NoticeRaised]:
    rows = table.num_rows
    if rows < _FEW_ROWS:
        text = "1 row" if rows == 1 else f"{rows} rows"
        yield NoticeRaised(code="few_rows", message=f"Only {text}: scores will be rough.")


def _about_column(table: pa.Table, column: ColumnSchema) -> Iterator[NoticeRaised]:
    name, rows = column.name, table.num_rows
    if column.kind == "constant":
        yield notice("constant_column", name, f"{column.reason} It will be set aside.", "info")
        return
    if column.kind == "id":
        yield notice("id_column", name, f"{column.reason} It will be set aside as an id.", "info")
    share = column.n_missing / rows if rows else 0.0
    if share >= MOSTLY_MISSING:
        yield notice("mostly_missing", name, f"{100 * share:.0f} % of the cells are missing.")
    if column.kind == "categorical" and column.n_unique > _MANY_LEVELS:
        message = f"{column.n_unique:,} different values; rare ones will say little."
        yield notice("many_levels", name, message, "info")
    yield from _about_infinities(table, name)


def infinities(table: pa.Table) -> tuple[NoticeRaised, ...]:
    """A notice for each column with infinite cells, for the log of a run."""
    found = [notice for name in table.column_names for notice in _about_infinities(table, name)]
    if len(found) <= _MOST:
        return tuple(found)
    message = f"{len(found):,} columns hold infinite cells, which count as missing."
    return (NoticeRaised(code="infinite", message=message),)


def _about_infinities(table: pa.Table, name: str) -> Iterator[NoticeRaised]:
    if pa.types.is_floating(table.schema.field(name).type):
        infinite = pc.sum(pc.is_inf(table.column(name))).as_py() or 0
        if infinite:
            cells = "1 cell is" if infinite == 1 else f"{infinite:,} cells are"
            yield notice("infinite", name, f"{cells} infinite and will count as missing.")


def _about_copies(table: pa.Table, columns: Sequence[ColumnSchema]) -> Iterator[NoticeRaised]:
    """Columns that hold the same as an earlier one."""
    if table.num_rows < 2:
        return
    names = [column.name for column in columns if column.kind != "constant"][:_MOST_COMPARED]
    for copy, first in copies_in(table, names).items():
        yield notice("copied_column", copy, f"It is a copy of {first!r}.")


def _about_repeated_rows(table: pa.Table) -> Iterator[NoticeRaised]:
    if table.num_rows < 2 or table.num_rows * table.num_columns > _MOST_CELLS:
        return
    repeated = table.num_rows - len(np.unique(_codes_of_rows(table)))
    if repeated > _REPEATED_SHARE * table.num_rows:
        share = 100 * repeated / table.num_rows
        message = f"{repeated:,} rows ({share:.0f} %) repeat an earlier row in every column."
        yield NoticeRaised(code="repeated_rows", message=message)


def repeated_rows(table: pa.Table) -> np.ndarray:
    """Which rows repeat an earlier one in every column; ndarray of bool, shape (n_rows,)."""
    repeats = np.ones(table.num_rows, dtype=bool)
    if table.num_rows:
        repeats[np.unique(_codes_of_rows(table), return_index=True)[1]] = False
    return repeats


def _codes_of_rows(table: pa.Table) -> np.ndarray:
    codes = np.zeros(table.num_rows, dtype=np.uint64)
    for column in table.columns:
        codes = mixed(codes, column)
    return codes
