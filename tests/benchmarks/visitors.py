"""Many visitors of one Voila page at once, each with a table, a target and a run of their own."""

from __future__ import annotations

import asyncio
import json
import os
import random
import re
import tempfile
import threading
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil

from tests.benchmarks.tables import parser, percentile, show

if TYPE_CHECKING:
    from playwright.async_api import Browser, Locator, Page

MIB = 1024**2
ROWS = 400
LONG_MS = 600_000
LOOK_SECONDS = 2.0
CLICK_EVERY = 5
WARY_SECONDS = 120.0
"""Beyond what the runs of all take, one after another."""
TARGET = re.compile(r"\btarget_\d+\b")
ASKED = re.compile(rb'"id":\s*"([^"]+)",\s*"kind":\s*"(?:sources|read)"')
"""What a page asks at a click or a key, as it goes over the socket."""
TROUBLE = ".ja-problem:visible, .ja-life:visible, #automl-failed:visible"


@dataclass(kw_only=True)
class Visit:
    """What one visitor met; times in seconds."""

    number: int
    words: float = 0.0
    usable: float = 0.0
    answers: list[float] = field(default_factory=list)
    queued: float = 0.0
    done: float = 0.0
    best: bool = False
    run: str = ""
    wrong: list[str] = field(default_factory=list)

    @property
    def target(self) -> str:
        return f"target_{self.number}"


def main() -> None:
    """Seconds to a usable page and to answers, and what it all takes."""
    options = _arguments().parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with _serving(folder) as server, Memory(server.store) as memory:
            begin, load = time.perf_counter(), os.getloadavg()[0]
            visits = asyncio.run(_visit_all(options, server.url, folder))
            seconds = time.perf_counter() - begin
    wrong = [f"visitor {visit.number}: {text}" for visit in visits for text in visit.wrong]
    runs = [visit.run for visit in visits]
    if len(set(runs)) != len(runs):
        wrong.append(f"two visitors have one run: {sorted(runs)}")
    row = _row(options, visits, seconds, memory, wrong)
    show([{**row, "load_before": load}], options.json)
    if options.each is not None:
        options.each.write_text(json.dumps([vars(visit) for visit in visits], indent=1))
    if wrong:
        raise SystemExit("\n".join(wrong))


def _arguments() -> ArgumentParser:
    made = parser(__doc__)
    made.add_argument("--visitors", type=int, default=20)
    made.add_argument("--budget", type=int, default=20, help="seconds that each asks for")
    made.add_argument(
        "--within", type=float, default=0.0, help="seconds over which they arrive; 0 is at once"
    )
    made.add_argument("--each", type=Path, help="also write what each visitor met to this file")
    made.add_argument("--shots", type=Path, help="folder for a picture of each page at the end")
    return made


def _row(
    options: Any, visits: list[Visit], seconds: float, memory: Memory, wrong: list[str]
) -> dict[str, Any]:
    usable = [visit.usable for visit in visits]
    answers = [answer for visit in visits for answer in visit.answers] or [float("nan")]
    return {
        "visitors": len(visits),
        "budget_s": options.budget,
        "words_p95_s": percentile([visit.words for visit in visits], 95),
        "usable_p50_s": percentile(usable, 50),
        "usable_p95_s": percentile(usable, 95),
        "answer_p50_ms": 1000 * percentile(answers, 50),
        "answer_p95_ms": 1000 * percentile(answers, 95),
        "saw_queue": sum(visit.queued > 0 for visit in visits),
        "queued_most_s": max(visit.queued for visit in visits),
        "have_a_model": sum(visit.best for visit in visits),
        "all_s": seconds,
        "most_mib": memory.most / MIB,
        "most_processes": memory.processes,
        "mib_a_visitor": memory.most / MIB / len(visits),
        "wrong": len(wrong),
    }


