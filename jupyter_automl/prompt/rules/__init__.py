"""One file a topic; each rule looks for its words and fills its fields of a `Reading`."""

from __future__ import annotations

from collections.abc import Callable

from jupyter_automl.prompt.reading import Reading
from jupyter_automl.prompt.rules import (
    budget,
    exclusions,
    families,
    forecast,
    metric,
    positive,
    roles,
    target,
    task,
    validation,
)

RULES: tuple[Callable[[Reading], None], ...] = (
    positive.claim_class,
    forecast.read,
    budget.read,
    families.read,
    validation.read,
    metric.read,
    roles.read,
    target.read,
    exclusions.read,
    positive.read,
    task.read,
    forecast.offer,
    metric.check,
    target.ask_if_missing,
)
"""In this order: words with one meaning first, so that later rules do not see them."""
