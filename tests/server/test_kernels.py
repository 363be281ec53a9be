"""Kernels that are forked from a process that is ready."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest
from jupyter_client import BlockingKernelClient
from jupyter_client.connect import write_connection_file

from jupyter_automl.server.kernels import Forked, ForkedKernels, Seed, arguments_of

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux only"),
]

READY = 120.0


@pytest.fixture(scope="module")
def seed() -> Iterator[Seed]:
    made = Seed()
    made.start()
    yield made
    made.close()


@contextmanager
def kernel(
    seed: Seed, folder: Path, **variables: str
) -> Iterator[tuple[Forked, BlockingKernelClient]]:
    """A kernel, forked, and a client of it."""
    path, _ = write_connection_file(str(folder / f"{len(os.listdir(folder))}.json"))
    forked = seed.fork(["-f", path], {**os.environ, **variables}, str(folder))
    client = BlockingKernelClient(connection_file=path)
    client.load_connection_file()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=READY)
        yield forked, client
    finally:
        client.stop_channels()
        forked.kill()
        forked.wait(READY)


def ask(client: BlockingKernelClient, code: str, *values: str) -> Mapping[str, Any]:
    """The values of expressions after some code."""
    expressions = {value: value for value in values}
    content = client.execute(
        code, silent=True, user_expressions=expressions, reply=True, timeout=READY
    )["content"]
    assert content["status"] == "ok", content
    found = content["user_expressions"]
    assert all(found[value]["status"] == "ok" for value in values), found
    return {value: eval(found[value]["data"]["text/plain"]) for value in values}


def test_a_kernel_has_its_own_process_variables_and_folder(seed: Seed, tmp_path: Path) -> None:
    with kernel(seed, tmp_path, WHOSE="mine") as (one, client):
        told = ask(
            client,
            "import os, sys",
            "os.getpid()",
            "os.getpgrp()",
            "os.getppid()",
            "os.environ['WHOSE']",
            "os.getcwd()",
            "__name__",
        )
        assert told["os.getpid()"] == told["os.getpgrp()"] == one.pid
        assert told["os.getppid()"] == seed.pid
        assert told["os.environ['WHOSE']"] == "mine"
        assert told["os.getcwd()"] == str(tmp_path)
        assert told["__name__"] == "__main__"
        with kernel(seed, tmp_path) as (other, second):
            assert other.pid != one.pid
            drawn = "__import__('numpy').random.random()"
            assert ask(client, "x = 1", drawn)[drawn] != ask(second, "", drawn)[drawn]
            there = "'x' in globals(), 'WHOSE' in __import__('os').environ"
            assert ask(second, "", there)[there] == (False, False)


def test_what_a_page_needs_is_there_and_the_app_is_made(seed: Seed, tmp_path: Path) -> None:
    store = {"JUPYTER_AUTOML_STORE": str(tmp_path / "store"), "SERVER_SOFTWARE": "voila/0.5.8"}
    with kernel(seed, tmp_path, **store) as (_, client):
        heavy = "[name for name in ('pandas', 'pyarrow', 'anywidget') if name not in sys.modules]"
        targets = "sorted(get_ipython().kernel.comm_manager.targets)"
        folder = "str(ja.api.history.open_store().folder)"
        told = ask(client, "import sys", heavy, targets)
        assert told[heavy] == []
        # Pages fetch the state of widgets over them.
        assert {"jupyter.widget", "jupyter.widget.control"} <= set(told[targets])
        host = "app._channel.state()['place']['host']"
        told = ask(
            client,
            "import jupyter_automl as ja, jupyter_automl.api.history\napp = ja.App()",
            host,
            folder,
        )
        assert told == {host: "voila", folder: str(tmp_path / "store")}


def test_the_end_of_a_kernel_is_seen(seed: Seed, tmp_path: Path) -> None:
    with kernel(seed, tmp_path) as (forked, client):
        assert forked.poll() is None
        client.shutdown()
        assert forked.wait(READY) == 0
        assert forked.poll() == 0
        # Nobody else may be hit by what is sent too late.
        forked.send_signal(signal.SIGKILL)
    with kernel(seed, tmp_path) as (forked, _):
        forked.terminate()
        forked.kill()
        assert forked.wait(READY) == 0


def test_kernels_end_with_what_they_are_forked_from(tmp_path: Path) -> None:
    seed = Seed()
    with kernel(seed, tmp_path) as (forked, _):
        assert seed.pid is not None
        process = psutil.Process(seed.pid)
        seed.close()
        assert not process.is_running()
        assert forked.wait(READY) == 0
    assert seed.pid is None


def test_one_that_died_is_replaced(tmp_path: Path) -> None:
    seed = Seed()
    try:
        with kernel(seed, tmp_path):
            assert seed.pid is not None
            process = psutil.Process(seed.pid)
            process.kill()
            process.wait(READY)
        with kernel(seed, tmp_path) as (_, client):
            assert ask(client, "", "1 + 1")["1 + 1"] == 2
    finally:
        seed.close()


@pytest.mark.parametrize("forks", [True, False])
def test_a_server_gets_a_kernel_whether_it_can_be_forked_or_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, forks: bool
) -> None:
    async def look() -> tuple[int, int]:
        manager = ForkedKernels(connection_dir=str(tmp_path))
        if not forks:

            def fail(*_: object) -> Forked:
                raise ConnectionResetError("gone")

            monkeypatch.setattr(manager.seed, "fork", fail)
        try:
            name = await manager.start_kernel(kernel_name="python3", env=dict(os.environ))
            found = manager.get_kernel(name)
            client = found.client()
            client.start_channels()
            await client.wait_for_ready(timeout=READY)
            client.stop_channels()
            assert await found.is_alive()
            parent = psutil.Process(found.provisioner.pid).ppid()
            seed_pid = manager.seed.pid
            await manager.shutdown_kernel(name)
            assert name not in manager
        finally:
            await manager.shutdown_all(now=True)
        assert manager.seed.pid is None
        assert seed_pid is not None
        return parent, seed_pid

    parent, seed_pid = asyncio.run(look())
    assert parent == (seed_pid if forks else os.getpid())


def test_only_kernels_of_this_python_are_forked() -> None:
    own = [sys.executable, "-m", "ipykernel_launcher", "-f", "a.json"]
    assert arguments_of(own) == ["-f", "a.json"]
    assert arguments_of(["/usr/bin/python3", *own[1:]]) is None
    assert arguments_of([sys.executable, "-m", "bash_kernel", "-f", "a.json"]) is None
    assert arguments_of(["R", "--slave"]) is None
