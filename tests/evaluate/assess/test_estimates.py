"""Intervals: known formulas, and what they hold of rows drawn again."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from jupyter_automl.evaluate.assess.bootstrap import N_RESAMPLES, Resamples, band, interval
from jupyter_automl.evaluate.assess.estimate import (
    effective_rows,
    mean_and_error,
    mean_estimate,
    rate,
    wilson,
)
from tests.evaluate.assess.samples import groups_of, numbers, two_classes, weights_of


@given(hits=st.integers(0, 300), misses=st.integers(0, 300))
def test_wilson_is_that_of_scipy(hits: int, misses: int) -> None:
    n = hits + misses
    if n == 0:
        assert rate(np.zeros(0, dtype=bool)).value is None
        return
    low, high = wilson(hits / n, n)
    expected = binomtest(hits, n).proportion_ci(0.95, method="wilson")
    assert low == pytest.approx(min(expected.low, hits / n), abs=1e-12)
    assert high == pytest.approx(max(expected.high, hits / n), abs=1e-12)
    estimate = rate(np.arange(n) < hits)
    assert estimate.low == pytest.approx(float(low), abs=1e-12)
    assert estimate.n == n


def test_uneven_weights_and_groups_say_less() -> None:
    rng = np.random.default_rng(0)
    hits = (rng.random(600) < 0.3).astype(float)
    assert effective_rows(hits) == 600
    assert effective_rows(hits, np.full(600, 3.0)) == pytest.approx(600)
    weights = weights_of(600)
    kish = weights.sum() ** 2 / (weights**2).sum()
    assert effective_rows(hits, weights) == pytest.approx(kish)
    # 60 groups of 10 equal rows say what 60 rows say.
    groups = np.arange(600) // 10
    alike = np.repeat((rng.random(60) < 0.3).astype(float), 10)
    assert effective_rows(alike, None, groups) == pytest.approx(59, abs=1)
    assert effective_rows(np.ones(600), None, groups) == 60


def test_the_error_of_a_mean_is_that_of_the_field() -> None:
    values = np.random.default_rng(0).normal(size=80)
    mean, error = mean_and_error(values)
    assert mean == pytest.approx(values.mean())
    assert error == pytest.approx(values.std(ddof=1) / np.sqrt(80))
    twice = mean_and_error(np.repeat(values, 2), None, np.repeat(np.arange(80), 2))
    assert twice == pytest.approx((mean, error))
    alone = mean_estimate(values[:1])
    assert (alone.value, alone.low) == (values[0], None)
    assert alone.reason
    assert mean_estimate(np.array([1e308, 1e308, 1e308])).value is None


def test_intervals_hold_the_truth_nineteen_times_of_twenty() -> None:
    inside = []
    for seed in range(60):
        values = np.random.default_rng(seed).exponential(size=100)
        judged = numbers(100).part(np.arange(100))
        draws = Resamples(judged).means(values[:, None])[:, 0]
        low, high = interval(float(values.mean()), draws)
        assert low is not None
        assert high is not None
        inside.append(low <= 1.0 <= high)
    assert 0.85 <= np.mean(inside) <= 1.0


@pytest.mark.parametrize("kind", ["plain", "weights", "groups"])
def test_cells_are_drawn_as_rows_are(kind: str) -> None:
    judged = two_classes(
        800,
        weights=weights_of(800) if kind == "weights" else None,
        groups=groups_of(800) if kind == "groups" else None,
    )
    cells = judged.y * 3 + (judged.shares(1) * 2.999).astype(np.int64)
    drawn = Resamples(judged).cells(cells, 6)
    assert drawn.shape == (N_RESAMPLES, 6)
    by_rows = np.array(
        [
            np.bincount(cells, weights=times * judged.masses, minlength=6)
            for times in Resamples(judged).times()
        ]
    )
    expected = np.bincount(cells, weights=judged.masses, minlength=6)
    assert drawn.mean(axis=0) == pytest.approx(expected, rel=0.1)
    assert drawn.std(axis=0) == pytest.approx(by_rows.std(axis=0), rel=0.25)
    if kind == "plain":
        # Each class keeps its size.
        assert (drawn[:, :3].sum(axis=1) == (judged.y == 0).sum()).all()


def test_groups_are_drawn_as_a_whole() -> None:
    groups = np.repeat(np.arange(40), 5)
    judged = numbers(200, groups=groups)
    for times in Resamples(judged).times():
        assert (times.reshape(40, 5) == times.reshape(40, 5)[:, :1]).all()
    values = np.repeat(np.random.default_rng(0).normal(size=40), 5)
    together = Resamples(judged).means(values[:, None]).std()
    apart = Resamples(numbers(200)).means(values[:, None]).std()
    assert together > 1.8 * apart


def test_fewer_rows_are_drawn_and_their_scatter_is_drawn_in() -> None:
    judged = numbers(4_000)
    values = np.random.default_rng(0).normal(size=4_000)
    few = Resamples(judged).scores(lambda rows: float(values[rows].mean()), 500)
    assert few.std() == pytest.approx(1 / np.sqrt(4_000), rel=0.2)


def test_what_cannot_vary_has_no_interval() -> None:
    assert interval(1.0, np.ones(N_RESAMPLES)) == (None, None)
    assert interval(1.0, np.full(N_RESAMPLES, np.nan)) == (None, None)
    assert interval(None, np.arange(N_RESAMPLES, dtype=float)) == (None, None)
    assert Resamples(two_classes(400).part(np.array([3]))).reason
    assert Resamples(two_classes(40, groups=np.zeros(40))).reason
    assert not Resamples(two_classes(40)).reason


def test_an_interval_stays_within_its_limits_and_around_its_number() -> None:
    draws = np.random.default_rng(0).normal(0.97, 0.05, N_RESAMPLES)
    low, high = interval(0.98, draws, 0.0, 1.0)
    assert low is not None
    assert low < 0.98 < 1.0 == high
    values = np.array([0.5, 0.98, np.nan])
    lows, highs = band(values, np.column_stack([draws - 0.47, draws, draws * np.nan]), 0.0, 1.0)
    assert (lows[:2] <= values[:2]).all()
    assert (highs[:2] >= values[:2]).all()
    assert highs[1] == 1.0
