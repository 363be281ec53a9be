"""Tables and prompts for people who have not started a run yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from jupyter_automl.api.catalog import parse_with
from jupyter_automl.api.history import open_store
from jupyter_automl.api.settings import settings
from jupyter_automl.core.budget import parse_duration
from jupyter_automl.core.dataset import Dataset
from jupyter_automl.core.errors import ArgumentError, TargetError, did_you_mean
from jupyter_automl.core.events import NoticeRaised
from jupyter_automl.core.protocols import Metric
from jupyter_automl.core.task import TASKS, TaskSpec

if TYPE_CHECKING:
    from jupyter_automl.api.run import Run
    from jupyter_automl.data import Opened

EDITABLE: tuple[str, ...] = (
    "target",
    "task",
    "metric",
    "exclude",
    "positive",
    "validation",
    "group",
    "time",
    "weight",
    "budget",
)
"""Fields of a reading that a person may set by hand."""

_ROLES = {
    "group": "The column whose rows belong together",
    "time": "The column of times",
    "weight": "The column of weights",
}

SCAN_SECONDS = 5.0
"""For a look at the table before a run; the run itself looks again."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A table that comes with the package, and a sentence to try on it."""

    name: str
    description: str
    prompt: str


@dataclass(frozen=True, slots=True)
class OpenedTable:
    """A table that is in the store, with what a person wants to see of it.

    Attributes
    ----------
    preview : Mapping
        See `data.preview`.
    findings : tuple of NoticeRaised
        What stands out: ids, constants, many missing values, repaired rows.
    """

    opened: Opened
    dataset: Dataset
    preview: Mapping[str, Any]
    findings: tuple[NoticeRaised, ...]


def samples() -> tuple[Sample, ...]:
    """The tables that need no network, the one to begin with first."""
    from jupyter_automl.data import samples as catalogue

    return tuple(
        Sample(name, catalogue.description(name), catalogue.sample_prompt(name))
        for name in catalogue.names()
    )


def prompt_for(table: OpenedTable) -> str:
    """The sentence to try on a sample; empty for any other table."""
    name = table.dataset.source.removeprefix("sample:")
    if name == table.dataset.source:
        return ""
    return next((sample.prompt for sample in samples() if sample.name == name), "")


def open_table(source: Any, name: str | None = None) -> OpenedTable:
    """Open whatever `fit` takes as data, and look at it.

    Parameters
    ----------
    name : str, optional
        What to call a table in memory; None takes the data's own name.

    Raises
    ------
    DataError
        If it cannot be found, read or used as a table.
    """
    from jupyter_automl import data, profiling

    opened = data.open_table(source)
    dataset = data.save_dataset(opened, open_store().data_folder)
    if name:
        dataset = replace(dataset, name=name)
    findings = profiling.findings(opened.table, dataset.columns)
    return OpenedTable(
        opened=opened,
        dataset=dataset,
        preview=data.preview(opened.table),
        findings=(*opened.notices, *findings),
    )


def table_of(dataset: Dataset) -> OpenedTable:
    """The table of a run, as it is in the store.

    Raises
    ------
    DataError
        If it is there no more.
    """
    from jupyter_automl import data, profiling
    from jupyter_automl.data import Opened

    table = data.load_table(dataset)
    return OpenedTable(
        opened=Opened(table=table, name=dataset.name, source=dataset.source),
        dataset=dataset,
        preview=data.preview(table),
        findings=profiling.findings(table, dataset.columns),
    )


def without_repeats(table: OpenedTable) -> OpenedTable:
    """The table without rows that repeat an earlier one in every column, as a new one."""
    import numpy as np

    from jupyter_automl.profiling import repeated_rows

    kept = np.flatnonzero(~repeated_rows(table.opened.table))
    return open_table(table.opened.table.take(kept), f"{table.dataset.name} without repeats")


def suspects(table: OpenedTable, task: TaskSpec) -> tuple[NoticeRaised, ...]:
    """What makes scores too good to be true: the notices that a run of `task` would begin with.

    Parameters
    ----------
    task : TaskSpec
        As `read_prompt` gives it; nothing is looked for without a target.
    """
    from jupyter_automl.profiling import guarded, usable_features

    if not task.target or task.task is None:
        return ()
    features, _ = usable_features(table.dataset.columns, task.target, task.exclude)
    _, notices = guarded(
        table.opened.table,
        table.dataset.columns,
        task.target,
        task.task,
        features=features,
        group=task.group,
        time=task.time,
        time_limit_seconds=SCAN_SECONDS,
    )
    return notices


