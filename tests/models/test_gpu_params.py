"""What each library is asked for on a GPU, and that what is stored needs none.

The libraries are the real ones; in front of them stands what notes the parameters and then fits
on the CPU, so that no GPU is needed.
"""

from __future__ import annotations

import itertools
import json
import pickle
from typing import Any

import numpy as np
import pytest

from jupyter_automl.core.errors import TrialError
from jupyter_automl.core.plan import Device
from jupyter_automl.models import FAMILIES
from jupyter_automl.models.catboost_gpu import affordable_rounds
from jupyter_automl.models.gpus import LIBRARIES
from jupyter_automl.testing.families import example

Seen = list[dict[str, Any]]


def _build(name: str, device: Device, params: dict[str, Any] | None = None, **fields: Any) -> Any:
    settings = {"task": "binary", "n_classes": 2, "metric": "roc_auc", "random_state": 0}
    return FAMILIES.get(name).build(
        params or {}, **{**settings, "n_jobs": 1, "device": device, **fields}
    )


def _fit(model: Any) -> Any:
    """With every other row held out."""
    X, y = example("native", "binary")
    return model.fit(X[::2], y[::2], X_valid=X[1::2], y_valid=y[1::2], time_limit_seconds=0.3)


def _on_cpu(params: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in params.items() if k not in ("device", "device_type", "task_type")}


@pytest.fixture
def lightgbm(monkeypatch: pytest.MonkeyPatch) -> Seen:
    library = pytest.importorskip("lightgbm")
    seen: Seen = []

    class Dataset(library.Dataset):
        def __init__(self, *args: Any, params: dict[str, Any], **more: Any) -> None:
            seen.append(dict(params))
            super().__init__(*args, params=_on_cpu(params), **more)

    class Booster(library.Booster):
        def __init__(self, params: dict[str, Any] | None = None, **more: Any) -> None:
            if params is not None:
                seen.append(dict(params))
            super().__init__(params=_on_cpu(params or {}), **more)

    monkeypatch.setattr(library, "Dataset", Dataset)
    monkeypatch.setattr(library, "Booster", Booster)
    return seen


@pytest.fixture
def xgboost(monkeypatch: pytest.MonkeyPatch) -> Seen:
    library = pytest.importorskip("xgboost")
    seen: Seen = []

    class Booster(library.Booster):
        def __init__(self, params: dict[str, Any], **more: Any) -> None:
            seen.append(dict(params))
            super().__init__(_on_cpu(params), **more)

        def save_config(self) -> str:
            config = json.loads(super().save_config())
            config["learner"]["generic_param"]["device"] = "cuda:0"
            return json.dumps(config)

    monkeypatch.setattr(library, "Booster", Booster)
    return seen


@pytest.fixture
def catboost(monkeypatch: pytest.MonkeyPatch) -> Seen:
    library = pytest.importorskip("catboost")
    seen: Seen = []

    class CatBoost(library.CatBoost):
        def __init__(self, params: dict[str, Any]) -> None:
            seen.append(dict(params))
            self.gpu = params.get("task_type") == "GPU"
            super().__init__({k: v for k, v in _on_cpu(params).items() if k != "devices"})

        def fit(self, *args: Any, callbacks: Any = None, **more: Any) -> Any:
            if callbacks is not None and self.gpu:
                raise library.CatBoostError("User defined callbacks are not supported for GPU")
            return super().fit(*args, callbacks=callbacks, **more)

    monkeypatch.setattr(library, "CatBoost", CatBoost)
    return seen


def test_the_families_that_can_are_those_that_are_looked_for() -> None:
    here = FAMILIES.available()
    able = {name for name in here if getattr(FAMILIES.get(name), "gpu", False)}
    assert able == set(LIBRARIES) & set(here)


@pytest.mark.parametrize(("device", "asked"), [("cuda", "cuda"), ("opencl", "gpu")])
def test_lightgbm_is_asked_for_the_device_with_data_and_booster(
    lightgbm: Seen, device: Device, asked: str
) -> None:
    model = _fit(_build("lightgbm", device))
    assert len(lightgbm) == 3
    for params in lightgbm:
        assert params["device_type"] == asked
        # They ask for what a GPU decides by itself, and warn.
        assert not {"force_col_wise", "force_row_wise", "deterministic"} & set(params)
    assert model.info["device"] == device