@contextmanager
def _serving(folder: Path) -> Iterator[Any]:
    """The dashboard as the command serves it, for visitors."""
    from jupyter_automl.cli.dashboard import OPTIONS, find_notebook, voila_environment
    from tests.e2e import servers

    os.environ.update(voila_environment())
    os.environ["JUPYTER_AUTOML_VISITORS"] = "true"
    with servers.voila(folder / "server", find_notebook(), *OPTIONS) as server:
        yield server


async def _visit_all(options: Any, url: str, folder: Path) -> list[Visit]:
    from playwright.async_api import async_playwright

    from tests.e2e.browser import find_browser
    from tests.e2e.conftest import FLAGS

    visits = [Visit(number=number) for number in range(10, 10 + options.visitors)]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=find_browser(), args=list(FLAGS))
        wait = options.within / max(1, len(visits) - 1)
        await asyncio.gather(
            *(
                _visit(browser, url, folder, visit, n * wait, options)
                for n, visit in enumerate(visits)
            )
        )
        await browser.close()
    return visits


async def _visit(
    browser: Browser, url: str, folder: Path, visit: Visit, wait: float, options: Any
) -> None:
    await asyncio.sleep(wait)
    context = await browser.new_context(viewport={"width": 1280, "height": 1000})
    context.set_default_timeout(LONG_MS)
    page = await context.new_page()
    page.on("pageerror", lambda error: visit.wrong.append(f"page: {error}"))
    Answers(page, visit.answers)
    try:
        await _train(page, url, folder, visit, options)
    except Exception as error:
        visit.wrong.append(f"{type(error).__name__}: {str(error)[:400]}")
    if options.shots is not None:
        options.shots.mkdir(parents=True, exist_ok=True)
        with suppress(Exception):
            await page.screenshot(path=options.shots / f"{visit.number}.png", full_page=True)
    # The page stays open: all are there until the last has its models.


async def _train(page: Page, url: str, folder: Path, visit: Visit, options: Any) -> None:
    begin = time.perf_counter()
    await page.goto(url, timeout=LONG_MS, wait_until="commit")
    await page.locator("#automl-steps").or_(page.locator(".ja")).first.wait_for()
    visit.words = time.perf_counter() - begin
    root = page.get_by_role("region", name="AutoML", exact=True)
    samples = root.get_by_role("group", name="Samples").get_by_role("button")
    await samples.first.wait_for()
    visit.usable = time.perf_counter() - begin

    table = folder / f"table-{visit.number}.csv"
    table.write_text(make_table(visit.number), encoding="utf-8")
    await root.get_by_label("Files to upload").set_input_files(table)
    await root.get_by_role("region", name="First rows").locator("tbody tr").first.wait_for()
    # Drawn from what the kernel is asked for when the table is shown.
    await root.locator(".ja-preview svg").first.wait_for()
    await root.get_by_role("tab", name=re.compile("^Train")).click()
    words = f"Predict {visit.target} within {options.budget} seconds"
    await root.get_by_label("What should be predicted?").fill(words)
    await _until(root.get_by_label("target", exact=True), visit.target)
    budget = root.get_by_label("budget", exact=True)
    if await budget.input_value() != str(options.budget):
        visit.wrong.append(f"the budget was read as {await budget.input_value()} s")
    await root.get_by_role("button", name="Train", exact=True).click()
    await _watch(page, root, visit, options)


async def _until(field_: Locator, value: str) -> None:
    while await field_.input_value() != value:
        await asyncio.sleep(0.01)


async def _watch(page: Page, root: Locator, visit: Visit, options: Any) -> None:
    """Look at the page until the run is over, as somebody who waits does."""
    headline = root.locator(".ja-run .ja-sentence").first
    await headline.wait_for()
    begin = time.perf_counter()
    most = options.visitors * (options.budget + 15) + WARY_SECONDS
    over, looks = False, 0
    while not over:
        await asyncio.sleep(LOOK_SECONDS)
        said = await headline.inner_text()
        now = time.perf_counter() - begin
        if "in line" in said:
            visit.queued = now
        visit.best = "is best with" in said
        over = visit.best or "No model had finished" in said
        await _check(page, root, visit)
        looks += 1
        if not over and looks % CLICK_EVERY == 0:
            await _click(root)
        if now > most:
            raise TimeoutError(f"no end after {now:.0f} s: {said}")
    visit.done = time.perf_counter() - begin
    visit.run = page.url.partition("run=")[2].partition("&")[0]
    if not visit.run:
        visit.wrong.append(f"the address names no run: {page.url}")


