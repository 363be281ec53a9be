"""``python -m tests.benchmarks.peers``: measure what is missing, then print the report."""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.peers import environments, rendering, report, results, sets, systems
from tests.benchmarks.peers.benchmark import Benchmark, usable_cores
from tests.benchmarks.tables import DATA


def main(arguments: list[str] | None = None) -> None:
    """See ``--help``."""
    options = _parser().parse_args(arguments)
    try:
        chosen = systems.systems(options.systems)
        tables = [] if options.report else sets.data_sets(options.data, options.tables)
    except (OSError, ValueError) as error:
        sys.exit(str(error))
    if options.environments:
        for system in chosen:
            environments.make(system, options.envs)
        return
    if not options.report:
        benchmark = Benchmark(
            systems=tuple(chosen),
            tables=tuple(tables),
            budgets=tuple(options.budget),
            repeats=tuple(options.repeat),
            cores=options.cores or usable_cores(),
            envs=options.envs.absolute(),
            path=options.results.absolute(),
        )
        with _alone(benchmark.path):
            keys = benchmark.pending(
                retry_failed=options.retry_failed, renew_ours=options.renew_ours
            )
            print(
                f"{len(keys)} of {len(benchmark.keys())} runs to do; {benchmark.path}", flush=True
            )
            benchmark.run(keys)
    _show(options)


def _show(options: argparse.Namespace) -> None:
    found = [
        result
        for result in results.read(options.results)
        if (not options.tables or result.table in options.tables)
        and (not options.budget_given or result.budget in options.budget)
    ]
    # One that was measured here and there only would leave few tables to compare all on.
    sections = report.report(found, [it.name for it in systems.systems(options.systems)])
    if not sections:
        sys.exit(f"There are no results of these in {options.results}.")
    if options.markdown is not None:
        options.markdown.write_text(rendering.as_markdown(sections), encoding="utf-8")
    print(rendering.as_text(sections))


@contextlib.contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Two at a time would measure each other."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_suffix(".lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            sys.exit(f"Another benchmark writes to {path}: wait for its end.")
        yield


class _Budgets(argparse.Action):
    """Remembers that budgets were asked for: a report shows all of them otherwise."""

    def __call__(self, parser, namespace, values, option_string=None):  # type: ignore[no-untyped-def]
        namespace.budget, namespace.budget_given = values, True


def _parser() -> argparse.ArgumentParser:
    cache = environments.cache_folder()
    made = argparse.ArgumentParser(prog="python -m tests.benchmarks.peers", description=__doc__)
    add = made.add_argument
    add("--data", type=Path, default=DATA, help="folder with datasets.json")
    add("--tables", nargs="+", default=[], help="data sets; all but the forecasts")
    add("--systems", nargs="+", default=[], help=f"of {', '.join(systems.SYSTEMS)}; all")
    add("--budget", type=float, nargs="+", default=[60.0], action=_Budgets, help="seconds; 60")
    add("--repeat", type=int, nargs="+", default=[0], help="seeds of split and systems; 0")
    add("--cores", type=int, help="cores that each run may use; all of this process")
    add("--envs", type=Path, default=cache / "envs", help="environments; %(default)s")
    add("--results", type=Path, default=cache / "results.jsonl", help="%(default)s")
    add("--retry-failed", action="store_true", help="measure failures again")
    add("--renew-ours", action="store_true", help="measure ours again where the code has changed")
    add("--environments", action="store_true", help="only create the environments")
    add("--report", action="store_true", help="only print what the results file holds")
    add("--markdown", type=Path, metavar="FILE", help="also write the report as Markdown")
    made.set_defaults(budget_given=False)
    return made


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
