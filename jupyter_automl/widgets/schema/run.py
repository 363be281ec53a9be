"""A run and its changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from typing_extensions import TypedDict

from jupyter_automl.api.log import LogLine
from jupyter_automl.core.events import RunStatus, Stage
from jupyter_automl.core.leaderboard import RowState
from jupyter_automl.widgets.schema.common import ErrorView, NoticeView


@dataclass(frozen=True, slots=True, kw_only=True)
class RowView:
    """One row of the leaderboard.

    Attributes
    ----------
    predict_us : float or None
        Microseconds a row.
    n_trials : int
        Also how many scores there are.
    history : tuple of float
        The latest scores; the last one is that of trial `n_trials`.
    """

    family: str
    model: str
    score: float | None = None
    score_std: float | None = None
    fit_seconds: float | None = None
    predict_us: float | None = None
    n_trials: int = 0
    state: RowState = "running"
    note: str = ""
    history: tuple[float, ...] = ()


RowChange = tuple[
    str,
    str,
    float | None,
    float | None,
    float | None,
    float | None,
    int,
    RowState,
    str,
    int,
    tuple[float, ...],
]
"""A row's fields in the order of `RowView`; its scores from the given index of all on."""

Point = tuple[float, float]
"""Seconds, best score."""

Resources = tuple[float, int, int] | tuple[float, int, int, float | None, int, int]
"""CPU percent of all cores, memory in use and of the machine in MiB; the same of the GPU, whose
percent may not be known, where there is one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanView:
    """What was decided before training."""

    task: str
    target: str
    metric: str
    greater_is_better: bool
    validation: str
    n_folds: int
    n_features: int
    reasons: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunView:
    """A run as a page draws it.

    Attributes
    ----------
    log_start : int
        Lines of the log that are no longer sent.
    resources : Resources or None
    """

    id: str
    name: str
    status: RunStatus
    stage: Stage
    message: str
    reason: str
    error: ErrorView | None
    dataset: str
    n_rows: int
    prompt: str
    created_at: float
    budget_seconds: float
    elapsed_seconds: float
    n_done: int
    n_failed: int
    plan: PlanView | None
    rows: tuple[RowView, ...]
    best: tuple[Point, ...]
    log_start: int
    log: tuple[LogLine, ...]
    notices: tuple[NoticeView, ...]
    resources: Resources | None


class RunDelta(TypedDict, total=False):
    """What changed in a run; short keys, absolute values, so applying twice does no harm.

    ``t`` elapsed, ``s`` status, ``g`` stage, ``m`` message, ``y`` reason, ``e`` error,
    ``b`` budget, ``d`` models done and failed, ``p`` plan, ``r`` rows, ``x`` families
    that left the table, ``h`` best scores from an index on, ``l`` log from an index on,
    ``w`` notices from an index on, ``c`` resources.
    """

    t: float
    s: RunStatus
    g: Stage
    m: str
    y: str
    e: ErrorView | None
    b: float
    d: tuple[int, int]
    p: PlanView
    r: tuple[RowChange, ...]
    x: tuple[str, ...]
    h: tuple[int, tuple[Point, ...]]
    l: tuple[int, tuple[LogLine, ...]]  # noqa: E741
    w: tuple[int, tuple[NoticeView, ...]]
    c: Resources
