"""Real families: exact values sum to the model's raw score."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from jupyter_automl.core.dataset import ColumnSchema
from jupyter_automl.evaluate.models import Bag, Blend, FoldModel
from jupyter_automl.explain import explain_run
from jupyter_automl.features import Preprocessor
from jupyter_automl.models import FAMILIES

N = 160
COLUMNS = (
    ColumnSchema(name="age", kind="numeric", dtype="double"),
    ColumnSchema(name="sex", kind="categorical", dtype="string"),
    ColumnSchema(name="fare", kind="numeric", dtype="double"),
)
PARAMS: dict[str, dict[str, Any]] = {
    "lightgbm": {"n_rounds": 12, "learning_rate": 0.3},
    "xgboost": {"n_rounds": 12, "learning_rate": 0.3},
    "linear": {"C": 1.0},
    "random_forest": {"n_estimators": 6, "max_leaf_nodes": 8},
    "knn": {},
}


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "age": rng.normal(40, 10, N),
            "sex": pd.array(rng.choice(["female", "male"], N), dtype="str"),
            "fare": rng.exponential(30, N),
        }
    )
    frame.loc[::9, "age"] = np.nan
    return frame


def score(frame: pd.DataFrame) -> np.ndarray:
    sex = (frame["sex"] == "female").to_numpy(float)
    return 2 * sex - 0.05 * (frame["age"].fillna(40).to_numpy() - 40) + 0.01 * frame["fare"] - 1


def bag(table: pd.DataFrame, name: str, task: Any) -> Bag:
    family = FAMILIES.get(name)
    y = score(table).to_numpy()
    n_classes = {"binary": 2, "multiclass": 3, "regression": 1}[task]
    if task != "regression":
        y = np.digitize(y, np.quantile(y, np.arange(1, n_classes) / n_classes)).astype(np.int64)
    parts = []
    for fold in range(2):
        rows = np.arange(N) % 2 == fold
        preprocessor = Preprocessor(COLUMNS, encoding=family.encoding)
        X = preprocessor.fit_transform(table[rows], y[rows])
        estimator = family.build(
            PARAMS[name],
            task=task,
            n_classes=n_classes,
            metric="rmse" if task == "regression" else "log_loss",
            random_state=0,
            n_jobs=1,
        )
        estimator.fit(X, y[rows])
        fallback = np.full(n_classes, 1 / n_classes)
        parts.append(FoldModel(preprocessor=preprocessor, estimator=estimator, fallback=fallback))
    return Bag(family=name, task=task, parts=tuple(parts))


def raw_scores(model: Bag, frame: pd.DataFrame, task: str) -> np.ndarray:
    """Mean over folds of the log-odds (several classes: up to a constant a row), or values."""
    folds = [part.predict(frame) for part in model.parts]
    if task == "binary":
        folds = [np.log(p[:, 1] / p[:, 0]) for p in folds]
    elif task == "multiclass":
        folds = [np.log(p) - np.log(p).mean(axis=1, keepdims=True) for p in folds]
    return np.mean(folds, axis=0)


@pytest.mark.parametrize("task", ["binary", "multiclass", "regression"])
@pytest.mark.parametrize("name", ["lightgbm", "xgboost", "linear"])
def test_values_sum_to_the_raw_score(table: pd.DataFrame, name: str, task: Any) -> None:
    model = bag(table, name, task)
    got = explain_run(model, table, task=task, classes=("a", "b", "c"), max_rows=40)
    assert got.method == ("linear" if name == "linear" else "tree")
    assert got.space == ("target" if task == "regression" else "log-odds")
    sums = got.values.sum(axis=1) + got.base_values
    if task == "multiclass":
        sums = sums - sums.mean(axis=1, keepdims=True)
    expected = raw_scores(model, table.iloc[got.data.index], task)
    np.testing.assert_allclose(sums, expected, atol=2e-4)
    assert got.ranking()[0][0] == "sex"


@pytest.mark.parametrize("task", ["binary", "multiclass", "regression"])
def test_small_forests_are_exact_in_probabilities(table: pd.DataFrame, task: Any) -> None:
    model = bag(table, "random_forest", task)
    got = explain_run(model, table, task=task, classes=("a", "b", "c"), max_rows=12)
    assert (got.method, got.space) == ("tree", "target" if task == "regression" else "probability")
    expected = model.predict(table.iloc[got.data.index])
    expected = expected[:, 1] if task == "binary" else expected
    np.testing.assert_allclose(got.values.sum(axis=1) + got.base_values, expected, atol=1e-6)


def test_mixed_and_opaque_models_are_sampled_on_raw_columns(table: pd.DataFrame) -> None:
    blend = Blend(
        members=((bag(table, "lightgbm", "binary"), 0.7), (bag(table, "knn", "binary"), 0.3))
    )
    got = explain_run(blend, table, task="binary", classes=("no", "yes"), max_rows=15)
    assert (got.method, got.space, got.model) == ("permutation", "probability", "ensemble")
    expected = blend.predict(table.iloc[got.data.index])[:, 1]
    np.testing.assert_allclose(got.values.sum(axis=1) + got.base_values, expected, atol=1e-9)


def test_a_fold_that_saw_one_class_only_is_still_explained(table: pd.DataFrame) -> None:
    model = bag(table, "lightgbm", "binary")
    family = FAMILIES.get("lightgbm")
    constant = family.build(
        {}, task="binary", n_classes=2, metric="log_loss", random_state=0, n_jobs=1
    )
    preprocessor = model.parts[0].preprocessor
    constant.fit(preprocessor.transform(table), np.zeros(N, dtype=np.int64))
    fold = FoldModel(preprocessor=preprocessor, estimator=constant, fallback=np.array([1.0, 0.0]))
    mixed = Bag(family="lightgbm", task="binary", parts=(model.parts[0], fold))
    got = explain_run(mixed, table, task="binary", classes=("no", "yes"), max_rows=10)
    assert got.method == "permutation"
    assert got.ranking()[0][1] > 0
