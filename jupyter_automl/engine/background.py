"""Slow but harmless work of the runner, off its loop: planning, sampling, selecting."""

from __future__ import annotations

import queue
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

SWITCH_SECONDS = 0.0005
"""How soon the runner's loop gets the interpreter back from a lane that computes: with Python's
5 ms, a worker that is done waits for as long several times until it has its next trial."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a piece of work came to: a value, or the error it raised."""

    value: Any = None
    error: Exception | None = None


class Background(Protocol):
    """Lanes of work; each lane does one thing after the other."""

    @property
    def busy(self) -> bool:
        """Whether an answer is still to come."""

    def submit(self, lane: str, work: Callable[[], Any]) -> None:
        """Do `work` in its lane."""

    def take(self) -> list[Answer]:
        """What has been answered since the last time."""

    def close(self) -> None:
        """Take nothing more; what is under way is left alone."""


class ThreadBackground:
    """One daemon thread a lane: a wedged one cannot hold up the end of a run."""

    def __init__(self) -> None:
        self._lanes: dict[str, queue.SimpleQueue[Callable[[], Any] | None]] = {}
        self._answers: queue.SimpleQueue[Answer] = queue.SimpleQueue()
        self._n_waiting = 0

    @property
    def busy(self) -> bool:
        """Whether an answer is still to come."""
        return self._n_waiting > 0

    def submit(self, lane: str, work: Callable[[], Any]) -> None:
        """Do `work` after what its lane has already."""
        if lane not in self._lanes:
            sys.setswitchinterval(min(SWITCH_SECONDS, sys.getswitchinterval()))
            jobs: queue.SimpleQueue[Callable[[], Any] | None] = queue.SimpleQueue()
            self._lanes[lane] = jobs
            threading.Thread(
                target=_serve, args=(jobs, self._answers), name=f"automl-{lane}", daemon=True
            ).start()
        self._n_waiting += 1
        self._lanes[lane].put(work)

    def take(self) -> list[Answer]:
        """What has been answered since the last time."""
        answers: list[Answer] = []
        while not self._answers.empty():
            answers.append(self._answers.get())
        self._n_waiting -= len(answers)
        return answers

    def close(self) -> None:
        """Let the threads end after what they are at."""
        for jobs in self._lanes.values():
            jobs.put(None)
        self._lanes.clear()


class InlineBackground:
    """The same in the calling thread."""

    def __init__(self) -> None:
        self._answers: list[Answer] = []

    @property
    def busy(self) -> bool:
        """Whether an answer is there to be taken."""
        return bool(self._answers)

    def submit(self, lane: str, work: Callable[[], Any]) -> None:
        """Do `work` now."""
        self._answers.append(_answer(work))

    def take(self) -> list[Answer]:
        """What has been answered since the last time."""
        answers, self._answers = self._answers, []
        return answers

    def close(self) -> None:
        """Nothing is left to close."""


def _serve(
    jobs: queue.SimpleQueue[Callable[[], Any] | None], answers: queue.SimpleQueue[Answer]
) -> None:
    while (work := jobs.get()) is not None:
        answers.put(_answer(work))


def _answer(work: Callable[[], Any]) -> Answer:
    try:
        return Answer(value=work())
    except Exception as error:
        return Answer(error=error)
