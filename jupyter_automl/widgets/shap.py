"""The explanation of a run's models."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from jupyter_automl.widgets.asking import AskingPart
from jupyter_automl.widgets.base import WireWidget
from jupyter_automl.widgets.controller import Controller
from jupyter_automl.widgets.parts.training import TrainingPart
from jupyter_automl.widgets.stills import Still

if TYPE_CHECKING:
    from jupyter_automl.api.run import Run


class Shap(WireWidget):
    """Which columns move the predictions of a run's best model, and where to.

    Parameters
    ----------
    run : Run
        From `fit`, `open` or `last`.
    view : Mapping, optional
        What is shown of it; see `view_code`, which gives it back.
    """

    _call = "ja.Shap(run"

    def __init__(self, run: Run, view: Mapping[str, Any] | None = None) -> None:
        self.run = run
        training = TrainingPart(run)
        super().__init__(Controller([training, AskingPart(lambda: run)]), "shap", view)

    def _still(self) -> Still:
        return Still(run=self.run, about="explanation")
