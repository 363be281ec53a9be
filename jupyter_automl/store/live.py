"""How the fits under way are doing: a small file beside a run's others, written over and over.

It is no part of the log: nobody needs it once a trial is over, and it changes twice a second.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from pathlib import Path

from jupyter_automl.core import codec
from jupyter_automl.core.trial import LiveFit

FILE = "fits.json"


def write_fits(folder: Path, fits: Sequence[LiveFit]) -> None:
    """Replace what the folder of a run says; a full disk or a folder that is gone is no error."""
    path = folder / FILE
    try:
        if not fits:
            path.unlink(missing_ok=True)
            return
        part = path.with_suffix(".part")
        part.write_text(codec.to_json(tuple(fits), tuple[LiveFit, ...]), encoding="utf-8")
        os.replace(part, path)
    except OSError:
        # What is old would look like the present.
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)


def read_fits(folder: Path) -> tuple[LiveFit, ...]:
    """What was written last; empty where there is nothing, or nothing that can be read."""
    try:
        text = (folder / FILE).read_text(encoding="utf-8")
        fits: tuple[LiveFit, ...] = codec.from_json(tuple[LiveFit, ...], text)
    except (OSError, ValueError):
        return ()
    return fits
