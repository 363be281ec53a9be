"""The widgets themselves, without a page."""

from __future__ import annotations

import threading
import zlib
from typing import Any

import pytest

from jupyter_automl.core.errors import UnavailableError
from jupyter_automl.widgets import App, Leaderboard, Prompt, Shap, Upload, base
from tests.widgets.events import Page, RecordedRun, recorded

pytestmark = pytest.mark.usefixtures("store_dir")


@pytest.fixture(autouse=True)
def bundle(monkeypatch: pytest.MonkeyPatch) -> None:
    """The front end need not be built to test what is behind it."""
    monkeypatch.setattr(base, "bundle", lambda name: f"/* {name} */")


@pytest.fixture
def run() -> RecordedRun:
    return RecordedRun(recorded()[:12])


def talk(widget: Any) -> Page:
    page = Page()
    widget._channel._send = page
    return page


def test_asking_for_the_state_gives_the_live_one(run: RecordedRun) -> None:
    board = Leaderboard(run)  # type: ignore[arg-type]
    assert board.get_state("state")["state"]["run"]["status"] == "running"
    run.happen(*recorded()[12:])
    assert board.get_state("state")["state"]["run"]["status"] == "stopped"
    board.close()
    assert run.n_listeners == 0


def test_a_page_cannot_change_the_state(run: RecordedRun) -> None:
    board = Leaderboard(run)  # type: ignore[arg-type]
    board.set_state({"state": {"run": None}})
    assert board.get_state("state")["state"]["run"]["id"] == "customers-1"
    board.close()


def test_a_new_widget_sends_nothing_by_itself(run: RecordedRun) -> None:
    shap = Shap(run)  # type: ignore[arg-type]
    page = talk(shap)
    shap._channel.receive({"id": "a", "kind": "hello"})
    page.reply("a")
    assert len(page.messages) == 1
    shap.close()


def test_a_prompt_gives_its_task() -> None:
    prompt = Prompt("sample:iris", "Predict the species. Optimise for accuracy.")
    assert prompt.task is not None
    assert (prompt.task.target, prompt.task.metric) == ("species", "accuracy")
    prompt.close()


def test_an_upload_gives_its_path_and_its_table() -> None:
    upload = Upload()
    assert upload.path is None
    assert upload.value is None
    page = talk(upload)
    content = b"a,b\n1,x\n2,y\n3,z\n"
    crc = zlib.crc32(content)
    upload._channel.receive(
        {"id": "1", "kind": "upload_start", "body": {"name": "t.csv", "size": len(content)}}
    )
    key = page.reply("1")["body"]["upload"]
    body = {"upload": key, "index": 0, "crc": crc}
    upload._channel.receive(
        {"id": "2", "kind": "upload_chunk", "body": body}, [memoryview(content)]
    )
    assert page.reply("2")["ok"]
    upload._channel.receive(
        {"id": "3", "kind": "upload_finish", "body": {"upload": key, "crc": crc}}
    )
    assert page.reply("3")["ok"]
    assert upload.value is not None
    assert list(upload.value["b"]) == ["x", "y", "z"]
    assert upload.value is upload.value
    upload.close()
    assert upload.path is None


def test_the_app_opens_what_it_is_given_and_says_what_is_wrong() -> None:
    app = App("nowhere.csv")
    page = talk(app)
    if app.get_state("state")["state"]["data"]["status"] != "failed":
        page.wait_for(
            lambda m: m.get("body", {}).get("set", {}).get("data", {}).get("status") == "failed"
        )
    state = app.get_state("state")["state"]
    assert state["data"]["error"]["code"] == "data_not_found"
    assert state["run"] is None
    app.close()


def test_closing_ends_the_threads() -> None:
    # Other tests of this process may have left a warm runner, whose listener stays.
    before = set(threading.enumerate())
    app = App()
    page = talk(app)
    app._channel.receive({"id": "a", "kind": "sources"})
    page.reply("a")
    threads = [t for t in threading.enumerate() if t not in before]
    app.close()
    for thread in threads:
        thread.join(20)
    assert threads
    assert not any(thread.is_alive() for thread in threads)


def test_a_front_end_that_is_not_built_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    monkeypatch.undo()
    monkeypatch.setattr(base, "STATIC", tmp_path)
    with pytest.raises(UnavailableError, match="not built"):
        base.bundle("app.js")
