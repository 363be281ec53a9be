"""What-if questions to a run's models."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from jupyter_automl.widgets.asking import AskingPart
from jupyter_automl.widgets.base import WireWidget
from jupyter_automl.widgets.controller import Controller, Part
from jupyter_automl.widgets.parts.batching import batch_part
from jupyter_automl.widgets.parts.training import TrainingPart
from jupyter_automl.widgets.stills import Still

if TYPE_CHECKING:
    from jupyter_automl.api.run import Run


class WhatIf(WireWidget):
    """A form made from the columns: change a value and see the prediction change, and why.

    Parameters
    ----------
    run : Run
        From `fit`, `open` or `last`, with a finished model.
    view : Mapping, optional
        What is shown of it; see `view_code`, which gives it back.
    """

    _call = "ja.WhatIf(run"

    def __init__(self, run: Run, view: Mapping[str, Any] | None = None) -> None:
        self.run = run
        batch = batch_part(lambda: run, lambda: self.view)
        parts: list[Part[Any]] = [TrainingPart(run), AskingPart(lambda: run), batch]
        super().__init__(Controller(parts), "whatif", view)

    def _still(self) -> Still:
        return Still(run=self.run, about="explanation")
