"""``%automl`` and ``%%automl``: runs as IPython magics."""

from __future__ import annotations

from jupyter_automl.magics.automl import AutoMLMagics

__all__ = ["AutoMLMagics"]
