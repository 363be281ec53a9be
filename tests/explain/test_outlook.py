"""What each field adds to one prediction."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from jupyter_automl.core.picture import Bars
from jupyter_automl.explain import sheet as sheets
from jupyter_automl.explain.outlook import SHOWN, Effects, Steps, effects_of, waterfall
from jupyter_automl.explain.sheet import Sheet
from jupyter_automl.features.columns import Columns
from tests.explain.fakes import shapley
from tests.explain.sheets import EVIL, LONG, TURNED, Counting, checked, numbers, sheet, texts


def _mixed(n: int = 40) -> pd.DataFrame:
    rng = np.random.default_rng(1)
    frame = pd.DataFrame(
        {
            "x": rng.normal(size=n),
            "z": rng.normal(size=n),
            "c": rng.choice(["a", "b"], n),
            "d": pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 90, n), "D"),
        }
    )
    frame.loc[3, "x"] = np.nan
    frame.loc[4, "c"] = None
    return frame


def _odd(columns: Columns) -> np.ndarray:
    """Everything with everything, of three classes."""
    x, z = numbers(columns, "x"), numbers(columns, "z")
    days = columns.stamps("d").astype("datetime64[D]").astype(np.int64) / 20_000
    score = x * z + (texts(columns, "c") == "a") * np.sin(x) + days * z
    raw = np.exp(np.column_stack([score, -score, x]))
    return raw / raw.sum(axis=1, keepdims=True)


def _orders(rows: int, fields: int) -> np.ndarray:
    return np.random.default_rng(0).permuted(np.tile(np.arange(fields), (rows, 1)), axis=1)


@pytest.mark.parametrize("n_background", [1, 5])
def test_effects_and_base_sum_to_the_prediction(n_background: int) -> None:
    rows = sheet(_mixed())
    background = rows.take(np.arange(10, 10 + n_background))
    ask = Counting(_odd)
    for place in (0, 3, 4, 9):
        found = effects_of(ask, rows.take([place]), background, _orders(n_background, 4))
        np.testing.assert_allclose(found.base + found.values.sum(axis=0), found.output, atol=1e-12)
        np.testing.assert_allclose(found.output, _odd(rows.take([place]).asked())[0])
        np.testing.assert_allclose(found.base, _odd(background.asked()).mean(axis=0))
        assert (found.error is None) == (n_background == 1)


def test_interactions_of_two_fields_are_exact_for_each_background_row() -> None:
    frame = pd.DataFrame(np.random.default_rng(0).normal(size=(9, 4)), columns=list("abcd"))

    def of_frame(given: pd.DataFrame) -> np.ndarray:
        a, b, c, d = (given[name].to_numpy() for name in "abcd")
        return a * b - 3 * c + b * d + a * d

    def of_columns(columns: Columns) -> np.ndarray:
        return of_frame(pd.DataFrame({name: numbers(columns, name) for name in "abcd"}))

    rows = sheet(frame)
    for n_background in (1, 3):
        background = frame.iloc[1 : 1 + n_background]
        found = effects_of(
            of_columns,
            rows.take([0]),
            rows.take(range(1, 1 + n_background)),
            _orders(n_background, 4),
        )
        expected = shapley(of_frame, frame.iloc[[0]], background, list("abcd"))
        np.testing.assert_allclose(found.values, expected, atol=1e-12)


def test_one_call_of_few_rows_against_one_background_row() -> None:
    rows = sheet(_mixed())
    ask = Counting(_odd)
    effects_of(ask, rows.take([0]), rows.take([1]), _orders(1, 4))
    differing = int((~rows.take([0]).joined(rows.take([1])).same(0, 1)).sum())
    assert ask.calls == [2 * differing]


def test_fields_that_agree_add_exactly_nothing() -> None:
    rows = sheet(_mixed())
    ask = Counting(_odd)
    same = effects_of(ask, rows.take([3]), rows.take([3]), _orders(1, 4))
    assert not same.values.any()
    frame = _mixed().head(1)
    both = sheet(pd.concat([frame, frame.assign(z=9.0)], ignore_index=True))
    found = effects_of(_odd, both.take([1]), both.take([0]), _orders(1, 4))
    assert np.flatnonzero(np.abs(found.values).sum(axis=1)).tolist() == [1]


def test_portions_do_not_change_it(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = sheet(_mixed())
    arguments = (rows.take([0]), rows.take([1, 2, 3]), _orders(3, 4))
    whole = effects_of(_odd, *arguments)
    monkeypatch.setattr(sheets, "MAX_CELLS", 12)
    ask = Counting(_odd)
    parts = effects_of(ask, *arguments)
    assert max(ask.calls) == 3
    np.testing.assert_array_equal(parts.values, whole.values)


def test_many_fields_and_many_classes() -> None:
    rng = np.random.default_rng(0)
    wide = sheet(pd.DataFrame(rng.normal(size=(2, 2_000)), columns=[f"f{i}" for i in range(2_000)]))

    def total(columns: Columns) -> np.ndarray:
        return columns.numbers(list(columns.names)).sum(axis=1)

    found = effects_of(total, wide.take([0]), wide.take([1]), _orders(1, 2_000))
    expected = [array[0] - array[1] for array in wide.arrays]
    np.testing.assert_allclose(found.values, expected, atol=1e-9)

    def shares(columns: Columns) -> np.ndarray:
        raw = np.exp(np.outer(numbers(columns, "x"), np.linspace(-1, 1, 200)))
        return raw / raw.sum(axis=1, keepdims=True)

    rows = sheet(_mixed())
    many = effects_of(shares, rows.take([0]), rows.take([1, 2]), _orders(2, 4))
    assert many.values.shape == (4, 200)
    np.testing.assert_allclose(many.base + many.values.sum(axis=0), many.output)


def _steps(row: Sheet, found: Effects, **about: object) -> Steps:
    return Steps(
        row=row,
        effects=found.values,
        base=float(found.base),
        output=float(found.output),
        target="price",
        n_background=1,
        **{"about": "", **about},  # type: ignore[arg-type]
    )


def test_a_waterfall_goes_from_the_base_to_the_prediction() -> None:
    frame = pd.DataFrame(
        np.arange(60.0).reshape(2, 30) ** 1.5, columns=[f"f{i}" for i in range(30)]
    )
    rows = sheet(frame)

    def total(columns: Columns) -> np.ndarray:
        return columns.numbers(list(columns.names)).sum(axis=1)

    found = effects_of(total, rows.take([1]), rows.take([0]), _orders(1, 30))
    picture = checked(waterfall(_steps(rows.take([1]), found)))
    bars = next(mark for mark in picture.marks if isinstance(mark, Bars))
    assert len(bars.at) == SHOWN + 1 == len(picture.y.names)
    assert bars.base is not None
    assert bars.base[0] == pytest.approx(float(found.base), rel=1e-4)
    assert bars.value[-1] == pytest.approx(float(found.output), rel=1e-4)
    assert bars.base[1:] == bars.value[:-1]
    assert picture.y.names[-1] == "18 other fields"
    assert set(bars.tones or ()) == {"up"}
    assert len(picture.table.rows) == 30
    assert picture.findings[-1].startswith("f29 = 453.188 raises it most, by ")


def test_a_waterfall_of_a_class_speaks_in_points() -> None:
    rows = sheet(_mixed())
    found = effects_of(_odd, rows.take([0]), rows.take([1]), _orders(1, 4))
    one = Effects(
        values=found.values[:, 0],
        base=found.base[0],
        output=found.output[0],
        error=None,
        n_walks=1,
    )
    picture = checked(waterfall(_steps(rows.take([0]), one, about=EVIL)))
    assert picture.x.percent
    assert EVIL in picture.findings[0]
    assert "for a typical row it is" in picture.findings[0]
    assert picture.findings[1].endswith("points.")
    points = sum(row[2] for row in picture.table.rows)  # type: ignore[misc]
    assert points == pytest.approx(100 * float(one.output - one.base), abs=0.01)


def test_nothing_to_show_and_names_of_any_length() -> None:
    rows = sheet({LONG: [TURNED, "b", "c"], EVIL: ["1 <b>", "2 <b>", "2 <b>"]})

    def flat(columns: Columns) -> np.ndarray:
        return np.full(len(columns), 2.5)

    found = effects_of(flat, rows.take([0]), rows.take([1]), _orders(1, 2))
    picture = checked(waterfall(_steps(rows.take([0]), found)))
    assert picture.findings == (
        "The prediction is 2.5; for a typical row it is 2.5.",
        "No field moves it away from there.",
    )

    def first(columns: Columns) -> np.ndarray:
        return (texts(columns, LONG) == "b") * 1.0 + (texts(columns, EVIL) == "2 <b>") * 3.0

    moved = effects_of(first, rows.take([0]), rows.take([1]), _orders(1, 2))
    picture = checked(waterfall(_steps(rows.take([0]), moved)))
    assert picture.y.names[0] == f"{EVIL} = 1 <b>"
    assert all(bar == "down" for bar in picture.marks[0].tones)  # type: ignore[union-attr]
    # What is written from the right cannot turn the words around it.
    assert picture.y.names[1].count("\u2068") == picture.y.names[1].count("\u2069") == 1
