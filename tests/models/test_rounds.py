"""With how many rounds a fold is judged."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_automl.models.rounds import Curve, rounds_by_others, rows_looked_at

LOSSES = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=30)


def _curve(losses: list[float], step: int = 1) -> Curve:
    curve = Curve()
    for place, loss in enumerate(losses):
        curve.add(1 + place * step, loss)
    return curve


def test_the_others_say_when_to_stop() -> None:
    early, late = _curve([3.0, 1.0, 2.0, 4.0]), _curve([3.0, 2.5, 1.5, 1.0])
    assert rounds_by_others([early, late]) == [4, 2]


def test_a_fit_that_ended_before_gets_what_it_has() -> None:
    short, long = _curve([3.0, 2.0]), _curve([5.0, 4.0, 3.0, 2.0, 1.0])
    assert rounds_by_others([short, long]) == [2, 2]


def test_looks_at_different_rounds_are_compared_in_proportion() -> None:
    every_third = _curve([4.0, 1.0, 4.0], step=3)
    assert every_third.at(np.array([1.0, 2.5, 4.0, 9.0])).tolist() == [4.0, 2.5, 1.0, 4.0]
    assert rounds_by_others([_curve([9.0, *[8.0] * 7]), every_third]) == [4, 4]


def test_folds_whose_loss_is_undefined_leave_it_to_the_others() -> None:
    nothing = _curve([math.nan] * 4)
    early, late = _curve([3.0, 1.0, 2.0, 4.0]), _curve([3.0, 2.5, 1.5, 1.0])
    assert rounds_by_others([early, nothing, late]) == [4, 2, 2]
    # LightGBM's AUC of one class is 1 in every round.
    assert rounds_by_others([early, _curve([-1.0] * 4), late]) == [4, 2, 2]


def test_a_loss_that_becomes_undefined_is_worse_than_any() -> None:
    diverged = _curve([3.0, 2.0, math.nan, math.inf])
    assert rounds_by_others([_curve([4.0, 3.0, 2.0, 1.0]), diverged]) == [2, 4]
    assert np.isfinite(diverged.at(np.linspace(0.0, 9.0, 50))).all()


def test_where_no_other_fold_tells_the_rounds_are_its_own() -> None:
    nothing = _curve([math.nan] * 4)
    assert rounds_by_others([nothing, _curve([3.0, 1.0, 2.0, 4.0])]) == [2, None]
    assert rounds_by_others([nothing, nothing]) == [None, None]


@pytest.mark.parametrize("n_rows", [1, 5_000, 5_001, 123_457])
def test_rows_that_are_looked_at_come_from_all_of_the_table(n_rows: int) -> None:
    rows = np.arange(n_rows)[rows_looked_at(n_rows)]
    assert len(rows) == min(n_rows, 5_000)
    assert (rows[0], rows[-1]) == (0, n_rows - 1)
    assert (np.diff(rows) > 0).all()
    assert np.diff(rows).max(initial=0) <= n_rows // 5_000 + 2


@given(st.lists(LOSSES, min_size=2, max_size=5), st.data())
def test_a_fold_has_no_say_in_its_own_rounds(folds: list[list[float]], data: st.DataObject) -> None:
    curves = [_curve(losses) for losses in folds]
    chosen = rounds_by_others(curves)
    for at, (n, curve) in enumerate(zip(chosen, curves, strict=True)):
        told = any(other.tells for place, other in enumerate(curves) if place != at)
        assert n in curve.rounds if told else n is None
    place = data.draw(st.integers(0, len(folds) - 1))
    n = len(folds[place])
    others = data.draw(st.lists(st.floats(-1e6, 1e6), min_size=n, max_size=n))
    curves[place] = _curve(others)
    assert rounds_by_others(curves)[place] == chosen[place]
