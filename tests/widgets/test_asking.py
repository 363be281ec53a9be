"""Questions of a page and their computed answers."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from jupyter_automl.core.errors import NoModelError
from jupyter_automl.core.registry import Entry, Registry
from jupyter_automl.widgets.asking import (
    MAX_ANSWER_BYTES,
    N_THREADS,
    Answer,
    AskingPart,
    Report,
    View,
    ViewContext,
)
from jupyter_automl.widgets.channel import Channel
from jupyter_automl.widgets.controller import Controller
from tests.widgets.events import Page, RecordedRun, recorded


@dataclass(frozen=True, slots=True, kw_only=True)
class Args:
    n: int = 1
    name: str = ""


class Scripted:
    """A view that does what a test says."""

    args = Args

    def __init__(self, name: str, act: Callable[[ViewContext, Args, Report], Answer]) -> None:
        self.name = name
        self._act = act
        self.known = ""
        self.n_computed = 0

    def etag(self, context: ViewContext, args: Args) -> str:
        return self.known

    def compute(self, context: ViewContext, args: Args, report: Report) -> Answer:
        self.n_computed += 1
        return self._act(context, args, report)


class Desk:
    """A channel over one asking part, and a page before it."""

    def __init__(self) -> None:
        self.page = Page()
        self.views: Registry[View] = Registry("view", "jupyter_automl.tests.views")
        self.run = RecordedRun(recorded())
        part = AskingPart(
            lambda: self.run,  # type: ignore[arg-type, return-value]
            views=self.views,
            helper=lambda: None,  # type: ignore[arg-type, return-value]
        )
        self.controller = Controller([part])
        self.channel = Channel(self.controller, self.page)
        self._count = 0

    def offer(self, name: str, act: Callable[[ViewContext, Args, Report], Answer]) -> Scripted:
        view = Scripted(name, act)
        self.views.register(Entry(name=name, load=lambda: view))
        return view

    def ask(self, view: str, key: str = "", **body: Any) -> str:
        self._count += 1
        key = key or f"q{self._count}"
        self.channel.receive({"id": key, "kind": "ask", "body": {"view": view, **body}})
        return key

    def close(self) -> None:
        self.channel.close()
        self.controller.close()


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk()
    yield desk
    desk.close()


def test_an_answer_has_its_value_and_its_arrays(desk: Desk) -> None:
    given = {
        "x": np.arange(6, dtype=np.float32).reshape(2, 3),
        "big": np.array([1, 2], dtype=">u2"),
    }
    desk.offer("t.one", lambda context, args, report: Answer(value={"n": args.n}, arrays=given))
    reply = desk.page.reply(desk.ask("t.one", args={"n": 7}))
    assert reply["ok"]
    assert reply["body"]["value"] == {"n": 7}
    assert reply["body"]["arrays"] == [
        {"name": "x", "dtype": "<f4", "shape": [2, 3]},
        {"name": "big", "dtype": "<u2", "shape": [2]},
    ]
    x, big = desk.page.buffers_of(reply)
    assert np.frombuffer(x, "<f4").tolist() == [0, 1, 2, 3, 4, 5]
    assert np.frombuffer(big, "<u2").tolist() == [1, 2]


def test_a_view_sees_the_run(desk: Desk) -> None:
    desk.offer("t.run", lambda context, args, report: Answer(value=context.run.id))  # type: ignore[union-attr]
    assert desk.page.reply(desk.ask("t.run"))["body"]["value"] == "customers-1"


def test_what_the_page_has_is_not_sent_again(desk: Desk) -> None:
    view = desk.offer("t.tag", lambda context, args, report: Answer(value=[1, 2], etag="v1"))
    first = desk.page.reply(desk.ask("t.tag"))["body"]
    assert (first["etag"], first["value"]) == ("v1", [1, 2])
    again = desk.page.reply(desk.ask("t.tag", have="v1"))["body"]
    assert again == {"same": True, "etag": "v1"}
    assert view.n_computed == 2
    view.known = "v1"
    assert desk.page.reply(desk.ask("t.tag", have="v1"))["body"]["same"]
    assert view.n_computed == 2
    assert desk.page.reply(desk.ask("t.tag", have="v0"))["body"]["value"] == [1, 2]


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ({"view": "t.none"}, "must be one of"),
        ({"view": "t.known", "args": {"n": "many"}}, "'n'"),
        ({"view": "t.known", "args": 3}, "args"),
        ({}, "view"),
    ],
)
def test_a_wrong_question_is_refused(desk: Desk, body: dict[str, Any], word: str) -> None:
    desk.offer("t.known", lambda context, args, report: Answer(value=1))
    desk.channel.receive({"id": "a", "kind": "ask", "body": body})
    error = desk.page.reply("a")["error"]
    assert word in error["message"]


def test_a_failure_is_the_answer(desk: Desk) -> None:
    def fail(context: ViewContext, args: Args, report: Report) -> Answer:
        raise NoModelError("No model has finished.", hint="Wait.")

    desk.offer("t.fail", fail)
    error = desk.page.reply(desk.ask("t.fail"))["error"]
    assert (error["code"], error["hint"]) == ("no_model", "Wait.")


def test_an_answer_that_is_too_large_is_an_error(desk: Desk) -> None:
    desk.offer(
        "t.large",
        lambda context, args, report: Answer(
            value=0, arrays={"x": np.zeros(MAX_ANSWER_BYTES, dtype=np.uint8)}
        ),
    )
    assert desk.page.reply(desk.ask("t.large"))["error"]["code"] == "argument"


def test_the_newest_of_a_slot_wins_also_over_one_that_runs(desk: Desk) -> None:
    stopped = threading.Event()
    started = threading.Event()

    def wait(context: ViewContext, args: Args, report: Report) -> Answer:
        if args.n == 1:
            started.set()
            assert context.stop.wait(20)
            stopped.set()
        return Answer(value=args.n)

    desk.offer("t.slot", wait)
    old = desk.ask("t.slot", slot="s", args={"n": 1})
    assert started.wait(20)
    new = desk.ask("t.slot", slot="s", args={"n": 2})
    assert desk.page.reply(old)["error"]["code"] == "superseded"
    assert desk.page.reply(new)["body"]["value"] == 2
    assert stopped.wait(20)
    # What the old one computed all the same is not heard of.
    desk.page.reply(desk.ask("t.slot", slot="other", args={"n": 3}))
    assert sum(message.get("id") == old for message in desk.page.messages) == 1


def test_another_page_s_question_of_the_same_slot_is_its_own(desk: Desk) -> None:
    together = threading.Barrier(2, timeout=20)

    def meet(context: ViewContext, args: Args, report: Report) -> Answer:
        together.wait()
        return Answer(value=args.n)

    desk.offer("t.pages", meet)
    keys = [desk.ask("t.pages", key=f"page{n}.1", slot="s", args={"n": n}) for n in range(2)]
    assert [desk.page.reply(key)["body"]["value"] for key in keys] == [0, 1]


def test_a_view_that_cannot_be_loaded_is_an_error_of_its_question(desk: Desk) -> None:
    def load() -> View:
        raise ImportError("no such part")

    desk.views.register(Entry(name="t.broken", load=load))
    error = desk.page.reply(desk.ask("t.broken"))["error"]
    assert "no such part" in error["message"]


def test_other_slots_go_on_side_by_side(desk: Desk) -> None:
    together = threading.Barrier(N_THREADS, timeout=20)

    def meet(context: ViewContext, args: Args, report: Report) -> Answer:
        together.wait()
        return Answer(value=args.n)

    desk.offer("t.meet", meet)
    keys = [desk.ask("t.meet", slot=f"s{n}", args={"n": n}) for n in range(N_THREADS)]
    assert [desk.page.reply(key)["body"]["value"] for key in keys] == list(range(N_THREADS))


def test_one_that_is_cancelled_stops_and_says_so(desk: Desk) -> None:
    stopped = threading.Event()

    def wait(context: ViewContext, args: Args, report: Report) -> Answer:
        if context.stop.wait(20):
            stopped.set()
        return Answer(value=0)

    desk.offer("t.wait", wait)
    key = desk.ask("t.wait")
    desk.channel.receive({"id": "c", "kind": "ask_cancel", "body": {"ask": key}})
    assert desk.page.reply("c")["ok"]
    assert desk.page.reply(key)["error"]["code"] == "superseded"
    # Whether it had begun or not, its thread is free again.
    desk.offer("t.free", lambda context, args, report: Answer(value=1))
    for _ in range(N_THREADS):
        assert desk.page.reply(desk.ask("t.free"))["ok"]


def test_parts_come_before_the_answer(desk: Desk) -> None:
    def refine(context: ViewContext, args: Args, report: Report) -> Answer:
        report(0.25, Answer(value="rough", arrays={"x": np.array([1.0], dtype=np.float64)}))
        report(0.5, Answer(value="too soon after the first"))
        return Answer(value="fine")

    desk.offer("t.refine", refine)
    key = desk.ask("t.refine")
    assert desk.page.reply(key)["body"]["value"] == "fine"
    parts = [message for message in desk.page.messages if message.get("kind") == "part"]
    assert [part["body"]["value"] for part in parts] == ["rough"]
    assert (parts[0]["body"]["ask"], parts[0]["body"]["done"]) == (key, 0.25)
    assert np.frombuffer(desk.page.buffers_of(parts[0])[0], "<f8").tolist() == [1.0]


def test_a_message_that_comes_twice_is_answered_once(desk: Desk) -> None:
    gate = threading.Event()

    def wait(context: ViewContext, args: Args, report: Report) -> Answer:
        assert gate.wait(20)
        return Answer(value=1)

    view = desk.offer("t.twice", wait)
    desk.ask("t.twice", key="same")
    desk.ask("t.twice", key="same")
    gate.set()
    desk.page.reply("same")
    desk.offer("t.after", lambda context, args, report: Answer(value=1))
    desk.page.reply(desk.ask("t.after"))
    assert view.n_computed == 1
    assert sum(message.get("id") == "same" for message in desk.page.messages) == 1


def test_closing_stops_what_runs_and_leaves_no_thread(desk: Desk) -> None:
    before = set(threading.enumerate())
    started = threading.Event()

    def wait(context: ViewContext, args: Args, report: Report) -> Answer:
        started.set()
        assert context.stop.wait(20)
        return Answer(value=1)

    desk.offer("t.closing", wait)
    desk.ask("t.closing")
    assert started.wait(20)
    threads = [thread for thread in threading.enumerate() if thread not in before]
    desk.close()
    for thread in threads:
        thread.join(20)
    assert threads
    assert not any(thread.is_alive() for thread in threads)
