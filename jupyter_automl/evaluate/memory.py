"""What a worker holds: the peak of a trial, and giving back what it no longer needs."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path
from typing import Any

_STATUS = Path("/proc/self/status")
_PEAK_RESET = Path("/proc/self/clear_refs")
_LARGE_BYTES = 32 * 2**20


class PeakMemory:
    """The most that this process alone has held since this was made.

    On Linux the peak starts anew here and pages of files (libraries, the mapped table) are
    left out, which other processes share and the system can take back. Elsewhere it is the
    peak resident size since the process began.
    """

    def __init__(self) -> None:
        self._fresh = False
        with contextlib.suppress(OSError):
            # Linux 4.0 and newer: the peak becomes what is resident now.
            _PEAK_RESET.write_text("5")
            self._fresh = True

    def bytes(self) -> int:
        """Bytes; 0 where the system does not tell."""
        if self._fresh:
            sizes = _sizes()
            return max(0, sizes["VmHWM"] - sizes["RssFile"] - sizes["RssShmem"])
        return _peak_since_start()


def _sizes() -> dict[str, int]:
    found = dict.fromkeys(("VmHWM", "RssFile", "RssShmem"), 0)
    for line in _STATUS.read_text().splitlines():
        name, _, rest = line.partition(":")
        if name in found:
            found[name] = 1024 * int(rest.split()[0])
    return found


def _peak_since_start() -> int:
    try:
        import resource
    except ImportError:
        import psutil

        return int(getattr(psutil.Process().memory_info(), "peak_wset", 0))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(peak if sys.platform == "darwin" else peak * 1024)


def give_back(n_bytes: int) -> None:
    """Hand free memory back to the system after work that took about `n_bytes`.

    The C library keeps what is freed in pieces for later: 100,000 encoded rows of 50 columns
    left 0.1 GB behind in every worker. Below 32 MiB it is not worth the milliseconds.
    """
    if n_bytes < _LARGE_BYTES:
        return
    import pyarrow as pa

    pa.default_memory_pool().release_unused()
    trim = _malloc_trim()
    if trim is not None:
        trim(0)


def _malloc_trim() -> Any:
    """glibc's; None with another C library."""
    if not sys.platform.startswith("linux"):
        return None
    import ctypes

    return getattr(ctypes.CDLL(None), "malloc_trim", None)
