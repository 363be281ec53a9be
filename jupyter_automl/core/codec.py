"""Core values to JSON text and back."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from pydantic import TypeAdapter

T = TypeVar("T")


@cache
def adapter(kind: Any) -> TypeAdapter[Any]:
    """The validator and serialiser of a core type, made once."""
    from pydantic import TypeAdapter

    return TypeAdapter(kind)


def to_json(value: Any, kind: Any = None) -> str:
    """JSON text of a core value; not-a-number and infinities become null."""
    return adapter(kind or type(value)).dump_json(value).decode()


def to_plain(value: Any, kind: Any = None) -> Any:
    """A core value as dicts, lists and scalars that `json.dumps` takes."""
    return adapter(kind or type(value)).dump_python(value, mode="json")


def from_json(kind: type[T] | Any, text: str | bytes) -> T:
    """The core value that `to_json` wrote; raises ``pydantic.ValidationError``."""
    return adapter(kind).validate_json(text)  # type: ignore[no-any-return]
