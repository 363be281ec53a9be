"""What is said of the models of a run."""

from __future__ import annotations

from dataclasses import dataclass

from jupyter_automl.widgets.schema.common import ErrorView, Loading


@dataclass(frozen=True, slots=True, kw_only=True)
class FeaturesView:
    """What was built of the columns for a model; no sentences: they are used as they are."""

    status: Loading
    model: str
    sentences: tuple[str, ...]
    error: ErrorView | None
