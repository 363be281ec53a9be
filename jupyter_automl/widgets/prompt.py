"""A prompt and its reading as fields."""

from __future__ import annotations

from typing import Any

from jupyter_automl.core.task import TaskSpec
from jupyter_automl.widgets.base import WireWidget
from jupyter_automl.widgets.controller import Controller
from jupyter_automl.widgets.parts.reading import ReadingPart


class Prompt(WireWidget):
    """Say in words what to predict, and correct how it is read.

    Parameters
    ----------
    data : object
        Whatever `fit` takes as data.
    prompt : str
        The text to begin with.
    """

    warms = True

    def __init__(self, data: Any, prompt: str = "") -> None:
        from jupyter_automl.api import tables

        self._reading = ReadingPart(prompt=prompt)
        self._reading.use(tables.open_table(data))
        super().__init__(Controller([self._reading]), "prompt")

    @property
    def task(self) -> TaskSpec | None:
        """The reading as it stands; None while it has an error."""
        return self._reading.task
