"""What the GPU does, asked of NVIDIA's management library, which comes with the driver.

Called by its C interface: there is no package to install, and no process to start. Where the
library is missing, or answers with an error, there is no sample, which is not a sample of zeros.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys
import threading
from typing import Any

from jupyter_automl.core.events import GpuSample

_LIBRARIES = {"linux": "libnvidia-ml.so.1", "win32": "nvml.dll"}


class _Shares(ctypes.Structure):
    """``nvmlUtilization_t``: percent of the last sampling period."""

    _fields_ = (("gpu", ctypes.c_uint), ("memory", ctypes.c_uint))


class _Memory(ctypes.Structure):
    """``nvmlMemory_t``: bytes."""

    _fields_ = (
        ("total", ctypes.c_ulonglong),
        ("free", ctypes.c_ulonglong),
        ("used", ctypes.c_ulonglong),
    )


class GpuMeter:
    """Samples the first GPU that is visible; a thread loads the library, which may take seconds.

    Parameters
    ----------
    library : object, optional
        The management library; None loads the one of this machine when `start` is called.
    """

    def __init__(self, library: Any = None) -> None:
        self._library = library
        self._device: ctypes.c_void_p | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Look for a GPU; a second call does nothing."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._open, name="automl-gpu", daemon=True)
            self._thread.start()

    def wait(self, seconds: float) -> None:
        """Wait until it is known whether there is one."""
        if self._thread is not None:
            self._thread.join(seconds)

    def sample(self) -> GpuSample | None:
        """What it does now; None where nothing is known."""
        device = self._device
        if device is None:
            return None
        memory, shares = _Memory(), _Shares()
        if self._library.nvmlDeviceGetMemoryInfo(device, ctypes.byref(memory)):
            return None
        # A part of a divided GPU has memory, but tells no share of its time.
        silent = self._library.nvmlDeviceGetUtilizationRates(device, ctypes.byref(shares))
        return GpuSample(
            percent=None if silent else float(shares.gpu),
            memory_bytes=int(memory.used),
            memory_total_bytes=int(memory.total),
        )

    def _open(self) -> None:
        with contextlib.suppress(OSError, AttributeError):
            if self._library is None:
                self._library = ctypes.CDLL(_LIBRARIES.get(sys.platform, "no such file"))
            if not self._library.nvmlInit_v2():
                self._device = _first(self._library)


def _first(library: Any) -> ctypes.c_void_p | None:
    """The device that ``CUDA_VISIBLE_DEVICES`` names first, by number or by its long name."""
    device = ctypes.c_void_p()
    name = os.environ.get("CUDA_VISIBLE_DEVICES", "0").split(",")[0].strip()
    if name.isdecimal():
        failed = library.nvmlDeviceGetHandleByIndex_v2(int(name), ctypes.byref(device))
    else:
        failed = library.nvmlDeviceGetHandleByUUID(name.encode(), ctypes.byref(device))
    return None if failed else device
