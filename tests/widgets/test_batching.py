"""Files that pages bring to have their rows predicted."""

from __future__ import annotations

import errno
import io
import json
import os
import stat
import subprocess
import sys
import tempfile
import threading
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest

import jupyter_automl as ja
from jupyter_automl.api.helper import HelperLostError
from jupyter_automl.core.errors import AutoMLError
from jupyter_automl.engine.standing import Room
from jupyter_automl.execute.job import find_function
from jupyter_automl.execute.line import Place
from jupyter_automl.widgets.controller import Controller, plain
from jupyter_automl.widgets.parts import batching
from jupyter_automl.widgets.parts.batching import BatchPart
from jupyter_automl.widgets.parts.uploading import UploadingPart
from jupyter_automl.widgets.requests import Reply, check_body
from jupyter_automl.widgets.sealed import check_sealing

LIMIT = 5_000_000
EVIL = "<img src=x onerror=alert(1)>\u202e" + "x" * 10_000 + ".csv"


class Process:
    """A helper that does its jobs at once, in this process."""

    def __init__(self) -> None:
        self.closed = False

    def run(self, function: str, payload: Any, *, on_part: Any, stop: threading.Event) -> Any:
        return find_function(function)(payload, on_part)

    def close(self) -> None:
        self.closed = True


class Stuck(Process):
    """A helper whose job ends only when it is given up."""

    def __init__(self) -> None:
        super().__init__()
        self.started = threading.Event()
        self.outs: list[Path] = []

    def run(self, function: str, payload: Any, *, on_part: Any, stop: threading.Event) -> Any:
        self.outs.append(Path(payload.out))
        on_part((20, 100))
        self.started.set()
        assert stop.wait(60)
        raise HelperLostError("The work was given up.")


class Bench:
    """A part, and what a page may ask of it."""

    def __init__(self, part: BatchPart) -> None:
        self.part = part
        self._news = threading.Condition()
        part.watch(self._told)

    def _told(self) -> None:
        with self._news:
            self._news.notify_all()

    def ask(self, kind: str, body: Any, data: bytes | None = None) -> Any:
        request = self.part.requests[f"batch_{kind}"]
        checked = check_body(request, kind, body)
        if request.answer is not None:
            return request.answer(checked, [] if data is None else [memoryview(data)])
        assert request.later is not None
        answers: list[Any] = []
        there = threading.Event()
        request.later("1", checked, lambda answer: (answers.append(answer), there.set()))
        assert there.wait(60)
        if isinstance(answers[0], Exception):
            raise answers[0]
        return answers[0]

    def bring(self, content: bytes, name: str = "new.csv") -> str:
        """Send a file of one slice; the name of its upload."""
        crc = zlib.crc32(content)
        start = {"name": name, "size": len(content), "first_crc": crc}
        upload: str = self.ask("upload_start", start)["upload"]
        self.ask("upload_chunk", {"upload": upload, "index": 0, "crc": crc}, content)
        self.ask("upload_finish", {"upload": upload, "crc": crc})
        return upload

    def wait(self, upload: str, *states: str) -> Any:
        """The file, once it is in one of these states."""
        with self._news:
            assert self._news.wait_for(lambda: self._is(upload, states), 60), self.part.view()
        return self.file(upload)

    def placed(self, upload: str, number: int) -> Any:
        """The file, once it has this place in line."""
        with self._news:
            assert self._news.wait_for(lambda: self.file(upload).place == number, 60)
        return self.file(upload)

    def _is(self, upload: str, states: tuple[str, ...]) -> bool:
        found = self.file(upload)
        return found is not None and found.status in states

    def file(self, upload: str) -> Any:
        return next((one for one in self.part.view().files if one.upload == upload), None)

    def saved(self, upload: str, kind: str) -> tuple[str, bytes]:
        """The name and the whole content, as a page reads them."""
        wanted = {"upload": upload, "format": kind}
        ready = self.ask("save", wanted)
        content = b""
        while len(content) < ready["size"]:
            reply = self.ask("read", {**wanted, "offset": len(content)})
            assert isinstance(reply, Reply)
            content += bytes(reply.buffers[0])
        return ready["name"], content


Make = Callable[..., Bench]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Temporary files of its own."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def make(churn_run: ja.Run) -> Iterator[Make]:
    made: list[BatchPart] = []

    def make(run: ja.Run | None = churn_run, **options: Any) -> Bench:
        made.append(BatchPart(lambda: run, LIMIT, **{"helper": Process, **options}))
        return Bench(made[-1])

    yield make
    for part in made:
        part.close()


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    return ja.sample("churn").drop(columns="churn").head(300)


@pytest.fixture(scope="module")
def content(rows: pd.DataFrame) -> bytes:
    return rows.to_csv(index=False).encode()


