"""Seconds of the same fit on one thread and on the GPU: from which size on does a GPU pay?

What `models.devices.LEAST_ROWS` and `LEAST_CELLS` ought to be can be read off the table: the
least cells whose gain is about 2. Without a GPU only the seconds of the CPU are shown.
"""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pandas as pd

from jupyter_automl.core.plan import Device
from jupyter_automl.models import FAMILIES
from jupyter_automl.models.devices import LEAST_CELLS, LEAST_ROWS
from jupyter_automl.models.gpus import LIBRARIES, find_gpus
from tests.benchmarks.tables import parser, show


def main() -> None:
    """Every size with every library that is installed; the first fit on the GPU is told apart."""
    arguments = parser(__doc__)
    arguments.add_argument("--rows", nargs="*", type=int, default=[20_000, 100_000, 500_000])
    arguments.add_argument("--columns", nargs="*", type=int, default=[10, 50])
    arguments.add_argument("--rounds", type=int, default=200)
    arguments.add_argument("--families", nargs="*", default=list(LIBRARIES))
    options = arguments.parse_args()
    found = find_gpus(timeout_seconds=300.0)
    print(", ".join(gpu.name for gpu in found.gpus) or f"No GPU: {found.reason}.")
    rows = []
    for name in (name for name in options.families if name in FAMILIES.available()):
        library = found.libraries.get(name)
        device: Device = library.device if library else "cpu"
        if device != "cpu":
            print(f"{name}: {_seconds(name, device, _table(5_000, 10), 5):.1f} s to start")
        rows += [
            _measure(name, device, n_rows, n_columns, options.rounds)
            for n_rows in options.rows
            for n_columns in options.columns
        ]
    show(rows, options.json)


def _measure(name: str, device: Device, n_rows: int, n_columns: int, rounds: int) -> dict[str, Any]:
    table = _table(n_rows, n_columns)
    cpu = _seconds(name, "cpu", table, rounds)
    gpu = None if device == "cpu" else _seconds(name, device, table, rounds)
    return {
        "family": name,
        "rows": n_rows,
        "columns": n_columns,
        "cells": n_rows * n_columns,
        "cpu_s": cpu,
        "gpu_s": gpu,
        "gain": None if gpu is None else cpu / gpu,
        "chosen": n_rows >= LEAST_ROWS and n_rows * n_columns >= LEAST_CELLS[name],
    }


def _table(n_rows: int, n_columns: int) -> tuple[pd.DataFrame, np.ndarray]:
    rng = np.random.default_rng(0)
    values = rng.normal(size=(n_rows, n_columns)).astype(np.float32)
    noise = rng.normal(size=n_rows)
    y = (values[:, 0] + values[:, 1] * values[:, 2] + noise > 0).astype(np.int64)
    return pd.DataFrame(values, columns=[f"x{i}" for i in range(n_columns)]), y


def _seconds(name: str, device: Device, table: tuple[pd.DataFrame, np.ndarray], n: int) -> float:
    """Of a fit of `n` rounds without held-out rows, as a worker makes it."""
    model = FAMILIES.get(name).build(  # type: ignore[call-arg]
        {"n_rounds": n},
        task="binary",
        n_classes=2,
        metric="log_loss",
        random_state=0,
        n_jobs=1,
        device=device,
    )
    started = time.perf_counter()
    model.fit(*table)
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
