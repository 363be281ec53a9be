"""Views that are computed when a page asks for them, and the part that answers."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, Protocol

from jupyter_automl.core.codec import adapter
from jupyter_automl.core.errors import ArgumentError, AutoMLError
from jupyter_automl.core.registry import Registry
from jupyter_automl.widgets.controller import Part, plain
from jupyter_automl.widgets.requests import Reply, Request, Respond
from jupyter_automl.widgets.schema.asks import AskCancel, AskRequest

if TYPE_CHECKING:
    import numpy as np

    from jupyter_automl.api.helper import Helper
    from jupyter_automl.api.run import Run
    from jupyter_automl.api.tables import OpenedTable
    from jupyter_automl.core.task import TaskSpec

N_THREADS = 3
MAX_ANSWER_BYTES = 2 * 1024 * 1024
"""Larger messages hold up everything else on the socket."""
PART_SECONDS = 0.25
"""Between two parts of one answer."""


class SupersededError(AutoMLError):
    """A newer question has taken the place of this one; a page says nothing of it."""

    code = "superseded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a view computes.

    Attributes
    ----------
    value : object
        A wire value: a dataclass of `schema` or `core`, or JSON-able.
    etag : str
        Names this very answer; empty where it is never the same.
    arrays : Mapping of str to ndarray
        Numbers that travel as they are, in any dtype of numpy that JavaScript has.
    """

    value: Any
    etag: str = ""
    arrays: Mapping[str, np.ndarray] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewContext:
    """What a view may look at; `stop` is set when nobody waits for the answer any more."""

    run: Run | None
    helper: Helper
    stop: threading.Event
    table: OpenedTable | None = None
    task: TaskSpec | None = None


Report = Callable[[float, Answer], None]
"""Takes how much is done, 0 to 1, and the answer so far."""


class View(Protocol):
    """One thing a page can ask for.

    Attributes
    ----------
    name : str
        ``"topic.thing"``.
    args : type
        A dataclass of its arguments.
    """

    name: str
    args: type

    def etag(self, context: ViewContext, args: Any) -> str:
        """The `Answer.etag` that `compute` would give, where that is known at once; else ''."""

    def compute(self, context: ViewContext, args: Any, report: Report) -> Answer:
        """The answer; on a thread of its own, which may wait for `context.helper`."""


@dataclass(slots=True, kw_only=True)
class _Ask:
    key: str
    request: AskRequest
    respond: Respond
    stop: threading.Event = field(default_factory=threading.Event)

    @property
    def slot(self) -> tuple[str, str] | None:
        """Its page, which is in the id of its messages, and its slot there."""
        page = self.key.rpartition(".")[0]
        return (page, self.request.slot) if self.request.slot else None


