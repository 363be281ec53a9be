"""JSON lines: one record a line."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa

from jupyter_automl.core.errors import ReadError
from jupyter_automl.core.events import NoticeRaised
from jupyter_automl.data.opened import attach
from jupyter_automl.data.readers.encoding import read_utf8
from jupyter_automl.data.readers.records import table_of_records


class JsonLinesReader:
    """Reader of one JSON object a line, also with keys that differ from line to line."""

    name = "jsonl"
    suffixes = (".jsonl", ".ndjson", ".jsonlines")
    typed = True

    def matches(self, head: bytes, path: Path) -> bool:
        """The first line is an object by itself, and a second one begins below."""
        lines = [line for line in head.lstrip(b"\xef\xbb\xbf").splitlines() if line.strip()]
        if not lines or not lines[0].lstrip().startswith(b"{"):
            return False
        try:
            first = json.loads(lines[0])
        except ValueError:
            return False
        named = path.name.lower().endswith(self.suffixes)
        return isinstance(first, dict) and (named or len(lines) > 1)

    def read(self, path: Path) -> pa.Table:
        """The table; see `Reader.read`."""
        buffer, notices = read_utf8(path)
        records, bad = [], []
        for number, line in enumerate(bytes(buffer).split(b"\n"), start=1):
            if not line.strip():
                continue
            try:
                record = json.loads(line)
            except ValueError:
                bad.append(number)
                continue
            if isinstance(record, dict):
                records.append(record)
            else:
                bad.append(number)
        if not records or len(bad) > 0.05 * (len(records) + len(bad)) + 1:
            where = f" (first at line {bad[0]})" if bad else ""
            raise ReadError(
                f"Each line must be a JSON object. {path.name!r} has {len(bad)} that are "
                f"not{where}.",
                hint='Write one record a line, for example {"a": 1, "b": 2}.',
                path=str(path),
            )
        return attach(table_of_records(records), (*notices, *_about(bad)))


def _about(bad: list[int]) -> tuple[NoticeRaised, ...]:
    if not bad:
        return ()
    message = f"{len(bad)} damaged {'line was' if len(bad) == 1 else 'lines were'} left out "
    return (NoticeRaised(code="lines_skipped", message=f"{message}(first: line {bad[0]})."),)
