"""The process that kernels of pages are forked from: what they all import is there once."""

from __future__ import annotations

import gc
import importlib
import json
import os
import signal
import socket
import sys
import warnings
from contextlib import suppress
from typing import Any

READY = "jupyter_automl.widgets.ready"
"""Its `prepare` imports what a page needs, its `arrive` is for the kernel. By name: surfaces do not
import each other."""

KERNEL = ("ipykernel.ipkernel", "ipykernel.kernelapp")


def main() -> None:
    """Fork a kernel for every line that comes over standard input, a socket, until it ends."""
    control = socket.socket(fileno=os.dup(0))
    _close_input()
    load()
    with suppress(OSError):
        control.sendall(b"r")
    # Whoever asked for a kernel sees its end; nobody waits for it here.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    line = serve(control)
    control.close()
    if line is not None:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        become_kernel(line)


def load() -> None:
    """Import what kernels need; what is not there they will miss themselves."""
    with suppress(ImportError):
        for name in KERNEL:
            importlib.import_module(name)
        importlib.import_module(READY).prepare()
    # Memory that the collector never looks at stays shared.
    gc.collect()
    gc.freeze()


def serve(control: socket.socket) -> socket.socket | None:
    """Fork for every line that arrives.

    Returns
    -------
    socket or None
        In a fork its line to the server; None in this process, once the server is gone.
    """
    while True:
        sign, lines, _, _ = socket.recv_fds(control, 1, 1)
        if not sign:
            return None
        with warnings.catch_warnings():
            # Python warns of any second thread; the one there is belongs to Arrow's jemalloc,
            # which is made for forks.
            warnings.simplefilter("ignore", DeprecationWarning)
            pid = os.fork()
        if pid == 0:
            return socket.socket(fileno=lines[0])
        os.close(lines[0])


def become_kernel(line: socket.socket) -> None:
    """Be the kernel that the request over `line` describes, and end with it."""
    parent = os.getppid()
    with line.makefile("r", encoding="utf-8") as file:
        request: dict[str, Any] = json.loads(file.readline())
    # A group of its own: signals are for it and for what it starts.
    os.setsid()
    os.environ.clear()
    os.environ.update(request["env"])
    os.chdir(request["cwd"])
    if "numpy" in sys.modules:
        # Its global generator would be the same in every kernel.
        sys.modules["numpy"].random.seed()
    # Alive is, to the server, as long as this is open: what the kernel starts does not have it.
    line.set_inheritable(False)
    line.sendall(f"{os.getpid()}\n".encode())

    from ipykernel.kernelapp import IPKernelApp

    app = IPKernelApp.instance()
    # It ends when its parent does, and the parent when the server does.
    app.initialize([*request["arguments"], f"--IPKernelApp.parent_handle={parent}"])
    with suppress(ImportError):
        importlib.import_module(READY).arrive()
    app.start()


def _close_input() -> None:
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)


if __name__ == "__main__":
    main()
