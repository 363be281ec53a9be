"""One run of an arm: the peers' benchmark of us, with the arm on the path of its processes."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks.ablation import hook
from tests.benchmarks.ablation.facts import Facts
from tests.benchmarks.peers import checkout, measuring, results
from tests.benchmarks.peers.benchmark import Benchmark
from tests.benchmarks.peers.results import Key, Result
from tests.benchmarks.peers.sets import DataSet
from tests.benchmarks.peers.systems import System

INSIDE = Path(__file__).parent / "inside"
FACTS = "facts.json"
RESULTS = "results.jsonl"


def keys_of(
    arms: Sequence[str],
    tables: Sequence[DataSet],
    budgets: Sequence[float],
    repeats: Sequence[int],
) -> list[Key]:
    """Everything, table by table, so that arms meet the same state of the machine."""
    return [
        Key(system=arm, table=table.name, budget=budget, repeat=repeat)
        for budget in budgets
        for repeat in repeats
        for table in tables
        for arm in arms
    ]


def pending(
    keys: Sequence[Key], tables: Sequence[DataSet], folder: Path, *, retry_failed: bool, renew: bool
) -> list[Key]:
    """What the folder does not hold yet; `renew` takes no result of other code."""
    code = checkout.code()
    return results.pending(
        keys,
        results.read(folder / RESULTS),
        {table.name: table.fingerprint() for table in tables},
        retry_failed=retry_failed,
        renew={key.system: code for key in keys} if renew else None,
    )


def measure(key: Key, table: DataSet, folder: Path, *, cores: int) -> Result:
    """Run one arm on one table and keep the result.

    A run that was not one of its arm has failed: its reason says what was left of the part.
    """
    place = facts_path(key, folder).parent
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    system = _system(key.system, place)
    result = Benchmark(
        systems=(system,),
        tables=(table,),
        budgets=(key.budget,),
        repeats=(key.repeat,),
        cores=cores,
        envs=folder,
        path=folder / RESULTS,
    ).measure(key, system, table)
    results.append(folder / RESULTS, result)
    return result


def facts_path(key: Key, folder: Path) -> Path:
    """Where a run of this key leaves what it did."""
    return folder / "runs" / f"{key.table}-{key.system}-{key.budget:g}-{key.repeat}" / FACTS


def facts_of(key: Key, folder: Path) -> Facts | None:
    """What the run of this key did; None where it left nothing."""
    return Facts.read(facts_path(key, folder))


def _system(arm: str, trace: Path) -> System:
    return System(
        name=arm,
        label=arm,
        adapter="arm",
        environment=None,
        variables={
            "PYTHONPATH": os.pathsep.join([str(measuring.CHECKOUT), str(INSIDE)]),
            hook.ARM: arm,
            hook.TRACE: str(trace),
        },
    )
