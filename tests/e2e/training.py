"""A run that several tests look at, trained by a process that is over when they begin."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.e2e.servers import runners_of

CODE = """
import sys
import jupyter_automl as ja

source, target, name, seconds, trials = sys.argv[1:]
limit = int(trials) or None
run = ja.fit(source, target=target, name=name, budget=float(seconds), max_trials=limit)
run.wait()
print(run.id)
"""


@dataclass(frozen=True, kw_only=True)
class Trained:
    """A store with a finished run in it."""

    store: Path
    run_id: str


def train(
    store: Path, source: str, target: str, name: str, *, seconds: float = 180.0, trials: int = 8
) -> Trained:
    """Train on a sample and wait until nobody writes into the store any more.

    It ends after so many models, on a machine that is busy later than on one that is not; 0 is
    as many as there is time for.
    """
    done = subprocess.run(
        [sys.executable, "-c", CODE, source, target, name, str(seconds), str(trials)],
        env={
            **os.environ,
            "JUPYTER_AUTOML_STORE": str(store),
            # As in a page of Voila: visitors open no run that was made elsewhere.
            "SERVER_SOFTWARE": "voila/0.5.8",
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=seconds + 180,
    )
    if done.returncode != 0:
        raise RuntimeError(f"the training failed:\n{done.stderr[-4000:]}")
    _, alive = psutil.wait_procs(runners_of(store), timeout=60)
    if alive:
        raise RuntimeError(f"runners of a run that is over go on: {alive}")
    return Trained(store=store, run_id=done.stdout.split()[-1])