def test_xgboost_is_asked_for_cuda_and_the_model_stored_for_the_cpu(xgboost: Seen) -> None:
    X, _ = example("native", "binary")
    model = _fit(_build("xgboost", "cuda"))
    assert [params["device"] for params in xgboost] == ["cuda"]
    assert model.info["device"] == "cuda"
    stored = json.loads(model.model.save_config())["learner"]["generic_param"]
    assert stored["device"] == "cpu"
    again = pickle.loads(pickle.dumps(model))
    assert np.array_equal(again.predict(X), model.predict(X))


def test_xgboost_that_quietly_stays_on_the_cpu_is_an_error(
    xgboost: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    import xgboost as library

    # What the library itself says on a machine without a GPU.
    monkeypatch.setattr(library.Booster, "save_config", library.core.Booster.save_config)
    X, y = example("native", "binary")
    with pytest.raises(TrialError, match="found none that it can use"):
        _build("xgboost", "cuda").fit(X, y)


@pytest.mark.parametrize("seconds", [None, 20.0])
def test_catboost_is_asked_for_the_gpu_without_callbacks(
    catboost: Seen, seconds: float | None
) -> None:
    X, y = example("native", "binary")
    params = {"rsm": 0.9, "iterations": 40, "learning_rate": 0.2}
    # With early stopping, the rounds of the setting give way to patience.
    model = _build("catboost", "cuda", params)
    model.fit(X, y, X_valid=X, y_valid=y, time_limit_seconds=seconds)
    assert len(catboost) == (1 if seconds is None else 2)
    for asked in catboost:
        assert (asked["task_type"], asked["devices"]) == ("GPU", "0")
        assert asked["eval_metric"] == asked["loss_function"] == "Logloss"
        assert asked["use_best_model"]
        assert asked["od_type"] == "Iter"
        assert "rsm" not in asked
    assert model.info["device"] == "cuda"
    assert 1 <= model.info["best_iteration"] <= model.info["n_rounds"] <= 40
    assert model.predict(X).shape == (len(X), 2)


@pytest.mark.parametrize("task", ["multiclass", "regression"])
def test_catboost_without_validation_rows_keeps_all_rounds(catboost: Seen, task: str) -> None:
    X, y = example("native", task)
    k = {"multiclass": 4, "regression": 0}[task]
    metric = {"multiclass": "log_loss", "regression": "rmse"}[task]
    model = _build("catboost", "cuda", {"iterations": 15}, task=task, n_classes=k, metric=metric)
    model.fit(X, y)
    assert not catboost[0]["use_best_model"]
    assert "od_type" not in catboost[0]
    assert model.info["best_iteration"] == model.info["n_rounds"] == 15
    assert model.info["stopped_by"] == "rounds"
    assert np.isfinite(model.predict(X)).all()


def test_catboost_grows_no_more_rounds_than_the_time_holds(catboost: Seen) -> None:
    X, y = example("native", "binary")
    model = _build("catboost", "cuda", {"learning_rate": 1e-3})
    ticks = itertools.count()
    # Every look at the clock takes a second: three looks are a pilot of one.
    model.clock = lambda: float(next(ticks))
    model.fit(X, y, X_valid=X, y_valid=y, time_limit_seconds=3.0)
    assert catboost[-1]["iterations"] == model.info["n_rounds"] == 1
    assert model.info["stopped_by_time"]


def test_rounds_that_a_limit_holds() -> None:
    assert affordable_rounds(10.0, 2.0, 0.01) == int(0.85 * (10 - 2.4) / 0.01)
    assert affordable_rounds(1.0, 2.0, 0.01) == 1
    assert affordable_rounds(1e9, 0.0, 1e-9) == 10_000


@pytest.mark.parametrize("name", ["lightgbm", "xgboost", "catboost"])
def test_on_the_cpu_nothing_is_said_of_a_device(name: str, request: pytest.FixtureRequest) -> None:
    seen: Seen = request.getfixturevalue(name)
    X, y = example("native", "binary")
    model = _build(name, "cpu", {"n_rounds": 5}).fit(X, y)
    assert "device" not in model.info
    assert all(params.get("device", "cpu") == "cpu" for params in seen)
    assert not any({"device_type", "task_type"} & set(params) for params in seen)
