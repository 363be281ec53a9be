"""What a run does before it learns: set copies aside, and look for leaks."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from jupyter_automl.core.dataset import ColumnSchema
from jupyter_automl.core.events import NoticeRaised
from jupyter_automl.core.task import TaskKind
from jupyter_automl.profile.copied import without_copies
from jupyter_automl.profile.leaks import scan_leaks


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
    """The features without copies of others, and notices on these and on leaks.

    Parameters are those of `scan_leaks`. A scan that fails is a notice: it is there to warn,
    and no reason not to train.
    """
    kept, copies = without_copies(table, features)
    try:
        found = scan_leaks(
            table,
            columns,
            target,
            task,
            features=kept,
            group=group,
            time=time,
            random_state=random_state,
            time_limit_seconds=time_limit_seconds,
        )
    except Exception as error:
        message = f"The leak scan failed ({type(error).__name__}: {error}); training goes on."
        found = (NoticeRaised(code="leak_scan_failed", message=message, level="info"),)
    return kept, (*copies, *found)
