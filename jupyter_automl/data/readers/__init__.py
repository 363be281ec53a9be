"""File formats, one a module, and the choice between them."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from jupyter_automl.core.errors import ReadError
from jupyter_automl.core.protocols import Reader
from jupyter_automl.core.registry import Entry, Registry
from jupyter_automl.data.readers import content
from jupyter_automl.data.readers.reasons import reason_of

READERS: Registry[Reader] = Registry("reader", "jupyter_automl.readers")


def _delimited() -> Reader:
    from jupyter_automl.data.readers.delimited import DelimitedReader

    return DelimitedReader()


def _parquet() -> Reader:
    from jupyter_automl.data.readers.parquet import ParquetReader

    return ParquetReader()


def _feather() -> Reader:
    from jupyter_automl.data.readers.feather import FeatherReader

    return FeatherReader()


def _excel() -> Reader:
    from jupyter_automl.data.readers.excel import ExcelReader

    return ExcelReader()


def _json() -> Reader:
    from jupyter_automl.data.readers.json_document import JsonReader

    return JsonReader()


def _jsonl() -> Reader:
    from jupyter_automl.data.readers.json_lines import JsonLinesReader

    return JsonLinesReader()


READERS.register(Entry(name="parquet", load=_parquet))
READERS.register(Entry(name="feather", load=_feather))
READERS.register(
    Entry(
        name="excel",
        load=_excel,
        requires=("python_calamine",),
        install="pip install python-calamine",
    )
)
READERS.register(Entry(name="jsonl", load=_jsonl))
READERS.register(Entry(name="json", load=_json))
READERS.register(Entry(name="csv", load=_delimited))


def read_file(path: Path) -> tuple[pa.Table, bool]:
    """The table in a file, and whether the format has types of its own.

    The reader of the name's suffix goes first when the content agrees with it; otherwise
    the content decides, whatever the name says.

    Raises
    ------
    ReadError
        If no reader can make a table of it; says what it looks like.
    """
    try:
        with content.unpacked(path) as (inner, notices):
            head = content.head(inner)
            if not head.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
                raise ReadError(
                    f"The file must hold a table. {path.name!r} is empty.",
                    hint="Check that it was saved or copied completely.",
                    path=str(path),
                )
            reader = _choose(inner, head, path)
            table = reader.read(inner)
    except (OSError, EOFError) as error:
        if isinstance(error, ReadError):
            raise
        raise ReadError(
            f"The file {path.name!r} could not be read: {reason_of(error)}",
            hint="Check that you may read it and that it is complete.",
            path=str(path),
        ) from error
    from jupyter_automl.data.opened import attach, attached

    return attach(table, (*notices, *attached(table))), bool(getattr(reader, "typed", False))


def _choose(path: Path, head: bytes, shown: Path) -> Reader:
    readers = [READERS.get(name) for name in READERS.available()]
    by_suffix = [reader for reader in readers if path.name.lower().endswith(reader.suffixes)]
    for reader in (*by_suffix, *readers):
        if reader.matches(head, path):
            return reader
    for name in READERS.names():
        entry = READERS.entry(name)
        if entry.reason and name == "excel" and path.suffix.lower() in (".xlsx", ".xls", ".ods"):
            return READERS.get(name)
    kind = content.looks_like(head)
    if by_suffix and not kind:
        return by_suffix[0]
    known = "CSV, TSV, Parquet, Feather, Excel, JSON or JSON lines"
    seems = f"looks like {kind}" if kind else "is none of these"
    raise ReadError(
        f"The file must be {known}. {shown.name!r} {seems}.",
        hint="Export the table from where it came as CSV or Parquet.",
        path=str(shown),
    )
