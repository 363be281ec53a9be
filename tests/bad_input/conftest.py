"""Runs that train in this process, so that a test sees their end."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyter_automl import engine
from jupyter_automl.store import Store


@pytest.fixture
def inline(monkeypatch: pytest.MonkeyPatch, store_dir: Path) -> None:
    """The shell and the widget start a process; what is fed in is the same without one."""

    def launch(store: Store, run_id: str) -> None:
        engine.run_inline(store, run_id)

    monkeypatch.setattr(engine, "launch", launch)
