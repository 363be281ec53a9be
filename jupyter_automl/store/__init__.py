"""Runs, events and commands in one SQLite file; the only place that imports `sqlite3`."""

from __future__ import annotations

from jupyter_automl.store.location import default_folder
from jupyter_automl.store.standings import RunSummary
from jupyter_automl.store.store import Command, CommandName, Store, StoreWatcher
from jupyter_automl.store.tail import tail

__all__ = [
    "Command",
    "CommandName",
    "RunSummary",
    "Store",
    "StoreWatcher",
    "default_folder",
    "tail",
]
