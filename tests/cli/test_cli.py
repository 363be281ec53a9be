"""The command line: what it prints, where, and with which exit code."""

from __future__ import annotations

import importlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager

import jupyter_automl as ja
from jupyter_automl.cli import main
from jupyter_automl.cli.dashboard import (
    KERNELS,
    OPTIONS,
    find_notebook,
    voila_command,
    voila_environment,
)
from jupyter_automl.core.events import RunEnded
from jupyter_automl.engine.queueing import announce
from jupyter_automl.models import gpus

Capture = pytest.CaptureFixture[str]


def call(capsys: Capture, *words: str) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of a command."""
    code = main(words)
    out, err = capsys.readouterr()
    return code, out, err


def documents(text: str) -> Sequence[Any]:
    """The JSON documents of the lines."""
    return [json.loads(line) for line in text.splitlines()]


@pytest.fixture(scope="module")
def run_id(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A finished run on the iris sample, and its store in the environment."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_AUTOML_STORE", str(tmp_path_factory.mktemp("store")))
        run = ja.fit(
            "sample:iris", "Predict species", budget=30, families="dummy", executor="inline"
        )
        assert run.status == "finished"
        yield run.id


@pytest.mark.parametrize(
    "words",
    [
        ("fitt",),
        ("fit",),
        ("fit", "sample:churn", "--targt", "churn"),
        ("fit", "sample:churn", "--target", "chrn"),
        ("fit", "sample:churn", "--target", "churn", "--budget", "soon"),
        ("fit", "sample:churn", "--target", "churn", "--metric", "acuracy"),
        ("fit", "sample:churn", "--target", "churn", "--max-memory", "50MB"),
        ("fit", "no file.csv", "--target", "churn"),
        ("fit", "sample:churn", "--out", "report.docx"),
        ("show", "no-such-run"),
        ("predict", "no-such-run", "sample:churn"),
        ("runs", "--limit", "0"),
    ],
)
def test_wrong_arguments_exit_2_with_a_message_and_no_traceback(
    capsys: Capture, store_dir: Path, words: tuple[str, ...]
) -> None:
    code, out, err = call(capsys, *words)
    assert (code, out) == (2, "")
    assert err.startswith("Error: ")
    assert "Traceback" not in err
    code, out, err = call(capsys, *words, "--json")
    assert (code, out) == (2, "")
    assert {"code", "message", "hint", "context"} == set(json.loads(err)["error"])


def test_an_empty_store_is_no_error(capsys: Capture, store_dir: Path) -> None:
    assert call(capsys, "runs")[0] == 0
    assert documents(call(capsys, "runs", "--json")[1]) == [{"runs": []}]
    assert call(capsys, "show")[0] == 2


def test_help_and_version(capsys: Capture) -> None:
    code, out, _ = call(capsys, "--help")
    assert code == 0
    for command in ("demo", "fit", "runs", "show", "watch", "stop", "predict", "doctor"):
        assert f"  {command} " in out
    assert call(capsys)[0] == 0
    assert call(capsys, "--version")[1].strip() == ja.__version__


def test_runs_and_show(capsys: Capture, run_id: str) -> None:
    code, out, _ = call(capsys, "runs")
    assert code == 0
    assert run_id in out.replace("\n", "")
    (document,) = documents(call(capsys, "runs", "--json")[1])
    assert document["runs"][0]["id"] == run_id
    code, out, _ = call(capsys, "show", run_id[:-1])
    assert code == 0
    assert "Baseline" in out
    (document,) = documents(call(capsys, "show", "--json")[1])
    assert document["run"]["best_model"] == "Baseline"
    assert document["run"]["leaderboard"][0]["rank"] == 1


def test_watch_of_a_run_that_is_over_ends_with_its_result(capsys: Capture, run_id: str) -> None:
    code, out, _ = call(capsys, "watch", run_id, "--json")
    *events, last = documents(out)
    assert code == 0
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert last["result"]["status"] == "finished"
    code, out, _ = call(capsys, "watch", run_id)
    assert code == 0
    assert "Baseline" in out


def test_stop_of_a_run_that_is_over_says_so(capsys: Capture, run_id: str) -> None:
    code, out, _ = call(capsys, "stop", run_id)
    assert code == 0
    assert "over already" in out
    assert documents(call(capsys, "stop", run_id, "--json")[1])[0]["sent"] is None


def test_predictions_go_to_stdout_or_to_a_file(
    capsys: Capture, run_id: str, tmp_path: Path
) -> None:
    code, out, _ = call(capsys, "predict", run_id, "sample:iris")
    lines = out.splitlines()
    assert code == 0
    assert lines[0].startswith("prediction,probability_")
    assert len(lines) == 151
    target = tmp_path / "p.parquet"
    assert call(capsys, "predict", "last", "sample:iris", "--out", str(target))[0] == 0
    assert len(pd.read_parquet(target)) == 150
    (document,) = documents(call(capsys, "predict", run_id, "sample:iris", "--json")[1])
    assert len(document["predictions"]) == 150
    assert document["refitted"] is False
    (document,) = documents(call(capsys, "predict", run_id, "sample:iris", "--refit", "--json")[1])
    assert len(document["predictions"]) == 150
    assert document["refitted"] is True
    assert call(capsys, "predict", run_id, "sample:churn")[0] == 2


@pytest.fixture
def no_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is tried on a GPU, which takes seconds; `test_doctor_gpu` is about that."""
    monkeypatch.setattr(gpus, "find_gpus", lambda **_: gpus.Findings(reason="none"))


