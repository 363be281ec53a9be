"""A page that is loaded again: bytes and time from the kernel's answer to the same leaderboard."""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.benchmarks.pages import N_TRIALS, lab_page, show_many_trials
from tests.benchmarks.tables import parser, show

if TYPE_CHECKING:
    from playwright.sync_api import Page

WATCH = """
window.board = null;
const look = () => {
  if (board || !document.querySelector(".ja-board tbody tr[data-id]")) return;
  window.board = {};
  painted((at) => { board.at = at; });
};
addEventListener("DOMContentLoaded", () =>
  new MutationObserver(look).observe(document.documentElement, { subtree: true, childList: true }));
"""
ROWS = "() => [...document.querySelectorAll('.ja-board tbody tr[data-id]')].slice(0, 12)"
TEXTS = ROWS + ".map((row) => row.innerText)"
FOUND = "() => ({ board: board.at, begin: performance.timeOrigin, wire })"


def main() -> None:
    """The leaderboard of models, then that of all trials."""
    arguments = parser(__doc__)
    arguments.add_argument("--trials", type=int, default=N_TRIALS)
    arguments.add_argument("--times", type=int, default=5)
    options = arguments.parse_args()
    rows = []
    for shown in ("models", "trials"):
        with tempfile.TemporaryDirectory() as name, lab_page(Path(name), WATCH) as (page, server):
            show_many_trials(page, server, options.trials, shown)
            found = [measure(page) for _ in range(options.times)]
        middle = {name: statistics.median(one[name] for one in found) for name in found[0]}
        most = max(one["answer_to_board_ms"] for one in found)
        rows.append({"board": shown, "trials": options.trials, **middle, "max_ms": most})
    show(rows, options.json)


def measure(page: Page) -> dict[str, Any]:
    """Load the page again and wait for the rows that were there before."""
    before = page.evaluate(TEXTS)
    page.reload()
    page.wait_for_function("() => window.board?.at")
    found = page.evaluate(FOUND)
    assert page.evaluate(TEXTS) == before, "another leaderboard came back"
    wire, board = found["wire"], found["board"]
    answer = next(one["at"] for one in wire if one["kind"] == "kernel_info_reply")
    came = [one for one in wire if answer <= one["at"] <= board]
    return {
        "answer_to_board_ms": board - answer,
        "messages": len(came),
        "kb": sum(one["bytes"] for one in came) / 1000,
        "load_to_answer_ms": answer - found["begin"],
    }


if __name__ == "__main__":
    main()
