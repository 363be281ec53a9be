"""What forests and neighbours say of their own training rows."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor

from jupyter_automl.models import FAMILIES
from jupyter_automl.testing.families import example

FORESTS = {"multiclass": RandomForestClassifier, "regression": RandomForestRegressor}
LEAVING = [n for n in FAMILIES.available() if getattr(FAMILIES.get(n), "leaves_rows_out", False)]


def _estimator(name, task, params=None, seed=3):
    estimator = FAMILIES.get(name).build(
        params or {},
        task=task,
        n_classes={"binary": 2, "multiclass": 4, "regression": 0}[task],
        metric="rmse" if task == "regression" else "log_loss",
        random_state=seed,
        n_jobs=1,
    )
    estimator.leave_out = True
    return estimator


def _ticking(estimator, seconds):
    """An estimator whose clock goes on by so much whenever it is looked at."""
    ticks = iter(range(10**9))
    estimator.clock = lambda: next(ticks) * seconds
    return estimator


def _unmixed(said, votes, shares):
    """Without the class shares that count as one more tree."""
    return ((votes + 1) * said - shares) / votes


@pytest.mark.parametrize("task", FORESTS)
def test_forests_say_what_scikit_learn_calls_out_of_bag(task):
    X, y = example("ordinal", task)
    said = _estimator("random_forest", task, {"n_estimators": 60}).fit(X, y).left_out()
    theirs = FORESTS[task](n_estimators=60, oob_score=True, random_state=3, n_jobs=1).fit(X, y)
    if task == "regression":
        assert np.allclose(said, theirs.oob_prediction_)
        return
    votes = len(theirs.estimators_) - sum(
        np.isin(np.arange(len(y)), rows) for rows in theirs.estimators_samples_
    )
    others = np.bincount(y) - np.eye(4)[y]
    plain = _unmixed(said, votes[:, None], others / (len(y) - 1))
    assert np.allclose(plain, theirs.oob_decision_function_)


@pytest.mark.parametrize("task", FORESTS)
def test_of_a_row_that_all_trees_have_drawn_the_others_tell(task):
    X, y = example("ordinal", task)
    estimator = _estimator("random_forest", task, {"n_estimators": 1}).fit(X, y)
    drawn = np.unique(estimator.model.estimators_samples_[0])
    said = estimator.left_out()[drawn]
    rest = (len(y) - 1) * np.ones(len(drawn))
    if task == "regression":
        assert np.allclose(said, (y.sum() - y[drawn]) / rest)
    else:
        counts = np.bincount(y) - np.eye(4)[y[drawn]]
        assert np.allclose(said, counts / rest[:, None])


@pytest.mark.parametrize("task", ["multiclass", "regression"])
def test_neighbours_are_those_of_a_fit_without_the_row(task):
    X, y = example("scaled", task)
    said = _estimator("knn", task).fit(X, y).left_out()
    for row in (0, 7, len(y) - 1):
        rest = np.arange(len(y)) != row
        alone = _estimator("knn", task).fit(X[rest], y[rest]).predict(X[row : row + 1])
        assert np.allclose(said[row], alone[0], atol=1e-6)


def test_rows_that_are_not_kept_ask_those_that_are(monkeypatch):
    from jupyter_automl.models.families import knn

    monkeypatch.setattr(knn, "MOST_KEPT", 50)
    X, y = example("scaled", "regression")
    estimator = _estimator("knn", "regression").fit(X, y)
    said = estimator.left_out()
    assert estimator.info["n_kept"] == 50
    assert (np.isclose(said, estimator.predict(X))).sum() >= len(y) - 50


@pytest.mark.parametrize("name", LEAVING)
def test_a_single_class_is_left_out_as_well(name):
    X, _ = example(FAMILIES.get(name).encoding, "binary")
    estimator = _estimator(name, "binary").fit(X, np.zeros(len(X), dtype=np.int64))
    assert np.allclose(estimator.left_out(), estimator.predict(X))


@pytest.mark.parametrize("name", LEAVING)
def test_it_is_asked_before_and_once(name):
    X, y = example(FAMILIES.get(name).encoding, "binary")
    estimator = _estimator(name, "binary")
    estimator.leave_out = False
    with pytest.raises(RuntimeError, match="left no rows out"):
        estimator.fit(X, y).left_out()
    estimator.leave_out = True
    estimator.fit(X, y).left_out()
    with pytest.raises(RuntimeError, match="left no rows out"):
        estimator.left_out()


def test_asking_the_trees_is_part_of_a_forests_time():
    X, y = example("ordinal", "binary")
    grown = {}
    for leave_out in (False, True):
        estimator = _ticking(_estimator("random_forest", "binary"), 0.1)
        estimator.leave_out = leave_out
        grown[leave_out] = estimator.fit(X, y, time_limit_seconds=3.0).info["n_rounds"]
    assert 1 <= grown[True] < grown[False] < 300


@pytest.mark.parametrize("name", ["random_forest", "extra_trees"])
def test_what_no_tree_says_is_unlikely_and_not_impossible(name):
    X, y = example("ordinal", "multiclass")
    estimator = _estimator(name, "multiclass", {"min_samples_leaf": 1, "n_estimators": 30})
    estimator.leave_out = name == "random_forest"
    said = estimator.fit(X, y).predict(X)
    plain = estimator.model.predict_proba(X)
    assert (plain == 0.0).any()
    assert said[plain == 0.0] == pytest.approx(
        np.broadcast_to(np.bincount(y) / len(y) / 31, plain.shape)[plain == 0.0]
    )
    assert (said.argmax(axis=1) == plain.argmax(axis=1)).mean() > 0.99
    if estimator.leave_out:
        assert (estimator.left_out() > 0.0).all()
