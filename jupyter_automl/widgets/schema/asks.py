"""Questions of a page that are computed when they are asked, and their answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from typing_extensions import TypedDict


@dataclass(frozen=True, slots=True, kw_only=True)
class AskRequest:
    """Compute a view.

    Attributes
    ----------
    view : str
        A name of `views.VIEWS`.
    slot : str
        A newer question of the same slot makes an older one void; empty is none.
    args : Mapping
        The view's own arguments.
    have : str
        The `etag` of the answer that the page holds; empty is none.
    """

    view: str
    slot: str = ""
    args: Mapping[str, Any] = field(default_factory=dict)
    have: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskCancel:
    """The page does not want the answer any more; `ask` is the id of its message."""

    ask: str


class ArrayView(TypedDict):
    """One of the message's buffers: little-endian values in C order."""

    name: str
    dtype: str
    shape: tuple[int, ...]


class AnswerBody(TypedDict, total=False):
    """An answer, or with ``ask`` and ``done`` (0 to 1) a part of one that is refined.

    ``same`` says that what the page has is still right; then there is no ``value``.
    """

    ask: str
    done: float
    etag: str
    same: bool
    value: Any
    arrays: tuple[ArrayView, ...]