def code_of(call: Any, *arguments: Any) -> str:
    with pytest.raises(AutoMLError) as caught:
        call(*arguments)
    return caught.value.code


def results_in(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*-predicted.*"), key=lambda path: path.name)


def test_a_file_comes_back_with_predictions(
    make: Make,
    rows: pd.DataFrame,
    content: bytes,
    churn_run: ja.Run,
    monkeypatch: pytest.MonkeyPatch,
    folder: Path,
) -> None:
    monkeypatch.setattr(batching, "SLICE_BYTES", 5000)
    bench = make(paths=True)
    upload = bench.bring(content)
    done = bench.wait(upload, "done", "failed")
    assert (done.status, done.name, done.model) == ("done", "new.csv", churn_run.best.name)
    assert (done.n_done, done.n_rows, done.n_failed, done.problems) == (300, 300, 0, ())

    name, table = bench.saved(upload, "csv")
    assert name == "new-predicted.csv"
    got = pd.read_csv(io.BytesIO(table))
    assert got["churn_predicted"].tolist() == churn_run.best.predict(rows).tolist()
    assert got["customer_id"].tolist() == rows["customer_id"].tolist()
    name, table = bench.saved(upload, "parquet")
    assert name == "new-predicted.parquet"
    assert pq.read_table(io.BytesIO(table)).column_names == list(got.columns)

    first = bench.ask("preview", {"upload": upload})
    assert first["columns"][0] == "churn_predicted"
    assert first["columns"][first["n_added"]] == rows.columns[0]
    assert len(first["rows"]) == 10
    assert [row[0] for row in first["rows"]] == [str(one) for one in got["churn_predicted"][:10]]
    assert first["n_columns"] == len(got.columns)

    csv, parquet = results_in(folder)
    assert bench.ask("save", {"upload": upload, "format": "csv"})["path"] == str(csv)
    for path in (csv, parquet):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    bench.ask("remove", {"upload": upload})
    assert list(folder.iterdir()) == []
    assert bench.part.view().files == bench.part.view().upload.files == ()


def test_a_file_is_no_table_to_learn_from(make: Make) -> None:
    part = make(paths=True).part
    received: list[Any] = []
    controller = Controller([UploadingPart(LIMIT, received.append, paths=True), part])
    assert len(controller.requests) == len(UploadingPart(LIMIT, paths=True).requests) + len(
        part.requests
    )


def test_a_column_that_is_missing_is_named(make: Make, rows: pd.DataFrame, folder: Path) -> None:
    column = rows.columns[3]
    bench = make()
    upload = bench.bring(rows.drop(columns=column).to_csv(index=False).encode())
    failed = bench.wait(upload, "done", "failed")
    assert failed.status == "failed"
    assert column in failed.error.message
    assert failed.error.context == {}
    assert results_in(folder) == []
    assert code_of(bench.saved, upload, "csv") == "argument"


def test_rows_that_cannot_be_read_keep_their_place(
    make: Make, rows: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jupyter_automl.api.batch_rows.CHUNK_ROWS", 100)
    column = next(name for name in rows if pd.api.types.is_float_dtype(rows[name]))
    broken = rows.astype({column: object})
    broken.loc[broken.index[:100], column] = "lots"
    bench = make()
    upload = bench.bring(broken.to_csv(index=False).encode())
    done = bench.wait(upload, "done", "failed")
    assert (done.status, done.n_rows, done.n_failed) == ("done", 300, 100)
    assert column in done.problems[0]
    got = pd.read_csv(io.BytesIO(bench.saved(upload, "csv")[1]))
    assert got["churn_error"].notna().sum() == 100
    assert got["churn_predicted"].isna().sum() == 100


def test_what_is_under_way_can_be_given_up_and_begun_again(
    make: Make, content: bytes, folder: Path
) -> None:
    stuck = Stuck()
    bench = make(helper=lambda: stuck)
    first = bench.bring(content, "first.csv")
    assert stuck.started.wait(60)
    second = bench.bring(content, "second.csv")
    assert bench.wait(second, "waiting").status == "waiting"
    assert (bench.file(first).n_done, bench.file(first).n_rows) == (20, 100)

    bench.ask("cancel", {"upload": second})
    assert bench.file(second).status == "cancelled"
    bench.ask("cancel", {"upload": first})
    assert bench.wait(first, "cancelled", "failed").error is None
    assert not stuck.outs[0].parent.exists()

    stuck.started.clear()
    bench.ask("start", {"upload": second})
    assert stuck.started.wait(60)
    # Asked twice it goes on once.
    bench.ask("start", {"upload": second})
    bench.ask("remove", {"upload": second})
    bench.part.close()
    assert stuck.closed
    assert [out.name for out in stuck.outs] == [
        "first-predicted.parquet",
        "second-predicted.parquet",
    ]
    assert results_in(folder) == []


@pytest.mark.parametrize("chosen", ["its own", "a model of another run", ""])
def test_the_chosen_model_predicts_or_the_best(
    make: Make, content: bytes, churn_run: ja.Run, chosen: str
) -> None:
    best = churn_run.best.name
    bench = make(model=lambda: best if chosen == "its own" else chosen)
    assert bench.wait(bench.bring(content), "done", "failed").model == best


def test_without_a_model_there_is_a_reason(make: Make, content: bytes) -> None:
    bench = make(run=None)
    failed = bench.wait(bench.bring(content), "done", "failed")
    assert "model is needed" in failed.error.message


def test_visitors_see_nothing_of_the_server(make: Make, content: bytes) -> None:
    bench = make()
    assert "batch_upload_path" not in bench.part.requests
    assert "batch_upload_path" in make(paths=True).part.requests
    upload = bench.bring(content)
    bench.wait(upload, "done")
    assert bench.ask("save", {"upload": upload, "format": "parquet"})["path"] == ""
    assert tempfile.gettempdir() not in json.dumps(plain(bench.part.view()))


def test_a_file_of_the_server_stays_where_it_is(
    make: Make, content: bytes, tmp_path: Path, folder: Path
) -> None:
    path = tmp_path / "mine.csv"
    path.write_bytes(content)
    bench = make(paths=True)
    upload = bench.ask("upload_path", {"path": str(path)})["upload"]
    assert bench.wait(upload, "done", "failed").status == "done"
    bench.ask("remove", {"upload": upload})
    assert path.read_bytes() == content
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("name", [EVIL, "../../etc/passwd.csv", ".csv", "a.csv.gz.csv", "שלום.csv"])
def test_names_of_any_kind_are_only_names(make: Make, content: bytes, name: str) -> None:
    bench = make()
    upload = bench.bring(content, name)
    done = bench.wait(upload, "done", "failed")
    if done.status == "failed":
        # What is left of it does not say what kind of file it is.
        assert name == ".csv"
        return
    saved, _ = bench.saved(upload, "csv")
    assert saved.endswith("-predicted.csv")
    assert "/" not in saved
    assert "<" not in saved
    plain(bench.part.view())


def test_only_so_many_files_are_kept(
    make: Make, content: bytes, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    monkeypatch.setattr(batching, "MOST_FILES", 2)
    bench = make()
    uploads = []
    for number in range(4):
        uploads.append(bench.bring(content, f"{number}.csv"))
        bench.wait(uploads[-1], "done")
    assert [one.upload for one in bench.part.view().files] == uploads[2:]
    assert [path.name for path in results_in(folder)] == [
        "2-predicted.parquet",
        "3-predicted.parquet",
    ]
    assert code_of(bench.ask, "preview", {"upload": uploads[0]}) == "argument"


def test_a_slice_that_is_not_there_is_refused(make: Make, content: bytes) -> None:
    bench = make()
    upload = bench.bring(content)
    bench.wait(upload, "done")
    wanted = {"upload": upload, "format": "csv"}
    assert code_of(bench.ask, "read", {**wanted, "offset": 0}) == "argument"
    bench.ask("save", wanted)
    assert code_of(bench.ask, "read", {**wanted, "offset": -1}) == "argument"
    assert code_of(bench.ask, "read", {**wanted, "format": "exe", "offset": 0}) == "argument"


def test_of_a_sealed_file_nothing_plain_is_on_the_disk(
    make: Make, content: bytes, folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    try:
        check_sealing()
    except AutoMLError as error:
        pytest.skip(error.message)
    memory = tmp_path / "memory"
    memory.mkdir()
    monkeypatch.setattr(batching, "_IN_MEMORY", memory)
    bench = make(sealed=True, paths=True)
    upload = bench.bring(content)
    assert bench.wait(upload, "done", "failed").status == "done"
    assert bench.saved(upload, "csv")[1].startswith(b'"customer_id"')
    kept = [path for path in folder.rglob("*") if path.is_file()]
    assert kept
    for path in kept:
        assert content[:200] not in path.read_bytes()
    assert [path.name for path in memory.rglob("*.csv")] == ["new-predicted.csv"]
    assert bench.ask("save", {"upload": upload, "format": "csv"})["path"] == ""
    bench.part.close()
    assert list(memory.iterdir()) == []


def test_what_a_killed_kernel_left_in_memory_is_swept(
    make: Make, content: bytes, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    try:
        check_sealing()
    except AutoMLError as error:
        pytest.skip(error.message)
    memory = tmp_path / "memory"
    memory.mkdir()
    monkeypatch.setattr(batching, "_IN_MEMORY", memory)
    bench = make(sealed=True)
    upload = bench.bring(content)
    bench.wait(upload, "done")
    (own,) = memory.iterdir()
    dead = own.name.replace(f"-{os.getpid()}-", "-999999999-")
    (memory / dead).mkdir()
    bench.ask("start", {"upload": upload})
    bench.wait(upload, "done")
    assert dead not in [path.name for path in memory.iterdir()]


# Several pages


HOLD = """
import sys
from pathlib import Path
from jupyter_automl.execute.line import Place

assert Place(Path(sys.argv[1]), lambda n_working: True).take()
print("here", flush=True)
sys.stdin.read()
"""
"""A kernel that predicts, and goes on until it is killed."""


def one_at_once(n_working: int) -> bool:
    return n_working < 1


def test_files_of_all_pages_wait_in_one_line_and_say_where(make: Make, content: bytes) -> None:
    stuck = [Stuck(), Stuck()]
    first, second, third, last = (
        make(helper=helper, may=one_at_once)
        for helper in (lambda: stuck[0], lambda: stuck[1], Process, Process)
    )
    uploads = [first.bring(content)]
    assert stuck[0].started.wait(60)
    for number, bench in enumerate((second, third, last), start=1):
        uploads.append(bench.bring(content))
        assert bench.placed(uploads[-1], number).status == "waiting"
    assert not stuck[1].started.is_set()

    # Who gives up makes room for those behind.
    third.ask("cancel", {"upload": uploads[2]})
    assert (third.file(uploads[2]).status, third.file(uploads[2]).place) == ("cancelled", 0)
    last.placed(uploads[3], 2)
    first.ask("cancel", {"upload": uploads[0]})
    first.wait(uploads[0], "cancelled")
    assert stuck[1].started.wait(60)
    assert second.file(uploads[1]).place == 0
    # Its process would keep memory that the next one needs.
    assert stuck[0].closed
    last.placed(uploads[3], 1)

    # Who comes back begins at the end.
    third.ask("start", {"upload": uploads[2]})
    third.placed(uploads[2], 2)
    # A page that is closed leaves the line, its turn too.
    second.part.close()
    assert last.wait(uploads[3], "done", "failed").status == "done"
    assert third.wait(uploads[2], "done", "failed").status == "done"


def test_a_file_that_is_removed_while_it_waits_is_out_of_the_line(
    make: Make, content: bytes
) -> None:
    stuck = Stuck()
    first, second, last = (
        make(helper=helper, may=one_at_once) for helper in (lambda: stuck, Process, Process)
    )
    busy = first.bring(content)
    assert stuck.started.wait(60)
    removed = second.bring(content)
    second.placed(removed, 1)
    waiting = last.bring(content)
    last.placed(waiting, 2)
    second.ask("remove", {"upload": removed})
    last.placed(waiting, 1)
    first.ask("cancel", {"upload": busy})
    assert last.wait(waiting, "done", "failed").status == "done"


def test_a_kernel_that_dies_makes_room(make: Make, content: bytes, churn_run: ja.Run) -> None:
    line = churn_run.store.folder / batching.LINE
    command = [sys.executable, "-c", HOLD, str(line)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as kernel:
        assert kernel.stdout is not None
        assert kernel.stdout.readline().strip() == b"here"
        bench = make(may=one_at_once)
        upload = bench.bring(content)
        bench.placed(upload, 1)
        kernel.kill()
        assert bench.wait(upload, "done", "failed").status == "done"


def test_in_a_folder_without_locks_nobody_waits(
    make: Make, content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: Place) -> bool:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(Place, "take", fail)
    bench = make(may=lambda n_working: False)
    assert bench.wait(bench.bring(content), "done", "failed").status == "done"


@pytest.mark.parametrize(
    ("n_working", "free", "goes"), [(0, 0, True), (1, 9, True), (1, 0, False), (2, 9, False)]
)
def test_one_is_always_predicted_and_more_where_there_is_room(
    make: Make,
    content: bytes,
    monkeypatch: pytest.MonkeyPatch,
    churn_run: ja.Run,
    n_working: int,
    free: int,
    goes: bool,
) -> None:
    room = Room(n_cores=2, free_bytes=free, core_bytes=4)
    monkeypatch.setattr("jupyter_automl.engine.standing.room_here", lambda: room)
    line = churn_run.store.folder / batching.LINE
    others = [Place(line, lambda n: True) for _ in range(n_working)]
    assert all(other.take() for other in others)
    bench = make()
    upload = bench.bring(content)
    if goes:
        assert bench.wait(upload, "done", "failed").status == "done"
    else:
        bench.placed(upload, 1)
    for other in others:
        other.leave()
    assert bench.wait(upload, "done", "failed").status == "done"
