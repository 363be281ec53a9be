"""A controller is a set of parts: each owns one section of the state and some requests."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, TypeVar

from jupyter_automl.core.codec import to_plain
from jupyter_automl.widgets.requests import Request

V = TypeVar("V")

Tell = Callable[[Mapping[str, Any], Sequence[bytes]], None]
"""Sends a message of its own, with binary parts, to every page."""


class Part(Generic[V]):
    """One section of a widget's state.

    Attributes
    ----------
    section : str
        Its key in `schema.WidgetState`; empty for a part that only answers.
    """

    section: str = ""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._dirty = False
        self._notify: Callable[[], None] | None = None
        self._tell: Tell | None = None

    @property
    def requests(self) -> Mapping[str, Request]:
        """The messages it answers, by kind."""
        return {}

    def view(self) -> V:
        """The section as it is now."""
        raise NotImplementedError

    def take(self) -> Mapping[str, Any] | None:
        """What the page must be told since the last call; None when nothing."""
        with self._lock:
            dirty, self._dirty = self._dirty, False
        return {"set": {self.section: plain(self.view())}} if dirty else None

    def changed(self) -> None:
        """Mark the section as changed and wake the publisher."""
        with self._lock:
            self._dirty = True
        self.wake()

    def wake(self) -> None:
        """Ask for `take` to be called."""
        if self._notify is not None:
            self._notify()

    def tell(self, message: Mapping[str, Any], buffers: Sequence[bytes] = ()) -> None:
        """Send a message that is no change of a section."""
        if self._tell is not None:
            self._tell(message, buffers)

    def watch(self, notify: Callable[[], None], tell: Tell | None = None) -> None:
        """Call `notify` whenever something changes; `tell` sends a message."""
        self._notify, self._tell = notify, tell

    def close(self) -> None:
        """Let go of what it holds."""


class Controller:
    """Answers requests and says what changed, for all of its parts."""

    def __init__(self, parts: Sequence[Part[Any]]) -> None:
        self.parts = tuple(parts)
        self.requests: Mapping[str, Request] = {
            kind: request for part in self.parts for kind, request in part.requests.items()
        }

    def watch(self, notify: Callable[[], None], tell: Tell | None = None) -> None:
        """Call `notify`, from any thread, whenever `take` has something to give."""
        for part in self.parts:
            part.watch(notify, tell)

    def view(self) -> Mapping[str, Any]:
        """Every section as it is now, JSON-able."""
        return {part.section: plain(part.view()) for part in self.parts if part.section}

    def take(self) -> Mapping[str, Any] | None:
        """The changes of all parts since the last call; None when nothing changed."""
        change: dict[str, Any] = {}
        for part in self.parts:
            for key, value in (part.take() or {}).items():
                change[key] = {**change[key], **value} if key in change else value
        return change or None

    def close(self) -> None:
        """Close every part."""
        for part in self.parts:
            part.close()


def plain(view: Any) -> Any:
    """A wire value as JSON-able scalars, lists and dicts."""
    return None if view is None else to_plain(view)
