"""Files in slices: what pages ask, and what they are told."""

from __future__ import annotations

import tempfile
import threading
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jupyter_automl.core.errors import AutoMLError, DataNotFoundError
from jupyter_automl.widgets import spool
from jupyter_automl.widgets.controller import plain
from jupyter_automl.widgets.parts import uploading
from jupyter_automl.widgets.parts.uploading import MOST_OPEN, MOST_SHOWN, UploadingPart
from jupyter_automl.widgets.requests import check_body
from jupyter_automl.widgets.spool import UploadedFile

CONTENT = bytes(range(256)) * 10 + b"the end"
SLICE = 512
LIMIT = 50_000
N = -(-len(CONTENT) // SLICE)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Small slices, in a folder of temporary files of its own."""
    monkeypatch.setattr(spool, "CHUNK_BYTES", SLICE)
    monkeypatch.setattr(uploading, "CHUNK_BYTES", SLICE)
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def part() -> Iterator[UploadingPart]:
    part = UploadingPart(LIMIT)
    yield part
    part.close()


def ask(part: UploadingPart, kind: str, body: Any, data: bytes | None = None) -> Any:
    request = part.requests[kind]
    assert request.answer is not None
    buffers = [] if data is None else [memoryview(data)]
    return request.answer(check_body(request, kind, body), buffers)


def announce(part: UploadingPart, name: str = "data.csv", **others: Any) -> Any:
    first = zlib.crc32(CONTENT[:SLICE])
    known = {"name": name, "size": len(CONTENT), "modified": 1.5, "first_crc": first}
    return ask(part, "upload_start", {**known, **others})


def start(part: UploadingPart, name: str = "data.csv") -> str:
    return announce(part, name)["upload"]


def send(part: UploadingPart, upload: str, *indices: int) -> None:
    for index in indices:
        data = CONTENT[index * SLICE : (index + 1) * SLICE]
        body = {"upload": upload, "index": index, "crc": zlib.crc32(data)}
        assert ask(part, "upload_chunk", body, data) == {"index": index}


def finish(part: UploadingPart, upload: str, crc: int | None = None) -> Any:
    body = {"upload": upload, "crc": zlib.crc32(CONTENT) if crc is None else crc}
    return ask(part, "upload_finish", body)


def bring(part: UploadingPart, name: str = "data.csv") -> str:
    upload = start(part, name)
    send(part, upload, *range(N))
    finish(part, upload)
    return upload


def code_of(call: Any, *arguments: Any) -> str:
    with pytest.raises(AutoMLError) as caught:
        call(*arguments)
    return caught.value.code


def test_slices_in_any_order_and_twice_make_the_file(part: UploadingPart) -> None:
    upload = start(part)
    send(part, upload, *reversed(range(N)), 2, 0)
    assert part.files == ()
    finish(part, upload)
    (file,) = part.files
    assert Path(file.path).read_bytes() == CONTENT
    assert (file.name, file.size) == ("data.csv", len(CONTENT))
    assert Path(file).read_bytes() == CONTENT
    with file.open() as content:
        assert content.read() == CONTENT


def test_nothing_of_it_waits_behind_other_work(part: UploadingPart) -> None:
    assert {request.lane for request in part.requests.values()} == {"upload"}


def test_what_is_missing_can_be_asked_after_a_break(part: UploadingPart) -> None:
    upload = start(part)
    send(part, upload, 1, 3)
    assert plain_ranges(ask(part, "upload_status", {"upload": upload})) == [[0, 0], [2, 2], [4, 5]]
    with pytest.raises(AutoMLError, match="4 slices"):
        finish(part, upload)
    # Nothing is lost by asking too early.
    send(part, upload, 0, 2, 4, 5)
    finish(part, upload)
    assert len(part.files) == 1


def plain_ranges(answer: Any) -> list[list[int]]:
    return [list(pair) for pair in answer["missing"]]


def test_the_same_file_goes_on_where_it_was(part: UploadingPart) -> None:
    upload = start(part)
    send(part, upload, 0, 1)
    again = announce(part)
    assert again["upload"] == upload
    assert plain_ranges(again) == [[2, N - 1]]
    for other in ({"name": "x.csv"}, {"modified": 2.0}, {"first_crc": 1}, {"size": 5}):
        assert announce(part, **other)["upload"] != upload
    assert announce(part, first_crc=None)["upload"] != upload


def test_a_file_that_is_whole_or_failed_begins_again(part: UploadingPart) -> None:
    first = bring(part)
    second = announce(part)
    assert second["upload"] != first
    assert plain_ranges(second) == [[0, N - 1]]
    damage = _other(second["upload"])
    assert code_of(ask, part, "upload_chunk", damage, b"x" * SLICE) == "upload_broken"
    assert announce(part)["upload"] not in (first, second["upload"])


def _other(upload: str) -> dict[str, Any]:
    return {"upload": upload, "index": 0, "crc": zlib.crc32(b"x" * SLICE)}


def test_two_pages_may_send_the_same_file(part: UploadingPart) -> None:
    here, there = start(part), start(part)
    assert here == there
    send(part, here, 0, 1, 2)
    send(part, there, 2, 3, 4, 5)
    finish(part, there)
    # The other page is a little behind.
    send(part, here, 5)
    assert ask(part, "upload_status", {"upload": here}) == {"missing": []}
    finish(part, here)
    assert len(part.files) == 1


def test_two_pages_may_send_different_files(part: UploadingPart) -> None:
    here, there = start(part, "a.csv"), start(part, "b.csv")
    for index in range(N):
        send(part, here, index)
        send(part, there, index)
    finish(part, there)
    finish(part, here)
    assert [file.name for file in part.files] == ["b.csv", "a.csv"]
    assert [file.name for file in part.view().files] == ["a.csv", "b.csv"]


def test_a_file_that_changed_on_the_way_is_refused_and_gone(
    part: UploadingPart, folder: Path
) -> None:
    upload = start(part)
    send(part, upload, 0, 1)
    assert code_of(ask, part, "upload_chunk", _other(upload), b"x" * SLICE) == "upload_broken"
    (shown,) = part.view().files
    assert (shown.status, shown.received_bytes) == ("failed", 2 * SLICE)
    assert "changed while it was being sent" in shown.message
    assert list(folder.iterdir()) == []
    assert code_of(send, part, upload, 2) == "upload_broken"
    assert code_of(finish, part, upload) == "upload_broken"


def test_a_file_that_shrank_is_refused(part: UploadingPart) -> None:
    upload = start(part)
    body = {"upload": upload, "index": 0, "crc": zlib.crc32(b"short")}
    assert code_of(ask, part, "upload_chunk", body, b"short") == "upload_broken"


def test_a_damaged_slice_may_come_again(part: UploadingPart) -> None:
    upload = start(part)
    data = CONTENT[:SLICE]
    body = {"upload": upload, "index": 0, "crc": 1}
    assert code_of(ask, part, "upload_chunk", body, data) == "upload_damaged"
    send(part, upload, *range(N))
    finish(part, upload)


def test_another_checksum_of_the_whole_is_a_failure(part: UploadingPart) -> None:
    upload = start(part)
    send(part, upload, *range(N))
    assert code_of(finish, part, upload, 1) == "upload_broken"
    assert part.files == ()
    assert part.view().files[0].status == "failed"


@pytest.mark.parametrize("buffers", [0, 2])
def test_a_slice_has_one_buffer(part: UploadingPart, buffers: int) -> None:
    request = part.requests["upload_chunk"]
    body = check_body(request, "upload_chunk", {"upload": start(part), "index": 0, "crc": 1})
    assert request.answer is not None
    assert code_of(request.answer, body, [memoryview(b"x")] * buffers) == "argument"


def test_the_limit_is_told_and_holds_to_the_byte(part: UploadingPart, folder: Path) -> None:
    assert part.view().max_bytes == LIMIT
    assert announce(part, size=LIMIT)["upload"]
    before = len(list(folder.iterdir()))
    with pytest.raises(AutoMLError, match=r"At most .* can be uploaded"):
        announce(part, size=LIMIT + 1)
    assert len(list(folder.iterdir())) == before


@pytest.mark.parametrize("size", [0, -1])
def test_an_empty_file_is_refused(part: UploadingPart, size: int) -> None:
    with pytest.raises(AutoMLError, match="is empty"):
        announce(part, size=size)


def test_a_name_is_never_a_path(part: UploadingPart, folder: Path) -> None:
    bring(part, "../../etc/passwd")
    path = Path(part.files[0].path)
    assert path.name == "passwd"
    assert path.parent.parent == folder


def test_a_long_or_empty_name_is_no_problem(part: UploadingPart) -> None:
    bring(part, "x" * 10_000 + ".csv")
    bring(part, "")
    long, empty = part.files
    assert long.name.endswith("x.csv")
    assert empty.name == "upload"
    with pytest.raises(AutoMLError) as caught:
        announce(part, name="y" * 10_000, size=LIMIT + 1)
    assert len(caught.value.message) < 300


def test_cancel_removes_the_file_whatever_its_state(part: UploadingPart, folder: Path) -> None:
    upload, done = start(part, "a.csv"), bring(part, "b.csv")
    for key in (upload, done, done, "never"):
        assert ask(part, "upload_cancel", {"upload": key}) == {}
    assert list(folder.iterdir()) == []
    assert part.files == ()
    assert part.view().files == ()
    assert code_of(send, part, upload, 1) == "upload_unknown"


def test_close_removes_everything(folder: Path) -> None:
    part = UploadingPart(LIMIT)
    bring(part, "a.csv")
    upload = start(part, "b.csv")
    part.close()
    assert list(folder.iterdir()) == []
    assert part.files == ()
    assert code_of(send, part, upload, 0) == "upload_unknown"
    assert code_of(start, part) == "upload_unknown"
    assert list(folder.iterdir()) == []


def test_of_many_unfinished_files_the_longest_silent_one_is_forgotten(part: UploadingPart) -> None:
    keys = [start(part, f"{number}.csv") for number in range(MOST_OPEN)]
    send(part, keys[0], 0)
    start(part, "one more.csv")
    send(part, keys[0], 1)
    assert code_of(send, part, keys[1], 0) == "upload_unknown"
    assert len(part.view().files) == MOST_OPEN


def test_a_page_is_told_of_few_files_and_few_steps(part: UploadingPart) -> None:
    for number in range(MOST_SHOWN + 3):
        bring(part, f"{number}.csv")
    assert len(part.files) == MOST_SHOWN + 3
    shown = part.view().files
    assert [file.name for file in shown] == [f"{n}.csv" for n in range(3, MOST_SHOWN + 3)]
    part.take()
    upload = ask(part, "upload_start", {"name": "big", "size": LIMIT})["upload"]
    assert part.take() is not None
    told = 0
    for index in range(LIMIT // SLICE):
        data = bytes(SLICE)
        body = {"upload": upload, "index": index, "crc": zlib.crc32(data)}
        ask(part, "upload_chunk", body, data)
        ask(part, "upload_chunk", body, data)
        told += part.take() is not None
    assert 1 <= told <= 20


class Opening:
    """Opens files as slowly as a test wants."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.begun = threading.Semaphore(0)
        self.names: list[str] = []
        self.contents: list[bytes] = []
        self.threads: set[str] = set()
        self.ended = threading.Semaphore(0)

    def __call__(self, file: UploadedFile) -> None:
        self.begun.release()
        assert self.open.wait(20)
        self.names.append(file.name)
        self.contents.append(Path(file.path).read_bytes())
        self.threads.add(threading.current_thread().name)
        self.ended.release()
        if file.name == "bad.csv":
            raise ValueError("not a table")


def test_slices_arrive_while_a_file_is_opened(folder: Path) -> None:
    opening = Opening()
    part = UploadingPart(LIMIT, opening)
    bring(part, "bad.csv")
    assert opening.begun.acquire(timeout=20)
    bring(part, "b.csv")
    bring(part, "c.csv")
    assert opening.names == []
    opening.open.set()
    for _ in range(3):
        assert opening.ended.acquire(timeout=20)
    assert opening.names == ["bad.csv", "b.csv", "c.csv"]
    assert opening.contents == [CONTENT] * 3
    assert threading.current_thread().name not in opening.threads
    assert len(part.files) == 3
    part.close()


def test_a_file_that_is_done_with_is_removed(folder: Path) -> None:
    opening = Opening()
    gone = threading.Event()
    part = UploadingPart(LIMIT, opening, keep=False)
    part.watch(lambda: gone.set() if not part.view().files else None)
    opening.open.set()
    upload = bring(part)
    assert gone.wait(20)
    assert opening.contents == [CONTENT]
    assert list(folder.iterdir()) == []
    assert part.files == ()
    # A page whose answer was lost asks again, and need not send it again.
    assert ask(part, "upload_status", {"upload": upload}) == {"missing": []}
    finish(part, upload)
    send(part, upload, 0)
    assert len(opening.contents) == 1
    part.close()


def test_a_path_of_the_server_is_taken_as_it_is(tmp_path: Path) -> None:
    part = UploadingPart(LIMIT, paths=True)
    assert part.view().paths
    table = tmp_path / "<b>.csv"
    table.write_bytes(b"a,b\n1,2\n")
    other = tmp_path / "other.csv"
    other.write_bytes(b"a\n1\n")
    for path in (table, other, table):
        ask(part, "upload_path", {"path": f"  {path} "})
    assert [file.name for file in part.files] == ["other.csv", "<b>.csv"]
    assert part.files[-1].path == str(table)
    assert part.files[-1].size == 8
    ask(part, "upload_cancel", {"upload": part.view().files[0].upload})
    part.close()
    assert table.exists()
    assert other.exists()


@pytest.mark.parametrize("path", ["nowhere.csv", ".", "a\0b"])
def test_a_wrong_path_says_what_was_expected(path: str) -> None:
    part = UploadingPart(LIMIT, paths=True)
    with pytest.raises(DataNotFoundError):
        ask(part, "upload_path", {"path": path})
    with pytest.raises(AutoMLError, match="A path was expected"):
        ask(part, "upload_path", {"path": " "})
    assert part.files == ()


def test_paths_are_taken_only_where_that_was_wanted(part: UploadingPart) -> None:
    assert "upload_path" not in part.requests
    assert not part.view().paths


def test_the_view_is_small_and_plain(part: UploadingPart) -> None:
    bring(part)
    view = plain(part.view())
    assert view["files"][0]["status"] == "done"
    assert (view["chunk_bytes"], view["max_bytes"], view["sealed"]) == (SLICE, LIMIT, False)
