"""What one run is told and what it reports; needs nothing but the standard library."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

FITTED = "fitted.json"
RESULT = "result.json"
FIGURES = "figures.json"
PREDICTIONS = "predictions.npy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One system on one table.

    Attributes
    ----------
    train, test : str
        Parquet files; `test` has no target.
    task : str
        ``"binary"``, ``"multiclass"`` or ``"regression"``.
    metric : str
        ``"roc_auc"``, ``"log_loss"`` or ``"rmse"``.
    budget : float
        Wall-clock seconds from `started` on.
    started : float
        Unix seconds just before the process was started.
    folder : str
        Where everything is written.
    options : Mapping
        What tells two variants of a system apart, e.g. ``{"presets": "best_quality"}``.
    """

    adapter: str
    train: str
    test: str
    target: str
    task: str
    metric: str
    budget: float
    cores: int
    seed: int
    started: float
    folder: str
    options: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def read(cls, path: str | os.PathLike[str]) -> Job:
        """A job from its JSON file."""
        return cls(**json.loads(Path(path).read_text(encoding="utf-8")))

    def write(self, path: Path) -> None:
        """Store it as JSON."""
        path.write_text(json.dumps(asdict(self)), encoding="utf-8")

    @property
    def is_classification(self) -> bool:
        """Whether probabilities are asked for, not values."""
        return self.task != "regression"

    def left(self) -> float:
        """Seconds of the budget that are left, at least 1: importing has used some."""
        return max(1.0, self.budget - (time.time() - self.started))

    def place(self, name: str) -> Path:
        """A path in the job's folder."""
        return Path(self.folder) / name

    def note(self, name: str, content: Mapping[str, Any]) -> None:
        """Write a JSON file that a reader sees whole or not at all."""
        draft = self.place(name + ".draft")
        draft.write_text(json.dumps(dict(content)), encoding="utf-8")
        draft.replace(self.place(name))


def folder_bytes(folder: str | os.PathLike[str]) -> int:
    """Size of all files below a folder; of a single file, its own."""
    path = Path(folder)
    files = [path] if path.is_file() else path.rglob("*")
    return sum(file.stat().st_size for file in files if file.is_file() and not file.is_symlink())
