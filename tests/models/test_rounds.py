"""With how many rounds a fold is judged."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from jupyter_automl.models.rounds import Curve, rounds_by_others

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
    assert rounds_by_others([_curve([9.0] * 8), every_third]) == [4, 1]


@given(st.lists(LOSSES, min_size=2, max_size=5), st.data())
def test_a_fold_has_no_say_in_its_own_rounds(folds: list[list[float]], data: st.DataObject) -> None:
    curves = [_curve(losses) for losses in folds]
    chosen = rounds_by_others(curves)
    assert all(n in curve.rounds for n, curve in zip(chosen, curves, strict=True))
    place = data.draw(st.integers(0, len(folds) - 1))
    n = len(folds[place])
    others = data.draw(st.lists(st.floats(-1e6, 1e6), min_size=n, max_size=n))
    curves[place] = _curve(others)
    assert rounds_by_others(curves)[place] == chosen[place]