class AskingPart(Part[None]):
    """Answers ``ask``: checked, one thread a question, the newest of a page's slot wins.

    Parameters
    ----------
    run : callable
        The run being shown, or None.
    table, task : callable, optional
        The table that is open, and how the prompt is read, or None.
    views : Registry of View, optional
        What can be asked for; None takes `views.VIEWS`.
    helper : callable
        Gives the process that does heavy work; called when a view is first computed.
    """

    def __init__(
        self,
        run: Callable[[], Run | None],
        *,
        table: Callable[[], OpenedTable | None] = lambda: None,
        task: Callable[[], TaskSpec | None] = lambda: None,
        views: Registry[View] | None = None,
        helper: Callable[[], Helper] | None = None,
    ) -> None:
        super().__init__()
        self._run, self._table, self._task = run, table, task
        self._given_views = views
        self._helper = helper or _shared_helper
        self._queue: SimpleQueue[_Ask | None] = SimpleQueue()
        self._asks: dict[str, _Ask] = {}
        self._slots: dict[tuple[str, str], str] = {}
        self._threads = 0
        self._closed = False

    @property
    def requests(self) -> Mapping[str, Request]:
        return {
            "ask": Request(body=AskRequest, later=self._ask),
            "ask_cancel": Request(body=AskCancel, answer=self._cancel, lane="control"),
        }

    def view(self) -> None:
        return None

    def close(self) -> None:
        with self._lock:
            self._closed = True
            asks, self._asks = list(self._asks.values()), {}
            n_threads = self._threads
        for ask in asks:
            ask.stop.set()
        for _ in range(n_threads):
            self._queue.put(None)

    def _ask(self, key: str, body: AskRequest, respond: Respond) -> None:
        # On the kernel's thread: nothing is imported or looked at here.
        ask = _Ask(key=key, request=body, respond=respond)
        older: _Ask | None = None
        with self._lock:
            if self._closed or key in self._asks:
                return
            if ask.slot is not None:
                older = self._asks.get(self._slots.get(ask.slot, ""))
                self._slots[ask.slot] = key
            self._asks[key] = ask
            if self._threads < N_THREADS:
                self._threads += 1
                name = f"automl-ask-{self._threads}"
                threading.Thread(target=self._work, name=name, daemon=True).start()
        if older is not None:
            self._drop(older)
        self._queue.put(ask)

    def _views(self) -> Registry[View]:
        if self._given_views is not None:
            return self._given_views
        from jupyter_automl.widgets.views import VIEWS

        return VIEWS

    def _cancel(self, body: AskCancel, buffers: object) -> Mapping[str, Any]:
        with self._lock:
            ask = self._asks.get(body.ask)
        if ask is not None:
            self._drop(ask)
        return {}

    def _drop(self, ask: _Ask) -> None:
        ask.stop.set()
        self._finish(ask, SupersededError("A newer question took the place of this one."))

    def _finish(self, ask: _Ask, answer: Any) -> None:
        """Reply once: whoever comes second is not heard."""
        with self._lock:
            if self._asks.pop(ask.key, None) is None:
                return
            if ask.slot is not None and self._slots.get(ask.slot) == ask.key:
                del self._slots[ask.slot]
        ask.respond(answer)

    def _work(self) -> None:
        while (ask := self._queue.get()) is not None:
            if ask.stop.is_set():
                continue
            try:
                answer: Any = self._answer(ask)
            except Exception as error:  # every failure must reach the page as a reply
                answer = error
            self._finish(ask, answer)

    def _answer(self, ask: _Ask) -> Any:
        view = self._views().get(ask.request.view)
        args = _checked(view, ask.request.args)
        context = ViewContext(
            run=self._run(),
            helper=self._helper(),
            stop=ask.stop,
            table=self._table(),
            task=self._task(),
        )
        have = ask.request.have
        if have and view.etag(context, args) == have:
            return {"same": True, "etag": have}
        reporter = _Reporter(ask, self.tell)
        answer = view.compute(context, args, reporter)
        if have and answer.etag == have:
            return {"same": True, "etag": have}
        return _packed(answer)


class _Reporter:
    """Sends parts of an answer, no more than four a second; the final one follows anyway."""

    def __init__(self, ask: _Ask, tell: Callable[..., None]) -> None:
        self._ask, self._tell = ask, tell
        self._last = 0.0

    def __call__(self, done: float, answer: Answer) -> None:
        now = time.monotonic()
        if self._ask.stop.is_set() or now - self._last < PART_SECONDS:
            return
        self._last = now
        reply = _packed(answer)
        body = {"ask": self._ask.key, "done": round(min(1.0, max(0.0, done)), 3), **reply.body}
        self._tell({"kind": "part", "body": body}, reply.buffers)


def _checked(view: View, args: Mapping[str, Any]) -> Any:
    from pydantic import ValidationError

    try:
        return adapter(view.args).validate_python(dict(args))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "args"
        raise ArgumentError(
            f"The view {view.name!r} needs a valid {where!r}. {first['msg']}.",
            hint="Reload the page: it may be older than the kernel's package.",
            view=view.name,
        ) from error


def _packed(answer: Answer) -> Reply:
    import numpy as np

    arrays: list[dict[str, Any]] = []
    buffers: list[bytes] = []
    for name, array in answer.arrays.items():
        little = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<"))
        arrays.append({"name": name, "dtype": little.dtype.str, "shape": list(little.shape)})
        buffers.append(little.tobytes())
    body = {"etag": answer.etag, "value": plain(answer.value), "arrays": arrays}
    size = len(json.dumps(body)) + sum(len(buffer) for buffer in buffers)
    if size > MAX_ANSWER_BYTES:
        raise ArgumentError(
            f"An answer has at most {MAX_ANSWER_BYTES:,} bytes. This one has {size:,}.",
            hint="Ask for fewer rows or columns.",
        )
    return Reply(body=body, buffers=buffers)


def _shared_helper() -> Helper:
    from jupyter_automl.api.helper import shared

    return shared()
