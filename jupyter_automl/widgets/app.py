"""The whole product in one widget: Data, Train, Results."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_automl.api import places
from jupyter_automl.widgets.asking import AskingPart
from jupyter_automl.widgets.base import WireWidget
from jupyter_automl.widgets.controller import Controller, Part
from jupyter_automl.widgets.parts.batching import batch_part
from jupyter_automl.widgets.parts.features import FeaturesPart
from jupyter_automl.widgets.parts.place import PlacePart
from jupyter_automl.widgets.parts.reading import ReadingPart
from jupyter_automl.widgets.parts.tables import TablePart
from jupyter_automl.widgets.parts.training import TrainingPart
from jupyter_automl.widgets.parts.uploading import UploadingPart

if TYPE_CHECKING:
    from jupyter_automl.api.run import Run
    from jupyter_automl.widgets.spool import UploadedFile


class App(WireWidget):
    """Choose data, say what to predict, watch models train, see what matters.

    Parameters
    ----------
    data : object, optional
        Whatever `fit` takes as data; opened behind the screen.
    prompt : str, optional
        What to predict, in words.
    run : Run, optional
        A run to show, from `fit`, `open` or `last`.
    view : Mapping, optional
        What is shown; see `view_code`, which gives it back.
    """

    warms = True
    _call = "ja.App("

    def __init__(
        self,
        data: Any = None,
        prompt: str | None = None,
        *,
        run: Run | None = None,
        view: Mapping[str, Any] | None = None,
    ) -> None:
        from jupyter_automl.api.settings import settings
        from jupyter_automl.widgets.sealed import check_sealing

        _wait_for_visitor()
        chosen = settings()
        if chosen.encrypt_uploads:
            check_sealing()
        self._place = PlacePart(places.call_of(data, prompt))
        before = run or self._place.find()
        self._training = TrainingPart(before)
        self._features = FeaturesPart(lambda: self._training.run)
        text = prompt or ("" if before is None else before.experiment.prompt)
        self._reading = ReadingPart(self._follow, text)
        visited = places.is_for_visitors()
        # Warm workers of each visitor would fill the machine.
        self.warms = not visited
        self._tables = TablePart(self._reading.use, open_to_all=not visited)
        # A table is in the store once it is open: its file need not stay.
        self._uploading = UploadingPart(
            chosen.max_upload_bytes,
            self._open_upload,
            keep=False,
            sealed=chosen.encrypt_uploads,
        )
        parts: list[Part[Any]] = [
            self._tables,
            self._reading,
            self._training,
            self._features,
            self._uploading,
            batch_part(lambda: self._training.run, lambda: self.view),
            self._place,
            AskingPart(
                lambda: self._training.run,
                table=lambda: self._tables.table,
                task=lambda: self._reading.task,
            ),
        ]
        shown = self._place.last_view if view is None else view
        super().__init__(Controller(parts), "app", shown)
        self.observe(lambda change: self._place.look(change["new"]), "view")
        if data is not None:
            name = data if isinstance(data, (str, Path)) else type(data).__name__
            self._in_background(self._open, data, str(name))
        elif before is not None:
            self._in_background(self._open_again, before)

    @property
    def run(self) -> Run | None:
        """The run that was started last."""
        return self._training.run

    def _in_background(self, work: Callable[..., None], *arguments: Any) -> None:
        threading.Thread(target=work, args=arguments, name="automl-open", daemon=True).start()

    def _open_again(self, run: Run) -> None:
        # Its file may be gone; the run is shown all the same.
        with suppress(Exception):
            self._tables.show(run, lambda table: self._reading.show(table, run))

    def _follow(self, run: Run) -> None:
        from jupyter_automl.engine import dismiss_standby

        self._place.follow(run)
        self._features.forget()
        self._training.follow(run)
        if not self.warms:
            # A visitor's runner would stay warm for the next run, on cores that others train on.
            dismiss_standby()
        self._follows(run)

    def _open_upload(self, file: UploadedFile) -> None:
        # The part shows the error on the screen.
        with suppress(Exception), file.as_path() as path:
            self._tables.open(path, file.name)

    def _open(self, data: Any, name: str) -> None:
        # The part shows the error on the screen; a thread has nobody else to tell.
        with suppress(Exception):
            self._tables.open(data, name)


def _wait_for_visitor() -> None:
    """In a kernel that Voila started ahead, wait until a page asks for it.

    Only then is it known which run its address names.
    """
    if os.environ.get("VOILA_PREHEAT") != "True":
        return
    from voila.utils import wait_for_request

    wait_for_request()
    # Once is enough: nobody would answer a second time.
    os.environ["VOILA_PREHEAT"] = "False"
