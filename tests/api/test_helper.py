"""The process beside a kernel."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

import jupyter_automl as ja
from jupyter_automl.api.helper import Helper, HelperLostError, JobError
from jupyter_automl.api.jobs.explain import ExplainJob
from jupyter_automl.api.jobs.models import ref_of
from jupyter_automl.testing.executors import job


@pytest.fixture
def helper() -> Iterator[Helper]:
    helper = Helper()
    yield helper
    helper.close()


class Caller:
    """Runs a job on a thread and keeps what came of it."""

    def __init__(self, helper: Helper, name: str, payload: Any, stop: Any = None) -> None:
        self.parts: list[Any] = []
        self.first_part = threading.Event()
        self.result: Any = None
        self.error: BaseException | None = None
        self._call = (helper, name, payload, stop)
        self.thread = threading.Thread(target=self._run)
        self.thread.start()

    def _run(self) -> None:
        helper, name, payload, stop = self._call
        try:
            self.result = helper.run(job(name), payload, on_part=self._took, stop=stop)
        except BaseException as error:
            self.error = error

    def _took(self, part: Any) -> None:
        self.parts.append(part)
        self.first_part.set()

    def join(self) -> None:
        self.thread.join(60)
        assert not self.thread.is_alive()


def test_a_job_gives_its_parts_and_its_result(helper: Helper) -> None:
    parts: list[int] = []
    assert helper.run(job("count"), 5, on_part=parts.append) == 5
    assert parts == [0, 1, 2, 3, 4]


def test_the_process_stays_for_the_next_job(helper: Helper) -> None:
    helper.run(job("echo"), 1)
    (pid,) = helper.pids
    helper.run(job("echo"), 2)
    assert helper.pids == (pid,)


def test_it_has_the_priority_of_its_kernel(helper: Helper) -> None:
    import os

    assert helper.run(job("niceness"), None) == os.nice(0)


def test_an_error_of_ours_keeps_its_words(helper: Helper) -> None:
    with pytest.raises(JobError) as caught:
        helper.run(job("fail"), "The column is wrong.")
    error = caught.value
    assert (error.message, error.hint) == ("The column is wrong.", "Do something else.")
    assert error.context["column"] == "a"
    assert "traceback" not in error.context


def test_any_other_error_is_said_to_be_a_fault(helper: Helper) -> None:
    with pytest.raises(JobError, match="ZeroDivisionError") as caught:
        helper.run(job("crash"), "1/0")
    assert "fault" in caught.value.hint


def test_a_payload_that_cannot_travel_is_the_callers_error(helper: Helper) -> None:
    with pytest.raises(Exception, match="pickle"):
        helper.run(job("echo"), lambda: 1)
    assert helper.run(job("echo"), 1) == 1


def test_a_process_that_dies_costs_its_job_only(helper: Helper) -> None:
    with pytest.raises(HelperLostError) as caught:
        helper.run(job("die"), None)
    assert caught.value.code == "helper_lost"
    assert helper.run(job("echo"), 1) == 1


def test_a_process_that_dies_between_jobs_is_replaced(helper: Helper) -> None:
    helper.run(job("echo"), 1)
    (pid,) = helper.pids
    process = psutil.Process(pid)
    process.kill()
    process.wait(20)
    for attempt in range(3):
        # The pipe of a dead process may take the job before it is seen to be dead.
        try:
            assert helper.run(job("echo"), attempt) == attempt
            break
        except HelperLostError:
            continue
    assert helper.run(job("echo"), 9) == 9


def test_too_much_memory_ends_the_job() -> None:
    helper = Helper(memory_limit_bytes=300 * 1024**2)
    try:
        with pytest.raises(HelperLostError) as caught:
            helper.run(job("grow"), 600 * 1024**2)
        assert caught.value.context["reason"] == "memory"
    finally:
        helper.close()


def test_a_job_that_is_stopped_is_killed_and_the_next_one_runs(helper: Helper) -> None:
    stop = threading.Event()
    hanging = Caller(helper, "hang", None, stop)
    assert hanging.first_part.wait(60)
    waiting = Caller(helper, "echo", "next")
    stop.set()
    hanging.join()
    waiting.join()
    assert isinstance(hanging.error, HelperLostError)
    assert waiting.result == "next"
    assert not psutil.pid_exists(hanging.parts[0])


def test_it_leaves_when_nobody_needs_it_and_comes_back() -> None:
    helper = Helper(idle_seconds=0.05)
    try:
        assert helper.run(job("echo"), 1) == 1
        gone = psutil.wait_procs(psutil.Process().children(), timeout=20)[1]
        assert not [child for child in gone if child.pid in helper.pids]
        assert helper.run(job("echo"), 2) == 2
    finally:
        helper.close()


def test_closing_fails_what_still_runs() -> None:
    helper = Helper()
    hanging = Caller(helper, "hang", None)
    assert hanging.first_part.wait(60)
    helper.close()
    hanging.join()
    assert isinstance(hanging.error, HelperLostError)
    with pytest.raises(HelperLostError, match="closed"):
        helper.run(job("echo"), 1)
    helper.close()


# Explaining


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ja.Run]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_AUTOML_STORE", str(tmp_path_factory.mktemp("helper")))
        yield ja.fit("sample:iris", target="species", families=["dummy"], executor="inline")


def _forget(run: ja.Run) -> None:
    """Remove what the run itself has explained at its end."""
    for ready in run.experiment.explanations.values():
        Path(ready.path).unlink(missing_ok=True)


def test_what_the_helper_explains_is_kept_with_the_run(helper: Helper, run: ja.Run) -> None:
    _forget(run)
    work = ExplainJob(model=ref_of(run.model("Baseline")))
    facts = helper.run("jupyter_automl.api.jobs.explain:explain", work)
    assert facts.n_rows > 0
    assert Path(run.experiment.explanations["Baseline"].path).is_file()
    seq = run.experiment.seq
    assert helper.run("jupyter_automl.api.jobs.explain:explain", work) == facts
    assert run.experiment.seq == seq


def test_a_model_that_is_gone_is_said(helper: Helper, run: ja.Run) -> None:
    _forget(run)
    files = list(run.folder.glob("trials/*/model.joblib"))
    for file in files:
        file.rename(file.with_suffix(".gone"))
    try:
        work = ExplainJob(model=ref_of(run.model("Baseline")))
        with pytest.raises(JobError) as caught:
            helper.run("jupyter_automl.api.jobs.explain:explain", work)
        assert "Baseline" in str(caught.value) or "model.joblib" in str(caught.value)
    finally:
        for file in files:
            file.with_suffix(".gone").rename(file)
