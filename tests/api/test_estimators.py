"""Runs as scikit-learn estimators: data, labels, weights, pickles, and where the run is."""

from __future__ import annotations

import gc
import inspect
import pickle
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.metrics import accuracy_score, r2_score
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

import jupyter_automl as ja
from jupyter_automl.core.errors import AutoMLError, RunNotFoundError

QUICK: dict[str, Any] = {
    "time_budget": None,
    "families": "linear",
    "max_trials": 1,
    "executor": "inline",
}


def classifier(**params: Any) -> ja.AutoMLClassifier:
    """One that fits a single linear model in this process."""
    return ja.AutoMLClassifier(**QUICK | params)


def regressor(**params: Any) -> ja.AutoMLRegressor:
    """The same for numbers."""
    return ja.AutoMLRegressor(**QUICK | params)


@pytest.fixture(scope="module")
def mixed() -> tuple[pd.DataFrame, pd.Series]:
    """Numbers with gaps, texts, dates, categories and booleans; two classes of text."""
    rng = np.random.default_rng(0)
    n = 160
    x = rng.normal(size=n)
    place = rng.choice(["north", "south", "west"], n)
    X = pd.DataFrame(
        {
            "x": np.where(rng.random(n) < 0.1, np.nan, x),
            "place": np.where(rng.random(n) < 0.1, None, place),
            "since": pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.integers(0, 900, n), "D"),
            "size": pd.Categorical(rng.choice(["S", "M", "L"], n), ["S", "M", "L"], ordered=True),
            "member": rng.random(n) < 0.5,
        },
        index=pd.Index(range(500, 500 + n), name="key"),
    )
    y = pd.Series(np.where(x + (place == "west") > 0.3, "stays", "leaves"), X.index, name="end")
    return X, y


@pytest.fixture(scope="module")
def fitted(mixed: tuple[pd.DataFrame, pd.Series]) -> ja.AutoMLClassifier:
    """A classifier of `mixed`."""
    return classifier().fit(*mixed)


@pytest.fixture(scope="module")
def numbers() -> tuple[np.ndarray, np.ndarray]:
    """80 rows of 3 columns, and a number that depends on two of them."""
    rng = np.random.default_rng(1)
    X = rng.normal(size=(80, 3))
    return X, 3 * X[:, 0] - X[:, 1] + rng.normal(scale=0.1, size=80)


# The contract


@pytest.mark.parametrize("kind", [ja.AutoMLClassifier, ja.AutoMLRegressor])
def test_the_parameters_are_those_of_the_contract(kind: type) -> None:
    names = list(inspect.signature(kind).parameters)
    assert names[:4] == ["time_budget", "metric", "random_state", "n_jobs"]
    values = kind().get_params()
    assert [values[name] for name in names[:4]] == [60, None, 0, None]


def test_a_frame_of_anything(
    fitted: ja.AutoMLClassifier, mixed: tuple[pd.DataFrame, pd.Series]
) -> None:
    X, y = mixed
    assert fitted.classes_.tolist() == ["leaves", "stays"]
    assert fitted.n_features_in_ == 5
    assert fitted.feature_names_in_.tolist() == list(X.columns)
    predicted, shares = fitted.predict(X), fitted.predict_proba(X)
    assert type(predicted) is type(shares) is np.ndarray
    assert set(predicted) == {"leaves", "stays"}
    np.testing.assert_allclose(shares.sum(axis=1), 1.0)
    assert (fitted.classes_[shares.argmax(axis=1)] == predicted).all()
    assert fitted.score(X, y) == accuracy_score(y, predicted) > 0.85
    assert fitted.leaderboard_["family"].tolist() == ["linear"]
    assert fitted.run_.task.target == "end"
    assert fitted.run_.plan is not None
    assert fitted.run_.plan.classes == ("leaves", "stays")


def test_a_fit_is_explained_only_when_somebody_asks(fitted: ja.AutoMLClassifier) -> None:
    state = fitted.run_.experiment
    assert state.explanations == {}
    assert state.plan is not None
    assert state.plan.reserve_seconds < 60.0
    assert fitted.run_.explain(max_rows=20).n_rows == 20


