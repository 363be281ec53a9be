"""The widget that takes files, without a page."""

from __future__ import annotations

import os
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jupyter_automl.core.errors import ReadError, UnavailableError
from jupyter_automl.widgets import Upload, base
from tests.widgets.events import Page

pytestmark = pytest.mark.usefixtures("store_dir")


@pytest.fixture(autouse=True)
def bundle(monkeypatch: pytest.MonkeyPatch) -> None:
    """The front end need not be built to test what is behind it."""
    monkeypatch.setattr(base, "bundle", lambda name: f"/* {name} */")


@pytest.fixture
def upload() -> Iterator[Upload]:
    upload = Upload()
    yield upload
    upload.close()


class Sender:
    """A page that sends files of one slice."""

    def __init__(self, upload: Upload) -> None:
        self.channel = upload._channel
        self.page = Page()
        self.channel._send = self.page
        self.count = 0

    def ask(self, kind: str, body: Any, data: bytes | None = None) -> Any:
        self.count += 1
        key = str(self.count)
        buffers = [] if data is None else [memoryview(data)]
        self.channel.receive({"id": key, "kind": kind, "body": body}, buffers)
        return self.page.reply(key)

    def send(self, name: str, content: bytes) -> Any:
        crc = zlib.crc32(content)
        start = {"name": name, "size": len(content), "modified": 1, "first_crc": crc}
        upload = self.ask("upload_start", start)["body"]["upload"]
        body = {"upload": upload, "index": 0, "crc": crc}
        assert self.ask("upload_chunk", body, content)["ok"]
        return self.ask("upload_finish", {"upload": upload, "crc": crc})


def test_files_come_one_after_another_and_the_last_one_counts(upload: Upload) -> None:
    assert (upload.files, upload.path, upload.value) == ((), None, None)
    sender = Sender(upload)
    assert sender.send("first.csv", b"a,b\n1,x\n2,y\n")["ok"]
    assert list(upload.value["b"]) == ["x", "y"]
    assert upload.value is upload.value
    assert sender.send("second.csv", b"c\n1\n2\n3\n")["ok"]
    assert [file.name for file in upload.files] == ["first.csv", "second.csv"]
    assert list(upload.value["c"]) == [1, 2, 3]
    assert list(upload.files[0].read()["b"]) == ["x", "y"]
    assert upload.path == upload.files[1].path == os.fspath(upload.files[1])


def test_what_is_no_table_is_said_when_it_is_read(upload: Upload) -> None:
    Sender(upload).send("image.csv", b"\x89PNG\r\n\x1a\n" + bytes(100))
    assert upload.path is not None
    with pytest.raises(ReadError, match="PNG"):
        _ = upload.value


def test_a_path_of_the_server_counts_like_a_file(upload: Upload, tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text("a\n1\n2\n", encoding="utf-8")
    sender = Sender(upload)
    assert sender.ask("upload_path", {"path": str(table)})["ok"]
    assert upload.path == str(table)
    assert list(upload.value["a"]) == [1, 2]
    assert sender.ask("upload_path", {"path": "nowhere.csv"})["error"]["code"] == "data_not_found"
    upload.close()
    assert table.exists()


def test_visitors_cannot_name_files_of_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    from jupyter_automl.api import places

    monkeypatch.setattr(places, "is_for_visitors", lambda: True)
    upload = Upload()
    assert not upload.get_state("state")["state"]["upload"]["paths"]
    assert not Sender(upload).ask("upload_path", {"path": "/etc/hosts"})["ok"]
    assert upload.files == ()
    upload.close()


def test_close_removes_what_was_sent() -> None:
    upload = Upload()
    Sender(upload).send("t.csv", b"a\n1\n")
    path = upload.path
    assert path is not None
    upload.close()
    assert not Path(path).parent.exists()
    assert (upload.files, upload.path, upload.value) == ((), None, None)


def test_encryption_that_cannot_be_is_said_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUPYTER_AUTOML_ENCRYPT_UPLOADS", "true")
    monkeypatch.setattr(os, "memfd_create", lambda *_: -1, raising=False)
    monkeypatch.setitem(sys.modules, "cryptography", None)
    with pytest.raises(UnavailableError, match=r"jupyter_automl\[secure\]"):
        Upload()


@pytest.mark.skipif(sys.platform != "linux", reason="files are kept encrypted on Linux only")
def test_encrypted_files_are_read_as_others(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("cryptography")
    monkeypatch.setenv("JUPYTER_AUTOML_ENCRYPT_UPLOADS", "true")
    upload = Upload()
    assert upload.get_state("state")["state"]["upload"]["sealed"]
    Sender(upload).send("t.csv", b"name,secret\nAda,42\n")
    assert upload.path is not None
    assert b"Ada" not in Path(upload.path).read_bytes()
    assert list(upload.value["name"]) == ["Ada"]
    upload.close()
