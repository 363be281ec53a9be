"""The part that receives a file in slices."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal

from jupyter_automl.core.errors import ArgumentError
from jupyter_automl.widgets.channel import describe_error
from jupyter_automl.widgets.controller import Part
from jupyter_automl.widgets.requests import (
    Buffers,
    Request,
    UploadChunk,
    UploadFinish,
    UploadRef,
    UploadStart,
)
from jupyter_automl.widgets.schema import ErrorView, UploadView
from jupyter_automl.widgets.spool import CHUNK_BYTES, WINDOW, Spool, UploadError

UploadStatus = Literal["empty", "receiving", "done", "failed"]


class UploadingPart(Part[UploadView]):
    """One upload at a time; a new one replaces the old.

    Parameters
    ----------
    max_bytes : int
        Larger files are refused before anything is sent.
    received : callable
        Called on the worker thread with the path of every whole file.
    """

    section = "upload"

    def __init__(self, max_bytes: int, received: Callable[[Path], None] | None = None) -> None:
        super().__init__()
        self._max_bytes = max_bytes
        self._received = received
        self._spool: Spool | None = None
        self._key = ""
        self._status: UploadStatus = "empty"
        self._error: ErrorView | None = None

    @property
    def requests(self) -> Mapping[str, Request]:
        return {
            "upload_start": Request(body=UploadStart, answer=self._start),
            "upload_chunk": Request(body=UploadChunk, answer=self._chunk),
            "upload_status": Request(body=UploadRef, answer=self._missing),
            "upload_finish": Request(body=UploadFinish, answer=self._finish),
            "upload_cancel": Request(body=UploadRef, answer=self._cancel),
        }

    @property
    def path(self) -> Path | None:
        """The whole file, once it is there."""
        with self._lock:
            done = self._spool is not None and self._status == "done"
            return self._spool.path if self._spool and done else None

    def view(self) -> UploadView:
        with self._lock:
            spool = self._spool
            return UploadView(
                status=self._status,
                upload=self._key,
                name=spool.name if spool else "",
                size=spool.size if spool else 0,
                received_bytes=spool.received_bytes if spool else 0,
                chunk_bytes=CHUNK_BYTES,
                window=WINDOW,
                max_bytes=self._max_bytes,
                path=str(self.path or ""),
                error=self._error,
            )

    def close(self) -> None:
        with self._lock:
            spool, self._spool = self._spool, None
        if spool is not None:
            spool.close()

    def _start(self, body: UploadStart, buffers: Buffers) -> Mapping[str, Any]:
        if body.size > self._max_bytes:
            raise UploadError(
                f"The file must have at most {self._max_bytes:,} bytes. "
                f"{body.name!r} has {body.size:,}.",
                hint="Put it on the server and open its path, or set JUPYTER_AUTOML_MAX_UPLOAD.",
            )
        if body.size <= 0:
            raise UploadError(f"{body.name!r} is empty.", hint="Choose a file with rows in it.")
        self.close()
        with self._lock:
            self._spool = Spool(body.name, body.size)
            self._key = uuid.uuid4().hex[:12]
            self._status, self._error = "receiving", None
            answer = {"upload": self._key, "n_chunks": self._spool.n_chunks}
        self.changed()
        return {**answer, "chunk_bytes": CHUNK_BYTES, "window": WINDOW}

    def _chunk(self, body: UploadChunk, buffers: Buffers) -> Mapping[str, Any]:
        if len(buffers) != 1:
            raise ArgumentError(f"A slice comes with one buffer. Got {len(buffers)}.")
        self._of(body.upload).write(body.index, buffers[0], body.crc)
        return {"index": body.index}

    def _missing(self, body: UploadRef, buffers: Buffers) -> Mapping[str, Any]:
        return {"missing": list(self._of(body.upload).missing())}

    def _finish(self, body: UploadFinish, buffers: Buffers) -> Mapping[str, Any]:
        spool = self._of(body.upload)
        try:
            path = spool.finish(body.crc)
        except UploadError as error:
            self._show("failed", ErrorView(**describe_error(error)))
            raise
        self._show("done")
        if self._received is not None:
            self._received(path)
        return {"path": str(path)}

    def _cancel(self, body: UploadRef, buffers: Buffers) -> Mapping[str, Any]:
        self._of(body.upload)
        self.close()
        self._show("empty")
        return {}

    def _of(self, key: str) -> Spool:
        with self._lock:
            if self._spool is None or key != self._key:
                raise UploadError(
                    f"The upload {key!r} is not known any more.", hint="Choose the file again."
                )
            return self._spool

    def _show(self, status: UploadStatus, error: ErrorView | None = None) -> None:
        with self._lock:
            self._status, self._error = status, error
        self.changed()
