"""A run's place in the queue, in words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol

from jupyter_automl.core.events import QueueMoved, RunStatus

_SECRET = re.compile(r".*-[0-9a-f]{16}")


class InLine(Protocol):
    """What has a status and, while it waits for its turn, a place."""

    @property
    def status(self) -> RunStatus: ...
    @property
    def queue_place(self) -> int | None: ...


def place_text(place: int) -> str:
    """``1`` -> ``"1st in line"``."""
    teens = place % 100 in (11, 12, 13)
    ending = "th" if teens else {1: "st", 2: "nd", 3: "rd"}.get(place % 10, "th")
    return f"{place}{ending} in line"


def status_text(run: InLine) -> str:
    """``"queued, 1st in line"``, or just the status."""
    if run.queue_place is None:
        return run.status
    return f"{run.status}, {place_text(run.queue_place)}"


def is_visitors(run_id: str) -> bool:
    """Whether a run belongs to a visitor: its id has an end that nobody can guess."""
    return _SECRET.fullmatch(run_id) is not None


def queue_text(moved: QueueMoved) -> str:
    """``"Queued: 1st in line, behind churn-1120-1403-7f3a."``"""
    behind = f", behind {_listed(moved.behind)}" if moved.behind else ""
    memory = "; too little memory is free to train beside it" if moved.short_of_memory else ""
    return f"Queued: {place_text(moved.place)}{behind}{memory}."


def _listed(names: Sequence[str]) -> str:
    if len(names) <= 2:
        return " and ".join(names)
    return f"{names[0]} and {len(names) - 1} others"
