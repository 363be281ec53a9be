"""Parquet files."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from jupyter_automl.core.errors import ReadError
from jupyter_automl.data.readers.reasons import reason_of


class ParquetReader:
    """Reader of Apache Parquet."""

    name = "parquet"
    suffixes = (".parquet", ".pq")
    typed = True

    def matches(self, head: bytes, path: Path) -> bool:
        """By the magic number."""
        return head.startswith(b"PAR1")

    def read(self, path: Path) -> pa.Table:
        """The table; see `Reader.read`."""
        import pyarrow.parquet as pq

        try:
            table = pq.ParquetFile(path).read(use_threads=True)
        except (pa.ArrowException, OSError, ValueError) as error:
            raise ReadError(
                f"The file must be complete Parquet. {path.name!r} is damaged or cut off: "
                f"{reason_of(error)}",
                hint="Copy or download it again.",
                path=str(path),
            ) from error
        return without_index(table)


def without_index(table: pa.Table) -> pa.Table:
    """Without the nameless row index that pandas stores along."""
    keep = [name for name in table.column_names if not name.startswith("__index_level_")]
    return table.select(keep).replace_schema_metadata(None)
