"""Workers die, hang and swell; the pool goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import psutil
import pytest

from jupyter_automl.execute import JobDone, JobFailed, JobProgress, WorkerPool
from jupyter_automl.execute.limits import THREAD_VARIABLES
from jupyter_automl.testing import executors as suite


def gone(pid: int) -> bool:
    """Whether a process ends within some seconds."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                return True
            psutil.Process(pid).wait(0.05)
        except psutil.NoSuchProcess:
            return True
        except psutil.TimeoutExpired:
            continue
    return False


@pytest.fixture
def pool() -> Iterator[WorkerPool]:
    with WorkerPool(2) as workers:
        pids = set(workers.pids())
        yield workers
        pids |= set(workers.pids())
    assert all(gone(pid) for pid in pids)


def first_report(pool: WorkerPool, job_id: str, name: str) -> object:
    pool.submit(job_id, suite.job(name), None)
    events = suite.drain(pool, lambda seen: any(isinstance(e, JobProgress) for e in seen))
    return next(event.payload for event in events if isinstance(event, JobProgress))


def test_a_killed_worker_costs_its_job_only(pool: WorkerPool) -> None:
    pid = first_report(pool, "victim", "hang")
    assert isinstance(pid, int)
    pool.submit("other", suite.job("echo"), 1)
    os.kill(pid, signal.SIGKILL)
    events = suite.drain(
        pool, lambda seen: suite.ended("victim")(seen) and suite.ended("other")(seen)
    )
    failed = next(e for e in events if isinstance(e, JobFailed))
    assert (failed.job_id, failed.reason) == ("victim", "lost")
    assert "signal 9" in failed.error["message"]
    suite.check_many(pool)
    assert pid not in pool.pids()
    assert len(pool.pids()) == 2


def test_a_job_that_kills_its_process_is_lost(pool: WorkerPool) -> None:
    for _ in range(3):
        failed = suite.outcome(pool, "die", None)
        assert isinstance(failed, JobFailed)
        assert failed.reason == "lost"
    suite.check_result(pool)


def test_sys_exit_is_an_error_of_the_job(pool: WorkerPool) -> None:
    failed = suite.outcome(pool, "leave", 3)
    assert isinstance(failed, JobFailed)
    assert failed.reason == "error"


def test_a_result_that_does_not_pickle_is_an_error(pool: WorkerPool) -> None:
    failed = suite.outcome(pool, "unpicklable", 3)
    assert isinstance(failed, JobFailed)
    assert failed.reason == "error"
    suite.check_result(pool)


def test_kill_ends_a_hanging_job_and_its_children(pool: WorkerPool) -> None:
    pids = first_report(pool, "parent", "with_child")
    pool.kill("parent")
    assert isinstance(pids, tuple)
    assert all(gone(pid) for pid in pids)
    suite.check_many(pool)


def test_children_of_a_worker_that_was_killed_end_too(pool: WorkerPool) -> None:
    pids = first_report(pool, "parent", "with_child")
    assert isinstance(pids, tuple)
    os.kill(pids[0], signal.SIGKILL)
    suite.drain(pool, suite.ended("parent"))
    assert gone(pids[1])


def test_a_killed_job_frees_its_worker(pool: WorkerPool) -> None:
    for number in range(2):
        pool.submit(f"hang-{number}", suite.job("hang"), None)
    pool.submit("next", suite.job("echo"), 5)
    pool.kill("hang-0")
    events = suite.drain(pool, suite.ended("next"))
    assert not any(isinstance(event, JobFailed) for event in events)


def test_a_worker_that_swells_is_killed() -> None:
    with WorkerPool(1, memory_limit_bytes=300 * 2**20) as pool:
        failed = suite.outcome(pool, "grow", 600 * 2**20)
        assert isinstance(failed, JobFailed)
        assert failed.reason == "memory"
        assert "a worker may take 300 MiB" in failed.error["message"]
        suite.check_result(pool)


def test_another_limit_holds_from_then_on() -> None:
    with WorkerPool(1) as pool:
        suite.check_result(pool)
        pool.limit_memory(200 * 2**20)
        failed = suite.outcome(pool, "grow", 600 * 2**20)
        assert isinstance(failed, JobFailed)
        assert failed.reason == "memory"


def test_workers_are_modest_and_single_threaded(pool: WorkerPool) -> None:
    done = suite.outcome(pool, "niceness", None)
    assert isinstance(done, JobDone)
    assert done.result == min(19, os.nice(0) + 10)
    done = suite.outcome(pool, "environment", THREAD_VARIABLES)
    assert isinstance(done, JobDone)
    assert set(done.result.values()) == {"1"}


def test_what_does_not_pickle_is_refused_at_once(pool: WorkerPool) -> None:
    with pytest.raises(Exception, match="pickle"):
        pool.submit("job", suite.job("echo"), lambda: None)


def test_warm_up_runs_and_its_failure_harms_nobody() -> None:
    calls = [(suite.job("crash"), "in the warm-up"), (suite.job("echo"), 1)]
    with WorkerPool(1, warm_up=calls) as pool:
        suite.check_result(pool)


def test_workers_die_with_their_parent() -> None:
    script = (
        "from jupyter_automl.execute import WorkerPool\n"
        "from jupyter_automl.testing import executors as suite\n"
        "if __name__ == '__main__':\n"
        "    pool = WorkerPool(2)\n"
        "    for n in range(2): pool.submit(str(n), suite.job('with_child'), None)\n"
        "    pids = [e.payload for e in suite.drain(pool, lambda s: len(s) == 4) "
        "if hasattr(e, 'payload')]\n"
        "    print(*[p for pair in pids for p in pair], flush=True)\n"
        "    import threading; threading.Event().wait()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        pids = [int(word) for word in parent.stdout.readline().split()]
        parent.kill()
    assert len(pids) == 4
    assert all(gone(pid) for pid in pids)
