"""Why a model predicts what it predicts; computed by the helper, the first rows at once."""

from __future__ import annotations

from typing import Any

from jupyter_automl.widgets import schema
from jupyter_automl.widgets.asking import Answer, Report, ViewContext
from jupyter_automl.widgets.views.evaluate import etag_of, ref_of_model

MOST_NAMES = 200
_JOBS = "jupyter_automl.api.jobs.explain:"


class ExplainView:
    """What the explanation is about, and what it says."""

    name = "explain.overview"
    args = schema.ModelArgs

    def etag(self, context: ViewContext, args: schema.ModelArgs) -> str:
        return etag_of(ref_of_model(context, args.model), (self.name, args))

    def compute(self, context: ViewContext, args: schema.ModelArgs, report: Report) -> Answer:
        from jupyter_automl.api.jobs.explain import ExplainJob

        ref = ref_of_model(context, args.model)
        job = ExplainJob(model=ref)
        found = context.helper.run(
            _JOBS + "explain", job, on_part=lambda part: report(part[0], _answer(part[1]))
        )
        return _answer(found, etag_of(ref, (self.name, args)))


class ExplainPictureView:
    """One picture of the explanation."""

    name = "explain.picture"
    args = schema.ExplainPictureArgs

    def etag(self, context: ViewContext, args: schema.ExplainPictureArgs) -> str:
        return etag_of(ref_of_model(context, args.model), (self.name, args))

    def compute(
        self, context: ViewContext, args: schema.ExplainPictureArgs, report: Report
    ) -> Answer:
        from jupyter_automl.api.jobs.explain import ExplainPictureJob

        ref = ref_of_model(context, args.model)
        job = ExplainPictureJob(
            model=ref, name=args.name, feature=args.feature, row=args.row, label=args.label
        )
        picture = context.helper.run(
            _JOBS + "picture", job, on_part=lambda part: report(part[0], Answer(value=part[1]))
        )
        return Answer(value=picture, etag=etag_of(ref, (self.name, args)))


def _answer(facts: Any, etag: str = "") -> Answer:
    view = schema.ExplainView(
        model=facts.model,
        method=facts.method,
        n_rows=facts.n_rows,
        labels=facts.labels[:MOST_NAMES],
        features=facts.features[:MOST_NAMES],
        strongest=facts.strongest,
        first_row=facts.first_row,
        insights=facts.insights,
        lime=facts.lime,
    )
    return Answer(value=view, etag=etag)
