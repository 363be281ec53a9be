"""Optuna's journal of a run: what was asked and told, a line of JSON each."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from optuna.storages.journal import JournalFileBackend


class OneWriterJournal(JournalFileBackend):
    """Optuna's own format, so that its dashboard reads along, written by one process only.

    Optuna locks the file and flushes it to the disk for each parameter of each question. A run
    has one runner, and the studies can be told anew from its events: neither is worth the time.

    Parameters
    ----------
    path : str
        Made where missing.
    """

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self._path = path

    def append_logs(self, logs: Sequence[Mapping[str, Any]]) -> None:
        """Add entries; readers see whole ones."""
        lines = "".join(json.dumps(log, separators=(",", ":")) + "\n" for log in logs)
        with open(self._path, "ab") as file:
            file.write(lines.encode())
