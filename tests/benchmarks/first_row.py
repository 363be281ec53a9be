"""Seconds until ``fit`` returns and until the first leaderboard row stands in the store."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile

from tests.benchmarks.tables import parser, percentile, show, tables

CHILD = """
import json, sys, time
import jupyter_automl as ja
source, target, warm = sys.argv[1], sys.argv[2], sys.argv[3] == "warm"
frame = ja.read(source)
if warm:
    from jupyter_automl.api.warm import wait_until_warm
    wait_until_warm()
started = time.perf_counter()
began = time.time()
run = ja.fit(frame, target=target, budget=30)
returned = time.perf_counter() - started
first = real = None
while real is None and time.perf_counter() - started < 30:
    for event in run.events():
        if event.body.type == "trial_finished":
            if first is None:
                first = event.at - began
            if event.body.result.family != "dummy":
                real = event.at - began
                break
    time.sleep(0.02)
run.cancel()
run.wait()
print(json.dumps({"fit_returns_s": returned, "first_row_s": first, "first_real_model_s": real}))
"""


def main() -> None:
    """Fresh interpreters and stores, cold and warm in turn."""
    arguments = parser(__doc__)
    arguments.add_argument("--table", default="adult_census")
    arguments.add_argument("--sample", action="store_true", help="use the generated churn table")
    arguments.add_argument("--repeat", type=int, default=5)
    options = arguments.parse_args()
    if options.sample:
        source, target = "sample:churn", "churn"
    else:
        (table,) = tables(options.data, [options.table])
        source, target = str(table.path), table.target
    found: dict[str, list[dict[str, float]]] = {"cold": [], "warm": []}
    for _ in range(options.repeat):
        for mode, results in found.items():
            results.append(_measure(source, target, mode))
    rows = [
        {
            "workers": mode,
            **{
                f"{name}_{label}": percentile([r[name] for r in results], percent)
                for name in results[0]
                for label, percent in (("median", 50), ("max", 100))
            },
        }
        for mode, results in found.items()
    ]
    show(rows, options.json)


def _measure(source: str, target: str, mode: str) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-c", CHILD, source, target, mode],
            env={**os.environ, "JUPYTER_AUTOML_STORE": folder},
            capture_output=True,
            text=True,
            check=True,
        )
    return dict(json.loads(done.stdout.splitlines()[-1]))


if __name__ == "__main__":
    main()
