"""The values: exact where they can be, additive always, in time."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from jupyter_automl.core.errors import NoModelError, RunError
from jupyter_automl.explain import explain_run, permutation
from jupyter_automl.explain.clockwork import Deadline

from .fakes import FakeBag, LinearEstimator, Opaque, Part, Passing, Ticking, shapley


@pytest.fixture
def frame() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    n = 60
    days = pd.to_timedelta(rng.integers(0, 300, n), "D")
    table = pd.DataFrame(
        {
            "age": rng.normal(40, 10, n),
            "sex": pd.Categorical(rng.choice(["female", "male"], n)),
            "since": pd.Timestamp("2024-01-01") + days,
            "city": pd.array(rng.choice(["a", "b", None], n), dtype="str"),
        }
    )
    table.loc[::7, "age"] = np.nan
    return table


def additive(frame: pd.DataFrame) -> np.ndarray:
    age = frame["age"].fillna(30).to_numpy()
    sex = (frame["sex"] == "female").to_numpy(float)
    days = (frame["since"] - pd.Timestamp("2024-01-01")).dt.days.to_numpy()
    return 0.1 * age + 3 * sex - 0.01 * days + frame["city"].isna().to_numpy(float)


def pairwise(frame: pd.DataFrame) -> np.ndarray:
    sex = (frame["sex"] == "female").to_numpy(float)
    return frame["age"].fillna(0).to_numpy() * sex + (frame["city"] == "a").to_numpy(float)


@pytest.mark.parametrize("model", [additive, pairwise])
def test_permutations_are_exact_up_to_pairs_of_columns(frame: pd.DataFrame, model) -> None:
    found = permutation.explain(
        model,
        frame.iloc[:5].reset_index(drop=True),
        frame.iloc[20:30].reset_index(drop=True),
        binary=False,
        classifies=False,
        deadline=Deadline(None),
        rng=np.random.default_rng(1),
    )
    background = frame.iloc[20:30]
    for row in range(5):
        exact = shapley(model, frame.iloc[[row]], background, list(frame.columns))
        np.testing.assert_allclose(found.values[row], exact, atol=1e-9)
    assert found.base_values == pytest.approx(model(background).mean())


def test_permutation_values_of_a_tree_are_near_the_exact_ones() -> None:
    from sklearn.tree import DecisionTreeRegressor

    rng = np.random.default_rng(3)
    X = pd.DataFrame(rng.normal(size=(300, 4)), columns=list("abcd"))
    y = X["a"] * (X["b"] > 0) + X["c"] * X["a"]
    tree = DecisionTreeRegressor(max_depth=4, random_state=0).fit(X, y)
    background = X.iloc[100:116]
    found = permutation.explain(
        tree.predict,
        X.iloc[:6].reset_index(drop=True),
        background.reset_index(drop=True),
        binary=False,
        classifies=False,
        deadline=Deadline(None),
        rng=rng,
    )
    exact = [shapley(tree.predict, X.iloc[[row]], background, list("abcd")) for row in range(6)]
    assert np.abs(found.values - exact).mean() < 0.1 * np.abs(exact).mean()
    sums = found.values.sum(axis=1) + found.base_values
    np.testing.assert_allclose(sums, tree.predict(X.iloc[:6]), atol=1e-9)


def test_a_probability_is_explained_for_the_positive_class(frame: pd.DataFrame) -> None:
    def predict(rows: pd.DataFrame) -> np.ndarray:
        p = 1 / (1 + np.exp(-additive(rows) + 4))
        return np.column_stack([1 - p, p])

    model = Opaque(predict)
    got = explain_run(model, frame, task="binary", classes=("no", "yes"), max_rows=30)
    assert (got.method, got.space, got.n_rows) == ("permutation", "probability", 30)
    assert got.values.shape == (30, 4)
    sums = got.values.sum(axis=1) + got.base_values
    np.testing.assert_allclose(sums, predict(frame.iloc[got.data.index])[:, 1], atol=1e-9)


def test_several_classes_have_values_each_that_cancel_out(frame: pd.DataFrame) -> None:
    def predict(rows: pd.DataFrame) -> np.ndarray:
        scores = np.exp(np.column_stack([additive(rows), pairwise(rows) / 20, np.ones(len(rows))]))
        return scores / scores.sum(axis=1, keepdims=True)

    got = explain_run(
        Opaque(predict), frame, task="multiclass", classes=("a", "b", "c"), max_rows=10
    )
    assert got.values.shape == (10, 4, 3)
    np.testing.assert_allclose(got.values.sum(axis=2), 0, atol=1e-9)
    sums = got.values.sum(axis=1) + got.base_values
    np.testing.assert_allclose(sums, predict(frame.iloc[got.data.index]), atol=1e-9)


def test_folds_are_averaged_and_outputs_summed_by_source_column() -> None:
    rng = np.random.default_rng(0)
    X = pd.DataFrame(rng.normal(size=(40, 3)), columns=["a", "b", "c"])
    weights = (np.array([1.0, 2.0, 0.5, 1.0, 0.0, 0.5]), np.array([3.0, -2.0, 0.0, 1.0, 2.0, 0.0]))
    parts = tuple(
        Part(Passing(("a", "b", "c"), doubled=True), LinearEstimator(w, np.full(6, 0.25)))
        for w in weights
    )
    got = explain_run(FakeBag(parts), X, task="regression", sources=("c", "a", "b"))
    assert (got.method, got.feature_names) == ("linear", ("c", "a", "b"))
    by_column = np.mean([w[:3] + w[3:] for w in weights], axis=0)[[2, 0, 1]]
    rows = X.iloc[got.data.index][["c", "a", "b"]].to_numpy()
    np.testing.assert_allclose(got.values, (rows - 0.25) * by_column, atol=1e-12)
    assert got.base_values == pytest.approx(0.25 * by_column.sum())


def test_exact_values_of_several_classes_have_the_class_last() -> None:
    X = pd.DataFrame(np.random.default_rng(0).normal(size=(9, 2)), columns=["a", "b"])
    weights = np.array([[1.0, 0.0], [0.0, 1.0], [2.0, 2.0]])
    bag = FakeBag((Part(Passing(("a", "b")), LinearEstimator(weights, np.zeros(2))),))
    got = explain_run(bag, X, task="multiclass", classes=("x", "y", "z"))
    assert got.values.shape == (9, 2, 3)
    rows = X.iloc[got.data.index].to_numpy()
    np.testing.assert_allclose(got.values[:, :, 2], 2 * rows)
    np.testing.assert_allclose(got.values[:, 1, 1], rows[:, 1])


@pytest.mark.parametrize("seconds_a_row", [1e-5, 1e-3, 5e-3])
@pytest.mark.parametrize("seconds_a_call", [0.0, 0.05])
def test_the_time_limit_is_kept(
    frame: pd.DataFrame, seconds_a_row: float, seconds_a_call: float
) -> None:
    clock = Ticking()

    def predict(rows: pd.DataFrame) -> np.ndarray:
        clock.now += seconds_a_call + seconds_a_row * len(rows)
        return additive(rows)

    many = pd.concat([frame] * 10, ignore_index=True)
    found = permutation.explain(
        predict,
        many,
        frame.iloc[:16].reset_index(drop=True),
        binary=False,
        classifies=False,
        deadline=Deadline(10.0, clock),
        rng=np.random.default_rng(0),
    )
    assert clock.now <= 11.0
    assert len(found.values) >= 20
    sums = found.values.sum(axis=1) + found.base_values
    np.testing.assert_allclose(sums, additive(many)[: len(sums)], atol=1e-9)


def test_too_little_time_for_one_row_is_an_error(frame: pd.DataFrame) -> None:
    clock = Ticking()

    def predict(rows: pd.DataFrame) -> np.ndarray:
        clock.now += 1.0 * len(rows)
        return additive(rows)

    with pytest.raises(RunError, match="too short"):
        permutation.explain(
            predict,
            frame,
            frame,
            binary=False,
            classifies=False,
            deadline=Deadline(2.0, clock),
            rng=np.random.default_rng(0),
        )


def test_one_column_and_one_row_are_enough() -> None:
    X = pd.DataFrame({"a": [2.0]})
    got = explain_run(Opaque(lambda rows: rows["a"].to_numpy()), X, task="regression")
    assert got.values.tolist() == [[0.0]]
    assert float(got.base_values) == 2.0


@pytest.mark.parametrize("sources", [(), None])
def test_nothing_to_explain_is_an_error(
    frame: pd.DataFrame, sources: tuple[str, ...] | None
) -> None:
    rows = frame if sources == () else frame.iloc[:0]
    with pytest.raises(NoModelError):
        explain_run(Opaque(additive), rows, task="regression", sources=sources)


def test_the_same_seed_gives_the_same_values(frame: pd.DataFrame) -> None:
    first, second = (
        explain_run(Opaque(pairwise), frame, task="regression", max_rows=7, random_state=4)
        for _ in range(2)
    )
    np.testing.assert_array_equal(first.values, second.values)
    assert first.data.index.tolist() == second.data.index.tolist()


def test_what_was_made_of_two_columns_is_shared_by_them() -> None:
    from jupyter_automl.explain.exact import source_matrix

    matrix = source_matrix((("a",), ("a", "b"), ("b", "b"), ("gone",)), ("a", "b"))
    assert matrix.tolist() == [[1.0, 0.0], [0.5, 0.5], [0.0, 1.0], [0.0, 0.0]]
