"""Residuals, intervals and learning curves of predicted numbers."""

from __future__ import annotations

import numpy as np
import pytest

from jupyter_automl.core.picture import Dots, Line
from jupyter_automl.evaluate.assess import Ends, LearningPoint, available, draw, make_judged
from jupyter_automl.evaluate.assess.coverage import covered
from jupyter_automl.evaluate.assess.residuals import MOST_DOTS, bins_of
from tests.evaluate.assess.samples import numbers, weights_of


def test_bins_hold_equal_numbers_of_rows() -> None:
    judged = numbers(500)
    bins = bins_of(judged)
    assert bins.size == 20
    assert (np.abs(bins.n - 25) <= 1).all()
    assert (np.diff(bins.centre) > 0).all()
    for which in range(bins.size):
        inside = bins.place == which
        assert bins.centre[which] == pytest.approx(judged.prediction[inside].mean())
    same = bins_of(make_judged(np.arange(90.0), np.full(90, 2.0)))
    assert (same.size, same.n.tolist()) == (1, [90])


def test_predictions_that_are_too_high_are_said_to_be() -> None:
    fair = draw(numbers(2_000), "residuals")
    assert fair.findings[0].startswith("Predictions are neither too high nor too low")
    high = draw(numbers(2_000, bias=-0.5), "residuals")
    assert high.findings[0].startswith("Predictions are too high by 0.")
    assert "are too high." in high.findings[1]
    assert (
        draw(numbers(2_000, bias=2), "residuals")
        .findings[0]
        .startswith("Predictions are too low by")
    )


def test_the_largest_errors_are_drawn_and_can_be_picked() -> None:
    n = 5_000
    judged = numbers(n, rows=np.arange(n) + 70_000)
    missing = judged.y - judged.prediction
    for name in ("residuals", "predicted_vs_actual"):
        picture = draw(judged, name)
        (dots,) = (mark for mark in picture.marks if isinstance(mark, Dots))
        assert dots.rows is not None
        assert len(dots.rows) == MOST_DOTS
        worst = judged.rows[np.argsort(-np.abs(missing))[:100]]
        assert set(worst.tolist()) <= set(dots.rows)
        assert picture.picks == "row"
        assert "600 rows are drawn" in picture.note
        place = dots.rows.index(int(worst[0]))
        assert dots.x[place] == pytest.approx(judged.prediction[worst[0] - 70_000], rel=1e-4)


def test_typical_errors_are_said() -> None:
    judged = numbers(2_000)
    errors = np.abs(judged.y - judged.prediction)
    half, mean = (float(f"{value:.3f}") for value in (np.median(errors), errors.mean()))
    said = draw(judged, "predicted_vs_actual").findings
    assert said[0] == f"Half of the errors are below {half:g}; their mean is {mean:g}."
    assert "less than predicting the mean" in said[1]


def test_coverage_is_the_share_inside() -> None:
    judged = numbers(2_000, weights=weights_of(2_000))
    for ends in judged.intervals:
        inside = (ends.lower <= judged.y) & (judged.y <= ends.upper)
        estimate = covered(judged, ends)
        assert estimate.value == pytest.approx(np.average(inside, weights=judged.weights))
        assert estimate.low is not None
        assert estimate.high is not None
        assert estimate.low <= ends.coverage <= estimate.high
    picture = draw(judged, "interval_coverage")
    assert picture.findings[0].endswith("as promised.")
    line = picture.marks[1]
    assert isinstance(line, Line)
    assert line.x == (0.5, 0.9)
    assert "3.29" in picture.findings[1]


def test_intervals_that_are_too_narrow_are_named() -> None:
    judged = numbers(1_000)
    narrow = Ends(coverage=0.9, lower=judged.prediction - 0.5, upper=judged.prediction + 0.5)
    missing = np.where(np.arange(1_000) < 500, np.nan, narrow.lower)
    picture = draw(
        numbers(1_000, intervals=(Ends(coverage=0.9, lower=missing, upper=narrow.upper),)),
        "interval_coverage",
    )
    assert "hold only 3" in picture.findings[0]
    wide = Ends(coverage=0.9, lower=np.full(1_000, -np.inf), upper=np.full(1_000, np.inf))
    endless = numbers(1_000, intervals=(wide,))
    assert covered(endless, wide).value == 1.0
    assert "wider than needed" in draw(endless, "interval_coverage").findings[0]
    assert draw(endless, "interval_width").table.rows[0][1] is None


def test_widths_by_size() -> None:
    same = draw(numbers(800), "interval_width")
    assert same.findings[0].startswith("Intervals are about equally wide")
    judged = numbers(800)
    reach = np.abs(judged.prediction) / 5
    ends = Ends(coverage=0.9, lower=judged.prediction - reach, upper=judged.prediction + reach)
    picture = draw(numbers(800, intervals=(ends,)), "interval_width")
    assert picture.findings[0].startswith("Intervals are between")
    assert len(picture.x.names) == len(picture.table.rows) == 8


def test_one_row_and_errors_beyond_measure() -> None:
    single = numbers(30).part(np.array([3]))
    for name in available(single):
        picture = draw(single, name)
        assert picture.findings
        assert all(picture.findings)
    y = np.array([1e308, -1e308, 5.0, 1.0] * 20)
    for name in ("residuals", "predicted_vs_actual"):
        assert "too large" in draw(make_judged(y, -y, target="t"), name).findings[0]


def test_a_learning_curve_where_there_are_two_sizes() -> None:
    points = (
        LearningPoint(n_rows=1_000, score=2.0, spread=0.1),
        LearningPoint(n_rows=100, score=3.0, spread=0.2),
    )
    judged = numbers(100, learning=points)
    assert "learning_curve" in available(judged)
    assert "learning_curve" not in available(numbers(100, learning=points[:1]))
    picture = draw(judged, "learning_curve")
    (line,) = picture.marks
    assert isinstance(line, Line)
    assert line.x == (100, 1000)
    assert line.low == (2.8, 1.9)
    assert picture.x.kind == "log"
    assert picture.findings == ("RMSE goes from 3 with 100 rows to 2 with 1,000: more rows help.",)
    flat = (points[0], LearningPoint(n_rows=100, score=2.05, spread=0.2))
    assert "change little" in draw(numbers(100, learning=flat), "learning_curve").findings[0]
