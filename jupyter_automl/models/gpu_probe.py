"""What can be used of a GPU here, found out by trying, in a process of its own.

`gpus` runs it as a script: ``python gpu_probe.py devices`` or the name of a library. A driver
may print, hang or end the process, and must not do so in a kernel; the answer is one line of
JSON on the standard output that the script was started with.
"""

from __future__ import annotations

import ctypes
import json
import os
import sys
from typing import Any

_NO_DEVICE = 100
"""CUDA_ERROR_NO_DEVICE; also what an empty CUDA_VISIBLE_DEVICES leads to."""

_MAJOR, _MINOR = 75, 76
"""CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR and _MINOR."""

_DRIVERS = {"win32": "nvcuda.dll", "linux": "libcuda.so.1"}
_NOT_BUILT = "not enabled in this build"
_ROWS = 1_000


def devices(driver: Any = None) -> dict[str, Any]:
    """GPUs that CUDA's driver shows: ``{"gpus": [{name, memory_bytes, capability}], "reason"}``.

    Parameters
    ----------
    driver : object, optional
        The driver's library; None loads the one of this machine.
    """
    if driver is None:
        try:
            driver = ctypes.CDLL(_DRIVERS.get(sys.platform, "no such file"))
        except OSError:
            return {"gpus": [], "reason": "no NVIDIA driver is installed"}
    status = driver.cuInit(0)
    if status == _NO_DEVICE:
        return {"gpus": [], "reason": "the NVIDIA driver shows none to this process"}
    if status:
        return {"gpus": [], "reason": f"the NVIDIA driver answers with error {status}"}
    count = ctypes.c_int()
    driver.cuDeviceGetCount(ctypes.byref(count))
    return {"gpus": [_device(driver, number) for number in range(count.value)], "reason": ""}


def _device(driver: Any, number: int) -> dict[str, Any]:
    handle, memory = ctypes.c_int(), ctypes.c_size_t()
    name = ctypes.create_string_buffer(256)
    major, minor = ctypes.c_int(), ctypes.c_int()
    driver.cuDeviceGet(ctypes.byref(handle), number)
    driver.cuDeviceGetName(name, len(name), handle)
    driver.cuDeviceTotalMem_v2(ctypes.byref(memory), handle)
    driver.cuDeviceGetAttribute(ctypes.byref(major), _MAJOR, handle)
    driver.cuDeviceGetAttribute(ctypes.byref(minor), _MINOR, handle)
    return {
        "name": name.value.decode(errors="replace"),
        "memory_bytes": memory.value,
        "capability": f"{major.value}.{minor.value}",
    }


def xgboost() -> dict[str, Any]:
    """What the installed XGBoost is built for and whether it works."""
    import xgboost as library

    if not library.build_info().get("USE_CUDA"):
        return {"builds": []}
    X, y = _table()
    data = library.QuantileDMatrix(X, y)
    settings = {"device": "cuda", "tree_method": "hist", "objective": "binary:logistic"}
    booster = library.Booster(settings, cache=[data])
    try:
        booster.update(data, 0)
    except library.core.XGBoostError as error:
        return _works_not("cuda", error)
    # Without a GPU it goes on on the CPU and says so in a warning only.
    used = json.loads(booster.save_config())["learner"]["generic_param"]["device"]
    if not used.startswith("cuda"):
        return _works_not("cuda", "it finds no GPU that it can use")
    return {"builds": ["cuda"], "device": "cuda"}


def catboost() -> dict[str, Any]:
    """What the installed CatBoost is built for and whether it works."""
    import catboost as library

    X, y = _table()
    settings = {
        "task_type": "GPU",
        "devices": "0",
        "iterations": 2,
        "loss_function": "Logloss",
        "allow_writing_files": False,
        "logging_level": "Silent",
    }
    try:
        library.CatBoost(settings).fit(X, y)
    except library.CatBoostError as error:
        if "Environment for task type" in str(error):
            return {"builds": []}
        return _works_not("cuda", error)
    return {"builds": ["cuda"], "device": "cuda"}


def lightgbm() -> dict[str, Any]:
    """What the installed LightGBM is built for and what of it works, CUDA first."""
    import lightgbm as library

    log = _Log()
    library.register_logger(log)
    X, y = _table()
    builds, reason = [], ""
    for device, name in (("cuda", "cuda"), ("opencl", "gpu")):
        settings = {"device_type": name, "objective": "binary", "verbosity": 1}
        try:
            library.train(settings, library.Dataset(X, y, params=settings), 2)
        except library.basic.LightGBMError as error:
            if _NOT_BUILT not in str(error):
                builds.append(device)
                reason = reason or _first_line(error)
            continue
        builds.append(device)
        if device == "cuda" or "NVIDIA" in log.device:
            return {"builds": builds, "device": device}
        reason = reason or f"its OpenCL device is no NVIDIA GPU: {log.device}"
    return {"builds": builds, "reason": reason}


class _Log:
    """Keeps the line of LightGBM's log that names the OpenCL device."""

    def __init__(self) -> None:
        self.device = ""

    def info(self, text: str) -> None:
        if "Using GPU Device" in text:
            self.device = text.partition("Using GPU Device:")[2].strip()

    def warning(self, text: str) -> None:
        return


def _table() -> tuple[Any, Any]:
    import numpy as np

    X = np.random.default_rng(0).random((_ROWS, 4), dtype=np.float32)
    return X, (X[:, 0] > 0.5).astype(np.int32)


def _works_not(build: str, reason: object) -> dict[str, Any]:
    return {"builds": [build], "reason": _first_line(reason)}


def _first_line(text: object) -> str:
    return next((line.strip() for line in str(text).splitlines() if line.strip()), "")[:200]


def main(what: str) -> None:
    """Answer on the standard output; whatever else is printed goes nowhere."""
    answer = os.dup(1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    probes = {"devices": devices, "xgboost": xgboost, "catboost": catboost, "lightgbm": lightgbm}
    try:
        found = probes[what]()
    except Exception as error:
        found = {"reason": f"{type(error).__name__}: {_first_line(error)}"}
    os.write(answer, json.dumps(found).encode())
    os.close(answer)


if __name__ == "__main__":
    main(sys.argv[1])
    # Ending a process that has used a GPU in the usual way may hang in a driver.
    os._exit(0)
