"""The part that predicts the rows of files: one comes in, it goes back with predictions."""

from __future__ import annotations

import contextlib
import os
import shutil
import threading
import weakref
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from jupyter_automl.core.codec import to_plain
from jupyter_automl.core.errors import ArgumentError, RunError, StoreError, UnknownNameError
from jupyter_automl.core.words import say
from jupyter_automl.widgets.channel import describe_error
from jupyter_automl.widgets.controller import Part, Tell
from jupyter_automl.widgets.parts.uploading import UploadingPart
from jupyter_automl.widgets.requests import Buffers, Reply, Request, Respond
from jupyter_automl.widgets.schema.batch import (
    BatchFileView,
    BatchPreview,
    BatchRead,
    BatchReady,
    BatchRef,
    BatchSave,
    BatchStatus,
    BatchView,
)
from jupyter_automl.widgets.schema.common import ErrorView
from jupyter_automl.widgets.sealed import check_sealing
from jupyter_automl.widgets.spool import UploadedFile, private_folder, safe_name, sweep
from jupyter_automl.widgets.upload_schema import UploadRef

if TYPE_CHECKING:
    from jupyter_automl.api.helper import Helper
    from jupyter_automl.api.jobs.batch import BatchDone
    from jupyter_automl.api.model import Model
    from jupyter_automl.api.run import Run
    from jupyter_automl.execute.line import Place

MOST_FILES = 20
"""Of more, the oldest that is not under way is forgotten."""
SLICE_BYTES = 1024 * 1024
MAX_SAVED_BYTES = 256 * 1024 * 1024
"""A page holds what it saves in memory, or its browser does on a disk."""
IDLE_SECONDS = 20.0
"""After which the process that predicts ends; at once where other pages wait for their turn."""
TURN_SECONDS = 0.3
"""How often a file that waits asks whether it is its turn."""
LINE = "batch-line"
"""Folder of the store where the files of all pages wait."""
_SHOWN_PROBLEMS = 3
_PROBLEM_LETTERS = 300
_JOB = "jupyter_automl.api.jobs.batch:predict"
_PACKED = (".bz2", ".gz", ".xz", ".zip", ".zst")
_IN_MEMORY = Path("/dev/shm")


@dataclass(slots=True, kw_only=True, eq=False)
class _File:
    """One file, from its arrival until it is forgotten."""

    key: str
    file: UploadedFile
    status: BatchStatus = "waiting"
    model: str = ""
    place: int = 0
    n_done: int = 0
    n_rows: int = 0
    done: BatchDone | None = None
    error: ErrorView | None = None
    folder: Path | None = None
    discard: Callable[[], object] = lambda: None
    stop: threading.Event = field(default_factory=threading.Event)
    gone: threading.Event = field(default_factory=threading.Event)
    saving: threading.Lock = field(default_factory=threading.Lock)

    @property
    def under_way(self) -> bool:
        return self.status in ("waiting", "working")

    def path(self, suffix: str) -> Path:
        """Where its predictions are, in the format of that suffix."""
        assert self.folder is not None
        return self.folder / f"{_stem(self.file.name)}-predicted.{suffix}"


def batch_part(run: Callable[[], Run | None], view: Callable[[], Mapping[str, Any]]) -> BatchPart:
    """The part as the settings want it, for a widget whose view says which model is asked.

    Raises
    ------
    UnavailableError
        If files are to be kept encrypted and cannot be here.
    """
    from jupyter_automl.api import places
    from jupyter_automl.api.settings import settings

    chosen = settings()
    if chosen.encrypt_uploads:
        check_sealing()
    return BatchPart(
        run,
        chosen.max_upload_bytes,
        model=lambda: view().get("whatif", {}).get("model", ""),
        sealed=chosen.encrypt_uploads,
        paths=not places.is_for_visitors(),
    )


