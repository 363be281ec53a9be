"""What the doctor says of GPUs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import pytest

from jupyter_automl.cli import doctor
from jupyter_automl.models import gpus
from jupyter_automl.models.gpus import Findings, Gpu, Library

Lines = Mapping[str, doctor.Finding]


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch, store_dir: Path) -> Callable[[Findings], Lines]:
    def told(found: Findings) -> Lines:
        monkeypatch.setattr(gpus, "find_gpus", lambda **_: found)
        return {finding.name: finding for finding in doctor.examine()}

    return told


def _machine(**libraries: Library) -> Findings:
    return Findings(gpus=(Gpu(name="Big GPU", memory_bytes=80 * 2**30),), libraries=libraries)


def test_a_gpu_and_what_works_on_it(lines: Callable[[Findings], Lines]) -> None:
    found = lines(
        _machine(
            xgboost=Library(builds=("cuda",), device="cuda"),
            lightgbm=Library(builds=("opencl",), device="opencl"),
        )
    )
    assert (found["GPU"].state, found["GPU"].text) == ("ok", "Big GPU (80.0 GiB)")
    assert found["XGBoost on a GPU"].text == "works (CUDA)"
    assert found["LightGBM on a GPU"].text == "works (OpenCL)"
    assert found["CatBoost on a GPU"].state == "note"
    assert 'pip install "jupyter_automl[catboost]"' in found["CatBoost on a GPU"].text


def test_what_cannot_use_it_says_why_and_what_would(lines: Callable[[Findings], Lines]) -> None:
    found = lines(
        _machine(
            xgboost=Library(),
            lightgbm=Library(builds=("opencl",), reason="No OpenCL device found"),
            catboost=Library(builds=("cuda",), reason="CUDA error 35: the driver is too old"),
        )
    )
    assert "build for the CPU" in found["XGBoost on a GPU"].text
    assert "pip install --force-reinstall --no-deps xgboost" in found["XGBoost on a GPU"].text
    assert "No OpenCL device found" in found["LightGBM on a GPU"].text
    assert "nvidia.icd" in found["LightGBM on a GPU"].text
    assert "USE_CUDA=ON" in found["LightGBM on a GPU"].text
    assert "driver is too old" in found["CatBoost on a GPU"].text
    states = {line.state for name, line in found.items() if name.endswith("on a GPU")}
    assert states == {"note"}


def test_without_a_gpu_the_machine_is_as_it_should_be(lines: Callable[[Findings], Lines]) -> None:
    found = lines(
        Findings(
            reason="no NVIDIA driver is installed",
            libraries={"lightgbm": Library(builds=("opencl",), reason="none")},
        )
    )
    assert found["GPU"].state == "note"
    assert "none found (no NVIDIA driver is installed)" in found["GPU"].text
    assert found["LightGBM on a GPU"].text == "built for OpenCL; there is no GPU"


def test_several_gpus_and_a_setting_that_leaves_them_alone(
    lines: Callable[[Findings], Lines], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUPYTER_AUTOML_DEVICE", "cpu")
    gpu = Gpu(name="G", memory_bytes=2**33)
    text = lines(Findings(gpus=(gpu, gpu)))["GPU"].text
    assert "the first is used" in text
    assert "setting device" in text


def test_the_cuda_build_of_xgboost_stands_for_the_other(
    lines: Callable[[Findings], Lines], monkeypatch: pytest.MonkeyPatch
) -> None:
    def installed(name: str) -> str:
        if name == "xgboost-cpu":
            raise PackageNotFoundError(name)
        return "3.2.0" if name == "xgboost" else version(name)

    monkeypatch.setattr(doctor, "version", installed)
    asked: list[tuple[str, str]] = [("xgboost-cpu", ">=3.0"), ("nowhere", "")]
    monkeypatch.setattr(doctor, "_requirements", lambda: iter(asked))
    found: Mapping[str, Any] = lines(Findings(reason="none"))
    assert (found["xgboost-cpu"].state, found["xgboost-cpu"].text) == ("ok", "3.2.0")
    assert found["nowhere"].state == "problem"
