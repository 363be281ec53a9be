"""From a trial's end in the runner to its painted row in a real browser, and bytes on the wire."""

from __future__ import annotations

import json
import struct
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.benchmarks.tables import parser, percentile, show, tables

FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")

WATCH = """
window.painted = [];
const seen = new Map();
const look = () => {
  for (const row of document.querySelectorAll("tr[data-id^='family:']")) {
    const family = row.dataset.id.slice("family:".length);
    const trials = parseInt(row.querySelector(".ja-col-trials")?.textContent ?? "0", 10);
    if (trials > (seen.get(family) ?? 0)) {
      seen.set(family, trials);
      // A second frame begins only after the first one was painted.
      requestAnimationFrame(() => requestAnimationFrame(
        () => window.painted.push({ family, trials, at: Date.now() / 1000 })));
    }
  }
};
addEventListener("DOMContentLoaded", () =>
  new MutationObserver(look).observe(document.documentElement,
    { subtree: true, childList: true, characterData: true }));
"""


def main() -> None:
    """A Voila page with a live leaderboard; times of the store against times of the page."""
    import nbformat
    from playwright.sync_api import sync_playwright

    from jupyter_automl.store import Store
    from tests.e2e import servers
    from tests.e2e.browser import find_browser

    arguments = parser(__doc__)
    arguments.add_argument("--table", default="titanic")
    arguments.add_argument("--sample", action="store_true", help="use the generated churn table")
    arguments.add_argument("--budget", type=float, default=60.0)
    options = arguments.parse_args()
    source, target = "sample:churn", "churn"
    if not options.sample:
        (table,) = tables(options.data, [options.table])
        source, target = str(table.path), table.target
    cell = (
        "import jupyter_automl as ja\n"
        f"run = ja.fit({source!r}, target={target!r}, budget={options.budget})\n"
        "ja.Leaderboard(run)"
    )
    frames: list[bytes | str] = []
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell)])
        nbformat.write(notebook, folder / "race.ipynb")
        with servers.voila(folder / "voila", folder / "race.ipynb") as server:
            browser = playwright.chromium.launch(
                executable_path=find_browser(), args=list(FLAGS), headless=True
            )
            page = browser.new_page()
            page.add_init_script(WATCH)
            page.on(
                "websocket",
                lambda socket: socket.on("framereceived", lambda frame: frames.append(frame)),
            )
            page.goto(server.url)
            sentence = page.locator(".ja-run .ja-sentence").first
            sentence.filter(has_text="is best with").wait_for(timeout=(options.budget + 60) * 1000)
            painted = page.evaluate("window.painted")
            browser.close()
            store = Store(server.store)
            run_id = store.runs()[0].id
            events = store.events(run_id)
    latencies = delays(events, painted)
    sizes, seconds = deltas(frames), options.budget
    row = {
        "trials_painted": len(latencies),
        "paint_p50_ms": percentile(latencies, 50) * 1e3,
        "paint_p95_ms": percentile(latencies, 95) * 1e3,
        "paint_max_ms": max(latencies) * 1e3,
        "deltas": len(sizes),
        "deltas_per_s": len(sizes) / seconds,
        "delta_p50_bytes": percentile(sizes, 50),
        "delta_p95_bytes": percentile(sizes, 95),
        "delta_max_bytes": max(sizes),
    }
    show([row], options.json)


def delays(events: Sequence[Any], painted: Sequence[dict[str, Any]]) -> list[float]:
    """Seconds from each finished trial to the first paint that counts it.

    Trials that had finished before the page was there are left out.
    """
    first = min(mark["at"] for mark in painted)
    ends: dict[str, list[float]] = {}
    for event in events:
        if event.body.type == "trial_finished":
            ends.setdefault(event.body.result.family, []).append(event.at)
    found = []
    for family, times in ends.items():
        marks = [mark for mark in painted if mark["family"] == family]
        for number, at in enumerate(times, start=1):
            shown = [mark["at"] for mark in marks if mark["trials"] >= number]
            if shown and at > first:
                found.append(min(shown) - at)
    return found


def deltas(frames: Sequence[bytes | str]) -> list[int]:
    """Bytes of every custom message of kind ``delta``, its content as it travelled."""
    sizes = []
    for frame in frames:
        content = _content(frame)
        if content is None or b'"delta"' not in content:
            continue
        data = json.loads(content).get("data", {})
        if data.get("method") == "custom" and data.get("content", {}).get("kind") == "delta":
            sizes.append(len(json.dumps(data["content"], separators=(",", ":")).encode()))
    return sizes


def _content(frame: bytes | str) -> bytes | None:
    """The content part of a kernel message, in either of the server's two protocols."""
    if isinstance(frame, str):
        try:
            return json.dumps(json.loads(frame).get("content", {})).encode()
        except (ValueError, AttributeError):
            return None
    if len(frame) < 8:
        return None
    (count,) = struct.unpack_from("<Q", frame)
    if count < 6 or len(frame) < 8 * (count + 1):
        return None
    offsets = struct.unpack_from(f"<{count}Q", frame, 8)
    # channel, header, parent header, metadata, content, buffers
    return frame[offsets[4] : offsets[5]]


if __name__ == "__main__":
    main()
