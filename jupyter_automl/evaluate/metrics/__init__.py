"""What models are judged by: a registry of metrics and how to find one."""

from __future__ import annotations

from typing import cast

from jupyter_automl.core.protocols import Metric
from jupyter_automl.core.registry import Entry, Registry
from jupyter_automl.core.task import TaskKind
from jupyter_automl.evaluate.metrics import labels, lookup, probability, ranking, regression
from jupyter_automl.evaluate.metrics.default import default_metric
from jupyter_automl.evaluate.metrics.metric import NumpyMetric

METRICS: Registry[Metric] = Registry("metric", "jupyter_automl.metrics")
"""Every metric by its canonical name; plug-ins add an entry point of this group."""


def _register(metric: NumpyMetric) -> None:
    METRICS.register(Entry(name=metric.name, load=lambda: cast(Metric, metric)))


for _group in (ranking, probability, labels, regression):
    for _metric in _group.METRICS_HERE:
        _register(_metric)


def find_metric(name_or_alias: str, task: TaskKind | None = None) -> Metric:
    """The metric that a name, a label or a common spelling means.

    Parameters
    ----------
    name_or_alias : str
        E.g. ``"roc_auc"``, ``"AUC"``, ``"F1 score"``, ``"root mean squared error"``; case,
        blanks, dashes and a trailing "score" do not matter.
    task : TaskKind, optional
        What it must be usable for.

    Raises
    ------
    UnknownNameError
        If no metric is called so; the hint proposes a near one.
    ArgumentError
        If the metric is not for `task`.
    """
    return lookup.find(METRICS, name_or_alias, task)


__all__ = ["METRICS", "NumpyMetric", "default_metric", "find_metric"]
