"""Seconds over the budget, from the call of ``fit`` to the run's end, on many data sets."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile

from tests.benchmarks.tables import parser, show, tables

CHILD = """
import json, sys, time
import jupyter_automl as ja
path, target, drop, budget = sys.argv[1], sys.argv[2], json.loads(sys.argv[3]), float(sys.argv[4])
frame = ja.read(path)
began, started = time.time(), time.perf_counter()
run = ja.fit(frame, target=target, exclude=[d for d in drop if d in frame], budget=budget)
returned = time.perf_counter() - started
run.wait(timeout=budget * 2 + 60)
waited = time.perf_counter() - started
state = run.experiment
ended = next(e.at for e in run.events() if e.body.type == "run_ended") - began
best = state.leaderboard.best
print(json.dumps({
    "fit_returns_s": returned, "ended_s": ended, "wait_s": waited, "status": state.status,
    "models": state.n_done, "failed": state.n_failed, "metric": state.leaderboard.metric,
    "best": best.model if best else "", "score": best.score if best else None,
    "explained": len(state.explanations),
}))
"""


def main() -> None:
    """One run a data set and budget, each in a fresh interpreter and store."""
    arguments = parser(__doc__)
    arguments.add_argument("--budgets", type=float, nargs="+", default=[30.0, 60.0])
    arguments.add_argument("--tables", nargs="*", default=[])
    options = arguments.parse_args()
    rows = []
    for table in tables(options.data, options.tables):
        for budget in options.budgets:
            with tempfile.TemporaryDirectory() as folder:
                done = subprocess.run(
                    [
                        sys.executable,
                        "-c",
                        CHILD,
                        str(table.path),
                        table.target,
                        json.dumps(table.drop),
                        str(budget),
                    ],
                    env={**os.environ, "JUPYTER_AUTOML_STORE": folder},
                    capture_output=True,
                    text=True,
                    check=False,
                )
            head = {"table": table.name, "rows": table.rows, "budget_s": budget}
            if done.returncode:
                last = (done.stderr.strip().splitlines() or ["no message"])[-1]
                rows.append({**head, "status": f"error: {last}"})
                print(rows[-1], flush=True)
                continue
            result = json.loads(done.stdout.splitlines()[-1])
            over = result["ended_s"] - budget
            kept = over <= max(1.0, 0.02 * budget)
            rows.append({**head, "over_s": over, "kept": kept, **result})
            print(rows[-1], flush=True)
    names = list(max(rows, key=len))
    show([{name: row.get(name, "") for name in names} for row in rows], options.json)


if __name__ == "__main__":
    main()
