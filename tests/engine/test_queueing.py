"""Runs that wait for their turn: who goes first, what one can do meanwhile, what it costs."""

from __future__ import annotations

import multiprocessing
import os
import random
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_automl import engine
from jupyter_automl.core import events as ev
from jupyter_automl.core.dataset import Dataset
from jupyter_automl.core.experiment import Experiment, replay
from jupyter_automl.core.task import TaskSpec
from jupyter_automl.engine import reconciling
from jupyter_automl.engine.background import InlineBackground
from jupyter_automl.engine.queueing import Start, Turn, tell_crowd, wait_for_turn
from jupyter_automl.engine.running import run_claimed
from jupyter_automl.engine.standing import Room, stand
from jupyter_automl.execute import InlinePool, usable_cores
from jupyter_automl.store import QueueEntry, Store
from tests.engine.conftest import Lab, runners, wait_for

GIB = 1024**3
CORES = 4
ROOM = Room(n_cores=CORES, free_bytes=64 * GIB, core_bytes=GIB)
DATASET = Dataset(name="d", fingerprint="f", path="/p", n_rows=1, columns=())


def entry(run_id: str, n_workers: int | None = CORES, **fields: Any) -> QueueEntry:
    known: dict[str, Any] = {"status": "queued", "created": 100.0, "pid": 1}
    return QueueEntry(run_id=run_id, n_workers=n_workers, **(known | fields))


def training(run_id: str, n_workers: int | None = CORES) -> QueueEntry:
    return entry(run_id, n_workers, status="running", turn=100.0)


def told(entries: Sequence[QueueEntry], room: Room = ROOM) -> tuple[int, tuple[str, ...]]:
    """Place of the last of them and what it is behind; place 0 may train."""
    moved = stand(entries, entries[-1], room, now=100.0).moved
    return (0, ()) if moved is None else (moved.place, moved.behind)


# The rule


def test_a_run_trains_when_nothing_else_does_whatever_it_needs() -> None:
    scarce = Room(n_cores=1, free_bytes=0, core_bytes=GIB)
    assert told([entry("a", 8, max_runs=1)], scarce) == (0, ())
    assert told([entry("a", 8, status="paused"), entry("b", 8)], scarce) == (0, ())


def test_cores_are_shared_out_and_the_rest_waits() -> None:
    assert told([training("a", 2), entry("b", 2)]) == (0, ())
    assert told([training("a", 2), entry("b", 3)]) == (1, ("a",))
    assert told([training("a", None), entry("b", 1)]) == (1, ("a",))
    assert told([training("a", 2), training("b", 2), entry("c", 1)]) == (1, ("a", "b"))


def test_nobody_is_passed_by_a_smaller_run() -> None:
    assert told([training("a", 2), entry("b", 3), entry("c", 1)]) == (2, ("b",))
    assert told([training("a", 2), entry("b", 3, status="paused"), entry("c", 1)]) == (0, ())


def test_memory_counts_and_is_named() -> None:
    short = replace(ROOM, free_bytes=GIB)
    moved = stand([training("a", 2), b := entry("b", 2)], b, short).moved
    assert moved == ev.QueueMoved(place=1, behind=("a",), short_of_memory=True)
    assert told([training("a", 2), entry("b", 1)], short) == (0, ())


def test_runs_at_once_may_take_what_one_may() -> None:
    # One run of all cores may take CORES GiB; all of it is free in ROOM, again and again.
    large = replace(training("a", 1), memory_bytes=3 * GIB)
    b = entry("b", 1, memory_bytes=2 * GIB)
    assert stand([large, b], b, ROOM).moved == ev.QueueMoved(
        place=1, behind=("a",), short_of_memory=True
    )
    assert told([large, replace(b, memory_bytes=GIB)]) == (0, ())
    assert told([large, replace(b, memory_bytes=None)]) == (0, ())
    assert told([large, replace(b, n_workers=2, memory_bytes=None)]) == (1, ("a",))
    assert told([b, replace(large, turn=None, status="queued")]) == (1, ("b",))
    # Alone it may take whatever a person allows.
    assert told([replace(b, memory_bytes=9 * GIB)]) == (0, ())


def test_a_number_of_runs_replaces_cores_and_memory() -> None:
    short = replace(ROOM, free_bytes=0)
    assert told([training("a"), entry("b", max_runs=2)], short) == (0, ())
    assert told([training("a", 1), entry("b", 1, max_runs=1)]) == (1, ("a",))