def test_nothing_that_was_passed_changes(mixed: tuple[pd.DataFrame, pd.Series]) -> None:
    X, y, weights = mixed[0].copy(), mixed[1].copy(), np.ones(len(mixed[1]))
    classifier().fit(X, y, sample_weight=weights).predict(X)
    pd.testing.assert_frame_equal(X, mixed[0])
    pd.testing.assert_series_equal(y, mixed[1])
    assert (weights == 1).all()


def test_a_regressor(numbers: tuple[np.ndarray, np.ndarray]) -> None:
    X, y = numbers
    model = regressor(metric="mae").fit(X, y)
    assert model.predict(X).shape == (80,)
    assert model.score(X, y) == r2_score(y, model.predict(X)) > 0.95
    assert not hasattr(model, "classes_")
    assert not hasattr(model, "feature_names_in_")
    assert model.run_.task.metric == "mae"


@pytest.mark.parametrize("convert", [pl.from_pandas, pa.Table.from_pandas], ids=["polars", "arrow"])
def test_frames_of_other_libraries_give_the_same(
    convert: Any, fitted: ja.AutoMLClassifier, mixed: tuple[pd.DataFrame, pd.Series]
) -> None:
    X = mixed[0].reset_index(drop=True)
    other = classifier().fit(convert(X), pl.Series("end", mixed[1].tolist()))
    assert other.feature_names_in_.tolist() == list(X.columns)
    np.testing.assert_allclose(other.predict_proba(convert(X)), fitted.predict_proba(X))


@pytest.mark.slow
def test_the_defaults_train_in_processes_of_their_own() -> None:
    columns = ["region", "signup_date", "tenure_months", "plan", "support_calls"]
    table = ja.sample("churn").head(600)
    X, y = table[columns], table["churn"]
    model = ja.AutoMLClassifier(max_trials=2)
    assert model.fit(X[:400], y[:400]).score(X[400:], y[400:]) > 0.7
    assert len(set(model.leaderboard_["family"]) - {"ensemble", "dummy"}) == 2
    np.testing.assert_allclose(model.predict_proba(X), model.run_.predict_proba(X).to_numpy())
    again = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(again.predict(X), model.predict(X))


def test_a_time_budget() -> None:
    table = ja.sample("diabetes")
    X, y = table.drop(columns="progression"), table["progression"]
    model = regressor(time_budget="3s", max_trials=None).fit(X, y)
    assert model.run_.task.budget_seconds == 3
    assert model.run_.status == "finished"
    assert model.score(X, y) > 0.3


# scikit-learn's tools


def test_the_tools_of_scikit_learn(mixed: tuple[pd.DataFrame, pd.Series]) -> None:
    X, y = mixed
    scores = cross_val_score(classifier(), X, y, cv=3, scoring="roc_auc")
    assert scores.shape == (3,)
    assert scores.min() > 0.8
    assert cross_val_score(classifier(), pl.from_pandas(X), y.to_numpy(), cv=2).min() > 0.7
    without = FunctionTransformer(lambda frame: frame.drop(columns="size"))
    chain = make_pipeline(without, classifier(metric="accuracy"))
    assert chain.fit(X, y).score(X, y) > 0.8
    grid = GridSearchCV(classifier(), {"metric": ["accuracy", "log_loss"]}, cv=2).fit(X, y)
    assert grid.best_score_ > 0.7
    assert clone(grid.best_estimator_).get_params()["metric"] in ("accuracy", "log_loss")


def test_a_pipeline_of_numbers(numbers: tuple[np.ndarray, np.ndarray]) -> None:
    X, y = numbers
    assert make_pipeline(StandardScaler(), regressor()).fit(X, y).score(X, y) > 0.95


def test_parameters_may_come_from_arrays(numbers: tuple[np.ndarray, np.ndarray]) -> None:
    drawn = {"time_budget": np.int64(60), "n_jobs": np.int64(1), "max_trials": np.int64(1)}
    params = drawn | {"families": np.array(["linear"]), "metric": np.str_("mae")}
    model = regressor(**params).fit(*numbers)
    assert model.run_.task.budget_seconds == 60
    assert model.leaderboard_["family"].tolist() == ["linear"]


def test_the_same_seed_gives_the_same_model(mixed: tuple[pd.DataFrame, pd.Series]) -> None:
    X, y = mixed
    first, again = (classifier(random_state=7).fit(X, y).predict_proba(X) for _ in range(2))
    np.testing.assert_array_equal(first, again)
    drawn = classifier(random_state=np.random.RandomState(7)).fit(X, y)
    assert drawn.run_.plan is not None
    assert drawn.run_.plan.random_state == np.random.RandomState(7).randint(2**31 - 1)


