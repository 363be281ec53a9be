"""Sizes as people read them."""

from __future__ import annotations


def bytes_text(size: float) -> str:
    """``512 MiB``, ``1.1 GiB``."""
    for unit in ("B", "KiB", "MiB"):
        if size < 1024:
            return f"{size:.0f} {unit}"
        size /= 1024
    return f"{size:.1f} GiB"
