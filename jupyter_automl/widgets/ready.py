"""What the first page of a process would wait for: imports, and how views become JSON."""

from __future__ import annotations

import importlib
from dataclasses import is_dataclass
from typing import get_args, get_type_hints

MODULES = (
    "jupyter_automl.widgets.app",
    "jupyter_automl.api.fitting",
    "jupyter_automl.api.history",
    "jupyter_automl.api.tables",
    "jupyter_automl.data",
    "jupyter_automl.engine",
    "jupyter_automl.execute",
    "jupyter_automl.plan",
    "jupyter_automl.profiling",
    "jupyter_automl.prompt",
    "jupyter_automl.store",
    "pandas",
    "psutil",
    "pyarrow",
)
"""What a page imports from its first moment until a run starts."""


def prepare() -> None:
    """Import it all; opens no file, no store and no thread, and reads no setting."""
    for name in MODULES:
        importlib.import_module(name)
    from jupyter_automl.core.codec import adapter
    from jupyter_automl.widgets.schema.state import WidgetState

    for section in get_type_hints(WidgetState).values():
        for view in get_args(section) or (section,):
            if is_dataclass(view):
                adapter(view)


def arrive() -> None:
    """In a kernel that was forked after `prepare`: what libraries do when a kernel imports them."""
    import ipywidgets

    # Pages ask for the state of all widgets over it.
    ipywidgets.register_comm_target()
