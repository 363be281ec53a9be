"""Why a model predicts what it predicts; computed by the helper, the first rows at once."""

from __future__ import annotations

from jupyter_automl.widgets import schema
from jupyter_automl.widgets.asking import Answer, Report, ViewContext
from jupyter_automl.widgets.views.of_model import OfModel, ref_of_model

_JOBS = "jupyter_automl.api.jobs.explain:"


class ExplainView(OfModel):
    """What the explanation is about, and what it says."""

    name = "explain.overview"
    args = schema.ModelArgs

    def compute(self, context: ViewContext, args: schema.ModelArgs, report: Report) -> Answer:
        from jupyter_automl.api.jobs.explain import ExplainJob

        ref = ref_of_model(context, args.model)
        found = context.helper.run(
            _JOBS + "explain",
            ExplainJob(model=ref),
            on_part=lambda part: report(part[0], Answer(value=part[1])),
        )
        return Answer(value=found, etag=self.tag(ref, args))


class ExplainPictureView(OfModel):
    """One picture of the explanation."""

    name = "explain.picture"
    args = schema.ExplainPictureArgs

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
        return Answer(value=picture, etag=self.tag(ref, args))
