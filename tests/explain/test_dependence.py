"""Dependence of functions that are known."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from jupyter_automl.core.picture import Bars, Dots, Line, Picture, Rule
from jupyter_automl.explain import sheet as sheets
from jupyter_automl.explain.dependence import (
    N_ROWS,
    N_VALUES,
    Curves,
    curves_of,
    dependence_picture,
    joined_values,
    moves_most,
)
from jupyter_automl.explain.fields import grid_of
from jupyter_automl.explain.sheet import Sheet
from jupyter_automl.features.columns import Columns
from tests.explain.sheets import EVIL, LONG, Counting, checked, numbers, sheet, texts


def _rows() -> Sheet:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "x": rng.normal(size=200),
            "z": rng.normal(size=200),
            "c": rng.choice(["a", "b", EVIL], 200, p=[0.5, 0.3, 0.2]),
            "d": pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 300, 200), "D"),
        }
    )
    frame.loc[::10, "x"] = np.nan
    frame.loc[::9, "c"] = None
    return sheet(frame)


def _line(columns: Columns) -> np.ndarray:
    x = columns.numbers(["x"])[:, 0]
    known = np.where(np.isnan(x), -7.0, 2 * np.nan_to_num(x))
    return known + 3 * numbers(columns, "z") + 5 * (texts(columns, "c") == EVIL)


def _curves(rows: Sheet, place: int, ask: Any = _line, gap: bool = False) -> Curves:
    array = rows.arrays[place]
    values = grid_of(rows.columns[place], array, N_VALUES)
    if gap:
        last: Any = None if array.dtype == object else np.nan
        values = np.concatenate([values, np.array([last], dtype=array.dtype)])
    return curves_of(ask, rows.take(np.arange(N_ROWS)), place, values)


def _picture(
    mean: Curves, own: Curves | None = None, current: Any = None, label: str = ""
) -> Picture:
    return checked(dependence_picture(mean, own, current, label=label, target="price"))


def _marks(picture: Picture, kind: type) -> list[Any]:
    return [mark for mark in picture.marks if isinstance(mark, kind)]


def test_the_mean_of_a_known_function() -> None:
    rows = _rows()
    mean = _curves(rows, 0, gap=True)
    rest = 3 * rows.arrays[1][:N_ROWS] + 5 * (rows.arrays[2][:N_ROWS] == EVIL)
    assert mean.outputs.shape == (N_ROWS, N_VALUES + 1)
    np.testing.assert_allclose(
        mean.outputs[:, :-1], 2 * mean.values[:-1][None] + rest[:, None], atol=1e-12
    )
    np.testing.assert_allclose(mean.outputs[:, -1], rest - 7)
    picture = _picture(mean)
    line = _marks(picture, Line)[-1]
    np.testing.assert_allclose(line.y, 2 * mean.values[:-1] + rest.mean(), rtol=1e-3, atol=1e-3)
    assert all(mark.tone == "quiet" for mark in _marks(picture, Line)[:-1])
    missing = next(rule for rule in _marks(picture, Rule) if rule.axis == "y")
    assert missing.label == "missing"
    assert missing.at == pytest.approx(rest.mean() - 7, rel=1e-4)
    assert picture.table.rows[-1][0] == "missing"
    assert picture.table.rows[0][1] == pytest.approx(2 * mean.values[0] + rest.mean(), rel=1e-3)
    assert "highest" in picture.findings[0]
    assert "where it is" in picture.findings[0]


def test_the_curve_of_a_row_goes_through_its_prediction() -> None:
    rows = _rows()
    mean, row = _curves(rows, 0), rows.take([1])
    values = joined_values(mean.values, row.arrays[0])
    assert len(values) in (N_VALUES, N_VALUES + 1)
    own = curves_of(_line, row, 0, values)
    picture = _picture(mean, own, row.arrays[0][0])
    now = next(rule for rule in _marks(picture, Rule) if rule.axis == "x")
    assert now.at == pytest.approx(row.arrays[0][0], rel=1e-4)
    point = _marks(picture, Dots)[0]
    assert point.y[0] == pytest.approx(_line(row.asked())[0], rel=1e-4)
    assert picture.findings[1].startswith("For this row it is ")
    assert picture.table.columns[-1] == "this row"


def test_a_row_without_a_value_has_no_place_on_the_axis() -> None:
    rows = _rows()
    mean, row = _curves(rows, 0), rows.take([0])
    assert np.isnan(row.arrays[0][0])
    values = joined_values(mean.values, row.arrays[0])
    assert np.isnan(values[-1])
    picture = _picture(mean, curves_of(_line, row, 0, values), row.arrays[0][0])
    assert not [rule for rule in _marks(picture, Rule) if rule.axis == "x"]
    assert "at missing" in picture.findings[1]


def test_levels_are_bars_and_a_new_one_is_a_dot() -> None:
    rows = _rows()
    mean = _curves(rows, 2, gap=True)
    row = rows.take([1]).with_values(2, np.array(["new"], dtype=object))
    own = curves_of(_line, row, 2, joined_values(mean.values, row.arrays[2]))
    picture = _picture(mean, own, "new")
    assert picture.x.names == ("a", "b", EVIL, "new", "missing")
    bars = _marks(picture, Bars)[0]
    assert bars.at == (0.0, 1.0, 2.0, 4.0)
    assert bars.value[2] == pytest.approx(bars.value[0] + 5, rel=1e-3)
    assert all(
        low <= value <= high
        for low, value, high in zip(bars.low, bars.value, bars.high, strict=True)
    )
    assert _marks(picture, Rule)[0].at == 3.0
    dots = _marks(picture, Dots)[0]
    assert len(dots.x) == 5
    assert picture.table.rows[3][:2] == ("new", None)
    assert picture.picks == "name"


def test_dates_stand_on_an_axis_of_time() -> None:
    rows = _rows()

    def later(columns: Columns) -> np.ndarray:
        return columns.stamps("d").astype("datetime64[D]").astype(np.float64)

    mean = _curves(rows, 3, later)
    picture = _picture(mean)
    assert picture.x.kind == "time"
    line = _marks(picture, Line)[-1]
    assert pd.Timestamp(line.x[0], unit="s") == pd.Timestamp(mean.values[0])
    assert picture.table.rows[0][0] == str(mean.values[0])[:10]


def test_a_field_without_influence_is_said_to_have_none() -> None:
    picture = _picture(_curves(_rows(), 3))
    assert "hardly moves the prediction" in picture.findings[0]


def test_classes_are_told_in_percent() -> None:
    def shares(columns: Columns) -> np.ndarray:
        one = 1 / (1 + np.exp(-numbers(columns, "x")))
        return np.column_stack([0.5 * one, 0.5 * one, 1 - one])

    mean = _curves(_rows(), 0, shares)
    assert moves_most(mean) == 2
    picture = _picture(mean.of_class(2), label=EVIL)
    assert picture.y.percent
    assert f"the chance of {EVIL} is lowest, " in picture.findings[0]
    assert " %" in picture.findings[0]


def test_portions_one_row_and_long_names(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = _rows()
    whole = _curves(rows, 0)
    monkeypatch.setattr(sheets, "MAX_CELLS", 40)
    ask = Counting(_line)
    parts = _curves(rows, 0, ask)
    assert max(ask.calls) == 10
    np.testing.assert_array_equal(parts.outputs, whole.outputs)
    one = sheet({LONG: ["a"], "other": [1.0]})
    values = grid_of(one.columns[0], one.arrays[0], N_VALUES)
    picture = _picture(curves_of(lambda given: np.ones(len(given)), one, 0, values))
    assert picture.x.names == ("a",)
