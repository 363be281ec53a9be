"""Questions to a model about a row that a person makes up; computed by the helper.

None of them is ended half way when a newer one comes: they take moments, and the process would
have to read its model anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jupyter_automl.core.picture import number
from jupyter_automl.widgets.asking import Answer, Report, ViewContext
from jupyter_automl.widgets.schema import whatif as schema
from jupyter_automl.widgets.views.trials import run_of

if TYPE_CHECKING:
    from jupyter_automl.api.model import Model
    from jupyter_automl.explain.outlook import Outlook

MOST_FIELDS = 200
MOST_CLASSES = 12
N_NEAREST = 5
_JOB = "jupyter_automl.api.jobs.whatif:ask"


class _Question:
    """No answer is kept: each costs moments, and depends on what was typed."""

    def etag(self, context: ViewContext, args: Any) -> str:
        return ""


class FormView(_Question):
    """The fields that matter most, and a row to begin with."""

    name = "whatif.form"
    args = schema.FormArgs

    def compute(self, context: ViewContext, args: schema.FormArgs, report: Report) -> Answer:
        model = _model(context, args.model)
        fields, n_rows, cells = _ask(context, model, "form", args)
        shown = fields[:MOST_FIELDS]
        view = schema.FormView(
            fields=shown,
            n_fields=len(fields),
            n_rows=n_rows,
            cells={one.name: cells[one.name] for one in shown},
            target=model.plan.target,
            classes=tuple(model.plan.classes),
        )
        return Answer(value=view)


class OutlookView(_Question):
    """What is predicted, and what makes it up."""

    name = "whatif.at"
    args = schema.OutlookArgs

    def compute(self, context: ViewContext, args: schema.OutlookArgs, report: Report) -> Answer:
        model = _model(context, args.model)
        label = {"label": args.label} if args.label else {}
        found: Outlook = _ask(context, model, "at", args, quick=args.quick, **label)
        likely = sorted(found.by_class, key=lambda pair: -pair[1])[:MOST_CLASSES]
        if len(found.by_class) == 2:
            likely = list(found.by_class)
        view = schema.OutlookView(
            label=found.label,
            value=number(found.value, 6),
            about=found.about,
            probability=number(found.probability, 6),
            by_class=tuple((name, number(share, 6) or 0.0) for name, share in likely),
            n_classes=len(found.by_class),
            low=number(found.low, 6),
            high=number(found.high, 6),
            waterfall=found.waterfall,
            approximate=found.approximate,
        )
        return Answer(value=view)


class DependenceView(_Question):
    """What one field does, on average and for this row."""

    name = "whatif.dependence"
    args = schema.DependenceArgs

    def compute(self, context: ViewContext, args: schema.DependenceArgs, report: Report) -> Answer:
        model = _model(context, args.model)
        options = {"field": args.column} | ({"label": args.label} if args.label else {})
        return Answer(value=_ask(context, model, "dependence", args, **options))


class NearestView(_Question):
    """Rows of the training table that are most like this one."""

    name = "whatif.nearest"
    args = schema.OutlookArgs

    def compute(self, context: ViewContext, args: schema.OutlookArgs, report: Report) -> Answer:
        found = _ask(context, _model(context, args.model), "nearest", args, n=N_NEAREST)
        return Answer(value=schema.NearestView(rows=found))


class FlipView(_Question):
    """The smallest change that changes the prediction."""

    name = "whatif.flip"
    args = schema.FlipArgs

    def compute(self, context: ViewContext, args: schema.FlipArgs, report: Report) -> Answer:
        to = {"to": args.to} if args.to else {}
        model = _model(context, args.model)
        found = _ask(context, model, "flip", args, fixed=args.fixed, **to)
        return Answer(value=schema.FlipView(flip=found))


def _model(context: ViewContext, name: str) -> Model:
    run = run_of(context)
    return run.model(name) if name else run.best


def _ask(context: ViewContext, model: Model, about: Any, args: Any, **options: Any) -> Any:
    from jupyter_automl.api.jobs.models import ref_of
    from jupyter_automl.api.jobs.whatif import RowRef, WhatIfJob

    row = RowRef(start=args.start, changes=dict(getattr(args, "changes", {})))
    job = WhatIfJob(model=ref_of(model), about=about, row=row, options=options)
    return context.helper.run(_JOB, job)