@pytest.mark.usefixtures("no_gpu")
def test_doctor_tells_what_is_there(capsys: Capture, store_dir: Path) -> None:
    _, out, _ = call(capsys, "doctor", "--json")
    (document,) = documents(out)
    findings = {finding["name"]: finding for finding in document["findings"]}
    assert findings["Python"]["state"] == "ok"
    assert str(store_dir) in findings["store"]["text"]
    assert findings["GPU"]["text"].startswith("none found")
    assert document["ok"] is all(f["state"] != "problem" for f in findings.values())


@pytest.mark.usefixtures("no_gpu")
def test_doctor_finds_a_store_that_cannot_be_used(
    capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("JUPYTER_AUTOML_STORE", str(tmp_path / "file" / "store"))
    code, out, _ = call(capsys, "doctor")
    assert code == 1
    assert "✕ store" in out


def test_the_dashboard_is_a_voila_command() -> None:
    command = voila_command(find_notebook(), port=1234, browser=False)
    assert command[:3] == [sys.executable, "-m", "voila"]
    assert command[3].endswith("dashboard.ipynb")
    assert {"--port=1234", "--theme=auto", "--no-browser", *OPTIONS} == set(command[4:])


def test_kernels_of_pages_are_forked_and_have_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    module, _, name = KERNELS.rpartition(".")
    assert issubclass(getattr(importlib.import_module(module), name), AsyncMappingKernelManager)
    assert any(option.endswith(f"={KERNELS}") for option in OPTIONS) is (sys.platform == "linux")
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    found = voila_environment()
    assert (found["OPENBLAS_NUM_THREADS"], found["OMP_NUM_THREADS"]) == ("1", "3")


def test_the_dashboard_is_light_or_dark(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[list[str]] = []

    class Server:
        def __init__(self, command: list[str], env: dict[str, str]) -> None:
            started.append(command)
            assert "jupyter" in env["JUPYTER_PATH"]

        def wait(self) -> int:
            return 0

        poll = wait

    monkeypatch.setattr("jupyter_automl.cli.dashboard.subprocess.Popen", Server)
    assert call(capsys, "dashboard", "--theme", "dark")[0] == 0
    assert "--theme=dark" in started[0]
    # The notebook's own wish must not win over the command's.
    assert "--VoilaConfiguration.allow_theme_override=NO" in started[0]
    code, _, err = call(capsys, "dashboard", "--theme", "pink")
    assert code == 2
    assert "light" in err
    assert "dark" in err
    assert len(started) == 1


def test_a_run_that_waits_shows_its_place(
    capsys: Capture, store_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # No process is started; this one stands in for the runner of the first run.
    monkeypatch.setattr("jupyter_automl.engine.launch", announce)
    words = ["fit", "sample:iris", "Predict species", "--name", "one", "--family", "dummy"]
    assert "has started" in call(capsys, *words, "--detach")[1]
    first = ja.last()
    first.store.claim(first.id, os.getpid())
    words[4] = "two"
    code, out, _ = call(capsys, *words, "--detach")
    assert code == 0
    assert "is queued, 1st in line." in out
    second = ja.last()
    listed = call(capsys, "runs")[1]
    assert "queued, 1st in line" in " ".join(listed.split())
    (document,) = documents(call(capsys, "runs", "--json")[1])
    assert [row["queue_place"] for row in document["runs"]] == [1, None]
    shown = " ".join(call(capsys, "show")[1].split())
    assert f"Queued: 1st in line, behind {first.id}." in shown
    (document,) = documents(call(capsys, "show", "--json")[1])
    assert (document["run"]["status"], document["run"]["queue_place"]) == ("queued", 1)
    assert call(capsys, "stop", second.id)[1] == f"The run {second.id} ends now.\n"
    for run in (first, second):
        end = RunEnded(status="cancelled", reason="Cancelled.", elapsed_seconds=0.0)
        run.store.append(run.id, end)
    lines = call(capsys, "watch", second.id)[1]
    assert f"Queued: 1st in line, behind {first.id}." in lines


def test_fit_ends_with_a_result_and_writes_a_report(store_dir: Path, tmp_path: Path) -> None:
    report = tmp_path / "report.html"
    words = ["fit", "sample:iris", "Predict species", "--budget", "30s", "--n-jobs", "1"]
    words += ["--family", "dummy", "--out", str(report), "--json"]
    done = subprocess.run(
        [sys.executable, "-m", "jupyter_automl.cli", *words],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert documents(done.stdout)[-1]["result"]["best_model"] == "Baseline"
    assert report.is_file()


def test_ctrl_c_leaves_the_run_going(store_dir: Path) -> None:
    words = ["fit", "sample:iris", "Predict species", "--budget", "60s", "--n-jobs", "1"]
    process = subprocess.Popen(
        [sys.executable, "-m", "jupyter_automl.cli", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        message = process.stderr.read()
        process.stdout.read()
    run = ja.last()
    assert process.returncode == 130
    assert f"jupyter-automl watch {run.id}" in message
    assert "Traceback" not in message
    assert run.status in ("queued", "running")
    run.cancel()
    assert run.wait(timeout=60).status == "cancelled"
