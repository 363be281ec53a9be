"""What is seen of fits under way, and of the GPU."""

from __future__ import annotations

import ctypes
from pathlib import Path
from typing import Any

import pytest

from jupyter_automl.core import events as ev
from jupyter_automl.core.trial import FitCurve, LiveFit, TrialSpec
from jupyter_automl.engine import gpu_meter
from jupyter_automl.engine.gpu_meter import GpuMeter
from jupyter_automl.engine.meter import Meter
from jupyter_automl.engine.watching import WRITE_SECONDS, Watching
from jupyter_automl.store import read_fits, write_fits
from jupyter_automl.store.live import FILE


def curve(fit: int, last: int = 10) -> FitCurve:
    return FitCurve(fit=fit, loss="log_loss", rounds=(1, last), losses=(0.7, 0.5), best=last)


def test_fits_are_written_read_and_gone_when_they_are_over(tmp_path: Path) -> None:
    watching = Watching(tmp_path)
    watching.write(0.0)
    assert not (tmp_path / FILE).exists()
    for number in (7, 3):
        spec = TrialSpec(number=number, family="lightgbm")
        for one in (curve(2), curve(1), curve(2, 40)):
            watching.take(spec, 5, one)
    watching.write(1.0)
    first, second = read_fits(tmp_path)
    assert (first.number, second.number, first.n_fits) == (3, 7, 5)
    assert [(one.fit, one.rounds[-1]) for one in first.curves] == [(1, 10), (2, 40)]
    watching.forget(3)
    watching.write(1.0 + WRITE_SECONDS / 2)
    assert len(read_fits(tmp_path)) == 2
    watching.write(1.0 + WRITE_SECONDS)
    assert [fit.number for fit in read_fits(tmp_path)] == [7]
    watching.close()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", ["", "{", "[1]", '[{"number": "x"}]', "\x00"])
def test_what_cannot_be_read_is_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text)
    assert read_fits(tmp_path) == ()


def test_a_folder_that_is_gone_is_no_error(tmp_path: Path) -> None:
    write_fits(tmp_path / "gone", [LiveFit(number=1, family="x", n_fits=1, curves=(curve(1),))])
    write_fits(tmp_path / "gone", [])
    assert read_fits(tmp_path / "gone") == ()


class Library:
    """NVIDIA's management library as far as it is asked."""

    def __init__(self, *, init: int = 0, shares: int = 0, memory: int = 0) -> None:
        self.init, self.shares, self.memory = init, shares, memory
        self.asked: list[Any] = []

    def nvmlInit_v2(self) -> int:
        return self.init

    def nvmlDeviceGetHandleByIndex_v2(self, index: int, handle: Any) -> int:
        self.asked.append(index)
        handle._obj.value = 42
        return 0 if index == 1 else 2

    def nvmlDeviceGetHandleByUUID(self, name: bytes, handle: Any) -> int:
        self.asked.append(name)
        return 2

    def nvmlDeviceGetMemoryInfo(self, device: Any, found: Any) -> int:
        assert isinstance(device, ctypes.c_void_p)
        found._obj.total, found._obj.used = 80, 30
        return self.memory

    def nvmlDeviceGetUtilizationRates(self, device: Any, found: Any) -> int:
        found._obj.gpu = 55
        return self.shares


def sampled(library: Any) -> ev.GpuSample | None:
    meter = GpuMeter(library)
    assert meter.sample() is None
    meter.start()
    meter.start()
    meter.wait(10)
    return meter.sample()


def test_a_gpu_is_sampled_by_the_number_that_is_visible(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "1,0")
    assert sampled(Library()) == ev.GpuSample(percent=55.0, memory_bytes=30, memory_total_bytes=80)
    divided = sampled(Library(shares=3))
    assert divided is not None
    assert divided.percent is None
    assert sampled(Library(memory=3)) is None
    assert sampled(Library(init=9)) is None


@pytest.mark.parametrize("visible", ["", "7", "GPU-0f", "-1", "NoDevFiles"])
def test_without_a_visible_gpu_there_is_no_sample(
    monkeypatch: pytest.MonkeyPatch, visible: str
) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)
    assert sampled(Library()) is None


def test_without_the_library_there_is_no_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gpu_meter, "_LIBRARIES", {})
    assert sampled(None) is None
    assert sampled(object()) is None


def test_the_meter_says_nothing_of_a_gpu_that_no_run_uses() -> None:
    sample = Meter(0.0).sample((), monotonic=1.0, elapsed_seconds=1.0)
    assert sample.gpu is None
