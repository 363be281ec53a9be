"""Workers that wait warm for the first run of a process."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

import jupyter_automl as ja
from jupyter_automl.api import warm
from jupyter_automl.core import events as ev
from jupyter_automl.engine import dismiss_standby
from jupyter_automl.store import Store


@pytest.fixture
def folder(store_dir: Path) -> Iterator[Path]:
    """A store whose warm workers are sent home after the test."""
    yield store_dir
    dismiss_standby()


def test_a_run_after_preparing_starts_in_warm_workers(folder: Path) -> None:
    assert warm.wait_until_warm()
    run = ja.fit("sample:iris", target="species", families=["dummy"], budget=10).wait()
    started = [e.body for e in Store(folder).events(run.id) if isinstance(e.body, ev.RunnerStarted)]
    assert [body.warm for body in started] == [True]
    assert run.status == "finished"


def test_preparing_twice_keeps_the_workers_there_are(folder: Path) -> None:
    assert warm.wait_until_warm()
    warm.prepare().join()
    assert warm.wait_until_warm(1.0)


def test_a_store_that_cannot_be_opened_is_left_to_the_run_to_tell(
    folder: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.write_text("a file where a folder should be")
    with caplog.at_level(logging.INFO, logger=warm.__name__):
        warm.prepare().join()
    assert "No warm workers" in caplog.text
    assert not warm.wait_until_warm(1.0)
