"""What the machine is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from jupyter_automl.core.events import CommandName, ExplanationReady, NoticeRaised
from jupyter_automl.core.plan import Plan
from jupyter_automl.core.trial import TrialResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What the machine has to know of families without loading them.

    Attributes
    ----------
    labels : Mapping
        Family name -> what people call it.
    step_seconds : tuple of float
        Predicted seconds of each step of the plan: all folds, one core, left to finish.
    stack_seconds : tuple of float
        The same of each of `Plan.stacks`.
    search_seconds : Mapping
        Family name -> predicted seconds of a searched trial, for families with a space.
    longest_seconds : Mapping
        Family name -> what a trial of it may take at most.
    self_limiting : Mapping
        Families that stop in time by themselves and keep what they have -> the part of the
        time they would like with which a trial is still worth it.
    step_bytes : tuple of int
        Predicted memory of the worker in each step of the plan.
    stack_bytes : tuple of int
        The same of each of `Plan.stacks`.
    search_bytes : Mapping
        Family name -> the same in a searched trial.
    base_bytes : int
        What a worker holds of that before it has data.
    worker_bytes : int or None
        What a worker may hold; None knows no limit.
    """

    labels: Mapping[str, str] = field(default_factory=dict)
    step_seconds: tuple[float, ...] = ()
    stack_seconds: tuple[float, ...] = ()
    search_seconds: Mapping[str, float] = field(default_factory=dict)
    longest_seconds: Mapping[str, float] = field(default_factory=dict)
    self_limiting: Mapping[str, float] = field(default_factory=dict)
    step_bytes: tuple[int, ...] = ()
    stack_bytes: tuple[int, ...] = ()
    search_bytes: Mapping[str, int] = field(default_factory=dict)
    base_bytes: int = 0
    worker_bytes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticked:
    """Seconds of the budget that are used up; see `State.elapsed`."""

    elapsed_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanReady:
    """The plan is made and the folds are dealt out."""

    plan: Plan
    outlook: Outlook
    notices: tuple[NoticeRaised, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFailed:
    """No plan could be made; `error` is ``{code, message, hint, context}``."""

    error: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialBegan:
    """A worker took the trial."""

    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FoldDone:
    """`fold` counts from 1."""

    number: int
    fold: int
    n_folds: int
    score: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialDone:
    """A trial has a finite score."""

    result: TrialResult


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialEndedBadly:
    """A trial came to nothing; reasons as in `core.events.TrialFailed`."""

    number: int
    reason: Literal["error", "lost", "memory", "time"]
    error: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialPruned:
    """A trial gave itself up; `score` is the mean of the folds that it did."""

    number: int
    n_folds: int
    score: float
    error: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggested:
    """A sampler proposes parameters; `token` is the driver's to keep."""

    family: str
    params: Mapping[str, Any]
    token: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplerFailed:
    """The search over a family cannot go on."""

    family: str
    error: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class EnsembleSelected:
    """A selection ended.

    Attributes
    ----------
    members : tuple of (trial, weight)
        Empty when no ensemble is better than the best single trial.
    promise : float or None
        What selections are compared by, larger is better; None for the score itself.
    seconds : float
        What it took.
    """

    members: tuple[tuple[int, float], ...] = ()
    score: float | None = None
    score_std: float | None = None
    promise: float | None = None
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class EnsembleFailed:
    """A selection came to nothing; its candidates are left out of later ones."""

    error: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """An explanation is on disk."""

    ready: ExplanationReady


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplanationFailed:
    """An explanation came to nothing."""

    error: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandArrived:
    """A person wants the run to end, to wait, to go on, more time, or other families.

    The fields are those of `core.events.CommandTaken`.
    """

    command: CommandName
    argument: float | None = None
    family: str = ""


Stimulus = (
    Ticked
    | PlanReady
    | PlanFailed
    | TrialBegan
    | FoldDone
    | TrialDone
    | TrialPruned
    | TrialEndedBadly
    | Suggested
    | SamplerFailed
    | EnsembleSelected
    | EnsembleFailed
    | Explained
    | ExplanationFailed
    | CommandArrived
)
