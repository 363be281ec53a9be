"""What happened in a run, past tense, numbered, append-only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from jupyter_automl.core.dataset import Dataset
from jupyter_automl.core.plan import DeviceSetting, Plan
from jupyter_automl.core.task import TaskSpec
from jupyter_automl.core.trial import TrialResult, TrialSpec

RunStatus = Literal[
    "queued", "running", "paused", "finished", "stopped", "cancelled", "failed", "interrupted"
]
ENDED: frozenset[RunStatus] = frozenset(
    ("finished", "stopped", "cancelled", "failed", "interrupted")
)
Stage = Literal["starting", "profiling", "training", "finishing", "ended"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunCreated:
    """The run stands in the store; nothing has started.

    Attributes
    ----------
    n_workers : int or None
        Worker processes; None leaves it to the runner (one a core).
    random_state : int
        The seed every random choice derives from.
    max_trials : int or None
        Models to fit, the baseline not counted; None leaves it to the budget.
    use_all_time : bool
        Go on to the end of the budget where nothing more seems to be gained.
    explain : bool
        Keep time for explaining the best models at the end, and explain them.
    max_memory_bytes : int or None
        What a person lets runner and workers take together.
    memory_bytes : int or None
        What they may take: that, or without a limit the run's part of 60 % of the machine or
        the container. None, in logs of older versions, is all of it.
    max_runs : int or None
        Runs that may train at once for this one to start; None leaves it to cores and memory.
    device : DeviceSetting
        Whether boosters may be fitted on a GPU.
    """

    name: str
    dataset: Dataset
    task: TaskSpec
    prompt: str = ""
    n_workers: int | None = None
    random_state: int = 0
    max_trials: int | None = None
    use_all_time: bool = False
    explain: bool = True
    max_memory_bytes: int | None = None
    memory_bytes: int | None = None
    max_runs: int | None = None
    device: DeviceSetting = "auto"
    type: Literal["run_created"] = "run_created"


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueMoved:
    """The run waits for its turn to train; told when its place changes.

    Attributes
    ----------
    place : int
        1 is the next to start.
    behind : tuple of str
        Ids of the runs that it waits for: the one before it in line or, for the first in
        line, those that train.
    short_of_memory : bool
        Cores are left, but too little memory is free.
    """

    place: int
    behind: tuple[str, ...] = ()
    short_of_memory: bool = False
    type: Literal["queue_moved"] = "queue_moved"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunnerStarted:
    """The runner process took the run over, and the clock of the budget runs.

    Attributes
    ----------
    waited_seconds : float
        What it spent in the queue; the budget counts from `RunCreated` plus these.
    """

    pid: int
    n_workers: int
    warm: bool = False
    waited_seconds: float = 0.0
    type: Literal["runner_started"] = "runner_started"


@dataclass(frozen=True, slots=True, kw_only=True)
class StageChanged:
    """The run is now busy with something else; `message` says it in words."""

    stage: Stage
    message: str
    type: Literal["stage_changed"] = "stage_changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRaised:
    """Something a person should know; never stops a run.

    `code` is stable (``"id_column"``, ``"constant_column"``, ``"worker_lost"`` ...).
    """

    code: str
    message: str
    level: Literal["info", "warning"] = "warning"
    column: str | None = None
    type: Literal["notice_raised"] = "notice_raised"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanMade:
    """Task, metric, features, folds and order of work are decided."""

    plan: Plan
    type: Literal["plan_made"] = "plan_made"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialStarted:
    """A worker began a trial."""

    trial: TrialSpec
    family_label: str
    n_folds: int
    type: Literal["trial_started"] = "trial_started"


@dataclass(frozen=True, slots=True, kw_only=True)
class FoldFinished:
    """A trial has one more fold behind it (`fold` counts from 1)."""

    number: int
    fold: int
    n_folds: int
    score: float | None = None
    type: Literal["fold_finished"] = "fold_finished"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialFinished:
    """A trial has a score and a model on disk."""

    result: TrialResult
    type: Literal["trial_finished"] = "trial_finished"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialFailed:
    """A trial ended without a model.

    Attributes
    ----------
    reason : str
        ``"error"`` (the family raised), ``"lost"`` (the worker died), ``"memory"``,
        ``"time"`` (its limit or the deadline), ``"stopped"`` (a person stopped the run),
        ``"pruned"`` (far behind after some folds; nothing went wrong).
    error : Mapping
        ``{code, message, hint, context}``; `context` may hold a ``traceback``.
    """

    number: int
    family: str
    reason: Literal["error", "lost", "memory", "time", "stopped", "pruned"]
    error: Mapping[str, Any]
    seconds: float = 0.0
    type: Literal["trial_failed"] = "trial_failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class EnsembleUpdated:
    """A better weighted mean of trials was found.

    Attributes
    ----------
    members : tuple of (trial number, weight)
        Weights are positive and sum to 1.
    """

    score: float
    score_std: float | None
    members: tuple[tuple[int, float], ...]
    fit_seconds: float
    predict_ms_per_row: float
    type: Literal["ensemble_updated"] = "ensemble_updated"


@dataclass(frozen=True, slots=True, kw_only=True)
class GpuSample:
    """What the first GPU does, whoever uses it.

    Attributes
    ----------
    percent : float or None
        Part of the last moment in which it computed; None where it does not tell.
    """

    percent: float | None
    memory_bytes: int
    memory_total_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourcesSampled:
    """Once a second: what the run uses.

    Attributes
    ----------
    elapsed_seconds : float
        Of the budget, on the runner's monotonic clock.
    cpu_percent : float
        Of all cores together, 0 to 100, runner and workers only.
    memory_bytes : int
        Resident, runner and workers; what they share counts once.
    memory_total_bytes : int
        Of the machine.
    gpu : GpuSample or None
        None where the run does not use one, or nothing is known of it.
    """

    elapsed_seconds: float
    cpu_percent: float
    memory_bytes: int
    memory_total_bytes: int
    gpu: GpuSample | None = None
    type: Literal["resources_sampled"] = "resources_sampled"


CommandName = Literal["stop", "cancel", "pause", "resume", "extend", "drop", "boost", "restore"]
FAMILY_COMMANDS: frozenset[CommandName] = frozenset(("drop", "boost", "restore"))
"""Those that are about one family."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandTaken:
    """A person's command reached the runner, which obeys.

    Attributes
    ----------
    argument : float or None
        Seconds of ``"extend"``.
    family : str
        Of ``"drop"``, ``"boost"`` and ``"restore"``, which undoes both.
    """

    command: CommandName
    argument: float | None = None
    family: str = ""
    type: Literal["command_taken"] = "command_taken"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplanationReady:
    """SHAP values of a model are on disk.

    Attributes
    ----------
    model : str
        Leaderboard name.
    path : str
        Path of the stored explanation.
    importance : tuple of (feature, mean absolute SHAP value)
        Largest first.
    method : str
        E.g. ``"tree"``, ``"linear"``, ``"members, linearised"``, ``"permutation"``.
    n_rows : int
        Rows explained.
    """

    model: str
    path: str
    importance: tuple[tuple[str, float], ...]
    method: str
    n_rows: int
    type: Literal["explanation_ready"] = "explanation_ready"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEnded:
    """Nothing more will happen except explanations.

    Attributes
    ----------
    reason : str
        In words, for people: ``"The budget of 1:00 is used up."``
    error : Mapping or None
        ``{code, message, hint, context}`` when `status` is ``"failed"``.
    """

    status: RunStatus
    reason: str
    elapsed_seconds: float
    error: Mapping[str, Any] | None = None
    type: Literal["run_ended"] = "run_ended"


Body = (
    RunCreated
    | QueueMoved
    | RunnerStarted
    | StageChanged
    | NoticeRaised
    | PlanMade
    | TrialStarted
    | FoldFinished
    | TrialFinished
    | TrialFailed
    | EnsembleUpdated
    | ResourcesSampled
    | CommandTaken
    | ExplanationReady
    | RunEnded
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One entry of a run's log.

    Attributes
    ----------
    seq : int
        Counts from 1 within the run, without gaps.
    at : float
        Unix seconds when it was appended.
    """

    run_id: str
    seq: int
    at: float
    body: Body = field()