async def _check(page: Page, root: Locator, visit: Visit) -> None:
    """The page has no error, and knows of no other visitor's target or run."""
    text = await page.locator("body").inner_text()
    others = set(TARGET.findall(text)) - {visit.target}
    if others:
        visit.wrong.append(f"sees {sorted(others)}")
    if "behind" in text:
        visit.wrong.append("is told whom it waits for")
    for trouble in await root.page.locator(TROUBLE).all_inner_texts():
        if trouble not in visit.wrong:
            visit.wrong.append(trouble)


async def _click(root: Locator) -> None:
    """Do what the kernel is asked something for."""
    await root.get_by_role("tab", name=re.compile("^Data")).click()
    await root.get_by_role("button", name="Choose other data").wait_for()
    await root.get_by_role("tab", name=re.compile("^Train")).click()
    await root.locator(".ja-run .ja-sentence").first.wait_for()


class Answers:
    """How long a page waits for the answers of its kernel, by what goes over its socket."""

    def __init__(self, page: Page, seconds: list[float]) -> None:
        self._asked: dict[bytes, float] = {}
        self._seconds = seconds
        page.on("websocket", self._listen)

    def _listen(self, socket: Any) -> None:
        socket.on("framesent", lambda frame: self._sent(_bytes(frame)))
        socket.on("framereceived", lambda frame: self._received(_bytes(frame)))

    def _sent(self, frame: bytes) -> None:
        for name in ASKED.findall(frame):
            self._asked[name] = time.perf_counter()

    def _received(self, frame: bytes) -> None:
        for name in [name for name in self._asked if b'"' + name + b'"' in frame]:
            self._seconds.append(time.perf_counter() - self._asked.pop(name))


def _bytes(frame: str | bytes) -> bytes:
    return frame.encode() if isinstance(frame, str) else frame


def make_table(number: int) -> str:
    """A CSV whose target no other visitor's table has."""
    rng = random.Random(number)
    lines = [f"a,b,kind,target_{number}"]
    for _ in range(ROWS):
        a, b, kind = rng.gauss(0, 1), rng.gauss(0, 1), rng.choice("xyz")
        value = a - b + (kind == "x") + rng.gauss(0, 0.5) > 0
        lines.append(f"{a:.4f},{b:.4f},{kind},{'yes' if value else 'no'}")
    return "\n".join(lines)


class Memory:
    """What server, kernels, runners and workers take together at most, shared pages once."""

    def __init__(self, store: Path) -> None:
        self.most = 0
        self.processes = 0
        self._store = store
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Memory:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(3.0):
            sizes = [_pss(process) for process in self._family()]
            if sum(sizes) > self.most:
                self.most, self.processes = sum(sizes), len(sizes)

    def _family(self) -> list[psutil.Process]:
        """All that belongs to the server: runners leave its tree on purpose."""
        found: dict[int, psutil.Process] = {}
        heads = [p for p in psutil.Process().children() if "voila" in _words(p)]
        heads += [p for p in psutil.process_iter() if str(self._store) in _words(p)]
        for head in heads:
            with suppress(psutil.Error):
                found.update({p.pid: p for p in [head, *head.children(recursive=True)]})
        return list(found.values())


def _words(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


def _pss(process: psutil.Process) -> int:
    try:
        found: int = process.memory_full_info().pss
    except (psutil.Error, AttributeError):
        return 0
    return found


if __name__ == "__main__":
    main()
