"""A large file from a real browser to the kernel, also when the connection is cut half way."""

from __future__ import annotations

import filecmp
import itertools
import json
import os
import socket
import struct
import subprocess
import tempfile
import threading
import time
import urllib.request
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil

from tests.benchmarks.tables import parser, show

FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--enable-precise-memory-info",
    "--js-flags=--expose-gc",
    "--remote-debugging-port=0",
)
CELL = "import jupyter_automl as ja\nja.Upload()"
NAME = "large.bin"
MIB = 1024**2

WATCH = """
gc();
window.used = () => performance.memory.usedJSHeapSize;
window.heap = { first: used(), most: used() };
heap.timer = setInterval(() => { heap.most = Math.max(heap.most, used()); }, 50);
"""
STOP = "clearInterval(heap.timer); gc(); heap.most - heap.first"
KEPT = "gc(); used() - heap.first"
SENT = "document.querySelector('.ja-uploads progress')?.value ?? 0"
DONE = "document.querySelector('.ja-uploads .ja-mark-good') !== null"


def main() -> None:
    """Megabytes a second and what kernel and page take for it."""
    from playwright.sync_api import sync_playwright

    from jupyter_automl.api.settings import parse_size

    options = _arguments().parse_args()
    size = parse_size(options.size)
    if size is None:
        raise SystemExit(f"--size must be a size. Got {options.size!r}.")
    rows = []
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        file = folder / NAME
        make_file(file, size)
        for host in options.hosts:
            for cut in options.cuts:
                place = folder / f"{host}-{cut}"
                place.mkdir()
                down = options.down if cut == "yes" else None
                row = measure(playwright, host, file, place, down)
                rows.append(row)
                print(row, flush=True)
    show(rows, options.json)


def _arguments() -> ArgumentParser:
    made = parser(__doc__)
    made.add_argument("--size", default="1GiB")
    made.add_argument("--hosts", nargs="+", choices=("lab", "voila"), default=("lab", "voila"))
    made.add_argument("--cuts", nargs="+", choices=("no", "yes"), default=("no", "yes"))
    made.add_argument(
        "--down", type=float, default=0.0, help="seconds that nothing can connect after a cut"
    )
    return made


def make_file(path: Path, size: int) -> None:
    """A sparse file; every 64 KiB holds its number, so that no two slices are equal."""
    with path.open("wb") as file:
        file.truncate(size)
        for at in range(0, size - 8, 64 * 1024):
            file.seek(at)
            file.write(struct.pack("<Q", at + 1))


def measure(
    playwright: Any, host: str, file: Path, place: Path, down: float | None
) -> dict[str, Any]:
    """One upload through a fresh server, kernel and browser, cut half way unless `down` is None."""
    spool = place / "spool"
    spool.mkdir()
    size = file.stat().st_size
    with (
        _temporary_files_in(spool),
        _serving(host, place) as server,
        _browser(place / "browser") as debugger,
    ):
        wire = Wire(int(server.url.rsplit(":", 1)[1])) if down is not None else None
        address = f"http://127.0.0.1:{wire.port}" if wire else server.url
        _open(playwright, debugger, host, address, server.token)
        _rest()
        page = Page(debugger)
        kernel = _process("ipykernel_launcher")
        grown, busy = Growth(kernel), Busy(kernel)
        page.evaluate(WATCH)
        begin = time.perf_counter()
        page.choose("input[type=file]", file)
        if wire and down is not None:
            page.wait(f"{SENT} > {size // 2}")
            wire.cut(down)
        page.wait(DONE)
        seconds = time.perf_counter() - begin
        growth, cpu, most = grown.stop(), busy.stop(), page.evaluate(STOP)
        # What was collected is given back a moment later, on another thread.
        time.sleep(2)
        kept = page.evaluate(KEPT)
        (there,) = spool.glob(f"jupyter-automl-upload-*/{NAME}")
        intact = filecmp.cmp(there, file, shallow=False)
        page.close()
        if wire:
            wire.close()
    return {
        "host": host,
        "cut": "no" if down is None else f"{down:g} s",
        "mib": size / MIB,
        "seconds": seconds,
        "mb_per_s": size / 1e6 / seconds,
        "kernel_growth_mib": growth / MIB,
        "heap_most_mib": most / MIB,
        "heap_kept_mib": kept / MIB,
        **cpu,
        "intact": intact,
    }


@contextmanager
def _temporary_files_in(folder: Path) -> Iterator[None]:
    before = os.environ.get("TMPDIR")
    os.environ["TMPDIR"] = str(folder)
    try:
        yield
    finally:
        if before is None:
            del os.environ["TMPDIR"]
        else:
            os.environ["TMPDIR"] = before


@contextmanager
def _serving(host: str, place: Path) -> Iterator[Any]:
    import nbformat

    from tests.e2e import servers

    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CELL)])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    if host == "voila":
        nbformat.write(notebook, place / "upload.ipynb")
        with servers.voila(place / "voila", place / "upload.ipynb") as server:
            yield server
        return
    with servers.lab(place / "lab") as server:
        nbformat.write(notebook, server.work / "upload.ipynb")
        yield server


@contextmanager
def _browser(folder: Path) -> Iterator[str]:
    """A browser; gives the address of its debugger."""
    from tests.e2e.browser import find_browser

    command = [str(find_browser()), *FLAGS, f"--user-data-dir={folder}", "about:blank"]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        told = folder / "DevToolsActivePort"
        while not told.exists() or not told.read_text():
            time.sleep(0.1)
        try:
            yield f"127.0.0.1:{told.read_text().split()[0]}"
        finally:
            process.terminate()


