"""Workers that have imported everything before the first run asks for them."""

from __future__ import annotations

import logging
import threading

_LOG = logging.getLogger(__name__)


def prepare() -> threading.Thread:
    """Start warm workers behind the caller; at most one set of them a process.

    They wait at no cost for the next `fit` of this process, end with it, and end by
    themselves after 15 idle minutes.
    """
    starting = threading.Thread(target=_prepare, name="automl-warm", daemon=True)
    starting.start()
    return starting


def wait_until_warm(timeout_seconds: float = 60.0) -> bool:
    """Prepare, and wait until a run would start at once; False if that takes longer."""
    from jupyter_automl.engine import wait_for_standby

    prepare().join(timeout_seconds)
    return wait_for_standby(timeout_seconds)


def _prepare() -> None:
    from jupyter_automl.api.history import open_store
    from jupyter_automl.api.settings import settings
    from jupyter_automl.core.errors import AutoMLError
    from jupyter_automl.engine import prepare_standby

    try:
        prepare_standby(open_store().folder, settings().n_jobs)
    except AutoMLError as error:
        # A run will meet the same error and show it; there is nobody to show it to yet.
        _LOG.info("No warm workers: %s", error)
