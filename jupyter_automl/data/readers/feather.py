"""Arrow IPC files and streams, and Feather."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from jupyter_automl.core.errors import ReadError
from jupyter_automl.data.readers.parquet import without_index
from jupyter_automl.data.readers.reasons import reason_of


class FeatherReader:
    """Reader of Arrow IPC files (Feather V2), streams and Feather V1."""

    name = "feather"
    suffixes = (".feather", ".arrow", ".ipc", ".arrows", ".ftr")
    typed = True

    def matches(self, head: bytes, path: Path) -> bool:
        """By the magic numbers."""
        return head.startswith((b"ARROW1", b"FEA1", b"\xff\xff\xff\xff"))

    def read(self, path: Path) -> pa.Table:
        """The table; see `Reader.read`."""
        with path.open("rb") as file:
            magic = file.read(6)
        try:
            if magic.startswith(b"ARROW1"):
                with pa.OSFile(str(path)) as file:
                    table = pa.ipc.open_file(file).read_all()
            elif magic.startswith(b"FEA1"):
                from pyarrow import feather

                table = feather.read_table(path)
            else:
                with pa.OSFile(str(path)) as file:
                    table = pa.ipc.open_stream(file).read_all()
        except (pa.ArrowException, OSError, ValueError) as error:
            raise ReadError(
                f"The file must be complete Arrow or Feather. {path.name!r} is damaged or cut "
                f"off: {reason_of(error)}",
                hint="Copy or download it again.",
                path=str(path),
            ) from error
        return without_index(table)
