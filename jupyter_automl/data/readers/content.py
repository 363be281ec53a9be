"""What a file is by its first bytes, and how it is unpacked."""

from __future__ import annotations

import bz2
import contextlib
import gzip
import lzma
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any

from jupyter_automl.core.errors import ReadError
from jupyter_automl.core.events import NoticeRaised
from jupyter_automl.data.readers.reasons import reason_of

HEAD_BYTES = 64 * 1024

_PACKED: tuple[tuple[bytes, str, Callable[[Path], IO[bytes]]], ...] = (
    (b"\x1f\x8b", ".gz", gzip.GzipFile),
    (b"BZh", ".bz2", bz2.BZ2File),
    (b"\xfd7zXZ\x00", ".xz", lzma.LZMAFile),
)

_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"%PDF", "a PDF document"),
    (b"SQLite format 3", "an SQLite database"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"\x89HDF", "an HDF5 file"),
    (b"\x93NUMPY", "a NumPy array file"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"\x80\x04\x95", "a Python pickle"),
    (b"\x80\x05\x95", "a Python pickle"),
    (b"{\\rtf", "a rich-text document"),
    (b"ORC", "an ORC file"),
    (b"Obj\x01", "an Avro file"),
)
_MARKUP = (
    (b"<!doctype html", "a web page"),
    (b"<html", "a web page"),
    (b"<?xml", "an XML file"),
    (b"begin:vc", "a calendar or contact file"),
    (b"ofxheader", "a bank statement (OFX)"),
    (b"@relation", "an ARFF file"),
)
_ARCHIVE_SUFFIXES = (".csv", ".tsv", ".txt", ".parquet", ".json", ".jsonl", ".ndjson", ".xlsx")


def head(path: Path) -> bytes:
    """The first 64 KiB."""
    with path.open("rb") as file:
        return file.read(HEAD_BYTES)


def looks_like(first: bytes) -> str:
    """Words for a well-known kind of file that is no table, or an empty string."""
    for signature, words in _SIGNATURES:
        if first.startswith(signature):
            return words
    lower = first[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for signature, words in _MARKUP:
        if lower.startswith(signature):
            return words
    return "a binary file" if is_binary(first) else ""


def is_binary(first: bytes) -> bool:
    """Whether it cannot be text: control bytes in it, and no UTF-16 or UTF-32."""
    if wide_encoding(first):
        return False
    if any(first.startswith(signature) for signature, _ in _SIGNATURES):
        return True
    control = sum(first.count(byte) for byte in b"\x00\x01\x02\x03\x04\x05\x06\x0e\x0f\x10\x11\x12")
    return control > max(8, 0.02 * len(first)) or first.count(0) > 0.01 * len(first)


def wide_encoding(first: bytes) -> str:
    """``"utf-16"``, ``"utf-32"``, ``"utf-16-le"``, ``"utf-16-be"`` or an empty string."""
    if first.startswith((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")):
        return "utf-32"
    if first.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    sample = first[: 2 * (min(len(first), 2000) // 2)]
    if len(sample) >= 8:
        even, odd = sample[0::2].count(0), sample[1::2].count(0)
        half = len(sample) // 2
        if odd > 0.7 * half and even < 0.05 * half:
            return "utf-16-le"
        if even > 0.7 * half and odd < 0.05 * half:
            return "utf-16-be"
    return ""


@contextlib.contextmanager
def unpacked(path: Path) -> Iterator[tuple[Path, tuple[NoticeRaised, ...]]]:
    """The file itself, or what is inside a .gz, .bz2, .xz or .zip as a temporary file."""
    first = head(path)
    for magic, suffix, opener in _PACKED:
        if first.startswith(magic):
            name = path.name[: -len(suffix)] if path.name.lower().endswith(suffix) else path.name
            with tempfile.TemporaryDirectory(prefix="jupyter_automl_") as folder:
                inner = Path(folder) / (name or "data")
                _unpack(path, opener, inner)
                yield inner, ()
            return
    if first.startswith(b"PK\x03\x04") and not _is_workbook(path):
        with tempfile.TemporaryDirectory(prefix="jupyter_automl_") as folder:
            yield _from_archive(path, Path(folder))
        return
    yield path, ()


def _unpack(path: Path, opener: Callable[[Path], IO[bytes]], inner: Path) -> None:
    try:
        with opener(path) as packed, inner.open("wb") as file:
            shutil.copyfileobj(packed, file, 1 << 20)
    except (EOFError, OSError, zlib.error, lzma.LZMAError) as error:
        raise _broken(path, error) from error


def _broken(path: Path, error: Exception) -> ReadError:
    return ReadError(
        f"The packed file {path.name!r} is damaged or cut off: {reason_of(error)}",
        hint="Copy or download it again.",
        path=str(path),
    )


def _is_workbook(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError):
        return False
    return "[Content_Types].xml" in names or "mimetype" in names


def _from_archive(path: Path, folder: Path) -> tuple[Path, tuple[NoticeRaised, ...]]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = [m for m in archive.infolist() if _is_data(m)]
            if not members:
                raise ReadError(
                    f"The archive must hold a data file. {path.name!r} holds none.",
                    hint="Unpack it and name the file itself.",
                    path=str(path),
                )
            chosen = max(members, key=lambda m: (_suffix_known(m), m.file_size))
            inner = folder / Path(chosen.filename).name
            with archive.open(chosen) as packed, inner.open("wb") as file:
                shutil.copyfileobj(packed, file, 1 << 20)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as error:
        raise _broken(path, error) from error
    return inner, _about_archive(chosen, [m for m in members if m is not chosen])


def _is_data(member: Any) -> bool:
    name = member.filename
    return not (member.is_dir() or name.startswith("__MACOSX/") or Path(name).name.startswith("."))


def _suffix_known(member: Any) -> bool:
    return member.filename.lower().endswith(_ARCHIVE_SUFFIXES) and "readme" not in (
        member.filename.lower()
    )


def _about_archive(chosen: Any, others: Sequence[Any]) -> tuple[NoticeRaised, ...]:
    tables = [repr(m.filename) for m in others if _suffix_known(m)]
    if not tables:
        return ()
    message = (
        f"The archive holds several tables; the largest, {chosen.filename!r}, was read. "
        f"Left out: {', '.join(tables[:3])}{', ...' if len(tables) > 3 else ''}."
    )
    return (NoticeRaised(code="archive_member", message=message),)
