"""Fields of a form, and cells that read back as what they were."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from jupyter_automl.core.dataset import ColumnSchema
from jupyter_automl.explain.fields import (
    MOST_LEVELS,
    N_BINS,
    Field,
    amount_text,
    cell_of,
    fields_of,
    grid_of,
    spread_of,
    text_of,
)
from jupyter_automl.explain.sheet import missing, sheet_of
from jupyter_automl.features.columns import read_rows
from tests.explain.sheets import EVIL, LONG, TURNED, sheet


def _field(values: object, name: str = "a") -> Field:
    rows = sheet({name: values, "other": np.arange(len(values)) / 7})  # type: ignore[arg-type]
    return fields_of(rows)[0]


def test_a_number_has_a_round_range_a_step_and_a_histogram() -> None:
    rng = np.random.default_rng(0)
    made = _field(rng.uniform(3.02, 96.4, 500))
    assert (made.kind, made.whole, made.changeable) == ("number", False, True)
    assert made.low is not None
    assert made.high is not None
    assert (made.low, made.high, made.step) == (3.0, 96.5, 0.5)
    assert len(made.histogram) == N_BINS
    assert sum(made.histogram) == 500
    assert isinstance(made.typical, float)
    assert 40 < made.typical < 60
    assert not made.missing_allowed


def test_a_whole_number_has_whole_steps_and_typical_values() -> None:
    made = _field([1, 2, 2, 3, 40])
    assert (made.whole, made.step, made.typical) == (True, 1.0, 2)
    assert len(made.histogram) == N_BINS
    gapped = _field([1, 2, None, 3, 2])
    assert gapped.histogram == (1, 2, 1)
    assert gapped.whole
    assert gapped.missing_allowed


def test_far_values_are_left_out_of_the_range_but_counted() -> None:
    values = [*np.linspace(0, 10, 500), 1e9]
    made = _field(values)
    assert made.high is not None
    assert made.high < 11
    assert sum(made.histogram) == 501


@pytest.mark.parametrize("values", [[-1e300, 0.5, 1e300], [-1.7e308, 1.7e308, 0.25], [5e-324, 1.5]])
def test_numbers_at_the_ends_of_what_a_float_holds(values: list[float]) -> None:
    made = _field(values)
    assert made.kind == "number"
    if made.low is not None:
        assert made.high is not None
        assert np.isfinite([made.low, made.high, made.step]).all()
        assert made.low < made.high


def test_levels_come_by_frequency_and_the_others_are_counted() -> None:
    names = [f"level {number:02}" for number in range(60)]
    made = _field([*names * 2, "level 07", "level 07", "level 09", None])
    assert made.kind == "category"
    assert len(made.levels) == MOST_LEVELS
    assert made.levels[:3] == ("level 07", "level 09", "level 00")
    assert made.histogram[:3] == (4, 3, 2)
    assert made.more_levels == 10
    assert (made.typical, made.missing_allowed) == ("level 07", True)


def test_booleans_of_both_kinds() -> None:
    truth = _field([True, False, True, None])
    assert (truth.kind, truth.levels, truth.histogram) == ("boolean", ("False", "True"), (1, 2))
    assert truth.typical is True
    bits = _field([0, 1, 1, 0, 0])
    assert (bits.kind, bits.levels, bits.typical) == ("boolean", ("0", "1"), 0)


def test_dates_count_seconds_and_are_typed_as_texts() -> None:
    days = pd.Series(pd.Timestamp("2024-01-01") + pd.to_timedelta(range(40), "D"))
    made = _field(days)
    assert (made.kind, made.whole, made.step) == ("date", True, 86_400.0)
    assert made.low == pd.Timestamp("2024-01-01").timestamp()
    assert made.typical == "2024-01-20"
    hours = _field(days + pd.to_timedelta(90, "min"))
    assert (hours.whole, hours.step, hours.typical) == (False, 3_600.0, "2024-01-20 01:30:00")
    near = _field(pd.Series(pd.Timestamp("2024-01-01") + pd.to_timedelta(range(3), "us")))
    assert sum(near.histogram) == 3


def test_free_text_may_not_be_changed() -> None:
    texts = [f"they wrote something of {number} words or so" for number in range(100)]
    made = _field(texts)
    assert (made.kind, made.changeable, made.levels) == ("text", False, ())
    assert made.typical in texts


def test_one_row_a_constant_and_nothing_at_all() -> None:
    one = _field([4.5])
    assert (one.typical, one.changeable) == (4.5, False)
    assert (one.low, one.high, sum(one.histogram)) == (4.5, 4.5, 1)
    empty = _field([None, None])
    assert (empty.typical, empty.low, empty.levels, empty.changeable) == (None, None, (), False)
    mostly = _field([None, None, None, "a"])
    assert (mostly.typical, mostly.levels) == (None, ("a",))


def test_names_and_levels_are_kept_as_they_are() -> None:
    made = _field([EVIL, LONG, TURNED, EVIL], name=EVIL)
    assert made.name == EVIL
    assert made.levels == (EVIL, LONG, TURNED)


def test_a_grid_holds_values_that_occur() -> None:
    rng = np.random.default_rng(0)
    rows = sheet(
        {"x": rng.normal(size=300), "c": rng.choice(list("abc"), 300), "few": [1, 2, 3] * 100}
    )
    for column, array in zip(rows.columns, rows.arrays, strict=True):
        grid = grid_of(column, array, 20)
        assert set(grid.tolist()) <= set(array.tolist())
        assert len(grid) == (20 if column.name == "x" else 3)


def test_figures_have_the_digits_they_deserve() -> None:
    told = [amount_text(value) for value in (1234567.8, 12.3456, 0.000012345, 0.0, -45678.9, 2e20)]
    assert told == ["1,234,568", "12.35", "1.234e-05", "0", "-45,679", "2e+20"]


def test_the_spread_ignores_the_ends() -> None:
    assert spread_of(np.array([*np.linspace(0, 100, 101), 1e6])) == pytest.approx(90.9, abs=1)
    assert spread_of(np.array([1.0, 1.0, 1.0, *[1.0] * 200, 3.0])) == 2.0
    assert spread_of(np.array([2.0, np.nan])) == 0.0


@settings(max_examples=200, deadline=None)
@example([4503600164241408.0])
@given(
    st.lists(
        st.one_of(st.none(), st.floats(allow_infinity=False, allow_nan=False, width=32)),
        min_size=1,
        max_size=40,
    )
)
def test_any_column_of_numbers_has_a_field(values: list[float | None]) -> None:
    rows = sheet({"a": pd.array(values, dtype="Float64"), "b": range(len(values))})
    made = fields_of(rows)[0]
    known = [value for value in values if value is not None]
    if made.kind == "number" and made.low is not None:
        assert made.high is not None
        assert made.low <= made.high
        assert sum(made.histogram) == len(known)
    if made.typical is not None:
        assert any(float(made.typical) == value for value in known)


@settings(max_examples=60, deadline=None)
@given(
    st.datetimes(dt.datetime(1800, 1, 1), dt.datetime(2250, 1, 1)),
    st.sampled_from(["", "ISO8601", "%d/%m/%Y", "%Y-%d-%m", "%Y-%d-%m %H:%M:%S", "%m/%d/%Y %H:%M"]),
)
def test_a_date_reads_back_as_it_was(moment: dt.datetime, written: str) -> None:
    column = ColumnSchema(name="d", kind="datetime", dtype="timestamp[us]", written=written)
    value = np.datetime64(moment, "us")
    read = sheet_of(read_rows([{"d": cell_of(column, value)}], [column]), [column])
    assert read.arrays[0][0] == value


@settings(max_examples=60, deadline=None)
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_reads_back_as_it_was(value: float) -> None:
    column = ColumnSchema(name="x", kind="numeric", dtype="double")
    read = sheet_of(read_rows([{"x": cell_of(column, value)}], [column]), [column])
    assert read.arrays[0][0] == value


def test_missing_cells_of_all_kinds() -> None:
    rows = sheet(
        {
            "x": [1.5, None],
            "d": [pd.Timestamp("2024-01-01"), pd.NaT],
            "c": ["a", None],
            "t": pd.array([True, None], dtype="boolean"),
        }
    )
    for column, array in zip(rows.columns, rows.arrays, strict=True):
        assert missing(array).tolist() == [False, True]
        assert cell_of(column, array[1]) is None
        assert text_of(column, array[1]) == "missing"
