"""What a run does before it learns: set copies aside, look for leaks and rare classes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pyarrow as pa

from jupyter_automl.core.dataset import ColumnSchema
from jupyter_automl.core.events import NoticeRaised
from jupyter_automl.core.task import TaskKind
from jupyter_automl.profiling.copied import without_copies
from jupyter_automl.profiling.leaks import scan_leaks
from jupyter_automl.profiling.rare import rare_classes


def guarded(
    table: pa.Table,
    columns: Sequence[ColumnSchema],
    target: str,
    task: TaskKind,
    *,
    features: Sequence[str],
    group: str | None = None,
    time: str | None = None,
    random_state: int = 0,
    time_limit_seconds: float | None = None,
) -> tuple[tuple[str, ...], tuple[NoticeRaised, ...]]:
    """The features without copies of others, and notices on these, on leaks and rare classes.

    Parameters are those of `scan_leaks`. What fails is a notice: it is there to warn, and no
    reason not to train.
    """
    kept, copies = without_copies(table, features)
    leaks = _looked(
        "leak scan",
        lambda: scan_leaks(
            table,
            columns,
            target,
            task,
            features=kept,
            group=group,
            time=time,
            random_state=random_state,
            time_limit_seconds=time_limit_seconds,
        ),
    )
    rare = _looked("count of classes", lambda: rare_classes(table.column(target), task))
    return kept, (*copies, *leaks, *rare)


def _looked(what: str, look: Callable[[], tuple[NoticeRaised, ...]]) -> tuple[NoticeRaised, ...]:
    try:
        return look()
    except Exception as error:
        message = f"The {what} failed ({type(error).__name__}: {error}); training goes on."
        code = f"{what.replace(' ', '_')}_failed"
        return (NoticeRaised(code=code, message=message, level="info"),)
