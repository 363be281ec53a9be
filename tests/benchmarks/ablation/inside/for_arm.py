"""Our adapter with an arm installed; predicts only where the run was one of that arm."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import for_ours
from benchmark_job import Job
from for_ours import artefact_bytes, first_model_at, fit, version

import jupyter_automl as ja
from tests.benchmarks.ablation import hook
from tests.benchmarks.ablation.arms import ARMS
from tests.benchmarks.ablation.facts import facts_of

__all__ = ["artefact_bytes", "first_model_at", "fit", "predict", "version"]

FACTS = "facts.json"


def predict(model: ja.Run, frame: Any, job: Job) -> tuple[Any, list[Any] | None]:
    """As ours; before the first one the run is looked at, out of the measured time.

    Raises
    ------
    ArmError
        If the part that is to be off was on.
    """
    folder = Path(os.environ[hook.TRACE])
    if not (folder / FACTS).exists():
        facts = facts_of(model.events(), model.folder)
        facts.write(folder / FACTS)
        ARMS[os.environ[hook.ARM]].check(facts, hook.read_trace(folder))
    return for_ours.predict(model, frame, job)
