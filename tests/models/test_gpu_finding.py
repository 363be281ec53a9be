"""Finding GPUs: in processes of its own, whatever a driver or a library does there."""

from __future__ import annotations

import ctypes
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from jupyter_automl.models import gpu_probe, gpus
from jupyter_automl.models.gpus import Findings, Gpu, Library, find_gpus

Probe = Callable[[str], None]


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    gpus.forget()
    yield
    gpus.forget()


@pytest.fixture
def probe(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Probe:
    """Puts a script in the place of the real one; it is called with what is to be tried."""

    def placed(body: str) -> None:
        script = tmp_path / "probe.py"
        head = "import json, os, sys\nwhat = sys.argv[1]\n"
        script.write_text(head + textwrap.dedent(body), encoding="utf-8")
        monkeypatch.setattr(gpus, "SCRIPT", script)

    return placed


ONE_GPU = """
if what == "devices":
    gpu = {"name": "Big GPU", "memory_bytes": 8, "capability": "9.0"}
    print(json.dumps({"gpus": [gpu], "reason": ""}))
    sys.exit()
"""


def test_the_real_search_answers_and_leaves_this_process_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(gpus, "LIBRARIES", ("xgboost",))
    before = set(sys.modules)
    found = find_gpus(try_anyway=True, timeout_seconds=120.0)
    assert bool(found.gpus) == (not found.reason)
    library = found.libraries["xgboost"]
    assert library.device == "cpu" or (found.gpus and library.device in library.builds)
    assert "xgboost" not in set(sys.modules) - before


def test_without_a_gpu_the_libraries_are_not_tried(probe: Probe) -> None:
    probe("""
    assert what == "devices", what
    print(json.dumps({"gpus": [], "reason": "the driver is away"}))
    """)
    assert find_gpus() == Findings(reason="the driver is away")


def test_what_works_is_told_by_library(probe: Probe) -> None:
    probe(
        ONE_GPU
        + """
answers = {
    "xgboost": {"builds": ["cuda"], "device": "cuda"},
    "lightgbm": {"builds": ["opencl"], "reason": "No OpenCL device found"},
}
print(json.dumps(answers.get(what, {"builds": []})))
"""
    )
    found = find_gpus()
    assert found.gpus == (Gpu(name="Big GPU", memory_bytes=8, capability="9.0"),)
    assert found.libraries["xgboost"] == Library(builds=("cuda",), device="cuda")
    opencl = Library(builds=("opencl",), reason="No OpenCL device found")
    assert found.libraries["lightgbm"] == opencl


def test_a_library_that_ends_its_process_does_no_harm(probe: Probe) -> None:
    probe(
        ONE_GPU
        + """
if what == "lightgbm":
    os.abort()
print(json.dumps({"builds": ["cuda"], "device": "cuda"}))
"""
    )
    found = find_gpus()
    assert found.libraries["lightgbm"].device == "cpu"
    assert "ended its process" in found.libraries["lightgbm"].reason
    assert found.libraries["xgboost"].device == "cuda"


def test_a_driver_that_ends_its_process_is_no_gpu(probe: Probe) -> None:
    probe("os.abort()")
    found = find_gpus()
    assert found.gpus == ()
    assert "ended its process" in found.reason


def test_what_does_not_answer_in_time_is_ended_and_asked_again(probe: Probe) -> None:
    probe("sys.stdin.close()\nimport threading\nthreading.Event().wait()")
    late = find_gpus(timeout_seconds=0.2)
    assert late.gpus == ()
    assert "in time" in late.reason
    probe(ONE_GPU + "print(json.dumps({}))")
    assert [gpu.name for gpu in find_gpus().gpus] == ["Big GPU"]


def test_it_is_found_out_once_for_the_devices_that_are_visible(
    probe: Probe, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    log = tmp_path / "asked"
    probe(f"""
    with open({str(log)!r}, "a") as file:
        print(os.environ.get("CUDA_VISIBLE_DEVICES"), file=file)
    print(json.dumps({{"gpus": [], "reason": "none"}}))
    """)
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    assert find_gpus() is find_gpus()
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    find_gpus()
    assert log.read_text().split("\n") == ["None", "", ""]


def test_a_python_that_cannot_be_started_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", str(Path("nowhere") / "python"))
    assert "could be started" in find_gpus().reason


class Driver:
    """Answers as CUDA's driver does; `status` is what its start gives."""

    def __init__(self, *names: bytes, status: int = 0) -> None:
        self.names, self.status = names, status

    def cuInit(self, flags: int) -> int:
        return self.status

    def cuDeviceGetCount(self, count: ctypes._CArgObject) -> int:
        count._obj.value = len(self.names)
        return 0

    def cuDeviceGet(self, device: ctypes._CArgObject, number: int) -> int:
        device._obj.value = number
        return 0

    def cuDeviceGetName(self, name: ctypes.Array, size: int, device: ctypes.c_int) -> int:
        name.value = self.names[device.value]
        return 0

    def cuDeviceTotalMem_v2(self, size: ctypes._CArgObject, device: ctypes.c_int) -> int:
        size._obj.value = (device.value + 1) * 2**36
        return 0

    def cuDeviceGetAttribute(
        self, value: ctypes._CArgObject, attribute: int, device: ctypes.c_int
    ) -> int:
        value._obj.value = {75: 8, 76: 6}[attribute]
        return 0


def test_the_driver_tells_names_memory_and_capability() -> None:
    assert gpu_probe.devices(Driver(b"A", b"B"))["gpus"] == [
        {"name": "A", "memory_bytes": 2**36, "capability": "8.6"},
        {"name": "B", "memory_bytes": 2**37, "capability": "8.6"},
    ]


@pytest.mark.parametrize(("status", "words"), [(100, "shows none"), (999, "error 999")])
def test_a_driver_without_a_gpu_says_why(status: int, words: str) -> None:
    found = gpu_probe.devices(Driver(b"A", status=status))
    assert found["gpus"] == []
    assert words in found["reason"]
