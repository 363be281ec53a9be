"""Rows to predict are read as the table was, whatever else is in the batch."""

from __future__ import annotations

import datetime as dt
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_automl.core.codec import from_json, to_json
from jupyter_automl.core.dataset import ColumnSchema, Dataset
from jupyter_automl.core.errors import PredictionError
from jupyter_automl.data import describe, load_table, open_table, save_dataset, to_frame
from jupyter_automl.data.few import MOST_ROWS, few_cells
from jupyter_automl.data.frames import frame_of

KINDS = {"double": "numeric", "int64": "numeric", "bool": "boolean", "timestamp[us]": "datetime"}


def _column(dtype: str = "double", written: str = "", **more: Any) -> ColumnSchema:
    kind: Any = KINDS.get(dtype, "categorical")
    return ColumnSchema(name="x", kind=kind, dtype=dtype, written=written, **more)


def _trained(cells: list[Any]) -> tuple[ColumnSchema, list[Any]]:
    """The schema of a column, as a store gives it back, and its values."""
    table = open_table({"x": cells}).table
    (column,) = describe(table)
    return from_json(ColumnSchema, to_json(column)), _values(frame_of(table)["x"])


def _values(cells: Any) -> list[Any]:
    """Plain values; None for what a model takes for missing."""
    found = []
    for cell in cells.tolist():
        missing = cell is None or pd.isna(cell) or cell in (np.inf, -np.inf)
        found.append(None if missing else cell if isinstance(cell, (dt.datetime, str)) else +cell)
    return found


def _read(cells: list[Any], column: ColumnSchema) -> list[Any]:
    """A batch; a column of which nothing can be read has values that are all missing."""
    try:
        return _values(to_frame({"x": cells}, [column])["x"])
    except PredictionError:
        return [None] * len(cells)


def _few(cells: list[Any], column: ColumnSchema) -> list[Any]:
    """The same the way that a few rows go."""
    try:
        found = few_cells([{"x": cell} for cell in cells], [column])
    except PredictionError:
        return [None] * len(cells)
    assert found is not None
    read = found[0]["x"]
    if hasattr(read, "to_pylist"):
        read = read.to_pylist()
    return _values(pd.Series(list(read), dtype=object))


# Dates

