"""Files that a page sends to have their rows predicted, and what comes back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from jupyter_automl.widgets.schema.common import ErrorView
from jupyter_automl.widgets.upload_schema import UploadView

BatchStatus = Literal["waiting", "working", "done", "failed", "cancelled"]
BatchFormat = Literal["csv", "parquet"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRef:
    """A file, by its upload: predict it again, end that, forget it, or show its first rows."""

    upload: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchSave:
    """Make the predictions ready in a format."""

    upload: str
    format: BatchFormat


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRead:
    """A slice of what `BatchSave` made ready, from the byte `offset` on."""

    upload: str
    format: BatchFormat
    offset: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchReady:
    """A file that can be read.

    Attributes
    ----------
    name : str
        To save it under.
    size : int
        Bytes.
    path : str
        Where it is on the server; empty for visitors.
    """

    name: str
    size: int
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchPreview:
    """The first rows: what was added, then the first columns of the file.

    Attributes
    ----------
    n_added : int
        So many of `columns` were added.
    n_columns : int
        All that the file has.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]
    n_added: int
    n_columns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchFileView:
    """One file.

    Attributes
    ----------
    upload : str
        Names it in requests.
    model : str
        What predicts; empty until its turn.
    place : int
        In the line of the files of all pages: 1 is next, 0 is not known or not in line.
    n_done, n_rows : int
        Rows; `n_rows` is 0 until the file is read.
    n_failed : int
        Rows that have a reason in the column of errors instead of a prediction.
    problems : tuple of str
        The first of those reasons, with the numbers of the rows.
    """

    upload: str
    name: str
    status: BatchStatus
    model: str = ""
    place: int = 0
    n_done: int = 0
    n_rows: int = 0
    n_failed: int = 0
    seconds: float = 0.0
    problems: tuple[str, ...] = ()
    error: ErrorView | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchView:
    """Files whose rows are predicted, oldest first.

    Attributes
    ----------
    upload : UploadView
        How they arrive; its messages are those of an upload, with ``batch_`` before them.
    max_bytes : int
        Larger predictions are not brought to the page.
    """

    upload: UploadView
    files: tuple[BatchFileView, ...]
    max_bytes: int
