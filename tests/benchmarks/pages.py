"""A notebook of JupyterLab in a real browser, to measure in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.e2e.servers import Server

N_TRIALS = 10_000

# Milliseconds of Unix time, and what comes from the kernel: when, how much, of which kind.
WIRE = """
window.unixMs = () => performance.timeOrigin + performance.now();
window.wire = [];
const kindOf = (data) => {
  const text = typeof data === "string" ? data : new TextDecoder().decode(data.slice(0, 4000));
  return /"msg_type": ?"(\\w+)"/.exec(text)?.[1] ?? "";
};
window.WebSocket = class extends window.WebSocket {
  constructor(...parts) {
    super(...parts);
    if (!String(parts[0]).includes("/api/kernels/")) return;
    this.addEventListener("message", ({ data }) => {
      const at = unixMs();
      wire.push({ at, bytes: data.length ?? data.byteLength, kind: kindOf(data) });
    });
  }
};
"""

# Calls back when what is on the page now has been painted: a second frame begins only then.
PAINTED = """
window.painted = (then) =>
  requestAnimationFrame(() => requestAnimationFrame(() => then(unixMs())));
"""


@contextmanager
def lab_page(folder: Path, *scripts: str) -> Iterator[tuple[Page, Server]]:
    """A blank page that runs `scripts` before those of JupyterLab, and a server for it."""
    from playwright.sync_api import sync_playwright

    from tests.e2e import servers
    from tests.e2e.browser import FLAGS, find_browser

    with servers.lab(folder) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=list(FLAGS))
        page = browser.new_page(viewport={"width": 1280, "height": 1000})
        page.set_default_timeout(120_000)
        for script in (WIRE, PAINTED, *scripts):
            page.add_init_script(script)
        yield page, server
        browser.close()


def show_many_trials(page: Page, server: Server, n_trials: int, rows: str) -> None:
    """Fill the store with one long run, and show its leaderboard."""
    from jupyter_automl.store import Store
    from tests.benchmarks.many_trials import write
    from tests.e2e.stage import run_notebook

    store = Store(server.store)
    run_id = write(store, n_trials, 8.0)
    store.close()
    view = {"board": {"rows": rows}} if rows != "models" else {}
    cell = f"import jupyter_automl as ja\nja.Leaderboard(ja.open({run_id!r}), view={view!r})"
    server.write("many", cell)
    run_notebook(page, server.page("lab/workspaces/many/tree/many.ipynb"))
    page.locator(".ja-board tbody tr[data-id]").first.wait_for()
    # What a page shows again after a reload is what was saved.
    page.keyboard.press("Control+s")
    while "widget-view" not in (server.work / "many.ipynb").read_text(encoding="utf-8"):
        page.wait_for_timeout(50)
