"""What several sections use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Loading = Literal["empty", "loading", "ready", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorView:
    """An error of the wire shape that every surface uses."""

    code: str
    message: str
    hint: str = ""
    context: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeView:
    """Something a person should know about the data or the run."""

    code: str
    message: str
    level: Literal["info", "warning"] = "warning"
    column: str | None = None
