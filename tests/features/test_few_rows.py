"""A few rows go another way than many, and come out the same to the last bit."""

from __future__ import annotations

import datetime as dt
import pickle
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from jupyter_automl.core.dataset import ColumnSchema
from jupyter_automl.core.protocols import Encoding
from jupyter_automl.data import describe, open_table, to_frame
from jupyter_automl.data.few import MOST_ROWS
from jupyter_automl.features import Preprocessor
from jupyter_automl.features.categories import _NUMBER, FIRST_WORD
from jupyter_automl.features.columns import Columns, read_rows
from jupyter_automl.features.preprocessor import Extra
from jupyter_automl.features.text import _WORD_KINDS
from jupyter_automl.features.texts import FewTexts, Levels, ManyTexts
from jupyter_automl.models.codes import as_codes

N = 330
KINDS: tuple[tuple[Encoding, Extra | None], ...] = (
    ("native", None),
    ("ordinal", "pairs"),
    ("scaled", None),
    ("scaled", "interactions"),
)
Fitted = tuple[Preprocessor, tuple[ColumnSchema, ...]]


def _table() -> tuple[pd.DataFrame, np.ndarray]:
    random = np.random.default_rng(0)
    words = np.array(["red", "green", "blue", "Mr.", "naïve", "42", "x-7"])
    day = pd.Timestamp("2021-03-01") + pd.to_timedelta(random.integers(0, 900, N), "D")
    level = random.integers(0, 60, N)
    x = random.normal(size=N)
    frame = pd.DataFrame(
        {
            "x": np.where(random.random(N) < 0.1, np.nan, x),
            "skewed": random.lognormal(0, 2, N),
            "whole": random.integers(0, 9, N),
            "large": 2**40 + random.integers(0, 1000, N),
            "flag": random.random(N) < 0.3,
            "town": [f"Town {i} of {i % 7}" for i in level],
            "side": random.choice(["left", "right", None], N),
            "used": [
                f"{i / 2:g} {'kmpl' if i % 3 else 'km/kg'}" for i in random.integers(0, 90, N)
            ],
            "day": day.astype("datetime64[us]"),
            "due": (day + pd.to_timedelta(random.integers(0, 30, N), "D")).astype("datetime64[us]"),
            "note": [" ".join(random.choice(words, 6)) + f" end{i % 90}" for i in range(N)],
        }
    )
    frame.loc[::11, "note"] = None
    y = (x + (frame["side"] == "left") + level % 3 + random.normal(size=N) > 1.5).astype(np.int64)
    return frame, y.to_numpy()


@pytest.fixture(scope="module")
def fitted() -> dict[tuple[str, str | None], Fitted]:
    frame, y = _table()
    columns = describe(open_table(frame).table)
    assert {c.kind for c in columns} == {"numeric", "boolean", "categorical", "datetime", "text"}
    return {
        (encoding, extra): (
            Preprocessor(columns, encoding=encoding, extra=extra).fit(frame, y),
            columns,
        )
        for encoding, extra in KINDS
    }


def _matrix(X: Any) -> np.ndarray:
    return as_codes(X) if isinstance(X, pd.DataFrame) else np.asarray(X)


