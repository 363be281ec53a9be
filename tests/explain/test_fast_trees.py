"""Flat trees give what the libraries and the definition give."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from itertools import combinations
from math import factorial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from jupyter_automl.explain import fast_trees, tree_tables
from jupyter_automl.explain.fast_trees import FastTrees, seconds_to_load, warm_up
from jupyter_automl.explain.folds import source_matrix, to_columns
from jupyter_automl.explain.tree_tables import NotFlatError, TreeTables

N, D = 300, 6


@pytest.fixture(scope="module")
def X() -> np.ndarray:
    """Numbers with gaps and zeros; the last column has 40 categories, some of them missing."""
    rng = np.random.default_rng(0)
    cells = rng.normal(size=(N, D))
    cells[rng.random((N, D)) < 0.15] = np.nan
    cells[rng.random((N, D)) < 0.15] = 0.0
    cells[:, -1] = rng.integers(0, 40, N)
    cells[::17, -1] = np.nan
    return cells


@pytest.fixture(scope="module")
def target(X: np.ndarray) -> np.ndarray:
    rng = np.random.default_rng(1)
    level = np.nan_to_num(X[:, -1], nan=7.0)
    score = np.nan_to_num(X[:, 0]) * np.nan_to_num(X[:, 1], nan=1.0) + np.isin(level % 7, (1, 4))
    return np.asarray(score - np.isnan(X[:, 2]) + rng.normal(0, 0.2, N))


def by_definition(tables: TreeTables, row: np.ndarray) -> np.ndarray:
    """Shapley values (d, n_outputs) of the path-dependent game, over all coalitions."""
    d = len(row)
    asked = sorted({int(f) for f in tables.feature if f >= 0})

    def goes_left(node: int, x: float) -> bool:
        if np.isnan(x) or (tables.zero_missing[node] and abs(x) <= 1e-35):
            return bool(tables.missing_left[node])
        size = tables.set_size[node]
        if size < 0:
            return bool(x <= tables.threshold[node])
        level = int(x)
        if x < 0 or level >= 32 * size:
            return False
        word = int(tables.words[tables.set_start[node] + level // 32])
        return bool(word >> (level % 32) & 1)

    def worth(node: int, known: frozenset[int]) -> np.ndarray:
        f = int(tables.feature[node])
        if f < 0:
            return np.asarray(tables.value[node])
        left, right = int(tables.left[node]), int(tables.right[node])
        if f in known:
            return worth(left if goes_left(node, row[f]) else right, known)
        part = tables.cover[left] / tables.cover[node]
        return part * worth(left, known) + (1.0 - part) * worth(right, known)

    def total(known: frozenset[int]) -> np.ndarray:
        out = np.zeros(tables.n_outputs)
        for root, first in zip(tables.roots, tables.output, strict=True):
            said = worth(int(root), known)
            out[first : first + len(said)] += said
        return out

    values, m = np.zeros((d, tables.n_outputs)), len(asked)
    for f in asked:
        others = [other for other in asked if other != f]
        for size in range(m):
            share = factorial(size) * factorial(m - size - 1) / factorial(m)
            for known in combinations(others, size):
                values[f] += share * (total(frozenset({*known, f})) - total(frozenset(known)))
    return values


def lightgbm(X: np.ndarray, y: np.ndarray, **settings: Any) -> Any:
    import lightgbm as lgb

    categories = settings.pop("categorical_feature", [D - 1])
    data = lgb.Dataset(X, y, categorical_feature=categories, free_raw_data=False)
    rounds = settings.pop("rounds", 12)
    given = {"verbosity": -1, "num_threads": 1, "min_data_in_leaf": 3, "min_data_per_group": 2}
    return lgb.train({**given, "learning_rate": 0.3, **settings}, data, num_boost_round=rounds)


LIGHTGBM: dict[str, dict[str, Any]] = {
    "regression": {"objective": "regression"},
    "binary": {"objective": "binary"},
    "several classes": {"objective": "multiclass", "num_class": 3},
    "zeros are missing": {"objective": "regression", "zero_as_missing": True},
    "nothing is missing": {"objective": "regression", "use_missing": False},
    "many leaves": {"objective": "regression", "num_leaves": 80, "min_data_in_leaf": 1},
    "stumps": {"objective": "regression", "num_leaves": 2},
    "a category as one of two": {"objective": "regression", "max_cat_to_onehot": 100},
    "a mean of trees": {
        "objective": "regression",
        "boosting": "rf",
        "bagging_fraction": 0.7,
        "bagging_freq": 1,
    },
    "extra trees": {"objective": "regression", "extra_trees": True, "path_smooth": 2.0},
}


@pytest.mark.parametrize("name", LIGHTGBM)
def test_lightgbm(X: np.ndarray, target: np.ndarray, name: str) -> None:
    settings = dict(LIGHTGBM[name])
    y = target
    if settings["objective"] == "binary":
        y = (target > 0.3).astype(float)
    elif settings["objective"] == "multiclass":
        y = np.digitize(target, [-0.2, 0.6]).astype(float)
    booster = lightgbm(X, y, **settings)
    fast = FastTrees(tree_tables.of_lightgbm(booster))
    got = fast.values(X, n_jobs=2)
    k = got.shape[2]
    expected = np.asarray(booster.predict(X, pred_contrib=True)).reshape(N, k, D + 1)
    if name == "a mean of trees":
        # LightGBM itself gives the values of the sum here, which do not add up.
        expected = expected / booster.num_trees()
    np.testing.assert_allclose(got, np.swapaxes(expected[..., :-1], 1, 2), atol=1e-9)
    np.testing.assert_allclose(fast.base, expected[0, :, -1], atol=1e-9)
    # And raw scores that are no mean.
    plain = name != "a mean of trees"
    raw = np.asarray(booster.predict(X, raw_score=plain)).reshape(N, k)
    np.testing.assert_allclose(got.sum(axis=1) + fast.base, raw, atol=1e-9)


def test_cells_that_lightgbm_has_not_seen(X: np.ndarray, target: np.ndarray) -> None:
    booster = lightgbm(X, target, objective="regression")
    strange = X[:8].copy()
    strange[:, -1] = [-3, 40, 63, 64, 1e6, np.nan, 0, 39]
    strange[:, 0] = [np.inf, -np.inf, np.nan, 0, 1e-40, -1e-40, 1e30, -1e30]
    got = FastTrees(tree_tables.of_lightgbm(booster)).values(strange)
    expected = np.asarray(booster.predict(strange, pred_contrib=True))[:, :-1]
    np.testing.assert_allclose(got[:, :, 0], expected, atol=1e-9)


def test_trees_that_never_split_add_to_the_base_alone() -> None:
    rng = np.random.default_rng(0)
    booster = lightgbm(
        rng.normal(size=(30, 2)), rng.normal(size=30), objective="regression",
        min_data_in_leaf=30, categorical_feature=[], rounds=3,
    )  # fmt: skip
    fast = FastTrees(tree_tables.of_lightgbm(booster))
    rows = rng.normal(size=(4, 2))
    np.testing.assert_array_equal(fast.values(rows), np.zeros((4, 2, 1)))
    assert fast.base[0] == pytest.approx(booster.predict(rows)[0])


def test_linear_leaves_are_refused(X: np.ndarray, target: np.ndarray) -> None:
    booster = lightgbm(
        np.nan_to_num(X), target, objective="regression", linear_tree=True, categorical_feature=[]
    )
    with pytest.raises(NotFlatError):
        tree_tables.of_lightgbm(booster)


def xgboost(X: np.ndarray, y: np.ndarray, **settings: Any) -> tuple[Any, Callable[..., Any]]:
    import xgboost as xgb

    types = ["q"] * (D - 1) + ["c"]

    def matrix(cells: np.ndarray, label: np.ndarray | None = None) -> Any:
        return xgb.DMatrix(cells, label, feature_types=types, enable_categorical=True, nthread=1)

    given = {"verbosity": 0, "nthread": 1, "tree_method": "hist", "learning_rate": 0.3}
    rounds = settings.pop("rounds", 10)
    return xgb.train({**given, **settings}, matrix(X, y), num_boost_round=rounds), matrix


XGBOOST: dict[str, dict[str, Any]] = {
    "regression": {"objective": "reg:squarederror"},
    "binary": {"objective": "binary:logistic"},
    "several classes": {"objective": "multi:softprob", "num_class": 3},
    "deep": {"objective": "reg:squarederror", "max_depth": 12, "min_child_weight": 0.1},
    "a category as one of two": {"objective": "reg:squarederror", "max_cat_to_onehot": 100},
    "by leaves": {"objective": "reg:squarederror", "grow_policy": "lossguide", "max_leaves": 20},
}


@pytest.mark.parametrize("name", XGBOOST)
def test_xgboost(X: np.ndarray, target: np.ndarray, name: str) -> None:
    settings = dict(XGBOOST[name])
    y = target
    if settings["objective"] == "binary:logistic":
        y = (target > 0.3).astype(float)
    elif settings["objective"] == "multi:softprob":
        y = np.digitize(target, [-0.2, 0.6]).astype(float)
    booster, matrix = xgboost(X, y, **settings)
    got = FastTrees(tree_tables.of_xgboost(booster)).values(X)
    expected = np.asarray(booster.predict(matrix(X), pred_contribs=True), dtype=np.float64)
    expected = expected.reshape(N, got.shape[2], D + 1)[..., :-1]
    # It adds up in 32 bits.
    np.testing.assert_allclose(got, np.swapaxes(expected, 1, 2), atol=5e-6)


def test_pairs_are_those_of_xgboost(X: np.ndarray, target: np.ndarray) -> None:
    booster, matrix = xgboost(X, target, objective="reg:squarederror", max_depth=5)
    fast = FastTrees(tree_tables.of_xgboost(booster))
    rows = X[:20]
    expected = np.asarray(booster.predict(matrix(rows), pred_interactions=True), dtype=np.float64)
    got = fast.pairs(rows, np.arange(D), n_jobs=2)[:, 0]
    off = ~np.eye(D, dtype=bool)
    np.testing.assert_allclose(got[:, off], 2 * expected[:, :-1, :-1][:, off], atol=2e-5)
    # Chosen in another order, one left out and two in one place.
    slot = np.array([1, 0, -1, 2, 2, -1])
    chosen = fast.pairs(rows, slot)[:, 0]
    np.testing.assert_allclose(chosen[:, 0, 1], got[:, 1, 0], atol=1e-12)
    np.testing.assert_allclose(chosen[:, 0, 2], got[:, 1, 3] + got[:, 1, 4], atol=1e-12)
    np.testing.assert_array_equal(chosen, np.swapaxes(chosen, 1, 2))


@pytest.mark.parametrize("k", [None, 2, 3])
@pytest.mark.parametrize("kind", ["RandomForest", "ExtraTrees"])
def test_forests_of_scikit_learn(X: np.ndarray, target: np.ndarray, kind: str, k: int) -> None:
    import sklearn.ensemble

    cells = np.nan_to_num(X).astype(np.float32)
    y = target if k is None else np.digitize(target, np.quantile(target, np.arange(1, k) / k))
    forest = getattr(sklearn.ensemble, kind + ("Regressor" if k is None else "Classifier"))(
        n_estimators=5, max_leaf_nodes=20, random_state=0
    ).fit(cells, y)
    trees = [tree.tree_ for tree in forest.estimators_]
    tables = tree_tables.of_sklearn(trees, None if k is None else range(k))
    fast = FastTrees(tables)
    got = fast.values(cells)
    said = forest.predict(cells)[:, None] if k is None else forest.predict_proba(cells)
    np.testing.assert_allclose(got.sum(axis=1) + fast.base, said, atol=1e-9)
    for row in range(3):
        np.testing.assert_allclose(got[row], by_definition(tables, cells[row]), atol=1e-9)


def test_a_forest_as_shap_has_it(X: np.ndarray, target: np.ndarray) -> None:
    from sklearn.ensemble import RandomForestRegressor

    from jupyter_automl.explain.folds import _tree_explainer

    cells = np.nan_to_num(X).astype(np.float32)
    forest = RandomForestRegressor(n_estimators=4, random_state=0).fit(cells, target)
    fast = FastTrees(tree_tables.of_sklearn([t.tree_ for t in forest.estimators_], None))
    expected = _tree_explainer(forest).shap_values(cells, check_additivity=False)
    np.testing.assert_allclose(fast.values(cells)[:, :, 0], expected, atol=1e-6)


@pytest.mark.parametrize("k", [None, 2, 3])
@pytest.mark.parametrize("categorical", [True, False])
def test_histogram_boosting(
    X: np.ndarray, target: np.ndarray, k: int | None, categorical: bool
) -> None:
    import sklearn.ensemble

    cells = X if categorical else X[:, :-1]
    y = target if k is None else np.digitize(target, np.quantile(target, np.arange(1, k) / k))
    name = "HistGradientBoosting" + ("Regressor" if k is None else "Classifier")
    model = getattr(sklearn.ensemble, name)(
        max_iter=6, max_leaf_nodes=8, categorical_features=[D - 1] if categorical else None
    ).fit(cells, y)
    tables, order = tree_tables.of_histograms(model)
    assert sorted(order) == list(range(cells.shape[1]))
    matrix = np.asarray(model._preprocess_X(cells, reset=False))
    fast = FastTrees(tables)
    got = fast.values(matrix)
    raw = np.asarray(model._raw_predict(cells)).reshape(N, -1)
    base = fast.base + np.ravel(model._baseline_prediction)
    np.testing.assert_allclose(got.sum(axis=1) + base, raw, atol=1e-9)
    for row in range(2):
        np.testing.assert_allclose(got[row], by_definition(tables, matrix[row]), atol=1e-9)


def test_many_outputs_go_through_the_trees_in_groups() -> None:
    from sklearn.tree import DecisionTreeClassifier

    rng = np.random.default_rng(0)
    cells = rng.normal(size=(400, 4)).astype(np.float32)
    tree = DecisionTreeClassifier(max_leaf_nodes=12, random_state=0)
    tree.fit(cells, rng.integers(0, 19, 400))
    tables = tree_tables.of_sklearn([tree.tree_], range(19))
    fast = FastTrees(tables)
    got = fast.values(cells[:70], n_jobs=3)
    said = tree.predict_proba(cells[:70])
    np.testing.assert_allclose(got.sum(axis=1) + fast.base, said, atol=1e-12)
    np.testing.assert_allclose(got[3], by_definition(tables, cells[3]), atol=1e-12)


def test_200_classes_and_2000_columns() -> None:
    rng = np.random.default_rng(0)
    cells = rng.normal(size=(600, 3))
    classes = np.arange(600) % 200
    booster = lightgbm(
        cells + classes[:, None] / 50, classes, objective="multiclass", num_class=200, rounds=2,
        categorical_feature=[], num_leaves=4, min_data_in_leaf=1,
    )  # fmt: skip
    got = FastTrees(tree_tables.of_lightgbm(booster)).values(cells[:70])
    expected = np.asarray(booster.predict(cells[:70], pred_contrib=True)).reshape(70, 200, 4)
    np.testing.assert_allclose(got, np.swapaxes(expected[..., :-1], 1, 2), atol=1e-9)
    wide = rng.normal(size=(300, 2000))
    booster = lightgbm(
        wide, wide[:, 7] * wide[:, 1999], objective="regression", categorical_feature=[]
    )
    got = FastTrees(tree_tables.of_lightgbm(booster)).values(wide[:70])[:, :, 0]
    expected = np.asarray(booster.predict(wide[:70], pred_contrib=True))
    np.testing.assert_allclose(got, expected[:, :-1], atol=1e-9)


def test_outputs_are_given_back_to_columns() -> None:
    rng = np.random.default_rng(0)
    values = rng.normal(size=(5, 4, 3))
    matrix = source_matrix((("a",), ("a", "b"), ("c",), ("gone",)), ("c", "a", "b"))
    expected = np.einsum("ndk,ds->nsk", values, matrix)
    np.testing.assert_allclose(to_columns(values, matrix), expected, atol=1e-12)


def test_a_long_path_over_many_columns_is_exact() -> None:
    from sklearn.tree import DecisionTreeRegressor

    rng = np.random.default_rng(0)
    d = 40
    cells = rng.exponential(size=(600, d)).astype(np.float32)
    y = (cells < np.quantile(cells, 0.97, axis=0)).cumprod(axis=1).sum(axis=1)
    tree = DecisionTreeRegressor(random_state=0).fit(cells, y)
    fast = FastTrees(tree_tables.of_sklearn([tree.tree_], None))
    assert tree.get_depth() > 20
    got = fast.values(cells)
    sums = got[:, :, 0].sum(axis=1) + fast.base
    np.testing.assert_allclose(sums, tree.predict(cells), atol=1e-9)
    from jupyter_automl.explain.folds import _tree_explainer

    expected = _tree_explainer(tree).shap_values(cells[:20], check_additivity=False)
    np.testing.assert_allclose(got[:20, :, 0], expected, atol=1e-5)


@pytest.mark.parametrize("n", [0, 1, 63, 64, 65, 129])
def test_any_number_of_rows_and_threads(X: np.ndarray, target: np.ndarray, n: int) -> None:
    fast = FastTrees(tree_tables.of_lightgbm(lightgbm(X, target, objective="regression")))
    whole = fast.values(X)
    for threads in (1, 2, 5):
        np.testing.assert_array_equal(fast.values(X[:n], n_jobs=threads), whole[:n])


def test_models_too_large_are_refused(
    X: np.ndarray, target: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    booster = lightgbm(X, target, objective="regression")
    monkeypatch.setattr(tree_tables, "MOST_NODES", 10)
    with pytest.raises(NotFlatError):
        tree_tables.of_lightgbm(booster)


def test_once_compiled_it_costs_nothing_to_load() -> None:
    warm_up()
    assert seconds_to_load() == seconds_to_load("add_pairs") == 0.0


def test_the_cache_is_the_users(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    assert fast_trees.cache_folder().is_relative_to(tmp_path)
    monkeypatch.delenv("NUMBA_CACHE_DIR")
    package = Path(fast_trees.__file__).parent
    assert not fast_trees.cache_folder().is_relative_to(package)


def test_without_a_cache_folder_it_works_all_the_same(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    code = "from jupyter_automl.explain.tree_kernels import lay_out; assert callable(lay_out)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "NUMBA_CACHE_DIR": str(blocked / "cache")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
