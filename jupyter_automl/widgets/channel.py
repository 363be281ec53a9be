"""The threads behind a widget: handlers only queue, one publisher sends."""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from queue import SimpleQueue
from typing import Any, Protocol

from jupyter_automl.core.errors import ArgumentError, AutoMLError
from jupyter_automl.widgets.controller import Controller
from jupyter_automl.widgets.requests import Buffers, Lane, Reply, Request, check_body

_LOG = logging.getLogger(__name__)

Message = tuple[Mapping[str, Any], Sequence[bytes]]


class Send(Protocol):
    """Sends one message, with binary parts, to the page."""

    def __call__(self, content: Mapping[str, Any], buffers: Any = None, /) -> None: ...


MIN_INTERVAL_SECONDS = 0.25
"""Between two deltas: at most four a second."""


class Channel:
    """Carries messages between a page and a controller.

    `receive` may be called on any thread (a kernel may run comm handlers on a
    subshell) and returns at once. Requests are answered on one thread a lane;
    replies and deltas leave through one publisher thread, in order.

    Parameters
    ----------
    controller : Controller
        What is being shown.
    send : callable
        ``send(message, buffers)`` brings one message to the page.
    """

    def __init__(self, controller: Controller, send: Send) -> None:
        self._controller = controller
        self._send = send
        self._lanes: dict[Lane, _Worker] = {}
        self._ready = threading.Condition()
        self._outbox: deque[Callable[[], Message]] = deque()
        self._under_way: set[str] = set()
        self._changed = False
        self._closed = False
        self._publisher: threading.Thread | None = None
        self._number = 0
        self._numbering = threading.Lock()
        # A page may come back with what it knew of another widget in another kernel.
        self._name = uuid.uuid4().hex[:8]
        controller.watch(self.wake, self._tell)
        # Everything up to here is in the state that opening the comm sends.
        controller.take()

    def state(self) -> Mapping[str, Any]:
        """The live state, with the number of the last delta that it includes."""
        with self._numbering:
            state = {"n": self._number, "at": time.time(), "channel": self._name}
            return {**state, **self._controller.view()}

    def greet(self, body: object) -> Mapping[str, Any]:
        """The answer to ``hello {n, channel}``: the state, or that the page has it all."""
        known = body if isinstance(body, Mapping) else {}
        with self._numbering:
            if known.get("channel") == self._name and known.get("n") == self._number:
                return {"n": self._number, "at": time.time(), "same": True}
        return self.state()

    def wake(self) -> None:
        """Something changed: tell the page as soon as the rate allows."""
        with self._ready:
            self._changed = True
            self._start_publisher()
            self._ready.notify()

    def receive(self, message: object, buffers: Buffers = ()) -> None:
        """Take a message ``{id, kind, body}`` from a page; never raises."""
        if not isinstance(message, Mapping) or not isinstance(message.get("id"), str):
            return
        key, kind = message["id"], message.get("kind")
        try:
            if kind == "hello":
                greeting = message.get("body")
                self._post(lambda: _reply(key, self.greet(greeting)))
                return
            if kind == "resync":
                self._post(lambda: _reply(key, self.state()))
                return
            request = self._controller.requests.get(str(kind))
            if request is None:
                raise ArgumentError(
                    f"A known kind of message was expected. Got {kind!r}.",
                    hint="Reload the page: it may not fit the kernel's package.",
                )
            body = check_body(request, str(kind), message.get("body"))
            if request.later is not None:
                request.later(key, body, lambda answer: self._respond(key, answer))
                return
            with self._ready:
                if key in self._under_way:
                    # Pages send again what was not answered for a while.
                    return
                self._under_way.add(key)
            self._queue(request.lane, lambda: self._answer(key, request, body, buffers))
        except AutoMLError as error:
            self._respond(key, error)

    def close(self) -> None:
        """Stop the threads; messages that are still queued are dropped."""
        with self._ready:
            self._closed = True
            lanes, self._lanes = self._lanes, {}
            self._ready.notify()
        for lane in lanes.values():
            lane.stop()

    def _answer(self, key: str, request: Request, body: Any, buffers: Buffers) -> None:
        assert request.answer is not None
        try:
            answer = request.answer(body, buffers)
        except Exception as error:  # every failure must reach the page as a reply
            answer = error
        with self._ready:
            self._under_way.discard(key)
        self._respond(key, answer)

    def _respond(self, key: str, answer: Any) -> None:
        if isinstance(answer, BaseException):
            problem = describe_error(answer)
            self._post(lambda: ({"id": key, "ok": False, "error": problem}, ()))
        else:
            self._post(lambda: _reply(key, answer))

    def _tell(self, message: Mapping[str, Any], buffers: Sequence[bytes]) -> None:
        self._post(lambda: (message, buffers))

    def _post(self, make: Callable[[], Message]) -> None:
        with self._ready:
            self._outbox.append(make)
            self._start_publisher()
            self._ready.notify()

    def _queue(self, name: Lane, job: Callable[[], None]) -> None:
        with self._ready:
            if self._closed:
                return
            if name not in self._lanes:
                self._lanes[name] = _Worker(name)
            self._lanes[name].submit(job)

    def _start_publisher(self) -> None:
        if self._publisher is None and not self._closed:
            self._publisher = threading.Thread(
                target=self._publish, name="automl-publisher", daemon=True
            )
            self._publisher.start()

    def _publish(self) -> None:
        last = -MIN_INTERVAL_SECONDS
        while True:
            with self._ready:
                while not self._closed and not self._outbox:
                    due = last + MIN_INTERVAL_SECONDS - time.monotonic()
                    if self._changed and due <= 0:
                        break
                    self._ready.wait(due if self._changed else None)
                if self._closed:
                    return
                replies = [self._outbox.popleft() for _ in range(len(self._outbox))]
                show = self._changed and time.monotonic() >= last + MIN_INTERVAL_SECONDS
                if show:
                    self._changed = False
            if show and self._deliver(self._delta):
                last = time.monotonic()
            for make in replies:
                self._deliver(make)

    def _delta(self) -> Message | None:
        with self._numbering:
            change = self._controller.take()
            if not change:
                return None
            self._number += 1
            return {"kind": "delta", "body": {"n": self._number, **change}}, ()

    def _deliver(self, make: Callable[[], Message | None]) -> bool:
        try:
            message = make()
            if message is None:
                return False
            content, buffers = message
            self._send(content, list(buffers) or None)
        except Exception:
            # A message that cannot leave must not end the publisher: the page sees the
            # gap in the numbers and asks again.
            _LOG.exception("A message to the page could not be sent.")
        return True


class _Worker:
    """One daemon thread that does jobs in order; a kernel never waits for it to exit."""

    def __init__(self, name: str) -> None:
        self._jobs: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._stopped = False
        threading.Thread(target=self._work, name=f"automl-{name}", daemon=True).start()

    def submit(self, job: Callable[[], None]) -> None:
        self._jobs.put(job)

    def stop(self) -> None:
        self._stopped = True
        self._jobs.put(None)

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None and not self._stopped:
            job()


def describe_error(error: BaseException) -> Mapping[str, Any]:
    """The wire shape of any error; one that is not ours says so."""
    if isinstance(error, AutoMLError):
        return error.to_dict()
    return {
        "code": "internal",
        "message": f"{type(error).__name__}: {error}",
        "hint": "This is a fault in jupyter_automl, not in your data. The run is kept.",
        "context": {},
    }


def _reply(key: str, answer: Any) -> Message:
    reply = answer if isinstance(answer, Reply) else Reply(body=answer)
    return {"id": key, "ok": True, "body": reply.body}, reply.buffers