def test_a_run_that_is_about_to_start_is_not_counted_as_one_that_waits() -> None:
    young = entry("a", pid=None)
    assert told([young, entry("b")]) == (1, ("a",))
    b = entry("b", 1)
    standing = stand([replace(young, n_workers=1), b], b, ROOM, now=100.0)
    assert standing.soon
    assert standing.moved is not None
    # Nobody came for it, or it is stuck.
    assert stand([young, b], b, ROOM, now=200.0).moved is None
    assert stand([entry("a", heartbeat=180.0), b], b, ROOM, now=200.0).moved is None
    assert stand([entry("a", heartbeat=195.0), b], b, ROOM, now=200.0).moved is not None


@settings(max_examples=60, deadline=None)
@given(
    wants=st.lists(
        st.tuples(st.integers(1, 6), st.none() | st.integers(1, 8)), min_size=1, max_size=8
    ),
    seed=st.integers(0, 2**20),
    n_cores=st.integers(1, 6),
)
def test_any_order_of_asking_keeps_the_line_the_cores_and_the_memory(
    wants: list[tuple[int, int | None]], seed: int, n_cores: int
) -> None:
    draw = random.Random(seed)
    room = replace(ROOM, n_cores=n_cores)
    line = [
        entry(f"r{place}", n, memory_bytes=None if gib is None else gib * GIB)
        for place, (n, gib) in enumerate(wants)
    ]
    started: list[str] = []
    while line:
        place = draw.randrange(len(line))
        own = line[place]
        if own.trains and draw.random() < 0.3:
            line.pop(place)
        elif own.waits and stand(line, own, room, now=100.0).moved is None:
            line[place] = replace(own, turn=100.0)
            started.append(own.run_id)
        at_work = [e for e in line if e.trains]
        assert len(at_work) < 2 or sum(e.n_workers or 0 for e in at_work) <= n_cores
        taken = sum(e.memory_bytes or (e.n_workers or 0) * GIB for e in at_work)
        assert len(at_work) < 2 or taken <= n_cores * GIB
        # Somebody can always go on.
        assert at_work or not line or stand(line, line[0], room, now=100.0).moved is None
    assert started == sorted(started)


# In a store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path / "store")
    yield opened
    opened.close()


def create(store: Store, run_id: str, *, claim: bool = True, **fields: Any) -> str:
    wanted: dict[str, Any] = {"n_workers": usable_cores()} | fields
    task = TaskSpec(target="y", budget_seconds=60.0)
    store.create_run(run_id, ev.RunCreated(name=run_id, dataset=DATASET, task=task, **wanted))
    if claim:
        assert store.claim(run_id, os.getpid())
    return run_id


def train(store: Store, run_id: str, **fields: Any) -> str:
    """A run of this process that has its turn."""
    create(store, run_id, **fields)
    assert store.take_turn(run_id, os.getpid(), lambda _: True)
    store.append(run_id, ev.RunnerStarted(pid=os.getpid(), n_workers=usable_cores()))
    return run_id


def end(store: Store, run_id: str) -> None:
    store.append(run_id, ev.RunEnded(status="finished", reason="Done.", elapsed_seconds=1.0))


def state_of(store: Store, run_id: str) -> Experiment:
    return replay(store.events(run_id))


def codes(store: Store, run_id: str) -> list[str]:
    return [notice.code for notice in state_of(store, run_id).notices]


class Waiting:
    """`wait_for_turn` in a thread, as a runner process does it."""

    def __init__(self, store: Store, run_id: str) -> None:
        self.store, self.run_id = store, run_id
        self.start: Start | None = None
        self.asked_to_end = threading.Event()
        self._thread = threading.Thread(target=self._wait)
        self._thread.start()

    def _wait(self) -> None:
        self.start = wait_for_turn(self.store, self.run_id, self.asked_to_end.is_set)

    def until(self, condition: Callable[[Experiment], Any]) -> Experiment:
        wait_for(lambda: condition(state_of(self.store, self.run_id)), 20)
        return state_of(self.store, self.run_id)

    def over(self) -> Start | None:
        self._thread.join(20)
        assert not self._thread.is_alive()
        return self.start


@pytest.fixture
def wait(store: Store) -> Iterator[Callable[[str], Waiting]]:
    """Has a run wait for its turn; whatever still waits after the test is ended."""
    made: list[Waiting] = []

    def begin(run_id: str) -> Waiting:
        made.append(Waiting(store, run_id))
        return made[-1]

    yield begin
    for waiting in made:
        waiting.asked_to_end.set()
        waiting.over()