def _same(preprocessor: Preprocessor, few: pd.DataFrame | Columns, frame: pd.DataFrame) -> None:
    """`few`, and the first rows of `frame` again and again, become the same."""
    coded = preprocessor.encoding == "native"
    tiled = pd.concat([frame] * (MOST_ROWS // len(frame) + 1), ignore_index=True)
    assert len(tiled) > MOST_ROWS
    expected = _matrix(preprocessor.transform(tiled))[: len(frame)]
    found = preprocessor.transform(few, coded=coded)
    assert found.dtype == expected.dtype
    np.testing.assert_array_equal(found, expected)


_CELLS: dict[str, st.SearchStrategy[Any]] = {
    "x": st.one_of(st.none(), st.floats(), st.integers(-(2**60), 2**60), st.just("12")),
    "skewed": st.floats(),
    "whole": st.one_of(st.integers(-5, 20), st.floats(-3, 20)),
    "large": st.integers(-(2**62), 2**62),
    "flag": st.one_of(st.none(), st.booleans()),
    "town": st.one_of(
        st.none(), st.integers(0, 70).map(lambda i: f" Town {i} of {i % 7}"), st.text(max_size=9)
    ),
    "side": st.sampled_from(["left", " right ", "up", "?", "", None, np.nan]),
    "used": st.one_of(
        st.none(), st.integers(0, 50).map(lambda i: f"{i} kmpl"), st.text(max_size=5)
    ),
    "day": st.one_of(st.none(), st.datetimes(dt.datetime(1700, 1, 1), dt.datetime(2200, 1, 1))),
    "due": st.sampled_from([pd.Timestamp("2024-02-29"), None, "2022-01-31", "never"]),
    "note": st.one_of(
        st.none(),
        st.text(max_size=30),
        st.lists(st.sampled_from(["red", "Mr.", "naïve", "end7", "42"]), max_size=9).map(" ".join),
    ),
}
_rows = st.lists(st.fixed_dictionaries(_CELLS), min_size=1, max_size=3)


@settings(max_examples=20, deadline=None)
@given(_rows, st.sampled_from(KINDS), st.sampled_from(["frame", "records", "dict"]))
def test_any_few_rows_are_as_among_many(
    fitted: dict[tuple[str, str | None], Fitted],
    records: list[dict[str, Any]],
    kind: tuple[str, str | None],
    form: str,
) -> None:
    preprocessor, columns = fitted[kind]
    cells = {name: [record[name] for record in records] for name in _CELLS}
    # A column of which nothing can be read is an error; see tests/data.
    assume({*cells["due"]} - {None} != {"never"})
    # As objects: what type a column gets must not depend on what else is in it.
    frame = pd.DataFrame({name: pd.Series(values, dtype=object) for name, values in cells.items()})
    given_as = {"frame": frame, "records": records, "dict": cells}[form]
    usual = to_frame(given_as, columns)
    _same(preprocessor, read_rows(given_as, columns), usual)
    _same(preprocessor, usual, usual)


@pytest.mark.parametrize("kind", KINDS)
def test_rows_as_they_were_in_training(
    fitted: dict[tuple[str, str | None], Fitted], kind: tuple[str, str | None]
) -> None:
    preprocessor, columns = fitted[kind]
    frame, _ = _table()
    for rows in (frame.iloc[[0]], frame.iloc[3:40], frame.iloc[[11, 0, 11]], frame.tail(1)):
        _same(preprocessor, read_rows(rows, columns), rows)
        typed = rows.convert_dtypes()
        _same(preprocessor, read_rows(typed, columns), to_frame(typed, columns))
        levels = rows.astype({"town": "category", "side": "category"})
        _same(preprocessor, read_rows(levels, columns), to_frame(levels, columns))


def test_order_and_further_columns_change_nothing(
    fitted: dict[tuple[str, str | None], Fitted],
) -> None:
    preprocessor, columns = fitted["native", None]
    frame, _ = _table()
    one = frame.iloc[[5]]
    expected = preprocessor.transform(read_rows(one, columns), coded=True)
    other = one[one.columns[::-1]].assign(more=1, **{"and more": "x"})
    found = preprocessor.transform(read_rows(other, columns), coded=True)
    np.testing.assert_array_equal(found, expected)


def test_preprocessors_of_the_same_rows_share_what_they_learned(
    fitted: dict[tuple[str, str | None], Fitted],
) -> None:
    one, columns = fitted["native", None]
    frame, _ = _table()
    other = pickle.loads(pickle.dumps(fitted["scaled", None][0]))
    before = other.transform(frame.iloc[:5])
    n_bytes = len(pickle.dumps((one, other)))
    other.share_makers(one)
    assert len(pickle.dumps((one, other))) < 0.8 * n_bytes
    rows = read_rows(frame.iloc[:5], columns)
    one.transform(rows)
    np.testing.assert_array_equal(other.transform(rows), before)


def test_what_makes_few_rows_quick_is_not_pickled(
    fitted: dict[tuple[str, str | None], Fitted],
) -> None:
    frame, y = _table()
    columns = fitted["scaled", "interactions"][1]
    fresh = Preprocessor(columns, encoding="scaled", extra="interactions").fit(frame, y)
    before = len(pickle.dumps(fresh))
    fresh.transform(read_rows(frame.iloc[[0]], columns))
    assert len(pickle.dumps(fresh)) == before


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.one_of(st.none(), st.text(max_size=12)), max_size=5),
    st.lists(st.text(max_size=12), unique=True, max_size=4),
)
def test_texts_in_a_list_are_as_in_an_array(cells: Sequence[str | None], levels: list[str]) -> None:
    few, many = FewTexts(cells), ManyTexts(pa.array(cells, pa.string()))
    known = Levels(pa.array([*levels, *(cell for cell in cells[:1] if cell)], pa.string()))
    assert few.array.equals(many.array)
    assert few.codes(known).tolist() == many.codes(known).tolist()
    assert few.codes(known).dtype == many.codes(known).dtype == np.int32
    for pattern in (FIRST_WORD, *_WORD_KINDS.values()):
        found = few.extracted(pattern, "word")
        assert found.array.equals(many.extracted(pattern, "word").array)
    numbers = (texts.extracted(_NUMBER, "number").numbers() for texts in (few, many))
    np.testing.assert_array_equal(*numbers)
    (texts, rows), (others, places) = few.distinct(), many.distinct()
    assert [texts[row] if row >= 0 else None for row in rows] == list(cells)
    assert [others[row] if row >= 0 else None for row in places] == list(cells)
