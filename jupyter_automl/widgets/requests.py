"""What a page may ask, validated before anything happens."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from jupyter_automl.core.codec import adapter
from jupyter_automl.core.errors import ArgumentError

Lane = Literal["control", "work", "upload"]
Buffers = Sequence[memoryview]
Respond = Callable[[Any], None]
"""Takes the reply's body, a `Reply`, or the exception that is the answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Nothing:
    """A request without arguments."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRequest:
    """Open a path on the server, ``sample:NAME`` or a table of the kernel."""

    source: str
    kind: Literal["path", "sample", "frame"] = "path"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadRequest:
    """Read a prompt; `edits` are fields of `TaskSpec` set by hand, and they win."""

    prompt: str
    edits: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeaturesRequest:
    """List what was built for a model of the leaderboard; None is the best."""

    model: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """How one kind of message is checked and answered.

    Attributes
    ----------
    body : type
        What the body must be.
    answer : callable
        ``answer(body, buffers) -> reply body``; runs on the lane's thread.
    lane : Lane
        ``"control"`` for what must not wait behind work, ``"upload"`` for slices of a file.
    later : callable, optional
        ``later(key, body, respond)`` instead of `answer`: it returns at once, on the thread
        that received the message, and calls `respond` once, on any thread. `key` is the
        message's id.
    """

    body: type
    answer: Callable[[Any, Buffers], Any] | None = None
    lane: Lane = "work"
    later: Callable[[str, Any, Respond], None] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A reply with binary parts; `body` says what they are."""

    body: Any
    buffers: Sequence[bytes] = ()


def check_body(request: Request, kind: str, body: object) -> Any:
    """The validated body; raises `ArgumentError`."""
    from pydantic import ValidationError

    try:
        return adapter(request.body).validate_python(body if body is not None else {})
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "body"
        raise ArgumentError(
            f"The message {kind!r} needs a valid {where!r}. {first['msg']}.",
            hint="Reload the page: it may be older than the kernel's package.",
            kind=kind,
        ) from error
