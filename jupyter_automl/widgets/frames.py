"""Tables that live in the kernel."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from jupyter_automl.core.errors import DataNotFoundError, did_you_mean
from jupyter_automl.widgets.schema import FrameView

MOST = 50
_KINDS = {
    "pandas": ("DataFrame", "DataFrame"),
    "polars": ("DataFrame", "polars DataFrame"),
    "pyarrow": ("Table", "Arrow table"),
}


def find_frames(namespace: Mapping[str, Any] | None = None) -> tuple[FrameView, ...]:
    """The tables a person made in this kernel, by name.

    Parameters
    ----------
    namespace : Mapping, optional
        Where to look; the variables of the running IPython by default.
    """
    names = namespace if namespace is not None else _user_namespace()
    found = []
    for name, value in list(names.items()):
        kind = _kind_of(value)
        if name.startswith("_") or not kind:
            continue
        n_rows, n_columns = value.shape
        found.append(FrameView(name=name, kind=kind, n_rows=n_rows, n_columns=n_columns))
    return tuple(sorted(found, key=lambda frame: frame.name)[:MOST])


def frame_named(name: str, namespace: Mapping[str, Any] | None = None) -> Any:
    """The table called `name` in this kernel; raises `DataNotFoundError`."""
    names = namespace if namespace is not None else _user_namespace()
    value = names.get(name)
    if not _kind_of(value):
        known = [frame.name for frame in find_frames(names)]
        raise DataNotFoundError(
            f"A table called {name!r} was expected in this kernel. There is none.",
            hint=did_you_mean(name, known) or "Run the cell that makes it, then look again.",
            name=name,
        )
    return value


def _kind_of(value: object) -> str:
    """What people call it; looks only at libraries that are loaded already."""
    for module, (attribute, label) in _KINDS.items():
        loaded = sys.modules.get(module)
        if loaded is not None and isinstance(value, getattr(loaded, attribute, ())):
            return label
    return ""


def _user_namespace() -> Mapping[str, Any]:
    if "IPython" not in sys.modules:
        return {}
    from IPython import get_ipython

    shell = get_ipython()
    return shell.user_ns if shell is not None else {}
