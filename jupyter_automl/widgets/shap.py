"""The explanation of a run's models."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_automl.widgets.base import WireWidget
from jupyter_automl.widgets.controller import Controller
from jupyter_automl.widgets.parts.explaining import ExplainingPart
from jupyter_automl.widgets.parts.training import TrainingPart

if TYPE_CHECKING:
    from jupyter_automl.api.run import Run


class Shap(WireWidget):
    """Which columns move the predictions of a run's best model, and where to.

    Parameters
    ----------
    run : Run
        From `fit`, `open` or `last`.
    """

    def __init__(self, run: Run) -> None:
        self.run = run
        training = TrainingPart(run)
        explaining = ExplainingPart(lambda: training.run)
        super().__init__(Controller([training, explaining]), "shap")
