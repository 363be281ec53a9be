"""The part that reads a prompt and starts a run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from jupyter_automl.core.errors import ArgumentError, AutoMLError
from jupyter_automl.core.task import TaskSpec
from jupyter_automl.widgets.controller import Part
from jupyter_automl.widgets.requests import Buffers, ReadRequest, Request
from jupyter_automl.widgets.schema import ErrorView, MetricView, ReadingView

if TYPE_CHECKING:
    from jupyter_automl.api.run import Run
    from jupyter_automl.api.tables import OpenedTable


class ReadingPart(Part[ReadingView]):
    """Keeps a prompt and the fields a person set by hand; the fields win.

    Parameters
    ----------
    started : callable, optional
        Called with the run that the page started; without it nothing can be started.
    """

    section = "reading"

    def __init__(self, started: Callable[[Run], None] | None = None, prompt: str = "") -> None:
        super().__init__()
        self._started = started
        self._table: OpenedTable | None = None
        self._prompt = prompt
        self._proposed = ""
        self._edits: Mapping[str, Any] = {}
        self._task: TaskSpec | None = None
        self._error: ErrorView | None = None
        self._metrics: tuple[MetricView, ...] = ()

    @property
    def requests(self) -> Mapping[str, Request]:
        requests = {"read": Request(body=ReadRequest, answer=self._answer_read, lane="control")}
        if self._started is not None:
            requests["train"] = Request(body=ReadRequest, answer=self._train)
        return requests

    @property
    def task(self) -> TaskSpec | None:
        """The reading as it stands; None while it has an error or there is no table."""
        with self._lock:
            return self._task

    def view(self) -> ReadingView:
        from jupyter_automl.api import tables

        with self._lock:
            columns = self._table.dataset.columns if self._table else ()
            return ReadingView(
                prompt=self._prompt,
                edits=self._edits,
                task=self._task,
                columns=tuple(column.name for column in columns),
                metrics=self._metrics,
                error=self._error,
                editable=(*tables.EDITABLE, "repeats"),
            )

    def use(self, table: OpenedTable) -> None:
        """Read the prompt against another table; what was set by hand is forgotten.

        A sample brings a prompt to begin with, unless a person wrote one.
        """
        from jupyter_automl.api import tables

        with self._lock:
            self._table = table
            written = "" if self._prompt == self._proposed else self._prompt
        self._proposed = "" if written else tables.prompt_for(table)
        self.read(written or self._proposed, {})

    def show(self, table: OpenedTable, run: Run) -> None:
        """Read a table as it was read for a run, as if its fields had been set by hand."""
        with self._lock:
            self._table = table
        task = run.task
        edits = {
            "target": task.target,
            "metric": task.metric,
            "exclude": list(task.exclude),
            "group": task.group,
            "time": task.time,
            "weight": task.weight,
            "budget": run.experiment.budget_seconds,
        }
        self.read(run.experiment.prompt, {k: v for k, v in edits.items() if v})

    def read(self, prompt: str, edits: Mapping[str, Any]) -> None:
        """Read a prompt; an error becomes part of the view."""
        from jupyter_automl.api import tables

        task, error = None, None
        table = self._table
        if table is not None:
            try:
                task = tables.read_prompt(table, prompt, edits)
            except AutoMLError as problem:
                error = ErrorView(**problem.to_dict())
            if not self._metrics:
                self._metrics = tuple(
                    MetricView(name=m.name, label=m.label, explanation=m.explanation, tasks=m.tasks)
                    for m in tables.all_metrics()
                )
        with self._lock:
            self._prompt, self._edits = prompt, dict(edits)
            self._task, self._error = task, error
        self.changed()

    def _answer_read(self, body: ReadRequest, buffers: Buffers) -> Mapping[str, Any]:
        self.read(body.prompt, body.edits)
        return {}

    def _train(self, body: ReadRequest, buffers: Buffers) -> Mapping[str, Any]:
        from jupyter_automl.api import tables

        if self._table is None or self._started is None:
            raise ArgumentError("A table was expected. None is open.", hint="Open one under Data.")
        self.read(body.prompt, body.edits)
        run = tables.train(self._table, body.prompt, body.edits)
        self._started(run)
        return {"run_id": run.id}
