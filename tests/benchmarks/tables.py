"""Data sets to measure on, and the table that every benchmark prints."""

from __future__ import annotations

import argparse
import json
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"


@dataclass(frozen=True, slots=True)
class Table:
    """One record of ``datasets.json``."""

    name: str
    path: Path
    target: str
    task: str
    rows: int
    drop: tuple[str, ...]


def tables(folder: Path = DATA, names: Sequence[str] = ()) -> list[Table]:
    """The data sets of a folder, smallest first; `names` picks some."""
    records = json.loads((folder / "datasets.json").read_text())
    found = [
        Table(
            name=record["name"],
            path=folder / record["file"],
            target=record["target"],
            task=record["task"],
            rows=record["rows"],
            drop=tuple(record.get("drop", ())),
        )
        for record in records
        if not names or record["name"] in names
    ]
    return sorted(found, key=lambda table: table.rows)


def parser(description: str | None) -> argparse.ArgumentParser:
    """Arguments that every benchmark has."""
    made = argparse.ArgumentParser(description=description)
    made.add_argument("--data", type=Path, default=DATA, help="folder with datasets.json")
    made.add_argument("--json", type=Path, help="also write the rows to this file")
    return made


def show(rows: Sequence[Mapping[str, Any]], json_path: Path | None = None) -> None:
    """Print rows as a Markdown table, with the machine below it."""
    if not rows:
        print("no rows")
        return
    names = list(rows[0])
    print("| " + " | ".join(names) + " |")
    print("|" + " --- |" * len(names))
    for row in rows:
        print("| " + " | ".join(_cell(row.get(name)) for name in names) + " |")
    print(f"\nPython {platform.python_version()}, {platform.machine()}")
    if json_path is not None:
        json_path.write_text(json.dumps(list(rows), indent=1, default=str))


def _cell(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def percentile(values: Sequence[float], percent: float) -> float:
    """Nearest-rank percentile of a few measurements."""
    ordered = sorted(values)
    place = min(len(ordered) - 1, max(0, round(percent / 100 * len(ordered) + 0.5) - 1))
    return ordered[place]
