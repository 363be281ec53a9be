"""Every executor behaves alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from jupyter_automl.execute import EXECUTORS, Executor, InlinePool, WorkerPool
from jupyter_automl.testing.executors import CHECKS


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool]:
    with WorkerPool(2) as workers:
        yield workers


_SHARED = [check for check in CHECKS if check.__name__ != "check_close_twice"]


@pytest.mark.parametrize("check", _SHARED, ids=lambda check: check.__name__)
def test_worker_pool(pool: WorkerPool, check: Callable[[Executor], None]) -> None:
    check(pool)


def test_worker_pool_closes_twice() -> None:
    CHECKS[-1](WorkerPool(1))


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_inline_pool(check: Callable[[Executor], None]) -> None:
    check(InlinePool())


def test_both_are_registered() -> None:
    assert {"local", "inline"} <= set(EXECUTORS.available())
