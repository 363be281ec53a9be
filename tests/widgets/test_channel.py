"""Messages between a page and a controller."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator

import pytest

from jupyter_automl.widgets.channel import MIN_INTERVAL_SECONDS, Channel
from jupyter_automl.widgets.controller import Controller, Part
from jupyter_automl.widgets.parts.training import TrainingPart
from jupyter_automl.widgets.requests import Nothing, Request
from tests.widgets.events import Page, RecordedRun, recorded


class Gate(Part[None]):
    """Work that takes until a test says so."""

    section = "gate"

    def __init__(self) -> None:
        super().__init__()
        self.open = threading.Event()
        self.begun = 0

    @property
    def requests(self) -> dict[str, Request]:
        return {
            "work": Request(body=Nothing, answer=self._work),
            "fail": Request(body=Nothing, answer=self._fail),
        }

    def view(self) -> None:
        return None

    def _work(self, body: Nothing, buffers: object) -> dict[str, object]:
        self.begun += 1
        assert self.open.wait(20)
        return {"thread": threading.current_thread().name}

    def _fail(self, body: Nothing, buffers: object) -> dict[str, object]:
        raise ZeroDivisionError("1/0")


@pytest.fixture
def run() -> RecordedRun:
    return RecordedRun(recorded()[:12])


@pytest.fixture
def gate() -> Gate:
    return Gate()


@pytest.fixture
def page() -> Page:
    return Page()


@pytest.fixture
def channel(run: RecordedRun, gate: Gate, page: Page) -> Iterator[Channel]:
    controller = Controller([TrainingPart(run), gate])  # type: ignore[arg-type]
    channel = Channel(controller, page)
    yield channel
    gate.open.set()
    channel.close()
    controller.close()


def test_hello_is_answered_with_the_live_state(channel: Channel, page: Page) -> None:
    channel.receive({"id": "a", "kind": "hello", "body": {}})
    reply = page.reply("a")
    assert reply["ok"]
    assert reply["body"]["run"]["id"] == "customers-1"
    assert reply["body"]["n"] == 0


def test_stop_does_not_wait_behind_work(channel: Channel, page: Page, run: RecordedRun) -> None:
    channel.receive({"id": "a", "kind": "work"})
    channel.receive({"id": "b", "kind": "stop"})
    assert page.reply("b")["ok"]
    assert run.commands == ["stop"]
    assert all(message.get("id") != "a" for message in page.messages)


def test_work_is_done_on_its_own_thread(channel: Channel, page: Page, gate: Gate) -> None:
    gate.open.set()
    channel.receive({"id": "a", "kind": "work"})
    assert page.reply("a")["body"]["thread"] == "automl-work"


def test_what_a_page_says_again_is_done_once_while_it_is_under_way(
    channel: Channel, page: Page, gate: Gate
) -> None:
    for _ in range(3):
        channel.receive({"id": "w1", "kind": "work"})
    gate.open.set()
    assert page.reply("w1")["ok"]
    channel.receive({"id": "w2", "kind": "work"})
    assert page.reply("w2")["ok"]
    assert gate.begun == 2
    # The reply was lost: it is done again.
    channel.receive({"id": "w1", "kind": "work"})
    channel.receive({"id": "w3", "kind": "work"})
    assert page.reply("w3")["ok"]
    assert gate.begun == 4


def test_any_failure_becomes_a_reply(channel: Channel, page: Page) -> None:
    channel.receive({"id": "a", "kind": "fail"})
    error = page.reply("a")["error"]
    assert error["code"] == "internal"
    assert "ZeroDivisionError" in error["message"]


@pytest.mark.parametrize("kind", ["unknown", None, 3])
def test_an_unknown_kind_is_refused(channel: Channel, page: Page, kind: object) -> None:
    channel.receive({"id": "a", "kind": kind})
    assert page.reply("a")["error"]["code"] == "argument"


def test_a_wrong_body_is_refused(channel: Channel, page: Page) -> None:
    channel.receive({"id": "a", "kind": "stop", "body": 7})
    assert page.reply("a")["error"]["code"] == "argument"


@pytest.mark.parametrize("message", [None, 3, "hello", {}, {"id": 4}, {"kind": "hello"}])
def test_what_is_no_message_is_ignored(channel: Channel, page: Page, message: object) -> None:
    channel.receive(message)
    channel.receive({"id": "a", "kind": "hello"})
    page.reply("a")
    assert len(page.messages) == 1


def test_changes_are_numbered_without_gaps(channel: Channel, page: Page, run: RecordedRun) -> None:
    for event in recorded()[12:]:
        run.happen(event)
    page.wait_for(lambda m: m.get("body", {}).get("run", {}).get("s") == "stopped")
    assert [delta["n"] for delta in page.deltas] == list(range(1, len(page.deltas) + 1))


def test_many_events_become_few_messages(page: Page) -> None:
    events = recorded()
    run = RecordedRun(events[:8])
    times: list[float] = []

    def send(message: object, buffers: object = None) -> None:
        import time

        times.append(time.monotonic())
        page(message)

    controller = Controller([TrainingPart(run)])  # type: ignore[arg-type]
    channel = Channel(controller, send)
    for event in events[8:]:
        run.happen(event)
    page.wait_for(lambda m: m.get("body", {}).get("run", {}).get("s") == "stopped")
    channel.close()
    controller.close()
    pauses = [after - before for before, after in itertools.pairwise(times)]
    assert all(pause >= MIN_INTERVAL_SECONDS * 0.9 for pause in pauses)


def test_a_closed_widget_hears_nothing_more(page: Page, run: RecordedRun) -> None:
    controller = Controller([TrainingPart(run)])  # type: ignore[arg-type]
    channel = Channel(controller, page)
    assert run.n_listeners == 1
    channel.close()
    controller.close()
    assert run.n_listeners == 0
    channel.receive({"id": "a", "kind": "stop"})
    assert page.messages == []
