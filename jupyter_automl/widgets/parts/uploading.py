"""The part that receives files in slices."""

from __future__ import annotations

import itertools
import secrets
import threading
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from jupyter_automl.core.errors import ArgumentError
from jupyter_automl.core.size import bytes_text
from jupyter_automl.core.words import say
from jupyter_automl.widgets.controller import Part
from jupyter_automl.widgets.requests import Buffers, Request
from jupyter_automl.widgets.spool import (
    CHUNK_BYTES,
    WINDOW,
    Spool,
    UploadBrokenError,
    UploadedFile,
    UploadError,
    safe_name,
    unknown,
)
from jupyter_automl.widgets.upload_schema import (
    UploadChunk,
    UploadFileView,
    UploadFinish,
    UploadPath,
    UploadRef,
    UploadStart,
    UploadStatus,
    UploadView,
)

MOST_OPEN = 8
"""Files that may be on their way; of more, the one that was heard of longest ago is forgotten."""
MOST_SHOWN = 20
"""Files that a page is told of."""
_STEPS = 20
"""Of progress that other pages are told of."""


@dataclass(slots=True, kw_only=True)
class _Upload:
    """One file, from its announcement until it is forgotten."""

    key: str
    name: str
    size: int
    spool: Spool | None
    same: UploadStart | None = None
    file: UploadedFile | None = None
    error: UploadError | None = None
    heard: int = 0

    @property
    def status(self) -> UploadStatus:
        if self.error is not None:
            return "failed"
        return "receiving" if self.file is None else "done"

    @property
    def received_bytes(self) -> int:
        if self.file is not None:
            return self.size
        return self.spool.received_bytes if self.spool is not None else 0