def test_a_run_that_is_alone_does_not_wait(store: Store) -> None:
    create(store, "r1")
    start = wait_for_turn(store, "r1")
    assert start == Start(queues=True)
    assert len(store.events("r1")) == 1


def test_a_queued_run_starts_when_the_other_ends_and_its_clock_with_it(
    store: Store, wait: Callable[[str], Waiting]
) -> None:
    train(store, "r1")
    create(store, "r2")
    waiting = wait("r2")
    state = waiting.until(lambda now: now.queue_place == 1)
    assert (state.status, state.queue_behind) == ("queued", ("r1",))
    assert state.message == "Queued: 1st in line, behind r1."
    assert state.elapsed_at(state.created_at + 500) == 0.0
    assert store.run("r2").queue_place == 1
    store.send_command("r2", "extend", 30.0)
    waiting.until(lambda now: now.budget_seconds == 90.0)
    end(store, "r1")
    start = waiting.over()
    assert start is not None
    assert start.extended_seconds == 30.0
    assert start.waited_seconds > 0
    store.append(
        "r2",
        ev.RunnerStarted(pid=os.getpid(), n_workers=1, waited_seconds=start.waited_seconds),
    )
    state = state_of(store, "r2")
    assert state.started_at == pytest.approx(state.created_at + start.waited_seconds)
    assert state.elapsed_seconds < start.waited_seconds
    assert (state.queue_place, store.run("r2").queue_place) == (None, None)
    moves = [e for e in store.events("r2") if isinstance(e.body, ev.QueueMoved)]
    assert len(moves) == 1


def test_time_added_before_a_start_that_nobody_waited_for_counts(
    store: Store, wait: Callable[[str], Waiting]
) -> None:
    create(store, "r1", n_workers=1, max_runs=2)
    create(store, "r2", n_workers=1, max_runs=2)
    # Behind a run that starts in this moment: not worth a word in the log.
    store.send_command("r2", "extend", 30.0)
    waiting = wait("r2")
    waiting.until(lambda now: now.budget_seconds == 90.0)
    assert store.take_turn("r1", os.getpid(), lambda _: True)
    start = waiting.over()
    assert start is not None
    assert start.extended_seconds == 30.0


def test_families_that_are_dropped_or_boosted_in_the_queue_are_so_from_the_start(
    store: Store, wait: Callable[[str], Waiting]
) -> None:
    train(store, "r1")
    create(store, "r2")
    waiting = wait("r2")
    waiting.until(lambda now: now.queue_place == 1)
    for command, family in (("drop", "mlp"), ("drop", "knn"), ("boost", "linear"), ("drop", "")):
        store.send_command("r2", command, family=family)  # type: ignore[arg-type]
    store.send_command("r2", "restore", family="knn")
    state = waiting.until(lambda now: now.dropped == {"mlp"} and bool(now.boosted))
    assert (state.status, state.queue_place) == ("queued", 1)
    assert store.run("r2").status == "queued"
    end(store, "r1")
    start = waiting.over()
    assert start is not None
    assert (start.dropped, start.boosted) == ({"mlp"}, {"linear"})
    taken = [e.body for e in store.events("r2") if isinstance(e.body, ev.CommandTaken)]
    assert [(body.command, body.family) for body in taken] == [
        ("drop", "mlp"),
        ("drop", "knn"),
        ("boost", "linear"),
        ("restore", "knn"),
    ]


def test_places_move_up_as_runs_leave_the_line(
    store: Store, wait: Callable[[str], Waiting]
) -> None:
    train(store, "r1")
    create(store, "r2")
    create(store, "r3")
    second, third = wait("r2"), wait("r3")
    third.until(lambda now: (now.queue_place, now.queue_behind) == (2, ("r2",)))
    store.send_command("r2", "pause")
    second.until(lambda now: now.status == "paused")
    third.until(lambda now: (now.queue_place, now.queue_behind) == (1, ("r1",)))
    assert store.run("r2").queue_place is None
    store.send_command("r2", "resume")
    assert second.until(lambda now: now.queue_place == 1).status == "queued"
    third.until(lambda now: now.queue_place == 2)
    store.send_command("r2", "cancel")
    assert second.over() is None
    state = state_of(store, "r2")
    assert (state.status, state.elapsed_seconds) == ("cancelled", 0.0)
    assert state.reason == "Cancelled by you before it had started."
    third.until(lambda now: now.queue_place == 1)
    # As by a signal to terminate.
    third.asked_to_end.set()
    assert third.over() is None
    assert state_of(store, "r3").status == "stopped"


