"""Runs that others drive: what the store says is what every reader sees."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

import jupyter_automl as ja
from jupyter_automl.api.run import Run
from jupyter_automl.core import events as ev
from jupyter_automl.core.errors import NoModelError, RunNotFoundError, UnknownNameError
from jupyter_automl.core.experiment import Experiment
from jupyter_automl.core.leaderboard import COLUMNS
from jupyter_automl.store import Store
from tests.api.conftest import bodies_of

DEADLINE_SECONDS = 20.0


@pytest.fixture
def store(store_dir: Path) -> Iterator[Store]:
    """A store of this test, closed after it."""
    store = Store(store_dir)
    yield store
    store.close()


def start(store: Store, run_id: str = "t-1", upto: int = 3) -> Sequence[ev.Body]:
    """Enter a run with its first `upto` events; gives back the others."""
    first, *rest = bodies_of()
    assert isinstance(first, ev.RunCreated)
    store.create_run(run_id, first)
    store.append(run_id, ev.RunnerStarted(pid=os.getpid(), n_workers=2), *rest[1 : upto - 1])
    return rest[upto - 1 :]


class Listener:
    """Keeps what a subscriber is told, and waits for something in it."""

    def __init__(self) -> None:
        self.seqs: list[int] = []
        self.state = Experiment()
        self._news = threading.Condition()

    def __call__(self, state: Experiment, events: Sequence[ev.Event]) -> None:
        with self._news:
            self.seqs += [event.seq for event in events]
            self.state = state
            self._news.notify_all()

    def wait(self, wanted: Callable[[], bool]) -> bool:
        with self._news:
            return self._news.wait_for(wanted, DEADLINE_SECONDS)


def test_a_subscriber_is_told_each_new_event_once_and_in_order(store: Store) -> None:
    rest = start(store)
    run, heard = Run("t-1", store), Listener()
    end = run.subscribe(heard)
    for body in rest:
        store.append("t-1", body)
    assert heard.wait(lambda: heard.state.ended)
    end()
    assert heard.seqs == list(range(4, 4 + len(rest)))
    assert [row.rank for row in heard.state.leaderboard.rows] == [1, 2, 3]


def test_a_subscriber_that_fails_stops_nobody(
    store: Store, capfd: pytest.CaptureFixture[str]
) -> None:
    rest = start(store)
    run, heard = Run("t-1", store), Listener()

    def fail(state: Experiment, events: Sequence[ev.Event]) -> None:
        raise ValueError("mine")

    ends = [run.subscribe(fail), run.subscribe(heard)]
    store.append("t-1", *rest)
    assert heard.wait(lambda: heard.state.ended)
    for end in ends:
        end()
    assert capfd.readouterr() == ("", "")


def test_one_thread_a_run_and_none_without_listeners(store: Store) -> None:
    start(store, "solo")
    run = Run("solo", store)
    ends = [run.subscribe(Listener()) for _ in range(3)]
    threads = [t for t in threading.enumerate() if t.name == "automl-feed-solo"]
    assert len(threads) == 1
    assert threads[0].daemon
    for end in ends:
        end()
        end()
    threads[0].join(DEADLINE_SECONDS)
    assert not threads[0].is_alive()


def test_an_event_after_the_end_is_told(store: Store) -> None:
    rest = start(store)
    store.append("t-1", *rest)
    run, heard = Run("t-1", store), Listener()
    end = run.subscribe(heard)
    run.record(
        ev.ExplanationReady(
            model="Family_3", path="", importance=(("a", 1.0),), method="x", n_rows=1
        )
    )
    assert heard.wait(lambda: "Family_3" in heard.state.explanations)
    end()


def test_waiting_ends_with_the_run_and_with_the_timeout(store: Store) -> None:
    rest = start(store)
    run = Run("t-1", store)
    assert run.wait(timeout=0.01) is run
    assert run.status == "running"
    writer = threading.Thread(target=store.append, args=("t-1", *rest))
    writer.start()
    assert run.wait(timeout=DEADLINE_SECONDS).status == "finished"
    writer.join()


def test_awaiting_leaves_the_loop_free(store: Store) -> None:
    rest = start(store)
    run = Run("t-1", store)
    ticks: list[int] = []

    async def both() -> Run:
        async def tick() -> None:
            while True:
                ticks.append(1)
                await asyncio.sleep(0)

        ticking = asyncio.create_task(tick())
        waiting = asyncio.ensure_future(run._finished())
        await asyncio.sleep(0)
        store.append("t-1", *rest)
        done = await asyncio.wait_for(waiting, DEADLINE_SECONDS)
        ticking.cancel()
        return done

    assert asyncio.run(both()) is run
    assert len(ticks) > 1

    async def again() -> Run:
        return await run

    assert asyncio.run(again()) is run


def test_two_readers_see_the_same(store: Store) -> None:
    rest = start(store)
    first, second = Run("t-1", store), ja.open("t-1")
    store.append("t-1", *rest)
    assert first.experiment == second.experiment
    assert list(second.leaderboard().columns) == list(COLUMNS)
    assert second.leaderboard()["model"].tolist() == ["Family_3", "Family_2", "Family_1"]
    assert second.progress.fraction == 1
    assert second.events(since=4)[0].seq == 5


def test_a_run_without_a_model_says_so(store: Store) -> None:
    start(store)
    run = ja.last()
    with pytest.raises(NoModelError, match=r"t-1.*running"):
        run.predict([[1]])
    assert run.leaderboard().empty


def test_a_failed_run_has_its_error(store: Store) -> None:
    start(store)
    error = {"code": "data", "message": "It is odd.", "hint": "Look.", "context": {}}
    store.append("t-1", ev.RunEnded(status="failed", reason="x", elapsed_seconds=1, error=error))
    run = ja.open("t-1").wait(timeout=DEADLINE_SECONDS)
    assert str(run.error) == "It is odd. Look."
    assert run.status == "failed"


def test_a_model_is_found_by_name_or_family_with_a_proposal(store: Store) -> None:
    store.append("t-1", *start(store))
    run = ja.last()
    assert run.model("family_2").name == run.model("FAMILY_2").name == "Family_2"
    assert run.best is run.model("Family_3")
    with pytest.raises(UnknownNameError, match="Did you mean"):
        run.model("Famly_2")


def test_a_dead_runner_is_noticed(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    start(store)

    def mark(store: Store, run_id: str) -> bool:
        body = ev.RunEnded(status="interrupted", reason="It died.", elapsed_seconds=1)
        return bool(store.append(run_id, body, unless_ended=True))

    monkeypatch.setattr("jupyter_automl.engine.reconcile", mark)
    assert Run("t-1", store).wait(timeout=DEADLINE_SECONDS).status == "interrupted"


def test_commands_go_through_the_store(store: Store) -> None:
    rest = start(store)
    run = Run("t-1", store)
    run.stop()
    run.cancel()
    assert [command.command for command in store.take_commands("t-1")] == ["stop", "cancel"]
    store.append("t-1", *rest)
    run.stop()
    assert store.take_commands("t-1") == []


def test_runs_are_found_by_a_unique_beginning(store: Store) -> None:
    for run_id in ("churn-a1", "churn-b2", "iris-c3"):
        start(store, run_id)
    assert ja.open("churn-a").id == "churn-a1"
    assert ja.open("iris").id == "iris-c3"
    with pytest.raises(RunNotFoundError, match="fits 2"):
        ja.open("churn")
    with pytest.raises(RunNotFoundError, match="Did you mean 'iris-c3'"):
        ja.open("irs-c3")
    with pytest.raises(RunNotFoundError):
        ja.open("")
    assert ja.last().id == "iris-c3"


def test_the_history_is_a_table_newest_first(store: Store) -> None:
    for run_id in ("a", "b"):
        start(store, run_id)
    table = ja.runs()
    expected = "id name dataset task metric best_model best_score status started seconds"
    expected += " queue_place"
    assert list(table.columns) == expected.split()
    assert table["id"].tolist() == ["b", "a"]


def test_a_queued_run_shows_its_place_wherever_it_is_shown(store: Store) -> None:
    start(store, "a")
    first, *_ = bodies_of()
    assert isinstance(first, ev.RunCreated)
    store.create_run("b", first)
    store.append("b", ev.QueueMoved(place=1, behind=("a",)))
    run = ja.open("b")
    assert repr(run) == "<Run 'b': queued, 1st in line>"
    assert (run.status, run.progress.queue_place, run.progress.fraction) == ("queued", 1, 0.0)
    assert run.progress.message == "Queued: 1st in line, behind a."
    table = ja.runs()
    assert table["status"].tolist() == ["queued", "running"]
    assert table["queue_place"].iloc[0] == 1
    assert table["queue_place"].isna().tolist() == [False, True]
    plain: Any = run._repr_mimebundle_(include={"text/plain"})[0]
    assert plain["text/plain"].startswith("Queued: 1st in line, behind a.")
    assert ja.open("a").progress.queue_place is None


def test_an_empty_store_has_no_last_run(store_dir: Path) -> None:
    assert ja.runs().empty
    with pytest.raises(RunNotFoundError, match="no run"):
        ja.last()


def test_a_cell_shows_the_run_in_every_form(store: Store) -> None:
    store.append("t-1", *start(store))
    data, _ = ja.last()._repr_mimebundle_()
    assert {"text/plain", "text/markdown", "text/html"} <= set(data)
    plain: Any = ja.last()._repr_mimebundle_(include={"text/plain"})[0]
    assert set(plain) == {"text/plain"}
