"""Regression targets are fitted on the scale the metric judges."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_automl.evaluate.metrics import METRICS
from jupyter_automl.models import FAMILIES
from jupyter_automl.models.estimator import as_probabilities
from jupyter_automl.models.goal import regression_goal
from jupyter_automl.testing.families import example, fitted

QUICK = {"random_forest": {"n_estimators": 30}, "mlp": {"hidden": 64, "epochs": 20}}
METRIC_NAMES = ("rmse", "mae", "medae", "mape", "r2", "rmsle", "poisson_deviance")


@pytest.mark.parametrize("metric", METRIC_NAMES)
@given(values=st.lists(st.floats(0.0, 1e6), min_size=2, max_size=30))
def test_the_fitting_scale_leads_back(metric, values):
    y = np.array(values)
    goal = regression_goal(metric, y)
    assert np.allclose(goal.from_fit(goal.to_fit(y)), y, rtol=1e-9, atol=1e-9)


def test_counts_too_small_to_divide_by_are_fitted_plainly():
    assert regression_goal("poisson_deviance", np.array([0.0, 5e-324])).loss == "squared"


@pytest.mark.parametrize("metric", ["rmsle", "poisson_deviance"])
def test_targets_that_do_not_allow_it_are_fitted_plainly(metric):
    goal = regression_goal(metric, np.array([-5.0, 2.0]))
    assert (goal.loss, goal.log) == ("squared", False)


@pytest.mark.parametrize("name", ["linear", "lightgbm", "xgboost", "mlp", "adaboost", "svm"])
@pytest.mark.parametrize("held", [False, True])
def test_a_value_beyond_every_measure_leaves_numbers(name, held):
    family = FAMILIES.get(name)
    X, y = example(family.encoding, "regression")
    y[140 if held else 3] = 1e300
    model = fitted(family, "regression", X, y)
    assert np.isfinite(model.predict(X)).all()
    if held:
        assert np.abs(model.predict(X)).max() < 100


def test_relative_weights_have_mean_one_and_no_giant():
    y = np.array([0.0, 1.0, 10.0, 100.0])
    weight = regression_goal("mape", y).weights(y, None)
    assert weight.mean() == pytest.approx(1.0)
    assert weight.max() < 4.0
    assert (np.diff(weight) < 0).all()


def _skewed(n=600):
    rng = np.random.default_rng(3)
    X = rng.normal(size=(n, 3)).astype(np.float32)
    return X, np.exp(2.0 * X[:, 0] + 0.5 * rng.normal(size=n))


@pytest.mark.parametrize("name", ["linear", "random_forest", "mlp"])
def test_a_skewed_target_is_predicted_better_in_the_metric_that_is_named(name):
    X, y = _skewed()
    values = {}
    for metric in ("rmse", "rmsle"):
        estimator = FAMILIES.get(name).build(
            QUICK.get(name, {}),
            task="regression",
            n_classes=0,
            metric=metric,
            random_state=0,
            n_jobs=1,
        )
        estimator.fit(X[:400], y[:400], X_valid=X[400:500], y_valid=y[400:500])
        prediction = estimator.predict(X[500:])
        assert (prediction >= 0).all() or metric == "rmse"
        values[metric] = METRICS.get("rmsle").score(y[500:], prediction)
    assert values["rmsle"] < values["rmse"]


def test_probabilities_are_made_whole():
    raw = np.array([[0.2, 0.2], [np.nan, 0.0], [-1.0, 3.0]])
    assert as_probabilities(raw).tolist() == [[0.5, 0.5], [0.5, 0.5], [0.0, 1.0]]
    assert as_probabilities(np.array([0.25])).tolist() == [[0.75, 0.25]]
