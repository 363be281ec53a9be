"""From columns of any kind to what a family of models takes."""

from __future__ import annotations

from jupyter_automl.features.preprocessor import Preprocessor

__all__ = ["Preprocessor"]
