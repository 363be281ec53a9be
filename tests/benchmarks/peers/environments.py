"""A virtual environment for each peer, made from its pinned requirements."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.benchmarks.peers.systems import System

REQUIREMENTS = Path(__file__).parent / "requirements"
STAMP = "made-from"


def cache_folder() -> Path:
    """Where environments and results go by default: the user's cache, not the checkout."""
    import platformdirs

    return platformdirs.user_cache_path("jupyter-automl-peers")


def python_of(system: System, folder: Path) -> Path:
    """The interpreter that a system runs in."""
    if system.environment is None:
        return Path(sys.executable)
    return folder / system.environment / "bin" / "python"


def make(system: System, folder: Path) -> None:
    """Create the environment of a system unless it is there and made from the same pins.

    Raises
    ------
    subprocess.CalledProcessError
        If a version cannot be installed; pip has said why.
    """
    if system.environment is None:
        return
    requirements = REQUIREMENTS / f"{system.environment}.txt"
    home = folder / system.environment
    wanted = made_from(requirements)
    if is_made(home, wanted):
        return
    print(f"Creating {home} ...", flush=True)
    shutil.rmtree(home, ignore_errors=True)
    home.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(home)], check=True)
    pip = [sys.executable, "-m", "pip", "--python", str(python_of(system, folder))]
    install = ["install", "--quiet", "--no-input", "-r", str(requirements)]
    subprocess.run([*pip, *install], check=True, env=without_ours(os.environ))
    (home / STAMP).write_text(wanted, encoding="utf-8")


def is_made(home: Path, wanted: str) -> bool:
    """Whether an environment is whole and made from these pins."""
    stamp = home / STAMP
    return stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted


def made_from(requirements: Path) -> str:
    """What decides the content of an environment: the pins and the version of Python."""
    digest = hashlib.sha256(requirements.read_bytes()).hexdigest()
    return f"{digest} {sys.version_info.major}.{sys.version_info.minor}\n"


def without_ours(environment: os._Environ[str] | dict[str, str]) -> dict[str, str]:
    """The variables, without those that would lead a peer into our environment."""
    ours = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "__PYVENV_LAUNCHER__")
    return {
        name: value
        for name, value in environment.items()
        if name not in ours and not name.startswith("JUPYTER_AUTOML_")
    }
