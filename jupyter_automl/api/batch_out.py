"""A CSV or Parquet file that is written a portion at a time and appears when it is whole."""

from __future__ import annotations

import contextlib
import os
import re
import threading
import uuid
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from jupyter_automl.core.errors import RunError, StoreError
from jupyter_automl.core.picture import name as cut
from jupyter_automl.core.words import say

if TYPE_CHECKING:
    import pyarrow as pa

CSV, PARQUET = (".csv",), (".parquet", ".pq")
_FORMULA = r"^[=+\-@\t\r\n\x00＝＋－＠]"
"""What OWASP lists under "CSV injection", and the full-width forms that spreadsheets take too."""
_NUMBER = r"^[+\-]?[0-9]+([.,][0-9]+)*$"
"""Such a cell is no formula, whatever it begins with."""


class TableWriter:
    """Writes into a draft beside `path`, which takes its place if all went well.

    Parameters
    ----------
    path : Path
        Ends in one of `CSV` or `PARQUET`.
    guard : bool
        Of CSV: whether texts that a spreadsheet would run get an apostrophe.

    Raises
    ------
    StoreError
        From every method, if the file cannot be written.
    """

    def __init__(self, path: Path, *, guard: bool) -> None:
        self._path = path
        self._draft = path.parent / f".{uuid.uuid4().hex}.part"
        self._csv = path.suffix.lower() in CSV
        self._guard = guard
        self._begun = False
        self._file: Any = None
        self._parquet: Any = None

    def __enter__(self) -> TableWriter:
        import pyarrow as pa

        with _told(self._path):
            self._file = pa.OSFile(str(self._draft), "wb")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            with _told(self._path):
                self._close()
                if error is None:
                    os.replace(self._draft, self._path)
        finally:
            with contextlib.suppress(OSError):
                self._draft.unlink(missing_ok=True)

    def write(self, columns: Sequence[Any], names: Sequence[str]) -> None:
        """Append rows, by column; the names are those of the first call."""
        import pyarrow as pa

        if self._csv:
            columns = [_plain(column, guard=self._guard) for column in columns]
            names = [_guarded(name) if self._guard else name for name in names]
        table = pa.table(list(columns), names=list(names))
        with _told(self._path):
            if self._csv:
                self._write_csv(table)
            else:
                self._write_parquet(table)

    def _write_csv(self, table: pa.Table) -> None:
        from pyarrow import csv

        csv.write_csv(table, self._file, csv.WriteOptions(include_header=not self._begun))
        self._begun = True

    def _write_parquet(self, table: pa.Table) -> None:
        import pyarrow.parquet as pq

        if self._parquet is None:
            self._parquet = pq.ParquetWriter(self._file, table.schema)
        self._parquet.write_table(table)

    def _close(self) -> None:
        try:
            if self._parquet is not None:
                self._parquet.close()
        finally:
            self._file.close()


def as_csv(
    source: Path, out: Path, *, guard: bool = True, stop: threading.Event | None = None
) -> None:
    """Write a Parquet file again as CSV, with as many rows in memory as a row group has.

    Parameters
    ----------
    guard : bool
        See `TableWriter`.
    stop : threading.Event, optional
        Looked at between portions.

    Raises
    ------
    RunError
        If it was stopped; nothing is left behind then.
    StoreError
        If a file cannot be read or written.
    """
    import pyarrow.parquet as pq

    with _told(out), pq.ParquetFile(source) as parquet, TableWriter(out, guard=guard) as writer:
        done, total = 0, parquet.metadata.num_rows
        names = parquet.schema_arrow.names
        for group in range(parquet.num_row_groups):
            if stop is not None and stop.is_set():
                raise RunError(say("whatif-batch-stopped", done=done, total=total))
            table = parquet.read_row_group(group)
            writer.write(table.columns, names)
            done += table.num_rows
        if not total:
            writer.write(parquet.schema_arrow.empty_table().columns, names)


def first_cells(path: Path, n: int) -> tuple[tuple[str, ...], tuple[tuple[str | None, ...], ...]]:
    """Names of the columns of a Parquet file and its first `n` rows as texts, None where missing.

    Raises
    ------
    StoreError
        If it cannot be read.
    """
    import pyarrow.parquet as pq

    with _told(path), pq.ParquetFile(path) as parquet:
        names = tuple(parquet.schema_arrow.names)
        batch = next(parquet.iter_batches(batch_size=max(1, n)), None)
        columns = () if batch is None else batch.columns
        rows = zip(*(column.slice(0, n).to_pylist() for column in columns), strict=True)
    return names, tuple(tuple(_text(cell) for cell in row) for row in rows)


def _text(cell: Any) -> str | None:
    """A cell as a page shows it."""
    if cell is None or cell != cell:
        return None
    if isinstance(cell, float):
        return f"{cell:.6g}"
    return cut(str(cell))


@contextlib.contextmanager
def _told(path: Path) -> Iterator[None]:
    import pyarrow as pa

    try:
        yield
    except StoreError:
        raise
    except (OSError, pa.ArrowException) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise StoreError(
            say("whatif-batch-write", path=cut(path.name), reason=cut(reason)),
            hint=say("whatif-batch-write-hint"),
            path=str(path),
        ) from error


def _plain(column: Any, *, guard: bool) -> Any:
    """A column that CSV can hold, with its texts guarded."""
    import pyarrow as pa
    import pyarrow.compute as pc

    from jupyter_automl.data.settle import storable

    kind = column.type
    if not any(is_kind(kind) for is_kind in _csv_kinds()):
        column = storable(column)
    if guard and (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        runs = pc.match_substring_regex(column, _FORMULA)
        number = pc.match_substring_regex(column, _NUMBER)
        mark, nothing = (pa.scalar(text, column.type) for text in ("'", ""))
        marked = pc.binary_join_element_wise(mark, column, nothing)
        column = pc.if_else(pc.and_not(runs, number), marked, column)
    return column


def _csv_kinds() -> tuple[Callable[[Any], bool], ...]:
    """What Arrow writes into CSV as people do."""
    from pyarrow import types

    return (
        types.is_boolean,
        types.is_integer,
        types.is_float32,
        types.is_float64,
        types.is_string,
        types.is_large_string,
        types.is_date,
        types.is_timestamp,
        types.is_null,
    )


def _guarded(name: str) -> str:
    return f"'{name}" if re.match(_FORMULA, name) else name
