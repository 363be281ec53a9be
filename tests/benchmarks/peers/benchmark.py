"""The loop: one system on one table at a time, each result on disk before the next begins."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tests.benchmarks.peers import checkout, environments, measuring, results, sets, splits
from tests.benchmarks.peers.results import Key, Result
from tests.benchmarks.peers.scoring import BadPredictionError, error_of
from tests.benchmarks.peers.sets import DataSet
from tests.benchmarks.peers.systems import US, System


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmark:
    """What is measured, and where it is kept.

    Attributes
    ----------
    budgets : tuple of float
        Wall-clock seconds.
    repeats : tuple of int
        Seeds of the split and of the systems.
    envs, path : Path
        Folder of the environments; the results file.
    """

    systems: tuple[System, ...]
    tables: tuple[DataSet, ...]
    budgets: tuple[float, ...]
    repeats: tuple[int, ...]
    cores: int
    envs: Path
    path: Path

    def keys(self) -> list[Key]:
        """Everything, table by table, so that systems meet the same state of the machine."""
        return [
            Key(system=system.name, table=table.name, budget=budget, repeat=repeat)
            for budget in self.budgets
            for repeat in self.repeats
            for table in self.tables
            for system in self.systems
        ]

    def pending(self, *, retry_failed: bool, renew_ours: bool) -> list[Key]:
        """What the results file does not hold yet."""
        return results.pending(
            self.keys(),
            results.read(self.path),
            {table.name: table.fingerprint() for table in self.tables},
            retry_failed=retry_failed,
            renew={US: checkout.code()} if renew_ours else None,
        )

    def run(self, keys: Sequence[Key]) -> None:
        """Measure these and add each to the results file.

        Raises
        ------
        subprocess.CalledProcessError
            If an environment cannot be made or a system cannot be imported in it.
        """
        systems = {system.name: system for system in self.systems}
        tables = {table.name: table for table in self.tables}
        for name in dict.fromkeys(key.system for key in keys):
            environments.make(systems[name], self.envs)
            measuring.import_once(systems[name], self.envs)
        for number, key in enumerate(keys, start=1):
            result = self.measure(key, systems[key.system], tables[key.table])
            results.append(self.path, result)
            print(f"[{number}/{len(keys)}] {_sentence(result)}", flush=True)

    def measure(self, key: Key, system: System, table: DataSet) -> Result:
        """One run of a system on a table, scored on the rows that it has not seen."""
        frame = sets.load(table)
        test = splits.held_out(frame, table, key.repeat)
        held_out = frame[test].reset_index(drop=True)
        code = checkout.code()
        measured = measuring.measure(
            system,
            measuring.Task(
                train=frame[~test].reset_index(drop=True),
                test=held_out.drop(columns=[table.target]),
                target=table.target,
                task=table.task,
                metric=table.metric,
                budget=key.budget,
                cores=self.cores,
                seed=key.repeat,
            ),
            self.envs,
            keep=self.path.parent / "logs" / f"{key.table}-{key.system}-{key.repeat}.txt",
        )
        failure, error = measured.failure, None
        if failure is None:
            assert measured.predicted is not None
            try:
                error = error_of(
                    table.task,
                    held_out[table.target].to_numpy(),
                    measured.predicted,
                    measured.labels,
                    None if table.positive is None else str(table.positive),
                )
            except BadPredictionError as reason:
                failure = f"predictions: {reason}"
        return Result(
            system=key.system,
            table=key.table,
            budget=key.budget,
            repeat=key.repeat,
            task=table.task,
            rows=table.rows,
            fingerprint=table.fingerprint(),
            cores=self.cores,
            failure=failure,
            error=error,
            commit=checkout.commit(),
            code=code,
            at=datetime.now(UTC).isoformat(timespec="seconds"),
            **measured.figures,
        )


def usable_cores() -> int:
    """Cores that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1


def _sentence(result: Result) -> str:
    wall = "" if result.wall_seconds is None else f", {result.wall_seconds:.1f} s"
    came = f"failed: {result.failure}" if result.failure else f"error {result.error:.5g}"
    return f"{result.table} {result.system} at {result.budget:g} s: {came}{wall}"
