"""What a page may ask, validated before anything happens."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from jupyter_automl.core.codec import adapter
from jupyter_automl.core.errors import ArgumentError

Lane = Literal["control", "work"]
Buffers = Sequence[memoryview]


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
class ExplainRequest:
    """Explain a model of the leaderboard; None is the best."""

    model: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeaturesRequest:
    """List what was built for a model of the leaderboard; None is the best."""

    model: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadStart:
    """Announce a file of `size` bytes."""

    name: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadChunk:
    """One slice of the file, in the message's binary buffer; `crc` is its CRC-32."""

    upload: str
    index: int
    crc: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadRef:
    """Ask about or cancel an upload."""

    upload: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadFinish:
    """All slices were acknowledged; `crc` is the CRC-32 of the whole file."""

    upload: str
    crc: int


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
        ``"control"`` for what must not wait behind work.
    """

    body: type
    answer: Callable[[Any, Buffers], Any]
    lane: Lane = "work"


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
