"""An upload without the size limit of the websocket."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from jupyter_automl.api.wording import cut
from jupyter_automl.core.words import say
from jupyter_automl.widgets.base import WireWidget
from jupyter_automl.widgets.controller import Controller
from jupyter_automl.widgets.parts.uploading import UploadingPart
from jupyter_automl.widgets.stills import Still

if TYPE_CHECKING:
    import pandas as pd

    from jupyter_automl.widgets.spool import UploadedFile

_MOST_NAMES = 5


class Upload(WireWidget):
    """Bring files from the browser to the kernel, in slices.

    Files are sent one after another. What was cut off, by a connection that broke or a page that
    was loaded again, goes on where it was when the same file is chosen again. The kernel's memory
    does not grow with a file; it lands in a private folder that goes when the widget is closed or
    the kernel ends.

    Parameters
    ----------
    view : Mapping, optional
        What is shown of it; see `view_code`, which gives it back.

    Raises
    ------
    UnavailableError
        If files are to be kept encrypted (the setting `encrypt_uploads`) and cannot be here.

    Examples
    --------
    >>> upload = ja.Upload()  # doctest: +SKIP
    >>> upload.files[0].read()  # doctest: +SKIP
    """

    warms = True
    _call = "ja.Upload("

    def __init__(self, view: Mapping[str, Any] | None = None) -> None:
        from jupyter_automl.api import places
        from jupyter_automl.api.settings import settings
        from jupyter_automl.widgets.sealed import check_sealing

        found = settings()
        if found.encrypt_uploads:
            check_sealing()
        visited = places.is_for_visitors()
        # Warm workers of each visitor would fill the machine.
        self.warms = not visited
        self._uploading = UploadingPart(
            found.max_upload_bytes, sealed=found.encrypt_uploads, paths=not visited
        )
        self._table: tuple[UploadedFile, pd.DataFrame] | None = None
        super().__init__(Controller([self._uploading]), "upload", view)

    @property
    def files(self) -> tuple[UploadedFile, ...]:
        """The files that are there whole, in the order in which they were finished."""
        return self._uploading.files

    @property
    def path(self) -> str | None:
        """Where the last file is; None until the whole of one is there.

        Where files are kept encrypted, nobody can read it there: take `value` or ``files[-1]``.
        """
        files = self._uploading.files
        return files[-1].path if files else None

    @property
    def value(self) -> pd.DataFrame | None:
        """The last file as a DataFrame, read once; None until the whole of one is there.

        Raises
        ------
        ReadError
            If it cannot be read as a table.
        """
        files = self._uploading.files
        if not files:
            return None
        if self._table is None or self._table[0] is not files[-1]:
            self._table = (files[-1], files[-1].read())
        return self._table[1]

    def _still(self) -> Still:
        names = [cut(file.name, 80) for file in self.files]
        shown = ", ".join(names[:_MOST_NAMES]) + (", …" if len(names) > _MOST_NAMES else "")
        return Still(lines=(say("report-still-upload", n=len(names), names=shown),))
