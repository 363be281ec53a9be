"""The part that keeps what a person chooses of a table's profile, as keywords of `fit`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from jupyter_automl.core.errors import ArgumentError, AutoMLError
from jupyter_automl.core.task import TaskSpec
from jupyter_automl.widgets.channel import describe_error
from jupyter_automl.widgets.controller import Part
from jupyter_automl.widgets.requests import Buffers, ReadRequest, Request
from jupyter_automl.widgets.schema import ErrorView, ReadingView

if TYPE_CHECKING:
    from jupyter_automl.api.tables import OpenedTable


class ChoicesPart(Part[ReadingView]):
    """Answers ``read`` as the App does, where there is no prompt and nothing to start.

    Parameters
    ----------
    table : OpenedTable
        Whose columns are chosen.
    target : str or None
        The choice to begin with.
    code : str
        The table as Python, e.g. ``"df"``.
    """

    section = "reading"

    def __init__(self, table: OpenedTable, target: str | None, code: str) -> None:
        super().__init__()
        self._table = table
        self._code = code
        self._columns = frozenset(column.name for column in table.dataset.columns)
        self._chosen: Mapping[str, Any] = {}
        self._task: TaskSpec | None = None
        self._error: ErrorView | None = None
        self.choose({} if target is None else {"target": target})

    @property
    def requests(self) -> Mapping[str, Request]:
        return {"read": Request(body=ReadRequest, answer=self._answer_read, lane="control")}

    @property
    def task(self) -> TaskSpec | None:
        """What `fit` would make of the choices; None while they cannot be used."""
        with self._lock:
            return self._task

    @property
    def keywords(self) -> dict[str, Any]:
        """The choices, without those that say nothing."""
        with self._lock:
            return dict(self._chosen)

    def view(self) -> ReadingView:
        from jupyter_automl.api.choices import CHOICES, fit_code

        with self._lock:
            return ReadingView(
                prompt="",
                edits=self._chosen,
                task=self._task,
                columns=tuple(column.name for column in self._table.dataset.columns),
                metrics=(),
                error=self._error,
                editable=CHOICES,
                code=fit_code(self._code, self._chosen),
            )

    def choose(self, choices: Mapping[str, Any]) -> None:
        """Take these choices instead of those before.

        What `fit` would refuse is kept and becomes an error of the view.

        Raises
        ------
        ArgumentError
            If there is no such keyword, or a name is none of a column.
        """
        from jupyter_automl.api.choices import CHOICES, check_choices

        for name in choices:
            if name not in CHOICES:
                raise ArgumentError(
                    f"One of {', '.join(CHOICES)} was expected. Got {name!r}.",
                    hint="Reload the page: it may be older than the kernel's package.",
                )
        checked = {name: self._checked(name, choices.get(name)) for name in CHOICES}
        chosen = {name: value for name, value in checked.items() if value}
        task, error = None, None
        try:
            task = check_choices(self._table, chosen)
        except AutoMLError as problem:
            error = ErrorView(**describe_error(problem))
        with self._lock:
            self._chosen, self._task, self._error = chosen, task, error
        self.changed()

    def _answer_read(self, body: ReadRequest, buffers: Buffers) -> Mapping[str, Any]:
        self.choose(body.edits)
        return {}

    def _checked(self, name: str, value: Any) -> Any:
        if value is None or (name == "metric" and isinstance(value, str)):
            return value
        if name == "exclude" and isinstance(value, (list, tuple)):
            return list(dict.fromkeys(self._checked("column", column) for column in value))
        if name == "exclude" or not isinstance(value, str) or value not in self._columns:
            raise ArgumentError(
                f"A column of the table was expected. Got {value!r}.",
                hint="Choose it from the columns of the table.",
            )
        return value
