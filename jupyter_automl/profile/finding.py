"""What a person should know of a table before training."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from jupyter_automl.core.dataset import ColumnSchema
from jupyter_automl.core.events import NoticeRaised

MOSTLY_MISSING = 0.5
"""Share of missing cells from which a column is mentioned."""

_MANY_LEVELS = 200
_RARE_SHARE = 0.05
_REPEATED_SHARE = 0.01
_FEW_ROWS = 100
_MOST_COMPARED = 400
_MOST_CELLS = 50_000_000
_MOST = 30


def findings(
    table: pa.Table, columns: Sequence[ColumnSchema], target: str | None = None
) -> tuple[NoticeRaised, ...]:
    """Notices on ids, constants, gaps, infinities, copies, rare classes and repeated rows.

    Parameters
    ----------
    table : pyarrow.Table
        As `data.open_table` gives it.
    columns : sequence of ColumnSchema
        From `data.describe`.
    target : str, optional
        Column to predict; enables the notices on it.
    """
    found = list(
        chain(
            _about_size(table),
            _about_target(table, columns, target),
            *(_about_column(table, column, target) for column in columns),
            _about_copies(table, columns, target),
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


def _about_column(
    table: pa.Table, column: ColumnSchema, target: str | None
) -> Iterator[NoticeRaised]:
    name, rows = column.name, table.num_rows
    if column.kind == "constant":
        yield _notice("constant_column", name, f"{column.reason} It will be set aside.", "info")
        return
    if column.kind == "id" and name != target:
        yield _notice("id_column", name, f"{column.reason} It will be set aside as an id.", "info")
    share = column.n_missing / rows if rows else 0.0
    if share >= MOSTLY_MISSING:
        yield _notice("mostly_missing", name, f"{100 * share:.0f} % of the cells are missing.")
    if column.kind == "categorical" and column.n_unique > _MANY_LEVELS:
        message = f"{column.n_unique:,} different values; rare ones will say little."
        yield _notice("many_levels", name, message, "info")
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
            yield _notice("infinite", name, f"{cells} infinite and will count as missing.")


def _about_target(
    table: pa.Table, columns: Sequence[ColumnSchema], target: str | None
) -> Iterator[NoticeRaised]:
    schema = next((column for column in columns if column.name == target), None)
    if schema is None or target is None:
        return
    if schema.n_missing:
        rows = "1 row has" if schema.n_missing == 1 else f"{schema.n_missing:,} rows have"
        message = f"{rows} no value in the target and will not be learned from."
        yield _notice("missing_target", target, message)
    if schema.kind in ("boolean", "categorical") and schema.n_unique == 2:
        counts = pc.value_counts(table.column(target).drop_null())
        pairs = [(row["counts"], str(row["values"])) for row in counts.to_pylist()]
        least, label = min(pairs)
        share = least / max(1, sum(count for count, _ in pairs))
        if share < _RARE_SHARE:
            message = f"The class {label[:40]!r} is rare ({100 * share:.1f} % of the rows)."
            yield _notice("rare_class", target, message)


def _about_copies(
    table: pa.Table, columns: Sequence[ColumnSchema], target: str | None
) -> Iterator[NoticeRaised]:
    """Columns that hold the same as an earlier one; a copy of the target gives it away."""
    seen: dict[tuple[str, int, int, tuple[str, ...]], list[str]] = {}
    for column in list(columns)[:_MOST_COMPARED]:
        if column.kind == "constant" or table.num_rows < 2:
            continue
        key = (column.dtype, column.n_missing, column.n_unique, column.examples)
        for other in seen.setdefault(key, []):
            if table.column(column.name).equals(table.column(other)):
                if target in (column.name, other):
                    copy = other if column.name == target else column.name
                    yield _notice("target_copy", copy, "It is a copy of the target; exclude it.")
                else:
                    yield _notice("copied_column", column.name, f"It is a copy of {other!r}.")
                break
        else:
            seen[key].append(column.name)


def _about_repeated_rows(table: pa.Table) -> Iterator[NoticeRaised]:
    if table.num_rows < 2 or table.num_rows * table.num_columns > _MOST_CELLS:
        return
    codes = np.zeros(table.num_rows, dtype=np.uint64)
    for column in table.columns:
        codes = _mixed(codes, column)
    repeated = table.num_rows - len(np.unique(codes))
    if repeated > _REPEATED_SHARE * table.num_rows:
        share = 100 * repeated / table.num_rows
        message = f"{repeated:,} rows ({share:.0f} %) repeat an earlier row in every column."
        yield NoticeRaised(code="repeated_rows", message=message)


def _mixed(codes: np.ndarray, column: pa.ChunkedArray) -> np.ndarray:
    """A running 64-bit hash of the rows, one column further (splitmix64's mixing)."""
    if pa.types.is_string(column.type):
        indices = column.combine_chunks().dictionary_encode().indices
        values = indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.uint64)
    elif pa.types.is_floating(column.type):
        numbers = column.to_numpy().astype(np.float64) + 0.0
        values = np.where(np.isnan(numbers), np.nan, numbers).view(np.uint64)
    else:
        whole = pc.cast(pc.cast(column, pa.int64()), pa.int64()).fill_null(-(2**62))
        values = whole.to_numpy().astype(np.int64).view(np.uint64)
    mixed = (codes ^ values) + np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


def _notice(code: str, column: str, message: str, level: str = "warning") -> NoticeRaised:
    text = f"Column {column!r}: {message[0].lower()}{message[1:]}"
    return NoticeRaised(code=code, message=text, level=level, column=column)  # type: ignore[arg-type]
