"""Judging a model: its scores, one picture of it, or what each threshold does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from jupyter_automl.api.jobs.models import ModelRef, model_of

if TYPE_CHECKING:
    from jupyter_automl.core.picture import Picture
    from jupyter_automl.evaluate.assess import Estimate, Thresholds


_NO_GROUPS = ("id", "constant", "text")
"""Kinds of columns by whose values rows make no groups worth comparing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluateJob:
    """Judge a model on its held-out rows."""

    model: ModelRef


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureJob:
    """Draw one picture.

    Attributes
    ----------
    options : Mapping
        The picture's keywords.
    few_costs : tuple of float
        What errors between `Judgement.priced` cost, row by row; empty are none.
    others : tuple of ModelRef
        Models that are drawn over this one.
    """

    model: ModelRef
    name: str
    options: Mapping[str, Any] = field(default_factory=dict)
    few_costs: tuple[float, ...] = ()
    others: tuple[ModelRef, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ThresholdsJob:
    """Count what each threshold does, also for the groups of a column."""

    model: ModelRef
    by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What an `Evaluation` says, without its rows.

    Attributes
    ----------
    scores : tuple of (metric, label, Estimate)
        The run's metric first.
    pictures : tuple of str
        That can be drawn.
    columns : tuple of str
        Of the table, whose groups can be compared.
    labels : tuple of str
        The classes; empty where the target is a number.
    compared : tuple of str
        Pictures that several models can be drawn in.
    priced : tuple of int
        Of three or more classes, codes of those whose errors are priced one by one.
    """

    model: str
    n_rows: int
    threshold: float | None
    scores: tuple[tuple[str, str, Estimate], ...]
    findings: tuple[str, ...]
    pictures: tuple[str, ...]
    columns: tuple[str, ...]
    labels: tuple[str, ...]
    priced: tuple[int, ...]
    compared: tuple[str, ...]


def evaluate(job: EvaluateJob, report: Callable[[Any], None]) -> Judgement:
    """Scores with intervals and the names of the pictures."""
    from jupyter_automl.api.evaluation import evaluation, priced_classes
    from jupyter_automl.evaluate.assess import COMPARED
    from jupyter_automl.evaluate.metrics import METRICS

    model = model_of(job.model)
    found = evaluation(model)
    return Judgement(
        model=found.model,
        n_rows=found.n_rows,
        threshold=found.threshold,
        scores=tuple(
            (name, METRICS.get(name).label, estimate) for name, estimate in found.scores.items()
        ),
        findings=found.findings,
        pictures=found.pictures,
        columns=tuple(
            c.name
            for c in model.dataset.columns
            if c.name != model.plan.target and c.kind not in _NO_GROUPS
        ),
        labels=tuple(str(label) for label in model.plan.classes),
        compared=tuple(name for name in found.pictures if name in COMPARED),
        priced=priced_classes(model) if len(model.plan.classes) > 2 else (),
    )


def picture(job: PictureJob, report: Callable[[Any], None]) -> Picture:
    """See `api.evaluation.picture`."""
    from jupyter_automl.api.evaluation import all_costs
    from jupyter_automl.api.evaluation import picture as drawn

    model, options = model_of(job.model), dict(job.options)
    if job.few_costs:
        options["costs"] = all_costs(model, job.few_costs)
    return drawn(model, job.name, others=[model_of(other) for other in job.others], **options)


def thresholds(job: ThresholdsJob, report: Callable[[Any], None]) -> Thresholds:
    """See `evaluate.assess.thresholds_of`."""
    from jupyter_automl.api.evaluation import thresholds as counted

    return counted(model_of(job.model), by=job.by)
