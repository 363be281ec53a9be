"""The table and how a prompt is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from jupyter_automl.core.task import TaskSpec
from jupyter_automl.widgets.schema.common import ErrorView, Loading


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
class ActView:
    """Something to do about a finding: a keyword of `fit` and its value; see `api.remedies.Act`."""

    field: Literal["exclude", "group", "time", "metric", "repeats"]
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingView:
    """Something a person should know of a table, and what one click can do about it."""

    code: str
    message: str
    level: Literal["info", "warning"]
    column: str | None
    acts: tuple[ActView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TableView:
    """An opened table: its columns, its first rows as text, what stands out.

    Attributes
    ----------
    fingerprint : str
        Another one for other data.
    columns, rows : tuple
        Of the first columns; `ColumnsView` has the others.
    """

    name: str
    source: str
    fingerprint: str
    n_rows: int
    n_columns: int
    columns: tuple[ColumnView, ...]
    rows: tuple[tuple[str | None, ...], ...]
    findings: tuple[FindingView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnsArgs:
    """Columns of the open table from `start` on; `table` is its fingerprint."""

    table: str
    start: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SpreadView:
    """How a column's values are spread; see `profile.Distribution`.

    Attributes
    ----------
    low, high : str
        The ends as text; empty for levels.
    """

    kind: Literal["numbers", "dates", "levels", "none"]
    counts: tuple[int, ...]
    low: str
    high: str
    levels: tuple[str, ...]
    n_other: int
    sampled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnsView:
    """Some columns of the open table: what they are, their first cells, their spread."""

    start: int
    columns: tuple[ColumnView, ...]
    rows: tuple[tuple[str | None, ...], ...]
    spreads: tuple[SpreadView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspectsArgs:
    """Look for what gives the target away; the arguments only name the question."""

    table: str
    target: str
    task: str = ""
    exclude: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspectsView:
    """What was found."""

    findings: tuple[FindingView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DataView:
    """The Data screen; `paths` tells whether files of the server may be opened."""

    status: Loading
    source: str
    table: TableView | None
    error: ErrorView | None
    samples: tuple[SampleView, ...]
    frames: tuple[FrameView, ...]
    paths: bool


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
    editable : tuple of str
        What of findings one can act on here: fields of `edits`, and ``"repeats"``.
    code : str
        Python that trains with what was set by hand; empty where the page starts runs itself.
    """

    prompt: str
    edits: Mapping[str, Any]
    task: TaskSpec | None
    columns: tuple[str, ...]
    metrics: tuple[MetricView, ...]
    error: ErrorView | None
    editable: tuple[str, ...]
    code: str = ""
