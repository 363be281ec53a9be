"""The part that opens a table and shows what is in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from jupyter_automl.core.errors import ArgumentError
from jupyter_automl.widgets.channel import describe_error
from jupyter_automl.widgets.controller import Part
from jupyter_automl.widgets.frames import find_frames, frame_named
from jupyter_automl.widgets.requests import Buffers, Nothing, OpenRequest, Request
from jupyter_automl.widgets.schema import (
    ColumnView,
    DataView,
    ErrorView,
    FrameView,
    Loading,
    SampleView,
    TableView,
)
from jupyter_automl.widgets.schema.data import ActView, FindingView

if TYPE_CHECKING:
    from jupyter_automl.api.run import Run
    from jupyter_automl.api.tables import OpenedTable
    from jupyter_automl.core.events import NoticeRaised


MOST_COLUMNS = 60
"""Whose cells every page gets; further ones are asked for."""


class TablePart(Part[DataView]):
    """Opens paths, samples and the kernel's own tables.

    Parameters
    ----------
    opened : callable
        Called on the worker thread with every table that was opened.
    open_to_all : bool
        Whether whoever looks at the page may open files of the server and tables of the kernel.
    fixed : bool
        Whether a page can open nothing else.
    """

    section = "data"

    def __init__(
        self,
        opened: Callable[[OpenedTable], None],
        *,
        open_to_all: bool = True,
        fixed: bool = False,
    ) -> None:
        super().__init__()
        self._open_to_all = open_to_all
        self._fixed = fixed
        self._opened = opened
        self._status: Loading = "empty"
        self._source = ""
        self._opened_table: OpenedTable | None = None
        self._table: TableView | None = None
        self._error: ErrorView | None = None
        self._samples: tuple[SampleView, ...] = ()
        self._frames: tuple[FrameView, ...] = ()

    @property
    def requests(self) -> Mapping[str, Request]:
        if self._fixed:
            return {}
        return {
            "open": Request(body=OpenRequest, answer=self._open),
            "open_without_repeats": Request(body=Nothing, answer=self._drop_repeats),
            "sources": Request(body=Nothing, answer=self._find_sources, lane="control"),
        }

    @property
    def table(self) -> OpenedTable | None:
        """The table that is shown."""
        with self._lock:
            return self._opened_table

    def view(self) -> DataView:
        with self._lock:
            return DataView(
                status=self._status,
                source=self._source,
                table=self._table,
                error=self._error,
                samples=self._samples,
                frames=self._frames,
                paths=self._open_to_all,
            )

    def open(self, source: Any, name: str, *, rename: bool = False) -> None:
        """Open `source`, called `name` while it loads, and after that with `rename`.

        Raises
        ------
        DataError
            What is wrong with it; the part shows it too.
        """
        from jupyter_automl.api import tables

        self._take(name, lambda: tables.open_table(source, name if rename else None))

    def show_opened(self, table: OpenedTable) -> None:
        """Show a table that is open already."""
        self._take(table.dataset.name, lambda: table)

    def show(self, run: Run, opened: Callable[[OpenedTable], None]) -> None:
        """Show the table that a run was trained on; raises `DataError` if it is gone.

        Parameters
        ----------
        opened : callable
            Called with it instead of what other tables are given to.
        """
        from jupyter_automl.api import tables

        dataset = run.experiment.dataset
        if dataset is not None:
            self._take(dataset.name, lambda: tables.table_of(dataset), opened)

    def _take(
        self,
        name: str,
        make: Callable[[], OpenedTable],
        opened: Callable[[OpenedTable], None] | None = None,
    ) -> None:
        """Show a table that `make` opens, called `name` meanwhile."""
        self._show(status="loading", source=name)
        try:
            table = make()
            (opened or self._opened)(table)
        except Exception as error:
            self._show(status="failed", source=name, error=ErrorView(**describe_error(error)))
            raise
        with self._lock:
            self._opened_table = table
        self._show(status="ready", source=name, table=_table_view(table))

    def _open(self, body: OpenRequest, buffers: Buffers) -> Mapping[str, Any]:
        if body.kind == "sample":
            self.open(f"sample:{body.source}", body.source)
        elif not self._open_to_all:
            raise ArgumentError(
                "A sample or an uploaded file was expected.",
                hint="Visitors of this page cannot open files of the server.",
            )
        elif body.kind == "frame":
            self.open(frame_named(body.source), body.source, rename=True)
        elif body.source.strip():
            self.open(body.source.strip(), body.source.strip())
        else:
            raise ArgumentError(
                "A path was expected. Got an empty text.",
                hint="Write the path of a file on the server, or choose a sample.",
            )
        return {}

    def _drop_repeats(self, body: Nothing, buffers: Buffers) -> Mapping[str, Any]:
        from jupyter_automl.api import tables

        table = self.table
        if table is None:
            raise ArgumentError("A table was expected. None is open.", hint="Open one under Data.")
        self._take(table.dataset.name, lambda: tables.without_repeats(table))
        return {}

    def _find_sources(self, body: Nothing, buffers: Buffers) -> Mapping[str, Any]:
        from jupyter_automl.api import tables

        samples = tuple(
            SampleView(name=sample.name, description=sample.description, prompt=sample.prompt)
            for sample in tables.samples()
        )
        with self._lock:
            self._samples = samples
            self._frames = find_frames() if self._open_to_all else ()
        self.changed()
        return {}

    def _show(
        self,
        *,
        status: Loading,
        source: str,
        table: TableView | None = None,
        error: ErrorView | None = None,
    ) -> None:
        with self._lock:
            self._status, self._source, self._error = status, source, error
            # While another table loads, or after it failed, the old one stays on the screen.
            self._table = table or self._table
        self.changed()


def _table_view(table: OpenedTable) -> TableView:
    preview = table.preview
    return TableView(
        name=table.dataset.name,
        source=table.dataset.source,
        fingerprint=table.dataset.fingerprint[:16],
        n_rows=preview["n_rows"],
        n_columns=preview["n_columns"],
        columns=column_views(table, 0, MOST_COLUMNS),
        rows=tuple(tuple(row[:MOST_COLUMNS]) for row in preview["rows"]),
        findings=tuple(notice_view(notice) for notice in table.findings),
    )


def column_views(table: OpenedTable, start: int, n: int) -> tuple[ColumnView, ...]:
    """The descriptions of `n` columns from `start` on."""
    schema = {column.name: column for column in table.dataset.columns}
    return tuple(
        ColumnView(
            name=column["name"],
            kind=column["kind"],
            dtype=column["dtype"],
            n_missing=column["n_missing"],
            n_unique=column["n_unique"],
            examples=tuple(column["examples"]),
            reason=schema[column["name"]].reason,
        )
        for column in table.preview["columns"][start : start + n]
    )


def notice_view(notice: NoticeRaised) -> FindingView:
    """A notice on a table as a page shows it, with what one can do about it."""
    from jupyter_automl.api.remedies import acts_of

    return FindingView(
        code=notice.code,
        message=notice.message,
        level=notice.level,
        column=notice.column,
        acts=tuple(ActView(field=act.field, value=act.value) for act in acts_of(notice)),
    )