def test_another_runner_can_take_a_waiting_run_over_but_no_other(
    store: Store, wait: Callable[[str], Waiting]
) -> None:
    train(store, "r1")
    create(store, "r2")
    waiting = wait("r2")
    waiting.until(lambda now: now.queue_place == 1)
    other = os.getpid() + 1
    assert not store.claim("r1", other, waiting=True)
    assert not store.claim("r2", other)
    assert store.claim("r2", other, waiting=True)
    assert waiting.over() is None
    store.heartbeat("r2", os.getpid())
    assert store.run("r2").pid == other
    assert store.append_waiting("r2", os.getpid(), ev.QueueMoved(place=7)) == []
    assert store.take_turn("r2", os.getpid(), lambda _: True) is None
    assert not store.run("r2").ended


def test_a_dead_run_frees_its_place(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reconciling, "QUIET_SECONDS", 0.0)
    with subprocess.Popen([sys.executable, "-c", "pass"]) as dead:
        dead.wait()
    create(store, "r1", claim=False)
    assert store.claim("r1", dead.pid)
    assert store.take_turn("r1", dead.pid, lambda _: True)
    store.append("r1", ev.RunnerStarted(pid=dead.pid, n_workers=usable_cores()))
    create(store, "r2")
    start = wait_for_turn(store, "r2")
    assert start is not None
    assert start.waited_seconds == 0.0 or start.waited_seconds < 60
    assert state_of(store, "r1").status == "interrupted"


def test_a_paused_run_gives_its_turn_away(store: Store) -> None:
    train(store, "r1")
    create(store, "r2")
    assert not Turn(store, "r2", os.getpid()).take()
    store.append("r1", ev.CommandTaken(command="pause"))
    turn = Turn(store, "r2", os.getpid())
    assert turn.take()
    assert turn.waited
    store.append("r2", ev.RunnerStarted(pid=os.getpid(), n_workers=usable_cores()))
    assert not Turn(store, "r1", os.getpid()).take()
    state = state_of(store, "r1")
    assert (state.status, state.queue_behind) == ("queued", ("r2",))
    assert store.run("r1").status == "queued"
    end(store, "r2")
    assert Turn(store, "r1", os.getpid()).take()


def test_runs_that_share_the_cores_are_told_once(store: Store) -> None:
    n_cores = usable_cores()
    for run_id in ("r1", "r2", "r3"):
        create(store, run_id, max_runs=3)
        assert Turn(store, run_id, os.getpid()).take()
    tell_crowd(store)
    assert [codes(store, run_id) for run_id in ("r1", "r2", "r3")] == [["crowded"]] * 3
    message = state_of(store, "r1").notices[0].message
    assert message.startswith(f"2 runs train at once, with {2 * n_cores} workers on {n_cores} ")


def test_runs_with_a_core_for_each_worker_are_told_nothing(store: Store) -> None:
    create(store, "r1", n_workers=usable_cores(), max_runs=2)
    assert Turn(store, "r1", os.getpid()).take()
    assert codes(store, "r1") == []


# At once


def test_what_runs_may_take_is_known_to_all_that_ask(store: Store) -> None:
    create(store, "r1", n_workers=1, memory_bytes=3 * GIB)
    create(store, "r2", n_workers=1)
    assert {e.run_id: e.memory_bytes for e in store.queue()} == {"r1": 3 * GIB, "r2": None}