STEMS = (
    *("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y-%d-%m", "%m/%d/%Y", "%d/%m/%Y", "%m-%d-%Y"),
    *("%d-%m-%Y", "%m/%d/%y", "%d/%m/%y", "%d.%m.%Y", "%d-%b-%y", "%d-%b-%Y", "%d %b %Y"),
    *("%d %B %Y", "%b %d %Y", "%b %d, %Y", "%B %d, %Y", "%B %d %Y", "%d/%b/%Y", "%d %b %y"),
    *("%b-%Y", "%b %Y", "%B %Y", "%b-%y"),
)
CLOCKS = ("", " %H:%M:%S", " %H:%M", " %I:%M %p", " %I:%M:%S %p", " %H:%M:%S.%f")
FORMATS = [
    f"{stem}{clock}"
    for stem in STEMS
    for clock in CLOCKS
    if not (stem == "%Y-%m-%d" and clock.endswith("%p"))
] + ["%Y-%m", "%Y/%m", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S.%fZ"]
DAYS = [dt.datetime(2021, 1, 5, 7, 30, 15, 250_000) + dt.timedelta(17.3 * day) for day in range(60)]


@pytest.mark.parametrize("shape", FORMATS)
def test_a_date_is_read_as_the_training_table_was(shape: str) -> None:
    texts = [day.strftime(shape) for day in DAYS]
    column, values = _trained(texts)
    assert column.dtype == "timestamp[us]"
    assert values == [dt.datetime.strptime(text, shape) for text in texts]
    assert _read(texts[::-1], column) == values[::-1]
    for place in (0, 7, 31):
        assert _read([texts[place]], column) == _few([texts[place]], column) == [values[place]]


def test_a_single_day_stands_where_it_stood_in_training() -> None:
    days, months = _trained(["31/03/2024", "03/04/2024"])[0], _trained(["03/31/2024"] * 3)[0]
    assert (days.written, months.written) == ("%d/%m/%Y", "%m/%d/%Y")
    for text in ("03/04/2024", "3/4/2024", "03-04-2024", "03/04/24", "03/04/2024 00:00"):
        assert _read([text], days) == _few([text], days) == [dt.datetime(2024, 4, 3)], text
        assert _read([text], months) == _few([text], months) == [dt.datetime(2024, 3, 4)], text
    assert _read(["2024-04-03", "03/31/2024"], days) == [dt.datetime(2024, 4, 3), None]


@pytest.mark.parametrize("written", ["", "ISO8601", "%d/%m/%Y", "%b %d, %Y", "%m/%d/%Y %H:%M"])
@pytest.mark.parametrize(
    "text",
    [
        *("2024-03-04", "2024/03/04", "2024-03-04T00:00Z", "2024-03-04 00:00:00.000000001"),
        *("4-Mar-24", "4 March 2024", "Mar 4, 2024", "March 4 2024 00:00"),
    ],
)
def test_what_shows_its_parts_is_read_however_the_table_was_written(
    text: str, written: str
) -> None:
    column = _column("timestamp[us]", written)
    assert _read([text], column) == _few([text], column) == [dt.datetime(2024, 3, 4)]


def test_a_day_that_could_be_a_month_is_not_guessed() -> None:
    texts = ["31/03/2024", "03/31/2024", "03/04/2024", "04/04/2024", "now", "today", "2024", "5"]
    march, april = dt.datetime(2024, 3, 31), dt.datetime(2024, 4, 4)
    assert _read(texts, _column("timestamp[us]")) == [march, march, None, april, *[None] * 4]


def test_stamps_far_from_now_are_read_beside_fine_ones() -> None:
    column, _ = _trained(["2024-03-01", "2023-12-31"])
    texts = ["1066-10-14", "2024-03-01 10:30:00.123456789"]
    expected = [dt.datetime(1066, 10, 14), dt.datetime(2024, 3, 1, 10, 30, 0, 123_456)]
    assert _read(texts, column) == expected


def test_dates_stay_what_they_are_beside_other_values() -> None:
    noon, day = dt.datetime(2024, 3, 31, 12), dt.date(2024, 4, 1)
    column, values = _trained([day, noon, np.datetime64("2024-04-02"), pd.Timestamp(noon)] * 9)
    april = [dt.datetime(2024, 4, 1), dt.datetime(2024, 4, 2)]
    assert values[:4] == [april[0], noon, april[1], noon]
    cells = [noon, 5, day, True, np.datetime64("2024-04-02"), 1.5]
    assert (
        _read(cells, column)
        == _few(cells, column)
        == [noon, None, *april[:1], None, april[1], None]
    )


# Numbers


def test_a_number_may_begin_with_a_zero_where_the_column_holds_numbers() -> None:
    for written in ("", ".", ","):
        column = _column("int64", written)
        assert _read(["34", "41", "05"], column) == [34, 41, 5]
        assert _read(["03"], column) == _few(["03"], column) == [3]
        assert _few(["007.5"], _column()) == [7.5]


def test_a_decimal_comma_stays_one() -> None:
    column, values = _trained(["1,5", "2,250", "1.234,5"] + [f"{n},25" for n in range(40)])
    assert (column.written, values[:3]) == (",", [1.5, 2.25, 1234.5])
    for cells, expected in (["2,250"], [2.25]), (["1.234,5", "2,250"], [1234.5, 2.25]):
        assert _read(cells, column) == _few(cells, column) == expected
    other, values = _trained(["$1,500", "$2,250", "$3.75"] * 10 + [f"${n}" for n in range(40)])
    assert (other.written, values[:3]) == (".", [1500, 2250, 3.75])
    assert _read(["2,250", "1,5"], other) == _few(["2,250", "1,5"], other) == [2250, None]


def test_a_unit_may_be_there_or_not() -> None:
    column, values = _trained([f"{n} bhp" for n in range(40)])
    assert (column.written, values[7]) == (". bhp", 7)
    for cells in (["74 bhp", "80 bhp"], ["74 bhp", "80"], ["74", "80"]):
        assert _read(cells, column) == _few(cells, column) == [74, 80]
    assert _read(["74 bhp", "80 kW"], column) == [74, None]
    assert _read(["74 bhp", "80"], _column()) == [74, 80]


def test_times_of_day_and_truth_are_numbers_beside_others() -> None:
    cells = ["12:30", "5", "true", False, "12:30:15"]
    assert _read(cells, _column()) == [45_000, 5, 1, 0, 45_015]
    assert _read(["12:30"], _column()) == _few(["12:30"], _column()) == [45_000]


def test_whole_numbers_keep_their_digits() -> None:
    cells = ["9007199254740993", "-9223372036854775808"]
    assert _read(cells, _column("int64")) == [2**53 + 1, -(2**63)]
    assert _read(["9223372036854775808", 1e19], _column("int64")) == [2.0**63, 1e19]


_junk = st.text(st.characters(codec="utf-8"), max_size=6)
_typed = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**20), 10**20), st.floats(), st.sampled_from([0, 1])
)
_number_texts = st.one_of(
    st.from_regex(r"[+-]?[0-9]{1,4}([.,][0-9]{1,3}){0,2}( bhp| kg|%)?", fullmatch=True),
    st.sampled_from(["", "?", "NA", "inf", "05", "(3)", "$1,200", "12:30", "true", "1e400", "abc"]),
    _junk,
)
_numbers = st.one_of(_typed, _number_texts)
_dates = st.one_of(
    _typed,
    st.datetimes(),
    st.dates(),
    st.dates(dt.date(1000, 1, 1)).flatmap(
        lambda day: st.sampled_from([*STEMS, "%Y-%m"]).map(day.strftime)
    ),
    st.sampled_from(["", "?", "never", "2024-03-01 10:30:00.123456789", "2024-03-01T10:30+02:00"]),
    _junk,
)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(_numbers, min_size=1, max_size=5),
    st.sampled_from(["double", "int64", "bool"]),
    st.sampled_from(["", ".", ",", ". bhp", ", kg"]),
)
def test_a_batch_of_numbers_is_its_cells(cells: list[Any], dtype: str, written: str) -> None:
    _check_batch(cells, _column(dtype, written))


