"""Share of runs that leave a usable model when they are stopped at a random moment."""

from __future__ import annotations

import contextlib
import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from typing import Any

from tests.benchmarks.tables import parser, percentile, show, tables

TABLES = ("titanic", "adult_census", "forest_cover")
WAYS = ("stop", "cancel", "kill")
"""The button, the other button, and a runner process that dies."""

CHILD = """
import json, os, signal, sys, time
import numpy as np
import jupyter_automl as ja
from jupyter_automl.api.warm import wait_until_warm

path, target, drop, budget = sys.argv[1], sys.argv[2], json.loads(sys.argv[3]), float(sys.argv[4])
frame = ja.read(path)
features = frame.drop(columns=[target]).head(200)


def first_row(run):
    while True:
        bodies = [event.body for event in run.events()]
        if any(body.type == "trial_finished" for body in bodies):
            return
        if any(body.type == "run_ended" for body in bodies):
            raise RuntimeError(f"The run ended without a row: {run.experiment.reason}")
        time.sleep(0.01)


def runner(run):
    return next(e.body.pid for e in run.events() if e.body.type == "runner_started")


def usable(run):
    predicted = run.predict(features)
    known = run.experiment.plan.classes
    assert len(predicted) == len(features), len(predicted)
    if known:
        assert set(map(str, predicted)) <= set(known), set(map(str, predicted))
        shares = run.predict_proba(features).to_numpy()
        assert np.allclose(shares.sum(axis=1), 1.0), shares.sum(axis=1)
    else:
        assert np.isfinite(predicted.to_numpy(dtype=float)).all()


for line in sys.stdin:
    asked = json.loads(line)
    wait_until_warm()
    run = ja.fit(
        frame, target=target, exclude=[name for name in drop if name in frame], budget=budget
    )
    first_row(run)
    row_after = time.time() - run.experiment.created_at
    # Anywhere between the first row and the end of the budget.
    wait = asked["share"] * max(0.0, budget - row_after)
    time.sleep(wait)
    began = time.monotonic()
    early = run.experiment.ended
    if asked["way"] == "kill":
        if not early:
            os.kill(runner(run), signal.SIGKILL)
    else:
        getattr(run, asked["way"])()
    run.wait(timeout=120)
    ended = time.monotonic() - began
    seconds = time.monotonic()
    try:
        usable(run)
        failure = ""
    except Exception as error:
        failure = f"{type(error).__name__}: {error}"
    best = run.experiment.leaderboard.best
    print(json.dumps({
        **asked, "first_row_s": row_after, "stopped_after_s": row_after + wait,
        "ended_before": early, "status": run.status, "end_s": ended,
        "predict_s": time.monotonic() - seconds, "best": best.model if best else "",
        "failure": failure,
    }), flush=True)
"""


def main() -> None:
    """Stops on each table, in one process a table; each stop is printed as it comes."""
    arguments = parser(__doc__)
    arguments.add_argument("--tables", nargs="+", default=list(TABLES))
    arguments.add_argument("--budget", type=float, default=20.0)
    arguments.add_argument("--stops", type=int, default=10, help="on each table")
    arguments.add_argument("--ways", nargs="+", choices=WAYS, default=["stop"], help="in turns")
    arguments.add_argument("--seed", type=int, default=0)
    options = arguments.parse_args()
    rows = []
    for table in tables(options.data, options.tables):
        stops = moments(options.stops, options.ways, f"{options.seed} {table.name}")
        words = [str(table.path), table.target, json.dumps(table.drop), str(options.budget)]
        found = [{"table": table.name, **result} for result in _carry_out(words, stops)]
        rows.append({"table": table.name, "rows": table.rows, **_summary(found, len(stops))})
    every = [row["usable"] for row in rows]
    show(rows, options.json)
    print(f"\nUsable: {sum(every)} of {sum(row['stops'] for row in rows)} stops")


def moments(number: int, ways: Sequence[str], seed: str) -> list[dict[str, Any]]:
    """Moments as shares of the time between first row and budget, one in each equal part of it."""
    drawn = random.Random(seed)
    shares = [(place + drawn.random()) / number for place in range(number)]
    drawn.shuffle(shares)
    return [{"share": share, "way": ways[place % len(ways)]} for place, share in enumerate(shares)]


def _carry_out(words: Sequence[str], stops: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What came of each; stops after the process has died are missing."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        child = subprocess.Popen(
            [sys.executable, "-c", CHILD, *words],
            env={**os.environ, "JUPYTER_AUTOML_STORE": folder},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert child.stdin is not None
        assert child.stdout is not None
        results = []
        with child, contextlib.suppress(BrokenPipeError):
            for stop in stops:
                print(json.dumps(stop), file=child.stdin, flush=True)
                line = child.stdout.readline()
                if not line:
                    break
                results.append(json.loads(line))
                print(results[-1], flush=True)
            child.stdin.close()
        return results


def _summary(found: Sequence[Mapping[str, Any]], n_stops: int) -> dict[str, Any]:
    ends = [result["end_s"] for result in found if not result["ended_before"]]
    good = sum(not result["failure"] for result in found)
    return {
        "stops": n_stops,
        "usable": good,
        "usable_percent": 100 * good / n_stops,
        "had_ended": sum(result["ended_before"] for result in found),
        "stop_to_end_s_median": percentile(ends, 50) if ends else None,
        "stop_to_end_s_max": max(ends, default=None),
        "predict_s_max": max((result["predict_s"] for result in found), default=None),
    }


if __name__ == "__main__":
    main()
