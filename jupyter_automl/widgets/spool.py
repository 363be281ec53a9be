"""Where an upload lands: one private file, written slice by slice."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import zlib
from pathlib import Path

from jupyter_automl.core.errors import DataError

CHUNK_BYTES = 2 * 1024 * 1024
WINDOW = 4
_NAME = re.compile(r"[^\w.\- ]+", re.UNICODE)


class UploadError(DataError):
    """A file could not be received."""

    code = "upload"


class Spool:
    """A file of known size that arrives in slices, in any order.

    Parameters
    ----------
    name : str
        As on the person's machine; only its last part is used, and only safe characters.
    size : int
        Bytes.

    Notes
    -----
    The folder has mode 0700 and the file 0600; `close` removes both.
    """

    def __init__(self, name: str, size: int) -> None:
        self.name = safe_name(name)
        self.size = size
        self.n_chunks = -(-size // CHUNK_BYTES)
        self._have: set[int] = set()
        self._folder = Path(tempfile.mkdtemp(prefix="jupyter-automl-upload-"))
        self.path = self._folder / self.name
        handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        self._file = open(handle, "r+b", buffering=0)  # noqa: SIM115 - `close` closes it

    @property
    def received_bytes(self) -> int:
        """Bytes that arrived."""
        whole = len(self._have) * CHUNK_BYTES
        short = self.n_chunks * CHUNK_BYTES - self.size
        return whole - short if self.n_chunks - 1 in self._have else whole

    def missing(self) -> tuple[int, ...]:
        """Numbers of the slices that have not arrived."""
        return tuple(index for index in range(self.n_chunks) if index not in self._have)

    def write(self, index: int, data: memoryview | bytes, crc: int) -> None:
        """Put one slice in its place; a slice may come twice.

        Raises
        ------
        UploadError
            If it does not fit the file or was changed on its way.
        """
        if not 0 <= index < self.n_chunks:
            raise UploadError(f"A slice of 0 to {self.n_chunks - 1} was expected. Got {index}.")
        expected = min(CHUNK_BYTES, self.size - index * CHUNK_BYTES)
        size = memoryview(data).nbytes
        if size != expected:
            raise UploadError(
                f"Slice {index} must have {expected:,} bytes. Got {size:,}.",
                hint="The file changed while it was sent: choose it again.",
            )
        if zlib.crc32(data) != crc:
            raise UploadError(f"Slice {index} was damaged on its way.", hint="Send it again.")
        self._file.seek(index * CHUNK_BYTES)
        self._file.write(data)
        self._have.add(index)

    def finish(self, crc: int) -> Path:
        """The path of the whole file; raises `UploadError` when it is not what was sent."""
        missing = self.missing()
        if missing:
            raise UploadError(f"{len(missing)} slices of {self.name!r} are missing.")
        if self._checksum() != crc:
            raise UploadError(
                f"{self.name!r} is not what was sent: its checksum differs.",
                hint="Choose the file again.",
            )
        return self.path

    def close(self) -> None:
        """Remove the file."""
        self._file.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _checksum(self) -> int:
        crc = 0
        self._file.seek(0)
        while piece := self._file.read(CHUNK_BYTES):
            crc = zlib.crc32(piece, crc)
        return crc


def safe_name(name: str) -> str:
    """The last part of a file's name, without what a file system or a person may trip over."""
    last = re.split(r"[\\/]", name)[-1]
    cleaned = _NAME.sub("_", last).strip(" .")[-120:]
    return cleaned or "upload"
