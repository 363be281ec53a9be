"""The store: events in and out, commands, the list of runs, damage."""

from __future__ import annotations

import json
import multiprocessing
import sqlite3
import stat
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_automl.core import codec
from jupyter_automl.core import events as ev
from jupyter_automl.core.dataset import ColumnSchema, Dataset
from jupyter_automl.core.errors import ArgumentError, RunError, RunNotFoundError, StoreError
from jupyter_automl.core.experiment import replay
from jupyter_automl.core.plan import Plan
from jupyter_automl.core.task import RowFilter, TaskSpec
from jupyter_automl.core.trial import TrialResult, TrialSpec
from jupyter_automl.store import Store, connection, default_folder
from jupyter_automl.store.migrations import MIGRATIONS


def created(name: str = "churn") -> ev.RunCreated:
    column = ColumnSchema(name="<img src=x onerror=alert(1)>", kind="numeric", dtype="int64")
    dataset = Dataset(name=name, fingerprint="ab", path="/x.arrow", n_rows=9, columns=(column,))
    task = TaskSpec(
        task="binary",
        target="y",
        budget_seconds=30,
        filters=(RowFilter(column="a", op="in", value=["x", 2]),),
    )
    return ev.RunCreated(name=name, dataset=dataset, task=task, prompt="Predict y.", n_workers=2)


def plan(metric: str = "roc_auc", *, greater: bool = True) -> ev.PlanMade:
    return ev.PlanMade(
        plan=Plan(task="binary", target="y", metric=metric, greater_is_better=greater)
    )


def started(number: int, family: str) -> ev.TrialStarted:
    spec = TrialSpec(number=number, family=family, params={"a": 0.5, "b": [1, 2]})
    return ev.TrialStarted(trial=spec, family_label=family.title(), n_folds=5)


def finished(number: int, family: str, score: float) -> ev.TrialFinished:
    return ev.TrialFinished(result=TrialResult(number=number, family=family, score=score))


def ensemble(score: float) -> ev.EnsembleUpdated:
    return ev.EnsembleUpdated(
        score=score,
        score_std=0.1,
        members=((1, 0.5), (2, 0.5)),
        fit_seconds=1.0,
        predict_ms_per_row=0.1,
    )


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path / "store")
    yield opened
    opened.close()


@pytest.fixture
def run(store: Store) -> Store:
    store.create_run("r1", created())
    return store


def test_what_is_appended_comes_back(run: Store) -> None:
    bodies: list[ev.Body] = [
        ev.QueueMoved(place=1, behind=("r0",), short_of_memory=True),
        ev.RunnerStarted(pid=7, n_workers=2, warm=True, waited_seconds=2.5),
        ev.StageChanged(stage="training", message="Training."),
        ev.NoticeRaised(code="id_column", message="ü", column="<b>"),
        plan(),
        started(1, "linear"),
        ev.FoldFinished(number=1, fold=1, n_folds=5, score=None),
        finished(1, "linear", 0.75),
        ev.TrialFailed(number=2, family="mlp", reason="lost", error={"code": "x", "context": {}}),
        ensemble(0.8),
        ev.ResourcesSampled(
            elapsed_seconds=1.5, cpu_percent=50, memory_bytes=2**40, memory_total_bytes=2**41
        ),
        ev.ResourcesSampled(
            elapsed_seconds=2.5,
            cpu_percent=50,
            memory_bytes=2**40,
            memory_total_bytes=2**41,
            gpu=ev.GpuSample(percent=None, memory_bytes=5, memory_total_bytes=7),
        ),
        ev.CommandTaken(command="stop"),
        ev.CommandTaken(command="drop", family="<b>"),
        ev.ExplanationReady(
            model="Linear", path="/e", importance=(("a", 0.5),), method="tree", n_rows=9
        ),
        ev.RunEnded(status="finished", reason="Done.", elapsed_seconds=2),
    ]
    appended = run.append("r1", *bodies)
    assert [event.seq for event in appended] == list(range(2, 18))
    read = run.events("r1", since=1)
    assert [event.body for event in read] == bodies
    assert read == appended
    first = run.events("r1", limit=1)[0]
    assert first.body == created()


def test_since_and_limit(run: Store) -> None:
    run.append("r1", *[ev.StageChanged(stage="training", message=str(n)) for n in range(9)])
    assert [event.seq for event in run.events("r1", since=4, limit=3)] == [5, 6, 7]
    assert run.events("r1", since=10) == []
    assert run.events("nobody") == []


