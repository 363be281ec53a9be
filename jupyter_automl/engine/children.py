"""Processes that outlive this one."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jupyter_automl.core.errors import RunError

READY = "ready"
TAKEN = "taken"
"""What a runner on standby says: it waits for a run, it has dealt with one."""

_STARTED: list[subprocess.Popen[Any]] = []
"""Those that this process started, left to themselves, and has to reap."""


def start_runner(
    arguments: list[str],
    *,
    folder: Path,
    log: Path,
    stdin: int = subprocess.DEVNULL,
    stdout: int | None = None,
) -> subprocess.Popen[Any]:
    """Start ``engine.runner`` in a session of its own.

    Parameters
    ----------
    log : Path
        Where its errors go and, unless `stdout` is given, what it prints.

    Raises
    ------
    RunError
        If the process cannot be started.
    """
    # -P: a user's folder with a random.py in it must not take the place of the library's.
    command = [sys.executable, "-P", "-m", "jupyter_automl.engine.runner", *arguments]
    try:
        with open(log, "ab") as errors:
            return subprocess.Popen(
                command,
                stdin=stdin,
                stdout=errors if stdout is None else stdout,
                stderr=errors,
                env=child_environment(),
                cwd=folder,
                **_detached(),
            )
    except OSError as error:
        raise RunError(
            f"The runner process could not be started: {error}.",
            hint="Check that the store's folder is writable and memory is left.",
        ) from error


def _detached() -> dict[str, Any]:
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.DETACHED_PROCESS}
    return {"start_new_session": True}


def child_environment() -> Mapping[str, str]:
    """Variables for a Python process of ours, wherever this package was imported from."""
    import jupyter_automl

    root = str(Path(jupyter_automl.__file__).resolve().parent.parent)
    paths = [root, *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(dict.fromkeys(path for path in paths if path)),
        # A kernel's backend for inline figures is not installed for a bare process.
        "MPLBACKEND": "agg",
    }


def leave(process: subprocess.Popen[Any]) -> None:
    """Leave a process to itself; `reap` takes note of its end."""
    _STARTED.append(process)


def reap() -> None:
    """Take note of runners that have ended, so that none stays as a zombie."""
    _STARTED[:] = [process for process in _STARTED if process.poll() is None]
