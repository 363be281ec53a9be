"""A trial that is sent to a GPU: what the family is asked for, and the way back to the CPU."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from jupyter_automl.core.plan import Plan
from jupyter_automl.core.registry import Entry
from jupyter_automl.core.task import TaskSpec
from jupyter_automl.core.trial import TrialResult, TrialSpec
from jupyter_automl.data import open_table, save_dataset
from jupyter_automl.evaluate import TrialData, prepare, run_trial
from jupyter_automl.models import FAMILIES

OUT_OF_MEMORY = "[12:00:00] /ws/device_helpers.cu: Memory allocation error\n- Free memory: 12\n"
Built = list[Mapping[str, Any]]


@pytest.fixture
def data(tmp_path: Path) -> TrialData:
    rng = np.random.default_rng(0)
    x = rng.normal(size=120)
    frame = pd.DataFrame({"x": x, "y": np.where(x + rng.normal(size=120) > 0, "yes", "no")})
    dataset = save_dataset(open_table(frame), tmp_path / "data")
    plan = Plan(
        task="binary",
        target="y",
        metric="roc_auc",
        greater_is_better=True,
        classes=("no", "yes"),
        features=("x",),
        n_folds=3,
    )
    spec = TaskSpec(task="binary", target="y", metric="roc_auc")
    return prepare(dataset, spec, plan, tmp_path / "run")


class Model:
    """Says what it was trained on; on the GPU it fails from the n-th model on."""

    def __init__(self, device: str, error: Exception | None) -> None:
        self.device, self.error = device, error
        self.info: dict[str, Any] = {}

    def fit(self, X: Any, y: np.ndarray, **settings: Any) -> Model:
        if self.device != "cpu":
            if self.error is not None:
                raise self.error
            self.info["device"] = self.device
        self.info["limit"] = settings["time_limit_seconds"]
        return self

    def predict(self, X: Any) -> np.ndarray:
        p = 1 / (1 + np.exp(-np.asarray(X, dtype=np.float64)[:, 0]))
        return np.column_stack([1 - p, p])


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Built]:
    """Registers a family that notes how its models are built and fails on the GPU in turn."""

    def registered(*errors: Exception | None) -> Built:
        built: Built = []
        queue = list(errors)

        class Fake:
            name, label, encoding = "fake", "Fake", "ordinal"

            def build(self, params: Mapping[str, Any], **settings: Any) -> Model:
                built.append(settings)
                device = settings.get("device", "cpu")
                error = queue.pop(0) if device != "cpu" and queue else None
                return Model(device, error)

        family = Fake()
        monkeypatch.setitem(FAMILIES._entries, "fake", Entry(name="fake", load=lambda: family))
        monkeypatch.setitem(FAMILIES._loaded, "fake", family)
        return built

    return registered


def _run(data: TrialData, **fields: Any) -> TrialResult:
    return run_trial(TrialSpec(number=1, family="fake", **fields), data, lambda *_: None)


def test_every_fold_is_fitted_on_the_device_of_the_trial(
    data: TrialData, fake: Callable[..., Built]
) -> None:
    built = fake()
    result = _run(data, device="cuda")
    assert [settings["device"] for settings in built] == ["cuda"] * 3
    assert result.info["device"] == "cuda"
    assert "gpu_error" not in result.info


def test_on_the_cpu_a_family_is_not_asked_about_devices(
    data: TrialData, fake: Callable[..., Built]
) -> None:
    built = fake()
    result = _run(data)
    assert all("device" not in settings for settings in built)
    assert not {"device", "gpu_error"} & set(result.info)


def test_a_failure_on_the_gpu_is_made_good_on_the_cpu(
    data: TrialData, fake: Callable[..., Built]
) -> None:
    fake()
    expected = _run(data).score
    built = fake(RuntimeError(OUT_OF_MEMORY))
    result = _run(data, device="cuda")
    assert [settings.get("device", "cpu") for settings in built] == ["cuda", *["cpu"] * 3]
    assert len({settings["random_state"] for settings in built}) == 3
    assert result.score == expected
    assert result.info["gpu_error"] == OUT_OF_MEMORY.splitlines()[0]
    assert "device" not in result.info


def test_a_later_failure_leaves_what_was_done_and_goes_on_on_the_cpu(
    data: TrialData, fake: Callable[..., Built]
) -> None:
    built = fake(None, MemoryError())
    result = _run(data, device="opencl")
    asked = [settings.get("device", "cpu") for settings in built]
    assert asked == ["opencl", "opencl", "cpu", "cpu"]
    assert result.info["device"] == "opencl"
    assert result.info["gpu_error"] == "MemoryError"


def test_the_second_try_has_the_time_that_is_left(
    data: TrialData, fake: Callable[..., Built]
) -> None:
    fake(RuntimeError("no"))
    result = _run(data, device="cuda", time_limit_seconds=15.0)
    assert 0 < result.info["limit"] <= 15.0


class Broken(Model):
    def fit(self, X: Any, y: np.ndarray, **settings: Any) -> Model:
        raise ValueError("It cannot be fitted anywhere.")


def test_what_fails_on_the_cpu_too_is_the_trials_failure(
    data: TrialData, monkeypatch: pytest.MonkeyPatch, fake: Callable[..., Built]
) -> None:
    fake()
    family = FAMILIES.get("fake")
    monkeypatch.setattr(type(family), "build", lambda *_, **__: Broken("cpu", None))
    with pytest.raises(ValueError, match="anywhere"):
        _run(data, device="cuda")


def test_xgboost_without_a_gpu_build_is_fitted_on_the_cpu(data: TrialData) -> None:
    xgboost = pytest.importorskip("xgboost")
    if xgboost.build_info().get("USE_CUDA"):
        pytest.skip("This build of XGBoost may find a GPU.")
    spec = TrialSpec(number=1, family="xgboost", params={"n_rounds": 5}, device="cuda")
    limited = TrialSpec(number=2, family="xgboost", params={"n_rounds": 5})
    results = [run_trial(each, data, lambda *_: None) for each in (spec, limited)]
    assert results[0].score == results[1].score
    assert "found none that it can use" in results[0].info["gpu_error"]
