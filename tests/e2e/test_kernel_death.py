"""A run does not die with the kernel that started it."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.servers import end_runners

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

START = """
import json, os, threading, jupyter_automl as ja
run = ja.fit("sample:churn", target="churn", budget="5m")
enough = threading.Event()
stop = run.subscribe(lambda seen, events: seen.leaderboard.rows and enough.set())
assert enough.wait(120)
stop()
print(json.dumps({"pid": os.getpid(), "id": run.id, "models": sorted(run.leaderboard()["model"])}))
"""

FIND = """
import json, jupyter_automl as ja
run = ja.last()
models = sorted(run.leaderboard()["model"])
print(json.dumps({"id": run.id, "status": run.status, "models": models}))
"""


def test_a_killed_kernel_leaves_the_run_training(store_dir: Path) -> None:
    try:
        with _kernel() as (manager, client):
            before = _execute(client, START)
            os.kill(before["pid"], signal.SIGKILL)
            manager.shutdown_kernel(now=True)
        with _kernel() as (_, client):
            after = _execute(client, FIND)
    finally:
        end_runners(store_dir)
    assert after["id"] == before["id"]
    assert after["status"] in ("running", "finished")
    assert set(before["models"]) <= set(after["models"])


@contextmanager
def _kernel() -> Iterator[tuple[Any, Any]]:
    from jupyter_client.manager import start_new_kernel

    manager, client = start_new_kernel(kernel_name="python3", startup_timeout=120)
    try:
        yield manager, client
    finally:
        client.stop_channels()
        if manager.has_kernel:
            manager.shutdown_kernel(now=True)
        manager.cleanup_resources()


def _execute(client: Any, code: str) -> dict[str, Any]:
    printed: list[str] = []
    errors: list[str] = []

    def collect(message: dict[str, Any]) -> None:
        content = message["content"]
        if message["msg_type"] == "stream" and content["name"] == "stdout":
            printed.append(content["text"])
        elif message["msg_type"] == "error":
            errors.append("\n".join(content["traceback"]))

    client.execute_interactive(code, output_hook=collect, timeout=240)
    assert not errors, errors
    answer: dict[str, Any] = json.loads("".join(printed).strip().splitlines()[-1])
    return answer
