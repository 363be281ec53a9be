"""Bytes of a text file as UTF-8, whatever they were written in."""

from __future__ import annotations

import codecs
from pathlib import Path

import pyarrow as pa

from jupyter_automl.core.errors import ReadError
from jupyter_automl.core.events import NoticeRaised
from jupyter_automl.data.readers.content import HEAD_BYTES, wide_encoding

_BLOCK = 1 << 24
_GUESS_BYTES = 1 << 18
_LIKELY = [
    "cp1252",
    "latin_1",
    "cp1250",
    "iso8859_2",
    "cp1251",
    "koi8_r",
    "mac_roman",
    "cp1253",
    "cp1254",
    "cp1255",
    "cp1256",
    "shift_jis",
    "euc_jp",
    "gb18030",
    "big5",
    "euc_kr",
    "cp850",
]


def read_utf8(path: Path) -> tuple[pa.Buffer, tuple[NoticeRaised, ...]]:
    """The whole file as UTF-8 without a byte-order mark; not copied when it already is.

    Raises
    ------
    ReadError
        If the bytes fit no encoding.
    """
    if not path.stat().st_size:
        return pa.py_buffer(b""), ()
    with pa.memory_map(str(path)) as mapped:
        buffer = mapped.read_buffer()
    first = bytes(buffer[: min(HEAD_BYTES, buffer.size)])
    wide = wide_encoding(first)
    if wide:
        return _decoded(path, buffer, wide), ()
    if first.startswith(codecs.BOM_UTF8):
        buffer = buffer[3:]
    if _is_utf8(buffer):
        return buffer, ()
    encoding = _guess(buffer)
    notice = NoticeRaised(
        code="encoding",
        message=f"The file is not UTF-8; it was read as {encoding}.",
        level="info",
    )
    return _decoded(path, buffer, encoding), (notice,)


def _is_utf8(buffer: pa.Buffer) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    view = memoryview(buffer)
    try:
        for start in range(0, len(view), _BLOCK):
            decoder.decode(view[start : start + _BLOCK])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _guess(buffer: pa.Buffer) -> str:
    """The likeliest encoding by the lines that hold bytes beyond ASCII."""
    from charset_normalizer import from_bytes

    odd = b"\n".join(line for line in bytes(buffer[: 1 << 22]).splitlines() if not line.isascii())[
        :_GUESS_BYTES
    ]
    best = from_bytes(odd or bytes(buffer[:_GUESS_BYTES]), cp_isolation=_LIKELY).best()
    if best is None or best.encoding in ("latin_1", "ascii", "cp1252", "cp1250", "mac_roman"):
        return _western(buffer)
    return str(best.encoding)


def _western(buffer: pa.Buffer) -> str:
    try:
        bytes(buffer).decode("cp1252")
    except UnicodeDecodeError:
        return "latin_1"
    return "cp1252"


def _decoded(path: Path, buffer: pa.Buffer, encoding: str) -> pa.Buffer:
    data = bytes(buffer)
    if encoding.startswith("utf-16") and len(data) % 2:
        data = data[:-1]
    try:
        text = data.decode(encoding, "strict")
    except UnicodeDecodeError:
        text = data.decode(encoding, "replace")
        if text.count("\ufffd") > 0.05 * max(len(text), 1):
            raise ReadError(
                f"The file must be text. {path.name!r} fits no encoding (tried UTF-8, {encoding}).",
                hint="Save it again as UTF-8.",
                path=str(path),
            ) from None
    return pa.py_buffer(text.removeprefix("\ufeff").encode("utf-8"))
