"""What questions about one model of a run share: which model it is, and the name of the answer."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any

from jupyter_automl.widgets.asking import ViewContext
from jupyter_automl.widgets.views.trials import run_of

if TYPE_CHECKING:
    from jupyter_automl.api.jobs.models import ModelRef


class OfModel:
    """A view whose `args` name a model; the same trials and question have the same answer."""

    name: str

    def etag(self, context: ViewContext, args: Any) -> str:
        return self.tag(ref_of_model(context, args.model), args)

    def tag(self, ref: ModelRef, *question: Any) -> str:
        """The same for the same trials and question, in any session."""
        return f"{zlib.crc32(repr((ref, self.name, question)).encode()):08x}"


def ref_of_model(context: ViewContext, name: str) -> ModelRef:
    """A model of the run by its name; empty is the best."""
    from jupyter_automl.api.jobs.models import ref_of

    run = run_of(context)
    return ref_of(run.model(name) if name else run.best)
