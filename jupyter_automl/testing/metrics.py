"""Does a metric keep its promises? For built-ins and plug-ins alike."""

from __future__ import annotations

import math

import numpy as np

from jupyter_automl.core.protocols import Metric
from jupyter_automl.core.task import TASKS, TaskKind

_N_ROWS = 60


def check_metric(metric: Metric) -> None:
    """Run every check; an `AssertionError` says which promise is broken.

    Parameters
    ----------
    metric : Metric
        Any implementation of `core.protocols.Metric`.
    """
    check_metric_words(metric)
    for task in metric.tasks:
        if task in TASKS:
            check_perfect_beats_noise(metric, task)
            check_one_row(metric, task)
            check_weights_of_one(metric, task)
            check_inputs_untouched(metric, task)
            if task != "regression":
                check_lost_class(metric, task)


def check_metric_words(metric: Metric) -> None:
    """It has a name, a label, a sentence, tasks, and a direction."""
    assert metric.name.isidentifier(), f"The name {metric.name!r} is not an identifier."
    assert metric.label.strip(), f"{metric.name} has no label."
    assert metric.explanation.strip().endswith("."), f"{metric.name} has no sentence."
    assert metric.tasks, f"{metric.name} has no task."
    assert isinstance(metric.greater_is_better, bool), f"{metric.name} has no direction."
    assert all(word.strip() for word in metric.aliases), f"{metric.name} has an empty alias."


def check_perfect_beats_noise(metric: Metric, task: TaskKind) -> None:
    """A perfect prediction is better than one that knows nothing of the target."""
    y, perfect, noise = _example(task)
    good, bad = metric.score(y, perfect), metric.score(y, noise)
    assert isinstance(good, float), f"{metric.name} gives {type(good).__name__}, not float."
    assert math.isfinite(good), f"{metric.name} of a perfect prediction is {good}."
    assert math.isfinite(bad), f"{metric.name} of noise is {bad}."
    better = good > bad if metric.greater_is_better else good < bad
    assert better, f"{metric.name}: perfect {good} is not better than noise {bad}."


def check_lost_class(metric: Metric, task: TaskKind) -> None:
    """Rows of a single class give a finite value, whichever class it is."""
    _, _, noise = _example(task)
    for code in range(noise.shape[1]):
        y = np.full(len(noise), code)
        value = metric.score(y, noise)
        assert math.isfinite(value), f"{metric.name} of rows of class {code} alone is {value}."


def check_one_row(metric: Metric, task: TaskKind) -> None:
    """A single row gives a finite value."""
    y, perfect, _ = _example(task)
    value = metric.score(y[:1], perfect[:1])
    assert math.isfinite(value), f"{metric.name} of one row is {value}."


def check_weights_of_one(metric: Metric, task: TaskKind) -> None:
    """Weights of one change nothing."""
    y, _, noise = _example(task)
    plain, weighted = metric.score(y, noise), metric.score(y, noise, np.ones(len(y)))
    close = math.isclose(plain, weighted, rel_tol=1e-9, abs_tol=1e-12)
    assert close, f"{metric.name}: {plain} without weights, {weighted} with weights of one."


def check_inputs_untouched(metric: Metric, task: TaskKind) -> None:
    """The arrays that come in are not written to, and float32 is taken."""
    y, _, noise = _example(task)
    before_y, before = y.copy(), noise.copy()
    y.setflags(write=False)
    noise.setflags(write=False)
    metric.score(y, noise)
    assert (y == before_y).all(), f"{metric.name} wrote to y."
    assert (noise == before).all(), f"{metric.name} wrote to the prediction."
    single = metric.score(y, noise.astype(np.float32))
    assert math.isfinite(single), f"{metric.name} of float32 predictions is {single}."


def _example(task: TaskKind) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Targets, a perfect prediction and noise."""
    rng = np.random.default_rng(0)
    if task == "regression":
        y = rng.gamma(2.0, 3.0, size=_N_ROWS) + 0.5
        return y, y.copy(), rng.permutation(y) * 1.5
    k = 2 if task == "binary" else 4
    codes = np.arange(_N_ROWS) % k
    return codes, np.eye(k)[codes], rng.dirichlet(np.ones(k), size=_N_ROWS)
