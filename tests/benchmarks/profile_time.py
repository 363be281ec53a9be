"""Seconds to look at a table: its columns, its task, what to know of it, and the leak scan."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from jupyter_automl.data import describe, open_table
from jupyter_automl.profiling import (
    findings,
    infer_task,
    scan_leaks,
    usable_features,
    without_copies,
)
from tests.benchmarks.tables import Table, parser, percentile, show, tables


def main() -> None:
    """Each part on its own, several times; opening the file is not counted."""
    arguments = parser(__doc__)
    arguments.add_argument("--table", nargs="*", default=["adult_census"])
    arguments.add_argument("--repeat", type=int, default=7)
    arguments.add_argument("--say", action="store_true", help="also print what the scan says")
    options = arguments.parse_args()
    rows = [
        _measure(table, options.repeat, options.say)
        for table in tables(options.data, options.table)
        if table.task != "forecast"
    ]
    show(rows, options.json)


def _measure(table: Table, repeat: int, say: bool) -> dict[str, Any]:
    opened = open_table(table.path).table
    columns = describe(opened)
    schema = next(column for column in columns if column.name == table.target)
    features, _ = usable_features(columns, table.target)
    task, _ = infer_task(opened[table.target], schema)
    parts: dict[str, Callable[[], Any]] = {
        "describe_s": lambda: describe(opened),
        "task_s": lambda: infer_task(opened[table.target], schema),
        "findings_s": lambda: findings(opened, columns),
        "copies_s": lambda: without_copies(opened, features),
        "leaks_s": lambda: scan_leaks(opened, columns, table.target, task, features=features),
    }
    seconds = {
        name: percentile([_seconds(part) for _ in range(repeat)], 50)
        for name, part in parts.items()
    }
    if say:
        print(f"\n{table.name}, {table.target!r}")
        for notice in parts["leaks_s"]():
            print(f"- {notice.level} {notice.code}: {notice.message}")
    size = f"{opened.num_rows:,} x {opened.num_columns - 1}"
    return {"table": table.name, "size": size, **seconds, "all_s": sum(seconds.values())}


def _seconds(part: Callable[[], Any]) -> float:
    started = time.perf_counter()
    part()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
