"""Following a run."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from jupyter_automl.core import events as ev
from jupyter_automl.core.dataset import Dataset
from jupyter_automl.core.task import TaskSpec
from jupyter_automl.store import Store, tail


def message(text: str) -> ev.StageChanged:
    return ev.StageChanged(stage="training", message=text)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path)
    dataset = Dataset(name="d", fingerprint="f", path="/p", n_rows=1, columns=())
    opened.create_run("r1", ev.RunCreated(name="d", dataset=dataset, task=TaskSpec()))
    opened.create_run("r2", ev.RunCreated(name="d", dataset=dataset, task=TaskSpec()))
    yield opened
    opened.close()


@pytest.fixture
def followed(store: Store) -> Iterator[queue.Queue[list[ev.Event]]]:
    batches: queue.Queue[list[ev.Event]] = queue.Queue()
    stop = threading.Event()

    def follow() -> None:
        for batch in tail(store, "r1", 0, stop):
            batches.put(batch)

    thread = threading.Thread(target=follow)
    thread.start()
    yield batches
    stop.set()
    thread.join(10)
    assert not thread.is_alive()


def test_it_begins_with_what_is_there_and_goes_on(
    store: Store, followed: queue.Queue[list[ev.Event]]
) -> None:
    assert [event.seq for event in followed.get(timeout=10)] == [1]
    seen: list[int] = []
    for number in range(20):
        store.append("r2", message("of another run"))
        store.append("r1", message(str(number)), message(str(number)))
    while len(seen) < 40:
        seen += [event.seq for event in followed.get(timeout=10)]
    assert seen == list(range(2, 42))


def test_it_sees_what_its_own_thread_writes(store: Store) -> None:
    batches = tail(store, "r1", 1, poll_seconds=0.001)
    store.append("r1", message("a"))
    assert [event.seq for event in next(batches)] == [2]
    store.append("r1", message("b"), message("c"))
    assert [event.seq for event in next(batches)] == [3, 4]
    batches.close()  # type: ignore[attr-defined]


def test_it_ends_when_it_is_told_to(store: Store) -> None:
    stop = threading.Event()
    stop.set()
    assert list(tail(store, "r1", 0, stop)) == []