def test_many_fits_in_a_minute_have_runs_of_their_own(
    numbers: tuple[np.ndarray, np.ndarray], monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = iter(["aaaa", "aaaa", "aaaa", "bbbb"])
    monkeypatch.setattr("jupyter_automl.api.fitting.secrets.token_hex", lambda _: next(drawn))
    monkeypatch.setattr("jupyter_automl.api.fitting.clock.strftime", lambda *_: "now")
    first, second = regressor().fit(*numbers), regressor().fit(*numbers)
    assert first.run_.id.endswith("now-aaaa")
    assert second.run_.id.endswith("now-bbbb")


# Labels


@pytest.mark.parametrize(
    "labels",
    [
        np.array([2, 7]),
        np.array([-1.0, 1.0]),
        np.array([False, True]),
        np.array(["no", "yes"], dtype=object),
        np.array([" a", "a"], dtype=object),
        np.array(["", "NA", "?"], dtype=object),
        np.array([f"{i:03d}" for i in range(24)]),
        np.array(["1", "1.0", "01"]),
    ],
    ids=str,
)
def test_labels_come_back_as_they_were(labels: np.ndarray) -> None:
    rng = np.random.default_rng(2)
    codes = np.arange(240) % len(labels)
    X = np.eye(len(labels))[codes] + rng.normal(scale=0.1, size=(240, len(labels)))
    y = labels[rng.permutation(len(labels))][codes]
    model = classifier().fit(X, y)
    assert model.classes_.tolist() == np.unique(y).tolist()
    assert model.classes_.dtype == model.predict(X).dtype == y.dtype
    assert model.score(X, y) > 0.95


@pytest.mark.parametrize(
    ("labels", "classes"),
    [
        (pd.Series([3, 8] * 30, dtype="Int64"), [3, 8]),
        (pd.Series([True, False] * 30, dtype="boolean"), [False, True]),
        (pd.Series(["u", "v"] * 30, dtype="category"), ["u", "v"]),
        (pd.Series(["u", "v"] * 30, dtype="string"), ["u", "v"]),
        (pl.Series(["u", "v"] * 30, dtype=pl.Categorical), ["u", "v"]),
        (pl.Series([1, 2] * 30, dtype=pl.UInt8), [1, 2]),
    ],
)
def test_labels_of_frames(labels: Any, classes: list[object]) -> None:
    X = np.tile([[0.0], [1.0]], (30, 1))
    model = classifier().fit(X, labels)
    assert [repr(label) for label in model.classes_.tolist()] == [repr(c) for c in classes]
    assert model.predict(X).tolist() == list(labels)


def test_the_second_class_is_the_positive_one(mixed: tuple[pd.DataFrame, pd.Series]) -> None:
    X, y = mixed
    model = classifier(metric="f1").fit(X, y.map({"stays": "no", "leaves": "yes", "": ""}))
    assert model.run_.task.positive == "yes"
    turned = classifier(metric="f1").fit(X, y.map({"stays": "yes", "leaves": "another", "": ""}))
    assert turned.run_.task.positive == turned.classes_[1] == "yes"
    assert (turned.predict(X) == turned.run_.predict(X).to_numpy()).all()


def test_a_class_of_a_single_row_is_known_but_not_learned(
    mixed: tuple[pd.DataFrame, pd.Series],
) -> None:
    X, y = mixed[0], mixed[1].copy()
    y.iloc[3] = "moves"
    with pytest.warns(UserWarning, match="single row cannot be learned.*'moves'"):
        model = classifier().fit(X, y)
    assert model.classes_.tolist() == ["leaves", "moves", "stays"]
    shares = model.predict_proba(X)
    assert (shares[:, 1] == 0).all()
    np.testing.assert_allclose(shares.sum(axis=1), 1.0)
    assert set(model.predict(X)) == {"leaves", "stays"}


# Weights


def test_rows_of_weight_0_are_left_out(
    mixed: tuple[pd.DataFrame, pd.Series], numbers: tuple[np.ndarray, np.ndarray]
) -> None:
    X, y = mixed
    kept = np.arange(len(y)) % 4 != 0
    weighted = classifier().fit(X, y, sample_weight=kept.astype(float))
    without = classifier().fit(X[kept], y[kept], sample_weight=np.ones(kept.sum()))
    np.testing.assert_array_equal(weighted.predict_proba(X), without.predict_proba(X))
    A, b = numbers
    half = np.arange(len(b)) % 2 == 0
    np.testing.assert_array_equal(
        regressor().fit(A, b, sample_weight=half).predict(A),
        regressor().fit(A[half], b[half], sample_weight=half[half]).predict(A),
    )


def test_weights_count() -> None:
    X = np.tile([[0.0], [1.0]], (40, 1))
    y = np.tile(["a", "a", "a", "b"], 20)
    heavy = np.where(y == "b", 50.0, 1.0)
    assert classifier().fit(X, y).predict_proba([[1.0]])[0, 1] < 0.6
    assert classifier().fit(X, y, sample_weight=heavy).predict_proba([[1.0]])[0, 1] > 0.8


# Columns


def test_columns_are_compared_in_the_words_of_scikit_learn(
    fitted: ja.AutoMLClassifier, mixed: tuple[pd.DataFrame, pd.Series]
) -> None:
    X, _ = mixed
    with pytest.raises(ValueError, match="must be in the same order as they were in fit"):
        fitted.predict(X[X.columns[::-1]])
    with pytest.raises(ValueError, match="yet now missing:\n- member"):
        fitted.predict_proba(X.drop(columns="member"))
    with pytest.raises(ValueError, match="unseen at fit time:\n- more"):
        fitted.predict(X.assign(more=1))
    with pytest.warns(UserWarning, match="X does not have valid feature names"):
        nameless = fitted.predict(X.to_numpy(dtype=object))
    assert (nameless == fitted.predict(X)).all()


def test_a_column_of_numbers_without_a_name_is_no_id() -> None:
    X = np.arange(60).reshape(-1, 1)
    assert regressor().fit(X, 2 * X.ravel()).predict([[10]])[0] == pytest.approx(20, abs=2)


def test_lists_of_numbers_and_texts() -> None:
    rows = [[i % 7, "even" if i % 2 == 0 else "odd"] for i in range(60)]
    y = ["x" if i % 2 == 0 else "y" for i in range(60)]
    model = classifier().fit(rows, y)
    assert model.n_features_in_ == 2
    assert model.predict([[3, "even"], [4, "odd"]]).tolist() == ["x", "y"]


def test_names_of_any_kind_do_not_meet() -> None:
    rng = np.random.default_rng(3)
    X = pd.DataFrame(rng.normal(size=(60, 3)), columns=["target", "weight", "Target"])
    y = X["target"] + X["Target"]
    model = regressor().fit(X, y, sample_weight=np.arange(1, 61))
    assert model.score(X, y) > 0.99
    whole = pd.DataFrame(X.to_numpy(), columns=range(3))
    assert regressor().fit(whole, y.rename("0")).score(whole, y) > 0.99


# Pickles and the run


def test_a_pickle_predicts_when_all_files_are_gone(
    mixed: tuple[pd.DataFrame, pd.Series],
) -> None:
    X, y = mixed
    model = classifier().fit(X, y)
    expected, folder = model.predict_proba(X), model.run_.folder
    text = pickle.dumps(model)
    shutil.rmtree(folder)
    for again in (pickle.loads(text), model):
        np.testing.assert_array_equal(again.predict_proba(X), expected)
        assert again.leaderboard_.equals(model.leaderboard_)
    with pytest.raises(RunNotFoundError, match="store=True"):
        _ = pickle.loads(text).run_


def test_files_go_with_the_estimator_and_the_history_stays_clean(
    store_dir: Path, mixed: tuple[pd.DataFrame, pd.Series]
) -> None:
    model = classifier().fit(*mixed)
    data = Path(model.run_.experiment.dataset.path)
    folder, run = model.run_.folder, model.run_
    assert len(ja.runs()) == 0
    assert store_dir not in folder.parents
    assert store_dir not in data.parents
    del model
    gc.collect()
    assert run.predict(mixed[0]).isin(["leaves", "stays"]).all()
    del run
    gc.collect()
    assert not folder.exists()
    assert not data.exists()


def test_a_run_that_is_to_be_kept_is_in_the_history(
    store_dir: Path, mixed: tuple[pd.DataFrame, pd.Series]
) -> None:
    model = classifier(store=True).fit(*mixed)
    run_id = model.run_.id
    assert ja.runs()["id"].tolist() == [run_id]
    again = pickle.loads(pickle.dumps(model))
    del model
    gc.collect()
    assert again.run_.id == run_id
    assert again.run_.predict(mixed[0]).tolist() == again.predict(mixed[0]).tolist()


def test_an_interrupt_ends_the_run(
    store_dir: Path, mixed: tuple[pd.DataFrame, pd.Series], monkeypatch: pytest.MonkeyPatch
) -> None:
    wait = ja.Run.wait

    def interrupted(run: ja.Run, timeout: float | None = None) -> ja.Run:
        if timeout is None:
            raise KeyboardInterrupt
        return wait(run, 60.0)

    monkeypatch.setattr(ja.Run, "wait", interrupted)
    model = ja.AutoMLClassifier(time_budget=600, store=True)
    with pytest.raises(KeyboardInterrupt):
        model.fit(*mixed)
    assert ja.last().status == "cancelled"
    with pytest.raises(NotFittedError):
        model.predict(mixed[0])


# Errors


def test_a_fit_that_fails_leaves_no_model(mixed: tuple[pd.DataFrame, pd.Series]) -> None:
    X, y = mixed
    model = classifier().fit(X, y)
    with pytest.raises(ValueError, match="2 classes"):
        model.fit(X[["x", "place"]], np.ones(len(X)))
    with pytest.raises(NotFittedError):
        model.predict(X[["x", "place"]])
    with pytest.raises(NotFittedError):
        _ = model.run_


def test_unfitted_estimators_say_so(mixed: tuple[pd.DataFrame, pd.Series]) -> None:
    for model in (classifier(), regressor()):
        assert not hasattr(model, "run_")
        assert not hasattr(model, "leaderboard_")
        with pytest.raises(NotFittedError):
            model.predict(mixed[0])


@pytest.mark.parametrize(
    ("X", "message"),
    [
        (pd.DataFrame(index=range(20)), r"0 feature\(s\).*minimum of 1 is required"),
        (pd.DataFrame({"a": []}), r"0 sample\(s\)"),
        (pl.DataFrame({"a": [1.0]}), r"1 sample\(s\).*minimum of 2 is required"),
        (np.zeros((20, 2, 2)), "dim 3"),
        (pd.Series(range(20)), "2-dimensional container"),
        (pd.DataFrame({"a": range(19)}), "inconsistent numbers of samples"),
        (pd.DataFrame({"a": [1] * 20}), "column besides the target"),
    ],
)
def test_columns_that_cannot_be_learned_from(X: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        classifier().fit(X, [0, 1] * 10)


@pytest.mark.parametrize(
    ("y", "message"),
    [
        ([0, 1, None] * 6, "y contains NaN"),
        (["a", None, "b"] * 6, "y contains NaN"),
        (pd.Series(["a", "b", pd.NA] * 6, dtype="string"), "y contains NaN"),
        (np.linspace(0, 1, 18), "continuous"),
        ([0] * 17 + [1], "2 classes of 2 rows"),
        (np.array(["a", 1] * 9, dtype=object), "not supported between|Unknown label"),
        (np.zeros((18, 2)), "1d array"),
    ],
)
def test_a_target_that_cannot_be_learned(y: Any, message: str) -> None:
    X = np.arange(18.0).reshape(-1, 1)
    with pytest.raises((ValueError, TypeError), match=message):
        classifier().fit(X, y)


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"metric": "rmse"}, "rmse"),
        ({"families": "forest"}, "random_forest"),
        ({"time_budget": -1}, "budget"),
        ({"n_jobs": 0}, "n_jobs"),
        ({"max_trials": 0}, "max_trials"),
        ({"executor": "cloud"}, "executor"),
        ({"random_state": "x"}, "random_state"),
    ],
)
def test_parameters_are_checked_when_it_fits(params: dict[str, Any], message: str) -> None:
    model = classifier(**params)
    with pytest.raises(AutoMLError, match=message) as caught:
        model.fit(np.arange(40.0).reshape(-1, 2), [0, 1] * 10)
    assert isinstance(caught.value, ValueError)
