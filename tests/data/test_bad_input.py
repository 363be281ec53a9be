"""Bad input is one clear error that says what to do, and never a crash."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from jupyter_automl.core.errors import (
    AutoMLError,
    DataError,
    DataNotFoundError,
    PredictionError,
    ReadError,
    UnknownNameError,
)
from jupyter_automl.data import describe, open_table, samples, to_frame

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)) * 20


def _write(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def _error_of(source: Any) -> AutoMLError:
    with pytest.raises(AutoMLError) as caught:
        open_table(source)
    assert caught.value.message
    assert caught.value.hint
    return caught.value


@pytest.mark.parametrize(
    ("name", "content", "kind", "words"),
    [
        ("empty.csv", b"", ReadError, "empty"),
        ("blank.csv", b"\n\n  \n", ReadError, "empty"),
        ("bom.csv", b"\xef\xbb\xbf", ReadError, "empty"),
        ("header.csv", b"a,b,c\n", DataError, "nothing below"),
        ("header.csv.gz", gzip.compress(b"a,b,c\n"), DataError, "nothing below"),
        ("photo.csv", PNG, ReadError, "PNG image"),
        ("photo.parquet", PNG, ReadError, "PNG image"),
        ("page.csv", b"<!DOCTYPE html><html><body>no</body></html>", ReadError, "web page"),
        ("cut.csv.gz", gzip.compress(b"a,b\n" + b"1,2\n" * 9999)[:40], ReadError, "cut off"),
        ("broken.json", b'[{"a": 1}, {"a": ', ReadError, "JSON"),
        ("single.json", b"[1, 2, 3]", ReadError, "list of records"),
        ("broken.jsonl", b'{"a": 1}\n{"a"\n{"a"\n{"a"\n', ReadError, "line 2"),
        ("fake.xlsx", b"PK\x03\x04nothing", ReadError, "damaged"),
        ("notes.md", b"# Title\n\nSome words here.\n", ReadError, "must be CSV"),
        ("empty.zip", b"PK\x05\x06" + bytes(18), ReadError, "must be CSV"),
    ],
)
def test_files_that_are_no_tables(
    tmp_path: Path, name: str, content: bytes, kind: type[AutoMLError], words: str
) -> None:
    error = _error_of(_write(tmp_path, name, content))
    assert isinstance(error, kind)
    assert words in error.message


def test_a_truncated_parquet_file_says_so(tmp_path: Path) -> None:
    whole = tmp_path / "whole.parquet"
    pq.write_table(pa.table({"a": range(1000)}), whole)
    cut = _write(tmp_path, "cut.parquet", whole.read_bytes()[:-100])
    assert "damaged or cut off" in _error_of(cut).message


def test_a_path_that_does_not_exist_proposes_a_near_one(tmp_path: Path) -> None:
    _write(tmp_path, "titanic.csv", b"a\n1\n")
    error = _error_of(tmp_path / "titanik.csv")
    assert isinstance(error, DataNotFoundError)
    assert isinstance(error, FileNotFoundError)
    assert "Did you mean 'titanic.csv'?" in error.hint


def test_a_folder_names_its_files(tmp_path: Path) -> None:
    _write(tmp_path, "one.csv", b"a\n1\n")
    error = _error_of(str(tmp_path))
    assert "folder" in error.message
    assert "'one.csv'" in error.hint


@pytest.mark.parametrize("source", ["no\x00where.csv", "x" * 5000, "", "   ", "nowhere/at/all.csv"])
def test_odd_paths(source: str) -> None:
    _error_of(source)


@pytest.mark.parametrize(
    "source",
    [
        5,
        None,
        [],
        {},
        pd.DataFrame(),
        pd.DataFrame({"a": []}),
        {"a": [1, 2], "b": [1]},
        (pd.DataFrame({"a": [1, 2]}), [1]),
        np.zeros((2, 2, 2)),
        object(),
    ],
    ids=lambda value: type(value).__name__,
)
def test_objects_that_are_no_tables(source: Any) -> None:
    assert isinstance(_error_of(source), DataError)


def test_an_unknown_sample_proposes_one() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'churn'"):
        samples.table("churm")


def test_names_are_made_unique_and_reported() -> None:
    opened = open_table(pd.DataFrame([[1, 2, 3, 4, 5]], columns=["a", "a", "", None, 7]))
    assert opened.table.column_names == ["a", "a_2", "column_3", "column_4", "7"]
    assert {notice.code for notice in opened.notices} == {
        "duplicate_name",
        "empty_name",
        "name_not_text",
    }


def test_names_of_a_csv_are_made_unique(tmp_path: Path) -> None:
    opened = open_table(_write(tmp_path, "a.csv", b"x, x ,,y\n1,2,3,4\n5,6,7,8\n"))
    assert opened.table.column_names == ["x", "x_2", "column_3", "y"]


def test_a_row_to_predict_without_a_column_names_it() -> None:
    columns = describe(pa.table({"age": [1, 2], "income": [1.5, 2.0]}))
    with pytest.raises(PredictionError, match=r"'income'.*Did you mean 'Income'"):
        to_frame(pd.DataFrame({"age": [1], "Income": [2]}), columns)


def test_markup_in_a_name_stays_text(tmp_path: Path) -> None:
    name = "<img src=x onerror=alert(1)>"
    opened = open_table(_write(tmp_path, "a.csv", f"{name},b\n1,2\n2,3\n".encode()))
    assert opened.table.column_names == [name, "b"]


def test_rows_to_predict_come_in_the_order_of_the_model() -> None:
    table = pa.table({f"c{i}": [i, i + 1] for i in range(500)})
    columns = describe(table)
    frame = to_frame(table, columns[::-1])
    assert list(frame.columns) == [f"c{i}" for i in reversed(range(500))]
    assert frame["c7"].tolist() == [7, 8]


def test_a_home_of_nobody_is_no_file() -> None:
    with pytest.raises(DataNotFoundError, match="nobody-here"):
        open_table("~nobody-here/table.csv")
