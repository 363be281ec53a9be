"""Every metric keeps the promises of the suite that ships."""

from __future__ import annotations

import numpy as np
import pytest

from jupyter_automl.evaluate.metrics import METRICS, NumpyMetric
from jupyter_automl.testing.metrics import check_metric


@pytest.mark.parametrize("name", METRICS.names())
def test_metric_keeps_its_promises(name):
    metric = METRICS.get(name)
    check_metric(metric)
    assert metric.name == name


def _metric(function, *, greater_is_better=True):
    return NumpyMetric(
        name="wrong",
        label="Wrong",
        tasks=("binary",),
        greater_is_better=greater_is_better,
        explanation="A metric with a fault.",
        function=function,
        best=1.0,
    )


def _accuracy(y, prediction, weight):
    return np.average(prediction.argmax(axis=1) == y, weights=weight)


def _writes(y, prediction, weight):
    prediction[0] = 0
    return _accuracy(y, prediction, weight)


FAULTS = {
    "wrong direction": _metric(_accuracy, greater_is_better=False),
    "undefined on a lost class": _metric(
        lambda y, p, w: _accuracy(y, p, w) if len(set(y.tolist())) > 1 else float("nan")
    ),
    "weights change it": _metric(lambda y, p, w: _accuracy(y, p, w) * (1 if w is None else 0.5)),
    "writes to its input": _metric(_writes),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_suite_finds_a_fault(fault):
    with pytest.raises((AssertionError, ValueError)):
        check_metric(FAULTS[fault])
