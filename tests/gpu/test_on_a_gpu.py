"""Every library on a real GPU: as good as on the CPU, in time, and stored for any machine.

``make test-python ARGS='-m gpu -rs'`` runs these alone and says what was skipped and why.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pandas as pd
import pytest

import jupyter_automl as ja
from jupyter_automl.core import events as ev
from jupyter_automl.models import FAMILIES
from jupyter_automl.models.gpus import Findings

pytestmark = [pytest.mark.gpu, pytest.mark.slow]

N_ROWS, N_HELD = 60_000, 15_000
CLASSES = {"binary": 2, "multiclass": 4, "regression": 0}
METRIC = {"binary": "roc_auc", "multiclass": "log_loss", "regression": "rmse"}


def _table(task: str) -> tuple[pd.DataFrame, np.ndarray]:
    """Numbers with gaps and two categories, one of many values."""
    rng = np.random.default_rng(0)
    n = N_ROWS + N_HELD
    X = pd.DataFrame({f"x{i}": rng.normal(size=n).astype(np.float32) for i in range(12)})
    for column, k in (("few", 5), ("many", 120)):
        X[column] = pd.Categorical.from_codes(rng.integers(0, k, n), [f"c{i}" for i in range(k)])
    signal = X["x0"] + X["x1"] * X["x2"] + 0.3 * (X["few"].cat.codes == 2)
    value = (signal + rng.normal(scale=0.5, size=n)).to_numpy(dtype=np.float64)
    X.loc[rng.random(n) < 0.1, "x0"] = np.nan
    if task == "regression":
        return X, value
    edges = np.quantile(value, np.linspace(0, 1, CLASSES[task] + 1)[1:-1])
    return X, np.searchsorted(edges, value).astype(np.int64)


def _fit(name: str, task: str, device: str, **params: Any) -> tuple[Any, pd.DataFrame, np.ndarray]:
    X, y = _table(task)
    model = FAMILIES.get(name).build(  # type: ignore[call-arg]
        params,
        task=task,
        n_classes=CLASSES[task],
        metric=METRIC[task],
        random_state=0,
        n_jobs=1,
        device=device,
    )
    model.fit(
        X[:N_ROWS],
        y[:N_ROWS],
        X_valid=X[N_ROWS:],
        y_valid=y[N_ROWS:],
        time_limit_seconds=90.0,
    )
    return model, X[N_ROWS:], y[N_ROWS:]


def _score(task: str, prediction: np.ndarray, y: np.ndarray) -> float:
    from sklearn.metrics import log_loss, root_mean_squared_error

    if task == "regression":
        return float(root_mean_squared_error(y, prediction))
    return float(log_loss(y, prediction))


@pytest.mark.parametrize("task", ["binary", "multiclass", "regression"])
def test_it_is_as_good_as_on_the_cpu(name: str, task: str, machine: Findings) -> None:
    device = machine.libraries[name].device
    losses = []
    for where in (device, "cpu"):
        model, X, y = _fit(name, task, where, learning_rate=0.1)
        prediction = model.predict(X)
        assert np.isfinite(prediction).all()
        losses.append(_score(task, prediction, y))
        assert model.info.get("device") == (None if where == "cpu" else device)
    assert losses[0] == pytest.approx(losses[1], rel=0.03)


def test_every_good_start_is_taken(name: str, machine: Findings) -> None:
    family = FAMILIES.get(name)
    refused = {}
    for label, params in family.warm_starts("binary", N_ROWS, 14):
        try:
            _fit(name, "binary", machine.libraries[name].device, **{**params, "learning_rate": 0.3})
        except Exception as error:
            refused[label] = f"{type(error).__name__}: {error}"
    assert refused == {}


def test_a_limit_is_kept(name: str, machine: Findings) -> None:
    X, y = _table("binary")
    model = FAMILIES.get(name).build(  # type: ignore[call-arg]
        {"learning_rate": 1e-4},
        task="binary",
        n_classes=2,
        metric="roc_auc",
        random_state=0,
        n_jobs=1,
        device=machine.libraries[name].device,
    )
    # The first fit of a process starts CUDA.
    model.fit(X, y, time_limit_seconds=1.0)
    started = time.monotonic()
    model.fit(X, y, X_valid=X[:5_000], y_valid=y[:5_000], time_limit_seconds=15.0)
    assert time.monotonic() - started < 20.0


def test_a_stored_model_needs_no_gpu(name: str, machine: Findings, tmp_path: Path) -> None:
    model, X, _ = _fit(name, "binary", machine.libraries[name].device, learning_rate=0.3)
    expected = model.predict(X)
    joblib.dump((model, X), tmp_path / "model.joblib")
    code = (
        "import sys, joblib, numpy as np; model, X = joblib.load(sys.argv[1]);"
        "np.save(sys.argv[2], model.predict(X)); model.contributions(X[:50])"
    )
    subprocess.run(
        [
            *(sys.executable, "-W", "error", "-c", code),
            *(str(tmp_path / "model.joblib"), str(tmp_path / "p.npy")),
        ],
        check=True,
        env={**os.environ, "CUDA_VISIBLE_DEVICES": ""},
    )
    assert np.allclose(np.load(tmp_path / "p.npy"), expected, atol=1e-6)


def test_a_run_uses_it_and_says_so(
    name: str, machine: Findings, monkeypatch: pytest.MonkeyPatch, store_dir: Path
) -> None:
    monkeypatch.setenv("JUPYTER_AUTOML_DEVICE", "gpu")
    X, y = _table("binary")
    run = ja.fit(X.assign(target=y), target="target", families=name, budget="60s", n_jobs=2)
    run.wait(timeout=120)
    assert run.status == "finished"
    assert run.plan is not None
    assert machine.gpus[0].name in run.plan.reasons["device"]
    bodies = [event.body for event in run.events()]
    results = [body.result for body in bodies if isinstance(body, ev.TrialFinished)]
    assert machine.libraries[name].device in {result.info.get("device") for result in results}
    assert [result.info["gpu_error"] for result in results if "gpu_error" in result.info] == []
    assert len(run.predict(X[:100])) == 100
