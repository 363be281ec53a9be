"""Values on the wire between a widget and its page; TypeScript types are made from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from typing_extensions import TypedDict

from jupyter_automl.api.log import LogLine
from jupyter_automl.core.events import RunStatus, Stage
from jupyter_automl.core.leaderboard import RowState
from jupyter_automl.core.task import TaskSpec

Loading = Literal["empty", "loading", "ready", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorView:
    """An error of the wire shape that every surface uses."""

    code: str
    message: str
    hint: str = ""
    context: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class RowView:
    """One row of the leaderboard; `predict_us` is microseconds a row."""

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
"""A row's fields in the order of `RowView`; its history from the given index on."""

"""Seconds since the run was created, level, text."""

Point = tuple[float, float]
"""Seconds, best score."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeView:
    """Something a person should know about the data or the run."""

    code: str
    message: str
    level: Literal["info", "warning"] = "warning"
    column: str | None = None


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
    resources : tuple
        CPU percent of all cores, memory in use and of the machine in MiB; or None.
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
    resources: tuple[float, int, int] | None


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
    c: tuple[float, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleView:
    """A sample table and the sentence that describes it."""

    name: str
    description: str
    prompt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameView:
    """A table that lives in the kernel under this name."""

    name: str
    kind: str
    n_rows: int
    n_columns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnView:
    """One column of the preview."""

    name: str
    kind: str
    dtype: str
    n_missing: int = 0
    n_unique: int = 0
    examples: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableView:
    """An opened table: its columns, its first rows as text, what stands out."""

    name: str
    source: str
    n_rows: int
    n_columns: int
    columns: tuple[ColumnView, ...]
    rows: tuple[tuple[str | None, ...], ...]
    findings: tuple[NoticeView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DataView:
    """The Data screen."""

    status: Loading
    source: str
    table: TableView | None
    error: ErrorView | None
    samples: tuple[SampleView, ...]
    frames: tuple[FrameView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricView:
    """A metric that a person may choose."""

    name: str
    label: str
    explanation: str
    tasks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingView:
    """The prompt, how it is read, and what a person edited over it.

    Attributes
    ----------
    edits : Mapping
        Fields of `TaskSpec` a person set by hand.
    task : TaskSpec or None
        The reading with the edits over it and the defaults filled in.
    """

    prompt: str
    edits: Mapping[str, Any]
    task: TaskSpec | None
    columns: tuple[str, ...]
    metrics: tuple[MetricView, ...]
    error: ErrorView | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportanceView:
    """How much a feature moves predictions, with its 95 % interval."""

    feature: str
    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SwarmView:
    """SHAP values of one feature: `(value, colour)`, colour 0 (low) to 1 (high) or None."""

    feature: str
    points: tuple[tuple[float, float | None], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplanationView:
    """SHAP values of a model, made small enough to send.

    Attributes
    ----------
    unit : str
        Of the values: ``"probability"``, ``"log-odds"``, ``"target"`` ...
    speaks_of : str
        The class that the swarm is about; empty for a number.
    """

    model: str
    method: str
    n_rows: int
    unit: str
    speaks_of: str
    insights: tuple[str, ...]
    importance: tuple[ImportanceView, ...]
    swarm: tuple[SwarmView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainView:
    """The explanation of a run's models."""

    status: Loading
    model: str
    explanation: ExplanationView | None
    error: ErrorView | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeaturesView:
    """What was built of the columns for a model; no sentences: they are used as they are."""

    status: Loading
    model: str
    sentences: tuple[str, ...]
    error: ErrorView | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadView:
    """An upload: what has arrived, of how much."""

    status: Literal["empty", "receiving", "done", "failed"]
    upload: str
    name: str
    size: int
    received_bytes: int
    chunk_bytes: int
    window: int
    max_bytes: int
    path: str
    error: ErrorView | None


class WidgetState(TypedDict, total=False):
    """Everything a page needs to draw itself; `at` is Unix seconds, `n` the last delta."""

    n: int
    at: float
    data: DataView
    reading: ReadingView
    run: RunView | None
    explain: ExplainView
    features: FeaturesView
    upload: UploadView


class Delta(TypedDict, total=False):
    """Sections that changed whole, and what changed in the run."""

    n: int
    set: WidgetState
    run: RunDelta
