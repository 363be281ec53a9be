"""One run from start to end, in a process of its own, watched from outside."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tests.benchmarks.peers import environments
from tests.benchmarks.peers.adapters.benchmark_job import (
    FIGURES,
    FITTED,
    PREDICTIONS,
    RESULT,
    Job,
)
from tests.benchmarks.peers.processes import Family
from tests.benchmarks.peers.systems import System

if TYPE_CHECKING:
    import pandas as pd

SCRIPT = Path(__file__).parent / "adapters" / "fit_predict.py"
CHECKOUT = Path(__file__).resolve().parents[3]

TIMES_BUDGET = 3.0
"""A system that has not returned after so many times its budget is ended."""

PREDICT_SECONDS = 300.0
"""What predicting, timing it and packing the model may take, at least."""

BETWEEN_SAMPLES = 0.25
"""Seconds; more where a sample takes long, so that measuring uses 2 % of a core at most."""

THREADS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "BLIS_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "RAYON_NUM_THREADS",
    "NUMBA_NUM_THREADS",
    "LOKY_MAX_CPU_COUNT",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What is asked of every system: the training part and the test part without target."""

    train: pd.DataFrame
    test: pd.DataFrame
    target: str
    task: str
    metric: str
    budget: float
    cores: int
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What came out.

    Attributes
    ----------
    failure : str or None
        Why there are no predictions.
    predicted : ndarray or None
        As `error_of` takes it.
    labels : list of str or None
        Of its columns.
    figures : Mapping
        Fields of a `Result` by name, as far as they are known.
    """

    failure: str | None
    predicted: np.ndarray | None = None
    labels: list[str] | None = None
    figures: Mapping[str, Any] = field(default_factory=dict)


def measure(system: System, task: Task, envs: Path, *, keep: Path | None = None) -> Measured:
    """Run one system on one task.

    Parameters
    ----------
    envs : Path
        Folder of the environments.
    keep : Path, optional
        Where its output is copied to if it fails.
    """
    with tempfile.TemporaryDirectory(prefix="peers-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        write_table(task.train, folder / "train.parquet")
        write_table(task.test, folder / "test.parquet")
        family = Family()
        try:
            measured = _watch(system, task, folder, family, envs)
        finally:
            family.end()
        if measured.failure is not None and keep is not None:
            keep.parent.mkdir(parents=True, exist_ok=True)
            keep.write_bytes((folder / "log.txt").read_bytes())
        return measured


def write_table(frame: pd.DataFrame, path: Path) -> None:
    """Parquet without the notes of this version of pandas, which others could not read."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.Table.from_pandas(frame, preserve_index=False)
    pq.write_table(table.replace_schema_metadata(None), path)


def import_once(system: System, envs: Path) -> str:
    """Import a system in its environment; returns its version.

    Raises
    ------
    subprocess.CalledProcessError
        If it cannot be imported.
    """
    python = environments.python_of(system, envs)
    done = subprocess.run(
        [str(python), str(SCRIPT), "--import", system.adapter],
        env=_environment(system, Path(tempfile.gettempdir()), cores=1),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout.strip().splitlines()[-1]


def _environment(system: System, folder: Path, *, cores: int) -> dict[str, str]:
    """No cache of earlier runs, no GPU, no download, as many threads as cores."""
    made = {
        **environments.without_ours(os.environ),
        **dict.fromkeys(THREADS, str(cores)),
        "PYTHONNOUSERSITE": "1",
        "PYTHONUNBUFFERED": "1",
        "CUDA_VISIBLE_DEVICES": "",
        "HF_HUB_OFFLINE": "1",
        "RAY_USAGE_STATS_ENABLED": "0",
        "MPLBACKEND": "Agg",
    }
    # As a user's: without it every cold process would compile what it imports.
    made.pop("PYTHONDONTWRITEBYTECODE", None)
    if system.environment is None:
        made["PYTHONPATH"] = str(CHECKOUT)
        made["JUPYTER_AUTOML_STORE"] = str(folder / "store")
        made["JUPYTER_CONFIG_DIR"] = str(folder / "config")
    return made | dict(system.variables)


def _watch(system: System, task: Task, folder: Path, family: Family, envs: Path) -> Measured:
    job = Job(
        adapter=system.adapter,
        train=str(folder / "train.parquet"),
        test=str(folder / "test.parquet"),
        target=task.target,
        task=task.task,
        metric=task.metric,
        budget=task.budget,
        cores=task.cores,
        seed=task.seed,
        started=time.time(),
        folder=str(folder),
        options=system.options,
    )
    job.write(folder / "job.json")
    with (folder / "log.txt").open("wb") as log:
        process = subprocess.Popen(
            [str(environments.python_of(system, envs)), str(SCRIPT), str(folder / "job.json")],
            cwd=folder,
            env=_environment(system, folder, cores=task.cores) | family.environment(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        began = time.monotonic()
        fitting_ends = began + TIMES_BUDGET * task.budget
        all_ends = fitting_ends + max(PREDICT_SECONDS, TIMES_BUDGET * task.budget)
        first_model: float | None = None
        while process.poll() is None:
            now = time.monotonic()
            fitted = (folder / FITTED).exists()
            if now > (all_ends if fitted else fitting_ends):
                break
            if first_model is None and system.first_model and any(folder.glob(system.first_model)):
                first_model = now - began
            family.measure()
            _wait(process, max(BETWEEN_SAMPLES, 50 * (time.monotonic() - now)))
        waited, code = time.monotonic() - began, process.poll()
        family.end()
        process.wait()
    figures = {"peak_mb": family.peak_bytes / 1e6, "first_model_seconds": first_model}
    return _outcome(folder, code, waited, figures)


def _wait(process: subprocess.Popen[bytes], seconds: float) -> None:
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        return


def _outcome(folder: Path, code: int | None, waited: float, figures: dict[str, Any]) -> Measured:
    """Read what the job has left behind; `code` is None when it was ended."""
    fitted = _json(folder / FITTED)
    figures |= fitted
    if code is None and not fitted:
        figures |= {"wall_seconds": waited, "ended": True}
        return Measured(failure=f"ended after {waited:.0f} s without a model", figures=figures)
    result = _json(folder / RESULT)
    if not result:
        step = "predicting" if fitted else "fitting"
        end = "ended, it took too long" if code is None else f"exit code {code}: {_last(folder)}"
        return Measured(failure=f"{step}: {end}", figures=figures)
    figures |= {**_json(folder / FIGURES), "version": result["version"]}
    return Measured(
        failure=None,
        predicted=np.load(folder / PREDICTIONS, allow_pickle=False),
        labels=result["labels"],
        figures=figures,
    )


def _json(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def _last(folder: Path) -> str:
    """The last line that was written, which is the error of a traceback."""
    lines = (folder / "log.txt").read_text(encoding="utf-8", errors="replace").split("\n")
    said = [line.strip() for line in lines if line.strip()]
    return said[-1][:300] if said else "no message"