class UploadingPart(Part[UploadView]):
    """Receives files, several at once if several pages send.

    Parameters
    ----------
    max_bytes : int
        Larger files are refused before anything is sent.
    received : callable, optional
        Called with every whole file, one after another, on a thread of its own: slices go on
        to arrive while a table is opened. What it raises is for it to show.
    keep : bool
        Whether files stay until the part is closed; else each is removed after `received`.
    sealed : bool
        Keep files encrypted on the disk; see `Seal`.
    paths : bool
        Whether a page may name a file of the server instead.
    """

    section = "upload"

    def __init__(
        self,
        max_bytes: int,
        received: Callable[[UploadedFile], None] | None = None,
        *,
        keep: bool = True,
        sealed: bool = False,
        paths: bool = False,
    ) -> None:
        super().__init__()
        self._max_bytes = max_bytes
        self._received = received
        self._keep = keep
        self._sealed = sealed
        self._paths = paths
        self._uploads: dict[str, _Upload] = {}
        self._done: dict[str, UploadedFile] = {}
        self._past: dict[str, _Upload] = {}
        self._clock = itertools.count(1)
        self._closed = False
        self._arrived: deque[tuple[str, UploadedFile]] = deque()
        self._telling = False

    @property
    def requests(self) -> Mapping[str, Request]:
        requests = {
            "upload_start": Request(body=UploadStart, answer=self._start, lane="upload"),
            "upload_chunk": Request(body=UploadChunk, answer=self._chunk, lane="upload"),
            "upload_status": Request(body=UploadRef, answer=self._status, lane="upload"),
            "upload_finish": Request(body=UploadFinish, answer=self._finish, lane="upload"),
            "upload_cancel": Request(body=UploadRef, answer=self._cancel, lane="upload"),
        }
        if self._paths:
            requests["upload_path"] = Request(body=UploadPath, answer=self._take_path)
        return requests

    @property
    def files(self) -> tuple[UploadedFile, ...]:
        """The whole files, in the order in which they were finished."""
        with self._lock:
            return tuple(self._done.values())

    def view(self) -> UploadView:
        with self._lock:
            shown = list(self._uploads.values())[-MOST_SHOWN:]
            return UploadView(
                files=tuple(_view(upload) for upload in shown),
                chunk_bytes=CHUNK_BYTES,
                window=WINDOW,
                max_bytes=self._max_bytes,
                sealed=self._sealed,
                paths=self._paths,
            )

    def close(self) -> None:
        with self._lock:
            self._closed = True
            uploads = list(self._uploads.values())
            self._uploads.clear()
            self._done.clear()
            self._past.clear()
            self._arrived.clear()
        for upload in uploads:
            _close(upload)

    def _start(self, body: UploadStart, buffers: Buffers) -> Mapping[str, Any]:
        name = safe_name(body.name)
        if body.size > self._max_bytes:
            size, most = bytes_text(body.size), bytes_text(self._max_bytes)
            raise UploadError(
                say("upload-too-large", name=name, size=size, most=most),
                hint=say("upload-too-large-hint"),
            )
        if body.size <= 0:
            raise UploadError(say("upload-empty", name=name), hint=say("upload-empty-hint"))
        upload = self._known(body)
        if upload is None:
            spool = Spool(body.name, body.size, first_crc=body.first_crc, sealed=self._sealed)
            upload = _Upload(key=spool.key, name=spool.name, size=body.size, spool=spool, same=body)
            self._add(upload)
        return {"upload": upload.key, "missing": _missing(upload)}

    def _chunk(self, body: UploadChunk, buffers: Buffers) -> Mapping[str, Any]:
        if len(buffers) != 1:
            raise ArgumentError(say("upload-slice-parts", count=len(buffers)))
        upload = self._of(body.upload)
        spool = upload.spool
        # A late copy of a slice of a file that is whole is as good as any.
        if upload.file is None and spool is not None:
            before = spool.received_bytes
            try:
                spool.write(body.index, buffers[0], body.crc)
            except UploadBrokenError as error:
                self._fail(upload, error)
                raise
            if before * _STEPS // upload.size != spool.received_bytes * _STEPS // upload.size:
                self.changed()
        return {"index": body.index}

    def _status(self, body: UploadRef, buffers: Buffers) -> Mapping[str, Any]:
        return {"missing": _missing(self._of(body.upload))}

    def _finish(self, body: UploadFinish, buffers: Buffers) -> Mapping[str, Any]:
        upload = self._of(body.upload)
        if upload.file is None and upload.spool is not None:
            try:
                file = upload.spool.finish(body.crc)
            except UploadBrokenError as error:
                self._fail(upload, error)
                raise
            self._finished(upload, file)
        return {"upload": upload.key}

    def _cancel(self, body: UploadRef, buffers: Buffers) -> Mapping[str, Any]:
        self._forget(body.upload)
        return {}

    def _take_path(self, body: UploadPath, buffers: Buffers) -> Mapping[str, Any]:
        from jupyter_automl.data.paths import local_file

        text = body.path.strip()
        if not text:
            raise ArgumentError(say("upload-path-empty"), hint=say("upload-path-hint"))
        path = local_file(text)
        file = UploadedFile(name=path.name, path=str(path), size=path.stat().st_size)
        with self._lock:
            paths = [u for u in self._uploads.values() if u.spool is None]
            named = [u for u in paths if u.file is not None and u.file.path == file.path]
        for before in named:
            # Named again, it is the last one again.
            self._forget(before.key)
        key = secrets.token_hex(8)
        upload = _Upload(key=key, name=path.name, size=file.size, spool=None)
        self._add(upload)
        self._finished(upload, file)
        return {"upload": upload.key}

    def _known(self, body: UploadStart) -> _Upload | None:
        if body.first_crc is None:
            return None
        with self._lock:
            for upload in self._uploads.values():
                if upload.same == body and upload.status == "receiving":
                    upload.heard = next(self._clock)
                    return upload
        return None

    def _of(self, key: str) -> _Upload:
        with self._lock:
            upload = self._uploads.get(key) or self._past.get(key)
            if upload is None:
                raise unknown()
            if upload.error is not None:
                raise upload.error
            upload.heard = next(self._clock)
            return upload

    def _add(self, upload: _Upload) -> None:
        with self._lock:
            if self._closed:
                _close(upload)
                raise unknown()
            upload.heard = next(self._clock)
            self._uploads[upload.key] = upload
            on_their_way = [u for u in self._uploads.values() if u.status == "receiving"]
            oldest = min(on_their_way, key=lambda u: u.heard)
        if len(on_their_way) > MOST_OPEN:
            self._forget(oldest.key)
        self.changed()

    def _finished(self, upload: _Upload, file: UploadedFile) -> None:
        with self._lock:
            if self._closed:
                raise unknown()
            upload.file = self._done[upload.key] = file
            start = False
            if self._received is not None:
                self._arrived.append((upload.key, file))
                start, self._telling = not self._telling, True
        self.changed()
        if start:
            threading.Thread(target=self._tell_of, name="automl-received", daemon=True).start()

    def _tell_of(self) -> None:
        assert self._received is not None
        while True:
            with self._lock:
                if not self._arrived:
                    self._telling = False
                    return
                key, file = self._arrived.popleft()
            with suppress(Exception):
                self._received(file)
            if not self._keep:
                self._forget(key, past=True)

    def _fail(self, upload: _Upload, error: UploadError) -> None:
        with self._lock:
            upload.error = error
        _close(upload)
        self.changed()

    def _forget(self, key: str, *, past: bool = False) -> None:
        with self._lock:
            upload = self._uploads.pop(key, None)
            self._done.pop(key, None)
            if past and upload is not None:
                # The page may still ask whether it is whole.
                self._past[key] = upload
                while len(self._past) > MOST_SHOWN:
                    del self._past[next(iter(self._past))]
        if upload is not None:
            _close(upload)
            self.changed()


def _missing(upload: _Upload) -> list[tuple[int, int]]:
    """Ranges of slices that have not arrived."""
    if upload.spool is None or upload.file is not None:
        return []
    return list(upload.spool.missing())


def _close(upload: _Upload) -> None:
    if upload.spool is not None:
        upload.spool.close()


def _view(upload: _Upload) -> UploadFileView:
    return UploadFileView(
        upload=upload.key,
        name=upload.name,
        size=upload.size,
        received_bytes=upload.received_bytes,
        status=upload.status,
        path=upload.file.path if upload.file is not None else "",
        message=upload.error.message if upload.error is not None else "",
        hint=upload.error.hint if upload.error is not None else "",
    )
