"""The part of the page that is not sent with every widget, but when it is first needed."""

from __future__ import annotations

from jupyter_automl.widgets import schema
from jupyter_automl.widgets.asking import Answer, Report, ViewContext
from jupyter_automl.widgets.base import bundle


class LateView:
    """The code of ``late.js``, and the name of the build that it belongs to."""

    name = "page.late"
    args = schema.LateArgs

    def etag(self, context: ViewContext, args: schema.LateArgs) -> str:
        return ""

    def compute(self, context: ViewContext, args: schema.LateArgs, report: Report) -> Answer:
        first, _, code = bundle("late.js").partition("\n")
        return Answer(value=schema.CodeView(build=first.removeprefix("// build "), code=code))
