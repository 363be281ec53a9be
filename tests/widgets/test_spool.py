"""One file that arrives in slices."""

from __future__ import annotations

import gc
import os
import random
import signal
import stat
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path
from typing import Any
from unittest import mock

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_automl.widgets import spool as module
from jupyter_automl.widgets.spool import (
    Spool,
    UploadBrokenError,
    UploadDamagedError,
    UploadError,
    UploadUnknownError,
    safe_name,
    sweep,
)

CONTENT = b"0123456789abcdef_"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Slices of four bytes, in a folder of temporary files of its own."""
    monkeypatch.setattr(module, "CHUNK_BYTES", 4)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def part(index: int, content: bytes = CONTENT) -> bytes:
    return content[4 * index : 4 * index + 4]


def put(spool: Spool, *indices: int) -> None:
    for index in indices:
        spool.write(index, part(index), zlib.crc32(part(index)))


def whole(name: str = "data.csv", **options: Any) -> Spool:
    spool = Spool(name, len(CONTENT), **options)
    put(spool, *range(5))
    return spool


@given(st.randoms(use_true_random=False), st.lists(st.integers(0, 4), max_size=8))
def test_slices_in_any_order_and_any_number_of_times_make_the_file(
    chance: random.Random, again: list[int]
) -> None:
    order = [*range(5), *again]
    chance.shuffle(order)
    with mock.patch.object(module, "CHUNK_BYTES", 4):
        spool = Spool("data.csv", len(CONTENT))
        seen: set[int] = set()
        for index in order:
            put(spool, index)
            seen.add(index)
            missing = {n for first, last in spool.missing() for n in range(first, last + 1)}
            assert missing == set(range(5)) - seen
            assert spool.received_bytes == sum(len(part(n)) for n in seen)
        file = spool.finish(zlib.crc32(CONTENT))
        assert Path(file.path).read_bytes() == CONTENT
        spool.close()


def test_only_the_owner_can_read_it() -> None:
    spool = whole()
    assert stat.S_IMODE(spool.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(spool.path.parent.stat().st_mode) == 0o700
    spool.close()


def test_what_is_missing_are_ranges() -> None:
    spool = Spool("data.csv", len(CONTENT))
    assert spool.missing() == ((0, 4),)
    put(spool, 2, 4)
    assert spool.missing() == ((0, 1), (3, 3))
    with pytest.raises(UploadError, match="3 slices"):
        spool.finish(zlib.crc32(CONTENT))
    put(spool, 0, 1)
    with pytest.raises(UploadError, match="A slice of"):
        spool.finish(zlib.crc32(CONTENT))
    spool.close()


def test_a_damaged_slice_is_refused_and_may_come_again() -> None:
    spool = Spool("data.csv", len(CONTENT))
    with pytest.raises(UploadDamagedError):
        spool.write(0, part(0), 1)
    put(spool, 0)
    assert spool.missing() == ((1, 4),)
    spool.close()


def test_a_slice_that_changed_is_refused() -> None:
    spool = Spool("data.csv", len(CONTENT))
    put(spool, 0)
    with pytest.raises(UploadBrokenError, match="changed"):
        spool.write(0, b"9999", zlib.crc32(b"9999"))
    with pytest.raises(UploadBrokenError, match="changed"):
        spool.write(4, b"__", zlib.crc32(b"__"))
    assert spool.path.read_bytes() == part(0)
    spool.close()


def test_the_first_slice_must_be_the_announced_one() -> None:
    spool = Spool("data.csv", len(CONTENT), first_crc=zlib.crc32(b"9999"))
    with pytest.raises(UploadBrokenError, match="changed"):
        put(spool, 0)
    spool.close()


@pytest.mark.parametrize("index", [-1, 5])
def test_there_are_no_other_slices(index: int) -> None:
    spool = Spool("data.csv", len(CONTENT))
    with pytest.raises(UploadError, match="from 0 to 4"):
        spool.write(index, b"x", zlib.crc32(b"x"))
    spool.close()


def test_a_whole_that_is_not_what_was_sent_is_refused() -> None:
    spool = whole()
    with pytest.raises(UploadBrokenError, match="checksum"):
        spool.finish(1)
    spool.close()


def test_a_file_that_somebody_cut_on_the_disk_is_refused() -> None:
    spool = whole()
    os.truncate(spool.path, 3)
    with pytest.raises(UploadBrokenError, match="checksum"):
        spool.finish(zlib.crc32(CONTENT))
    spool.close()


def test_close_removes_file_and_folder_and_refuses_more(folder: Path) -> None:
    spool = whole()
    spool.close()
    spool.close()
    assert list(folder.iterdir()) == []
    with pytest.raises(UploadUnknownError):
        put(spool, 0)
    with pytest.raises(UploadUnknownError):
        spool.finish(zlib.crc32(CONTENT))


def test_a_spool_that_nobody_has_any_more_leaves_nothing(folder: Path) -> None:
    spool = whole()
    assert len(list(folder.iterdir())) == 1
    del spool
    gc.collect()
    assert list(folder.iterdir()) == []


def test_a_disk_without_room_is_said_before_anything_is_sent(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = mock.Mock(return_value=mock.Mock(free=10))
    monkeypatch.setattr(module.shutil, "disk_usage", usage)
    with pytest.raises(UploadBrokenError, match="17 B"):
        Spool("data.csv", len(CONTENT))
    assert list(folder.iterdir()) == []


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="the system has no /dev/full")
def test_a_disk_that_is_full_on_the_way_is_said() -> None:
    spool = Spool("data.csv", len(CONTENT))
    kept = spool._file
    with open("/dev/full", "r+b", buffering=0) as full:
        spool._file = full
        with pytest.raises(UploadBrokenError, match="No space left"):
            put(spool, 0)
    spool._file = kept
    assert spool.missing() == ((0, 4),)
    spool.close()


def test_a_folder_that_cannot_be_written_to_is_said(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(folder / "nowhere"))
    with pytest.raises(UploadBrokenError, match="could not be kept"):
        Spool("data.csv", len(CONTENT))


def named(folder: Path, pid: int, started: float, machine: str = "") -> Path:
    """A folder as a process would have made it."""
    path = folder / f"jupyter-automl-upload-{machine or module._machine()}-{pid}-{int(started)}-x_1"
    path.mkdir()
    (path / "data.csv").write_bytes(b"x")
    return path


def test_sweep_removes_what_dead_processes_left_and_nothing_else(folder: Path) -> None:
    alive = psutil.Process()
    nobody = 4_194_305  # more than any process number of Linux
    dead = named(folder, nobody, 1)
    reused = named(folder, alive.pid, alive.create_time() - 100)
    own = named(folder, alive.pid, alive.create_time())
    foreign = named(folder, nobody, 2, machine="0" * 8)
    other = folder / "jupyter-automl-upload-notes"
    other.mkdir()
    target = folder / "precious"
    target.mkdir()
    link = folder / f"jupyter-automl-upload-{module._machine()}-{nobody}-3-x"
    link.symlink_to(target, target_is_directory=True)
    file = folder / f"jupyter-automl-upload-{module._machine()}-{nobody}-4-x"
    file.write_bytes(b"")
    assert sweep(folder) == 2
    assert not dead.exists()
    assert not reused.exists()
    assert all(path.exists() for path in (own, foreign, other, target, link, file))
    assert sweep(folder / "nowhere") == 0


_OTHER_PROCESS = """
import os, signal, sys
from jupyter_automl.widgets.spool import Spool
spool = Spool("data.csv", 4)
if sys.argv[1] == "kill":
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="the system has no SIGKILL")
@pytest.mark.parametrize(("way", "left"), [("end", 0), ("kill", 1)])
def test_a_process_leaves_files_only_when_it_is_killed(folder: Path, way: str, left: int) -> None:
    environment = {**os.environ, "TMPDIR": str(folder)}
    subprocess.run([sys.executable, "-c", _OTHER_PROCESS, way], env=environment, timeout=120)
    assert len(list(folder.iterdir())) == left
    assert sweep(folder) == left
    assert list(folder.iterdir()) == []


@given(st.text(max_size=400))
def test_a_name_is_always_one_safe_part(name: str) -> None:
    safe = safe_name(name)
    assert safe
    assert safe not in (".", "..")
    assert not set(safe) & set('/\\<>:"|?*\0\n')
    assert len(safe) <= 120
    assert len(safe.encode()) <= 200


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\kunden 1.csv", "kunden 1.csv"),
        ("<img src=x onerror=alert(1)>.csv", "_img src_x onerror_alert_1_.csv"),
        ("\u202egnp.exe.csv", "_gnp.exe.csv"),
        ("", "upload"),
        ("...", "upload"),
        ("/", "upload"),
        ("数" * 300 + ".csv", "数" * 65 + ".csv"),
        ("a" * 10_000 + ".parquet", "a" * 112 + ".parquet"),
    ],
)
def test_hostile_names(name: str, safe: str) -> None:
    assert safe_name(name) == safe
