"""What the machine wants done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jupyter_automl.core.events import Body, RunStatus
from jupyter_automl.core.trial import TrialResult, TrialSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class Append:
    """Write events, in one transaction."""

    bodies: tuple[Body, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitTrial:
    """Give a trial to a worker; `token` is of the suggestion it came from, if any."""

    spec: TrialSpec
    token: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KillTrial:
    """End a trial at once; nothing more will be told of it."""

    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AskSampler:
    """Answer with `Suggested` or `SamplerFailed`."""

    family: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TellSampler:
    """How a trial went; `score` is None when it came to nothing."""

    spec: TrialSpec
    score: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectEnsemble:
    """Answer with `EnsembleSelected`, within about `time_limit_seconds`.

    Attributes
    ----------
    added : tuple of TrialResult
        Candidates that are new since the last selection.
    """

    added: tuple[TrialResult, ...]
    time_limit_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitExplanation:
    """Answer with `Explained` or `ExplanationFailed`.

    Attributes
    ----------
    model, family : str
        Leaderboard name and row.
    members : tuple of (TrialResult, weight)
        One for a single model.
    """

    model: str
    family: str
    members: tuple[tuple[TrialResult, float], ...]
    time_limit_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class KillExplanation:
    """End the explanation that is under way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finish:
    """Append `RunEnded` and stop."""

    status: RunStatus
    reason: str
    error: Mapping[str, Any] | None = None


Command = (
    Append
    | SubmitTrial
    | KillTrial
    | AskSampler
    | TellSampler
    | SelectEnsemble
    | SubmitExplanation
    | KillExplanation
    | Finish
)
