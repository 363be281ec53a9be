"""A line of processes that want the same thing: as many have it as may, the others wait in order.

A place in it is a small file that its owner keeps locked. The operating system unlocks it when the
owner's process ends, however that is, and nobody has to tidy up after it.
"""

from __future__ import annotations

import os
import secrets
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

May = Callable[[int], bool]
"""Whether one more may have its turn, beside so many that have it."""

SILENT_SECONDS = 10.0
"""Who waits and has not asked for so long, in a process that is stopped or stuck, is passed."""

GUARD_SECONDS = 1.0
"""A look at the line takes a millisecond; who is stopped within it is not waited for."""

_GOES = b"1"
_SUFFIX = ".place"
_GUARD = "guard"


class Place:
    """A place in the line of a folder, taken at the first `take`.

    Parameters
    ----------
    folder : Path
        On this machine; made where it is not there. It holds nothing but the line.
    may : callable
        Asked of who is next, again and again.

    Attributes
    ----------
    number : int
        1 is next; 0 before the first `take` and from the turn on.

    Notes
    -----
    For one thread. Processes and threads of the same machine may wait in the same line.
    """

    def __init__(self, folder: Path, may: May) -> None:
        self.number = 0
        self._folder, self._may = folder, may
        self._path: Path | None = None
        self._handle = -1
        self._goes = False

    def take(self) -> bool:
        """Whether it has its turn, which lasts until `leave`; quick, to be asked again.

        Raises
        ------
        OSError
            If the folder cannot be written to, or its file system knows no locks.
        """
        if self._goes:
            return True
        with self._guarded() as alone:
            if not alone:
                return False
            if self._path is None:
                self._enter()
            assert self._path is not None
            os.utime(self._path)
            others = list(self._others())
            n_before = sum(not goes and name < self._name for name, goes in others)
            if n_before == 0 and self._may(sum(goes for _, goes in others)):
                os.write(self._handle, _GOES)
                self._goes, self.number = True, 0
                return True
            self.number = n_before + 1
            return False

    def others_wait(self) -> bool:
        """Whether anybody else waits for a turn; raises `OSError` like `take`."""
        with self._guarded(GUARD_SECONDS) as alone:
            return alone and any(not goes for _, goes in self._others())

    def leave(self) -> None:
        """Give the place up, or the turn; a second call does nothing."""
        path, self._path = self._path, None
        self._goes, self.number = False, 0
        if path is None:
            return
        with suppress(OSError):
            _unlock(self._handle)
        os.close(self._handle)
        with suppress(OSError):
            path.unlink()

    @property
    def _name(self) -> str:
        return "" if self._path is None else self._path.name

    def _enter(self) -> None:
        path = self._folder / f"{time.time_ns():020d}-{secrets.token_hex(4)}{_SUFFIX}"
        self._handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        self._path = path
        _lock(self._handle)

    def _others(self) -> Iterator[tuple[str, bool]]:
        """Names of the others, oldest first, and who has the turn; what the dead left is removed.

        Only under the guard: a file that is not locked yet looks like one of the dead.
        """
        for path in sorted(self._folder.glob(f"*{_SUFFIX}")):
            if path == self._path:
                continue
            try:
                handle = os.open(path, os.O_RDWR)
            except FileNotFoundError:
                continue
            try:
                dead = _lock(handle)
                goes = os.read(handle, 1) == _GOES
                silent = time.time() - os.fstat(handle).st_mtime > SILENT_SECONDS
                if dead:
                    _unlock(handle)
            finally:
                os.close(handle)
            if dead:
                with suppress(OSError):
                    path.unlink()
            elif goes or not silent:
                yield path.name, goes

    @contextmanager
    def _guarded(self, patience: float = 0.0) -> Iterator[bool]:
        """Whether nobody else looks at the line, waiting so many seconds for it."""
        until = time.monotonic() + patience
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(self._folder / _GUARD, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            while not (alone := _lock(handle)) and time.monotonic() < until:
                time.sleep(0.01)
            try:
                yield alone
            finally:
                if alone:
                    _unlock(handle)
        finally:
            os.close(handle)


if sys.platform == "win32":
    import msvcrt

    _BYTE = 1 << 30
    """What is locked cannot be read by others: a byte beyond the end."""

    def _lock(handle: int) -> bool:
        """Lock a file for this handle alone; False where another handle has it."""
        try:
            _at_byte(handle, msvcrt.LK_NBLCK)
        except PermissionError:
            return False
        return True

    def _unlock(handle: int) -> None:
        _at_byte(handle, msvcrt.LK_UNLCK)

    def _at_byte(handle: int, what: int) -> None:
        before = os.lseek(handle, 0, os.SEEK_CUR)
        os.lseek(handle, _BYTE, os.SEEK_SET)
        try:
            msvcrt.locking(handle, what, 1)
        finally:
            os.lseek(handle, before, os.SEEK_SET)

else:
    import fcntl

    def _lock(handle: int) -> bool:
        """Lock a file for this handle alone; False where another handle has it."""
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _unlock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_UN)
