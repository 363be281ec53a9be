"""The one Arrow file of a dataset: written once, mapped by every process."""

from __future__ import annotations

import contextlib
import hashlib
import os
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from jupyter_automl.core.dataset import Dataset
from jupyter_automl.core.errors import StoreError
from jupyter_automl.data.frames import frame_of
from jupyter_automl.data.opened import Opened
from jupyter_automl.data.schema import describe

if TYPE_CHECKING:
    import pandas as pd

_BATCH_ROWS = 1 << 16


def save_dataset(opened: Opened, folder: Path) -> Dataset:
    """Write ``<folder>/<sha256>.arrow`` (uncompressed, atomically) and describe it.

    A file that is there already is used again.

    Raises
    ------
    StoreError
        If the folder cannot be written to.
    """
    columns = describe(opened.table)
    fingerprint, path = _write(opened.table, Path(folder))
    return Dataset(
        name=opened.name,
        fingerprint=fingerprint,
        path=str(path),
        n_rows=opened.table.num_rows,
        columns=columns,
        source=opened.source,
        n_bytes=path.stat().st_size,
    )


def _write(table: pa.Table, folder: Path) -> tuple[str, Path]:
    draft = folder / f".{uuid.uuid4().hex}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with pa.OSFile(str(draft), "wb") as file, pa.ipc.new_file(file, table.schema) as writer:
            writer.write_table(table.combine_chunks(), max_chunksize=_BATCH_ROWS)
        with draft.open("rb") as written:
            fingerprint = hashlib.file_digest(written, "sha256").hexdigest()
        path = (folder / f"{fingerprint}.arrow").absolute()
        if path.exists() and path.stat().st_size == draft.stat().st_size:
            draft.unlink()
        else:
            os.replace(draft, path)
    except OSError as error:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)
        raise StoreError(
            f"The data must be written to {str(folder)!r}. That failed: {error}.",
            hint="Free some space, or set JUPYTER_AUTOML_STORE to a folder you may write to.",
            path=str(folder),
        ) from error
    return fingerprint, path


def load_table(dataset: Dataset, columns: Sequence[str] | None = None) -> pa.Table:
    """The table of a dataset, memory-mapped.

    Parameters
    ----------
    columns : sequence of str, optional
        Only these, in this order.

    Raises
    ------
    StoreError
        If the file is gone or damaged.
    """
    try:
        with pa.memory_map(dataset.path) as mapped:
            table = pa.ipc.open_file(mapped).read_all()
    except (OSError, pa.ArrowException) as error:
        raise StoreError(
            f"The data of {dataset.name!r} must be at {dataset.path!r}. "
            f"It could not be opened: {error}.",
            hint="Open the data again; the file was moved or deleted.",
            path=dataset.path,
        ) from error
    return table if columns is None else table.select(list(columns))


def load_frame(dataset: Dataset, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """The same as a DataFrame of int64, float64, bool, str and datetime64[us] columns."""
    return frame_of(load_table(dataset, columns))
