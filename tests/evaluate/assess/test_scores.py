"""Every metric with its interval, by whatever way it is computed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_automl.core.protocols import Metric
from jupyter_automl.core.registry import Entry
from jupyter_automl.evaluate.assess import Judged, make_judged, score_estimates
from jupyter_automl.evaluate.assess.bootstrap import Resamples
from jupyter_automl.evaluate.assess.class_tables import FROM_MARGINS, margins_of
from jupyter_automl.evaluate.metrics import METRICS, NumpyMetric, find_metric
from tests.evaluate.assess.samples import (
    groups_of,
    many_classes,
    numbers,
    two_classes,
    weights_of,
)


def _amounts(n: int, seed: int = 0, **facts: Any) -> Judged:
    """Numbers above 0, of which every metric has something to say."""
    judged = numbers(n, seed)
    y, prediction = np.abs(judged.y) + 0.1, np.abs(judged.prediction) + 0.1
    return make_judged(y, prediction, metric="rmse", **facts)


MAKERS = {"binary": two_classes, "multiclass": many_classes, "regression": _amounts}


def _value(metric: Metric, judged: Judged) -> float:
    prediction = judged.prediction
    if getattr(metric, "of_classes", False):
        prediction = np.eye(judged.n_classes)[judged.decided()]
    return metric.score(judged.y, prediction, judged.weights)


@pytest.mark.parametrize("task", list(MAKERS))
@pytest.mark.parametrize("weighted", [False, True])
def test_values_are_those_of_the_metrics(task: str, weighted: bool) -> None:
    weights = weights_of(500) if weighted else None
    judged = MAKERS[task](500, weights=weights)
    scores = score_estimates(judged)
    assert next(iter(scores)) == judged.metric
    named = [METRICS.get(name) for name in METRICS.available()]
    assert set(scores) == {metric.name for metric in named if task in metric.tasks}
    for name, estimate in scores.items():
        assert estimate.value == pytest.approx(_value(METRICS.get(name), judged), rel=1e-9)
        assert estimate.low is not None
        assert estimate.high is not None
        assert estimate.low < estimate.value < estimate.high
        among = ("precision", "recall") if task == "binary" else ()
        assert (estimate.n < 500) == (name in among)


def test_what_was_decided_is_judged() -> None:
    judged = two_classes(threshold=0.2)
    half = two_classes(threshold=0.5)
    scores, plain = score_estimates(judged), score_estimates(half)
    assert scores["recall"].value > plain["recall"].value  # type: ignore[operator]
    assert scores["roc_auc"] == plain["roc_auc"]


@pytest.mark.parametrize("task", list(MAKERS))
def test_each_way_gives_the_interval_of_the_plain_bootstrap(task: str) -> None:
    judged = MAKERS[task](300, seed=4)
    hard = np.eye(judged.n_classes)[judged.decided()] if judged.has_classes else None
    for name, estimate in score_estimates(judged).items():
        metric = METRICS.get(name)
        by = hard if getattr(metric, "of_classes", False) else judged.prediction
        assert by is not None
        draws = [
            metric.score(judged.y, by, times) for times in Resamples(judged).times() if times.sum()
        ]
        assert estimate.low is not None
        assert estimate.high is not None
        width = np.diff(np.quantile(draws, (0.025, 0.975)))[0]
        assert estimate.high - estimate.low == pytest.approx(width, rel=0.35), name


@given(k=st.integers(2, 6), n=st.integers(1, 60), seed=st.integers(0, 10_000))
def test_metrics_of_classes_from_margins_are_the_metrics(k: int, n: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    y, said = rng.integers(0, k, n), rng.integers(0, rng.integers(1, k + 1), n)
    cells, places = np.unique(y * k + said, return_inverse=True)
    masses = np.array([np.bincount(places, weights=weights_of(n, one)) for one in (1, 2, 3)])
    found = margins_of(cells, masses, k)
    for name in ("balanced_accuracy", "f1", "f1_macro", "precision", "recall", "mcc"):
        metric = METRICS.get(name)
        values = FROM_MARGINS[metric.function](found)  # type: ignore[attr-defined]
        for one, value in zip((1, 2, 3), values, strict=True):
            expected = metric.score(y, np.eye(k)[said], weights_of(n, one))
            # A spread of 0 is one of 1e-17 in one of the two sums.
            assert value == pytest.approx(expected, abs=1e-6), name


def test_a_metric_of_classes_that_somebody_added_is_resampled_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    metric = NumpyMetric(
        name="share_said_positive",
        label="Share",
        tasks=("binary",),
        greater_is_better=True,
        explanation="How much is called positive.",
        function=lambda y, p, w: float(np.average(p.argmax(axis=1), weights=w)),
        best=1.0,
        of_classes=True,
    )
    names = METRICS.names()
    monkeypatch.setattr(METRICS, "_entries", {name: METRICS.entry(name) for name in names})
    METRICS.register(Entry(name=metric.name, load=lambda: metric))
    found = score_estimates(two_classes(600, threshold=0.4))[metric.name]
    assert found.value is not None
    assert found.low is not None
    assert found.high is not None
    assert found.high - found.low == pytest.approx(0.06, abs=0.03)


def test_areas_of_many_rows_have_the_intervals_of_few_scaled() -> None:
    few, many = (score_estimates(two_classes(n, seed=1)) for n in (4_000, 16_000))
    for name in ("roc_auc", "average_precision"):
        widths = [one[name].high - one[name].low for one in (few, many)]  # type: ignore[operator]
        assert widths[0] / widths[1] == pytest.approx(2.0, rel=0.3)


def test_groups_widen_intervals() -> None:
    n = 600
    # Rows of a group are the same row.
    first = two_classes(n // 10, seed=5)
    place = np.repeat(np.arange(n // 10), 10)
    prediction, y = first.prediction[place], first.y[place]
    facts = {"labels": first.labels, "metric": "accuracy"}
    plain = score_estimates(make_judged(y, prediction, **facts))
    grouped = score_estimates(make_judged(y, prediction, groups=place, **facts))
    for name in ("accuracy", "log_loss", "f1", "roc_auc"):
        widths = [one[name].high - one[name].low for one in (plain, grouped)]  # type: ignore[operator]
        assert widths[1] > 2 * widths[0], name


def test_one_class_one_row_and_no_row_say_why() -> None:
    one_class = make_judged(
        np.ones(30, dtype=np.int64), np.full((30, 2), 0.5), labels=("a", "b"), metric="roc_auc"
    )
    scores = score_estimates(one_class)
    for name in ("roc_auc", "average_precision"):
        assert scores[name].value is None
        assert "one class" in scores[name].reason
    assert scores["log_loss"].value == pytest.approx(np.log(2))
    assert scores["log_loss"].low is None
    assert "does not vary" in scores["log_loss"].reason
    for maker in MAKERS.values():
        single = score_estimates(maker(30).part(np.array([4])))
        usable = [one for one in single.values() if one.value is not None]
        assert usable
        assert all(one.low is not None or one.reason for one in usable)
        none = score_estimates(maker(30).part(np.zeros(30, dtype=bool)))
        assert all(one.value is None and one.reason for one in none.values())


def test_numbers_beyond_all_measure_say_nothing_and_break_nothing() -> None:
    y = np.array([1e300, -1e300, 0.0, 1.0] * 10)
    scores = score_estimates(make_judged(y, -y, metric="rmse"))
    for estimate in scores.values():
        assert estimate.value is None or np.isfinite(estimate.value)
        assert estimate.low is None or np.isfinite(estimate.low)


def test_two_hundred_classes_and_the_same_again() -> None:
    judged = many_classes(3_000, k=200)
    first, again = score_estimates(judged), score_estimates(judged)
    assert first == again
    accuracy = first["accuracy"]
    assert accuracy.value == pytest.approx((judged.decided() == judged.y).mean())


def test_a_metric_that_the_target_does_not_fit_has_a_reason() -> None:
    judged = numbers(50, bias=-40)
    scores = score_estimates(judged)
    for name in ("rmsle", "poisson_deviance"):
        assert scores[name].value is None
        assert scores[name].reason == "These rows do not allow it."


def test_groups_of_rows_in_any_codes() -> None:
    judged = numbers(200, groups=groups_of(200))
    assert all(one.low is not None for one in score_estimates(judged).values())
    assert find_metric("rmse").name in score_estimates(judged)
