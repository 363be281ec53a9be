"""Weights of rows beyond the fit: when to stop, and what neighbours say."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from jupyter_automl.models import FAMILIES
from jupyter_automl.models.weighted import weighted_median
from jupyter_automl.testing.families import example, rows

K = {"binary": 2, "multiclass": 4, "regression": 0}
STOPPING = ("lightgbm", "xgboost", "catboost", "hist_gradient_boosting", "adaboost", "mlp")


def _build(name: str, task: Any, **params: Any) -> Any:
    metric = "rmse" if task == "regression" else "log_loss"
    return FAMILIES.get(name).build(
        params, task=task, n_classes=K[task], metric=metric, random_state=0, n_jobs=1
    )


@pytest.mark.parametrize("task", ["binary", "regression"])
@pytest.mark.parametrize("name", [name for name in STOPPING if name in FAMILIES.available()])
def test_validation_rows_stop_a_fit_by_their_weights(name: str, task: Any) -> None:
    X, y = example(FAMILIES.get(name).encoding, task)
    # The second half of the validation rows says the opposite of the first.
    opposite = 1 - y if task == "binary" else y.min() + y.max() - y
    both = np.concatenate([y, opposite])
    twice = pd.concat([X, X], ignore_index=True) if hasattr(X, "columns") else np.vstack([X, X])
    best = []
    for heavy in (0, 1):
        light = np.repeat([0, 1], len(y)) != heavy
        model = _build(name, task).fit(
            X,
            y,
            X_valid=twice,
            y_valid=both,
            sample_weight=np.ones(len(y)),
            sample_weight_valid=np.where(light, 1e-3, 1.0),
        )
        best.append(model.info["best_iteration"])
    assert best[0] != best[1]
    if task == "binary":
        assert best[0] > best[1]


@pytest.mark.parametrize(
    "name", [n for n in ("lightgbm", "xgboost", "catboost") if n in FAMILIES.available()]
)
def test_validation_rows_of_one_class_do_not_stop_at_the_first_round(name: str) -> None:
    rng = np.random.default_rng(0)
    X = pd.DataFrame(rng.normal(size=(1_200, 3)).astype(np.float32), columns=list("abc"))
    y = (X["a"] + 0.5 * rng.normal(size=1_200) > 0).to_numpy().astype(np.int64)
    held = np.flatnonzero(y[600:] == 0)[:300] + 600
    assert len(held) >= 250
    held = np.resize(held, 300)
    model = FAMILIES.get(name).build(
        {}, task="binary", n_classes=2, metric="roc_auc", random_state=0, n_jobs=1
    )
    model.keep_rounds = True
    model.fit(rows(X, slice(0, 600)), y[:600], X_valid=rows(X, held), y_valid=y[held])
    assert model.info["best_iteration"] > 3
    assert not model.curve.tells


@pytest.mark.parametrize("kind", ["distance", "uniform"])
def test_neighbours_speak_by_their_weights(kind: str) -> None:
    X = np.array([[0.0], [0.0], [5.0], [5.0]], dtype=np.float32)
    weight = np.array([9.0, 1.0, 1.0, 9.0])
    params = {"n_neighbors": 2, "weights": kind}
    values = _build("knn", "regression", **params)
    values.fit(X, np.array([0.0, 1.0, 0.0, 1.0]), sample_weight=weight)
    assert values.predict(X[[0, 2]]) == pytest.approx([0.1, 0.9])
    classes = _build("knn", "binary", **params)
    classes.fit(X, np.array([0, 1, 0, 1]), sample_weight=weight)
    shares = classes.predict(X[[0, 2]])[:, 1]
    # Mixed with equal shares of the classes as a third neighbour.
    assert shares == pytest.approx([(2 * 0.1 + 0.5) / 3, (2 * 0.9 + 0.5) / 3])


@pytest.mark.parametrize("task", ["binary", "regression"])
def test_equal_weights_of_neighbours_change_nothing(task: Any) -> None:
    X, y = example("scaled", task)
    plain, weighted = _build("knn", task), _build("knn", task)
    for model in (plain, weighted):
        model.leave_out = True
    plain.fit(X, y)
    weighted.fit(X, y, sample_weight=np.full(len(y), 7.0))
    assert np.allclose(plain.predict(X), weighted.predict(X), atol=1e-12)
    assert np.allclose(plain.left_out(), weighted.left_out(), atol=1e-12)


def test_neighbours_that_all_weigh_nothing_speak_alike() -> None:
    X = np.array([[0.0], [0.0], [5.0], [5.0]], dtype=np.float32)
    model = _build("knn", "regression", n_neighbors=2)
    model.fit(X, np.array([1.0, 3.0, 7.0, 9.0]), sample_weight=np.array([0.0, 0.0, 1.0, 1.0]))
    assert model.predict(X[:1]) == pytest.approx([2.0])


def test_what_a_row_weighs_is_left_out_with_it() -> None:
    X = np.array([[0.0], [0.1], [0.2], [0.3]], dtype=np.float32)
    weight = np.array([1.0, 100.0, 1.0, 1.0])
    said = []
    for first in (0, 1):
        model = _build("knn", "binary", n_neighbors=3, weights="uniform")
        model.leave_out = True
        model.fit(X, np.array([0, first, 1, 0]), sample_weight=weight)
        said.append(model.left_out())
    assert np.array_equal(said[0][1], said[1][1])
    assert not np.allclose(said[0][0], said[1][0])


def test_the_middle_of_the_weight() -> None:
    values = np.array([3.0, 1.0, 2.0, 10.0])
    assert weighted_median(values, None) == 2.5
    assert weighted_median(values, np.array([1.0, 1.0, 1.0, 9.0])) == 10.0
    assert weighted_median(values, np.array([0.0, 1.0, 0.0, 1.0])) == 1.0
