"""Column names that are unique, non-empty text."""

from __future__ import annotations

import re
from collections.abc import Sequence

from jupyter_automl.core.events import NoticeRaised

_SHOWN = 3
# A terminal acts on them, and nobody can type them.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def unique_names(raw: Sequence[object]) -> tuple[tuple[str, ...], tuple[NoticeRaised, ...]]:
    """Names as unique, non-empty strings, in order, and notices of what was renamed.

    The same input always gives the same names, so rows to predict get the names that
    the training table got.
    """
    wanted = [_text(name) for name in raw]
    taken = {name for name in wanted if name}
    names: list[str] = []
    seen: set[str] = set()
    empty: list[str] = []
    repeated: list[str] = []
    for position, name in enumerate(wanted, start=1):
        if not name:
            name = _free(f"column_{position}", taken | seen)
            empty.append(name)
        elif name in seen:
            old, name = name, _free(name, taken | seen, start=2)
            repeated.append(f"{old!r} -> {name!r}")
        seen.add(name)
        names.append(name)
    notices = []
    if empty:
        notices.append(_notice("empty_name", "had no name and got one", empty))
    if repeated:
        notices.append(_notice("duplicate_name", "had a name twice and was renamed", repeated))
    made_text = [repr(name) for name in raw if not isinstance(name, str) and _text(name)]
    if made_text:
        notices.append(_notice("name_not_text", "had a name that is not text", made_text, "info"))
    return tuple(names), tuple(notices)


def _text(name: object) -> str:
    if name is None or (isinstance(name, float) and name != name):
        return ""
    if isinstance(name, tuple):
        return "_".join(text for text in map(_text, name) if text)
    return " ".join(_CONTROL.sub(" ", str(name)).split())


def _free(stem: str, taken: set[str], start: int = 1) -> str:
    candidate = stem if start == 1 else f"{stem}_{start}"
    number = max(start, 1)
    while candidate in taken:
        number += 1
        candidate = f"{stem}_{number}"
    return candidate


def _notice(code: str, what: str, names: Sequence[str], level: str = "warning") -> NoticeRaised:
    shown = ", ".join(names[:_SHOWN]) + (", ..." if len(names) > _SHOWN else "")
    count = "1 column" if len(names) == 1 else f"{len(names)} columns"
    return NoticeRaised(code=code, message=f"{count} {what}: {shown}.", level=level)  # type: ignore[arg-type]
