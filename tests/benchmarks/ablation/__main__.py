"""``python -m tests.benchmarks.ablation``: what each part of the engine is worth.

Every run is a fresh process on the split of the peers' benchmark, with one part replaced from
outside, and counts only where its events show that the part was off.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.benchmarks.ablation import report, running
from tests.benchmarks.ablation.arms import ARMS, FULL
from tests.benchmarks.peers import rendering, results, sets
from tests.benchmarks.peers.benchmark import usable_cores
from tests.benchmarks.peers.results import Key, Result
from tests.benchmarks.peers.sets import DataSet
from tests.benchmarks.tables import DATA


def main(arguments: list[str] | None = None) -> None:
    """See ``--help``."""
    options = _parser().parse_args(arguments)
    folder = options.results.absolute()
    arms = [FULL, *(name for name in ARMS if name in options.arms and name != FULL)]
    if not options.report:
        try:
            tables = sets.data_sets(options.data, options.tables)
        except (OSError, ValueError) as error:
            sys.exit(str(error))
        keys = running.keys_of(arms, tables, options.budget, options.repeat)
        with _alone(folder):
            left = running.pending(
                keys, tables, folder, retry_failed=options.retry_failed, renew=options.renew
            )
            print(f"{len(left)} of {len(keys)} runs to do; {folder}", flush=True)
            _measure(left, tables, folder, options.cores or usable_cores())
    _show(options, arms, folder)


def _measure(keys: Sequence[Key], tables: Sequence[DataSet], folder: Path, cores: int) -> None:
    by_name = {table.name: table for table in tables}
    began = time.monotonic()
    for number, key in enumerate(keys, start=1):
        result = running.measure(key, by_name[key.table], folder, cores=cores)
        left = (time.monotonic() - began) / number * (len(keys) - number) / 60
        print(
            f"[{number}/{len(keys)}, {left:.0f} min left] {_sentence(result, folder)}", flush=True
        )


def _sentence(result: Result, folder: Path) -> str:
    came = f"failed: {result.failure}" if result.failure else f"error {result.error:.5g}"
    facts = running.facts_of(result.key, folder)
    did = f", {facts.n_trials} trials of {len(facts.families)} families" if facts else ""
    wall = "" if result.wall_seconds is None else f", {result.wall_seconds:.1f} s"
    return f"{result.table} {result.system} at {result.budget:g} s: {came}{did}{wall}"


def _show(options: argparse.Namespace, arms: Sequence[str], folder: Path) -> None:
    found = [
        result
        for result in results.read(folder / running.RESULTS)
        if result.system in arms
        and (not options.tables or result.table in options.tables)
        and result.budget in options.budget
    ]
    if not found:
        sys.exit(f"There are no results of these in {folder}.")
    sections = report.report(found, lambda key: running.facts_of(key, folder))
    (folder / "report.md").write_text(rendering.as_markdown(sections), encoding="utf-8")
    print(rendering.as_text(sections))
    if any(result.failure is not None for result in found):
        sys.exit("Some runs have failed; --retry-failed measures them again.")


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Two at a time would measure each other."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            sys.exit(f"Another ablation writes to {folder}: wait for its end.")
        yield


def _parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="python -m tests.benchmarks.ablation", description=__doc__)
    add = made.add_argument
    add("--results", type=Path, required=True, help="folder of the results; goes on where it was")
    add("--data", type=Path, default=DATA, help="folder with datasets.json")
    add("--tables", nargs="+", default=[], help="data sets; all but the forecasts")
    add("--arms", nargs="+", default=list(ARMS), choices=list(ARMS), help="all; full always")
    add("--budget", type=float, nargs="+", default=[60.0], help="seconds; 60")
    add("--repeat", type=int, nargs="+", default=[0], help="seeds of split and engine; 0")
    add("--cores", type=int, help="cores that each run may use; all of this process")
    add("--retry-failed", action="store_true", help="measure failures again")
    add("--renew", action="store_true", help="measure again where the code has changed")
    add("--report", action="store_true", help="only print what the folder holds")
    return made


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
