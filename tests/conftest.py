"""Shared by all tests: a store of their own, no network, no process left behind."""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from hypothesis import HealthCheck, settings

for _pool in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_pool, "1")

# Nothing in the suite depends on how quick a machine is, nor on what else it does.
settings.register_profile(
    "suite", deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
settings.load_profile("suite")

GRACE_SECONDS = 15.0
"""How long a process that a test has told to end may take to do so."""


@pytest.fixture
def store_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh store folder that every process of the test uses."""
    folder = tmp_path / "store"
    monkeypatch.setenv("JUPYTER_AUTOML_STORE", str(folder))
    return folder


@pytest.fixture(scope="session", autouse=True)
def _no_store_of_the_user(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A test that forgets `store_dir` must not write into somebody's history."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_AUTOML_STORE", str(tmp_path_factory.mktemp("store")))
        yield


@pytest.fixture(scope="session", autouse=True)
def _loopback_only() -> Iterator[None]:
    """A connection that would leave this machine is an error at once."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def check(self: socket.socket, address: object) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and not _is_loopback(address):
            raise PermissionError(f"a test must not reach beyond this machine, got {address!r}")

    def guarded(self: socket.socket, address: object) -> None:
        check(self, address)
        return connect(self, address)  # type: ignore[arg-type]

    def guarded_ex(self: socket.socket, address: object) -> int:
        check(self, address)
        return connect_ex(self, address)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded)
        patch.setattr(socket.socket, "connect_ex", guarded_ex)
        yield


def _is_loopback(address: object) -> bool:
    host = address[0] if isinstance(address, tuple) else address
    if host in ("localhost", ""):
        return True
    try:
        return ipaddress.ip_address(str(host)).is_loopback
    except ValueError:
        return False


@pytest.fixture(autouse=True)
def _no_process_left() -> Iterator[None]:
    """A child process that outlives the test that started it fails that test."""
    before = _children()
    yield
    left = [child for child in _children() - before if not _is_meant_to_stay(child)]
    _, alive = psutil.wait_procs(left, timeout=GRACE_SECONDS if left else 0)
    names = [_end(child) for child in alive]
    if names:
        pytest.fail("the test left processes behind: " + "; ".join(names))


def _children() -> set[psutil.Process]:
    return set(psutil.Process().children())


def _is_meant_to_stay(child: psutil.Process) -> bool:
    """Zombies are over; Python's own trackers and a warm standby end with this process."""
    try:
        words = " ".join(child.cmdline())
        over = child.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
    return over or "resource_tracker" in words or "--standby" in words


def _end(child: psutil.Process) -> str:
    """Kill a process and what it started; returns what it was."""
    try:
        name = f"{child.pid} {' '.join(child.cmdline())[:200]}"
        family = [*child.children(recursive=True), child]
    except psutil.NoSuchProcess:
        return "gone"
    for member in family:
        try:
            member.kill()
        except psutil.NoSuchProcess:
            continue
    return name
