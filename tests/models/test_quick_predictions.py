"""Quick ways to predict a few rows give what the libraries' own ways give."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest

from jupyter_automl.models import FAMILIES
from jupyter_automl.models.codes import as_codes
from jupyter_automl.models.estimator import as_probabilities
from jupyter_automl.models.flat_trees import FlatTrees, in_order
from jupyter_automl.testing.families import example

TASKS = ("binary", "multiclass", "regression")
K = {"binary": 2, "multiclass": 4, "regression": 0}
NATIVE = [
    (name, task)
    for name in FAMILIES.available()
    for task in FAMILIES.get(name).tasks
    if FAMILIES.get(name).encoding == "native"
]
ROUNDS = ("lightgbm", "xgboost", "catboost", "hist_gradient_boosting")
OF_TREES = ("random_forest", "extra_trees", "adaboost", "decision_tree")


def _fitted(name: str, task: Any, **params: Any) -> tuple[Any, Any]:
    family = FAMILIES.get(name)
    X, y = example(family.encoding, task)
    metric = "rmse" if task == "regression" else "log_loss"
    estimator = family.build(
        params, task=task, n_classes=K[task], metric=metric, random_state=1, n_jobs=1
    )
    return estimator.fit(X, y), X


@pytest.mark.parametrize(("name", "task"), NATIVE)
def test_codes_are_predicted_as_the_frame(name: str, task: Any) -> None:
    estimator, X = _fitted(name, task, **({"n_rounds": 12} if name in ROUNDS else {}))
    assert estimator.takes_codes
    codes = as_codes(X)
    given = codes.copy()
    expected = estimator.predict(X)
    np.testing.assert_array_equal(estimator.predict(codes), expected)
    np.testing.assert_array_equal(estimator.predict(codes[:1]), expected[:1])
    unseen = np.full((1, X.shape[1]), np.nan, dtype=codes.dtype)
    assert np.isfinite(estimator.predict(unseen)).all()
    # Members of an ensemble share it.
    np.testing.assert_array_equal(codes, given)


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("name", ["lightgbm", "xgboost"])
def test_rows_by_themselves_are_predicted_as_all_together(
    name: str, task: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    estimator, X = _fitted(name, task)
    codes = as_codes(X)
    codes[::5, 0] = np.nan
    before = len(pickle.dumps(estimator))
    single = [estimator.predict(codes[place : place + 1]) for place in range(len(codes))]
    assert len(pickle.dumps(estimator)) == before, "Handles of C were stored."
    together = estimator.predict(codes)
    np.testing.assert_array_equal(np.concatenate(single), together)
    np.testing.assert_array_equal(estimator.predict(codes[:3]), together[:3])
    # What another booster says must not be written over what this one has said.
    kept, other = estimator.predict(codes[:1]), codes[1:2].astype(np.float64)
    np.testing.assert_allclose(estimator.predict(other), together[1:2], rtol=1e-6)
    np.testing.assert_array_equal(kept, together[:1])
    wide = np.asfortranarray(codes[:3])
    np.testing.assert_array_equal(estimator.predict(wide), together[:3])
    # What was got ready belongs to the fit before.
    y = example(FAMILIES.get(name).encoding, task)[1]
    estimator.fit(X, y[::-1].copy())
    np.testing.assert_array_equal(estimator.predict(codes[:1]), estimator.predict(codes)[:1])
    estimator.fit(X, y)
    # A package without its C library at hand is asked in the usual way.
    monkeypatch.setattr("jupyter_automl.models.few_rows._function", lambda module, function: None)
    again = pickle.loads(pickle.dumps(estimator))
    np.testing.assert_array_equal(again.predict(codes[:1]), together[:1])


@pytest.mark.parametrize("name", ["lightgbm", "xgboost"])
def test_a_row_of_too_few_columns_is_an_error(name: str) -> None:
    estimator, X = _fitted(name, "binary")
    with pytest.raises(Exception, match="feature"):
        estimator.predict(as_codes(X)[:1, :-1])


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("name", OF_TREES)
def test_flat_trees_are_the_library_s_trees(
    name: str, task: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    params = {"n_rounds": 20} if name == "adaboost" else {"min_samples_leaf": 1}
    estimator, X = _fitted(name, task, **params)
    few = [estimator.predict(X[:n]) for n in (1, 5)]
    if name in ("random_forest", "extra_trees"):
        forest = estimator.model
        own = forest.predict(X[:5]) if task == "regression" else forest.predict_proba(X[:5])
        if task != "regression":
            weight, shares = estimator.mixture()
            assert shares.sum() == pytest.approx(1.0)
            own = (1 - weight) * own + weight * shares
        np.testing.assert_allclose(estimator.predict(X[:5]), own, rtol=0, atol=1e-12)
    monkeypatch.setattr("jupyter_automl.models.flat_trees.MOST_NODES", 0)
    again = pickle.loads(pickle.dumps(estimator))
    for rows, found in zip((1, 5), few, strict=True):
        np.testing.assert_array_equal(again.predict(X[:rows]), found)
    monkeypatch.setattr("jupyter_automl.models.flat_trees.MOST_CELLS", 0)
    monkeypatch.setattr("jupyter_automl.models.forest.MOST_CELLS", 0)
    many = pickle.loads(pickle.dumps(estimator)).predict(X)
    for rows, found in zip((1, 5), few, strict=True):
        np.testing.assert_allclose(many[:rows], found, rtol=0, atol=1e-12)


def test_values_on_a_threshold_and_trees_of_one_leaf() -> None:
    from sklearn.tree import DecisionTreeRegressor

    X = np.array([[0.0], [1.0], [1.0], [3.0]], dtype=np.float32)
    grown = [DecisionTreeRegressor(random_state=0).fit(X, y) for y in ([0, 1, 1, 5], [2] * 4)]
    flat = FlatTrees([tree.tree_ for tree in grown])
    asked = np.array([[0.5], [2.0], [np.nextafter(np.float32(2), np.float32(9))]], np.float32)
    expected = np.stack([tree.predict(asked) for tree in grown])
    np.testing.assert_array_equal(flat.leaves(asked)[:, :, 0], expected)


def test_flat_trees_are_not_pickled() -> None:
    estimator, X = _fitted("extra_trees", "binary")
    before = len(pickle.dumps(estimator))
    estimator.predict(X[:1])
    assert len(pickle.dumps(estimator)) == before


def test_sums_are_made_in_order() -> None:
    values = np.random.default_rng(0).normal(size=(300, 1))
    total = 0.0
    for value in values[:, 0].tolist():
        total += value
    assert in_order(values)[0] == total


@pytest.mark.parametrize(
    "raw",
    [[0.2, 1.0], [[0.0, 0.0], [np.nan, 1.0]], [[-1.0, 2.0], [0.25, 0.5]], [[np.inf, 1.0]]],
)
def test_probabilities_are_finite_and_sum_to_one(raw: Any) -> None:
    whole = as_probabilities(np.array(raw, dtype=np.float64))
    assert np.isfinite(whole).all()
    np.testing.assert_allclose(whole.sum(axis=1), 1.0)
