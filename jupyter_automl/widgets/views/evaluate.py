"""How good a model is: scores, pictures, thresholds; computed by the helper."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from jupyter_automl.core.picture import name as cut
from jupyter_automl.core.picture import number
from jupyter_automl.widgets import schema
from jupyter_automl.widgets.asking import Answer, Report, ViewContext
from jupyter_automl.widgets.schema.evaluation import PricedView
from jupyter_automl.widgets.views.of_model import OfModel, ref_of_model

if TYPE_CHECKING:
    from jupyter_automl.api.jobs.models import ModelRef

MOST_NAMES = 200
_JOBS = "jupyter_automl.api.jobs.evaluate:"


class EvaluationView(OfModel):
    """Scores with intervals, findings, and what can be drawn."""

    name = "evaluate.overview"
    args = schema.ModelArgs

    def compute(self, context: ViewContext, args: schema.ModelArgs, report: Report) -> Answer:
        from jupyter_automl.api.jobs.evaluate import EvaluateJob

        ref = ref_of_model(context, args.model)
        found = context.helper.run(_JOBS + "evaluate", EvaluateJob(model=ref))
        view = schema.EvaluationView(
            model=found.model,
            n_rows=found.n_rows,
            threshold=number(found.threshold, 6),
            scores=tuple(
                schema.ScoreView(
                    metric=metric,
                    label=label,
                    value=number(estimate.value, 6),
                    low=number(estimate.low, 6),
                    high=number(estimate.high, 6),
                    reason=estimate.reason,
                )
                for metric, label, estimate in found.scores
            ),
            findings=found.findings,
            pictures=found.pictures,
            columns=_few(found.columns),
            labels=_few(found.labels),
            n_classes=len(found.labels),
            priced=tuple(
                PricedView(code=code, label=cut(found.labels[code])) for code in found.priced
            ),
            compared=found.compared,
        )
        return Answer(value=view, etag=self.tag(ref, args))


class EvaluatePictureView(OfModel):
    """One picture of a model."""

    name = "evaluate.picture"
    args = schema.EvaluatePictureArgs

    def etag(self, context: ViewContext, args: schema.EvaluatePictureArgs) -> str:
        ref, others = _refs(context, args)
        return self.tag(ref, args, others)

    def compute(
        self, context: ViewContext, args: schema.EvaluatePictureArgs, report: Report
    ) -> Answer:
        from jupyter_automl.api.jobs.evaluate import PictureJob

        ref, others = _refs(context, args)
        job = PictureJob(
            model=ref,
            name=args.name,
            options=_options(args),
            few_costs=() if _two_costs(args) else args.costs or (),
            others=others,
        )
        picture = context.helper.run(_JOBS + "picture", job)
        return Answer(value=picture, etag=self.tag(ref, args, others))


class ThresholdsView(OfModel):
    """Counts at each threshold, for a slider that asks nobody."""

    name = "evaluate.thresholds"
    args = schema.ThresholdsArgs

    def compute(self, context: ViewContext, args: schema.ThresholdsArgs, report: Report) -> Answer:
        from jupyter_automl.api.jobs.evaluate import ThresholdsJob

        ref = ref_of_model(context, args.model)
        job = ThresholdsJob(model=ref, by=args.by or None)
        found = context.helper.run(_JOBS + "thresholds", job)
        counts = {key: getattr(found.counts, key) for key in ("tp", "fp", "fn", "tn")}
        view = schema.ThresholdsView(
            labels=(cut(found.labels[0]), cut(found.labels[1])),
            current=number(found.current, 6),
            n_rows=found.n_rows,
        )
        return Answer(value=view, etag=self.tag(ref, args), arrays=counts)


def _refs(
    context: ViewContext, args: schema.EvaluatePictureArgs
) -> tuple[ModelRef, tuple[ModelRef, ...]]:
    """The model, and those that are drawn over it; none of them twice."""
    ref = ref_of_model(context, args.model)
    named = (ref_of_model(context, name) for name in args.models)
    others = {other.name: other for other in named if other.name != ref.name}
    return ref, tuple(others.values())


def _two_costs(args: schema.EvaluatePictureArgs) -> bool:
    return args.costs is not None and len(args.costs) == 2


def _options(args: schema.EvaluatePictureArgs) -> dict[str, Any]:
    options: dict[str, Any] = {}
    if args.threshold is not None:
        options["threshold"] = args.threshold
    if args.costs is not None and _two_costs(args):
        false_positive, false_negative = args.costs
        options["costs"] = {"false_positive": false_positive, "false_negative": false_negative}
    if args.label:
        options["label"] = args.label
    if args.by:
        options["by"] = args.by
    return options


def _few(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(names[:MOST_NAMES])
