"""A prompt in plain English to a task, and back; rules only, no model of language."""

from jupyter_automl.prompt.describe import describe
from jupyter_automl.prompt.parse import parse

__all__ = ["describe", "parse"]
