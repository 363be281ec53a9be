"""Milliseconds of a prediction and megabytes: one model a fold, and one a member (`refit`)."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jupyter_automl as ja
from tests.benchmarks.tables import parser, percentile, show, tables

SAMPLES = {"churn": "churn"}
TABLES = ("titanic", "german_credit", "adult_census")
ROWS = 1_000


def main() -> None:
    """One LightGBM and the final model of a whole run, in this process, warm."""
    arguments = parser(__doc__)
    arguments.add_argument("--table", nargs="*", default=list(TABLES))
    arguments.add_argument("--budget", type=float, default=60.0, help="seconds of the whole run")
    arguments.add_argument("--calls", type=int, default=300, help="predictions of a single row")
    options = arguments.parse_args()
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as store:
        os.environ["JUPYTER_AUTOML_STORE"] = store
        for name, source, target in _sources(options.data, options.table):
            one = ja.fit(source, target=target, families="lightgbm", max_trials=1).wait()
            whole = ja.fit(source, target=target, budget=options.budget).wait()
            for run, word in ((one, "one LightGBM"), (whole, "default final model")):
                model = run.model("lightgbm") if run is one else run.best
                rows += [
                    {"table": name, "model": word, **_measured(form, options.calls)}
                    for form in (model, model.refit())
                ]
    show(rows, options.json)


def _sources(folder: Path, names: list[str]) -> Iterator[tuple[str, str, str]]:
    for name, target in SAMPLES.items():
        yield name, f"sample:{name}", target
    if (folder / "datasets.json").is_file():
        for table in tables(folder, names):
            yield table.name, str(table.path), table.target


def _measured(model: Any, n_calls: int) -> dict[str, Any]:
    from jupyter_automl.data import load_frame

    frame = load_frame(model.dataset, list(model.plan.features))
    places = [place % len(frame) for place in range(max(n_calls, ROWS))]
    single = [frame.iloc[[place]] for place in places[:n_calls]]
    many = frame.iloc[places[:ROWS]].reset_index(drop=True)
    for row in single[:20]:
        model.predict(row)
    taken = [_ms(model, row) for row in single]
    size = sum(Path(path).stat().st_size for path, _ in model.model_files)
    return {
        "form": "one a member" if model.refitted else "one a fold",
        "models": len(model.predictor.parts),
        "row_ms_median": percentile(taken, 50),
        "row_ms_p95": percentile(taken, 95),
        "row_ms_least": min(taken),
        "thousand_rows_ms": percentile([_ms(model, many) for _ in range(5)], 50),
        "mb": size / 1e6,
    }


def _ms(model: Any, frame: Any) -> float:
    started = time.perf_counter()
    model.predict(frame)
    return 1000.0 * (time.perf_counter() - started)


if __name__ == "__main__":
    main()
