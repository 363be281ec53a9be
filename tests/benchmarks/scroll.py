"""Scrolling through all trials of a long run: frames a second and the longest task."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.benchmarks.pages import N_TRIALS, lab_page, show_many_trials
from tests.benchmarks.tables import parser, percentile, show

if TYPE_CHECKING:
    from playwright.sync_api import Page

ROW_PX = 28

BEGIN = """() => {
  const box = document.querySelector(".ja-grid-scroll");
  const found = { frames: [], tasks: [], empty: 0, over: false, last: 0 };
  window.scrolled = found;
  found.observer = new PerformanceObserver((list) =>
    found.tasks.push(...list.getEntries().map(({ duration }) => duration)));
  found.observer.observe({ type: "longtask" });
  const next = (now) => {
    if (found.over) return;
    if (found.last) found.frames.push(now - found.last);
    found.last = now;
    const rows = box.querySelectorAll("tr[data-id]");
    const [first, last] = [rows[0], rows[rows.length - 1]].map((row) => Number(row.dataset.place));
    const seen = box.scrollTop / 28;
    if (first > seen + 1 || last < seen + box.clientHeight / 28 - 3) found.empty += 1;
    requestAnimationFrame(next);
  };
  requestAnimationFrame(next);
}"""
END = """() => new Promise((done) => {
  scrolled.over = true;
  // Long tasks are told a moment later.
  setTimeout(() => {
    const { frames, tasks, empty } = scrolled;
    scrolled.observer.disconnect();
    const box = document.querySelector(".ja-grid-scroll");
    done({ frames, tasks, empty, top: box.scrollTop });
  }, 500);
})"""


def main() -> None:
    """A fast wheel, and the whole table in the same time."""
    arguments = parser(__doc__)
    arguments.add_argument("--trials", type=int, default=N_TRIALS)
    arguments.add_argument("--seconds", type=float, default=5.0)
    options = arguments.parse_args()
    speeds = {"wheel": 3000.0, "whole table": options.trials * ROW_PX / options.seconds}
    with tempfile.TemporaryDirectory() as name, lab_page(Path(name)) as (page, server):
        show_many_trials(page, server, options.trials, "trials")
        rows = [
            {"scroll": kind, **measure(page, speed, options.seconds)}
            for kind, speed in speeds.items()
        ]
    show(rows, options.json)


def measure(page: Page, speed: float, seconds: float) -> dict[str, Any]:
    """Scroll down as a hand does, at `speed` pixels a second."""
    grid = page.locator(".ja-grid-scroll")
    grid.scroll_into_view_if_needed()
    grid.evaluate("(box) => { box.scrollTop = 0; }")
    box = grid.bounding_box()
    assert box is not None
    debugger = page.context.new_cdp_session(page)
    page.evaluate(BEGIN)
    debugger.send(
        "Input.synthesizeScrollGesture",
        {
            "x": box["x"] + box["width"] / 2,
            "y": box["y"] + box["height"] / 2,
            "yDistance": -int(speed * seconds),
            "speed": int(speed),
            "gestureSourceType": "mouse",
        },
    )
    found = page.evaluate(END)
    debugger.detach()
    frames = found["frames"]
    return {
        "rows_passed": int(found["top"] / ROW_PX),
        "frames_per_s": 1000 * len(frames) / sum(frames),
        "frame_p95_ms": percentile(frames, 95),
        "frame_max_ms": max(frames),
        "long_tasks": len(found["tasks"]),
        "longest_task_ms": max(found["tasks"], default=0.0),
        "empty_frames": found["empty"],
    }


if __name__ == "__main__":
    main()
