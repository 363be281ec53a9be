"""Gower's distance against itself, written down plainly."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest

from jupyter_automl.explain.neighbours import Neighbourhood
from jupyter_automl.explain.sheet import Sheet, as_numbers
from tests.explain.sheets import EVIL, sheet


def _frame(n: int = 80) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "x": rng.normal(size=n),
            "heavy": rng.lognormal(0, 3, n),
            "whole": rng.integers(0, 5, n),
            "c": rng.choice(["a", "b", EVIL], n),
            "t": rng.random(n) < 0.5,
            "d": pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 90, n), "D"),
        }
    )
    for name in ("x", "c", "d"):
        frame.loc[rng.random(n) < 0.2, name] = None
    return frame


def _missing(value: Any) -> bool:
    return value is None or value != value


def _gower(rows: Sheet, one: int, other: int) -> float:
    """By the book, a field at a time."""
    parts = []
    for array in rows.arrays:
        here, there = array[one], array[other]
        if _missing(here) or _missing(there):
            continue
        values = as_numbers(array)
        if values is None:
            parts.append(float(here != there))
            continue
        known = values[np.isfinite(values)]
        low, high = np.percentile(known, (5, 95))
        if high <= low:
            low, high = known.min(), known.max()
        gap = abs(values[one] - values[other])
        parts.append(min(1.0, gap / (high - low)) if high > low else float(gap > 0))
    return sum(parts) / len(parts) if parts else math.nan


def test_distances_are_gowers() -> None:
    rows = sheet(_frame())
    around = Neighbourhood(rows)
    for place in (0, 7, 33):
        expected = [_gower(rows, place, other) for other in range(rows.n_rows)]
        np.testing.assert_allclose(around.distances(rows.take([place])), expected, atol=1e-12)


def test_the_nearest_come_first_and_one_may_be_left_out() -> None:
    rows = sheet(_frame())
    around = Neighbourhood(rows)
    near = around.nearest(rows.take([12]), 6)
    every = around.distances(rows.take([12]))
    assert near[0] == (12, 0.0)
    assert [distance for _, distance in near] == sorted(every)[:6]
    without = around.nearest(rows.take([12]), 5, np.array([12]))
    assert without == near[1:]


def test_differences_are_told_the_largest_first() -> None:
    frame = pd.DataFrame(
        {
            "x": [*np.linspace(0, 10, 21), 5.0, 9.0],
            "c": [*["a"] * 21, "a", EVIL],
            "gap": [*[1.0] * 10, *[2.0] * 11, 1.0, None],
            "same": [*["s"] * 22, "s"],
        }
    )
    rows = sheet(frame)
    told = Neighbourhood(rows).told(22, rows.take([21]))
    assert [(one.field, one.here, one.there) for one in told] == [
        ("c", "a", EVIL),
        ("x", "5", "9"),
        ("gap", "1", "missing"),
    ]


def test_a_new_level_differs_from_all_and_nothing_known_is_near_to_nothing() -> None:
    rows = sheet({"c": ["a", "b", None, "a"], "x": [1.0, 2.0, None, 3.0]})
    around = Neighbourhood(rows)
    new = rows.take([0]).with_values(0, np.array(["new"], dtype=object))
    assert around.distances(new)[[0, 3]].tolist() == pytest.approx([0.5, 1.0])
    assert [place for place, _ in around.nearest(new, 9)] == [0, 1, 3]
    assert around.nearest(rows.take([2]), 3) == []


def test_one_row_and_numbers_that_never_change() -> None:
    one = sheet({"x": [4.0], "c": ["a"]})
    assert Neighbourhood(one).nearest(one, 5) == [(0, 0.0)]
    constant = sheet({"x": [4.0, 4.0], "c": ["a", "b"]})
    other = constant.take([0]).with_values(0, np.array([5.0]))
    assert Neighbourhood(constant).distances(other).tolist() == [0.5, 1.0]
