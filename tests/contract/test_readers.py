"""Every reader that is built in runs the shipped suite."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet
import pytest

from jupyter_automl.data import READERS
from jupyter_automl.testing.readers import Rows, Write, check_reader


def _csv(rows: Rows, path: Path) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def _excel(rows: Rows, path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    book.active.append(list(rows[0]))
    for row in rows:
        book.active.append(list(row.values()))
    book.save(path)
    book.close()


def _arrow(write: Callable[[pa.Table, Path], None]) -> Write:
    return lambda rows, path: write(pa.Table.from_pylist(list(rows)), path)


def _json(rows: Rows, path: Path) -> None:
    path.write_text(json.dumps(list(rows)), encoding="utf-8")


def _jsonl(rows: Rows, path: Path) -> None:
    lines = (json.dumps(row, ensure_ascii=False) for row in rows)
    path.write_text("\n".join(lines), encoding="utf-8")


WRITERS: dict[str, Write] = {
    "parquet": _arrow(lambda table, path: pyarrow.parquet.write_table(table, path)),
    "feather": _arrow(lambda table, path: pyarrow.feather.write_feather(table, str(path))),
    "excel": _excel,
    "json": _json,
    "jsonl": _jsonl,
    "csv": _csv,
}


@pytest.mark.parametrize("name", READERS.names())
def test_reader_does_what_every_reader_must(name: str, tmp_path: Path) -> None:
    if name not in READERS.available():
        pytest.skip(READERS.entry(name).reason)
    check_reader(READERS.get(name), WRITERS[name], tmp_path)