@settings(max_examples=100, deadline=None)
@given(
    st.lists(_dates, min_size=1, max_size=4),
    st.sampled_from(["", "ISO8601", "%d/%m/%Y", "%m/%d/%Y %H:%M", "%b %d, %Y"]),
)
def test_a_batch_of_dates_is_its_cells(cells: list[Any], written: str) -> None:
    _check_batch(cells, _column("timestamp[us]", written))


def _check_batch(cells: list[Any], column: ColumnSchema) -> None:
    alone = [_read([cell], column)[0] for cell in cells]
    assert _read(cells, column) == alone
    assert _few(cells, column) == alone
    assert [_few([cell], column)[0] for cell in cells] == alone
    assert _read(cells[::-1] * MOST_ROWS, column) == alone[::-1] * MOST_ROWS


def test_numbers_as_texts_do_not_depend_on_each_other() -> None:
    column = _column("string")
    assert _read([1.0, 2.5], column) == ["1", "2.5"]
    assert _read([1.0], column) == _few([1.0], column) == ["1"]


# What cannot be read


@pytest.mark.parametrize(
    ("column", "cells", "words"),
    [
        (_column(examples=("34", "41")), ["abc"], "must hold numbers, as in training. Got 'abc'"),
        (_column("int64"), ["NA", "-", None, "no"], "None of 2 values could be read so"),
        (_column("double", ". bhp"), ["74 kW"], "numbers (of bhp)"),
        (_column("timestamp[us]", "%d/%m/%Y"), ["soon"], "dates (%d/%m/%Y)"),
        (_column("timestamp[us]"), [5, 7], "must hold dates, as in training"),
        (_column("bool"), ["maybe"], "must hold true or false"),
        (_column(), [dt.datetime(2024, 1, 1)], "Got '2024-01-01'"),
        (_column(), ["x" * 99], f"'{'x' * 39}…'"),
    ],
)
def test_a_column_of_another_type_is_one_clear_error(
    column: ColumnSchema, cells: list[Any], words: str
) -> None:
    errors = []
    for read in (
        lambda: few_cells({"x": cells}, [column]),
        lambda: to_frame({"x": cells}, [column]),
        lambda: to_frame({"x": cells * MOST_ROWS}, [column]),
    ):
        with pytest.raises(PredictionError) as caught:
            read()
        errors.append(caught.value)
    assert words in errors[0].message
    assert errors[0].to_dict() == errors[1].to_dict()
    for error in errors:
        assert error.code == "prediction"
        assert error.context["column"] == "x"
        assert {"expected", "example"} <= error.context.keys()
        assert error.hint


