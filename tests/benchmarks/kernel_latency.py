"""Round trip of a real kernel, idle and while a run trains on all cores."""

from __future__ import annotations

import os
import tempfile
import time
from typing import Any

from tests.benchmarks.tables import parser, percentile, show, tables


def main() -> None:
    """Idle first, then during a run of the same kernel with its live leaderboard attached."""
    from jupyter_client.manager import start_new_kernel

    arguments = parser(__doc__)
    arguments.add_argument("--table", default="adult_census")
    arguments.add_argument("--sample", action="store_true", help="use the generated churn table")
    arguments.add_argument("--requests", type=int, default=200)
    arguments.add_argument("--budget", type=float, default=40.0)
    options = arguments.parse_args()
    if options.sample:
        source, target = "sample:churn", "churn"
    else:
        (table,) = tables(options.data, [options.table])
        source, target = str(table.path), table.target
    with tempfile.TemporaryDirectory() as folder:
        os.environ["JUPYTER_AUTOML_STORE"] = folder
        manager, client = start_new_kernel(kernel_name="python3")
        try:
            run_cell(client, "import jupyter_automl as ja")
            run_cell(client, f"frame = ja.read({source!r})")
            idle = round_trips(client, options.requests)
            run_cell(
                client,
                f"run = ja.fit(frame, target={target!r}, budget={options.budget})\n"
                "board = ja.Leaderboard(run)\n"
                "import time\n"
                "while run.experiment.n_done < 2: time.sleep(.05)",
            )
            busy = round_trips(client, options.requests)
            run_cell(client, "run.cancel(); run.wait()")
        finally:
            client.stop_channels()
            manager.shutdown_kernel(now=True)
    rows = [
        {
            "kernel": name,
            "p50_ms": percentile(times, 50) * 1e3,
            "p95_ms": percentile(times, 95) * 1e3,
            "max_ms": max(times) * 1e3,
            "p95_to_idle": percentile(times, 95) / percentile(idle, 95),
        }
        for name, times in (("idle", idle), ("training", busy))
    ]
    show(rows, options.json)


def run_cell(client: Any, code: str, timeout: float = 120.0) -> None:
    """Execute and wait; an error in the cell is raised here."""
    reply = client.execute_interactive(code, timeout=timeout, output_hook=lambda message: None)
    if reply["content"]["status"] != "ok":
        raise RuntimeError("\n".join(reply["content"]["traceback"]))


def round_trips(client: Any, n: int) -> list[float]:
    """Seconds from sending an empty cell to its reply, `n` times, 50 ms apart."""
    times = []
    for _ in range(n):
        started = time.perf_counter()
        client.execute("1", store_history=False)
        client.get_shell_msg(timeout=30)
        times.append(time.perf_counter() - started)
        time.sleep(0.05)
    return times


if __name__ == "__main__":
    main()
