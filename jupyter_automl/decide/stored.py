"""Decisions on disk, one JSON file a model, beside the run's other files."""

from __future__ import annotations

import os
from pathlib import Path

from pydantic import ValidationError

from jupyter_automl.core.codec import from_json, to_json
from jupyter_automl.decide.decisions import VERSION, Decisions


def load_decisions(path: Path) -> Decisions | None:
    """What `save_decisions` wrote; None where it is missing, damaged or of another version."""
    try:
        found: Decisions = from_json(Decisions, path.read_bytes())
    except (OSError, ValidationError):
        return None
    return found if found.version == VERSION else None


def save_decisions(decisions: Decisions, path: Path) -> None:
    """Write atomically; a reader sees the old file or the whole new one.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    part.write_text(to_json(decisions), encoding="utf-8")
    part.replace(path)