@pytest.mark.parametrize(
    ("dtype", "cells"),
    [
        ("double", [None, np.nan]),
        ("double", ["", "NA"]),
        ("double", ["?", None]),
        ("int64", [np.inf]),
        ("bool", ["null"]),
        ("timestamp[us]", [None]),
        ("timestamp[us]", ["NaN", " "]),
        ("double", ["abc", "5"]),
        ("string", ["a new one"]),
        ("string", ["?"]),
    ],
)
def test_missing_cells_and_single_misfits_are_no_error(dtype: str, cells: list[Any]) -> None:
    column = _column(dtype)
    assert len(to_frame({"x": cells}, [column])) == len(cells)
    assert few_cells({"x": cells}, [column]) is not None


# What is kept


def test_how_a_column_was_written_is_stored_with_the_table(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("d;n;t\n31/03/2024;1,5;a\n01/02/2024;2,250;b\n")
    opened = open_table(path)
    dataset = save_dataset(opened, tmp_path / "data")
    written = {"d": "%d/%m/%Y", "n": ",", "t": ""}
    stored = from_json(Dataset, to_json(dataset))
    for columns in (
        stored.columns,
        describe(load_table(dataset)),
        describe(open_table(opened).table),
    ):
        assert {column.name: column.written for column in columns} == written
    frame = to_frame([{"d": "03/04/2024", "n": "2,250", "t": "b"}], stored.columns)
    assert frame["d"].tolist() == [dt.datetime(2024, 4, 3)]
    assert frame["n"].tolist() == [2.25]
    (tmp_path / "rows.csv").write_text("d;n;t\n03/04/2024;2,250;b\n")
    pd.testing.assert_frame_equal(to_frame(tmp_path / "rows.csv", stored.columns), frame)


def test_a_schema_that_was_stored_before_still_loads() -> None:
    old = '{"name": "x", "kind": "datetime", "dtype": "timestamp[us]", "n_missing": 0}'
    column = from_json(ColumnSchema, old)
    assert column.written == ""
    assert _read(["2024-03-31"], column) == [dt.datetime(2024, 3, 31)]
    pickled = ColumnSchema.__new__(ColumnSchema)
    pickled.__setstate__(column.__getstate__()[:-1])
    assert pickled == column == pickle.loads(pickle.dumps(pickled))


@settings(max_examples=60, deadline=None)
@given(st.lists(_number_texts, min_size=1, max_size=30))
def test_what_was_settled_is_read_again_as_it_was(cells: list[str]) -> None:
    # Twenty others, so that a few texts are not taken for labels.
    cells = [*cells, *(f"{n}.5" for n in range(1_000, 1_600))]
    column, values = _trained(cells)
    if column.dtype == "double":
        again = _read(cells, column)
        assert [one for one, was in zip(again, values, strict=True) if was is not None] == [
            was for was in values if was is not None
        ]
