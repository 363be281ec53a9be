"""JupyterLab, Notebook and Voila, started as a user starts them, in folders of their own."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from jupyter_automl.cli.dashboard import voila_environment

START_SECONDS = 120.0
APP_SETTINGS = "@jupyterlab/apputils-extension"


@dataclass(frozen=True, kw_only=True)
class Server:
    """A running server: where it answers, and the folder that it serves."""

    url: str
    token: str
    work: Path
    store: Path
    settings: Path

    def page(self, path: str) -> str:
        """The address of a page, token included."""
        return f"{self.url}/{path}?token={self.token}"

    def use_theme(self, name: str) -> None:
        """The theme of the next page that is loaded."""
        self.set("themes", {"theme": name})

    def write(self, name: str, *cells: str) -> None:
        """Put a notebook of these cells into the folder that is served."""
        write_notebook(self.work / f"{name}.ipynb", *cells)

    def end_kernels(self) -> None:
        """Shut all kernels of a JupyterLab or a Notebook down."""
        for kernel in json.loads(self._ask("GET", "api/kernels")):
            self._ask("DELETE", f"api/kernels/{kernel['id']}")

    def _ask(self, method: str, path: str) -> bytes:
        headers = {"Authorization": f"token {self.token}"}
        request = urllib.request.Request(f"{self.url}/{path}", headers=headers, method=method)
        with urllib.request.urlopen(request, timeout=60) as answer:
            body: bytes = answer.read()
            return body

    def set(self, plugin: str, values: Mapping[str, object]) -> None:
        """Write settings of JupyterLab that the next page reads."""
        file = self.settings / APP_SETTINGS / f"{plugin}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(values), encoding="utf-8")


def write_notebook(path: Path, *cells: str) -> None:
    """Write a Python notebook of these cells."""
    import nbformat

    code = [nbformat.v4.new_code_cell(cell) for cell in cells]
    notebook = nbformat.v4.new_notebook(cells=code)
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3 (ipykernel)"}
    nbformat.write(notebook, path)


@contextmanager
def lab(folder: Path, *, store: Path | None = None) -> Iterator[Server]:
    """JupyterLab over an empty folder; asks nobody for news or updates.

    `store` is a folder of runs; the server begins with a copy of it.
    """
    with _jupyter("lab", folder, store) as server:
        yield server


@contextmanager
def notebook(folder: Path) -> Iterator[Server]:
    """Jupyter Notebook 7 over an empty folder."""
    with _jupyter("notebook", folder, None) as server:
        yield server


@contextmanager
def voila(
    folder: Path, notebook: Path, *options: str, store: Path | None = None
) -> Iterator[Server]:
    """Voila serving one notebook, with further options of its own; `store` as for `lab`."""
    command = [sys.executable, "-m", "voila", str(notebook), "--no-browser", "--Voila.ip=127.0.0.1"]
    _copy_store(store, folder)
    with _serve([*command, *options], folder, token="", ready="voila/static/voila.js") as server:
        yield server


@contextmanager
def _jupyter(name: str, folder: Path, store: Path | None) -> Iterator[Server]:
    token = "e2e"
    options = [
        f"--IdentityProvider.token={token}",
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.root_dir={folder / 'work'}",
    ]
    command = [sys.executable, "-m", "jupyter", name, "--no-browser", "--allow-root", *options]
    _copy_store(store, folder)
    with _serve(command, folder, token=token, ready="api/status") as server:
        server.set("notification", {"fetchNews": "false", "checkForUpdates": False})
        yield server


def _copy_store(store: Path | None, folder: Path) -> None:
    if store is not None:
        shutil.copytree(store, folder / "store")


@contextmanager
def _serve(command: Sequence[str], folder: Path, *, token: str, ready: str) -> Iterator[Server]:
    port = _free_port()
    server = Server(
        url=f"http://127.0.0.1:{port}",
        token=token,
        work=folder / "work",
        store=folder / "store",
        settings=folder / "settings",
    )
    server.work.mkdir(parents=True)
    log = folder / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, f"--port={port}"],
            cwd=server.work,
            env=_environment(folder, server),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait(process, f"{server.url}/{ready}?token={token}", log)
            yield server
        finally:
            _end(process, server.store)


def _environment(folder: Path, server: Server) -> dict[str, str]:
    return {
        **voila_environment(),
        "JUPYTER_AUTOML_STORE": str(server.store),
        "JUPYTER_CONFIG_DIR": str(folder / "config"),
        "JUPYTER_DATA_DIR": str(folder / "data"),
        "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(server.settings),
        "JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces"),
        "IPYTHONDIR": str(folder / "ipython"),
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    pause = threading.Event()
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except urllib.error.HTTPError as error:
            error.close()
            return
        except OSError:
            pause.wait(0.2)
    raise RuntimeError(f"the server did not answer:\n{log.read_text(errors='replace')[-4000:]}")


def _end(process: subprocess.Popen[bytes], store: Path) -> None:
    """End the server, its kernels and the runners that outlive kernels on purpose."""
    family = [*psutil.Process(process.pid).children(recursive=True)]
    process.terminate()
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    end_runners(store)
    for member in family:
        try:
            member.kill()
        except psutil.NoSuchProcess:
            continue
    psutil.wait_procs(family, timeout=20)


def end_runners(store: Path) -> None:
    """Kill the runners that write into this store, and their workers."""
    runners = []
    for process in runners_of(store):
        with suppress(psutil.NoSuchProcess):
            runners += [process, *process.children(recursive=True)]
    for process in runners:
        try:
            process.kill()
        except psutil.NoSuchProcess:
            continue
    psutil.wait_procs(runners, timeout=20)


def runners_of(store: Path) -> list[psutil.Process]:
    """The runners that write into this store."""
    return [
        process
        for process in psutil.process_iter(["cmdline"])
        if "jupyter_automl.engine.runner" in (words := process.info["cmdline"] or [])
        and str(store) in words
    ]
