"""Runs, events and commands in one SQLite file; the only place that imports `sqlite3`."""

from __future__ import annotations

from jupyter_automl.store.live import read_fits, write_fits
from jupyter_automl.store.location import default_folder
from jupyter_automl.store.standings import RunSummary
from jupyter_automl.store.store import Command, CommandName, Store, StoreWatcher
from jupyter_automl.store.tail import tail
from jupyter_automl.store.turns import QueueEntry

__all__ = [
    "Command",
    "CommandName",
    "QueueEntry",
    "RunSummary",
    "Store",
    "StoreWatcher",
    "default_folder",
    "read_fits",
    "tail",
    "write_fits",
]
