"""The leak scan: warnings, with evidence, of what makes scores better than the truth."""

from __future__ import annotations

from jupyter_automl.profiling.leaks.scan import LEAST_ROWS, scan_leaks

__all__ = ["LEAST_ROWS", "scan_leaks"]
