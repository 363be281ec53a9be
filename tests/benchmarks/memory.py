"""Peak memory of a whole run: the kernel's side, the runner, the workers and all together."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import numpy as np
import psutil

from jupyter_automl.execute import held_by
from tests.benchmarks.tables import parser, show

if TYPE_CHECKING:
    import pandas as pd

SAMPLE_SECONDS = 0.1
TARGET = "target"
_LEVELS = (2, 3, 5, 8, 12, 20, 40, 100, 250, 400)
_CATEGORICAL_SHARE = 0.3
_MISSING = 0.05

CHILD = """
import json, sys, time
import jupyter_automl as ja
path, target = sys.argv[1:3]
budget, keywords = float(sys.argv[3]), json.loads(sys.argv[4])
began, started = time.time(), time.perf_counter()
run = ja.fit(path, target=target, budget=budget, **keywords)
returned = time.perf_counter() - started
run.wait(timeout=budget * 2 + 60)
state = run.experiment
at = {e.body.type: e.at - began for e in run.events()}
best = state.leaderboard.best
print(json.dumps({
    "status": state.status, "fit_returns_s": returned, "read_s": at["run_created"],
    "over_s": at["run_ended"] - at["run_created"] - budget,
    "models": state.n_done, "failed": state.n_failed,
    "failures": [str(e.body.error.get("message")) for e in run.events()
                 if e.body.type == "trial_failed" and e.body.reason in ("memory", "lost", "error")],
    "notices": [n.message for n in state.notices],
    "metric": state.leaderboard.metric,
    "best": best.model if best else "", "score": best.score if best else None,
}), flush=True)
rows = ja.read(path).head(1000)
print(json.dumps({"predicted": 0 if best is None else len(run.predict(rows))}), flush=True)
"""


def make_table(n_rows: int, n_columns: int, random_state: int = 0) -> pd.DataFrame:
    """A table of shape (n_rows, n_columns + 1) with a binary target that follows from it.

    Seven columns in ten are numbers (skewed, whole or normal), the others categories of 2 to
    400 levels; one cell in twenty is missing.
    """
    import pandas as pd

    rng = np.random.default_rng(random_state)
    n_categorical = round(_CATEGORICAL_SHARE * n_columns)
    signal = np.zeros(n_rows)
    columns: dict[str, Any] = {}
    for place in range(n_columns - n_categorical):
        values = rng.normal(size=n_rows)
        if place < 12:
            signal += values * (values > 0) / (1 + place)
        if place % 3 == 1:
            values = np.exp(values)
        if place % 3 == 2:
            values = np.round(20 * values)
        columns[f"number_{place}"] = np.where(rng.random(n_rows) < _MISSING, np.nan, values)
    for place in range(n_categorical):
        n_levels = _LEVELS[place % len(_LEVELS)]
        codes = rng.zipf(1.3, size=n_rows) % n_levels
        signal += 0.3 * rng.normal(size=n_levels)[codes]
        labels = np.array([f"level {code}" for code in range(n_levels)], dtype=object)
        cells = pd.Series(labels[codes])
        columns[f"category_{place}"] = cells.mask(rng.random(n_rows) < _MISSING)
    noise = rng.logistic(size=n_rows)
    columns[TARGET] = np.where(signal - np.median(signal) + noise > 0, "yes", "no")
    return pd.DataFrame(columns)


class Watch:
    """Samples a process and all below it until it is closed; peaks in bytes by role.

    Attributes
    ----------
    peaks : dict of (str, str) to int
        By role (``"kernel"``, ``"runner"``, ``"workers"``, ``"largest worker"``, ``"tree"``) and
        measure: ``"pss"`` counts shared pages in parts, ``"own"`` not at all (what a run's limit
        is about), ``"rss"`` in every process.
    """

    def __init__(self, pid: int) -> None:
        self.peaks: dict[tuple[str, str], int] = defaultdict(int)
        self._root = psutil.Process(pid)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(SAMPLE_SECONDS):
            self._sample()

    def _sample(self) -> None:
        sums: dict[tuple[str, str], int] = defaultdict(int)
        for role, process in self._processes():
            try:
                sizes = _sizes(process)
            except (psutil.Error, OSError):
                continue
            for measure, size in sizes.items():
                sums[role, measure] += size
                sums["tree", measure] += size
                if role == "workers":
                    largest = "largest worker", measure
                    sums[largest] = max(sums[largest], size)
        for key, size in sums.items():
            self.peaks[key] = max(self.peaks[key], size)

    def _processes(self) -> Iterator[tuple[str, psutil.Process]]:
        yield "kernel", self._root
        try:
            below = self._root.children(recursive=True)
        except psutil.Error:
            return
        for process in below:
            try:
                runs = "jupyter_automl.engine.runner" in process.cmdline()
            except psutil.Error:
                continue
            yield ("runner" if runs else "workers"), process


def _sizes(process: psutil.Process) -> dict[str, int]:
    held = held_by(process)
    return {
        "pss": proportional_bytes(process),
        "own": held.own,
        "rss": held.own + held.shared,
    }


def proportional_bytes(process: psutil.Process) -> int:
    """Memory of a process, what it shares with others counted in parts; else the unique part."""
    try:
        text = Path(f"/proc/{process.pid}/smaps_rollup").read_text()
    except OSError:
        return int(process.memory_full_info().uss)
    line = next(line for line in text.splitlines() if line.startswith("Pss:"))
    return int(line.split()[1]) * 1024


def main() -> None:
    """One run in a fresh interpreter and store, watched."""
    arguments = parser(__doc__)
    arguments.add_argument("--rows", type=int, default=100_000)
    arguments.add_argument("--columns", type=int, default=50)
    arguments.add_argument("--budget", type=float, default=60.0)
    arguments.add_argument("--max-memory", help='as fit takes it, e.g. "4GB"')
    arguments.add_argument("--n-jobs", type=int)
    arguments.add_argument("--format", choices=("csv", "parquet"), default="csv")
    arguments.add_argument("--say", action="store_true", help="print notices and failures too")
    options = arguments.parse_args()
    keywords = {
        name: value
        for name in ("max_memory", "n_jobs")
        if (value := getattr(options, name)) is not None
    }
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"table.{options.format}"
        _write(path, options.rows, options.columns)
        watch, result = _run(path, options.budget, keywords, Path(folder) / "store")
    said = result.pop("notices") + result.pop("failures")
    gib = {
        f"{role.replace(' ', '_')}_{measure}_GiB": size / 2**30
        for (role, measure), size in sorted(watch.peaks.items())
    }
    head = {"rows": options.rows, "columns": options.columns, "budget_s": options.budget}
    show([{**head, **keywords, **gib, **result}], options.json)
    if options.say:
        print(*said, sep="\n")


def _write(path: Path, n_rows: int, n_columns: int) -> None:
    frame = make_table(n_rows, n_columns)
    if path.suffix == ".csv":
        frame.to_csv(path, index=False)
    else:
        frame.to_parquet(path)


def _run(
    path: Path, budget: float, keywords: dict[str, Any], store: Path
) -> tuple[Watch, dict[str, Any]]:
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(path), TARGET, str(budget), json.dumps(keywords)],
        env={**os.environ, "JUPYTER_AUTOML_STORE": str(store)},
        stdout=subprocess.PIPE,
        text=True,
    )
    watch = Watch(child.pid)
    try:
        assert child.stdout is not None
        result = _line(child.stdout)
    finally:
        watch.close()
    result |= _line(child.stdout)
    child.wait()
    return watch, result


def _line(replies: IO[str]) -> dict[str, Any]:
    line = replies.readline()
    if not line:
        raise SystemExit("The run ended with an error; see above.")
    return dict(json.loads(line))


if __name__ == "__main__":
    main()
