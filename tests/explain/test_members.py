"""Blends by their members, families that have no values of their own, and how they progress."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from jupyter_automl.core.errors import ArgumentError, RunError
from jupyter_automl.evaluate.models import Bag, Blend, FoldModel
from jupyter_automl.explain import Explanation, explain_run, folds
from jupyter_automl.explain.scales import along_secant, along_softmax, sigmoid, softmax
from jupyter_automl.features import Preprocessor
from jupyter_automl.models import FAMILIES

from .fakes import FakeBag, LinearEstimator, Opaque, Part, Passing
from .test_families import COLUMNS, PARAMS, N, bag, raw_scores, score
from .test_families import table as table

MORE: dict[str, dict[str, Any]] = {
    "adaboost": {"n_rounds": 6, "max_depth": 3, "learning_rate": 0.3},
    "hist_gradient_boosting": {"n_rounds": 8, "learning_rate": 0.3, "max_leaf_nodes": 8},
    "decision_tree": {"max_leaf_nodes": 16, "min_samples_leaf": 3},
    "extra_trees": {"n_estimators": 5, "max_leaf_nodes": 8},
}
CLASSES = {"binary": ("no", "yes"), "multiclass": ("a", "b", "c"), "regression": ()}


@pytest.fixture(autouse=True)
def _more_families(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, params in MORE.items():
        monkeypatch.setitem(PARAMS, name, params)


def with_metric(table: pd.DataFrame, name: str, metric: str, y: np.ndarray) -> Bag:
    family = FAMILIES.get(name)
    preprocessor = Preprocessor(COLUMNS, encoding=family.encoding)
    estimator = family.build(
        PARAMS[name], task="regression", n_classes=1, metric=metric, random_state=0, n_jobs=1
    )
    estimator.fit(preprocessor.fit_transform(table, y), y)
    part = FoldModel(preprocessor=preprocessor, estimator=estimator, fallback=np.array([y.mean()]))
    return Bag(family=name, task="regression", parts=(part,))


@pytest.mark.parametrize(
    ("name", "task"),
    [
        ("hist_gradient_boosting", "binary"),
        ("hist_gradient_boosting", "multiclass"),
        ("hist_gradient_boosting", "regression"),
        ("adaboost", "binary"),
        ("adaboost", "multiclass"),
    ],
)
def test_boosters_without_values_of_their_own_are_exact(
    table: pd.DataFrame, name: str, task: Any
) -> None:
    model = bag(table, name, task)
    got = explain_run(model, table, task=task, classes=CLASSES[task], max_rows=30)
    assert (got.method, got.space) == ("tree", "target" if task == "regression" else "log-odds")
    sums = got.values.sum(axis=1) + got.base_values
    if task == "multiclass":
        sums = sums - sums.mean(axis=1, keepdims=True)
    expected = raw_scores(model, table.iloc[got.data.index], task)
    np.testing.assert_allclose(sums, expected, atol=1e-6)
    assert got.ranking()[0][0] == "sex"


@pytest.mark.parametrize("task", ["binary", "multiclass", "regression"])
@pytest.mark.parametrize("name", ["decision_tree", "extra_trees", "random_forest"])
def test_trees_are_exact_in_probabilities(table: pd.DataFrame, name: str, task: Any) -> None:
    model = bag(table, name, task)
    got = explain_run(model, table, task=task, classes=CLASSES[task], max_rows=30)
    assert (got.method, got.space) == ("tree", "target" if task == "regression" else "probability")
    expected = model.predict(table.iloc[got.data.index])
    expected = expected[:, 1] if task == "binary" else expected
    np.testing.assert_allclose(got.values.sum(axis=1) + got.base_values, expected, atol=1e-6)
    assert all(pair.strength >= 0 for pair in got.interactions)
    assert len(got.interactions) == 3


@pytest.mark.parametrize("name", ["lightgbm", "xgboost"])
@pytest.mark.parametrize("task", ["binary", "multiclass", "regression"])
def test_flat_trees_of_a_bag_are_the_librarys_values(
    table: pd.DataFrame, name: str, task: Any
) -> None:
    model = bag(table, name, task)
    for part in model.parts:
        fold = folds.Fold(part, list(table.columns), task)
        native, base = fold.values(table)
        assert fold.load(table)
        quick, quick_base = fold.values(table)
        np.testing.assert_allclose(quick, native, atol=1e-5)
        np.testing.assert_allclose(quick_base, base)


def test_a_wrong_reading_of_a_model_is_found_out(
    table: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = folds.tree_tables.of_lightgbm

    def misread(booster: Any) -> Any:
        tables = read(booster)
        tables.missing_left[:] = ~tables.missing_left
        return tables

    monkeypatch.setitem(folds._FLAT, "lightgbm", misread)
    model = bag(table, "lightgbm", "binary")
    fold = folds.Fold(model.parts[0], list(table.columns), "binary")
    # Age is missing in the first row.
    assert not fold.load(table)
    assert fold.trees is None
    assert not fold.has_trees
    values, base = fold.values(table)
    assert np.isfinite(values).all()
    assert np.isfinite(base)


@pytest.mark.parametrize("task", ["binary", "multiclass", "regression"])
def test_a_blend_is_explained_by_its_members(table: pd.DataFrame, task: Any) -> None:
    blend = Blend(
        members=(
            (bag(table, "lightgbm", task), 0.5),
            (bag(table, "random_forest", task), 0.3),
            (bag(table, "linear", task), 0.2),
        )
    )
    got = explain_run(blend, table, task=task, classes=CLASSES[task], max_rows=40)
    assert got.method == "members, linearised"
    assert got.space == ("target" if task == "regression" else "probability")
    assert got.error is None
    assert not got.is_exact
    expected = blend.predict(table.iloc[got.data.index])
    expected = expected[:, 1] if task == "binary" else expected
    sums = got.values.sum(axis=1) + got.base_values
    np.testing.assert_allclose(sums, expected, atol=2e-3)
    assert got.gap is not None
    assert got.gap == pytest.approx(np.abs(sums - expected).mean(), abs=1e-3)
    assert got.value_error() is None
    assert got.ranking()[0][0] == "sex"


def test_members_agree_with_sampling_in_what_matters(table: pd.DataFrame) -> None:
    blend = Blend(
        members=((bag(table, "lightgbm", "binary"), 0.5), (bag(table, "linear", "binary"), 0.5))
    )
    quick, sampled = (
        explain_run(blend, table, task="binary", classes=("no", "yes"), max_rows=40, method=method)
        for method in (None, "permutation")
    )
    assert sampled.method == "permutation"
    by_members, by_sampling = dict(quick.ranking()), dict(sampled.ranking())
    for name, size in by_sampling.items():
        assert by_members[name] == pytest.approx(size, abs=0.05)


@pytest.mark.parametrize("name", ["lightgbm", "xgboost", "linear", "random_forest"])
@pytest.mark.parametrize("metric", ["rmsle", "poisson_deviance", "mae"])
def test_units_of_a_regression(table: pd.DataFrame, name: str, metric: str) -> None:
    y = np.exp(score(table).to_numpy()) * 1000.0
    model = with_metric(table, name, metric, y)
    got = explain_run(model, table, task="regression", max_rows=25)
    sums = got.values.sum(axis=1) + got.base_values
    predicted = model.predict(table.iloc[got.data.index])
    if got.space == "log of the target":
        sums = np.expm1(sums) if metric == "rmsle" else np.exp(sums)
    # A linear model keeps its predictions within what was seen.
    seen = predicted < np.quantile(y, 0.9) if name == "linear" else slice(None)
    np.testing.assert_allclose(sums[seen], predicted[seen], rtol=2e-3, atol=1e-6)
    blend = Blend(members=((model, 1.0),))
    mixed = explain_run(blend, table, task="regression", max_rows=25)
    sums = mixed.values.sum(axis=1) + mixed.base_values
    np.testing.assert_allclose(sums[seen], predicted[seen], rtol=2e-3, atol=1e-6)


def test_the_median_of_trees_is_sampled(table: pd.DataFrame) -> None:
    model = bag(table, "adaboost", "regression")
    assert explain_run(model, table, task="regression", max_rows=5).method == "permutation"


def test_a_secant_sums_to_the_change_of_what_is_predicted() -> None:
    rng = np.random.default_rng(0)
    values = rng.normal(size=(50, 4)) * 5
    values[0] = 0.0
    values[1] = [1e-9, -1e-9, 1e-12, 0]
    changed, first = along_secant(sigmoid, values, -0.7)
    assert first == pytest.approx(sigmoid(np.array(-0.7)))
    whole = sigmoid(-0.7 + values.sum(axis=1))
    np.testing.assert_allclose(changed.sum(axis=1) + first, whole, atol=1e-9)
    slope = float(first * (1 - first))
    np.testing.assert_allclose(changed[1], values[1] * slope, rtol=1e-5, atol=1e-20)


def test_a_softmax_of_two_classes_is_the_secant() -> None:
    rng = np.random.default_rng(0)
    values = rng.normal(size=(30, 3))
    two = np.stack([np.zeros_like(values), values], axis=2)
    changed, first = along_softmax(two, np.array([0.0, 0.4]))
    expected, base = along_secant(sigmoid, values, 0.4)
    np.testing.assert_allclose(first, [1 - base, base])
    np.testing.assert_allclose(changed[:, :, 1], expected, atol=1e-9)
    np.testing.assert_allclose(changed.sum(axis=2), 0, atol=1e-12)
    np.testing.assert_allclose(
        changed.sum(axis=1) + first, softmax(two.sum(axis=1) + np.array([0.0, 0.4])), atol=1e-9
    )


def linear(n: int = 900) -> tuple[FakeBag, pd.DataFrame]:
    frame = pd.DataFrame(np.random.default_rng(0).normal(size=(n, 3)), columns=["a", "b", "c"])
    weights = LinearEstimator(np.array([1.0, -2.0, 0.5]), np.zeros(3))
    return FakeBag((Part(Passing(("a", "b", "c")), weights),)), frame


def test_parts_come_early_and_grow() -> None:
    model, frame = linear()
    told: list[tuple[Explanation, float]] = []
    got = explain_run(
        model, frame, task="regression", max_rows=900,
        on_part=lambda part, done: told.append((part, done)),
    )  # fmt: skip
    # Earlier only where 200 take long.
    assert 20 <= told[0][0].n_rows <= 200
    shares = [done for _, done in told]
    assert shares == sorted(shares)
    assert 0 < shares[0] < shares[-1] < 1
    for part, done in told:
        n = part.n_rows
        assert done == pytest.approx(n / 900)
        np.testing.assert_array_equal(part.values, got.values[:n])
        assert part.data.index.tolist() == got.data.index[:n].tolist()
    assert got.n_rows == 900


@pytest.mark.parametrize("exact", [True, False])
def test_stopping_keeps_what_is_done(exact: bool) -> None:
    model, frame = linear()
    told: list[int] = []
    got = explain_run(
        model if exact else Opaque(lambda rows: rows["a"].to_numpy() * rows["b"].to_numpy()),
        frame,
        task="regression",
        max_rows=900,
        min_rows=900,
        on_part=lambda part, done: told.append(part.n_rows),
        stop=lambda: bool(told),
    )
    assert 0 < got.n_rows < 900
    assert told[0] <= got.n_rows


def test_sampled_values_say_how_sure_they_are() -> None:
    _, frame = linear(60)
    told: list[tuple[Explanation, float]] = []
    got = explain_run(
        Opaque(lambda rows: rows["a"].to_numpy() * rows["b"].to_numpy() + rows["c"].to_numpy()),
        frame,
        task="regression",
        max_rows=30,
        on_part=lambda part, done: told.append((part, done)),
    )
    assert got.error is not None
    assert got.error.shape == got.values.shape
    error = got.value_error("a")
    assert error is not None
    # A background row more or less moves c by its spread over the root of 16.
    assert got.value_error("c") == pytest.approx(frame["c"].std() / 4, rel=0.5)
    assert told[0][0].value_error() is None
    assert [done for _, done in told] == sorted(done for _, done in told)


def test_the_error_is_that_of_other_background_rows() -> None:
    _, frame = linear(400)

    def product(rows: pd.DataFrame) -> np.ndarray:
        return rows["a"].to_numpy() * rows["b"].to_numpy()

    rows = frame.iloc[:5].reset_index(drop=True)
    found = [
        explain_run(
            Opaque(product), rows, task="regression", random_state=seed,
            background=frame.iloc[seed * 16 : seed * 16 + 16],
        )
        for seed in range(20)
    ]  # fmt: skip
    ordered = [one.values[np.argsort(one.data.index)] for one in found]
    spread = np.std(ordered, axis=0, ddof=1)
    said = np.mean([one.error[np.argsort(one.data.index)] for one in found], axis=0)
    assert float(spread.mean()) == pytest.approx(float(said.mean()), rel=0.5)


def test_the_method_can_be_chosen(table: pd.DataFrame) -> None:
    model, frame = linear(30)
    model.predict = lambda rows: rows.to_numpy() @ np.array([1.0, -2.0, 0.5])
    sampled = explain_run(model, frame, task="regression", method="permutation")
    exact = explain_run(model, frame, task="regression", method="exact")
    assert (sampled.method, exact.method) == ("permutation", "linear")
    with pytest.raises(RunError, match="no exact values"):
        explain_run(
            Opaque(lambda rows: rows["a"].to_numpy()), frame, task="regression", method="exact"
        )
    with pytest.raises(ArgumentError, match="must be one of: exact, permutation"):
        explain_run(model, frame, task="regression", method="kernel")  # type: ignore[arg-type]


def test_one_row_is_sampled_against_the_background() -> None:
    _, frame = linear(50)
    got = explain_run(
        Opaque(lambda rows: rows["a"].to_numpy()), frame.iloc[[7]], task="regression",
        background=frame,
    )  # fmt: skip
    assert got.values[0, 0] + float(got.base_values) == pytest.approx(frame["a"][7])
    assert got.values[0, 0] != 0


def test_many_classes_and_columns_take_fewer_rows() -> None:
    d, k = 400, 200
    frame = pd.DataFrame(np.zeros((900, d)), columns=[f"c{i}" for i in range(d)])
    weights = np.random.default_rng(0).normal(size=(k, d))
    model = FakeBag((Part(Passing(tuple(frame.columns)), LinearEstimator(weights, np.ones(d))),))
    got = explain_run(
        model, frame, task="multiclass", classes=[f"k{i}" for i in range(k)], max_rows=900
    )
    assert got.n_rows == 250
    assert got.values.shape == (250, d, k)


def test_a_bag_of_one_row(table: pd.DataFrame) -> None:
    model = bag(table, "random_forest", "binary")
    got = explain_run(model, table.iloc[[3]], task="binary", classes=("no", "yes"))
    assert got.values.shape == (1, 3)
    expected = model.predict(table.iloc[[3]])[0, 1]
    assert got.values.sum() + float(got.base_values) == pytest.approx(expected)
    assert len(table) == N
