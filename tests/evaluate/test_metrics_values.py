"""Built-in metrics agree with scikit-learn, and stay finite where it gives up."""

from __future__ import annotations

import math

import numpy as np
import pytest
import sklearn.metrics as reference
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sklearn.preprocessing import label_binarize

from jupyter_automl.core.errors import ArgumentError
from jupyter_automl.evaluate.metrics import METRICS, find_metric
from jupyter_automl.evaluate.metrics.folds import spread_of


def _labels(function, **options):
    return lambda y, p, w: function(y, p.argmax(axis=1), sample_weight=w, **options)


def _averaged(function, **options):
    """Two classes: the positive one; more: macro."""

    def value(y, p, w):
        average = "binary" if p.shape[1] == 2 else "macro"
        return function(y, p.argmax(axis=1), average=average, sample_weight=w, **options)

    return value


def _ranking(function):
    def value(y, p, w):
        if p.shape[1] == 2:
            return function(y, p[:, 1], sample_weight=w)
        return function(label_binarize(y, classes=range(p.shape[1])), p, sample_weight=w)

    return value


CLASSIFICATION = {
    "accuracy": _labels(reference.accuracy_score),
    "balanced_accuracy": _labels(reference.balanced_accuracy_score),
    "f1": _averaged(reference.f1_score, zero_division=0),
    "f1_macro": _labels(reference.f1_score, average="macro", zero_division=0),
    "precision": _averaged(reference.precision_score, zero_division=0),
    "recall": _averaged(reference.recall_score, zero_division=0),
    "mcc": _labels(reference.matthews_corrcoef),
    "roc_auc": _ranking(reference.roc_auc_score),
    "average_precision": _ranking(reference.average_precision_score),
    "log_loss": lambda y, p, w: reference.log_loss(y, p, labels=range(p.shape[1]), sample_weight=w),
    "brier": lambda y, p, w: reference.brier_score_loss(
        y, p if p.shape[1] > 2 else p[:, 1], labels=range(p.shape[1]), sample_weight=w
    ),
}
REGRESSION = {
    "rmse": reference.root_mean_squared_error,
    "mae": reference.mean_absolute_error,
    "medae": reference.median_absolute_error,
    "mape": reference.mean_absolute_percentage_error,
    "r2": reference.r2_score,
    "rmsle": reference.root_mean_squared_log_error,
    "poisson_deviance": reference.mean_poisson_deviance,
}


def test_every_built_in_metric_is_compared():
    assert set(METRICS.names()) == set(CLASSIFICATION) | set(REGRESSION)


@st.composite
def _classified(draw):
    """Codes in which every class occurs, probabilities with ties, weights or none."""
    k = draw(st.integers(2, 5))
    n = draw(st.integers(2 * k, 60))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    y = rng.permutation(np.concatenate([np.arange(k), rng.integers(0, k, size=n - k)]))
    raw = rng.integers(1, draw(st.sampled_from([3, 8, 1000])), size=(n, k)).astype(float)
    weight = rng.integers(1, 9, size=n).astype(float) if draw(st.booleans()) else None
    return y, raw / raw.sum(axis=1, keepdims=True), weight


@pytest.mark.parametrize("name", CLASSIFICATION)
@settings(max_examples=40, deadline=None)
@given(case=_classified())
def test_classification_metric_is_that_of_scikit_learn(name, case):
    y, p, weight = case
    expected = CLASSIFICATION[name](y, p, weight)
    assert METRICS.get(name).score(y, p, weight) == pytest.approx(expected, rel=1e-9, abs=1e-9)


@st.composite
def _measured(draw):
    n = draw(st.integers(2, 60))
    numbers = st.floats(0.01, 1e6)
    y = np.array(draw(st.lists(numbers, min_size=n, max_size=n)))
    prediction = np.array(draw(st.lists(numbers, min_size=n, max_size=n)))
    weights = st.lists(st.integers(1, 9), min_size=n, max_size=n)
    weight = draw(st.one_of(st.none(), weights.map(lambda w: np.array(w, dtype=float))))
    return y, prediction, weight


