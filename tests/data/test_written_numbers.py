"""Numbers written by people: units, currencies, bounds, ranges, and codes that are none."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_automl.core.dataset import ColumnSchema
from jupyter_automl.data import describe, open_table
from jupyter_automl.data.amounts import parse_amounts, read_amount
from jupyter_automl.data.frames import to_frame
from jupyter_automl.data.numbers import parse_numbers


def _read(texts: list[str]) -> list[float | None] | None:
    found = parse_numbers(pa.array(texts), np.ones(len(texts), dtype=np.int64))
    return None if found is None else found.values.to_pylist()


def _predicted(cells: list[object]) -> list[object]:
    column = ColumnSchema(name="x", kind="numeric", dtype="double")
    frame = to_frame(pd.DataFrame({"x": pd.Series(cells, dtype=object)}), [column])
    return frame["x"].astype(object).where(frame["x"].notna(), None).tolist()


@pytest.mark.parametrize(
    "pattern",
    ["{} bhp", "${}", "{} €", "{} %"],
)
def test_one_dress_for_many_numbers(pattern: str) -> None:
    texts = [pattern.format(number) for number in range(1, 60)]
    assert _read(texts) == list(range(1, 60))
    # A single row is read as the whole column was.
    assert _predicted([texts[6]]) == [7]


@pytest.mark.parametrize(
    "texts",
    [
        [f"{number}{seat}" for number in range(1, 40) for seat in "ABCDEF"],
        [f"{number}k" for number in range(1, 40)] + [f"{number}M" for number in range(1, 40)],
    ],
)
def test_seats_and_mixed_factors_are_no_amounts(texts: list[str]) -> None:
    assert _read(texts) is None
    assert parse_amounts(texts, np.ones(len(texts))) is None


@pytest.mark.parametrize(
    "texts",
    [
        ["007", "123", "456"],
        [f"00{number}a" for number in range(30)],
        ["555-1234", "555-9876", "444-1111"],
        ["+1 (555) 123-4567", "+1 (555) 987-6543"],
        ["12345-6789", "54321-0001"],
        ["192.168.0.1", "10.0.0.1"],
        ["1.2.3", "1.10.0"],
        ["A12", "B7", "C3"],
        ["3D", "2D"],
        ["5K", "10K"],
        ["12 Main St", "14 Oak Ave", "3 Elm Rd"],
        ["4x4", "2x4"],
    ],
)
def test_codes_and_labels_are_never_numbers(texts: list[str]) -> None:
    assert _read(texts) is None
    assert parse_amounts(texts, np.ones(len(texts))) is None


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1,248 CC", (1248, 1248, "cc")),
        ("1.234,5 kg", (1234.5, 1234.5, "kg")),
        ("-5 °C", (-5, -5, "°c")),
        ("Rs. 4,500", (4500, 4500, "rs.")),
        ("10-20", (10, 20, "")),
        ("$10 – $20", (10, 20, "$")),
        ("18 to 25 years", (18, 25, "years")),
        ("0<=X<200", (0, 200, "")),
        (">= 7", (7, 7, "")),
        ("65+", (65, 65, "")),
        ("less than 5 km", (5, 5, "km")),
    ],
)
def test_amounts(text: str, amount: tuple[float, float, str]) -> None:
    assert read_amount(text) == amount


@given(st.text())
def test_any_text_is_an_amount_or_none(text: str) -> None:
    amount = read_amount(text)
    assert amount is None or (np.isfinite(amount[0]) or len(text) > 300)
    parse_amounts([text], np.ones(1))


@given(
    st.lists(st.integers(1, 10**6), min_size=25, max_size=60, unique=True),
    st.sampled_from(["{:,} cc", "{} cc", "{}cc", "$ {:,}", "{:,} sq ft"]),
)
def test_what_is_written_is_read(numbers: list[int], pattern: str) -> None:
    texts = [pattern.format(number) for number in numbers]
    assert [read_amount(text)[0] for text in texts] == numbers  # type: ignore[index]


@given(st.lists(st.from_regex(r"\A0\d{2,6}[a-z]?\Z"), min_size=3, max_size=40, unique=True))
def test_leading_zeros_are_codes(texts: list[str]) -> None:
    assert _read(texts) is None
    assert parse_amounts(texts, np.ones(len(texts))) is None


@given(st.lists(st.from_regex(r"\A[2-9]\d{2}-[1-9]\d{3}\Z"), min_size=30, unique=True))
def test_phone_numbers_are_codes(texts: list[str]) -> None:
    assert _read(texts) is None
    amounts = parse_amounts(texts, np.ones(len(texts)))
    # Ranges that never lie across each other cannot be told from phone numbers.
    lows, highs = zip(*sorted((int(t[:3]), int(t[4:])) for t in texts), strict=True)
    assert amounts is None or all(b >= a for a, b in zip(highs, lows[1:], strict=False))


def test_units_that_vary_make_a_category_that_models_read(tmp_path: Path) -> None:
    lines = [f"{n}.{n % 7}kmpl\n" if n % 3 else f"{n}km/kg\n" for n in range(1, 300)]
    path = tmp_path / "t.csv"
    path.write_text("used\n" + "".join(lines))
    column = describe(open_table(path).table)[0]
    assert column.kind == "categorical"
    assert "units" in column.reason
