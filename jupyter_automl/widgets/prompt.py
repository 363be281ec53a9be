"""A prompt and its reading as fields."""

from __future__ import annotations

from typing import Any

from jupyter_automl.api.wording import cut
from jupyter_automl.core.task import TaskSpec
from jupyter_automl.core.words import say
from jupyter_automl.widgets.base import WireWidget
from jupyter_automl.widgets.controller import Controller
from jupyter_automl.widgets.parts.reading import ReadingPart
from jupyter_automl.widgets.stills import Still


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

    def _still(self) -> Still:
        prompt, task = self._reading.view().prompt, self.task
        lines = [say("report-still-no-prompt")]
        if prompt:
            lines = [say("report-still-prompt", prompt=cut(prompt, 400))]
        if task is not None and task.target:
            judged = {"target": cut(task.target), "metric": task.metric or ""}
            lines.append(say("report-still-target", **judged))
        return Still(lines=tuple(lines))
