"""A weighted mean of trials that is better than the best of them, or none."""

from __future__ import annotations

from jupyter_automl.ensemble.selection import Selection, Selector

__all__ = ["Selection", "Selector"]
