"""The one door: whatever a person has becomes a table."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from jupyter_automl.core.errors import DataError
from jupyter_automl.data.memory import from_memory
from jupyter_automl.data.names import unique_names
from jupyter_automl.data.opened import Opened, attach, attached
from jupyter_automl.data.paths import downloaded, is_url, local_file, short_name
from jupyter_automl.data.readers import read_file
from jupyter_automl.data.settle import settle

if TYPE_CHECKING:
    import pandas as pd

_SAMPLE = "sample:"


def open_table(source: Any) -> Opened:
    """A table from a path, a URL, a sample or anything that is a table in memory.

    Parameters
    ----------
    source : object
        A path (``~`` allowed), an ``http(s)`` address, ``"sample:churn"``, a pandas, polars
        or pyarrow table, anything with ``__arrow_c_stream__``, an ``(X, y)`` pair (y becomes
        the column "target" unless it has a name), a dict of columns, a list of records or
        a numpy array.

    Returns
    -------
    Opened
        With at least one column and one row.

    Raises
    ------
    DataNotFoundError
        If the path is not a file.
    ReadError
        If the file is no table that can be read.
    DataError
        If it is something else, or has no rows.
    """
    table, name, where, typed = _raw(source)
    settled, notices = settle(table, typed=typed)
    if settled.num_rows == 0:
        raise DataError(
            f"The data must have at least one row. Got {settled.num_columns} columns and no rows.",
            hint="Check that the source is complete.",
            source=where,
        )
    return Opened(settled, name, where, attached(table) + notices)


def read(source: Any) -> pd.DataFrame:
    """Anything that `open_table` takes, as a DataFrame."""
    from jupyter_automl.data.frames import frame_of

    return frame_of(open_table(source).table)


def raw_table(source: Any) -> tuple[pa.Table, bool]:
    """The table as it came but for unique names, and whether its source has types."""
    table, _, _, typed = _raw(source)
    names, notices = unique_names(table.column_names)
    renamed = table.rename_columns(list(names))
    return attach(renamed, (*attached(table), *notices)), typed


def _raw(source: Any) -> tuple[pa.Table, str, str, bool]:
    if isinstance(source, Opened):
        return source.table, source.name, source.source, True
    if isinstance(source, (str, os.PathLike)):
        return _from_text(os.fspath(source))
    table, word = from_memory(source)
    return table, "data", word, True


def _from_text(text: str | bytes) -> tuple[pa.Table, str, str, bool]:
    source = os.fsdecode(text).strip() if isinstance(text, bytes) else text.strip()
    if not source:
        raise DataError(
            "The data must be a path, an address or a table. Got an empty text.",
            hint="Name a file, for example 'data.csv'.",
        )
    if source.startswith(_SAMPLE):
        from jupyter_automl.data import samples

        name = source.removeprefix(_SAMPLE)
        return samples.table(name), name, source, True
    if is_url(source):
        with downloaded(source) as path:
            table, typed = read_file(path)
            return table, short_name(path), source, typed
    path = local_file(Path(source.removeprefix("file://")))
    table, typed = read_file(path)
    return table, short_name(path), str(path), typed
