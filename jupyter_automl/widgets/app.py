"""The whole product in one widget: Data, Train, Results."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_automl.widgets.base import WireWidget
from jupyter_automl.widgets.controller import Controller, Part
from jupyter_automl.widgets.parts.explaining import ExplainingPart
from jupyter_automl.widgets.parts.features import FeaturesPart
from jupyter_automl.widgets.parts.reading import ReadingPart
from jupyter_automl.widgets.parts.tables import TablePart
from jupyter_automl.widgets.parts.training import TrainingPart
from jupyter_automl.widgets.parts.uploading import UploadingPart

if TYPE_CHECKING:
    from jupyter_automl.api.run import Run


class App(WireWidget):
    """Choose data, say what to predict, watch models train, see what matters.

    Parameters
    ----------
    data : object, optional
        Whatever `fit` takes as data; opened behind the screen.
    prompt : str, optional
        What to predict, in words.
    """

    warms = True

    def __init__(self, data: Any = None, prompt: str | None = None) -> None:
        from jupyter_automl.api.settings import settings

        self._training = TrainingPart()
        self._explaining = ExplainingPart(lambda: self._training.run)
        self._features = FeaturesPart(lambda: self._training.run)
        self._reading = ReadingPart(self._follow, prompt or "")
        self._tables = TablePart(self._reading.use)
        self._uploading = UploadingPart(settings().max_upload_bytes, self._open_upload)
        parts: list[Part[Any]] = [
            self._tables,
            self._reading,
            self._training,
            self._explaining,
            self._features,
            self._uploading,
        ]
        super().__init__(Controller(parts), "app")
        if data is not None:
            name = data if isinstance(data, (str, Path)) else type(data).__name__
            opening = threading.Thread(target=self._open, args=(data, str(name)), daemon=True)
            opening.start()

    @property
    def run(self) -> Run | None:
        """The run that was started last."""
        return self._training.run

    def _follow(self, run: Run) -> None:
        self._explaining.forget()
        self._features.forget()
        self._training.follow(run)

    def _open_upload(self, path: Path) -> None:
        self._tables.open(path, path.name)

    def _open(self, data: Any, name: str) -> None:
        from contextlib import suppress

        # The part shows the error on the screen; a thread has nobody else to tell.
        with suppress(Exception):
            self._tables.open(data, name)
