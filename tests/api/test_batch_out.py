"""Predictions that are written once more as CSV, and their first rows."""

from __future__ import annotations

import datetime
import threading
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

from jupyter_automl.api.batch_out import TableWriter, as_csv, first_cells
from jupyter_automl.core.errors import RunError, StoreError

TABLE = pa.table(
    {
        "=name": ["=1+1", "plain", None],
        "number": [1.5, None, 3.0],
        "whole": [1, 2, None],
        "day": [datetime.date(2024, 1, 2), None, datetime.date(2024, 3, 4)],
        "kind": pa.array(["a", "b", "a"]).dictionary_encode(),
        "none": pa.nulls(3),
    }
)


def _write(table: pa.Table, path: Path, *, rows: int = 2) -> Path:
    with TableWriter(path, guard=True) as writer:
        for start in range(0, max(1, table.num_rows), rows):
            part = table.slice(start, rows)
            writer.write(part.columns, part.column_names)
    return path


def test_csv_made_of_parquet_is_the_csv_that_would_have_been_written(tmp_path: Path) -> None:
    parquet = _write(TABLE, tmp_path / "a.parquet")
    direct = _write(TABLE, tmp_path / "direct.csv")
    as_csv(parquet, tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_bytes() == direct.read_bytes()
    got = pd.read_csv(tmp_path / "a.csv")
    assert got.columns[0] == "'=name"
    assert got.iloc[0, 0] == "'=1+1"


def test_a_file_without_rows_keeps_its_columns(tmp_path: Path) -> None:
    parquet = _write(TABLE.slice(0, 0), tmp_path / "a.parquet")
    as_csv(parquet, tmp_path / "a.csv")
    assert list(pd.read_csv(tmp_path / "a.csv").columns)[1:] == TABLE.column_names[1:]
    assert first_cells(parquet, 10) == (tuple(TABLE.column_names), ())


def test_nothing_is_left_where_it_is_stopped_or_cannot_be_read(tmp_path: Path) -> None:
    parquet = _write(TABLE, tmp_path / "a.parquet")
    stop = threading.Event()
    stop.set()
    with pytest.raises(RunError, match="0 of 3"):
        as_csv(parquet, tmp_path / "a.csv", stop=stop)
    parquet.write_bytes(b"PAR1 and nothing else")
    with pytest.raises(StoreError):
        as_csv(parquet, tmp_path / "a.csv")
    with pytest.raises(StoreError):
        first_cells(parquet, 3)
    assert [path.name for path in tmp_path.iterdir()] == ["a.parquet"]


def test_first_cells_are_texts(tmp_path: Path) -> None:
    parquet = _write(TABLE, tmp_path / "a.parquet")
    names, rows = first_cells(parquet, 2)
    assert names == tuple(TABLE.column_names)
    assert rows == (
        ("=1+1", "1.5", "1", "2024-01-02", "a", None),
        ("plain", None, "2", None, "b", None),
    )


def test_numbers_that_are_none_and_long_texts_are_shown(tmp_path: Path) -> None:
    table = pa.table({"x": [float("nan"), float("inf")], "t": ["y" * 10_000, ""]})
    names, rows = first_cells(_write(table, tmp_path / "a.parquet"), 5)
    assert rows[0][0] is None
    assert rows[1] == ("inf", "")
    assert len(rows[0][1] or "") <= 200
    assert names == ("x", "t")


def test_many_columns_are_no_trouble(tmp_path: Path) -> None:
    table = pa.table({f"c{number}": [number] for number in range(2000)})
    names, rows = first_cells(_write(table, tmp_path / "a.parquet"), 1)
    assert len(names) == len(rows[0]) == 2000
