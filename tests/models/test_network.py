"""The network's gradient is right, and it learns within its limits."""

from __future__ import annotations

import numpy as np
import pytest

from jupyter_automl.models import FAMILIES
from jupyter_automl.models.network import Network, cosine_cycles, smooth_clip


@pytest.mark.parametrize("activation", ["selu", "mish"])
def test_the_gradient_is_that_of_finite_differences(activation):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(20, 3)).astype(np.float32)
    target = rng.normal(size=(20, 2)).astype(np.float32)
    network = Network((3, 8, 8, 2), activation)
    network.initialise(X, rng)
    network.flat += rng.normal(scale=0.1, size=network.flat.shape).astype(np.float32)
    network.flat = network.flat.astype(np.float64)

    def loss():
        return 0.5 * float(np.square(network.forward(X) - target).sum())

    found = np.empty_like(network.flat)
    network.gradient(X, lambda out: out - target, found)
    for position in rng.choice(network.flat.size, size=40, replace=False):
        kept = network.flat[position]
        network.flat[position] = kept + 1e-4
        above = loss()
        network.flat[position] = kept - 1e-4
        below = loss()
        network.flat[position] = kept
        assert found[position] == pytest.approx((above - below) / 2e-4, rel=2e-3, abs=2e-3)


def test_the_schedule_starts_and_ends_at_zero_with_four_cycles():
    values = np.array([cosine_cycles(p) for p in np.linspace(0, 1, 4001)])
    peaks = (values[1:-1] > values[:-2]) & (values[1:-1] > values[2:])
    assert values[0] == pytest.approx(0.0, abs=1e-9)
    assert values[-1] == pytest.approx(0.0, abs=1e-6)
    assert peaks.sum() == 4


def test_far_out_inputs_are_bounded_and_near_ones_kept():
    clipped = smooth_clip(np.array([0.01, 1e6, -1e6], dtype=np.float32))
    assert clipped.tolist() == pytest.approx([0.01, 3.0, -3.0], rel=1e-3)


def _build(task, k, params, metric):
    return FAMILIES.get("mlp").build(
        params, task=task, n_classes=k, metric=metric, random_state=0, n_jobs=1
    )


def test_it_learns_what_a_linear_model_cannot():
    rng = np.random.default_rng(1)
    X = rng.normal(size=(800, 2)).astype(np.float32)
    y = ((X[:, 0] * X[:, 1]) > 0).astype(int)
    estimator = _build("binary", 2, {"epochs": 40}, "accuracy")
    estimator.fit(X[:600], y[:600], X_valid=X[600:700], y_valid=y[600:700])
    assert (estimator.predict(X[700:]).argmax(axis=1) == y[700:]).mean() > 0.9
    assert estimator.info["best_iteration"] <= estimator.info["n_rounds"]


def test_the_schedule_fits_into_the_limit():
    rng = np.random.default_rng(2)
    X = rng.normal(size=(4000, 5)).astype(np.float32)
    estimator = _build("regression", 0, {"hidden": 64}, "rmse")
    # Each look at the clock takes a hundredth of a second: a step takes one or two.
    ticks = iter(range(10**6))
    estimator.clock = lambda: next(ticks) / 100
    estimator.fit(X, X[:, 0].astype(float), time_limit_seconds=1.0)
    assert 4 < estimator.info["n_rounds"] < 100


def test_dropout_changes_the_fit_and_not_the_prediction():
    rng = np.random.default_rng(3)
    X = rng.normal(size=(200, 3)).astype(np.float32)
    y = X[:, 0].astype(float)
    estimator = _build("regression", 0, {"dropout": 0.3, "epochs": 5}, "rmse").fit(X, y)
    assert np.array_equal(estimator.predict(X), estimator.predict(X))
    plain = _build("regression", 0, {"epochs": 5}, "rmse").fit(X, y)
    assert not np.allclose(plain.predict(X), estimator.predict(X))