def test_what_would_not_read_back_is_not_written(run: Store) -> None:
    with pytest.raises(ValueError, match="score"):
        run.append("r1", plan(), finished(1, "linear", float("nan")))
    assert len(run.events("r1")) == 1
    assert run.append("r1", plan())[0].seq == 2


def test_another_process_sees_it(run: Store) -> None:
    run.append("r1", plan())
    again = Store(run.folder)
    assert [event.seq for event in again.events("r1")] == [1, 2]
    again.close()


def test_a_run_that_ended_ends_once(run: Store) -> None:
    end = ev.RunEnded(status="interrupted", reason="x", elapsed_seconds=1)
    assert len(run.append("r1", end, unless_ended=True)) == 1
    assert run.append("r1", end, unless_ended=True) == []
    assert run.run("r1").status == "interrupted"


# The list of runs


def test_runs_newest_first(run: Store) -> None:
    run.create_run("r2", created("iris"))
    assert [summary.id for summary in run.runs()] == ["r2", "r1"]
    assert run.runs()[0].dataset == "iris"
    assert (run.run("r1").status, run.run("r1").pid) == ("queued", None)


def test_an_unknown_run(run: Store) -> None:
    run.create_run("churn-1120-7f3a", created())
    with pytest.raises(RunNotFoundError, match="Did you mean 'churn-1120-7f3a'"):
        run.run("churn-1120-7f3b")
    with pytest.raises(RunNotFoundError):
        run.append("zzz", plan())
    with pytest.raises(RunNotFoundError):
        run.send_command("zzz", "stop")


def test_an_id_is_used_once(run: Store) -> None:
    with pytest.raises(RunError, match="already"):
        run.create_run("r1", created())


@pytest.mark.parametrize("bad", ["", "../x", "a/b", ".", "a b", "x" * 65, "a\x00"])
def test_an_id_is_a_plain_name(store: Store, bad: str) -> None:
    with pytest.raises(ArgumentError):
        store.create_run(bad, created())


def test_the_folder_is_private(run: Store) -> None:
    for folder in (run.folder, run.data_folder, run.run_folder("r1")):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


_FAMILIES = st.sampled_from(["linear", "lightgbm", "mlp"])
_SCORES = st.integers(0, 20).map(lambda n: n / 20)
_STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("trial"), _FAMILIES, _SCORES),
        st.tuples(st.just("start"), _FAMILIES, _SCORES),
        st.tuples(st.just("ensemble"), st.just(""), _SCORES),
    ),
    max_size=25,
)


@settings(max_examples=40, deadline=None)
@given(steps=_STEPS, greater=st.booleans())
def test_the_summary_says_what_the_experiment_says(
    tmp_path_factory: pytest.TempPathFactory, steps: Sequence[tuple[str, str, float]], greater: bool
) -> None:
    store = Store(tmp_path_factory.mktemp("store"))
    store.create_run("r", created())
    store.append("r", ev.RunnerStarted(pid=1, n_workers=2), plan(greater=greater))
    for number, (kind, family, score) in enumerate(steps, start=1):
        if kind == "ensemble":
            store.append("r", ensemble(score))
            continue
        store.append("r", started(number, family))
        if kind == "trial":
            store.append("r", finished(number, family, score))
    experiment, summary = replay(store.events("r")), store.run("r")
    best = experiment.leaderboard.best
    assert summary.best_score == (best.score if best else None)
    assert summary.best_model == (best.model if best else None)
    assert (summary.status, summary.metric) == (experiment.status, "roc_auc")
    store.close()


# Commands, claims


def test_a_command_is_taken_once_and_in_order(run: Store) -> None:
    assert run.take_commands("r1") == []
    assert run.send_command("r1", "extend", 60.0)
    assert run.send_command("r1", "stop")
    taken = run.take_commands("r1")
    assert [(c.command, c.argument) for c in taken] == [("extend", 60.0), ("stop", None)]
    assert run.take_commands("r1") == []


def test_a_command_about_a_family_names_it(run: Store) -> None:
    name = "'; DROP TABLE runs; --"
    for command in ("drop", "boost", "restore"):
        assert run.send_command("r1", command, family=name)
    assert [(one.command, one.family, one.argument) for one in run.take_commands("r1")] == [
        ("drop", name, None),
        ("boost", name, None),
        ("restore", name, None),
    ]


def test_a_wish_about_a_family_does_not_start_a_paused_run(run: Store) -> None:
    run.append("r1", ev.RunnerStarted(pid=7, n_workers=2), ev.CommandTaken(command="pause"))
    run.append("r1", ev.CommandTaken(command="drop", family="mlp"))
    assert run.run("r1").status == "paused"
    assert replay(run.events("r1")).status == "paused"


