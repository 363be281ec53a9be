"""How a column's values are spread."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_automl.data.schema import describe_column
from jupyter_automl.profiling import Distribution, distribution, repeated_rows
from jupyter_automl.profiling.distribution import BINS, LEVELS, MOST_ROWS


def spread(values: Any, kind: pa.DataType | None = None) -> Distribution:
    column = pa.chunked_array([pa.array(values, kind)])
    return distribution(column, describe_column("a", column))


def test_numbers_are_counted_in_twenty_bins() -> None:
    found = spread([float(n) for n in range(100)] + [None, np.nan, np.inf])
    assert (found.kind, found.low, found.high) == ("numbers", 0.0, 99.0)
    assert found.counts == (5,) * BINS


def test_a_single_value_is_one_bin() -> None:
    found = spread([3.0, 3.0, None])
    assert (found.counts, found.low, found.high) == ((2,), 3.0, 3.0)


def test_dates_are_counted_over_time() -> None:
    days = [datetime(2024, 1, 1 + n % 28, n % 24) for n in range(200)]
    found = spread(days, pa.timestamp("us"))
    assert found.kind == "dates"
    assert sum(found.counts) == 200
    assert found.low == (datetime(2024, 1, 1) - datetime(1970, 1, 1)).total_seconds()


def test_levels_are_the_most_frequent_and_the_rest() -> None:
    found = spread(list("aaaabbbccdefg") * 10)
    assert found.kind == "levels"
    assert found.levels == ("a", "b", "c", "d", "e")
    assert found.counts == (40, 30, 20, 10, 10)
    assert found.n_other == 20


def test_truth_values_are_words() -> None:
    found = spread([True, False, True, None])
    assert (found.levels, found.counts) == (("yes", "no"), (2, 1))


@pytest.mark.parametrize("values", [[None, None], ["x" * 60 + str(n) for n in range(300)]])
def test_what_counts_say_nothing_about_has_none(values: list[Any]) -> None:
    assert spread(values, pa.string()).kind == "none"


def test_many_rows_are_looked_at_evenly() -> None:
    found = spread(np.arange(MOST_ROWS + 10) % 97 / 10.0)
    assert found.sampled
    assert MOST_ROWS / 2 <= sum(found.counts) <= MOST_ROWS


NUMBERS = st.lists(st.none() | st.floats(), max_size=50)


@given(NUMBERS)
def test_every_finite_number_is_counted_once(values: list[float | None]) -> None:
    found = spread(values, pa.float64())
    finite = [v for v in values if v is not None and np.isfinite(v)]
    if found.kind == "numbers":
        assert sum(found.counts) == len(finite)
        assert (found.low, found.high) == (min(finite), max(finite))
    assert len(found.counts) <= BINS


@given(st.lists(st.none() | st.sampled_from(["a", "b", "", "<b>", "ß"]), max_size=40))
def test_every_level_is_counted_once(values: list[str | None]) -> None:
    found = spread(values, pa.string())
    if found.kind == "levels":
        assert sum(found.counts) + found.n_other == sum(v is not None for v in values)
        assert len(found.levels) == len(found.counts) <= LEVELS


def test_repeated_rows_are_all_but_the_first() -> None:
    table = pa.table({"a": [1, 2, 1, 1, None, None], "b": ["x", "y", "x", "z", None, None]})
    assert repeated_rows(table).tolist() == [False, False, True, False, False, True]
    assert repeated_rows(table.slice(0, 0)).tolist() == []
