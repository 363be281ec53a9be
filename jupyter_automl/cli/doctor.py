"""``jupyter-automl doctor``: whether everything that is needed is here."""

from __future__ import annotations

import os
import platform
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from jupyter_automl.api.wording import bytes_text
from jupyter_automl.cli.output import DONE, FAILED, console, emit
from jupyter_automl.core.errors import AutoMLError

if TYPE_CHECKING:
    from jupyter_automl.models.gpus import Findings

_API = {"cuda": "CUDA", "opencl": "OpenCL"}
_MARKS = {"ok": "✓", "note": "–", "problem": "✕"}
# What a run and a notebook cannot do without, for an installation without metadata.
_NEEDED = ("numpy", "pandas", "pyarrow", "scikit-learn", "lightgbm", "optuna", "shap", "ipywidgets")
# All hold the module `xgboost`.
_OTHER_BUILDS = {"xgboost-cpu": ("xgboost", "xgboost-cu12", "xgboost-cu13")}
_OPENCL_HINT = (
    "OpenCL needs /etc/OpenCL/vendors/nvidia.icd with the line libnvidia-opencl.so.1, "
    "which containers often lack; a CUDA build does without"
)
_LAB_EXTENSION = "jupyter-automl-labextension"
_LITTLE_MEMORY_BYTES = 2 * 1024**3


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One line of the report; a ``"problem"`` needs doing something about."""

    name: str
    state: Literal["ok", "note", "problem"]
    text: str


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> int:
    """Check Python, packages, the store, the machine and Jupyter."""
    findings = examine()
    problems = sum(finding.state == "problem" for finding in findings)
    if as_json:
        emit({"ok": problems == 0, "findings": [asdict(finding) for finding in findings]})
        return FAILED if problems else DONE
    terminal = console()
    for finding in findings:
        line = f"{_MARKS[finding.state]} {finding.name}: {finding.text}"
        style = "red" if finding.state == "problem" else ""
        terminal.print(line, style=style, soft_wrap=True)
    plural = "" if problems == 1 else "s"
    terminal.print(f"{problems} problem{plural}." if problems else "Everything is in place.")
    return FAILED if problems else DONE


def examine() -> Sequence[Finding]:
    """All findings, in the order they are shown."""
    checks: Sequence[Callable[[], Iterator[Finding]]] = (
        _python,
        _packages,
        _families,
        _store,
        _machine,
        _gpus,
        _jupyter,
    )
    return [finding for check in checks for finding in check()]


def _python() -> Iterator[Finding]:
    found = f"{platform.python_version()} at {sys.executable}"
    fits = sys.version_info >= (3, 11)
    text = found if fits else f"{found}. 3.11 or newer is needed."
    yield Finding(name="Python", state="ok" if fits else "problem", text=text)


def _packages() -> Iterator[Finding]:
    for name, wanted in _requirements():
        found = _version(name)
        if found is None:
            text = f"not installed. Install it with: pip install {name}"
            yield Finding(name=name, state="problem", text=text)
            continue
        if _fits(found, wanted):
            yield Finding(name=name, state="ok", text=found)
        else:
            text = f'{found}, but {wanted} is needed. pip install "{name}{wanted}"'
            yield Finding(name=name, state="problem", text=text)


def _version(name: str) -> str | None:
    """The installed version, also of another build under another name."""
    for candidate in (name, *_OTHER_BUILDS.get(name, ())):
        try:
            return version(candidate)
        except PackageNotFoundError:
            continue
    return None


def _requirements() -> Iterator[tuple[str, str]]:
    """Name and version range of what the package itself says that it needs here."""
    try:
        lines = requires("jupyter_automl")
    except PackageNotFoundError:
        lines = None
    if not lines:
        yield from ((name, "") for name in _NEEDED)
        return
    from packaging.requirements import Requirement

    for line in lines:
        wanted = Requirement(line)
        if wanted.marker is None or wanted.marker.evaluate({"extra": ""}):
            yield wanted.name, str(wanted.specifier)


def _fits(found: str, wanted: str) -> bool:
    if not wanted:
        return True
    from packaging.specifiers import SpecifierSet

    return SpecifierSet(wanted).contains(found, prereleases=True)


def _families() -> Iterator[Finding]:
    from jupyter_automl.models import FAMILIES

    here = FAMILIES.available()
    yield Finding(name="kinds of models", state="ok", text=", ".join(here))
    for name in FAMILIES.names():
        if name not in here:
            yield Finding(name=name, state="note", text=FAMILIES.entry(name).reason)


def _store() -> Iterator[Finding]:
    from jupyter_automl.api.history import open_store
    from jupyter_automl.api.settings import settings, settings_file

    try:
        config = settings()
        store = open_store()
        with tempfile.NamedTemporaryFile(dir=store.folder):
            n_runs = len(store.runs())
    except (AutoMLError, OSError) as error:
        yield Finding(name="store", state="problem", text=str(error))
        return
    plural = "" if n_runs == 1 else "s"
    yield Finding(name="store", state="ok", text=f"{config.store} ({n_runs} run{plural})")
    path = settings_file()
    text = str(path) if path.is_file() else f"none at {path}; the defaults hold"
    yield Finding(name="settings file", state="ok", text=text)


def _machine() -> Iterator[Finding]:
    import psutil

    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    yield Finding(name="cores", state="ok", text=str(cores))
    memory = psutil.virtual_memory()
    text = f"{bytes_text(memory.available)} of {bytes_text(memory.total)} free"
    little = memory.available < _LITTLE_MEMORY_BYTES
    yield Finding(name="memory", state="note" if little else "ok", text=text)


def _gpus() -> Iterator[Finding]:
    from jupyter_automl.models.gpus import LIBRARIES, find_gpus

    found = find_gpus(try_anyway=True)
    if not found.gpus:
        text = f"none found ({found.reason}); models are trained on the CPU"
        yield Finding(name="GPU", state="note", text=text)
    else:
        shown = ", ".join(f"{gpu.name} ({bytes_text(gpu.memory_bytes)})" for gpu in found.gpus)
        first = "; the first is used" if len(found.gpus) > 1 else ""
        never = "; the setting device keeps everything on the CPU" if _keeps_to_cpu() else ""
        yield Finding(name="GPU", state="ok", text=f"{shown}{first}{never}")
    for name in LIBRARIES:
        yield _library(name, found)


def _library(name: str, found: Findings) -> Finding:
    """Whether the installed build of a library can use a GPU, and what would."""
    from jupyter_automl.models import FAMILIES
    from jupyter_automl.models.gpus import INSTALL

    # A family describes itself without its library.
    line = f"{FAMILIES.entry(name).load().label} on a GPU"
    library = found.libraries.get(name)
    if library is None:
        text = f"not installed. Install it with: {INSTALL[name]}"
        return Finding(name=line, state="note", text=text)
    if library.device != "cpu":
        return Finding(name=line, state="ok", text=f"works ({_API[library.device]})")
    if not library.builds:
        why = library.reason or "it is a build for the CPU"
        text = f"cannot: {why}. A build that can: {INSTALL[name]}"
        return Finding(name=line, state="note", text=text)
    built = " and ".join(_API[build] for build in library.builds)
    if not found.gpus:
        return Finding(name=line, state="note", text=f"built for {built}; there is no GPU")
    hints = {"opencl": f". {_OPENCL_HINT}: {INSTALL[name]}"}
    text = f"built for {built}, but: {library.reason}{hints.get(library.builds[0], '')}"
    return Finding(name=line, state="note", text=text)


def _keeps_to_cpu() -> bool:
    from jupyter_automl.api.settings import settings

    try:
        return settings().device == "cpu"
    except AutoMLError:
        # `_store` tells what is wrong with the settings.
        return False


def _jupyter() -> Iterator[Finding]:
    for name, what in (("jupyterlab", "the lab"), ("voila", "jupyter-automl dashboard")):
        try:
            yield Finding(name=name, state="ok", text=version(name))
        except PackageNotFoundError:
            text = f"not installed; {what} needs it. Install it with: pip install {name}"
            yield Finding(name=name, state="note", text=text)
    bundles = Path(__file__).resolve().parent.parent / "widgets" / "static"
    built = bundles.is_dir() and any(bundles.glob("*.js"))
    text = "built" if built else "not built; in a checkout, run: make install"
    yield Finding(name="widgets", state="ok" if built else "problem", text=text)
    folder = _lab_extension()
    text = str(folder) if folder else "not installed; the launcher card is missing"
    yield Finding(name="Lab extension", state="ok" if folder else "note", text=text)


def _lab_extension() -> Path | None:
    from jupyter_core.paths import jupyter_path

    for place in jupyter_path("labextensions"):
        if (Path(place) / _LAB_EXTENSION / "package.json").is_file():
            return Path(place) / _LAB_EXTENSION
    return None
