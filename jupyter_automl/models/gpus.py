"""Which GPUs there are, and which of the installed libraries can fit on them."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jupyter_automl.core.plan import Device

LIBRARIES = ("lightgbm", "xgboost", "catboost")
"""Families that can be fitted on a GPU, each with the library of its name."""

INSTALL: Mapping[str, str] = {
    # Over xgboost-cpu, not instead of it: both hold the module `xgboost`, the last one stays.
    "xgboost": "pip install --force-reinstall --no-deps xgboost",
    "lightgbm": "pip install --force-reinstall --no-deps --no-binary lightgbm lightgbm "
    "--config-settings=cmake.define.USE_CUDA=ON",
    "catboost": 'pip install "jupyter_automl[catboost]"',
}
"""What brings a build that can use a GPU. The wheels of LightGBM for Linux and Windows can,
through OpenCL; its CUDA build has to be compiled. All wheels of CatBoost for them can."""

PROBE_SECONDS = 20.0
SCRIPT = Path(__file__).with_name("gpu_probe.py")


@dataclass(frozen=True, slots=True, kw_only=True)
class Gpu:
    """A GPU that CUDA's driver shows to this process.

    Attributes
    ----------
    memory_bytes : int
        All of it, not what is free.
    capability : str
        CUDA's compute capability, e.g. ``"9.0"``; empty where unknown.
    """

    name: str
    memory_bytes: int
    capability: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """What an installed library can do on a GPU here.

    Attributes
    ----------
    builds : tuple of Device
        What its build is made for: ``"cuda"``, ``"opencl"``; empty for a CPU build.
    device : Device
        What worked in a tiny fit; ``"cpu"`` where nothing did.
    reason : str
        Why nothing did; empty for a CPU build.
    """

    builds: tuple[Device, ...] = ()
    device: Device = "cpu"
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What there is.

    Attributes
    ----------
    libraries : Mapping
        Family name -> what its library can do. Libraries that are not installed, or that
        were not tried because there is no GPU, are not in it.
    reason : str
        Why there is no GPU; empty where there is one.
    """

    gpus: tuple[Gpu, ...] = ()
    libraries: Mapping[str, Library] = field(default_factory=dict)
    reason: str = ""


_known: dict[tuple[str | None, bool], Findings] = {}


def find_gpus(*, try_anyway: bool = False, timeout_seconds: float = PROBE_SECONDS) -> Findings:
    """Look for GPUs and, where there is one, try each library on it with a tiny fit.

    Everything happens in processes of its own, so that neither CUDA nor its failures get
    into this one: a machine without a driver takes .1 s. What was found is kept for the
    life of this process, as long as ``CUDA_VISIBLE_DEVICES`` stays as it is.

    Parameters
    ----------
    try_anyway : bool
        Try the libraries without a GPU too, to tell what they are built for.
    timeout_seconds : float
        For all tries together. What has not answered then counts as not working, and is
        asked again the next time.
    """
    key = (os.environ.get("CUDA_VISIBLE_DEVICES"), try_anyway)
    if key not in _known:
        findings, complete = _look(try_anyway, time.monotonic() + timeout_seconds)
        if not complete:
            return findings
        _known[key] = findings
    return _known[key]


def forget() -> None:
    """Look again the next time."""
    _known.clear()


def _look(try_anyway: bool, deadline: float) -> tuple[Findings, bool]:
    (shown,) = _ask(("devices",), deadline)
    gpus = tuple(Gpu(**gpu) for gpu in shown.get("gpus", ()))
    reason = "" if gpus else str(shown.get("reason") or "none is shown")
    if not gpus and not try_anyway:
        return Findings(reason=reason), "late" not in shown
    here = [name for name in LIBRARIES if importlib.util.find_spec(name) is not None]
    answers = _ask(here, deadline)
    libraries = {
        name: Library(
            builds=tuple(answer.get("builds", ())),
            device=answer.get("device", "cpu"),
            reason=str(answer.get("reason", "")),
        )
        for name, answer in zip(here, answers, strict=True)
    }
    complete = not any("late" in answer for answer in (shown, *answers))
    return Findings(gpus=gpus, libraries=libraries, reason=reason), complete


def _ask(names: Sequence[str], deadline: float) -> list[dict[str, Any]]:
    """The answers of one child process a name, all under way at the same time."""
    children = [_start(name) for name in names]
    return [_answer(child, deadline) for child in children]


def _start(name: str) -> subprocess.Popen[bytes] | OSError:
    try:
        return subprocess.Popen(
            # -P: the folder of the script holds names that libraries use too.
            [sys.executable, "-P", str(SCRIPT), name],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except OSError as error:
        return error


def _answer(child: subprocess.Popen[bytes] | OSError, deadline: float) -> dict[str, Any]:
    if isinstance(child, OSError):
        return {"reason": f"no process could be started to try it: {child}"}
    started = time.monotonic()
    try:
        text, _ = child.communicate(timeout=max(0.0, deadline - started))
    except subprocess.TimeoutExpired:
        child.kill()
        child.communicate()
        return {"reason": "it did not answer in time", "late": True}
    try:
        answer: dict[str, Any] = json.loads(text)
    except ValueError:
        return {"reason": f"trying it ended its process with status {child.returncode}"}
    return answer
