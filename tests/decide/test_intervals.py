"""Intervals: coverage on fresh rows whatever the errors look like, and their limits."""

from __future__ import annotations

import numpy as np
import pytest

from jupyter_automl.core.errors import ArgumentError
from jupyter_automl.decide import Intervals, bounds, decide, make_evidence
from jupyter_automl.decide.conformal import levels_of, quantile
from jupyter_automl.decide.intervals import Shape, fitted
from tests.decide.samples import numbers

KINDS = ("even", "growing", "relative", "skewed")


def _intervals(n: int, seed: int, kind: str = "even") -> Intervals:
    intervals = decide(numbers(n, seed, kind), "rmse").intervals
    assert intervals is not None
    return intervals


def _covered(n: int, kind: str, coverage: float, seed: int) -> float:
    fresh = numbers(2_000, seed + 500, kind)
    lower, upper = bounds(_intervals(n, seed, kind), fresh.prediction, coverage)
    return float(np.mean((lower <= fresh.y) & (fresh.y <= upper)))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("coverage", [0.5, 0.9, 0.95])
@pytest.mark.parametrize("n", [60, 300, 2_000])
def test_fresh_rows_are_covered(kind: str, coverage: float, n: int) -> None:
    mean = np.mean([_covered(n, kind, coverage, seed) for seed in range(5)])
    assert coverage - 0.04 <= mean <= 1.0


@pytest.mark.parametrize("kind", ["growing", "relative"])
def test_width_follows_the_errors(kind: str) -> None:
    """Small and large predictions are covered alike, which one width for all is not."""
    rows, fresh = numbers(3_000, 0, kind), numbers(6_000, 1, kind)
    found = decide(rows, "rmse").intervals
    assert found is not None
    large = fresh.prediction > np.quantile(fresh.prediction, 0.8)

    def covered(intervals: Intervals) -> float:
        lower, upper = bounds(intervals, fresh.prediction, 0.9)
        return float(np.mean(((lower <= fresh.y) & (fresh.y <= upper))[large]))

    assert covered(found) > 0.86
    assert covered(fitted(rows, Shape())) < 0.8


def test_even_errors_get_one_width() -> None:
    found = _intervals(3_000, 0)
    lower, upper = bounds(found, np.array([1.0, 5.0, 10.0]), 0.9)
    np.testing.assert_allclose(upper[1:] - lower[1:], 2 * 1.645, atol=0.2)
    assert "the same width everywhere" in found.reason


def test_the_rank_is_that_of_one_more_row() -> None:
    levels = levels_of(np.arange(1.0, 10.0))
    assert quantile(levels, 0.9) == 9.0
    assert quantile(levels, 0.5) == 5.0
    assert quantile(levels, 0.91) is None
    equal = levels_of(np.arange(1.0, 10.0), np.full(9, 2.0))
    assert equal.masses == pytest.approx(levels.masses)
    heavy = levels_of(np.array([1.0, 2.0, 3.0]), np.array([1.0, 1.0, 10.0]))
    assert quantile(heavy, 0.5) == 3.0


def test_many_rows_are_thinned_on_the_safe_side() -> None:
    values = np.random.default_rng(0).normal(size=50_000)
    levels = levels_of(values)
    assert len(levels.values) <= 1_001
    for share in (0.5, 0.9, 0.995, 0.9999):
        exact = np.sort(values)[int(np.ceil(share * 50_001)) - 1]
        found = quantile(levels, share)
        assert found is not None
        assert exact <= found < exact + 0.2
    assert quantile(levels, 50_000 / 50_001) == values.max()


def test_too_few_rows_for_a_coverage_are_counted() -> None:
    found = _intervals(20, 0)
    bounds(found, np.array([3.0]), 0.95)
    with pytest.raises(ArgumentError, match=r"need 99 held-out rows\. There are 20\..*0\.952"):
        bounds(found, np.array([3.0]), 0.99)


@pytest.mark.parametrize("coverage", [0, 1, -0.1, 90, float("nan"), "0.9", None, True])
def test_a_coverage_that_is_none_is_refused(coverage: object) -> None:
    with pytest.raises(ArgumentError, match="between 0 and 1"):
        bounds(_intervals(50, 0), np.array([3.0]), coverage)  # type: ignore[arg-type]


def test_ends_lie_around_the_prediction_and_not_below_zero() -> None:
    found = _intervals(1_000, 3, "relative")
    prediction = np.array([-1.0, 0.0, 0.1, 5.0, 1e6])
    for coverage in (0.01, 0.5, 0.99):
        lower, upper = bounds(found, prediction, coverage)
        assert (lower <= prediction).all()
        assert (prediction <= upper).all()
        assert (lower[1:] >= 0).all()
    assert np.isfinite(upper).all()


def test_wider_with_more_coverage() -> None:
    for kind in KINDS:
        found = _intervals(500, 1, kind)
        ends = [bounds(found, np.array([4.0]), c) for c in (0.2, 0.5, 0.8, 0.9, 0.99)]
        assert np.all(np.diff([float(upper[0]) for _, upper in ends]) >= 0)
        assert np.all(np.diff([float(lower[0]) for lower, _ in ends]) <= 0)


def test_a_target_of_huge_outliers_stays_finite() -> None:
    rows = numbers(400, 0)
    y = rows.y.copy()
    y[:3] = 1e300
    found = decide(make_evidence(y, rows.prediction, rows.folds), "rmse").intervals
    assert found is not None
    lower, upper = bounds(found, rows.prediction, 0.9)
    assert np.isfinite(lower).all()
    assert np.isfinite(upper).all()
    assert np.median(upper - lower) < 100


def test_perfect_predictions_and_constants_give_points() -> None:
    values = np.arange(300.0)
    found = decide(make_evidence(values, values, np.arange(300) % 5), "rmse").intervals
    assert found is not None
    lower, upper = bounds(found, values, 0.9)
    np.testing.assert_allclose(lower, values)
    np.testing.assert_allclose(upper, values)
    zeros = np.zeros(300)
    found = decide(make_evidence(zeros, zeros, np.arange(300) % 5), "rmse").intervals
    assert found is not None


def test_groups_are_told() -> None:
    rows = numbers(200, 0)
    grouped = make_evidence(rows.y, rows.prediction, rows.folds, groups=np.arange(200) // 20)
    found = decide(grouped, "rmse").intervals
    assert found is not None
    assert "for a new group as far as it errs like the held-out 10" in found.reason
    alone = make_evidence(rows.y, rows.prediction, rows.folds, groups=np.arange(200))
    assert "group" not in decide(alone, "rmse").intervals.reason  # type: ignore[union-attr]


@pytest.mark.parametrize("single", [True, False])
def test_a_group_of_nearly_all_rows_is_no_obstacle(single: bool) -> None:
    rows = numbers(200, 0)
    groups = (np.arange(200) < 5).astype(np.int64)
    folds = np.zeros(200) if single else groups
    found = decide(make_evidence(rows.y, rows.prediction, folds, groups=groups), "rmse").intervals
    assert found is not None
    assert "On rows not used" not in found.reason
    lower, upper = bounds(found, rows.prediction, 0.9)
    assert np.mean((lower <= rows.y) & (rows.y <= upper)) == pytest.approx(0.9, abs=0.03)


def test_time_order_is_told() -> None:
    found = decide(numbers(200, 0), "rmse", ordered_in_time=True).intervals
    assert found is not None
    assert "future" in found.reason
