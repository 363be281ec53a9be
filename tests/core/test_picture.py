"""A picture's parts fit each other, hold finite numbers, and travel as JSON."""

from __future__ import annotations

import math
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_automl.core import picture
from jupyter_automl.core.codec import from_json, to_json
from jupyter_automl.core.picture import Axis, Bars, Cells, Dots, Label, Line, Picture, Rule, Table

NAN, INF = float("nan"), float("inf")


@pytest.mark.parametrize(
    "make",
    [
        lambda: Line(x=(1.0,), y=()),
        lambda: Line(x=(1.0,), y=(1.0,), low=(1.0,), high=()),
        lambda: Bars(at=(1.0,), value=(1.0,), tones=("up", "down")),
        lambda: Bars(at=(1.0,), value=(1.0,), base=()),
        lambda: Dots(x=(1.0,), y=(1.0,), rows=()),
        lambda: Cells(shade=((1.0,),), text=(("a", "b"),)),
        lambda: Table(columns=("a",), rows=((1.0, 2.0),)),
    ],
)
def test_parts_that_do_not_fit_are_refused(make: object) -> None:
    with pytest.raises(ValueError, match=r"length|shape|cells a row"):
        make()  # type: ignore[operator]


@pytest.mark.parametrize(
    "make",
    [
        lambda: Axis(low=NAN),
        lambda: Line(x=(INF,), y=(1.0,)),
        lambda: Bars(at=(1.0,), value=(1.0,), high=(-INF,)),
        lambda: Dots(x=(1.0,), y=(1.0,), shade=(NAN,)),
        lambda: Cells(shade=((NAN,),), text=(("a",),)),
        lambda: Rule(axis="x", at=NAN),
        lambda: Label(x=0.0, y=INF, text=""),
        lambda: Table(columns=("a",), rows=((NAN,),)),
    ],
)
def test_numbers_must_be_finite(make: object) -> None:
    with pytest.raises(ValueError, match="finite"):
        make()  # type: ignore[operator]


def test_the_table_behind_is_short() -> None:
    with pytest.raises(ValueError, match="at most 200 rows, got 201"):
        Table(columns=("a",), rows=((1.0,),) * 201)


def test_a_picture_travels_whole() -> None:
    from tests.api.record_pictures import pictures

    for name, value in pictures().items():
        assert from_json(Picture, to_json(value)) == value, name
        assert pickle.loads(pickle.dumps(value)) == value, name


@given(st.floats())
def test_a_number_is_short_or_missing(value: float) -> None:
    short = picture.number(value)
    if math.isfinite(value):
        assert short is not None
        assert len(repr(short).lstrip("-").split("e")[0].replace(".", "").strip("0")) <= 5
        assert math.isclose(short, value, rel_tol=1e-4, abs_tol=5e-324)
    else:
        assert short is None
    assert picture.numbers([value, None]) == (short, None)


@given(st.text(max_size=300))
def test_a_name_is_cut_to_its_room(text: str) -> None:
    short = picture.name(text)
    assert len(short) <= picture.MOST_LETTERS
    assert short == text or (short.endswith("…") and text.startswith(short[:-1]))


@given(
    st.lists(st.floats(allow_nan=False, allow_infinity=False), max_size=300),
    st.integers(4, 60),
)
def test_thinning_keeps_the_ends_the_order_and_the_extremes(y: list[float], most: int) -> None:
    kept = picture.thin(list(map(float, range(len(y)))), y, most)
    assert kept == sorted(set(kept))
    assert len(kept) <= most
    if y:
        assert kept[0] == 0
        assert kept[-1] == len(y) - 1
        assert {min(y), max(y)} <= {y[i] for i in kept}


def test_thinning_wants_points() -> None:
    with pytest.raises(ValueError, match="one length, got 1 and 2"):
        picture.thin([1.0], [1.0, 2.0])