def test_nobody_takes_a_command_of_a_run_that_is_over(run: Store) -> None:
    run.append("r1", ev.RunEnded(status="finished", reason="x", elapsed_seconds=1))
    assert run.send_command("r1", "stop") is False


def test_one_runner_claims_a_run(run: Store) -> None:
    assert run.claim("r1", 11)
    assert not run.claim("r1", 12)
    assert run.run("r1").pid == 11
    assert run.run("r1").heartbeat is not None


def test_a_run_that_waits_is_taken_over_until_it_has_had_its_turn(run: Store) -> None:
    assert run.claim("r1", 11)
    assert run.claim("r1", 12, 4, waiting=True)
    (entry,) = run.queue()
    assert (entry.pid, entry.n_workers, entry.waits, entry.trains) == (12, 4, True, False)
    assert run.take_turn("r1", 11, lambda _: True) is None
    assert run.take_turn("r1", 12, lambda _: False) is None
    turn = run.take_turn("r1", 12, lambda entries: not any(e.trains for e in entries))
    assert turn is not None
    assert run.take_turn("r1", 12, lambda _: False) == turn
    assert not run.claim("r1", 13, waiting=True)
    run.append("r1", ev.RunnerStarted(pid=12, n_workers=4), ev.CommandTaken(command="pause"))
    assert [e.turn for e in run.queue()] == [None]
    # It was under way: nobody else can go on with it.
    run.append("r1", ev.QueueMoved(place=1))
    assert not run.claim("r1", 13, waiting=True)
    run.append("r1", ev.RunEnded(status="stopped", reason="x", elapsed_seconds=1))
    assert run.queue() == []
    assert run.take_turn("r1", 12, lambda _: True) is None


def test_what_is_said_of_a_run_that_waits_is_said_by_its_runner(run: Store) -> None:
    moved = ev.QueueMoved(place=2, behind=("r0",))
    assert len(run.append_waiting("r1", None, moved)) == 1
    assert run.run("r1").queue_place == 2
    assert run.claim("r1", 11)
    assert run.append_waiting("r1", None, moved) == []
    assert run.append_waiting("r1", 12, moved) == []
    assert len(run.append_waiting("r1", 11, ev.CommandTaken(command="pause"))) == 1
    assert (run.run("r1").status, run.run("r1").queue_place) == ("paused", None)
    assert len(run.append_waiting("r1", 11, ev.CommandTaken(command="resume"))) == 1
    assert run.run("r1").status == "queued"
    assert run.take_turn("r1", 11, lambda _: True)
    assert run.append_waiting("r1", 11, moved) == []


def test_a_heartbeat_is_of_the_runner_there_is(run: Store) -> None:
    assert run.claim("r1", 11)
    run.heartbeat("r1", 12)
    assert run.run("r1").pid == 11


def test_delete(run: Store) -> None:
    with pytest.raises(RunError, match="Cancel it first"):
        run.delete_run("r1")
    (run.run_folder("r1") / "plan.json").write_text("{}")
    run.append("r1", ev.RunEnded(status="finished", reason="x", elapsed_seconds=1))
    run.delete_run("r1")
    assert run.runs() == []
    assert run.events("r1") == []
    assert not run.run_folder("r1").exists()


# Many at once


def _append_many(folder: str, name: str, n_events: int) -> None:
    store = Store(folder)
    for number in range(n_events):
        body = ev.StageChanged(stage="training", message=f"{name}-{number}")
        store.append("r1", body, body)
    store.close()


def _check_log(store: Store, n_writers: int, n_events: int) -> None:
    events = store.events("r1")
    assert [event.seq for event in events] == list(range(1, 2 + 2 * n_writers * n_events))
    assert [event.at for event in events] == sorted(event.at for event in events)
    messages = [e.body.message for e in events if isinstance(e.body, ev.StageChanged)]
    for writer in range(n_writers):
        own = [m for m in messages if m.startswith(f"{writer}-")]
        assert own == [f"{writer}-{n}" for n in range(n_events) for _ in range(2)]


