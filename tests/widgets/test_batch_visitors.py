"""Apps of visitors: what a kernel that was started ahead waits for, and what a run leaves."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

import jupyter_automl as ja
from jupyter_automl.widgets import App, WhatIf, base


@pytest.fixture
def dismissed(monkeypatch: pytest.MonkeyPatch, churn_run: ja.Run) -> Iterator[list[bool]]:
    """How often the runner of this process was let go; the store is that of a run."""
    monkeypatch.setattr(base, "bundle", lambda name: f"/* {name} */")
    monkeypatch.setenv("JUPYTER_AUTOML_STORE", str(churn_run.store.folder))
    gone: list[bool] = []
    monkeypatch.setattr("jupyter_automl.engine.dismiss_standby", lambda: gone.append(True))
    return gone


def visited(monkeypatch: pytest.MonkeyPatch, query: str = "") -> None:
    monkeypatch.setenv("SERVER_SOFTWARE", "voila/0.5.8")
    monkeypatch.setenv("QUERY_STRING", query)


def test_a_visitors_runner_does_not_stay(
    dismissed: list[bool], churn_run: ja.Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = App()
    own._follow(churn_run)
    own.close()
    assert dismissed == []
    visited(monkeypatch)
    app = App()
    assert not app.warms
    app._follow(churn_run)
    app.close()
    assert dismissed == [True]


def test_a_kernel_that_was_started_ahead_waits_for_its_page_once(
    dismissed: list[bool], churn_run: ja.Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[bool] = []

    def answer() -> None:
        asked.append(True)
        visited(monkeypatch, f"run={churn_run.id}")

    monkeypatch.setattr("voila.utils.wait_for_request", answer)
    # The run was not made by a visitor.
    monkeypatch.setenv("JUPYTER_AUTOML_VISITORS", "false")
    App().close()
    assert asked == []
    monkeypatch.setenv("VOILA_PREHEAT", "True")
    for _ in range(2):
        app = App()
        assert app.run is not None
        assert app.run.id == churn_run.id
        app.close()
    assert asked == [True]
    assert os.environ["VOILA_PREHEAT"] == "False"


def test_both_widgets_take_files_to_predict(dismissed: list[bool], churn_run: ja.Run) -> None:
    for widget in (App(run=churn_run), WhatIf(churn_run)):
        kinds = widget._controller.requests
        assert {"batch_upload_start", "batch_upload_path", "batch_save"} <= set(kinds)
        view = widget._channel.state()["batch"]
        assert (view["files"], view["upload"]["files"]) == ([], [])
        widget.close()
