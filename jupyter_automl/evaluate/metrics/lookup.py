"""Metrics by the words people use."""

from __future__ import annotations

import difflib
import re

from jupyter_automl.core.errors import ArgumentError, UnknownNameError
from jupyter_automl.core.protocols import Metric
from jupyter_automl.core.registry import Registry
from jupyter_automl.core.task import TaskKind

_NOISE = re.compile(r"(?:score|metric|value)s?$")


def _folded(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "", text.casefold().replace("²", "2"))


def spellings(metrics: Registry[Metric]) -> dict[str, str]:
    """Folded spelling to canonical name; a canonical name wins over another's alias."""
    found: dict[str, str] = {}
    loaded = [metrics.get(name) for name in metrics.available()]
    for metric in loaded:
        found.setdefault(_folded(metric.name), metric.name)
    for metric in loaded:
        for word in (metric.label, *metric.aliases):
            found.setdefault(_folded(word), metric.name)
    return found


def find(metrics: Registry[Metric], name: object, task: TaskKind | None) -> Metric:
    """The metric that `name` means; see `evaluate.metrics.find_metric`."""
    found = spellings(metrics)
    key = _folded(name) if isinstance(name, str) else ""
    canonical = found.get(key) or found.get(_NOISE.sub("", key))
    fitting = [n for n in metrics.available() if task is None or task in metrics.get(n).tasks]
    if canonical is None:
        raise UnknownNameError(
            f"The metric must be one of: {', '.join(fitting)}. Got {name!r}.",
            hint=_proposal(found, key, fitting),
            argument="metric",
            name=str(name),
            kind="metric",
        )
    metric = metrics.get(canonical)
    if task is not None and task not in metric.tasks:
        raise ArgumentError(
            f"The metric of a {task} task must be one of: {', '.join(fitting)}. Got {name!r}, "
            f"which is for {' and '.join(metric.tasks)}.",
            hint="Choose one of these, or change the task.",
            argument="metric",
            metric=canonical,
            task=task,
        )
    return metric


def _proposal(found: dict[str, str], key: str, fitting: list[str]) -> str:
    words = [word for word, name in found.items() if name in fitting]
    near = difflib.get_close_matches(key, words, n=1, cutoff=0.6) if key else []
    return f"Did you mean {found[near[0]]!r}?" if near else ""
