"""Where an upload lands: one private file, written slice by slice."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import platform
import re
import secrets
import shutil
import tempfile
import threading
import weakref
import zlib
from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from jupyter_automl.core.errors import DataError, UnavailableError
from jupyter_automl.core.size import bytes_text
from jupyter_automl.core.words import say
from jupyter_automl.widgets.crc import combined
from jupyter_automl.widgets.sealed import TAG_BYTES, Seal, SealedFile, in_memory

if TYPE_CHECKING:
    import pandas as pd

CHUNK_BYTES = 2 * 1024 * 1024
"""Of a slice; far below the 10 MiB that a server takes in one message."""
WINDOW = 3
"""Slices that are on their way at once."""

_PREFIX = "jupyter-automl-upload-"
_FOLDER = re.compile(_PREFIX + r"([0-9a-f]{8})-(\d+)-(\d+)-\w+")
_NAME = re.compile(r"[^\w.\- ]+", re.UNICODE)
_MOST_LETTERS = 120
_MOST_BYTES = 200


class UploadError(DataError):
    """A file could not be received."""

    code = "upload"


class UploadDamagedError(UploadError):
    """A slice is not what was sent; sending it again helps."""

    code = "upload_damaged"


class UploadUnknownError(UploadError):
    """There is no such upload, or not any more; starting it again helps."""

    code = "upload_unknown"


class UploadBrokenError(UploadError):
    """The file changed while it was sent, or the disk did not take it; nothing of it is kept."""

    code = "upload_broken"


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadedFile:
    """A whole file that is on the server.

    Attributes
    ----------
    name : str
        Its name, without what a file system trips over.
    path : str
        Where it is. With `encrypt_uploads` it is unreadable there: use `read` or `open`.
    size : int
        Bytes of its content.
    """

    name: str
    path: str
    size: int
    seal: Seal | None = field(default=None, repr=False, compare=False)

    def __fspath__(self) -> str:
        """The path; raises `UnavailableError` if the file is kept encrypted."""
        if self.seal is not None:
            raise UnavailableError(
                say("upload-seal-path", name=self.name), hint=say("upload-seal-path-hint")
            )
        return self.path

    def read(self) -> pd.DataFrame:
        """The file as a DataFrame.

        Raises
        ------
        ReadError
            If it cannot be read as a table.
        DataNotFoundError
            If it is there no more.
        """
        from jupyter_automl.api.catalog import read

        with self.as_path() as path:
            return read(path)

    def open(self) -> BinaryIO:
        """The content as a binary file to read from."""
        path = Path(self.path)
        if self.seal is None:
            return path.open("rb")
        return io.BufferedReader(SealedFile(path, self.seal))

    def as_path(self) -> AbstractContextManager[Path]:
        """A path that readers of this process can open; of an encrypted file only inside."""
        path = Path(self.path)
        if self.seal is None:
            return contextlib.nullcontext(path)
        return in_memory(path, self.seal, self.name)


class Spool:
    """A file of known size that arrives in slices, in any order.

    Parameters
    ----------
    name : str
        As on the person's machine; only its last part is used, and only safe characters.
    size : int
        Bytes.
    first_crc : int, optional
        CRC-32 that the first slice must have.
    sealed : bool
        Keep it encrypted on the disk.

    Raises
    ------
    UploadBrokenError
        If the disk has no room for it.
    UnavailableError
        If it cannot be kept encrypted here.

    Notes
    -----
    The folder has mode 0700 and the file 0600. Both are removed by `close`, or when the spool is
    collected or the interpreter ends; what a killed process left is removed by the next one that
    makes a spool.
    """

    def __init__(
        self, name: str, size: int, *, first_crc: int | None = None, sealed: bool = False
    ) -> None:
        self.key = secrets.token_hex(8)
        self.name = safe_name(name)
        self.size = size
        self.n_chunks = -(-size // CHUNK_BYTES)
        self.received_bytes = 0
        self._first_crc = first_crc
        self._crcs: dict[int, int] = {}
        self._lock = threading.Lock()
        self._seal = Seal(self.key, size, CHUNK_BYTES) if sealed else None
        self._stored_bytes = size + (TAG_BYTES * self.n_chunks if sealed else 0)
        folder = None
        try:
            _check_room(self.name, self._stored_bytes)
            folder = private_folder()
            self.path = folder / self.name
            handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as error:
            if folder is not None:
                shutil.rmtree(folder, ignore_errors=True)
            raise self._disk_error(error) from error
        self._file = open(handle, "r+b", buffering=0)  # noqa: SIM115 - `_remove` closes it
        self._remove = weakref.finalize(self, _remove, self._file, folder, os.getpid())

    def missing(self) -> tuple[tuple[int, int], ...]:
        """Numbers of the slices that have not arrived: ranges ``(first, last)``."""
        with self._lock:
            return _ranges(i for i in range(self.n_chunks) if i not in self._crcs)

    def write(self, index: int, data: memoryview | bytes, crc: int) -> None:
        """Put one slice in its place; a slice may come twice.

        Raises
        ------
        UploadDamagedError
            If it is not what its checksum says.
        UploadBrokenError
            If its file has changed, or the disk does not take it.
        UploadUnknownError
            After `close`.
        UploadError
            If there is no slice of that number.
        """
        if not 0 <= index < self.n_chunks:
            last, got = str(self.n_chunks - 1), str(index)
            raise UploadError(say("upload-slice-number", last=last, index=got))
        view = memoryview(data).cast("B")
        if len(view) != min(CHUNK_BYTES, self.size - index * CHUNK_BYTES):
            raise self._changed()
        if zlib.crc32(view) != crc:
            raise UploadDamagedError(
                say("upload-damaged", index=str(index), name=self.name),
                hint=say("upload-damaged-hint"),
            )
        with self._lock:
            if self._file.closed:
                raise unknown()
            before = self._crcs.get(index, self._first_crc if index == 0 else None)
            if before is not None and before != crc:
                raise self._changed()
            if index in self._crcs:
                # Never encrypted a second time, see `Seal`.
                return
            try:
                self._put(index, view)
            except OSError as error:
                raise self._disk_error(error) from error
            self._crcs[index] = crc
            self.received_bytes += len(view)

    def finish(self, crc: int) -> UploadedFile:
        """The whole file.

        Raises
        ------
        UploadError
            If slices are missing.
        UploadBrokenError
            If it is not what was sent.
        UploadUnknownError
            After `close`.
        """
        with self._lock:
            if self._file.closed:
                raise unknown()
            count = self.n_chunks - len(self._crcs)
            if count:
                raise UploadError(say("upload-missing", count=count, name=self.name))
            crcs = [self._crcs[index] for index in range(self.n_chunks)]
            last = self.size - (self.n_chunks - 1) * CHUNK_BYTES
            stored = os.fstat(self._file.fileno()).st_size
            if combined(crcs, CHUNK_BYTES, last) != crc or stored != self._stored_bytes:
                raise UploadBrokenError(
                    say("upload-checksum", name=self.name), hint=say("upload-unknown-hint")
                )
            self._file.close()
        return UploadedFile(name=self.name, path=str(self.path), size=self.size, seal=self._seal)

    def close(self) -> None:
        """Remove the file and forget its key."""
        with self._lock:
            self._remove()
        if self._seal is not None:
            self._seal.wipe()

    def _put(self, index: int, data: memoryview) -> None:
        stored, start = data, index * CHUNK_BYTES
        if self._seal is not None:
            stored = memoryview(self._seal.encrypt(index, data))
            start += index * TAG_BYTES
        self._file.seek(start)
        while stored:
            stored = stored[self._file.write(stored) :]

    def _changed(self) -> UploadBrokenError:
        return UploadBrokenError(
            say("upload-changed", name=self.name), hint=say("upload-changed-hint")
        )

    def _disk_error(self, error: OSError) -> UploadBrokenError:
        reason = error.strerror or str(error)
        return UploadBrokenError(
            say("upload-disk", name=self.name, reason=reason), hint=say("upload-no-space-hint")
        )


def unknown() -> UploadUnknownError:
    """The error of an upload that is not there."""
    return UploadUnknownError(say("upload-unknown"), hint=say("upload-unknown-hint"))


def safe_name(name: str) -> str:
    """The last part of a file's name, without what a file system or a person may trip over.

    It has at most 120 letters and, because file systems count those, 200 bytes; its end stays,
    because that holds the suffix.
    """
    last = re.split(r"[\\/]", name)[-1]
    cleaned = _NAME.sub("_", last).strip(" .")[-_MOST_LETTERS:]
    short = cleaned.encode()[-_MOST_BYTES:].decode("utf-8", "ignore").strip(" .")
    return short or "upload"


def sweep(folder: Path | None = None) -> int:
    """Remove what killed processes of this user and machine left behind.

    Parameters
    ----------
    folder : Path, optional
        Where to look; the folder of temporary files by default.

    Returns
    -------
    int
        How many uploads were removed.
    """
    try:
        with os.scandir(folder or tempfile.gettempdir()) as found:
            entries = list(found)
    except OSError:
        return 0
    left = [entry for entry in entries if _is_left_behind(entry)]
    for entry in left:
        shutil.rmtree(entry.path, ignore_errors=True)
    return len(left)


@cache
def _sweep_once() -> int:
    return sweep()


def private_folder() -> Path:
    """A new folder of mode 0700 whose name says which process it belongs to."""
    import psutil

    _sweep_once()
    started = int(psutil.Process().create_time())
    return Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{_machine()}-{os.getpid()}-{started}-"))


@cache
def _machine() -> str:
    """Where process numbers mean the same: the machine or container, in eight letters."""
    try:
        space = os.readlink("/proc/self/ns/pid")
    except OSError:
        space = ""
    return hashlib.sha256(f"{platform.node()}\n{space}".encode()).hexdigest()[:8]


def _is_left_behind(entry: os.DirEntry[str]) -> bool:
    match = _FOLDER.fullmatch(entry.name)
    if match is None or match[1] != _machine():
        return False
    try:
        own = not hasattr(os, "getuid") or entry.stat(follow_symlinks=False).st_uid == os.getuid()
        folder = entry.is_dir(follow_symlinks=False)
    except OSError:
        # Somebody else swept it.
        return False
    return own and folder and not _is_alive(int(match[2]), int(match[3]))


def _is_alive(pid: int, started: int) -> bool:
    import psutil

    try:
        process = psutil.Process(pid)
        # The clock may have been set since, by a little.
        same = abs(process.create_time() - started) < 3
        return same and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
    except psutil.AccessDenied:
        return True


def _remove(file: io.FileIO, folder: Path, pid: int) -> None:
    file.close()
    # A fork of this process has the same objects, but the folder is not its own.
    if os.getpid() == pid:
        shutil.rmtree(folder, ignore_errors=True)


def _check_room(name: str, size: int) -> None:
    folder = tempfile.gettempdir()
    free = shutil.disk_usage(folder).free
    if free < size:
        raise UploadBrokenError(
            say(
                "upload-no-space",
                name=name,
                size=bytes_text(size),
                free=bytes_text(free),
                folder=folder,
            ),
            hint=say("upload-no-space-hint"),
        )


def _ranges(numbers: Iterable[int]) -> tuple[tuple[int, int], ...]:
    found: list[tuple[int, int]] = []
    for number in numbers:
        if found and number == found[-1][1] + 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return tuple(found)