def _open(playwright: Any, debugger: str, host: str, address: str, token: str) -> None:
    """Show the widget, then let go of the page: Playwright is sent a copy of every message."""
    browser = playwright.chromium.connect_over_cdp(f"http://{debugger}")
    page = browser.contexts[0].pages[0]
    page.set_default_timeout(180_000)
    ready = page.locator("input[type=file]:enabled")
    if host == "voila":
        page.goto(address)
    else:
        page.goto(f"{address}/lab/tree/upload.ipynb?token={token}")
        page.locator(".jp-NotebookPanel:visible .jp-CodeCell .cm-content").first.click()
        # The kernel may still be starting, in which the first try can get lost.
        page.get_by_text("Python 3 (ipykernel) | Idle").wait_for(state="attached")
        page.keyboard.press("Control+Enter")
    ready.wait_for(state="attached")
    browser.close()


class Page:
    """The open page, by the browser's debugger and nothing else."""

    def __init__(self, debugger: str) -> None:
        import websocket

        with urllib.request.urlopen(f"http://{debugger}/json/list") as answer:
            pages = [page for page in json.load(answer) if page["type"] == "page"]
        url = pages[0]["webSocketDebuggerUrl"]
        self._socket = websocket.create_connection(url, suppress_origin=True, timeout=600)
        self._numbers = itertools.count(1)

    def evaluate(self, code: str) -> Any:
        answer = self._ask("Runtime.evaluate", expression=code, returnByValue=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(answer["exceptionDetails"])
        return answer["result"].get("value")

    def choose(self, selector: str, file: Path) -> None:
        root = self._ask("DOM.getDocument")["root"]["nodeId"]
        node = self._ask("DOM.querySelector", nodeId=root, selector=selector)["nodeId"]
        self._ask("DOM.setFileInputFiles", nodeId=node, files=[str(file)])

    def wait(self, condition: str) -> None:
        while not self.evaluate(condition):
            time.sleep(0.02)

    def close(self) -> None:
        self._socket.close()

    def _ask(self, method: str, **params: Any) -> Any:
        number = next(self._numbers)
        self._socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            answer = json.loads(self._socket.recv())
            if answer.get("id") == number:
                if "error" in answer:
                    raise RuntimeError(answer["error"])
                return answer["result"]


def _rest() -> None:
    """Wait until the workers that a widget warms have imported what they need."""
    quiet = 0
    for _ in range(60):
        quiet = quiet + 1 if psutil.cpu_percent(1.0) < 15 else 0
        if quiet == 3:
            return


def _process(word: str) -> psutil.Process:
    """What this process started, itself or through others, with `word` in its command."""
    family = psutil.Process().children(recursive=True)
    return next(process for process in family if word in " ".join(process.cmdline()))


class Busy:
    """Seconds of the processor that kernel, server and browser take."""

    def __init__(self, kernel: psutil.Process) -> None:
        browser = _process("--remote-debugging-port")
        self._groups = {
            "kernel_cpu_s": [kernel],
            "server_cpu_s": [kernel.parent()],
            "browser_cpu_s": [browser, *browser.children(recursive=True)],
        }
        self._first = self._now()

    def stop(self) -> dict[str, float]:
        return {name: value - self._first[name] for name, value in self._now().items()}

    def _now(self) -> dict[str, float]:
        return {
            name: sum(sum(process.cpu_times()[:2]) for process in group)
            for name, group in self._groups.items()
        }


class Growth:
    """What a process takes at most beyond what it took at the beginning, in bytes."""

    def __init__(self, process: psutil.Process) -> None:
        self._process = process
        self._first = self._most = process.memory_info().rss
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def stop(self) -> int:
        self._over.set()
        self._thread.join()
        return self._most - self._first

    def _watch(self) -> None:
        while not self._over.wait(0.02):
            self._most = max(self._most, self._process.memory_info().rss)


class Wire:
    """A port in front of a server, whose connections can be cut as a bad network cuts them."""

    def __init__(self, server: int) -> None:
        self._server = server
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._ends: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._down_until = 0.0
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self, seconds: float) -> None:
        """Break every connection without a good-bye; for `seconds` none can be made."""
        with self._lock:
            self._down_until = time.monotonic() + seconds
            ends = list(self._ends)
        for end in ends:
            self._drop(end)

    def close(self) -> None:
        self._listener.close()
        self.cut(3600)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            if time.monotonic() < self._down_until:
                self._drop(client)
                continue
            server = socket.create_connection(("127.0.0.1", self._server))
            with self._lock:
                self._ends |= {client, server}
            for pair in ((client, server), (server, client)):
                threading.Thread(target=self._carry, args=pair, daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        buffer = bytearray(256 * 1024)
        view = memoryview(buffer)
        with suppress(OSError):
            while count := source.recv_into(buffer):
                target.sendall(view[:count])
        for end in (source, target):
            self._drop(end)

    def _drop(self, end: socket.socket) -> None:
        with self._lock:
            self._ends.discard(end)
        with suppress(OSError):
            # Zero seconds of patience: the other side sees a reset.
            end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            end.shutdown(socket.SHUT_RDWR)
        end.close()


if __name__ == "__main__":
    main()
