"""What is to be predicted, and how it is judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

TaskKind = Literal["binary", "multiclass", "regression", "forecast"]
TASKS: tuple[TaskKind, ...] = ("binary", "multiclass", "regression")
Operator = Literal["==", "!=", "<", "<=", ">", ">=", "in"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RowFilter:
    """Keep only rows where ``column op value`` holds."""

    column: str
    op: Operator
    value: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraint:
    """A wish about the model: interpretable, max_features or max_ms_per_row."""

    kind: Literal["interpretable", "max_features", "max_ms_per_row"]
    value: Any = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Something unclear, with answers a person can click.

    Attributes
    ----------
    field : str
        The field of `TaskSpec` an answer sets.
    text : str
        The question.
    answers : tuple
        Values for the field, the likeliest first.
    """

    field: str
    text: str
    answers: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskSpec:
    """The reading of a prompt and of explicit arguments.

    A field that nobody set is None or empty; `origin` says where a set field came
    from (``"argument"``, ``"prompt"``, ``"data"``, ``"default"``), `reasons` why in
    words, `confidence` how sure the reading is (0 to 1).

    Attributes
    ----------
    metric : str or None
        Canonical metric name; None means the default of the task.
    positive : object
        The class of a binary target that counts as positive; None means the default.
    budget_seconds : float or None
        Wall-clock seconds.
    horizon : int or None
        Steps to forecast.
    validation : str or None
        ``"holdout"``, ``"cv"``, ``"time"``, ``"group"`` or None for chosen by the data.
    """

    task: TaskKind | None = None
    target: str | None = None
    metric: str | None = None
    exclude: tuple[str, ...] = ()
    positive: Any = None
    filters: tuple[RowFilter, ...] = ()
    time: str | None = None
    group: str | None = None
    weight: str | None = None
    horizon: int | None = None
    validation: str | None = None
    budget_seconds: float | None = None
    families_only: tuple[str, ...] = ()
    families_avoid: tuple[str, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    questions: tuple[Question, ...] = ()
    origin: Mapping[str, str] = field(default_factory=dict)
    confidence: Mapping[str, float] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
