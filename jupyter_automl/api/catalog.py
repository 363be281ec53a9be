"""What there is: tables, metrics, kinds of models, and what a prompt says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from jupyter_automl.core.dataset import ColumnSchema
from jupyter_automl.core.task import TaskKind, TaskSpec

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

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

        return pd.DataFrame(list(self._rows)).set_index("name")

    def _repr_html_(self) -> str:
        return self.to_frame().to_html(escape=True, max_cols=None)


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
    """
    from jupyter_automl.evaluate.metrics import METRICS

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


def families() -> Names:
    """Names of the kinds of models that can be used here.

    `to_frame` also lists those whose package is not installed, with the line that installs it.
    """
    from jupyter_automl.models import FAMILIES

    rows = []
    for name in FAMILIES.names():
        reason = FAMILIES.entry(name).reason
        family = None if reason else FAMILIES.get(name)
        rows.append(
            {
                "name": name,
                "label": family.label if family else name,
                "tasks": ", ".join(family.tasks) if family else "",
                "available": family is not None,
                "explanation": family.explanation if family else reason,
            }
        )
    return Names(rows)


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
