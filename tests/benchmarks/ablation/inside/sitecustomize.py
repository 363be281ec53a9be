"""Loaded by Python at the start of every process that has this folder on its path."""

from __future__ import annotations

import os
from pathlib import Path


def _switch_off() -> None:
    name = os.environ.get("ABLATION_ARM")
    if not name:
        return
    from tests.benchmarks.ablation import arms, hook

    hook.install(arms.ARMS[name].patches, Path(os.environ["ABLATION_TRACE"]))


try:
    _switch_off()
except Exception as error:
    # Python would go on with a line on standard error: with the whole engine, under a false name.
    raise SystemExit(f"The arm cannot be installed: {error!r}") from error
