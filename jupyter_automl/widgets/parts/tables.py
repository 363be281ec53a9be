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
    NoticeView,
    SampleView,
    TableView,
)

if TYPE_CHECKING:
    from jupyter_automl.api.tables import OpenedTable


class TablePart(Part[DataView]):
    """Opens paths, samples and the kernel's own tables.

    Parameters
    ----------
    opened : callable
        Called on the worker thread with every table that was opened.
    """

    section = "data"

    def __init__(self, opened: Callable[[OpenedTable], None]) -> None:
        super().__init__()
        self._opened = opened
        self._status: Loading = "empty"
        self._source = ""
        self._table: TableView | None = None
        self._error: ErrorView | None = None
        self._samples: tuple[SampleView, ...] = ()
        self._frames: tuple[FrameView, ...] = ()

    @property
    def requests(self) -> Mapping[str, Request]:
        return {
            "open": Request(body=OpenRequest, answer=self._open),
            "sources": Request(body=Nothing, answer=self._find_sources, lane="control"),
        }

    def view(self) -> DataView:
        with self._lock:
            return DataView(
                status=self._status,
                source=self._source,
                table=self._table,
                error=self._error,
                samples=self._samples,
                frames=self._frames,
            )

    def open(self, source: Any, name: str, *, rename: bool = False) -> None:
        """Open `source`, called `name` while it loads, and after that with `rename`.

        Raises
        ------
        DataError
            What is wrong with it; the part shows it too.
        """
        from jupyter_automl.api import tables

        self._show(status="loading", source=name)
        try:
            table = tables.open_table(source, name if rename else None)
            self._opened(table)
        except Exception as error:
            self._show(status="failed", source=name, error=ErrorView(**describe_error(error)))
            raise
        self._show(status="ready", source=name, table=_table_view(table))

    def _open(self, body: OpenRequest, buffers: Buffers) -> Mapping[str, Any]:
        if body.kind == "sample":
            self.open(f"sample:{body.source}", body.source)
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

    def _find_sources(self, body: Nothing, buffers: Buffers) -> Mapping[str, Any]:
        from jupyter_automl.api import tables

        samples = tuple(
            SampleView(name=sample.name, description=sample.description, prompt=sample.prompt)
            for sample in tables.samples()
        )
        with self._lock:
            self._samples, self._frames = samples, find_frames()
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
    schema = {column.name: column for column in table.dataset.columns}
    return TableView(
        name=table.dataset.name,
        source=table.dataset.source,
        n_rows=preview["n_rows"],
        n_columns=preview["n_columns"],
        columns=tuple(
            ColumnView(
                name=column["name"],
                kind=column["kind"],
                dtype=column["dtype"],
                n_missing=column["n_missing"],
                n_unique=column["n_unique"],
                examples=tuple(column["examples"]),
                reason=schema[column["name"]].reason,
            )
            for column in preview["columns"]
        ),
        rows=tuple(tuple(row) for row in preview["rows"]),
        findings=tuple(
            NoticeView(code=n.code, message=n.message, level=n.level, column=n.column)
            for n in table.findings
        ),
    )
