"""Where the runs of estimators live: for as long as somebody holds them, or in the history."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
import uuid
import weakref
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from jupyter_automl.store import Store

if TYPE_CHECKING:
    from jupyter_automl.api.run import Run


def session_store() -> Store:
    """A store of this process alone, removed when the process ends."""
    return _session_store(os.getpid())


def fresh_folder(store: Store) -> Path:
    """A folder in `store` for the data of one run, to be removed with it."""
    return store.data_folder / uuid.uuid4().hex


def remove(*folders: Path) -> None:
    """Remove folders of `session_store`, as far as they are there."""
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


def remove_with(run: Run, folders: Sequence[Path]) -> None:
    """Have `folders` removed when nobody holds `run` any more."""
    # Files only: it may happen in the middle of a transaction on the same database.
    weakref.finalize(run, _remove_own, os.getpid(), *folders).atexit = False


# One entry: a forked process must not use, nor remove, the store of its parent.
@lru_cache(maxsize=1)
def _session_store(pid: int) -> Store:
    store = Store(tempfile.mkdtemp(prefix="jupyter-automl-"))
    atexit.register(_close, store, pid)
    return store


def _close(store: Store, pid: int) -> None:
    if os.getpid() == pid:
        store.close()
        remove(store.folder)


def _remove_own(pid: int, *folders: Path) -> None:
    if os.getpid() == pid:
        remove(*folders)
