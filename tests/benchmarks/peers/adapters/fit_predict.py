"""One run inside the environment of its system: ``python fit_predict.py JOB.json``.

``python fit_predict.py --import ADAPTER`` only imports, so that the first measured run finds the
same warm disk cache as the later ones, and prints the version.
"""

from __future__ import annotations

import importlib
import os
import sys
import time
from typing import Any

from benchmark_job import FIGURES, FITTED, PREDICTIONS, RESULT, Job

TIMED_ROWS = 1000


def main() -> None:
    """Fit within the budget, then predict; each is reported as soon as it is over."""
    if sys.argv[1] == "--import":
        print(_adapter(sys.argv[2]).version())
        return
    job = Job.read(sys.argv[1])
    _keep_to_cores(job.cores)
    adapter = _adapter(job.adapter)

    import numpy as np
    import pandas as pd

    train = pd.read_parquet(job.train)
    began = time.perf_counter()
    model = adapter.fit(train, job)
    wall_seconds = time.time() - job.started
    fit_seconds = time.perf_counter() - began
    job.note(FITTED, {"wall_seconds": wall_seconds, "fit_seconds": fit_seconds})

    test = pd.read_parquet(job.test)
    values, labels = adapter.predict(model, test, job)
    np.save(job.place(PREDICTIONS), np.asarray(values, dtype=np.float64))
    names = None if labels is None else [str(label) for label in labels]
    job.note(RESULT, {"labels": names, "version": adapter.version()})

    # What follows does not decide about the result: an error here leaves a figure open.
    figures = {"predict_ms": _milliseconds(adapter, model, test, job)}
    first_at = adapter.first_model_at(model, job)
    if first_at is not None:
        figures["first_model_seconds"] = first_at - job.started
    job.note(FIGURES, figures)
    job.note(FIGURES, {**figures, "artefact_mb": adapter.artefact_bytes(model, job) / 1e6})


def _adapter(name: str) -> Any:
    return importlib.import_module(f"for_{name}")


def _keep_to_cores(cores: int) -> None:
    """Children inherit it, so that no pool of threads or processes takes more."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:cores])


def _milliseconds(adapter: Any, model: Any, test: Any, job: Job) -> float:
    """Of 1,000 rows in one call, once the model is in memory."""
    rows = [row % len(test) for row in range(TIMED_ROWS)]
    thousand = test.iloc[rows].reset_index(drop=True)
    began = time.perf_counter()
    adapter.predict(model, thousand, job)
    return 1000.0 * (time.perf_counter() - began)


if __name__ == "__main__":
    main()
