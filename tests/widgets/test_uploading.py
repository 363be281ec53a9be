"""Files in slices."""

from __future__ import annotations

import stat
import zlib
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_automl.core.errors import AutoMLError
from jupyter_automl.widgets.parts.uploading import UploadingPart
from jupyter_automl.widgets.requests import check_body
from jupyter_automl.widgets.spool import CHUNK_BYTES, safe_name

CONTENT = bytes(range(256)) * 16 * 1024 + b"the end"


@pytest.fixture
def part() -> Iterator[UploadingPart]:
    part = UploadingPart(64 * 1024 * 1024)
    yield part
    part.close()


def ask(part: UploadingPart, kind: str, body: Any, data: bytes | None = None) -> Any:
    request = part.requests[kind]
    buffers = [] if data is None else [memoryview(data)]
    return request.answer(check_body(request, kind, body), buffers)


def start(part: UploadingPart, name: str = "data.csv") -> str:
    return ask(part, "upload_start", {"name": name, "size": len(CONTENT)})["upload"]


def send(part: UploadingPart, upload: str, index: int) -> Any:
    data = CONTENT[index * CHUNK_BYTES : (index + 1) * CHUNK_BYTES]
    body = {"upload": upload, "index": index, "crc": zlib.crc32(data)}
    return ask(part, "upload_chunk", body, data)


def finish(part: UploadingPart, upload: str) -> Any:
    return ask(part, "upload_finish", {"upload": upload, "crc": zlib.crc32(CONTENT)})


def test_slices_in_any_order_and_twice_make_the_file(part: UploadingPart) -> None:
    upload = start(part)
    for index in (2, 0, 2, 1):
        assert send(part, upload, index) == {"index": index}
    finish(part, upload)
    assert part.path is not None
    assert part.path.read_bytes() == CONTENT
    assert part.path.name == "data.csv"


def test_only_the_owner_can_read_it(part: UploadingPart) -> None:
    upload = start(part)
    for index in range(3):
        send(part, upload, index)
    finish(part, upload)
    assert part.path is not None
    assert stat.S_IMODE(part.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(part.path.parent.stat().st_mode) == 0o700


def test_what_is_missing_can_be_asked_after_a_break(part: UploadingPart) -> None:
    upload = start(part)
    send(part, upload, 1)
    assert ask(part, "upload_status", {"upload": upload}) == {"missing": [0, 2]}
    assert part.view().received_bytes == CHUNK_BYTES
    with pytest.raises(AutoMLError, match="2 slices"):
        finish(part, upload)


def test_a_damaged_slice_is_refused(part: UploadingPart) -> None:
    upload = start(part)
    data = CONTENT[:CHUNK_BYTES]
    with pytest.raises(AutoMLError, match="damaged"):
        ask(part, "upload_chunk", {"upload": upload, "index": 0, "crc": 1}, data)


def test_a_slice_of_another_size_is_refused(part: UploadingPart) -> None:
    upload = start(part)
    body = {"upload": upload, "index": 0, "crc": zlib.crc32(b"short")}
    with pytest.raises(AutoMLError, match="must have"):
        ask(part, "upload_chunk", body, b"short")


def test_a_file_over_the_limit_is_refused_before_it_is_sent(part: UploadingPart) -> None:
    with pytest.raises(AutoMLError, match="at most"):
        ask(part, "upload_start", {"name": "big.csv", "size": 65 * 1024 * 1024})


def test_cancel_removes_the_file(part: UploadingPart) -> None:
    upload = start(part)
    send(part, upload, 0)
    ask(part, "upload_cancel", {"upload": upload})
    assert part.view().status == "empty"
    with pytest.raises(AutoMLError, match="not known"):
        send(part, upload, 1)


def test_close_removes_the_file() -> None:
    part = UploadingPart(64 * 1024 * 1024)
    upload = start(part)
    for index in range(3):
        send(part, upload, index)
    finish(part, upload)
    path = part.path
    assert path is not None
    part.close()
    assert not path.exists()
    assert not path.parent.exists()


@given(st.text(max_size=200))
def test_a_name_is_always_one_safe_part(name: str) -> None:
    safe = safe_name(name)
    assert safe
    assert safe not in (".", "..")
    assert not set(safe) & set('/\\<>:"|?*\0\n')
    assert len(safe) <= 120
