"""Explaining in a process of its own: a kernel's threads stay free while it computes."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from jupyter_automl.core.errors import AutoMLError, RunError

if TYPE_CHECKING:
    from jupyter_automl.api.model import Model
    from jupyter_automl.explain import Explanation

GRACE_SECONDS = 60.0
"""For starting, importing and storing, beyond the time limit of the explanation itself."""

NICE = 10


def explain_apart(model: Model, *, max_rows: int, time_limit_seconds: float) -> Explanation:
    """The stored explanation of `model`, after another process has made it where needed.

    Raises
    ------
    RunError
        If the other process fails; with its reason.
    """
    from jupyter_automl.api.explaining import stored
    from jupyter_automl.engine import child_environment

    found = stored(model)
    if found is not None:
        return found
    command = [sys.executable, "-P", "-m", __name__, model.run.id, model.name]
    command += [f"--max-rows={max_rows}", f"--seconds={time_limit_seconds}"]
    environment = {**child_environment(), "JUPYTER_AUTOML_STORE": str(model.run.store.folder)}
    try:
        done = subprocess.run(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=time_limit_seconds + GRACE_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise RunError(
            f"{model.name} could not be explained within {time_limit_seconds:.0f} s.",
            hint="Choose another model, or explain fewer rows with run.explain(max_rows=20).",
        ) from None
    found = stored(model) if done.returncode == 0 else None
    if found is None:
        raise _failure(model.name, done.stdout, done.stderr)
    return found


def _failure(name: str, output: str, log: str) -> RunError:
    lines = output.strip().splitlines()
    try:
        error = json.loads(lines[-1])
        return RunError(error["message"], hint=error["hint"], **error["context"])
    except (IndexError, KeyError, TypeError, ValueError):
        last = (log.strip().splitlines() or ["It ended without a word."])[-1]
        return RunError(f"{name} could not be explained: {last}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Explain one model of a run and store it; the last line printed is an error, if any."""
    parser = argparse.ArgumentParser(prog=__name__)
    parser.add_argument("run")
    parser.add_argument("model")
    parser.add_argument("--max-rows", type=int, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    options = parser.parse_args(arguments)
    from jupyter_automl.api.history import open_run
    from jupyter_automl.execute.limits import pin_threads

    pin_threads()
    if hasattr(os, "nice"):
        os.nice(NICE)
    try:
        model = open_run(options.run).model(options.model)
        model.explain(max_rows=options.max_rows, time_limit_seconds=options.seconds)
    except AutoMLError as error:
        print(json.dumps(error.to_dict()))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
