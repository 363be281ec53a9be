"""Where the store lives."""

from __future__ import annotations

import os
import sys
from pathlib import Path

VARIABLE = "JUPYTER_AUTOML_STORE"


def default_folder() -> Path:
    """The folder named by ``JUPYTER_AUTOML_STORE``, else ``automl`` in Jupyter's data folder.

    Returns
    -------
    Path
        Absolute; it need not exist yet.
    """
    named = os.environ.get(VARIABLE, "").strip()
    if named:
        return Path(named).expanduser().absolute()
    return _jupyter_data_folder() / "automl"


def _jupyter_data_folder() -> Path:
    try:
        from jupyter_core.paths import jupyter_data_dir
    except ImportError:
        return _data_folder_without_jupyter()
    return Path(jupyter_data_dir()).absolute()


def _data_folder_without_jupyter() -> Path:
    # The folders that jupyter_core documents, for a shell that has no Jupyter installed.
    if named := os.environ.get("JUPYTER_DATA_DIR"):
        return Path(named).expanduser().absolute()
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Jupyter"
    if sys.platform == "win32":
        return Path(os.environ.get("APPDATA", Path.home() / "AppData" / "Roaming")) / "jupyter"
    return Path(os.environ.get("XDG_DATA_HOME", Path.home() / ".local" / "share")) / "jupyter"
