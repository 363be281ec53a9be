"""The rows that are listed as the worst, by hand."""

from __future__ import annotations

import numpy as np

from jupyter_automl.core.picture import Dots
from jupyter_automl.evaluate.assess import draw, make_judged, worst_rows
from tests.evaluate.assess.samples import many_classes, numbers, two_classes


def test_the_surest_mistakes_come_first() -> None:
    shares = np.array([0.9, 0.2, 0.6, 0.4, 0.95])
    y = np.array([0, 1, 0, 0, 1])
    judged = make_judged(
        y,
        np.column_stack([1 - shares, shares]),
        labels=("no", "yes"),
        rows=np.array([11, 22, 33, 44, 55]),
    )
    picture = draw(judged, "errors")
    (dots,) = picture.marks
    assert isinstance(dots, Dots)
    assert dots.rows == (11, 22, 33)
    assert dots.x == (0.1, 0.2, 0.4)
    assert picture.picks == "row"
    assert picture.table.rows[0] == ("11", "no", "yes", 0.1)
    assert picture.findings == (
        "Row 11 is no and called yes; no was given a probability of 10 %.",
        "3 rows are wrong; those come first whose truth was thought least likely.",
    )


def test_what_is_decided_counts_and_not_what_is_likelier() -> None:
    judged = two_classes(200, threshold=0.05)
    worst = worst_rows(judged, 1_000)
    assert set(worst) == set(np.flatnonzero(judged.decided() != judged.y))
    said = judged.prediction[worst, judged.y[worst]]
    assert (np.diff(said) >= 0).all()


def test_the_largest_misses_come_first() -> None:
    y = np.array([1.0, 2.0, 3.0, 4.0])
    judged = make_judged(y, np.array([1.0, 5.0, 2.0, 4.0]), source="given")
    picture = draw(judged, "errors")
    (dots,) = picture.marks
    assert isinstance(dots, Dots)
    assert dots.rows == (1, 2)
    assert dots.x == (-3.0, 1.0)
    assert picture.picks == ""
    assert picture.findings == (
        "Row 1 is 2 where 5 was predicted, the largest error.",
        "The 2 largest make up 100 % of all errors.",
    )


def test_there_are_at_most_twenty_and_none_where_all_is_right() -> None:
    for judged in (two_classes(900), many_classes(900, k=9), numbers(900)):
        picture = draw(judged, "errors")
        assert len(picture.table.rows) == len(picture.y.names) == 20
    for judged, words in (
        (make_judged(np.array([0, 1]), np.eye(2), labels=("a", "b")), "No row is wrong."),
        (make_judged(np.ones(3), np.ones(3)), "Every prediction is exactly right."),
    ):
        picture = draw(judged, "errors")
        assert picture.findings == (words,)
        assert picture.table.rows == ()


def test_errors_too_large_to_be_subtracted_are_listed() -> None:
    judged = make_judged(np.array([1.7e308, 1.0]), np.array([-1.7e308, 2.0]))
    picture = draw(judged, "errors")
    assert picture.table.rows[0][3] is None
    assert picture.findings[0].startswith("Row 0 is 1.7e+308 where -1.7e+308")
