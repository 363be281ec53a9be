"""Values on the wire of uploads: what a page may ask, and what it is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

UploadStatus = Literal["receiving", "done", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadStart:
    """Announce a file.

    Attributes
    ----------
    size : int
        Bytes.
    modified : float
        When it was written last, by the page's clock.
    first_crc : int or None
        CRC-32 of its first slice. A file with the same four values that had not arrived whole
        goes on where it was; None never does.
    """

    name: str
    size: int
    modified: float = 0.0
    first_crc: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadChunk:
    """One slice of the file, in the message's binary buffer; `crc` is its CRC-32."""

    upload: str
    index: int
    crc: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadRef:
    """Ask what is missing of an upload, or forget it and its file."""

    upload: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadFinish:
    """All slices were acknowledged; `crc` is the CRC-32 of the whole file."""

    upload: str
    crc: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadPath:
    """Take a file that is on the server already."""

    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadFileView:
    """One file.

    Attributes
    ----------
    upload : str
        Names it in requests.
    path : str
        Where it is, once it is done; empty while it is not, and when it is done with.
    message, hint : str
        Why it failed, and what to do; empty otherwise.
    """

    upload: str
    name: str
    size: int
    received_bytes: int
    status: UploadStatus
    path: str = ""
    message: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadView:
    """The files that arrive and have arrived, oldest first, and what holds for the next.

    Attributes
    ----------
    chunk_bytes : int
        Of a slice; the last one may be shorter.
    window : int
        Slices that may be on their way at once.
    max_bytes : int
        Largest file.
    sealed : bool
        Whether files are kept encrypted.
    paths : bool
        Whether ``upload_path`` is answered.
    """

    files: tuple[UploadFileView, ...]
    chunk_bytes: int
    window: int
    max_bytes: int
    sealed: bool
    paths: bool
