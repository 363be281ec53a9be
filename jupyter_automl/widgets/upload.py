"""An upload without the size limit of the websocket."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from jupyter_automl.widgets.base import WireWidget
from jupyter_automl.widgets.controller import Controller
from jupyter_automl.widgets.parts.uploading import UploadingPart

if TYPE_CHECKING:
    import pandas as pd


class Upload(WireWidget):
    """Bring a file from the browser to the kernel, in slices.

    The kernel's memory does not grow with the file; it lands in a private folder that
    goes when the widget is closed.
    """

    warms = True

    def __init__(self) -> None:
        from jupyter_automl.api.settings import settings

        self._uploading = UploadingPart(settings().max_upload_bytes)
        self._table: tuple[Path, pd.DataFrame] | None = None
        super().__init__(Controller([self._uploading]), "upload")

    @property
    def path(self) -> str | None:
        """Where the file is; None until the whole of it is there."""
        path = self._uploading.path
        return str(path) if path else None

    @property
    def value(self) -> pd.DataFrame | None:
        """The file as a DataFrame, read once; None until it is there.

        Raises
        ------
        ReadError
            If it cannot be read as a table.
        """
        path = self._uploading.path
        if path is None:
            return None
        if self._table is None or self._table[0] != path:
            from jupyter_automl.api.catalog import read

            self._table = (path, read(path))
        return self._table[1]
