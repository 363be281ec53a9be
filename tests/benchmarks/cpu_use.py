"""Share of the cores that a run uses between its plan and its end, and how long workers wait."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psutil

from tests.benchmarks.tables import Table, parser, percentile, show, tables

if TYPE_CHECKING:
    from jupyter_automl.core.events import Event
    from jupyter_automl.store import Store

TABLES = ("titanic", "adult_census", "forest_cover")
"""Small, middle and large: trials of milliseconds, of seconds, and on samples of the rows."""

SAMPLE_SECONDS = 0.1
STARTING_SECONDS = 60.0
_ASLEEP = (psutil.STATUS_SLEEPING, psutil.STATUS_DISK_SLEEP, psutil.STATUS_IDLE)

CHILD = """
import json, sys
import jupyter_automl as ja
path, target, drop = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
frame = ja.read(path)
ja.fit(
    frame,
    target=target,
    exclude=[name for name in drop if name in frame],
    budget=float(sys.argv[4]),
    n_jobs=int(sys.argv[5]),
    use_all_time=sys.argv[6] == "all",
).wait()
"""


@dataclass(frozen=True, slots=True)
class Sample:
    """Processor seconds until now.

    Attributes
    ----------
    at : float
        Unix seconds.
    runner, workers : float
        Of the runner, and of everything that it started.
    machine : float
        Of all processes on all cores.
    n_workers, n_waiting : int
        Worker processes, and those of them that sleep at this moment. One that is ready to
        run and has no core does not: this also tells something on a busy machine.
    """

    at: float
    runner: float
    workers: float
    machine: float
    n_workers: int
    n_waiting: int


def main() -> None:
    """One run a table, in a fresh interpreter and store."""
    arguments = parser(__doc__)
    arguments.add_argument("--tables", nargs="+", default=list(TABLES))
    arguments.add_argument("--budget", type=float, default=60.0)
    arguments.add_argument("--cores", type=int, default=len(os.sched_getaffinity(0)))
    arguments.add_argument(
        "--use-all-time", action="store_true", help="go on where nothing more is gained"
    )
    options = arguments.parse_args()
    rows = []
    for table in tables(options.data, options.tables):
        rows.append(_measure(table, options.budget, options.cores, options.use_all_time))
        print(rows[-1], flush=True)
    show(rows, options.json)


def _measure(table: Table, budget: float, cores: int, use_all_time: bool) -> Mapping[str, Any]:
    from jupyter_automl.store import Store

    with tempfile.TemporaryDirectory() as folder:
        words = [str(table.path), table.target, json.dumps(table.drop), str(budget), str(cores)]
        child = subprocess.Popen(
            [sys.executable, "-c", CHILD, *words, "all" if use_all_time else "early"],
            env={**os.environ, "JUPYTER_AUTOML_STORE": folder},
            stdout=subprocess.DEVNULL,
        )
        store = Store(folder)
        try:
            samples, events = _watch(store, child, budget)
        finally:
            child.kill()
            child.wait()
            store.close()
    return {"table": table.name, "rows": table.rows, **figures(samples, events, cores)}


def _watch(
    store: Store, child: subprocess.Popen[bytes], budget: float
) -> tuple[list[Sample], list[Event]]:
    samples: list[Sample] = []
    events: list[Event] = []
    runner: psutil.Process | None = None
    until = time.monotonic() + 2 * budget + STARTING_SECONDS
    while time.monotonic() < until and child.poll() is None:
        runs = store.runs()
        if runs:
            new = store.events(runs[0].id, since=len(events))
            events += new
            for event in new:
                if event.body.type == "runner_started":
                    runner = psutil.Process(event.body.pid)
            if any(event.body.type == "run_ended" for event in new):
                return samples, events
        if runner is not None:
            with contextlib.suppress(psutil.Error):
                samples.append(_sample(runner))
        time.sleep(SAMPLE_SECONDS)
    raise RuntimeError("The run must end by its budget. It did not, or its process has died.")


def _sample(runner: psutil.Process) -> Sample:
    own = runner.cpu_times()
    # Of workers that were replaced, as far as they were waited for.
    workers = own.children_user + own.children_system
    n_workers = n_waiting = 0
    for process in runner.children(recursive=True):
        with contextlib.suppress(psutil.Error), process.oneshot():
            times = process.cpu_times()
            workers += times.user + times.system + times.children_user + times.children_system
            if "resource_tracker" not in " ".join(process.cmdline()):
                n_workers += 1
                n_waiting += process.status() in _ASLEEP
    every = psutil.cpu_times()
    idle = every.idle + getattr(every, "iowait", 0.0)
    machine = sum(every) - idle - getattr(every, "guest", 0.0) - getattr(every, "guest_nice", 0.0)
    return Sample(time.time(), own.user + own.system, workers, machine, n_workers, n_waiting)


def figures(samples: Sequence[Sample], events: Sequence[Event], cores: int) -> dict[str, Any]:
    """Shares of all cores in percent, and the waiting of workers, while trials may start.

    Parameters
    ----------
    samples : sequence of Sample
        In order, from before the plan until after the search.
    """
    began = next(event.at for event in events if event.body.type == "plan_made")
    ended = next(
        event.at
        for event in events
        if event.body.type == "run_ended"
        or (event.body.type == "stage_changed" and event.body.stage == "finishing")
    )
    seconds = ended - began
    used = {
        name: (_value_at(samples, ended, name) - _value_at(samples, began, name))
        for name in ("runner", "workers", "machine")
    }
    percent = {name: 100 * value / (cores * seconds) for name, value in used.items()}
    seen = [sample for sample in samples if began <= sample.at <= ended]
    waiting = sum(sample.n_waiting for sample in seen)
    spans = trial_spans(events, ended)
    nothing = idle(spans, began, ended, cores)
    first = min((start for start, _ in spans), default=ended)
    last = max((start for start, _ in spans), default=ended)
    gaps = [1000 * gap for gap in hand_overs(spans, cores)]
    return {
        "search_s": seconds,
        "cpu_percent": percent["runner"] + percent["workers"],
        "workers_percent": percent["workers"],
        "runner_percent": percent["runner"],
        "others_percent": percent["machine"] - percent["runner"] - percent["workers"],
        "workers_asleep_percent": 100 * waiting / max(1, sum(s.n_workers for s in seen)),
        "trials": len(spans),
        "trials_per_cpu_s": len(spans) / max(1e-9, used["runner"] + used["workers"]),
        "idle_percent": 100 * nothing / (cores * seconds),
        "idle_before_first_percent": 100 * idle(spans, began, first, cores) / (cores * seconds),
        "idle_after_last_percent": 100 * idle(spans, last, ended, cores) / (cores * seconds),
        "idle_ms_per_trial": 1000 * nothing / max(1, len(spans)),
        "hand_over_ms_median": percentile(gaps, 50) if gaps else None,
        "hand_over_ms_p95": percentile(gaps, 95) if gaps else None,
    }


def trial_spans(events: Sequence[Event], ended: float) -> list[tuple[float, float]]:
    """Unix seconds at which the trials that began before `ended` were begun and over."""
    starts: dict[int, float] = {}
    spans = []
    for event in events:
        body = event.body
        if body.type == "trial_started" and event.at < ended:
            starts[body.trial.number] = event.at
        elif body.type == "trial_finished" and body.result.number in starts:
            spans.append((starts.pop(body.result.number), event.at))
        elif body.type == "trial_failed" and body.number in starts:
            spans.append((starts.pop(body.number), event.at))
    return sorted([*spans, *((start, ended) for start in starts.values())])


def idle(spans: Sequence[tuple[float, float]], began: float, ended: float, n_workers: int) -> float:
    """Seconds of all workers together without a trial between two moments."""
    busy = sum(max(0.0, min(end, ended) - max(start, began)) for start, end in spans)
    return n_workers * (ended - began) - busy


def hand_overs(spans: Sequence[tuple[float, float]], n_workers: int) -> list[float]:
    """Seconds from the end of each trial to the beginning of the one that took its place.

    Trials are given to the worker that waits longest; the first ones have no predecessor.
    """
    free: list[float] = []
    waits = []
    for number, (start, end) in enumerate(spans):
        if number >= n_workers and free:
            waits.append(max(0.0, start - free.pop(0)))
        free = sorted([*free, end])
    return waits


def _value_at(samples: Sequence[Sample], at: float, name: str) -> float:
    """Between two samples as if it had grown evenly."""
    import numpy as np

    times = [sample.at for sample in samples]
    return float(np.interp(at, times, [getattr(sample, name) for sample in samples]))


if __name__ == "__main__":
    main()
