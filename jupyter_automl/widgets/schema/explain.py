"""The explanation of a model, as a page asks for it; what it gets is what the job gives."""

from __future__ import annotations

from dataclasses import dataclass

from jupyter_automl.api.jobs.explain import ExplainPicture


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainPictureArgs(ExplainPicture):
    """One picture of a model of the leaderboard by its name; empty is the best."""

    model: str = ""
