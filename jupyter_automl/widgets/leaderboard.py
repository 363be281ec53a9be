"""The live leaderboard of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_automl.widgets.base import WireWidget
from jupyter_automl.widgets.controller import Controller
from jupyter_automl.widgets.parts.training import TrainingPart

if TYPE_CHECKING:
    from jupyter_automl.api.run import Run


class Leaderboard(WireWidget):
    """A run as it trains: headline, progress, one row a model, Stop.

    Parameters
    ----------
    run : Run
        From `fit`, `open` or `last`.

    Examples
    --------
    >>> widgets.VBox([ja.Leaderboard(run)])  # doctest: +SKIP
    """

    def __init__(self, run: Run) -> None:
        self.run = run
        super().__init__(Controller([TrainingPart(run)]), "leaderboard")
