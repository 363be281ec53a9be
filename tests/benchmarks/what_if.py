"""Milliseconds from a changed field to its prediction and waterfall, and of the other questions."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

import jupyter_automl as ja
from tests.benchmarks.tables import parser, percentile, show, tables

SAMPLES = {"churn": "churn"}
TABLES = ("adult_census",)


def main() -> None:
    """The best model of a whole run, refitted, in this process, warm."""
    arguments = parser(__doc__)
    arguments.add_argument("--table", nargs="*", default=list(TABLES))
    arguments.add_argument("--budget", type=float, default=60.0, help="seconds of the whole run")
    arguments.add_argument("--drags", type=int, default=300, help="changed fields")
    arguments.add_argument("--no-refit", action="store_true", help="ask one model a fold")
    options = arguments.parse_args()
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as store:
        os.environ["JUPYTER_AUTOML_STORE"] = store
        for name, source, target in _sources(options.data, options.table):
            run = ja.fit(source, target=target, budget=options.budget).wait()
            model = run.best if options.no_refit else run.best.refit()
            rows.append({"table": name, **_measured(model, source, options.drags)})
    show(rows, options.json)


def _sources(folder: Path, names: list[str]) -> Iterator[tuple[str, str, str]]:
    for name, target in SAMPLES.items():
        yield name, f"sample:{name}", target
    if (folder / "datasets.json").is_file() and names:
        for table in tables(folder, names):
            yield table.name, str(table.path), table.target


def _measured(model: Any, source: str, n_drags: int) -> dict[str, Any]:
    from jupyter_automl.api.batch import predict_file
    from jupyter_automl.api.whatif import WhatIf

    asked = WhatIf(model)
    first = _ms(lambda: asked.at(asked.typical()))
    quick, refined = [], []
    for row in _dragged(asked, n_drags):
        quick.append(_ms(lambda row=row: asked.at(row)))
        if len(refined) < max(10, n_drags // 10):
            refined.append(_ms(lambda row=row: asked.at(row, quick=False)))
    row, strongest = asked.row(0), asked.fields[0].name
    with tempfile.TemporaryDirectory() as folder:
        batch = predict_file(model, source, Path(folder) / "out.csv")
    return {
        "model": model.name,
        "models": len(model.predictor.parts),
        "fields": len(asked.fields),
        "first_ms": first,
        "drag_ms_p50": percentile(quick, 50),
        "drag_ms_p95": percentile(quick, 95),
        "refined_ms_p50": percentile(refined, 50),
        "dependence_ms": _ms(lambda: asked.dependence(strongest, row)),
        "dependence_again_ms": _ms(lambda: asked.dependence(strongest, row)),
        "nearest_ms": _ms(lambda: asked.nearest(row)),
        "flip_ms": _ms(lambda: asked.flip(row)),
        "batch_rows_per_s": batch.rows / batch.seconds,
    }


def _dragged(asked: Any, n: int) -> Iterator[dict[str, Any]]:
    """Real rows in which one field after the other is dragged somewhere."""
    rng = np.random.default_rng(0)
    for number in range(n):
        row = asked.row(int(rng.integers(asked.n_rows)))
        field = asked.fields[number % len(asked.fields)]
        if field.kind == "number" and field.low is not None:
            value = rng.uniform(field.low, field.high)
            row[field.name] = round(value) if field.whole else value
        elif field.levels:
            row[field.name] = field.levels[int(rng.integers(len(field.levels)))]
        yield row


def _ms(ask: Callable[[], Any]) -> float:
    started = time.perf_counter()
    ask()
    return 1000.0 * (time.perf_counter() - started)


if __name__ == "__main__":
    main()