class BatchPart(Part[BatchView]):
    """Predicts the files that arrive, one after another, in a process of their own.

    Files of all pages of a store wait in one line; as many are predicted at once as there are
    cores and memory for.

    Parameters
    ----------
    run : callable
        The run whose model predicts, or None.
    max_bytes : int
        Larger files are refused before anything is sent.
    model : callable, optional
        The name of the model that is chosen; empty, or one that the run does not have, is the
        best.
    sealed : bool
        Files are kept encrypted on the disk; what is predicted of them stays in memory.
    paths : bool
        Whether a page may name files of the server, and is told where predictions are.
    helper : callable, optional
        Makes the process; for tests.
    may : callable, optional
        Whether one more file may be predicted beside so many; for tests.

    Notes
    -----
    Files arrive as uploads do, in messages of the same kinds with ``batch_`` before them. What
    is predicted lies in a private folder, and is removed with its file or with the part.
    """

    section = "batch"

    def __init__(
        self,
        run: Callable[[], Run | None],
        max_bytes: int,
        *,
        model: Callable[[], str] = lambda: "",
        sealed: bool = False,
        paths: bool = False,
        helper: Callable[[], Any] | None = None,
        may: Callable[[int], bool] | None = None,
    ) -> None:
        super().__init__()
        self._run, self._model = run, model
        self._sealed, self._paths = sealed, paths
        self._make_helper = helper or _new_helper
        self._may = may or _is_room
        self._made_helper: Helper | None = None
        self._uploads = UploadingPart(max_bytes, self._received, sealed=sealed, paths=paths)
        self._files: dict[str, _File] = {}
        self._queue: SimpleQueue[_File | None] = SimpleQueue()
        self._worker: threading.Thread | None = None
        self._closed = False

    @property
    def requests(self) -> Mapping[str, Request]:
        arriving = {f"batch_{kind}": ask for kind, ask in self._uploads.requests.items()}
        return {
            **arriving,
            "batch_start": Request(body=BatchRef, answer=self._start, lane="control"),
            "batch_cancel": Request(body=BatchRef, answer=self._cancel, lane="control"),
            "batch_remove": Request(body=BatchRef, answer=self._remove, lane="control"),
            "batch_preview": Request(body=BatchRef, answer=self._preview, lane="control"),
            "batch_save": Request(body=BatchSave, later=self._save),
            "batch_read": Request(body=BatchRead, answer=self._read, lane="upload"),
        }

    def view(self) -> BatchView:
        upload = self._uploads.view()
        if not self._paths:
            files = tuple(replace(file, path="") for file in upload.files)
            upload = replace(upload, files=files)
        with self._lock:
            return BatchView(
                upload=upload,
                files=tuple(_view(one) for one in self._files.values()),
                max_bytes=MAX_SAVED_BYTES,
            )

    def watch(self, notify: Callable[[], None], tell: Tell | None = None) -> None:
        super().watch(notify, tell)
        self._uploads.watch(self.changed)

    def close(self) -> None:
        with self._lock:
            self._closed = True
            files, self._files = list(self._files.values()), {}
            helper = self._made_helper
        for one in files:
            _forget(one)
        self._queue.put(None)
        self._uploads.close()
        if helper is not None:
            helper.close()

    def _received(self, file: UploadedFile) -> None:
        arrived = (known.upload for known in self._uploads.view().files if known.path == file.path)
        key = next(arrived, None)
        if key is None:
            # It was taken back meanwhile.
            return
        one = _File(key=key, file=file)
        with self._lock:
            if self._closed:
                return
            self._files[key] = one
            over = [old for old in self._files.values() if not old.under_way]
            over = over[: max(0, len(self._files) - MOST_FILES)]
        for old in over:
            self._remove(BatchRef(upload=old.key), ())
        self._wait_for_turn(one)

    def _wait_for_turn(self, one: _File) -> None:
        with self._lock:
            if self._closed:
                return
            one.status, one.error, one.done = "waiting", None, None
            one.place = one.n_done = one.n_rows = 0
            one.stop = threading.Event()
            if self._worker is None:
                self._worker = threading.Thread(target=self._work, name="automl-batch", daemon=True)
                self._worker.start()
        self._queue.put(one)
        self.changed()

    def _work(self) -> None:
        while (one := self._queue.get()) is not None:
            with self._lock:
                if one.status != "waiting" or one.gone.is_set():
                    continue
                stop = one.stop
            with self._turn(one, stop) as place:
                self._work_on(one, stop)
                self._make_room(place)

    @contextlib.contextmanager
    def _turn(self, one: _File, stop: threading.Event) -> Iterator[Place | None]:
        """Wait until `one` has its turn among the files of all pages, or is given up."""
        from jupyter_automl.execute.line import Place

        run = self._run()
        if run is None:
            # There is nothing to predict with, and that is said at once.
            yield None
            return
        place = Place(run.store.folder / LINE, self._may)
        try:
            # In a folder without locks nobody can wait for anybody.
            with contextlib.suppress(OSError):
                while not place.take():
                    self._stands(one, stop, place.number)
                    if stop.wait(TURN_SECONDS):
                        break
            yield place
        finally:
            place.leave()

    def _stands(self, one: _File, stop: threading.Event, number: int) -> None:
        with self._lock:
            if one.stop is not stop or one.status != "waiting" or one.place == number:
                return
            one.place = number
        self.changed()

    def _make_room(self, place: Place | None) -> None:
        """End the process where others wait: it would keep memory that they need."""
        with contextlib.suppress(OSError):
            if place is None or not place.others_wait():
                return
            with self._lock:
                helper, self._made_helper = self._made_helper, None
            if helper is not None:
                helper.close()

    def _work_on(self, one: _File, stop: threading.Event) -> None:
        with self._lock:
            # It may have been given up, or begun again, while it waited.
            if one.status != "waiting" or one.stop is not stop or one.gone.is_set():
                return
            one.status, one.place = "working", 0
        self.changed()
        try:
            done = self._predict(one, stop)
        except Exception as error:
            # The page is told of every failure.
            self._failed(one, error, given_up=stop.is_set())
        else:
            with self._lock:
                one.done, one.status = done, "done"
                one.n_done = one.n_rows = done.result.rows
        if one.gone.is_set():
            one.discard()
        self.changed()

    def _failed(self, one: _File, error: Exception, *, given_up: bool) -> None:
        one.discard()
        told = describe_error(error)
        with self._lock:
            one.status = "cancelled" if given_up else "failed"
            if not given_up:
                # Its context may hold paths of the server.
                one.error = ErrorView(code=told["code"], message=told["message"], hint=told["hint"])

    def _predict(self, one: _File, stop: threading.Event) -> BatchDone:
        from jupyter_automl.api.jobs.batch import BatchJob
        from jupyter_automl.api.jobs.models import ref_of

        model = self._chosen()
        with self._lock:
            one.model = model.name
        self.changed()
        self._new_folder(one)
        out = one.path("parquet")
        with _readable(one.file, out.parent) as source:
            job = BatchJob(model=ref_of(model), source=source, out=str(out))
            done: BatchDone = self._helper().run(
                _JOB, job, on_part=lambda part: self._told(one, *part), stop=stop
            )
        out.chmod(0o600)
        return done

    def _chosen(self) -> Model:
        run, name = self._run(), self._model()
        if run is None:
            raise RunError(say("batch-no-model"), hint=say("batch-no-model-hint"))
        with contextlib.suppress(UnknownNameError):
            return run.model(name) if name else run.best
        return run.best

    def _told(self, one: _File, n_done: int, n_rows: int) -> None:
        with self._lock:
            one.n_done, one.n_rows = n_done, n_rows
        self.changed()

    def _helper(self) -> Any:
        with self._lock:
            if self._closed:
                raise RunError(say("batch-gone"))
            if self._made_helper is None:
                self._made_helper = self._make_helper()
            return self._made_helper

    def _new_folder(self, one: _File) -> None:
        """Give `one` an empty folder, in place of the one it had."""
        one.discard()
        try:
            folder = private_folder()
            if self._sealed:
                on_disk, folder = folder, _IN_MEMORY / folder.name
                on_disk.rmdir()
                sweep(_IN_MEMORY)
                folder.mkdir(mode=0o700)
        except OSError as error:
            reason = error.strerror or str(error)
            raise StoreError(
                say("batch-no-folder", reason=reason), hint=say("upload-no-space-hint")
            ) from error
        one.folder = folder
        one.discard = weakref.finalize(self, _remove_folder, folder, os.getpid())

    def _start(self, body: BatchRef, buffers: Buffers) -> Mapping[str, Any]:
        one = self._of(body.upload)
        if not one.under_way:
            self._wait_for_turn(one)
        return {}

    def _cancel(self, body: BatchRef, buffers: Buffers) -> Mapping[str, Any]:
        one = self._of(body.upload)
        with self._lock:
            one.stop.set()
            if one.status == "waiting":
                one.status, one.place = "cancelled", 0
        self.changed()
        return {}

    def _remove(self, body: BatchRef, buffers: Buffers) -> Mapping[str, Any]:
        with self._lock:
            one = self._files.pop(body.upload, None)
        if one is not None:
            _forget(one)
        cancel = self._uploads.requests["upload_cancel"].answer
        assert cancel is not None
        cancel(UploadRef(upload=body.upload), ())
        self.changed()
        return {}

    def _preview(self, body: BatchRef, buffers: Buffers) -> Mapping[str, Any]:
        done = self._done(self._of(body.upload))
        view = BatchPreview(
            columns=done.columns,
            rows=done.rows,
            n_added=min(len(done.result.columns), len(done.columns)),
            n_columns=done.n_columns,
        )
        return dict(to_plain(view))

    def _save(self, key: str, body: BatchSave, respond: Respond) -> None:
        # On the kernel's thread: a large table takes seconds to be written as text.
        def work() -> None:
            try:
                respond(to_plain(self._ready(body)))
            except Exception as error:
                respond(error)

        threading.Thread(target=work, name="automl-save", daemon=True).start()

    def _ready(self, body: BatchSave) -> BatchReady:
        from jupyter_automl.api.batch_out import as_csv

        one = self._of(body.upload)
        with one.saving:
            self._done(one)
            path = one.path(body.format)
            if not path.exists():
                as_csv(one.path("parquet"), path, stop=one.gone)
                path.chmod(0o600)
        told = self._paths and not self._sealed
        return BatchReady(name=path.name, size=path.stat().st_size, path=str(path) if told else "")

    def _read(self, body: BatchRead, buffers: Buffers) -> Reply:
        one = self._of(body.upload)
        self._done(one)
        path = one.path(body.format)
        if body.offset < 0 or not path.exists():
            raise ArgumentError(say("batch-not-ready"), hint=say("batch-not-ready-hint"))
        with path.open("rb") as file:
            file.seek(body.offset)
            part = file.read(SLICE_BYTES)
        return Reply(body={"offset": body.offset}, buffers=[part])

    def _of(self, key: str) -> _File:
        with self._lock:
            one = self._files.get(key)
        if one is None:
            raise ArgumentError(say("batch-gone"), hint=say("upload-unknown-hint"))
        return one

    def _done(self, one: _File) -> BatchDone:
        done = one.done
        if done is None:
            raise ArgumentError(say("batch-not-ready"), hint=say("batch-not-ready-hint"))
        return done