def all_metrics() -> Sequence[Metric]:
    """Every metric there is."""
    from jupyter_automl.evaluate.metrics import METRICS

    return tuple(METRICS.get(name) for name in METRICS.available())


def read_prompt(table: OpenedTable, prompt: str, edits: Mapping[str, Any]) -> TaskSpec:
    """The task that `prompt` describes, with `edits` over it and the rest filled in.

    Where the target is not known yet, the fields that follow from it stay None.

    Parameters
    ----------
    edits : Mapping
        Values for `EDITABLE` fields, set by hand; None is "as if never set".

    Raises
    ------
    AutoMLError
        If an edit or the target cannot be used.
    """
    from jupyter_automl.plan import resolve_task

    spec = _asked(table, prompt, edits)
    if spec.budget_seconds is None:
        origin = {**spec.origin, "budget_seconds": "default"}
        spec = replace(spec, budget_seconds=settings().budget_seconds, origin=origin)
    return resolve_task(spec, table.dataset) if spec.target else spec


def train(table: OpenedTable, prompt: str, edits: Mapping[str, Any]) -> Run:
    """Start the run that `read_prompt` shows; raises what it raises."""
    from jupyter_automl.api.fitting import start
    from jupyter_automl.profiling import infinities

    return start(
        table.dataset,
        _asked(table, prompt, edits),
        prompt=prompt.strip(),
        notices=(*table.opened.notices, *infinities(table.opened.table)),
    )


def _asked(table: OpenedTable, prompt: str, edits: Mapping[str, Any]) -> TaskSpec:
    columns = table.dataset.columns
    spec = parse_with(prompt.strip(), columns, table.opened.table)
    return edited(spec, edits, [column.name for column in columns])


def edited(spec: TaskSpec, edits: Mapping[str, Any], columns: Sequence[str]) -> TaskSpec:
    """The reading with a person's edits over it; questions they answer disappear."""
    changes: dict[str, Any] = {}
    for name, value in edits.items():
        if name not in EDITABLE:
            raise ArgumentError(
                f"A field that can be edited was expected. Got {name!r}.",
                hint=did_you_mean(name, EDITABLE) or f"Choose one of: {', '.join(EDITABLE)}.",
            )
        if value is not None:
            field = "budget_seconds" if name == "budget" else name
            changes[field] = _checked(name, value, columns)
    origin = {**spec.origin, **dict.fromkeys(changes, "argument")}
    reasons = {**spec.reasons, **dict.fromkeys(changes, "Set by hand.")}
    confidence = {**spec.confidence, **dict.fromkeys(changes, 1.0)}
    return replace(
        spec,
        **changes,
        origin=origin,
        reasons=reasons,
        confidence=confidence,
        questions=tuple(q for q in spec.questions if q.field not in changes),
    )


def _checked(name: str, value: Any, columns: Sequence[str]) -> Any:
    if name == "budget":
        return parse_duration(value)
    if name == "exclude":
        names = tuple(str(item) for item in value) if isinstance(value, (list, tuple)) else None
        if names is None:
            raise ArgumentError(
                f"Columns to ignore must be a list of names. Got {value!r}.",
                hint="Choose them from the columns of the table.",
            )
        for column in names:
            _known_column(column, columns, ArgumentError, "A column to ignore")
        return names
    if name == "target":
        _known_column(value, columns, TargetError, "The target")
    if name in _ROLES:
        _known_column(value, columns, ArgumentError, _ROLES[name])
    if name == "task" and value not in TASKS:
        raise ArgumentError(
            f"The task must be one of: {', '.join(TASKS)}. Got {value!r}.",
            hint=did_you_mean(value, TASKS) or "Choose one of these.",
        )
    return value


def _known_column(
    value: object, columns: Sequence[str], error: type[ArgumentError] | type[TargetError], what: str
) -> None:
    if value not in columns:
        raise error(
            f"{what} must be a column of the table. Got {value!r}.",
            hint=did_you_mean(value, columns) or "Choose one from the list of columns.",
        )
