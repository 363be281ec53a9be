"""A small neural network (RealMLP's recipe in numpy), on one core, to a deadline."""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import numpy as np

from jupyter_automl.core.space import Choice, Integer, Real, Space
from jupyter_automl.core.task import TaskKind
from jupyter_automl.models.estimator import Recipe, Rows, TableEstimator
from jupyter_automl.models.family import Starts, TableFamily
from jupyter_automl.models.network import Adam, Network, cosine_cycles, smooth_clip

_SOFT = ("accuracy", "balanced_accuracy", "f1", "f1_macro", "precision", "recall", "mcc")
_SMOOTHING = 0.1
_MAX_EPOCHS = 256
_MAX_STEPS = 6_000
_LOOKS = 64
_PROBES = 4
_MOST_SCORED = 10_000
_TIME_SHARE = 0.85
"""Of the limit that training is planned for; the rest is for scoring and surprises."""


class NetworkEstimator(TableEstimator):
    """Keeps the epoch that is best on the validation rows; `model` is a `Network`."""

    def _fit(self, train: Rows, valid: Rows | None, deadline: float | None) -> None:
        with _one_thread(self.recipe.n_jobs):
            self._train(train, valid, deadline)

    def _train(self, train: Rows, valid: Rows | None, deadline: float | None) -> None:
        rng = np.random.default_rng(self.recipe.random_state)
        X = smooth_clip(np.ascontiguousarray(train.X, dtype=np.float32))
        self._set_scale(train)
        hidden = [int(self.params.get("hidden", 256))] * int(self.params.get("layers", 3))
        outputs = self.recipe.n_classes if self.classifies else 1
        activation = "selu" if self.classifies else "mish"
        network = Network((X.shape[1], *hidden, outputs), activation)
        network.initialise(X[rng.integers(0, len(X), size=min(len(X), 512))], rng)
        self.model = network
        batch = min(int(self.params.get("batch_size", 256)), len(X))
        a_pass = max(1, len(X) // batch)
        slopes = self._slopes(train)
        score = None if valid is None else self._scorer(valid)
        rates = network.rates() * np.float32(self._rate())
        adam, gradient = Adam(network.flat.size), np.empty_like(network.flat)
        steps = min(_MAX_STEPS, a_pass * int(self.params.get("epochs", _MAX_EPOCHS)))
        best_loss, best, best_step, done = math.inf, network.flat.copy(), 0, 0
        started, order = self.clock(), rng.permutation(len(X))
        stopped_by_time = False
        while done < steps and not stopped_by_time:
            at = done % a_pass
            if at == 0:
                order = rng.permutation(len(X))
            rows = order[at * batch : (at + 1) * batch]
            network.gradient(X[rows], slopes(rows), gradient)
            adam.step(network.flat, gradient, rates * np.float32(cosine_cycles(done / steps)))
            done += 1
            if deadline is not None and done == _PROBES:
                steps = _affordable(steps, done, self.clock() - started, deadline - started)
            stopped_by_time = deadline is not None and self.clock() >= deadline
            if score is not None and (done % max(a_pass, steps // _LOOKS) == 0 or done == steps):
                loss = score()
                if loss < best_loss:
                    best_loss, best_step = loss, done
                    best[:] = network.flat
        if best_step:
            network.flat[:] = best
        self.info.update(
            best_iteration=best_step or done, n_rounds=done, stopped_by_time=stopped_by_time
        )

    def _rate(self) -> float:
        return float(self.params.get("learning_rate", 0.04 if self.classifies else 0.07))

    def _set_scale(self, train: Rows) -> None:
        if self.classifies:
            return
        self._centre = float(np.average(train.y, weights=train.weight))
        self._width = float(np.std(train.y)) or 1.0
        self._limits = (float(train.y.min()), float(train.y.max()))

    def _slopes(self, train: Rows) -> Callable[[np.ndarray], Callable[[np.ndarray], np.ndarray]]:
        """From row numbers to the derivative of their mean loss by the outputs."""
        weight = np.ones(len(train.y)) if train.weight is None else train.weight
        weight = (weight / np.mean(weight)).astype(np.float32)
        if not self.classifies:
            y = ((train.y - self._centre) / self._width).astype(np.float32)
            absolute = self.goal.loss == "absolute"

            def values(rows: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
                target, share = y[rows, None], weight[rows, None] / np.float32(len(rows))
                if absolute:
                    return lambda out: share * np.clip((out - target) * 20, -1, 1)
                return lambda out: share * (out - target)

            return values
        k = self.recipe.n_classes
        smoothing = _SMOOTHING if self.recipe.metric in _SOFT else 0.0
        table = np.full((k, k), smoothing / k, dtype=np.float32)
        table[np.diag_indices(k)] += 1.0 - smoothing

        def classes(rows: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
            share = weight[rows, None] / np.float32(len(rows))
            return lambda out: share * (_softmax(out) - table[train.y[rows]])

        return classes

    def _scorer(self, valid: Rows) -> Callable[[], float]:
        """The loss on (at most 10,000 of) the validation rows."""
        X = smooth_clip(np.asarray(valid.X[:_MOST_SCORED], dtype=np.float32))
        y = valid.y[:_MOST_SCORED]
        weight = None if valid.weight is None else valid.weight[:_MOST_SCORED]
        if self.classifies:
            codes = np.arange(len(y))

            def log_loss() -> float:
                p = _softmax(self.model.forward(X))[codes, y]
                return -float(np.mean(np.log(np.maximum(p, 1e-7))))

            return log_loss

        def error() -> float:
            difference = np.abs(self._values(self.model.forward(X)) - y)
            powers = difference if self.goal.loss == "absolute" else np.square(difference)
            return float(np.average(powers, weights=weight))

        return error

    def _values(self, outputs: np.ndarray) -> np.ndarray:
        values = outputs[:, 0].astype(np.float64) * self._width + self._centre
        return np.clip(values, *self._limits)

    def _predict(self, X: Any) -> np.ndarray:
        outputs = self.model.forward(smooth_clip(np.asarray(X, dtype=np.float32)))
        return _softmax(outputs) if self.classifies else self._values(outputs)


def _softmax(outputs: np.ndarray) -> np.ndarray:
    powers = np.exp(outputs - outputs.max(axis=1, keepdims=True))
    probabilities: np.ndarray = powers / powers.sum(axis=1, keepdims=True)
    return probabilities


def _affordable(steps: int, done: int, seconds: float, limit: float) -> int:
    """Steps that the limit allows at the pace so far, so that the schedule is completed."""
    if seconds <= 0:
        return steps
    return max(done, min(steps, int(_TIME_SHARE * limit * done / seconds)))


def _one_thread(n_jobs: int) -> AbstractContextManager[Any]:
    """Matrices this small are slower on several threads."""
    from threadpoolctl import threadpool_limits

    limits: AbstractContextManager[Any] = threadpool_limits(limits=n_jobs, user_api="blas")
    return limits


def _starts(task: TaskKind, n_rows: int, n_columns: int) -> Starts:
    rate = 0.07 if task == "regression" else 0.04
    return (
        ("small", {"hidden": 128, "layers": 3, "learning_rate": rate}),
        ("TD-S", {"hidden": 256, "layers": 3, "learning_rate": rate}),
        ("shallow", {"hidden": 256, "layers": 1, "learning_rate": rate}),
    )


def _space(task: TaskKind, n_rows: int, n_columns: int) -> Space:
    return {
        "hidden": Choice(values=(64, 128, 256)),
        "layers": Integer(low=1, high=4),
        "learning_rate": Real(low=0.01, high=0.2, log=True),
        "batch_size": Choice(values=(128, 256, 512)),
    }


def _seconds(n_rows: int, n_columns: int) -> float:
    steps = min(_MAX_STEPS, _MAX_EPOCHS * max(1, n_rows // 256))
    return 0.1 + steps * (0.0015 + 2e-6 * n_columns)


def _make(recipe: Recipe) -> NetworkEstimator:
    return NetworkEstimator(recipe)


FAMILY = TableFamily(
    name="mlp",
    label="Neural network",
    encoding="scaled",
    interpretable=False,
    explanation="A small neural network; smooth where trees are stepped.",
    make=_make,
    starts=_starts,
    dimensions=_space,
    seconds=_seconds,
    most_rows=500_000,
)
