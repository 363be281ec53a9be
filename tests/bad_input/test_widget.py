"""Mistakes on the screen: the request is refused, the screen says why and stays usable."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jupyter_automl import engine
from jupyter_automl.widgets import App, base, frames
from tests.bad_input.cases import FAILING, WORKING, Case, good
from tests.widgets.events import Page

pytestmark = pytest.mark.usefixtures("inline")

# The page has no field for it: models are chosen by the prompt.
ON_SCREEN = tuple(case for case in FAILING if "families" not in case.options)


class Screen:
    """The whole app, spoken to as a page does."""

    def __init__(self, namespace: dict[str, Any]) -> None:
        self.app = App()
        self.page = Page()
        self.app._channel._send = self.page
        self._namespace = namespace
        self._ids = itertools.count()

    def ask(self, kind: str, /, **body: Any) -> Any:
        """The reply to a message."""
        key = f"m{next(self._ids)}"
        self.app._channel.receive({"id": key, "kind": kind, "body": body})
        return self.page.reply(key)

    def open(self, source: Any) -> Any:
        if isinstance(source, Path):
            return self.ask("open", source=str(source))
        self._namespace["df"] = source
        return self.ask("open", source="df", kind="frame")

    def train(self, case: Case | None = None) -> Any:
        target, options = ("y", {}) if case is None else (case.target, case.options)
        edits = {"target": target, "budget": "1s"}
        edits |= {key: options[key] for key in ("budget", "metric") if key in options}
        return self.ask("train", prompt="", edits=edits)

    @property
    def state(self) -> Any:
        return self.app.get_state("state")["state"]


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Iterator[Screen]:
    namespace: dict[str, Any] = {}
    monkeypatch.setattr(base, "bundle", lambda name: f"/* {name} */")
    monkeypatch.setattr(frames, "_user_namespace", lambda: namespace)
    screen = Screen(namespace)
    yield screen
    screen.app.close()


def check_refusal(reply: Any, case: Case) -> None:
    error = reply["error"]
    assert error["code"] == case.code
    assert case.words in f"{error['message']} {error['hint']}"
    assert error["hint"]
    assert "Traceback" not in error["message"]


@pytest.mark.parametrize("case", ON_SCREEN, ids=str)
def test_a_mistake_is_shown_and_the_screen_goes_on(
    case: Case, screen: Screen, tmp_path: Path
) -> None:
    reply = screen.open(case.source(tmp_path))
    if not reply["ok"]:
        check_refusal(reply, case)
        assert screen.state["data"]["status"] == "failed"
        assert screen.state["data"]["error"] == reply["error"]
    else:
        reply = screen.train(case)
        assert not reply["ok"]
        check_refusal(reply, case)
        assert screen.state["run"] is None
    assert screen.open(good())["ok"]
    assert screen.state["data"]["status"] == "ready"
    assert screen.state["data"]["error"] is None
    assert screen.ask("read", prompt="Predict y.")["ok"]
    assert screen.state["reading"]["error"] is None
    assert screen.state["reading"]["task"]["target"] == "y"


@pytest.mark.parametrize("case", WORKING, ids=str)
def test_what_can_be_used_starts_a_run(
    case: Case, screen: Screen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    launched: list[str] = []
    monkeypatch.setattr(engine, "launch", lambda store, run_id: launched.append(run_id))
    assert screen.open(case.source(tmp_path))["ok"]
    findings = screen.state["data"]["table"]["findings"]
    reply = screen.train(case)
    assert reply["ok"], reply
    assert launched == [reply["body"]["run_id"]]
    run = screen.state["run"]
    said = " ".join(notice["message"] for notice in (*findings, *run["notices"]))
    assert case.words in said


def test_a_good_table_trains_after_a_mistake(screen: Screen) -> None:
    assert not screen.open(Path("nowhere.csv"))["ok"]
    assert not screen.train()["ok"]
    assert screen.open(good())["ok"]
    assert screen.train()["ok"]
    assert screen.state["run"]["status"] == "finished"


@pytest.mark.parametrize(
    ("kind", "body", "code", "words"),
    [
        ("opne", {}, "argument", "opne"),
        ("open", {"source": 7}, "argument", "source"),
        ("open", {"source": "   "}, "argument", "path"),
        ("open", {"source": "churm", "kind": "sample"}, "unknown_name", "Did you mean 'churn'"),
        ("open", {"source": "dg", "kind": "frame"}, "data_not_found", "dg"),
        ("train", {"prompt": "Predict y."}, "argument", "table"),
        ("ask", {"view": "explain.overview"}, "run", "no run"),
        ("ask", {"view": "explain.overviw"}, "unknown_name", "explain.overview"),
        ("ask", {"view": "trials.details", "args": {"rows": 3}}, "argument", "rows"),
        ("stop", {}, "run", "no run"),
    ],
)
def test_a_wrong_message_is_refused(
    screen: Screen, kind: str, body: dict[str, Any], code: str, words: str
) -> None:
    error = screen.ask(kind, **body)["error"]
    assert error["code"] == code
    assert words in f"{error['message']} {error['hint']}"
    assert screen.ask("sources")["ok"]


@pytest.mark.parametrize(
    ("edits", "code", "words"),
    [
        ({"targt": "y"}, "argument", "Did you mean 'target'"),
        ({"target": "yy"}, "target", "'y'"),
        ({"target": ["y"]}, "target", "column"),
        ({"metric": "acuracy"}, "unknown_name", "'accuracy'"),
        ({"metric": 7}, "unknown_name", "metric"),
        ({"task": "binry"}, None, "'binary'"),
        ({"exclude": "x"}, "argument", "list"),
        ({"exclude": [{"a": 1}]}, "argument", "column"),
        ({"positive": "maybe"}, "argument", "'yes'"),
        ({"validation": 3}, "argument", "holdout"),
        ({"budget": {"seconds": 5}}, "argument", "duration"),
    ],
    ids=str,
)
def test_a_wrong_edit_is_refused(
    screen: Screen, edits: dict[str, Any], code: str | None, words: str
) -> None:
    assert screen.open(good())["ok"]
    wish = {"target": "y"} | edits
    error = screen.ask("train", prompt="", edits=wish)["error"]
    assert code is None or error["code"] == code
    assert words in f"{error['message']} {error['hint']}"
    assert screen.state["reading"]["error"] == error
    assert screen.state["run"] is None
