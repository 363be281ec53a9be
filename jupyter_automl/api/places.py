"""Where a widget stands, and which run it showed there last: so that it finds it again.

A kernel that is started again knows nothing of the widgets of the one before. What a cell of a
notebook showed is kept in a small file of the store by a hash of the notebook and the cell; what
a Voila page showed stands in its address.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal
from urllib.parse import parse_qs

KEPT_SECONDS = 90 * 86_400.0
_RUN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")

Host = Literal["notebook", "voila", "other"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a widget stands.

    Attributes
    ----------
    host : {"notebook", "voila", "other"}
        ``"notebook"`` is any page that runs cells.
    key : str
        The same for the same cell of the same notebook; empty where there is none.
    run_id : str
        The run that the page's address names; empty without one.
    """

    host: Host = "other"
    key: str = ""
    run_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What was shown at a place.

    Attributes
    ----------
    run_id : str
        The run.
    call : str
        With which arguments the widget was made: with others it is another widget.
    view : Mapping
        What of it was looked at.
    """

    run_id: str = ""
    call: str = ""
    view: Mapping[str, Any] = field(default_factory=dict)


def place_here(environment: Mapping[str, str] | None = None) -> Place:
    """The place of a widget that is made now.

    Parameters
    ----------
    environment : Mapping, optional
        The kernel's variables; None takes the process's. Voila puts ``QUERY_STRING`` and
        ``SERVER_SOFTWARE`` there, and ``VOILA_PREHEAT`` even where it could not tell a kernel that
        was started ahead what is asked for; a Jupyter server puts ``JPY_SESSION_NAME``.
    """
    found = os.environ if environment is None else environment
    if found.get("SERVER_SOFTWARE", "").startswith("voila/") or "VOILA_PREHEAT" in found:
        wanted = parse_qs(found.get("QUERY_STRING", "")).get("run", [""])[0]
        return Place(host="voila", run_id=wanted if _RUN_ID.fullmatch(wanted) else "")
    notebook, cell = found.get("JPY_SESSION_NAME", ""), _cell()
    if not notebook or not cell:
        return Place()
    key = hashlib.sha256(f"{notebook}\n{cell}".encode()).hexdigest()[:32]
    return Place(host="notebook", key=key)


def is_for_visitors(environment: Mapping[str, str] | None = None) -> bool:
    """Whether this kernel serves a Voila page to visitors; see `Settings.visitors`."""
    from jupyter_automl.api.settings import settings

    return place_here(environment).host == "voila" and settings().visitors


def recall(folder: Path, key: str, call: str) -> Shown | None:
    """What was shown at a place by the same call; None where nothing was, or it cannot be read."""
    if not key:
        return None
    shown = _read(_file(folder, key))
    return shown if shown is not None and shown.call == call and shown.run_id else None


def remember(folder: Path, key: str, shown: Shown) -> None:
    """Keep what is shown at a place; a place that cannot be written to is not kept."""
    if not key:
        return
    path = _file(folder, key)
    text = json.dumps(
        {"run": shown.run_id, "call": shown.call, "view": dict(shown.view), "at": time.time()}
    )
    with suppress(OSError):
        if not path.parent.is_dir():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        else:
            _forget_old(path.parent)
        handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(name, path)


def with_view(folder: Path, key: str, call: str, view: Mapping[str, Any]) -> None:
    """Keep another view of what is shown already; nothing where nothing is."""
    shown = recall(folder, key, call)
    if shown is not None:
        remember(folder, key, replace(shown, view=view))


def call_of(*arguments: Any) -> str:
    """A short text that is the same for the same arguments of a widget.

    A table in memory counts by its type, shape and columns: its cells may be a gigabyte.
    """
    parts = [repr(_told(argument)) for argument in arguments]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def _told(argument: Any) -> Any:
    if argument is None or isinstance(argument, (str, int, float, bool)):
        return argument
    if isinstance(argument, Path):
        return str(argument)
    shape = getattr(argument, "shape", None)
    columns = getattr(argument, "columns", None)
    names = [str(name) for name in columns][:1000] if columns is not None else None
    return type(argument).__qualname__, str(shape), names


def _cell() -> str:
    """The id of the cell that runs now, where the front end tells."""
    try:
        from IPython import get_ipython

        kernel = getattr(get_ipython(), "kernel", None)
        parent = kernel.get_parent() if kernel is not None else {}
        cell = (parent.get("metadata") or {}).get("cellId", "")
    except Exception:
        # No kernel, or one that is made otherwise: then there is no place.
        return ""
    return cell if isinstance(cell, str) else ""


def _file(folder: Path, key: str) -> Path:
    return folder / "places" / f"{key}.json"


def _read(path: Path) -> Shown | None:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        run_id, call, view = found["run"], found["call"], found["view"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    if not (isinstance(run_id, str) and isinstance(call, str) and isinstance(view, dict)):
        return None
    return Shown(run_id=run_id, call=call, view=view) if _RUN_ID.fullmatch(run_id) else None


def _forget_old(folder: Path) -> None:
    oldest = time.time() - KEPT_SECONDS
    for path in folder.iterdir():
        if path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)