@pytest.mark.parametrize("name", REGRESSION)
@settings(max_examples=40, deadline=None)
@given(case=_measured())
def test_regression_metric_is_that_of_scikit_learn(name, case):
    y, prediction, weight = case
    # r2 of a constant that is only almost constant is rounding on both sides.
    assume(name != "r2" or np.ptp(y) > 1e-6 * y.max())
    expected = REGRESSION[name](y, prediction, sample_weight=weight)
    value = METRICS.get(name).score(y, prediction, weight)
    assert value == pytest.approx(expected, rel=1e-6, abs=1e-9)


def test_auc_of_a_single_class_is_that_of_no_knowledge():
    p = np.array([[0.3, 0.7], [0.6, 0.4]])
    assert METRICS.get("roc_auc").score(np.array([1, 1]), p) == 0.5
    assert METRICS.get("average_precision").score(np.array([0, 0]), p) == 0.0


def test_auc_of_many_classes_leaves_out_a_class_that_the_fold_lacks():
    p = np.array([[0.7, 0.2, 0.1], [0.2, 0.1, 0.7], [0.6, 0.3, 0.1], [0.1, 0.3, 0.6]])
    assert METRICS.get("roc_auc").score(np.array([0, 2, 0, 2]), p) == 1.0


def test_log_loss_of_a_certain_mistake_is_finite():
    value = METRICS.get("log_loss").score(np.array([1]), np.array([[1.0, 0.0]]))
    assert value == pytest.approx(-math.log(np.finfo(np.float64).eps))


def test_log_loss_does_not_depend_on_how_probabilities_are_kept():
    metric, y = METRICS.get("log_loss"), np.array([1, 0])
    p = np.array([[1.0, 0.0], [1.0, 0.0]])
    assert metric.score(y, p.astype(np.float32)) == metric.score(y, p)


@pytest.mark.parametrize("weight", [None, np.array([1.0, 2.0, 1.0])])
def test_errors_whose_squares_are_beyond_numbers(weight):
    y = np.array([0.0, 1e300, -1e299])
    prediction = np.array([1.0, 2e299, 1e299])
    small = METRICS.get("rmse").score(y / 1e300, prediction / 1e300, weight)
    assert METRICS.get("rmse").score(y, prediction, weight) == pytest.approx(1e300 * small)
    expected = METRICS.get("r2").score(y / 1e300, prediction / 1e300, weight)
    assert METRICS.get("r2").score(y, prediction, weight) == pytest.approx(expected)
    infinite = np.array([np.inf, 0.0, 0.0])
    assert METRICS.get("rmse").score(np.zeros(3), infinite, weight) == math.inf


def test_the_spread_of_scores_of_any_size():
    assert spread_of([0.5]) is None
    assert spread_of([1.0, 3.0]) == pytest.approx(np.sqrt(2))
    assert spread_of([1e200, 3e200]) == pytest.approx(np.sqrt(2) * 1e200)


def test_a_tie_between_classes_goes_to_the_first():
    assert METRICS.get("accuracy").score(np.array([0]), np.array([[0.5, 0.5]])) == 1.0


@pytest.mark.parametrize("name", ["roc_auc", "log_loss", "accuracy", "rmse"])
def test_no_rows_and_predictions_that_are_no_numbers_give_not_a_number(name):
    metric = METRICS.get(name)
    shape = (2,) if name == "rmse" else (2, 2)
    y = np.array([0, 1])
    assert math.isnan(metric.score(y, np.full(shape, np.nan)))
    assert math.isnan(metric.score(y[:0], np.zeros(shape)[:0]))


def test_r2_of_a_constant_target_is_finite():
    r2 = METRICS.get("r2")
    assert r2.score(np.ones(3), np.ones(3)) == 1.0
    assert r2.score(np.ones(3), np.zeros(3)) == 0.0


def test_negative_predictions_count_as_zero_in_metrics_of_positive_values():
    y = np.array([0.0, 1.0])
    assert METRICS.get("rmsle").score(y, np.array([-5.0, 1.0])) == 0.0
    assert math.isfinite(METRICS.get("poisson_deviance").score(y, np.array([-5.0, 1.0])))


@pytest.mark.parametrize("name", ["rmsle", "poisson_deviance"])
def test_negative_targets_are_refused_in_words(name):
    metric = find_metric(name)
    with pytest.raises(ArgumentError, match="target of 0 or more"):
        metric.check_target(np.array([3.0, -1.0]))
    metric.check_target(np.array([3.0, 0.0]))
    assert math.isnan(metric.score(np.array([3.0, -1.0]), np.array([3.0, 1.0])))
