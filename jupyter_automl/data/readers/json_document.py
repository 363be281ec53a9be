"""JSON documents that hold a table."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from jupyter_automl.core.errors import ReadError
from jupyter_automl.data.readers.encoding import read_utf8
from jupyter_automl.data.readers.reasons import reason_of
from jupyter_automl.data.readers.records import table_of_records

_DEPTH = 4


class JsonReader:
    """Reader of a JSON array of records, an object of columns, or one wrapped in an object."""

    name = "json"
    suffixes = (".json",)
    typed = True

    def matches(self, head: bytes, path: Path) -> bool:
        """Begins with a bracket."""
        first = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:200]
        if first.startswith(b"["):
            return first[1:].lstrip()[:1] in (b"{", b"[", b"]", b'"') or path.suffix == ".json"
        return first.startswith(b"{") and first[1:].lstrip()[:1] in (b'"', b"}")

    def read(self, path: Path) -> pa.Table:
        """The table; see `Reader.read`."""
        buffer, _ = read_utf8(path)
        try:
            document = json.loads(bytes(buffer))
        except (ValueError, RecursionError) as error:
            raise ReadError(
                f"The file must be JSON. {path.name!r} is damaged or cut off: {reason_of(error)}",
                hint="Check it with a JSON viewer, or save one record a line as .jsonl.",
                path=str(path),
            ) from error
        table = _table(document, _DEPTH)
        if table is None:
            raise ReadError(
                f"The JSON must hold a list of records or an object of columns. {path.name!r} "
                f"holds {_words(document)}.",
                hint='Save it for example as [{"a": 1, "b": 2}, ...].',
                path=str(path),
            )
        return table


def _words(document: Any) -> str:
    if isinstance(document, Mapping):
        return f"an object with the keys {', '.join(map(repr, list(document)[:5]))}"
    if isinstance(document, Sequence) and not isinstance(document, str):
        return f"a list of {type(document[0]).__name__}" if document else "an empty list"
    return f"a single {type(document).__name__}"


def _table(document: Any, depth: int) -> pa.Table | None:
    if isinstance(document, list):
        if document and all(isinstance(row, Mapping) for row in document):
            return table_of_records(document)
        if len(document) > 1 and all(isinstance(row, list) for row in document):
            return _of_rows(document)
        return None
    if not isinstance(document, Mapping) or not document:
        return None
    if isinstance(document.get("columns"), list) and isinstance(document.get("data"), list):
        return _of_rows([document["columns"], *document["data"]])
    values = list(document.values())
    if _are_columns(values):
        return table_of_records(
            [dict(zip(document, row, strict=True)) for row in zip(*values, strict=True)]
        )
    if all(isinstance(value, Mapping) for value in values):
        return _of_keyed(document)
    if depth:
        inside = [value for value in values if isinstance(value, (list, Mapping))]
        for value in sorted(inside, key=len, reverse=True):
            table = _table(value, depth - 1)
            if table is not None:
                return table
    return None


def _are_columns(values: Sequence[Any]) -> bool:
    lists = all(isinstance(value, list) for value in values) and len(set(map(len, values))) == 1
    return lists and not any(isinstance(cell, Mapping) for value in values for cell in value[:5])


def _of_keyed(document: Mapping[str, Mapping[str, Any]]) -> pa.Table:
    """Pandas' ``orient="columns"``: an object of columns, each an object of rows."""
    rows = list(dict.fromkeys(key for column in document.values() for key in column))
    return table_of_records(
        [{name: column.get(row) for name, column in document.items()} for row in rows]
    )


def _of_rows(rows: Sequence[Sequence[Any]]) -> pa.Table | None:
    header, *body = rows
    if not all(isinstance(name, str) for name in header):
        header = [f"column_{position}" for position in range(1, len(header) + 1)]
        body = list(rows)
    return table_of_records([dict(zip(header, row, strict=False)) for row in body])
