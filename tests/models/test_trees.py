"""Boosters and forests: limits, categories, explanations."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from jupyter_automl.models import FAMILIES
from jupyter_automl.models.codes import as_codes
from jupyter_automl.testing.families import example

BOOSTERS = [n for n in ("lightgbm", "xgboost", "catboost") if n in FAMILIES.available()]
FORESTS = ("random_forest", "extra_trees")
K = {"binary": 2, "multiclass": 4, "regression": 0}


def _build(name, task, metric="rmse", params=None):
    return FAMILIES.get(name).build(
        params or {}, task=task, n_classes=K[task], metric=metric, random_state=0, n_jobs=1
    )


def _raw(model, task, X):
    """Raw scores as the predictions imply them, up to a constant a row for k classes."""
    p = model.predict(X)
    if task == "regression":
        return p
    return np.log(p[:, 1] / p[:, 0]) if task == "binary" else np.log(p)


@pytest.mark.parametrize("task", ["binary", "multiclass", "regression"])
@pytest.mark.parametrize("name", [*BOOSTERS, "linear"])
def test_contributions_sum_to_the_raw_score(name, task):
    X, y = example(FAMILIES.get(name).encoding, task)
    model = _build(name, task).fit(X, y)
    parts = model.contributions(X)
    assert parts.shape[-1] == X.shape[1] + 1
    total, raw = parts.sum(axis=-1), _raw(model, task, X)
    if task == "multiclass":
        total, raw = (a - a.mean(axis=1, keepdims=True) for a in (total, raw))
    assert np.allclose(total, raw, atol=5e-3)


@pytest.mark.parametrize("name", BOOSTERS)
def test_a_booster_stopped_by_time_keeps_what_it_has(name):
    X, y = example("native", "binary")
    model = _build(name, "binary", params={"learning_rate": 1e-4})
    ticks = iter(range(10**6))
    model.clock = lambda: next(ticks) / 10
    model.fit(X, y, X_valid=X, y_valid=y, time_limit_seconds=5.0)
    assert model.info["stopped_by"] == "time"
    assert 1 <= model.info["n_rounds"] < 50


@pytest.mark.parametrize("name", BOOSTERS)
def test_early_stopping_cuts_the_model_at_its_best_round(name):
    X, y = example("native", "binary")
    rng = np.random.default_rng(0)
    model = _build(name, "binary", metric="log_loss").fit(
        X, y, X_valid=X, y_valid=rng.permutation(y)
    )
    assert model.info["stopped_by"] == "patience"
    assert model.info["best_iteration"] < model.info["n_rounds"]


@pytest.mark.parametrize("name", BOOSTERS)
def test_unseen_categories_are_taken_as_missing(name):
    X, y = example("native", "binary")
    model = _build(name, "binary").fit(X, y)
    column = X.columns[2]
    odd = X.assign(**{column: pd.Categorical(["d"] * len(X), categories=X[column].cat.categories)})
    assert np.isfinite(model.predict(odd)).all()


def test_times_as_seconds_keep_their_precision():
    frame = pd.DataFrame({"t": [1.7e9, 1.7e9 + 1], "c": pd.Categorical(["a", None])})
    codes = as_codes(frame)
    assert codes.dtype == np.float64
    assert codes[1, 0] - codes[0, 0] == 1
    assert np.isnan(codes[1, 1])


@pytest.mark.parametrize("name", FORESTS)
def test_a_forest_stops_for_time_and_keeps_its_trees(name):
    X, y = example("ordinal", "binary")
    model = _build(name, "binary")
    ticks = iter(range(10**6))
    model.clock = lambda: next(ticks) / 10
    model.fit(X, y, time_limit_seconds=3.0)
    assert model.info["stopped_by_time"]
    assert len(model.model.estimators_) == model.info["n_rounds"] < 300


def test_a_forest_stops_for_memory(monkeypatch):
    monkeypatch.setattr("jupyter_automl.models.forest.MOST_BYTES", 100_000)
    X, y = example("ordinal", "regression")
    model = _build("random_forest", "regression").fit(X, y)
    assert model.info["stopped_by"] == "memory"


def test_neighbours_are_thinned_out_when_predicting_would_take_too_long():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(3000, 3)).astype(np.float32)
    y = (X[:, 0] > 0).astype(int)
    model = _build("knn", "binary")
    ticks = iter(range(10**6))
    model.clock = lambda: float(next(ticks))
    model.fit(X, y, X_valid=X, y_valid=y, time_limit_seconds=10.0)
    assert model.info["n_kept"] == 1000
    assert (model.predict(X).argmax(axis=1) == y).mean() > 0.9


def test_neighbours_call_no_class_impossible():
    X, y = example("scaled", "multiclass")
    assert (_build("knn", "multiclass").fit(X, y).predict(X) > 0).all()


@pytest.mark.parametrize(("metric", "expected"), [("rmse", 4.0), ("mae", 2.0), ("medae", 2.0)])
def test_the_baseline_of_absolute_errors_is_the_median(metric, expected):
    y = np.array([1.0, 2.0, 9.0])
    X = np.zeros((3, 1), dtype=np.float32)
    assert _build("dummy", "regression", metric).fit(X, y).predict(X).tolist() == [expected] * 3


def test_slow_learning_rates_are_raised_on_many_rows():
    family = FAMILIES.get("lightgbm")
    small = dict(family.warm_starts("binary", 5_000, 10))
    large = dict(family.warm_starts("binary", 50_000, 10))
    assert next(iter(small)) == next(iter(large)) == "A"
    assert large["r177"]["learning_rate"] > 2 * small["r177"]["learning_rate"]
