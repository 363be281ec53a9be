"""From running a cell to the painted app, in JupyterLab with a kernel that knows the package."""

from __future__ import annotations

import json
import statistics
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.benchmarks.pages import lab_page
from tests.benchmarks.tables import parser, show

if TYPE_CHECKING:
    from playwright.sync_api import Page

FIRST = "import json, time\nmarks = []"
CELL = """
now = [time.time()]
import jupyter_automl as ja
now.append(time.time())
app = ja.App()
now.append(time.time())
marks.append(now)
app
""".strip()
SHOWN = ("execute_result", "display_data")
LAST = "print(json.dumps(marks))"

# What happens on the page after Ctrl+Enter, each the first time.
WATCH = """
window.runs = [];
const mark = (name) => { if (runs.length) runs.at(-1)[name] ??= unixMs(); };
addEventListener("keydown", ({ key, ctrlKey }) => {
  if (key === "Enter" && ctrlKey) runs.push({ run: unixMs() });
}, true);
const [make, drop] = [URL.createObjectURL, URL.revokeObjectURL];
URL.createObjectURL = (blob) => {
  if (/javascript/.test(blob.type)) mark("fetch");
  return make.call(URL, blob);
};
URL.revokeObjectURL = (address) => { mark("fetched"); drop.call(URL, address); };
const seen = new WeakSet();
const look = () => {
  for (const section of document.querySelectorAll("section.ja")) {
    if (seen.has(section) || section.childElementCount === 0) continue;
    seen.add(section);
    mark("mounted");
    const mine = runs.at(-1);
    painted((at) => { mine.painted = at; });
  }
};
addEventListener("DOMContentLoaded", () =>
  new MutationObserver(look).observe(document.documentElement, { subtree: true, childList: true }));
"""


def main() -> None:
    """The first run of the cell warms the kernel and is not counted."""
    arguments = parser(__doc__)
    arguments.add_argument("--times", type=int, default=10)
    options = arguments.parse_args()
    with (
        tempfile.TemporaryDirectory() as name,
        lab_page(Path(name), WATCH) as (page, server),
    ):
        server.write("paint", FIRST, CELL, LAST)
        marks, runs, wire = measure(page, server.page("lab/workspaces/a/tree/paint.ipynb"), options)
    found = [split(mark, run, wire) for mark, run in zip(marks, runs, strict=True)][1:]
    row = {name: statistics.median(one[name] for one in found) for name in found[0]}
    show([{"times": len(found), **row, "max_ms": max(o["ms"] for o in found)}], options.json)


def measure(page: Page, address: str, options: Any) -> tuple[list[Any], list[Any], list[Any]]:
    """Run the cell again and again; what the kernel noted, what the page noted, all messages."""
    from tests.e2e.stage import run_notebook

    run_notebook(page, address)
    cells = page.locator(".jp-NotebookPanel:visible .jp-CodeCell")
    for count in range(1, options.times + 2):
        cells.nth(1).locator(".cm-content").click()
        _rest(page)
        page.evaluate(f"runs.length = {count - 1}")
        page.keyboard.press("Control+Enter")
        page.wait_for_function(f"() => runs.length === {count} && runs[{count - 1}].painted")
    runs = page.evaluate("runs")
    cells.nth(2).locator(".cm-content").click()
    page.keyboard.press("Control+Enter")
    text = cells.nth(2).locator(".jp-OutputArea-output").inner_text()
    return json.loads(text), runs, page.evaluate("wire")


def _rest(page: Page) -> None:
    """Wait until the kernel is idle and the page has had a second without a long task."""
    page.locator(".jp-NotebookPanel:visible [data-status=idle]").first.wait_for(state="attached")
    page.evaluate(
        """() => new Promise((done) => {
          const wait = () => setTimeout(done, 1000);
          let timer = wait();
          new PerformanceObserver(() => { clearTimeout(timer); timer = wait(); })
            .observe({ type: "longtask" });
        })"""
    )


def split(mark: list[float], run: Mapping[str, float], wire: list[Any]) -> dict[str, float]:
    """Milliseconds of each step; all but `module_ms` follow one another."""
    begin, imported, made = (1000 * at for at in mark)
    results = [one["at"] for one in wire if one["kind"] in SHOWN]
    shown = min(at for at in results if run["run"] < at)
    return {
        "ms": run["painted"] - run["run"],
        "to_kernel_ms": begin - run["run"],
        "import_ms": imported - begin,
        "construct_ms": made - imported,
        "message_ms": shown - made,
        "draw_ms": run["mounted"] - shown,
        "paint_ms": run["painted"] - run["mounted"],
        "module_ms": run["fetched"] - run["fetch"],
    }


if __name__ == "__main__":
    main()
