"""Explainable boosting where interpret-core is installed, a clear error where it is not."""

from __future__ import annotations

import importlib.util

import numpy as np
import pytest

from jupyter_automl.core.errors import UnavailableError
from jupyter_automl.models import FAMILIES
from jupyter_automl.testing.families import example

needs_interpret = pytest.mark.skipif(
    importlib.util.find_spec("interpret") is None, reason="interpret-core is not installed"
)


def _build(task, params=None, k=2):
    return FAMILIES.get("ebm").build(
        params or {}, task=task, n_classes=k, metric="rmse", random_state=0, n_jobs=1
    )


def test_without_the_package_the_error_holds_the_line_that_installs_it(monkeypatch):
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "interpret" else find(name)
    )
    monkeypatch.setattr(FAMILIES, "_loaded", {})
    assert "ebm" not in FAMILIES.available()
    with pytest.raises(UnavailableError, match="interpret") as caught:
        FAMILIES.get("ebm")
    assert 'pip install "jupyter_automl[ebm]"' in caught.value.hint


@needs_interpret
def test_pairs_are_found_where_they_matter():
    rng = np.random.default_rng(0)
    X, _ = example("native", "regression")
    X = X.iloc[np.resize(np.arange(len(X)), 600)].reset_index(drop=True)
    X.iloc[:, 0] = rng.normal(size=600).astype(np.float32)
    X.iloc[:, 1] = rng.normal(size=600).astype(np.float32)
    y = np.asarray(X.iloc[:, 0] * X.iloc[:, 1], dtype=np.float64)
    without = _build("regression", {"interactions": 0}, 0).fit(X, y)
    with_pairs = _build("regression", {"interactions": 3}, 0).fit(X, y)
    assert without.info["n_pairs"] == 0
    assert 1 <= with_pairs.info["n_pairs"] <= 3
    errors = [np.std(model.predict(X) - y) for model in (without, with_pairs)]
    assert errors[1] < 0.7 * errors[0]


@needs_interpret
def test_little_time_takes_fewer_rounds():
    X, y = example("native", "binary")
    model = _build("binary", {"interactions": 0, "outer_bags": 1})
    ticks = iter(range(10**6))
    # The probe of more rounds takes longer.
    model.clock = lambda: 0.05 * next(ticks) ** 2
    model.fit(X, y, time_limit_seconds=30.0)
    assert 0 < model.info["n_rounds"] < 1_000
    assert np.isfinite(model.predict(X)).all()
