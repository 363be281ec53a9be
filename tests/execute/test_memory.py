"""What a process holds alone, and what there is: the machine's memory or the container's."""

from __future__ import annotations

import mmap
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from jupyter_automl.execute import InlinePool, held_by, machine_bytes, run_bytes

MIB = 2**20
PAGE = mmap.PAGESIZE
linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="control groups of Linux")


@linux
def test_a_mapped_file_is_shared_and_an_array_is_own(tmp_path: Path) -> None:
    path = tmp_path / "table"
    path.write_bytes(bytes(32 * MIB))
    before = held_by(psutil.Process())
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ) as mapped:
        assert sum(mapped[place] for place in range(0, len(mapped), PAGE)) == 0
        held = held_by(psutil.Process())
        assert held.shared - before.shared > 28 * MIB
        assert held.own - before.own < 8 * MIB
    # Not from the heap, which may have room that this process holds already.
    with mmap.mmap(-1, 32 * MIB, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS) as array:
        array[::PAGE] = b"1" * len(array[::PAGE])
        assert held_by(psutil.Process()).own - before.own > 28 * MIB


def test_a_process_that_is_gone_is_an_error() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        process = psutil.Process(child.pid)
    with pytest.raises(psutil.Error):
        held_by(process)


@linux
@pytest.mark.parametrize(
    ("groups", "limits", "expected"),
    [
        ("0::/user.slice/job", {"user.slice/job/memory.max": "max"}, None),
        ("0::/user.slice/job", {"user.slice/job/memory.max": "300"}, 300),
        (
            "0::/user.slice/job",
            {"user.slice/memory.max": "200", "user.slice/job/memory.max": "300"},
            200,
        ),
        ("0::/", {"memory.max": "100"}, 100),
        ("0::/not/in/this/container", {"memory.max": "100"}, 100),
        ("4:memory:/a/b\n0::/", {"memory/a/b/memory.limit_in_bytes": "70"}, 70),
        ("4:cpu,memory:/a", {"memory/memory.limit_in_bytes": "9223372036854771712"}, None),
        ("4:cpu:/a", {"memory/a/memory.limit_in_bytes": "70"}, None),
        (None, {}, None),
    ],
)
def test_a_container_has_less_than_the_machine(
    tmp_path: Path, groups: str | None, limits: dict[str, str], expected: int | None
) -> None:
    if groups is not None:
        (tmp_path / "proc/self").mkdir(parents=True)
        (tmp_path / "proc/self/cgroup").write_text(groups)
    for name, text in limits.items():
        path = tmp_path / "sys/fs/cgroup" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{text}\n")
    assert machine_bytes(tmp_path) == (expected or psutil.virtual_memory().total)


def test_a_run_gets_what_is_allowed_up_to_what_there_is() -> None:
    there = machine_bytes()
    assert run_bytes() == int(0.6 * there)
    assert run_bytes(there // 10) == there // 10
    assert run_bytes(10 * there) == there


def test_a_job_in_the_calling_process_has_no_limit() -> None:
    pool = InlinePool()
    pool.limit_memory(1)
    pool.submit("job", "jupyter_automl.testing.executors:echo", 3)
    assert len(pool.poll(0.0) + pool.poll(0.0)) == 2