def test_processes_append_without_gaps(run: Store) -> None:
    context = multiprocessing.get_context("spawn")
    writers = [
        context.Process(target=_append_many, args=(str(run.folder), str(n), 60)) for n in range(3)
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
        assert writer.exitcode == 0
        writer.close()
    _check_log(run, 3, 60)


def test_threads_append_through_one_store(run: Store) -> None:
    def write(name: str) -> None:
        for number in range(50):
            body = ev.StageChanged(stage="training", message=f"{name}-{number}")
            run.append("r1", body, body)

    threads = [threading.Thread(target=write, args=(str(n),)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    _check_log(run, 4, 50)


def test_many_open_a_new_store_at_once(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    openers = [context.Process(target=Store, args=(str(tmp_path / "new"),)) for _ in range(4)]
    for opener in openers:
        opener.start()
    for opener in openers:
        opener.join(60)
        assert opener.exitcode == 0
        opener.close()


# Damage and surroundings


def test_a_newer_store_is_refused_and_left_alone(run: Store) -> None:
    run.close()
    with sqlite3.connect(run.path) as db:
        db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(StoreError, match="schema 99"):
        Store(run.folder)


def test_a_store_of_the_first_schema_is_brought_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    old_created = codec.to_plain(created())
    old_started = codec.to_plain(ev.RunnerStarted(pid=7, n_workers=2))
    assert old_created.pop("max_runs") is None
    assert old_started.pop("waited_seconds") == 0.0
    with sqlite3.connect(path) as db:
        for statement in MIGRATIONS[0]:
            db.execute(statement)
        db.execute("PRAGMA user_version = 1")
        for run_id, status in (("over", "finished"), ("busy", "running"), ("new", "queued")):
            db.execute(
                "INSERT INTO runs (id, name, dataset, status, started, pid, last_seq, last_at) "
                "VALUES (?, 'n', 'd', ?, 100.0, 7, 2, 103.0)",
                (run_id, status),
            )
            for seq, at, body in ((1, 100.0, old_created), (2, 103.0, old_started)):
                row = (run_id, seq, at, json.dumps(body))
                db.execute("INSERT INTO events VALUES (?, ?, ?, ?)", row)
    db.close()
    store = Store(tmp_path)
    state = replay(store.events("busy"))
    assert (state.started_at, state.elapsed_seconds, state.queue_place) == (100.0, 3.0, None)
    assert [(e.run_id, e.trains, e.waits) for e in store.queue()] == [
        ("busy", True, False),
        ("new", False, True),
    ]
    assert not store.claim("busy", 8, waiting=True)
    assert {summary.queue_place for summary in store.runs()} == {None}
    store.close()


def test_commands_that_wait_in_a_store_of_the_second_schema_are_taken(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    with sqlite3.connect(path) as db:
        for steps in MIGRATIONS[:2]:
            for statement in steps:
                db.execute(statement)
        db.execute("PRAGMA user_version = 2")
        db.execute(
            "INSERT INTO runs (id, name, dataset, status, started, last_at) "
            "VALUES ('r1', 'n', 'd', 'running', 1.0, 1.0)"
        )
        db.execute(
            "INSERT INTO commands (run_id, command, argument, sent) VALUES ('r1', 'extend', 60, 1)"
        )
    db.close()
    store = Store(tmp_path)
    assert store.send_command("r1", "boost", family="mlp")
    assert [(one.command, one.argument, one.family) for one in store.take_commands("r1")] == [
        ("extend", 60.0, ""),
        ("boost", None, "mlp"),
    ]
    store.close()


def test_a_store_may_be_closed_while_threads_read(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.create_run("r1", created())
    for number in range(1, 200):
        store.append("r1", started(number, "lightgbm"))
    wrong: list[BaseException] = []
    over = threading.Event()

    def read() -> None:
        try:
            while not over.is_set():
                assert len(store.events("r1")) == 200
        except BaseException as error:
            wrong.append(error)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for _ in range(300):
        store.close()
        assert store.data_version() >= 0
    over.set()
    for reader in readers:
        reader.join()
    assert not wrong
    store.close()


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "store.db").write_text("A letter to a friend, long enough to be read. " * 50)
    with pytest.raises(StoreError, match="SQLite database"):
        Store(tmp_path)


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="JUPYTER_AUTOML_STORE"):
        Store(tmp_path / "file" / "store")


def test_a_rollback_journal_where_wal_breaks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "on_network", lambda folder: True)
    store = Store(tmp_path)
    store.create_run("r1", created())
    watcher = store.watcher()
    assert watcher.changed()
    assert not watcher.changed()
    store.append("r1", plan())
    assert watcher.changed()
    assert not (tmp_path / "store.db-wal").exists()
    watcher.close()
    store.close()


def test_the_setting_names_the_folder(store_dir: Path, tmp_path: Path) -> None:
    assert default_folder() == store_dir
    store = Store()
    assert store.path == store_dir / "store.db"
    store.close()


def test_without_the_setting_it_is_in_jupyters_data(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("JUPYTER_AUTOML_STORE", raising=False)
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path))
    assert default_folder() == tmp_path / "automl"
