"""Trees, votes, margins and reweighted rows: what each family promises beyond the suite."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.svm import LinearSVC

from jupyter_automl.models import FAMILIES
from jupyter_automl.testing.families import example

K = {"binary": 2, "multiclass": 4, "regression": 0}


def _build(name, task, params=None, metric="log_loss"):
    return FAMILIES.get(name).build(
        params or {}, task=task, n_classes=K[task], metric=metric, random_state=0, n_jobs=1
    )


def _ticking(model, seconds):
    """A clock that goes on by `seconds` at every look."""
    ticks = iter(range(10**6))
    model.clock = lambda: next(ticks) * seconds
    return model


def _log_loss(p, y):
    return -np.log(np.maximum(p[np.arange(len(y)), y], 1e-15)).mean()


def _circle(n=600):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n, 2)).astype(np.float32)
    return X, ((X**2).sum(axis=1) < 1.4).astype(np.int64)


# --- histogram gradient boosting -----------------------------------------------------------


def test_portions_of_rounds_are_the_same_model_as_all_at_once():
    X, y = example("native", "regression")
    params = {"learning_rate": 0.1, "n_rounds": 40}
    whole = _build("hist_gradient_boosting", "regression", params, "rmse").fit(X, y)
    model = _ticking(_build("hist_gradient_boosting", "regression", params, "rmse"), 1e-3)
    model.fit(X, y, time_limit_seconds=1e3)
    assert whole.info["n_rounds"] == model.info["n_rounds"] == 40
    assert np.allclose(whole.predict(X), model.predict(X))


def test_boosting_stopped_by_time_keeps_what_it_has():
    X, y = example("native", "binary")
    model = _build("hist_gradient_boosting", "binary", {"learning_rate": 1e-4})
    model.clock = lambda: 0.1 * getattr(model.model, "n_iter_", 0)
    model.fit(X, y, X_valid=X, y_valid=y, time_limit_seconds=10.0)
    assert model.info["stopped_by_time"]
    assert 60 <= model.info["n_rounds"] <= 100


def test_boosting_is_cut_at_its_best_round():
    X, y = example("native", "binary")
    noise = np.random.default_rng(0).permutation(y)
    model = _build("hist_gradient_boosting", "binary").fit(X, y, X_valid=X, y_valid=noise)
    assert model.info["stopped_by"] == "patience"
    assert model.info["best_iteration"] == model.model.n_iter_ < model.info["n_rounds"]


@pytest.mark.parametrize("max_bins", [63, 255])
def test_boosting_takes_more_levels_than_the_library_does(max_bins):
    rng = np.random.default_rng(0)
    codes = np.concatenate([np.arange(900), rng.integers(0, 40, size=3_000)])
    levels = [f"v{i}" for i in range(1_000)]
    X = pd.DataFrame({"many": pd.Categorical.from_codes(codes, categories=levels)})
    y = (codes % 2).astype(np.int64)
    model = _build("hist_gradient_boosting", "binary", {"n_rounds": 60, "max_bins": max_bins})
    model.fit(X, y)
    often = codes < 40
    assert (model.predict(X).argmax(axis=1) == y)[often].mean() > 0.95
    unseen = pd.DataFrame({"many": pd.Categorical(["v950", None], categories=levels)})
    assert np.isfinite(model.predict(unseen)).all()


def test_boosting_stops_early_although_validation_has_a_class_that_training_lacks():
    X, y = example("native", "multiclass")
    known = np.flatnonzero(y != 2)
    model = _build("hist_gradient_boosting", "multiclass")
    model.fit(X.iloc[known], y[known], X_valid=X, y_valid=y)
    assert model.info["stopped_by"] == "patience"
    assert (model.predict(X)[:, 2] == 0).all()


# --- decision tree ---------------------------------------------------------------------------


def test_shrinkage_draws_leaves_towards_their_parents_and_keeps_the_mean():
    X, y = example("ordinal", "binary")
    free = _build("decision_tree", "binary", {"max_leaf_nodes": 16, "shrinkage": 0.0}).fit(X, y)
    drawn = _build("decision_tree", "binary", {"max_leaf_nodes": 16, "shrinkage": 50.0}).fit(X, y)
    spread = [model.predict(X)[:, 1].std() for model in (free, drawn)]
    assert spread[1] < 0.8 * spread[0]
    assert free.predict(X)[:, 1].mean() == pytest.approx(y.mean())
    # Nothing of a split is lost, so the order of most rows stays.
    assert np.corrcoef(free.predict(X)[:, 1], drawn.predict(X)[:, 1])[0, 1] > 0.8


def test_the_scale_of_weights_does_not_matter_to_a_tree():
    X, y = example("ordinal", "regression")
    weight = np.linspace(0.5, 1.5, len(y))
    one = _build("decision_tree", "regression", metric="rmse").fit(X, y, sample_weight=weight)
    other = _build("decision_tree", "regression", metric="rmse")
    other.fit(X, y, sample_weight=1000 * weight)
    assert np.allclose(one.predict(X), other.predict(X))


def test_leaves_of_absolute_errors_hold_medians():
    X = np.repeat([[0.0], [1.0]], 50, axis=0).astype(np.float32)
    y = np.concatenate([np.arange(50.0), 1_000 + np.arange(50.0)])
    y[49] = 1e6
    model = _build("decision_tree", "regression", {"max_leaf_nodes": 2}, "mae").fit(X, y)
    assert set(model.predict(X)) <= {24.0, 24.5, 25.0, 1024.5}


def test_a_tree_without_time_is_fitted_on_fewer_rows():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(30_000, 3)).astype(np.float32)
    y = (X[:, 0] > 0).astype(np.int64)
    model = _ticking(_build("decision_tree", "binary"), 1.0)
    model.fit(X, y, time_limit_seconds=8.0)
    assert model.info["stopped_by_time"]
    assert 500 <= model.info["n_rows_fitted"] < 30_000
    assert (model.predict(X).argmax(axis=1) == y).mean() > 0.95


# --- naive Bayes -----------------------------------------------------------------------------


@pytest.mark.parametrize("numbers", ["bins", "bell"])
def test_columns_that_say_the_same_do_not_make_it_too_sure(numbers):
    rng = np.random.default_rng(0)
    y = rng.integers(0, 2, size=2_000)
    signal = (y + rng.normal(size=2_000)).astype(np.float32)
    X = pd.DataFrame({f"f{i}": signal for i in range(30)})
    one = _build("naive_bayes", "binary", {"numbers": numbers}).fit(X[["f0"]], y)
    many = _build("naive_bayes", "binary", {"numbers": numbers}).fit(X, y)
    assert many.info["trust"] < 0.1
    assert _log_loss(many.predict(X), y) < 1.02 * _log_loss(one.predict(X[["f0"]]), y)


def test_missing_cells_and_unseen_levels_do_not_vote():
    X, y = example("native", "binary")
    model = _build("naive_bayes", "binary").fit(X, y)
    category = X.columns[2]
    nothing = X.iloc[:1].copy()
    for name in X.columns[:2]:
        nothing[name] = np.float32(np.nan)
    nothing[category] = pd.Categorical(["d"], categories=X[category].cat.categories)
    silent = nothing.assign(**{category: pd.Categorical([None], X[category].cat.categories)})
    assert np.allclose(model.predict(nothing), model.predict(silent))
    assert model.predict(nothing)[0].max() < 0.8


def test_one_odd_cell_does_not_outvote_the_others():
    rng = np.random.default_rng(0)
    y = rng.integers(0, 2, size=400)
    X = pd.DataFrame({f"f{i}": (y + rng.normal(size=400)).astype(np.float32) for i in range(6)})
    model = _build("naive_bayes", "binary", {"numbers": "bell"}).fit(X, y)
    odd = X.assign(f0=np.float32(1e30))
    assert np.isfinite(model.predict(odd)).all()
    assert (model.predict(odd).argmax(axis=1) == y).mean() > 0.7


@pytest.mark.parametrize("numbers", ["bins", "bell"])
def test_a_class_that_training_lacks_gets_no_vote(numbers):
    rng = np.random.default_rng(0)
    X = pd.DataFrame(rng.normal(size=(300, 8)).astype(np.float32), columns=list("abcdefgh"))
    y = np.where(X["a"] > 0, 3, 1).astype(np.int64)
    y[:5] = 0
    model = _build("naive_bayes", "multiclass", {"numbers": numbers}).fit(X, y)
    far = pd.concat([X, X + np.float32(50.0)])
    shares = model.predict(far)
    assert (shares[:, 2] == 0).all()
    assert (shares[5:300].argmax(axis=1) == y[5:]).mean() > 0.8


def test_discriminant_analysis_never_predicts_a_class_that_training_lacks():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(400, 6)).astype(np.float32) + 3
    y = np.where(X[:, 0] > 3, 3, 1).astype(np.int64)
    model = _build("linear", "multiclass", {"method": "discriminant"}).fit(X, y)
    shares = model.predict(np.vstack([X, -100 * X, 100 * X]))
    assert (shares[:, [0, 2]] == 0).all()
    assert (shares[:400].argmax(axis=1) == y).mean() > 0.9
    parts = model.contributions(X)
    assert parts.shape == (400, 4, 7)
    assert np.isfinite(parts).all()
    assert (parts[:, [0, 2]] == 0).all()


# --- AdaBoost ----------------------------------------------------------------------------------


def test_reweighted_stumps_are_an_additive_logistic_regression():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(3_000, 2)).astype(np.float32)
    truth = 1 / (1 + np.exp(-(np.sign(X[:, 0]) + np.sign(X[:, 1]))))
    y = (rng.random(3_000) < truth).astype(np.int64)
    params = {"max_depth": 1, "learning_rate": 0.5, "n_rounds": 40}
    p = _build("adaboost", "binary", params).fit(X, y).predict(X)[:, 1]
    assert np.abs(p - truth).mean() < 0.04


@pytest.mark.parametrize("task", ["binary", "regression"])
def test_adaboost_keeps_its_best_round_and_its_limit(task):
    X, y = example("ordinal", task)
    rng = np.random.default_rng(0)
    model = _build("adaboost", task, {"max_depth": 8, "learning_rate": 1.0}, "rmse")
    model.fit(X[:80], y[:80], X_valid=X[80:], y_valid=rng.permutation(y[80:]))
    assert model.info["best_iteration"] == len(model.model.trees) < model.info["n_rounds"]
    hurried = _ticking(_build("adaboost", task, metric="rmse"), 0.1)
    hurried.fit(X, y, time_limit_seconds=1.0)
    assert hurried.info["stopped_by_time"]
    assert 1 <= len(hurried.model.trees) < 20


def test_many_rows_are_drawn_by_their_weights(monkeypatch):
    monkeypatch.setattr("jupyter_automl.models.reweighting._MOST_ROWS", 200)
    X, y = _circle(2_000)
    y[:3] = 1
    model = _build("adaboost", "binary", {"max_depth": 3, "n_rounds": 60}).fit(X, y)
    assert (model.predict(X).argmax(axis=1) == y).mean() > 0.9


# --- support vector machines -----------------------------------------------------------------


def test_the_straight_margin_is_that_of_scikit_learn():
    X, y = example("scaled", "binary")
    model = _build("svm", "binary", {"kernel": "linear", "C": 0.5}).fit(X, y)
    theirs = LinearSVC(C=0.5, tol=1e-8, max_iter=20_000, intercept_scaling=100).fit(X, y)
    ours, other = model.model.coef_[0], theirs.coef_[0]
    assert ours @ other / np.linalg.norm(ours) / np.linalg.norm(other) > 0.995
    parts = model.contributions(X)
    p = model.predict(X)
    assert np.allclose(parts.sum(axis=1), np.log(p[:, 1] / p[:, 0]), atol=1e-4)


def test_the_curved_margin_learns_what_the_straight_one_cannot():
    X, y = _circle()
    right = {}
    for kernel in ("linear", "rbf"):
        model = _build("svm", "binary", {"kernel": kernel}).fit(X[:400], y[:400])
        right[kernel] = (model.predict(X[400:]).argmax(axis=1) == y[400:]).mean()
    assert right["rbf"] > 0.9 > right["linear"]


@pytest.mark.parametrize("kernel", ["linear", "rbf"])
@pytest.mark.parametrize("n", [600, 3_000])
def test_probabilities_of_margins_are_honest(kernel, n):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n + 2_000, 3)).astype(np.float32)
    truth = 1 / (1 + np.exp(-2 * X[:, 0]))
    y = (rng.random(len(X)) < truth).astype(np.int64)
    model = _build("svm", "binary", {"kernel": kernel, "C": 1.0}).fit(X[:n], y[:n])
    p = model.predict(X[n:])
    assert _log_loss(p, y[n:]) < 1.12 * _log_loss(
        np.column_stack([1 - truth[n:], truth[n:]]), y[n:]
    )


def test_margins_of_values_follow_a_curve_and_stay_near_what_was_seen():
    rng = np.random.default_rng(0)
    X = rng.uniform(-3, 3, size=(400, 1)).astype(np.float32)
    y = 500 + 100 * np.sin(X[:, 0])
    params = {"kernel": "rbf", "C": 30.0}
    model = _build("svm", "regression", params, "rmse").fit(X, y)
    assert np.abs(model.predict(X) - y).mean() < 20
    straight = _build("svm", "regression", {"kernel": "linear"}, "rmse").fit(X, y)
    far = straight.predict(np.array([[1e6], [-1e6]], dtype=np.float32))
    assert (np.abs(far - 500) < 300).all()


def test_a_kernel_without_time_compares_fewer_rows():
    X, y = _circle(6_000)
    model = _ticking(_build("svm", "binary", {"kernel": "rbf"}), 1.0)
    model.fit(X, y, time_limit_seconds=6.0)
    assert model.info["stopped_by_time"]
    assert model.info["n_rows_fitted"] < 6_000
    assert (model.predict(X).argmax(axis=1) == y).mean() > 0.9


def test_many_rows_get_straight_margins_only():
    family = FAMILIES.get("svm")
    assert "kernel" in family.space("binary", 2_000, 10)
    assert "kernel" not in family.space("binary", 50_000, 10)
    kernels = {params["kernel"] for _, params in family.warm_starts("binary", 50_000, 10)}
    assert kernels == {"linear"}
