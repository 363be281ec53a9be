"""The linear fits reach the optimum that scikit-learn reaches."""

from __future__ import annotations

import time

import numpy as np
import pytest
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.linear_model import ElasticNet, LogisticRegression, PoissonRegressor, Ridge

from jupyter_automl.models import FAMILIES, linear_fit, slopes


def _table(n=400, d=4):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n, d)).astype(np.float32)
    return X, X @ np.array([1.0, -2.0, 0.5, 0.0]) + 0.5 * rng.normal(size=n)


def _fitted(X, y, task, k, params, metric="log_loss", **options):
    estimator = FAMILIES.get("linear").build(
        params, task=task, n_classes=k, metric=metric, random_state=0, n_jobs=1
    )
    return estimator.fit(X, y, **options)


@pytest.mark.parametrize(("task", "k"), [("binary", 2), ("multiclass", 3)])
@pytest.mark.parametrize("C", [0.01, 1.0, 100.0])
def test_classes_match_logistic_regression(task, k, C):
    X, signal = _table()
    y = np.digitize(signal, [-1.0, 1.0][: k - 1])
    ours = _fitted(X, y, task, k, {"C": C})
    theirs = LogisticRegression(C=C, max_iter=5000, tol=1e-8).fit(X, y)
    assert ours.info["converged"]
    assert np.allclose(ours.predict(X), theirs.predict_proba(X), atol=5e-3)


def test_values_match_ridge():
    X, y = _table()
    y = 1000 + 50 * y
    ours = _fitted(X, y, "regression", 0, {"C": 0.1}, metric="rmse")
    theirs = Ridge(alpha=10.0).fit(X, y)
    assert np.allclose(ours.predict(X), theirs.predict(X), rtol=1e-3)
    assert np.allclose(ours.model.coef_[0], theirs.coef_, rtol=1e-3, atol=1e-2)


def test_wide_tables_take_the_other_way_to_the_same_place():
    X, y = _table()
    weight = np.full(len(y), 1 / len(y))
    direct = linear_fit.ridge(X, y, weight, 0.01)
    slope = slopes.squared_slope(y, weight)
    descended = linear_fit.minimise(
        X,
        slope,
        link="identity",
        n_outputs=1,
        penalty=0.01,
        intercept=np.zeros(1),
        max_passes=500,
        deadline=None,
        clock=time.monotonic,
    )
    assert np.allclose(direct.coef_, descended.coef_, atol=2e-3)


@pytest.mark.parametrize("l1_ratio", [0.5, 1.0])
def test_sparse_classes_match_logistic_regression(l1_ratio):
    X, signal = _table()
    y = (signal > 0).astype(int)
    ours = _fitted(X, y, "binary", 2, {"C": 0.05, "l1_ratio": l1_ratio})
    theirs = LogisticRegression(
        C=0.05, l1_ratio=l1_ratio, solver="saga", max_iter=5000, tol=1e-5
    ).fit(X, y)
    assert np.allclose(ours.predict(X), theirs.predict_proba(X), atol=5e-3)
    assert ours.info["n_features_used"] == np.count_nonzero(theirs.coef_) < 4


@pytest.mark.parametrize("l1_ratio", [0.5, 1.0])
def test_sparse_values_match_the_elastic_net(l1_ratio):
    X, y = _table()
    C = 1 / (0.2 * len(y))
    ours = _fitted(X, y, "regression", 0, {"C": C, "l1_ratio": l1_ratio}, metric="rmse")
    # Strength is told on a target of unit spread, so that it means the same everywhere.
    scaled = (y - y.mean()) / y.std()
    theirs = ElasticNet(alpha=0.2, l1_ratio=l1_ratio).fit(X.astype(float), scaled)
    assert np.allclose(ours.model.coef_[0], theirs.coef_ * y.std(), atol=2e-3)
    assert ours.model.coef_[0, 3] == theirs.coef_[3] == 0.0
    assert ours.contributions(X).shape == (len(X), 5)


def test_sparse_classes_of_several_kinds_are_found():
    X, signal = _table()
    y = np.digitize(signal, [-1.0, 1.0])
    fitted = _fitted(X, y, "multiclass", 3, {"C": 0.1, "l1_ratio": 1.0})
    assert (fitted.predict(X).argmax(axis=1) == y).mean() > 0.7
    assert np.count_nonzero(fitted.model.coef_) < fitted.model.coef_.size


def test_counts_match_poisson_regression():
    X, signal = _table()
    y = np.random.default_rng(1).poisson(np.exp(0.3 * signal)).astype(float)
    ours = _fitted(X, y, "regression", 0, {"C": 1e6}, metric="poisson_deviance")
    theirs = PoissonRegressor(alpha=0.0, max_iter=1000).fit(X, y)
    assert np.allclose(ours.predict(X), theirs.predict(X), rtol=2e-2)
    assert ours.kind == "other"


def test_absolute_errors_are_not_moved_by_outliers():
    X, y = _table()
    y[:40] += 1000
    absolute = _fitted(X, y, "regression", 0, {"C": 100.0}, metric="mae").predict(X)
    squared = _fitted(X, y, "regression", 0, {"C": 100.0}, metric="rmse").predict(X)
    assert np.median(np.abs(absolute - y)) < 0.1 * np.median(np.abs(squared - y))


def test_a_deadline_keeps_the_coefficients_so_far():
    X, signal = _table()
    y = (signal > 0).astype(int)
    estimator = _fitted(X, y, "binary", 2, {"C": 1e4}, time_limit_seconds=0.0)
    assert not estimator.info["converged"]
    assert np.isfinite(estimator.predict(X)).all()


def test_far_out_rows_get_values_near_those_that_were_seen():
    X, y = _table()
    estimator = _fitted(X, y, "regression", 0, {}, metric="rmse")
    far = estimator.predict(np.full((1, 4), -1e6, dtype=np.float32))
    assert abs(far[0]) < 3 * np.abs(y).max()


@pytest.mark.parametrize("k", [2, 3])
def test_discriminant_matches_scikit_learn(k):
    X, signal = _table(n=3_000)
    y = np.digitize(signal, [-1.0, 1.0][: k - 1])
    task = "binary" if k == 2 else "multiclass"
    ours = _fitted(X, y, task, k, {"method": "discriminant"})
    theirs = LinearDiscriminantAnalysis(solver="lsqr", shrinkage="auto").fit(X, y)
    # They shrink each class's covariance, we shrink the shared one.
    apart = np.abs(ours.predict(X) - theirs.predict_proba(X))
    assert apart.mean() < 0.005
    assert apart.max() < 0.05


def test_discriminant_with_more_columns_than_rows_and_a_class_without_rows():
    rng = np.random.default_rng(0)
    y = np.repeat([0, 2], 20)
    X = rng.normal(size=(40, 80)).astype(np.float32) + 1.5 * (y[:, None] == 2)
    fitted = _fitted(X, y, "multiclass", 3, {"method": "discriminant"})
    fresh = rng.normal(size=(40, 80)).astype(np.float32) + 1.5 * (y[:, None] == 2)
    predicted = fitted.predict(fresh)
    assert np.isfinite(predicted).all()
    assert (predicted.argmax(axis=1) == y).mean() > 0.9


def test_discriminant_is_tried_on_few_rows_of_classes_only():
    family = FAMILIES.get("linear")
    assert "discriminant" in dict(family.warm_starts("binary", 500, 10))
    assert "discriminant" not in dict(family.warm_starts("regression", 500, 10))
    assert "discriminant" not in dict(family.warm_starts("binary", 50_000, 10))
