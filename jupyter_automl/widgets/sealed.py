"""Files that are encrypted on the disk: AES-256-GCM a slice, the key in memory only."""

from __future__ import annotations

import contextlib
import errno
import importlib.util
import io
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_automl.core.errors import UnavailableError
from jupyter_automl.core.words import say

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

TAG_BYTES = 16
"""What a slice grows by when it is encrypted."""


def check_sealing() -> None:
    """Make sure that files can be kept encrypted here.

    Raises
    ------
    UnavailableError
        Without the package ``cryptography``, or on a system other than Linux.
    """
    if not hasattr(os, "memfd_create"):
        raise UnavailableError(say("upload-seal-system"), hint=say("upload-seal-system-hint"))
    if importlib.util.find_spec("cryptography") is None:
        raise UnavailableError(say("upload-seal-missing"), hint=say("upload-seal-install"))


class Seal:
    """The key of one file, and what it does to the slices of that file.

    Parameters
    ----------
    file : str
        A name of the file that no other has.
    size : int
        Bytes of the whole file.
    slice_bytes : int
        Bytes of every slice but the last.

    Notes
    -----
    AES-256-GCM. The nonce of a slice is 4 random bytes of the file and the slice's number; the
    file's name, the number and the size are authenticated with it, so that slices cannot be
    swapped, cut off or taken from another file. A slice must be encrypted only once: two
    contents under one nonce would give both away.
    """

    def __init__(self, file: str, size: int, slice_bytes: int) -> None:
        check_sealing()
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        self.size = size
        self.slice_bytes = slice_bytes
        self._file = file
        self._salt = os.urandom(4)
        self._key = bytearray(os.urandom(32))
        self._cipher: AESGCM | None = AESGCM(self._key)

    @property
    def n_slices(self) -> int:
        """How many slices the file has."""
        return -(-self.size // self.slice_bytes)

    def encrypt(self, index: int, data: memoryview | bytes) -> bytes:
        """What is written of slice `index`; `TAG_BYTES` longer than `data`."""
        return self._living().encrypt(self._nonce(index), data, self._about(index))

    def decrypt(self, index: int, data: bytes) -> bytes:
        """The content of slice `index`; raises `OSError` if it is not what was written."""
        from cryptography.exceptions import InvalidTag

        try:
            return self._living().decrypt(self._nonce(index), data, self._about(index))
        except InvalidTag:
            raise _broken() from None

    def wipe(self) -> None:
        """Forget the key; the file is unreadable from here on."""
        self._key[:] = bytes(len(self._key))
        self._cipher = None

    def _living(self) -> Any:
        if self._cipher is None:
            raise _broken()
        return self._cipher

    def _nonce(self, index: int) -> bytes:
        return self._salt + index.to_bytes(8, "big")

    def _about(self, index: int) -> bytes:
        return f"{self._file}|{index}|{self.size}".encode()


class SealedFile(io.RawIOBase):
    """An encrypted file, read as if it were plain; it can be sought in.

    Parameters
    ----------
    path : Path
        The encrypted file.
    seal : Seal
        What it was encrypted with.
    """

    def __init__(self, path: Path, seal: Seal) -> None:
        super().__init__()
        self._seal = seal
        self._file = path.open("rb", buffering=0)
        self._at = 0
        self._held: tuple[int, bytes] = (-1, b"")

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._seal.size}[whence]
        if start + offset < 0:
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        self._at = start + offset
        return self._at

    def readinto(self, buffer: WriteableBuffer) -> int:
        if self.closed:
            raise ValueError("I/O operation on closed file.")
        if self._at >= self._seal.size:
            return 0
        target = memoryview(buffer).cast("B")
        index, skip = divmod(self._at, self._seal.slice_bytes)
        part = memoryview(self._slice(index))[skip : skip + len(target)]
        target[: len(part)] = part
        self._at += len(part)
        return len(part)

    def close(self) -> None:
        self._held = (-1, b"")
        self._file.close()
        super().close()

    def _slice(self, index: int) -> bytes:
        if self._held[0] != index:
            stored = self._seal.slice_bytes + TAG_BYTES
            self._file.seek(index * stored)
            expected = min(self._seal.slice_bytes, self._seal.size - index * (stored - TAG_BYTES))
            sealed = _read_exactly(self._file, expected + TAG_BYTES)
            self._held = (index, self._seal.decrypt(index, sealed))
        return self._held[1]


@contextlib.contextmanager
def in_memory(path: Path, seal: Seal, name: str) -> Iterator[Path]:
    """A path under which this process can read an encrypted file as it was.

    The content goes to memory that no other process has, never to a disk; the path is a link to
    it in a new folder beside the file, because readers look at names. It is gone when the block
    ends, while what was mapped of it stays readable.
    """
    folder = Path(tempfile.mkdtemp(dir=path.parent))
    handle = -1
    try:
        handle = os.memfd_create("upload", os.MFD_CLOEXEC)
        with SealedFile(path, seal) as plain, open(handle, "wb", closefd=False) as memory:
            shutil.copyfileobj(plain, memory, seal.slice_bytes)
        link = folder / name
        link.symlink_to(f"/proc/self/fd/{handle}")
        yield link
    finally:
        if handle >= 0:
            os.close(handle)
        shutil.rmtree(folder, ignore_errors=True)


def _read_exactly(file: io.FileIO, size: int) -> bytes:
    parts = []
    while size > 0:
        part = file.read(size)
        if not part:
            raise _broken()
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _broken() -> OSError:
    return OSError(errno.EIO, say("upload-seal-broken"))
