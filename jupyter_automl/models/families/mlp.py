"""A small neural network (RealMLP's recipe in numpy), on one core, to a deadline."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from jupyter_automl.core.space import Choice, Integer, Real, Space
from jupyter_automl.core.task import TaskKind
from jupyter_automl.models.estimator import Growth, Recipe, Rows, TableEstimator
from jupyter_automl.models.family import Starts, TableFamily
from jupyter_automl.models.network import Activation, Adam, Network, cosine_cycles, smooth_clip
from jupyter_automl.models.rounds import Curve, rows_looked_at
from jupyter_automl.models.slopes import softmax
from jupyter_automl.models.telling import listener
from jupyter_automl.models.threads import limited

_SOFT = ("accuracy", "balanced_accuracy", "f1", "f1_macro", "precision", "recall", "mcc")
_SMOOTHING = 0.1
_EPOCHS_CLASSES, _EPOCHS_VALUES = 24, 64
"""Far fewer than RealMLP's 256: on real tables the best epoch came within the first ten
for classes, and a fit has seconds."""

_MAX_STEPS = 6_000
_LOOKS = 64
_PROBES = (4, 16, 64, 256)
_LEAST_BATCH = 16
_TIME_SHARE = 0.85
"""Of the limit that training is planned for; the rest is for scoring and surprises."""


class NetworkEstimator(TableEstimator):
    """Keeps the epoch that is best on the validation rows; `model` is a `Network`."""

    @classmethod
    def settled(
        cls, params: Mapping[str, Any], infos: Sequence[Mapping[str, Any]], growth: Growth
    ) -> dict[str, Any]:
        """As many epochs as were best on parts of the rows, on the schedule of those fits.

        ``n_steps`` is the length of the schedule of rates, ``n_rounds`` the step of it
        that is the last one.
        """
        done = [info for info in infos if "best_iteration" in info]
        if not done:
            return dict(params)
        before, after = (
            max(1, n_rows // _batch(params, n_rows)) for n_rows in (growth.before, growth.after)
        )
        best, whole = (
            max(1, round(sum(info[name] for info in done) / len(done) * after / before))
            for name in ("best_iteration", "n_rounds")
        )
        return {**params, "n_steps": whole, "n_rounds": min(best, whole)}

    def _fit(self, train: Rows, valid: Rows | None, deadline: float | None) -> None:
        # Matrices this small are slower on several threads.
        with limited(self.recipe.n_jobs, "blas"):
            self._train(train, valid, deadline)

    def _train(self, train: Rows, valid: Rows | None, deadline: float | None) -> None:
        rng = np.random.default_rng(self.recipe.random_state)
        X = smooth_clip(np.ascontiguousarray(train.X, dtype=np.float32))
        self._set_scale(train)
        hidden = [int(self.params.get("hidden", 256))] * int(self.params.get("layers", 3))
        outputs = self.recipe.n_classes if self.classifies else 1
        activation: Activation = "selu" if self.classifies else "mish"
        network = Network((X.shape[1], *hidden, outputs), activation)
        network.initialise(X[rng.integers(0, len(X), size=min(len(X), 512))], rng)
        self.model = network
        batch = _batch(self.params, len(X))
        a_pass = max(1, len(X) // batch)
        slopes = self._slopes(train)
        score = None if valid is None else self._scorer(valid)
        rates = network.rates() * np.float32(self._rate())
        adam, gradient = Adam(network.flat.size), np.empty_like(network.flat)
        dropout = float(self.params.get("dropout", 0.0))
        steps = wanted = int(self.params.get("n_steps", min(_MAX_STEPS, a_pass * self._epochs())))
        last = int(self.params.get("n_rounds", steps)) if valid is None else steps
        best_loss, best, best_step, done = math.inf, network.flat.copy(), 0, 0
        curve, kept, tell = Curve(), {}, listener()
        started, order = self.clock(), rng.permutation(len(X))
        stopped_by_time = False
        while done < min(steps, last) and not stopped_by_time:
            at = done % a_pass
            if at == 0:
                order = rng.permutation(len(X))
            rows = order[at * batch : (at + 1) * batch]
            network.gradient(X[rows], slopes(rows), gradient, dropout=dropout, rng=rng)
            adam.step(network.flat, gradient, rates * np.float32(cosine_cycles(done / steps)))
            done += 1
            if done == 1:
                started = self.clock()  # the first step warms caches
            elif deadline is not None and done in _PROBES:
                now = self.clock()
                pace = (now - started) / (done - 1)
                steps = _affordable(wanted, done, pace, deadline - now)
            stopped_by_time = deadline is not None and self.clock() >= deadline
            if score is not None and (done % max(a_pass, steps // _LOOKS) == 0 or done == steps):
                loss = score()
                curve.add(done, loss)
                if tell is not None:
                    tell(curve)
                if self.keep_rounds:
                    kept[done] = network.flat.copy()
                if loss < best_loss:
                    best_loss, best_step = loss, done
                    best[:] = network.flat
        if best_step:
            network.flat[:] = best
        if kept:
            self._whole, self.curve = kept, curve
        self.info.update(
            best_iteration=best_step or done, n_rounds=done, stopped_by_time=stopped_by_time
        )

    def _epochs(self) -> int:
        usual = _EPOCHS_CLASSES if self.classifies else _EPOCHS_VALUES
        return int(self.params.get("epochs", usual))

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
            return lambda out: share * (softmax(out) - table[train.y[rows]])

        return classes

    def _scorer(self, valid: Rows) -> Callable[[], float]:
        """The loss on (at most 5,000 of) the validation rows."""
        some = rows_looked_at(len(valid.y))
        X = smooth_clip(np.asarray(valid.X[some], dtype=np.float32))
        y = valid.y[some]
        weight = None if valid.weight is None else valid.weight[some]
        if self.classifies:
            codes = np.arange(len(y))

            def log_loss() -> float:
                p = softmax(self.model.forward(X))[codes, y]
                return -float(np.average(np.log(np.maximum(p, 1e-7)), weights=weight))

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
        with limited(self.recipe.n_jobs, "blas"):
            outputs = self.model.forward(smooth_clip(np.asarray(X, dtype=np.float32)))
        return softmax(outputs) if self.classifies else self._values(outputs)

    def _predict_at(self, X: Any, n_rounds: int) -> np.ndarray:
        best = self.model.flat.copy()
        self.model.flat[:] = self._whole[n_rounds]
        predicted = self._predict(X)
        self.model.flat[:] = best
        return predicted


def _batch(params: Mapping[str, Any], n_rows: int) -> int:
    """Rows a step."""
    return min(int(params.get("batch_size", 256)), max(_LEAST_BATCH, n_rows // 8), n_rows)


def _affordable(wanted: int, done: int, pace: float, left: float) -> int:
    """Steps in all that the time allows, so that the schedule comes to its end.

    Parameters
    ----------
    pace : float
        Seconds a step.
    left : float
        Seconds until the deadline.
    """
    if pace <= 0:
        return wanted
    return max(done, min(wanted, done + int(_TIME_SHARE * left / pace)))


def _starts(task: TaskKind, n_rows: int, n_columns: int) -> Starts:
    rate = 0.07 if task == "regression" else 0.04
    epochs = _EPOCHS_VALUES if task == "regression" else _EPOCHS_CLASSES
    small = {"hidden": 128, "layers": 3, "learning_rate": rate, "epochs": epochs}
    return (
        ("small", small),
        ("dropout", small | {"dropout": 0.15, "epochs": 2 * epochs}),
        ("TD-S", small | {"hidden": 256}),
        ("shallow", small | {"hidden": 256, "layers": 1}),
    )


def _space(task: TaskKind, n_rows: int, n_columns: int) -> Space:
    """RealMLP's search space, narrowed to what a core can do in seconds."""
    return {
        "hidden": Choice(values=(64, 128, 256)),
        "layers": Integer(low=1, high=4),
        "learning_rate": Real(low=0.01, high=0.2, log=True),
        "dropout": Choice(values=(0.0, 0.15, 0.3)),
        "epochs": Integer(low=8, high=128, log=True),
        "batch_size": Choice(values=(128, 256, 512)),
    }


def _seconds(n_rows: int, n_columns: int) -> float:
    steps = min(_MAX_STEPS, _EPOCHS_CLASSES * max(8, n_rows // 256))
    return 0.05 + steps * (0.002 + 3e-6 * n_columns)


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
