"""Runs of the engine in real processes that leave none behind."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from jupyter_automl import engine
from jupyter_automl.core import events as ev
from jupyter_automl.core.dataset import Dataset
from jupyter_automl.core.experiment import Experiment, replay
from jupyter_automl.core.task import TaskSpec
from jupyter_automl.store import Store

QUICK = ("dummy", "linear", "lightgbm")
PATIENCE_SECONDS = 100.0
COLUMNS = (
    "age",
    "contract",
    "payment",
    "tenure_months",
    "monthly_charge",
    "support_calls",
    "churn",
)


def wait_for(condition: Callable[[], Any], seconds: float = PATIENCE_SECONDS) -> Any:
    """The first true value of `condition`; `AssertionError` after a minute."""
    import threading

    pause, deadline = threading.Event(), time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, f"{condition} stayed false."
        pause.wait(0.02)
    return value


def runners(folder: Path) -> list[psutil.Process]:
    """Runner processes of a store, wherever they stand in the tree of processes."""
    found = []
    for process in psutil.process_iter(["cmdline", "status"]):
        words = process.info["cmdline"] or []
        if str(folder) in words and process.info["status"] != psutil.STATUS_ZOMBIE:
            found.append(process)
    return found


def tree(process: psutil.Process) -> set[int]:
    """A process and all below it."""
    return {process.pid, *(child.pid for child in process.children(recursive=True))}


def gone(pid: int) -> bool:
    """Whether a process has ended."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


class Lab:
    """A store with a small table, and runs on it."""

    def __init__(self, folder: Path) -> None:
        self.store = Store(folder)
        self.dataset = _dataset(self.store)
        self._seen: set[int] = set()

    def create(
        self,
        run_id: str,
        *,
        budget: float = 120.0,
        families: tuple[str, ...] = QUICK,
        n_workers: int | None = 2,
        max_runs: int | None = None,
        **fields: Any,
    ) -> str:
        """A queued run."""
        from jupyter_automl.plan import resolve_task

        spec = TaskSpec(target="churn", budget_seconds=budget, families_only=families, **fields)
        body = ev.RunCreated(
            name=run_id,
            dataset=self.dataset,
            task=resolve_task(spec, self.dataset),
            n_workers=n_workers,
            max_runs=max_runs,
        )
        self.store.create_run(run_id, body)
        return run_id

    def launch(self, run_id: str, **fields: Any) -> str:
        """A run on its way."""
        engine.launch(self.store, self.create(run_id, **fields))
        return run_id

    def experiment(self, run_id: str) -> Experiment:
        return replay(self.store.events(run_id))

    def bodies(self, run_id: str, kind: type[Any]) -> list[Any]:
        return [e.body for e in self.store.events(run_id) if isinstance(e.body, kind)]

    def wait(self, run_id: str, condition: Callable[[Experiment], Any]) -> Experiment:
        """The experiment as soon as `condition` holds for it."""

        def look() -> Experiment | None:
            self.note_processes()
            state = self.experiment(run_id)
            return state if condition(state) else None

        found: Experiment = wait_for(look)
        return found

    def wait_ended(self, run_id: str) -> Experiment:
        return self.wait(run_id, lambda state: state.ended)

    def note_processes(self) -> None:
        for process in runners(self.store.folder):
            try:
                self._seen |= tree(process)
            except psutil.NoSuchProcess:
                continue

    def close(self) -> None:
        """End the runs that still go on, and see that no process is left."""
        self.note_processes()
        engine.dismiss_standby()
        for summary in self.store.runs():
            if not summary.ended:
                self.store.send_command(summary.id, "cancel")
        wait_for(lambda: not runners(self.store.folder))
        wait_for(lambda: all(gone(pid) for pid in self._seen))
        self.store.close()


def _dataset(store: Store) -> Dataset:
    import dataclasses

    from jupyter_automl import data

    opened = data.open_table("sample:churn")
    table = opened.table.select(list(COLUMNS)).slice(0, 1_000)
    return data.save_dataset(dataclasses.replace(opened, table=table), store.data_folder)


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    made = Lab(tmp_path / "store")
    yield made
    made.close()