def test_threads_that_ask_at_once_never_get_more_turns_than_allowed(store: Store) -> None:
    ids = [create(store, f"r{number}", max_runs=2) for number in range(6)]
    together = threading.Barrier(len(ids))
    turns: list[str] = []

    def ask(run_id: str) -> None:
        turn = Turn(store, run_id, os.getpid())
        together.wait(20)
        for _ in range(5):
            if turn.take():
                turns.append(run_id)
                return

    threads = [threading.Thread(target=ask, args=(run_id,)) for run_id in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(turns) <= 2
    assert sum(e.trains for e in store.queue()) == len(turns)


def _ask_for_turns(folder: str, run_id: str) -> None:
    store = Store(folder)
    assert store.claim(run_id, os.getpid())
    assert wait_for_turn(store, run_id) is not None
    most = sum(entry.trains for entry in store.queue())
    body = ev.RunEnded(status="finished", reason=str(most), elapsed_seconds=0.0)
    store.append(run_id, body)
    store.close()


def test_processes_that_ask_at_once_take_turns(store: Store) -> None:
    context = multiprocessing.get_context("spawn")
    ids = [create(store, f"r{number}", claim=False, max_runs=1) for number in range(2)]
    processes = [
        context.Process(target=_ask_for_turns, args=(str(store.folder), run_id)) for run_id in ids
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
        assert process.exitcode == 0
        process.close()
    assert [state_of(store, run_id).reason for run_id in ids] == ["1", "1"]


# With runners


def test_a_second_run_of_a_process_waits_and_starts_warm_by_itself(lab: Lab) -> None:
    lab.launch("r1", n_workers=None)
    lab.launch("r2", n_workers=None, families=("dummy",))
    lab.launch("r3", n_workers=None)
    # Before any process can have said so.
    assert lab.experiment("r2").message == "Queued: 1st in line, behind r1."
    assert lab.experiment("r3").queue_behind == ("r2",)
    lab.store.send_command("r3", "cancel")
    assert lab.wait_ended("r3").status == "cancelled"
    lab.wait("r1", lambda state: state.status == "running")
    wait_for(lambda: lab.store.run("r2").pid is not None)
    assert lab.bodies("r1", ev.RunnerStarted)[0].waited_seconds == 0.0
    assert lab.experiment("r2").status == "queued"
    lab.store.send_command("r1", "cancel")
    state = lab.wait_ended("r2")
    (started,) = lab.bodies("r2", ev.RunnerStarted)
    assert (state.status, started.warm) == ("finished", True)
    first = next(e for e in lab.store.events("r1") if isinstance(e.body, ev.RunEnded))
    turn = state.created_at + started.waited_seconds
    assert turn >= first.at
    assert state.elapsed_seconds <= state.updated_at - turn + 0.1
    assert lab.bodies("r3", ev.RunnerStarted) == []
    # Of the processes that waited none is left.
    wait_for(lambda: len(runners(lab.store.folder)) == 1)


def test_a_run_that_was_paused_waits_for_its_turn_before_it_goes_on(lab: Lab) -> None:
    store = lab.store
    lab.create("r1", budget=600, n_workers=1, max_runs=1)
    create(store, "r2", max_runs=1)
    store.claim("r1", os.getpid())
    start = wait_for_turn(store, "r1")
    drive = threading.Thread(
        target=run_claimed,
        args=(store, "r1", InlinePool()),
        kwargs={"background": InlineBackground(), "start": start},
    )
    drive.start()
    lab.wait("r1", lambda state: state.n_done >= 1)
    other = Turn(store, "r2", os.getpid())
    assert not other.take()
    store.send_command("r1", "pause")
    lab.wait("r1", lambda state: state.status == "paused")
    wait_for(other.take)
    store.append("r2", ev.RunnerStarted(pid=os.getpid(), n_workers=1))
    store.send_command("r1", "resume")
    queued = lab.wait("r1", lambda state: state.queue_place == 1)
    assert queued.status == "queued"
    store.send_command("r1", "pause")
    paused = lab.wait("r1", lambda state: state.status == "paused")
    assert paused.queue_place is None
    store.send_command("r1", "resume")
    lab.wait("r1", lambda state: state.queue_place == 1)
    # What is wished of a family has nothing to do with whose turn it is.
    store.send_command("r1", "drop", family="lightgbm")
    assert lab.wait("r1", lambda state: state.dropped == {"lightgbm"}).status == "queued"
    end(store, "r2")
    again = lab.wait("r1", lambda state: state.status == "running")
    # The clock stood still from the first pause on.
    assert again.paused_at is None
    assert again.elapsed_at(again.updated_at) <= queued.elapsed_seconds + 1.0
    store.send_command("r1", "cancel")
    lab.wait_ended("r1")
    drive.join(20)
    assert not drive.is_alive()


def test_an_inline_run_does_not_wait_and_others_count_it(lab: Lab) -> None:
    train(lab.store, "other", n_workers=usable_cores())
    lab.create("r1", budget=6, families=("dummy",), n_workers=1)
    engine.run_inline(lab.store, "r1")
    assert lab.experiment("r1").status == "finished"
    assert lab.bodies("r1", ev.QueueMoved) == []
    assert "crowded" in codes(lab.store, "r1")
    end(lab.store, "other")
