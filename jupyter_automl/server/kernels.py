"""Voila's kernels, forked from a process that has imported what a page needs."""

from __future__ import annotations

import asyncio
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from jupyter_client.provisioning import LocalProvisioner
from jupyter_server.services.kernels.kernelmanager import (
    AsyncMappingKernelManager,
    ServerKernelManager,
)
from traitlets import default

SEED = "jupyter_automl.server.seed"
LAUNCHER = "ipykernel_launcher"
FORK_SECONDS = 60.0
"""For how long a fork may be waited for; the first one waits for imports. Then it is started as
always."""


class Forked:
    """A forked kernel, to be asked like a `subprocess.Popen`.

    Parameters
    ----------
    line : socket
        The kernel has the other end as long as it lives.

    Attributes
    ----------
    returncode : int or None
        0 once it has ended, however that was.
    """

    stdin = stdout = stderr = None

    def __init__(self, pid: int, line: socket.socket) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._line = line

    def poll(self) -> int | None:
        """0 if it has ended, None while it lives."""
        if self.returncode is None and self._ended(0):
            self._let_go()
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it has ended; raises `subprocess.TimeoutExpired`."""
        if self.returncode is None:
            if not self._ended(timeout):
                raise subprocess.TimeoutExpired(f"kernel {self.pid}", timeout or 0.0)
            self._let_go()
        return 0

    def send_signal(self, signum: int) -> None:
        """Send it a signal; one that has ended gets none."""
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signum)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)

    def _ended(self, timeout: float | None) -> bool:
        # Nothing is ever sent over it: what can be read is its end.
        return bool(select.select([self._line], [], [], timeout)[0])

    def _let_go(self) -> None:
        self.returncode = 0
        self._line.close()


class Seed:
    """The process of `jupyter_automl.server.seed`; any thread may use it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._control: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """Of the process, while there is one."""
        return None if self._process is None else self._process.pid

    def start(self) -> None:
        """Start it if it does not run, and wait until it is ready, or for `FORK_SECONDS`."""
        with self._lock:
            control = self._start()
        # It says one thing, once.
        select.select([control], [], [], FORK_SECONDS)

    def fork(self, arguments: Sequence[str], env: Mapping[str, str], cwd: str) -> Forked:
        """A new kernel; waits until the imports are done.

        Parameters
        ----------
        arguments : sequence of str
            Of `ipykernel_launcher`.
        env : Mapping
            All of its variables.
        cwd : str
            Its folder.

        Raises
        ------
        OSError
            If the process ended, or took longer than `FORK_SECONDS`.
        """
        line, theirs = socket.socketpair()
        line.settimeout(FORK_SECONDS)
        request = {"arguments": list(arguments), "env": dict(env), "cwd": cwd}
        try:
            with theirs, self._lock:
                control = self._start()
                socket.send_fds(control, [b"k"], [theirs.fileno()])
            line.sendall(json.dumps(request).encode() + b"\n")
            with line.makefile("r", encoding="utf-8") as file:
                pid = int(file.readline() or 0)
            if not pid:
                raise ConnectionResetError("the process that kernels are forked from has ended")
        except BaseException:
            # A fork that comes too late finds nobody, and ends.
            line.close()
            raise
        line.settimeout(None)
        return Forked(pid, line)

    def close(self) -> None:
        """End it; its kernels end with it."""
        with self._lock:
            self._close()

    def _start(self) -> socket.socket:
        if self._control is not None and self._process is not None:
            if self._process.poll() is None:
                return self._control
            self._close()
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", SEED], stdin=theirs.fileno(), start_new_session=True
            )
        self._control = ours
        return ours

    def _close(self) -> None:
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._process is not None:
            self._process.terminate()
            self._process.wait()
            self._process = None


class ForkedProvisioner(LocalProvisioner):
    """Has kernels of this Python forked; every other one is started as always."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """The connection of a new kernel."""
        arguments = arguments_of(cmd)
        if arguments is None:
            return await super().launch_kernel(cmd, **kwargs)
        cwd = str(kwargs.get("cwd") or os.getcwd())
        try:
            forked = await asyncio.to_thread(self.parent.seed.fork, arguments, kwargs["env"], cwd)
        except OSError:
            self.log.exception("A kernel could not be forked and is started as always.")
            return await super().launch_kernel(cmd, **kwargs)
        # It leads a group of its own.
        self.process, self.pid, self.pgid = forked, forked.pid, forked.pid
        self.cwd = cwd
        return self.connection_info


class ForkedKernel(ServerKernelManager):
    """One kernel of `ForkedKernels`."""

    @property
    def seed(self) -> Seed:
        """What it is forked from."""
        found: Seed = self.parent.seed
        return found

    async def _async_pre_start_kernel(self, **options: Any) -> Any:
        if self.provisioner is None:
            self.provisioner = ForkedProvisioner(
                kernel_id=self.kernel_id or options.get("kernel_id"),
                kernel_spec=self.kernel_spec,
                parent=self,
            )
        return await super()._async_pre_start_kernel(**options)


class ForkedKernels(AsyncMappingKernelManager):
    """For ``--VoilaConfiguration.multi_kernel_manager_class``."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.seed = Seed()
        # A server that answers is ready: else its first pages would be empty for as long.
        self.seed.start()

    @default("kernel_manager_class")
    def _default_kernel_manager_class(self) -> str:
        return f"{__name__}.{ForkedKernel.__name__}"

    async def shutdown_all(self, now: bool = False) -> None:
        """End every kernel, and what they are forked from."""
        await super().shutdown_all(now=now)
        self.seed.close()


def arguments_of(cmd: Sequence[str]) -> list[str] | None:
    """What follows `ipykernel_launcher` in a command of this Python; None in any other."""
    if list(cmd[:3]) != [sys.executable, "-m", LAUNCHER]:
        return None
    return list(cmd[3:])
