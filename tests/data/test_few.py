"""Cells of a few rows, read without a table, are those of the table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from jupyter_automl.core.dataset import ColumnSchema
from jupyter_automl.core.errors import PredictionError
from jupyter_automl.data import to_frame
from jupyter_automl.data.few import MOST_ROWS, clean_texts, few_cells

COLUMNS = (
    ColumnSchema(name="n", kind="numeric", dtype="double"),
    ColumnSchema(name="i", kind="numeric", dtype="int64"),
    ColumnSchema(name="b", kind="boolean", dtype="bool"),
    ColumnSchema(name="t", kind="categorical", dtype="string"),
    ColumnSchema(name="d", kind="datetime", dtype="timestamp[us]"),
)
ROW: dict[str, Any] = {"n": 1.5, "i": 3, "b": True, "t": "a", "d": pd.Timestamp("2024-02-29")}


def _series(value: Any) -> pd.Series:
    """With a type of its own; half a surrogate pair has none."""
    half = isinstance(value, str) and value == "\ud800"
    return pd.Series([value], dtype=object if half else None)


def _is_missing(value: Any) -> bool:
    return value is None or value is pd.NA or value is pd.NaT or value != value


def _plain(given: Any) -> list[Any]:
    cells = given.to_pylist() if isinstance(given, pa.Array) else list(given)
    return [None if _is_missing(cell) or cell in (np.inf, -np.inf) else cell for cell in cells]


ODD: dict[str, list[Any]] = {
    "n": [2, 2**60, np.float32(0.1), True, "1,234.5", None, np.nan, np.inf, 1e300, 10**30],
    "i": [7.0, 7.5, "7", False, None, np.int64(9), 2**62 + 1, 1e19, -np.inf, np.uint64(2**63)],
    "b": [False, 0, 2.5, "yes", "no", None, np.inf, np.bool_(True)],
    "t": [" x ", "?", "", "NA", 5, 5.0, 2.5, None, np.nan, "\u00a0y\u2003", b"z", "\ud800"],
    "d": ["2024-02-29 12:00", "never", None, np.datetime64("2020-01-01", "ns"), 17],
}
NO_DATES = ("never", "17")


def _misfit(read: Callable[..., Any], source: Any) -> dict[str, Any]:
    with pytest.raises(PredictionError) as caught:
        read(source, COLUMNS)
    return caught.value.to_dict()


@pytest.mark.parametrize(
    ("name", "cell"), [(name, cell) for name, cells in ODD.items() for cell in cells]
)
@pytest.mark.parametrize("form", ["frame", "objects", "records", "dict"])
def test_every_cell_is_read_as_in_a_table(name: str, cell: Any, form: str) -> None:
    row = ROW | {name: cell}
    source: Any = {
        "frame": lambda: pd.DataFrame({key: _series(value) for key, value in row.items()}),
        "objects": lambda: pd.DataFrame([row], dtype=object),
        "records": lambda: [row],
        "dict": lambda: {key: [value] for key, value in row.items()},
    }[form]()
    if str(cell) in NO_DATES:
        assert _misfit(few_cells, source) == _misfit(to_frame, source)
        return
    found = few_cells(source, COLUMNS)
    assert found is not None
    cells, n_rows = found
    assert n_rows == 1
    expected = to_frame(source, COLUMNS)
    for column in COLUMNS:
        read, usual = _plain(cells[column.name])[0], _plain(expected[column.name])[0]
        if column.dtype == "timestamp[us]" and read is not None:
            read, usual = pd.Timestamp(read), pd.Timestamp(usual)
        assert read == usual, column.name


def test_other_sources_go_the_usual_way() -> None:
    frame = pd.DataFrame([ROW])
    assert few_cells(frame, COLUMNS) is not None
    many = pd.concat([frame] * (MOST_ROWS + 1))
    twice = pd.concat([frame, frame[["n"]]], axis=1)
    for source in (many, frame.iloc[:0], twice, pa.Table.from_pandas(frame), "rows.csv", [], {}):
        assert few_cells(source, COLUMNS) is None
    assert few_cells(frame.drop(columns="t"), COLUMNS) is None
    assert few_cells(frame, ()) is None


def test_a_text_is_trimmed_as_arrow_trims_it() -> None:
    characters = [chr(code) for code in range(0x3100) if not 0xD800 <= code < 0xE000]
    texts = [f"{one}x{one}" for one in characters]
    assert clean_texts(texts) == pc.utf8_trim_whitespace(pa.array(texts)).to_pylist()
