"""What there is: tables, metrics, kinds of models, and what a prompt says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from jupyter_automl.core.dataset import ColumnSchema
from jupyter_automl.core.errors import UnknownNameError, did_you_mean
from jupyter_automl.core.task import TASKS, TaskKind, TaskSpec

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from jupyter_automl.core.protocols import Family
    from jupyter_automl.core.registry import Entry

_MOST_VALUES = 50


class Names(tuple[str, ...]):
    """Names that a call takes, and a table about them.

    Notes
    -----
    A plain tuple of str; a notebook shows `to_frame()` for it.
    """

    _rows: Sequence[Mapping[str, Any]]

    def __new__(cls, rows: Sequence[Mapping[str, Any]]) -> Names:
        self = super().__new__(cls, (row["name"] for row in rows if row.get("available", True)))
        self._rows = tuple(rows)
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return (Names, (self._rows,))

    def to_frame(self) -> pd.DataFrame:
        """What is known of each name, one row a name."""
        import pandas as pd

        frame = pd.DataFrame(list(self._rows)).set_index("name")
        if "max_rows" in frame:
            frame["max_rows"] = frame["max_rows"].astype("Int64")
        return frame

    def _repr_html_(self) -> str:
        import pandas as pd

        with pd.option_context("display.max_colwidth", None):
            return self.to_frame().to_html(escape=True, max_cols=None, na_rep="")


def read(source: Any) -> pd.DataFrame:
    """A table as a DataFrame.

    Parameters
    ----------
    source : object
        A path or URL (CSV, TSV, Parquet, Feather, Excel, JSON, JSON lines), ``"sample:churn"``,
        or any table in memory.

    Raises
    ------
    DataError
        With what was expected, what came and what to do.
    """
    from jupyter_automl import data

    return data.read(source)


def sample(name: str = "churn") -> pd.DataFrame:
    """A sample table that needs no network: ``"churn"``, ``"iris"``, ``"diabetes"`` ...

    Raises
    ------
    UnknownNameError
        If there is no such sample.
    """
    from jupyter_automl import data

    return data.read(f"sample:{name}")


def metrics(task: TaskKind | None = None) -> Names:
    """Names of metrics.

    Parameters
    ----------
    task : str, optional
        Only those of this task.

    Raises
    ------
    UnknownNameError
        If there is no such task.
    """
    from jupyter_automl.evaluate.metrics import METRICS

    _check_task(task)
    found = [METRICS.get(name) for name in METRICS.available()]
    return Names(
        [
            {
                "name": metric.name,
                "label": metric.label,
                "tasks": ", ".join(metric.tasks),
                "greater_is_better": metric.greater_is_better,
                "explanation": metric.explanation,
            }
            for metric in found
            if task is None or task in metric.tasks
        ]
    )


def families(task: TaskKind | None = None) -> Names:
    """Names of the kinds of models that can be used here.

    `to_frame` tells of each what it is called, what it can do, whether a person can read
    the fitted model, up to how many rows it is planned, and whether it can be fitted on a
    GPU (``jupyter automl doctor`` tries whether it can be here). It also lists those whose
    package is not installed, with the line that installs it.

    Parameters
    ----------
    task : str, optional
        Only those that can do this task.

    Raises
    ------
    UnknownNameError
        If there is no such task.
    """
    from jupyter_automl.models import FAMILIES

    _check_task(task)
    rows = [_family_row(FAMILIES.entry(name)) for name in FAMILIES.names()]
    return Names([row for row in rows if task is None or task in row["tasks"].split(", ")])


def _family_row(entry: Entry[Family]) -> Mapping[str, Any]:
    reason = entry.reason
    try:
        # Most describe themselves without the package that they need.
        family: Family | None = entry.load()
    except ImportError as error:
        family, reason = None, reason or f"{entry.name} cannot be imported: {error}"
    return {
        "name": entry.name,
        "label": family.label if family else entry.name,
        "tasks": ", ".join(family.tasks) if family else "",
        "interpretable": family.interpretable if family else None,
        "max_rows": family.max_rows() if family else None,
        "gpu": bool(family and getattr(family, "gpu", False)),
        "available": not reason,
        "explanation": family.explanation if family else "",
        "unavailable_because": reason,
    }


def _check_task(task: str | None) -> None:
    if task is None or task in TASKS:
        return
    raise UnknownNameError(
        f"task must be one of: {', '.join(TASKS)}. Got {task!r}.",
        hint=did_you_mean(task, TASKS) or "Leave it out to have them all.",
        argument="task",
    )


def parse(prompt: str, data: Any) -> TaskSpec:
    """What a sentence asks for, read by rules.

    Parameters
    ----------
    prompt : str
        E.g. ``"Predict churn. Optimise for recall. Ignore customer_id."``
    data : table, path or URL
        The table it speaks of.

    Returns
    -------
    TaskSpec
        With `questions` where something is unclear.
    """
    from jupyter_automl.data import describe, open_table

    table = open_table(data).table
    return parse_with(prompt, describe(table), table)


def parse_with(prompt: str, columns: Sequence[ColumnSchema], table: pa.Table) -> TaskSpec:
    """As `parse`, for a table that is open and described already."""
    from jupyter_automl.prompt import parse as parse_prompt

    return parse_prompt(prompt, columns, values=_values(columns, table))


def _values(columns: Sequence[ColumnSchema], table: pa.Table) -> Mapping[str, Sequence[str]]:
    """The distinct values, as text, of columns that have few: a prompt may name a class."""
    import pyarrow.compute as pc

    few = [c.name for c in columns if 2 <= c.n_unique <= _MOST_VALUES and c.kind != "datetime"]
    return {
        name: tuple(str(v) for v in pc.unique(table.column(name)).to_pylist() if v is not None)
        for name in few
    }
