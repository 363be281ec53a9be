"""Tables that already live in memory, as Arrow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from jupyter_automl.core.errors import DataError
from jupyter_automl.data.cells import from_cells


def from_memory(source: Any) -> tuple[pa.Table, str]:
    """An Arrow table (names may repeat) and a word for what it was.

    Takes pandas, polars, pyarrow, anything with ``__arrow_c_stream__``, a dict of columns,
    a list of records, a numpy array of one or two dimensions or with named fields, and
    an ``(X, y)`` pair.

    Raises
    ------
    DataError
        If it is none of these, or its columns differ in length.
    """
    if isinstance(source, pa.Table):
        return source, "Table"
    if isinstance(source, pa.RecordBatch):
        return pa.Table.from_batches([source]), "RecordBatch"
    if _is_from(source, "pandas", "DataFrame"):
        return _from_pandas(source), "DataFrame"
    if _is_from(source, "pandas", "Series"):
        return _from_pandas(source.to_frame()), "Series"
    if isinstance(source, tuple) and len(source) == 2:
        return _from_pair(*source), "(X, y)"
    if hasattr(source, "__arrow_c_stream__"):
        return _from_stream(source), type(source).__name__
    if isinstance(source, Mapping):
        return _from_columns(source), "dict"
    if hasattr(source, "toarray") and hasattr(source, "tocsr"):
        source = source.toarray()
    if _is_from(source, "numpy", "ndarray"):
        return _from_numpy(source), "array"
    if isinstance(source, Sequence) and source and isinstance(source[0], Mapping):
        return _from_records(source), "records"
    if isinstance(source, Sequence) and source and isinstance(source[0], (list, tuple)):
        import numpy as np

        return _from_numpy(np.array(source, dtype=object)), "list"
    raise DataError(
        "The data must be a path, a URL, a DataFrame (pandas, polars, pyarrow), a dict of columns, "
        f"a numpy array or an (X, y) pair. Got {_short(source)}.",
        hint="Pass for example a path such as 'data.csv' or a DataFrame.",
        type=type(source).__name__,
    )


def _short(source: Any) -> str:
    text = repr(source)
    return f"{type(source).__name__} {text[:60]}{'...' if len(text) > 60 else ''}"


def _is_from(source: Any, package: str, name: str) -> bool:
    return any(
        base.__name__ == name and base.__module__.partition(".")[0] == package
        for base in type(source).__mro__
    )


def _table(arrays: Sequence[pa.Array], names: Sequence[object]) -> pa.Table:
    """A table whose names are made text later, by `settle`, in one place for all sources."""
    from jupyter_automl.data.names import unique_names
    from jupyter_automl.data.opened import attach

    text, notices = unique_names(names)
    return attach(pa.table(list(arrays), names=list(text)), notices)


def _from_pandas(frame: Any) -> pa.Table:
    arrays = [_pandas_column(frame.iloc[:, position]) for position in range(frame.shape[1])]
    return _table(arrays, list(frame.columns))


def _pandas_column(series: Any) -> pa.Array | pa.ChunkedArray:
    if str(series.dtype) == "object":
        return from_cells(series.tolist())
    if str(series.dtype).startswith(("complex", "Sparse", "period", "interval")):
        if str(series.dtype).startswith("Sparse"):
            return pa.array(series.sparse.to_dense(), from_pandas=True)
        return pa.array([None if cell != cell else str(cell) for cell in series], pa.string())
    if str(series.dtype) == "category":
        return _pandas_category(series)
    try:
        return pa.array(series, from_pandas=True)
    except (pa.ArrowException, TypeError, ValueError, OverflowError):
        return from_cells(series.tolist())


def _pandas_category(series: Any) -> pa.Array:
    levels = from_cells(list(series.cat.categories))
    codes = series.cat.codes.to_numpy()
    return levels.take(pa.array(codes.astype("int64"), mask=codes < 0))


def _from_stream(source: Any) -> pa.Table:
    try:
        return pa.table(source)
    except (pa.ArrowException, TypeError, ValueError) as error:
        raise DataError(
            f"The data must be a table that Arrow can read. Got {type(source).__name__}: {error}.",
            hint="Pass it as a pandas DataFrame.",
        ) from error


def _from_columns(source: Mapping[Any, Any]) -> pa.Table:
    columns = [_cells(value) for value in source.values()]
    lengths = {len(column) for column in columns}
    if len(lengths) > 1:
        pairs = list(zip(source, columns, strict=True))[:4]
        shown = ", ".join(f"{name!r}: {len(column)}" for name, column in pairs)
        raise DataError(
            f"All columns must have the same number of rows. Got {shown}.",
            hint="Check how the dict was built.",
        )
    return _table(columns, list(source))


def _cells(value: Any) -> pa.Array | pa.ChunkedArray:
    if isinstance(value, (pa.Array, pa.ChunkedArray)):
        return value
    if _is_from(value, "pandas", "Series"):
        return _pandas_column(value)
    if _is_from(value, "numpy", "ndarray"):
        return _numpy_column(value)
    if isinstance(value, (str, bytes)) or not hasattr(value, "__iter__"):
        return from_cells([value])
    return from_cells(list(value))


def _from_numpy(array: Any) -> pa.Table:
    if array.dtype.names:
        names = list(array.dtype.names)
        return _table([_numpy_column(array[name]) for name in names], names)
    if array.ndim == 1:
        array = array.reshape(-1, 1)
    if array.ndim != 2:
        raise DataError(
            f"An array must have one or two dimensions. Got the shape {array.shape}.",
            hint="Reshape it to (rows, columns).",
        )
    names = [f"x{position}" for position in range(1, array.shape[1] + 1)]
    return _table([_numpy_column(array[:, position]) for position in range(array.shape[1])], names)


def _numpy_column(column: Any) -> pa.Array:
    if column.ndim != 1:
        return from_cells(column.tolist())
    if column.dtype.kind == "O":
        return from_cells(column.tolist())
    if column.dtype.kind in "US":
        return from_cells([str(cell) for cell in column.tolist()])
    if column.dtype.kind == "c":
        return from_cells([str(cell) for cell in column.tolist()])
    if column.dtype.kind == "f" and column.dtype.itemsize > 8:
        column = column.astype("float64")
    return pa.array(column, from_pandas=True)


def _from_records(records: Sequence[Mapping[Any, Any]]) -> pa.Table:
    names = list(dict.fromkeys(name for record in records for name in record))
    return _table([from_cells([r.get(name) for r in records]) for name in names], names)


def _from_pair(X: Any, y: Any) -> pa.Table:
    table, _ = from_memory(X)
    name = getattr(y, "name", None)
    if name is None and len(getattr(y, "columns", ())) == 1:
        name = y.columns[0]
    if hasattr(y, "columns") or getattr(y, "ndim", 1) == 2:
        values = from_memory(y)[0]
        if values.num_columns != 1:
            raise DataError(
                f"y must be one column. Got {values.num_columns}.",
                hint="Pass the column that is to be predicted.",
            )
        target = values.column(0)
    else:
        target = _cells(y)
    if len(target) != table.num_rows:
        raise DataError(
            f"X and y must have the same number of rows. Got {table.num_rows} and {len(target)}.",
            hint="Check that both come from the same rows.",
        )
    wanted = "target" if name is None else str(name)
    while wanted in table.column_names:
        wanted = f"{wanted}_y"
    return table.append_column(wanted, target)