def _new_helper() -> Helper:
    from jupyter_automl.api.helper import Helper
    from jupyter_automl.execute.memory import machine_bytes

    # Not the one that answers what-if: that must not wait behind a million rows.
    return Helper(idle_seconds=IDLE_SECONDS, memory_limit_bytes=machine_bytes() // 3)


def _is_room(n_working: int) -> bool:
    """Whether one more file may be predicted: the first always, others on free cores and memory."""
    if n_working == 0:
        return True
    from jupyter_automl.engine.standing import room_here

    room = room_here()
    return n_working < room.n_cores and room.free_bytes >= room.core_bytes


def _forget(one: _File) -> None:
    one.gone.set()
    one.stop.set()
    one.discard()


def _remove_folder(folder: Path, pid: int) -> None:
    # A fork of this process has the same objects, but the folder is not its own.
    if os.getpid() == pid:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _readable(file: UploadedFile, folder: Path) -> Iterator[str]:
    """A path that another process can read; of an encrypted file a copy in memory."""
    if file.seal is None:
        yield file.path
        return
    path = folder / safe_name(file.name)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with file.open() as content, open(handle, "wb") as plain:
            shutil.copyfileobj(content, plain, SLICE_BYTES)
        yield str(path)
    finally:
        path.unlink(missing_ok=True)


def _stem(name: str) -> str:
    path = PurePath(safe_name(name))
    return (path.with_suffix("") if path.suffix.lower() in _PACKED else path).stem


def _view(one: _File) -> BatchFileView:
    result = one.done.result if one.done is not None else None
    problems = () if result is None else result.problems[:_SHOWN_PROBLEMS]
    return BatchFileView(
        upload=one.key,
        name=one.file.name,
        status=one.status,
        model=one.model,
        place=one.place,
        n_done=one.n_done,
        n_rows=one.n_rows,
        n_failed=0 if result is None else result.failed,
        seconds=0.0 if result is None else round(result.seconds, 3),
        problems=tuple(problem[:_PROBLEM_LETTERS] for problem in problems),
        error=one.error,
    )
