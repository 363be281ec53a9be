"""Tables in memory, kinds of columns, the saved file, rows to predict, previews, samples."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_automl.core.codec import from_json, to_json
from jupyter_automl.core.dataset import Dataset
from jupyter_automl.core.errors import StoreError
from jupyter_automl.data import (
    describe,
    load_frame,
    load_table,
    open_table,
    preview,
    read,
    samples,
    save_dataset,
    to_frame,
)

STORED = {"bool", "int64", "double", "string", "timestamp[us]"}


def _kinds(columns: dict[str, Any]) -> dict[str, str]:
    return {column.name: column.kind for column in describe(open_table(columns).table)}


def _kind(name: str, values: Any) -> str:
    return _kinds({name: values})[name]


FRAME = pd.DataFrame(
    {
        "whole": [1, 2, 3],
        "part": [1.5, None, np.inf],
        "text": ["a", "ö", None],
        "yes": [True, False, True],
        "maybe": [True, None, False],
        "day": pd.to_datetime(["2024-01-01 00:00", None, "2024-02-03 10:00"]),
    }
)


@pytest.mark.parametrize(
    "source",
    [
        FRAME,
        FRAME.convert_dtypes(),
        FRAME.convert_dtypes(dtype_backend="pyarrow"),
        FRAME.astype(object),
        FRAME.astype({"text": "category", "whole": "category"}),
        pl.from_pandas(FRAME.drop(columns="maybe")).with_columns(
            pl.Series("maybe", [True, None, False])
        ),
        pa.Table.from_pandas(FRAME),
        FRAME.to_dict("list"),
        FRAME.to_dict("records"),
    ],
    ids=[
        "pandas",
        "nullable",
        "arrow-backed",
        "object",
        "category",
        "polars",
        "arrow",
        "dict",
        "records",
    ],
)
def test_the_same_table_in_many_forms(source: Any) -> None:
    table = open_table(source).table.select(list(FRAME.columns))
    assert {str(field.type) for field in table.schema} == STORED
    assert table["whole"].to_pylist() == [1, 2, 3]
    assert table["part"].to_pylist() == [1.5, None, float("inf")]
    assert table["text"].to_pylist() == ["a", "ö", None]
    assert table["maybe"].to_pylist() == [True, None, False]
    assert table["day"].to_pylist()[2] == pd.Timestamp("2024-02-03 10:00")


def test_pairs_arrays_and_records() -> None:
    X = np.array([[1.0, 2.0], [3.0, 4.0]])
    assert open_table((X, [0, 1])).table.column_names == ["x1", "x2", "target"]
    named = (pd.DataFrame({"a": [1, 2]}), pd.Series([0, 1], name="label"))
    assert open_table(named).table.column_names == ["a", "label"]
    structured = np.array([(1, "a")], dtype=[("n", "i4"), ("t", "U3")])
    assert open_table(structured).table.to_pylist() == [{"n": 1, "t": "a"}]


def test_labels_in_a_frame_stay_text_but_long_columns_of_numbers_do_not() -> None:
    assert open_table({"y": ["1", "2"] * 30}).table["y"][0].as_py() == "1"
    assert open_table({"x": [str(i) for i in range(50)]}).table["x"][0].as_py() == 0


def test_rare_types_become_storable() -> None:
    table = pa.table(
        {
            "list": [[1, 2], None],
            "struct": [{"a": 1}, {"a": 2}],
            "bytes": [b"a", b"\xff"],
            "time": pa.array([3_600, None], pa.time32("s")),
            "decimal": pa.array([1, 2], pa.decimal128(5, 2)),
            "large": pa.array([2**64 - 1, 1], pa.uint64()),
            "nothing": pa.nulls(2),
            "zone": pa.array([0, 1], pa.timestamp("ns", "Europe/Berlin")),
            "days": pa.array([0, 1], pa.date32()),
        }
    )
    opened = open_table(table).table
    assert {str(field.type) for field in opened.schema} <= STORED
    assert opened["list"].to_pylist() == ["[1, 2]", None]
    assert opened["time"].to_pylist() == [3600.0, None]
    assert opened["large"].to_pylist()[0] == str(2**64 - 1)


def test_kinds() -> None:
    random = np.random.default_rng(0)
    n = 200
    assert _kinds(
        {
            "PassengerId": range(n),
            "row": range(n),
            "year": range(1800, 1800 + n),
            "email": [f"p{i}@x.org" for i in range(n)],
            "weight_g": random.permutation(n * 7)[:n],
            "height": random.normal(size=n),
            "zero_one": [0, 1] * (n // 2),
            "level": [1, 2, 3, 4] * (n // 4),
            "colour": ["red", "blue"] * (n // 2),
            "ticket": [f"A/{i // 2}" for i in range(n)],
            "remark": [f"this is a remark number {i}" for i in range(n)],
            "full_name": [f"Ann{i} Lee{i}" for i in range(n)],
            "same": ["x"] * n,
            "gone": [None] * n,
            "day": pd.date_range("2024-01-01", periods=n),
            "flag": [True, False] * (n // 2),
        }
    ) == {
        "PassengerId": "id",
        "row": "id",
        "year": "numeric",
        "email": "id",
        "weight_g": "numeric",
        "height": "numeric",
        "zero_one": "boolean",
        "level": "numeric",
        "colour": "categorical",
        "ticket": "categorical",
        "remark": "text",
        "full_name": "text",
        "same": "constant",
        "gone": "constant",
        "day": "datetime",
        "flag": "boolean",
    }


@pytest.mark.parametrize("name", ["paid", "humidity", "valid", "acid", "grid_size", "idle_time"])
def test_names_that_only_end_like_an_id_are_numbers(name: str) -> None:
    values = np.random.default_rng(0).permutation(5_000)[:300]
    assert _kind(name, values) == "numeric"


def test_descriptions_count_and_give_examples() -> None:
    (column,) = describe(open_table({"a": [None, 1.5, 1.5, 2.0]}).table)
    assert (column.n_missing, column.n_unique, column.examples) == (1, 2, ("1.5", "2"))
    assert column.dtype == "double"


def test_a_dataset_is_saved_once_and_mapped(tmp_path: Path) -> None:
    opened = open_table(FRAME)
    dataset = save_dataset(opened, tmp_path / "new" / "data")
    again = save_dataset(open_table(FRAME.copy()), tmp_path / "new" / "data")
    assert dataset == again
    assert [p.name for p in (tmp_path / "new" / "data").iterdir()] == [
        f"{dataset.fingerprint}.arrow"
    ]
    assert load_table(dataset).equals(opened.table)
    assert load_table(dataset, ["text", "whole"]).column_names == ["text", "whole"]
    assert from_json(Dataset, to_json(dataset)) == dataset


def test_frames_have_plain_types(tmp_path: Path) -> None:
    frame = load_frame(save_dataset(open_table(FRAME), tmp_path))
    assert {name: str(kind) for name, kind in frame.dtypes.items()} == {
        "whole": "int64",
        "part": "float64",
        "text": "str",
        "yes": "bool",
        "maybe": "boolean",
        "day": "datetime64[us]",
    }
    exact = read({"id": [2**60 + 1, None]})
    assert exact["id"][0] == 2**60 + 1


def test_a_lost_file_and_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    dataset = save_dataset(open_table(FRAME), tmp_path)
    Path(dataset.path).unlink()
    with pytest.raises(StoreError, match="moved or deleted"):
        load_table(dataset)
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(StoreError, match="JUPYTER_AUTOML_STORE"):
        save_dataset(open_table(FRAME), blocked / "data")


def test_rows_to_predict_get_the_types_of_training(tmp_path: Path) -> None:
    table = samples.table("churn")
    columns = describe(table)
    frame = load_frame(save_dataset(open_table("sample:churn"), tmp_path))
    frame.to_csv(tmp_path / "rows.csv", index=False)
    for source in (frame, tmp_path / "rows.csv", frame.assign(extra=1), frame[frame.columns[::-1]]):
        pd.testing.assert_frame_equal(to_frame(source, columns), frame)


def test_rows_to_predict_of_other_types_are_coerced() -> None:
    columns = describe(
        open_table(
            {
                "n": [1, 2, 3],
                "x": [0.5, 1.5, 2.5],
                "t": ["1", "2", "1"],
                "b": [True, False, True],
                "d": pd.to_datetime(["2024-01-01", "2024-01-02", "2024-01-04"]),
            }
        ).table
    )
    rows = {"n": ["7", "x"], "x": ["1,000.5", ""], "t": [1.0, 2.0], "b": ["yes", "no"]}
    frame = to_frame({**rows, "d": ["2024-05-01", "soon"]}, columns)
    assert frame["n"].tolist()[0] == 7
    assert frame["x"].tolist()[0] == 1000.5
    assert frame["t"].tolist() == ["1", "2"]
    assert frame["b"].tolist() == [True, False]
    assert frame["d"].isna().tolist() == [False, True]


_cells = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.dates(),
    st.datetimes(),
    st.binary(max_size=4),
    st.lists(st.integers(), max_size=2),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(_cells, _cells), min_size=1, max_size=6))
def test_cells_of_any_type_become_storable(rows: list[tuple[Any, Any]]) -> None:
    frame = pd.DataFrame(
        {
            name: pd.Series(list(cells), dtype=object)
            for name, cells in zip("ab", zip(*rows, strict=True), strict=True)
        }
    )
    table = open_table(frame).table
    assert {str(field.type) for field in table.schema} <= STORED
    assert table.num_rows == len(rows)
    columns = describe(table)
    json.dumps(preview(table))
    assert len(to_frame(frame, columns)) == len(rows)


def test_preview_is_json_of_short_texts() -> None:
    shown = preview(open_table({"a": ["x" * 200, None], "b": [1.0, np.inf]}).table, n=1)
    assert (shown["n_rows"], shown["n_columns"]) == (2, 2)
    assert len(shown["rows"]) == 1
    assert len(shown["rows"][0][0]) == 80
    assert [column["name"] for column in shown["columns"]] == ["a", "b"]


@pytest.mark.parametrize("name", samples.names())
def test_samples(name: str) -> None:
    opened = open_table(f"sample:{name}")
    assert opened.table.num_rows > 100
    assert opened.table.equals(samples.table(name))
    assert samples.description(name).strip()
    assert samples.sample_prompt(name).startswith("Predict")


def test_the_churn_sample_has_what_real_tables_have() -> None:
    kinds = {column.name: column.kind for column in describe(samples.table("churn"))}
    assert kinds["customer_id"] == "id"
    assert kinds["country"] == "constant"
    assert kinds["last_remark"] == "text"
    assert kinds["signup_date"] == "datetime"
    share = samples.table("churn")["churn"].to_pylist().count("yes") / 5000
    assert 0.15 < share < 0.35


@pytest.mark.parametrize("kind", [pl.Categorical, pl.Enum(["a", "b", "c"]), pl.String])
def test_texts_of_polars_are_texts(kind: pl.DataType) -> None:
    frame = pl.DataFrame({"x": pl.Series(["b", "c", None, "a", "b"], dtype=kind)})
    assert open_table(frame).table["x"].to_pylist() == ["b", "c", None, "a", "b"]
