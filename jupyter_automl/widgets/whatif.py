"""What-if questions to a run's models."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from jupyter_automl.widgets.asking import AskingPart
from jupyter_automl.widgets.base import WireWidget
from jupyter_automl.widgets.controller import Controller
from jupyter_automl.widgets.parts.training import TrainingPart

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
        training = TrainingPart(run)
        super().__init__(Controller([training, AskingPart(lambda: run)]), "whatif", view)
