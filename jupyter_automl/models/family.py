"""A family of models as data."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jupyter_automl.core.plan import Device
from jupyter_automl.core.protocols import Encoding
from jupyter_automl.core.space import Space
from jupyter_automl.core.task import TASKS, TaskKind
from jupyter_automl.models.estimator import Recipe, TableEstimator

Starts = Sequence[tuple[str, Mapping[str, Any]]]


def no_space(task: TaskKind, n_rows: int, n_columns: int) -> Space:
    """Nothing to search."""
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class TableFamily:
    """A built-in family; see `core.protocols.Family`.

    Attributes
    ----------
    make : callable
        Turns a `Recipe` into an unfitted estimator.
    starts, dimensions : callable
        ``(task, n_rows, n_columns)`` to warm starts and to the search space.
    seconds : callable
        ``(n_rows, n_columns)`` to rough seconds of one fit on one core.
    most_rows : int or None
        See `max_rows`.
    leaves_rows_out : bool
        Whether one fit on all rows also says of each what it would say without it; see
        `core.protocols.Estimator`.
    left_out_fits : float
        How many ordinary fits of as many rows take as long as that one.
    stacks : bool
        Whether it is given what other models say; see `core.protocols.Family`.
    gpu : bool
        Whether `build` takes a GPU for its `device`; see `devices` and `gpus`.
    """

    name: str
    label: str
    encoding: Encoding
    interpretable: bool
    explanation: str
    make: Callable[[Recipe], TableEstimator]
    starts: Callable[[TaskKind, int, int], Starts]
    seconds: Callable[[int, int], float]
    dimensions: Callable[[TaskKind, int, int], Space] = no_space
    most_rows: int | None = None
    tasks: tuple[TaskKind, ...] = TASKS
    leaves_rows_out: bool = False
    left_out_fits: float = 1.0
    stacks: bool = False
    gpu: bool = False

    def space(self, task: TaskKind, n_rows: int, n_columns: int) -> Space:
        """What the search may vary; empty when there is nothing to search."""
        return self.dimensions(task, n_rows, n_columns)

    def warm_starts(self, task: TaskKind, n_rows: int, n_columns: int) -> Starts:
        """``(label, params)`` of published good settings, the best first."""
        return tuple(self.starts(task, n_rows, n_columns))

    def cost(self, n_rows: int, n_columns: int) -> float:
        """Rough seconds of one fit on one core (+-50 %), to order the first trials."""
        return self.seconds(n_rows, n_columns)

    def max_rows(self) -> int | None:
        """Rows beyond which it is not planned at all, or None."""
        return self.most_rows

    def build(
        self,
        params: Mapping[str, Any],
        *,
        task: TaskKind,
        n_classes: int,
        metric: str,
        random_state: int,
        n_jobs: int,
        device: Device = "cpu",
    ) -> TableEstimator:
        """An unfitted estimator."""
        return self.make(
            Recipe(
                params=dict(params),
                task=task,
                n_classes=n_classes,
                metric=metric,
                random_state=random_state,
                n_jobs=n_jobs,
                device=device,
            )
        )
