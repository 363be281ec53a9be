"""From whatever a person has (a path, a URL, a table in memory) to one Arrow file."""

from __future__ import annotations

from jupyter_automl.data import samples
from jupyter_automl.data.frames import to_frame
from jupyter_automl.data.opened import Opened
from jupyter_automl.data.opening import open_table, read
from jupyter_automl.data.previewing import preview
from jupyter_automl.data.readers import READERS
from jupyter_automl.data.saving import load_frame, load_table, save_dataset
from jupyter_automl.data.schema import describe

__all__ = [
    "READERS",
    "Opened",
    "describe",
    "load_frame",
    "load_table",
    "open_table",
    "preview",
    "read",
    "samples",
    "save_dataset",
    "to_frame",
]
