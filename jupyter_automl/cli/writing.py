"""Tables into files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from jupyter_automl.core.errors import ArgumentError

if TYPE_CHECKING:
    import pandas as pd

TABLES = (".csv", ".parquet", ".json")


def check_out(out: Path | None, suffixes: Sequence[str]) -> None:
    """Raise `ArgumentError` unless `out` is None or can become such a file."""
    if out is None:
        return
    if out.suffix.lower() not in suffixes:
        raise ArgumentError(
            f"--out must end in one of {', '.join(suffixes)}. Got {str(out)!r}.", argument="out"
        )
    if out.is_dir() or not out.absolute().parent.is_dir():
        raise ArgumentError(
            f"--out must be a file in a folder that exists. Got {str(out)!r}.", argument="out"
        )


def write_table(table: pd.DataFrame, out: Path) -> None:
    """Write CSV, Parquet or JSON by the suffix; raises `ArgumentError` where it cannot."""
    try:
        match out.suffix.lower():
            case ".csv":
                table.to_csv(out, index=False)
            case ".parquet":
                table.to_parquet(out, index=False)
            case _:
                table.to_json(out, orient="records", indent=1)
    except OSError as error:
        raise ArgumentError(
            f"--out must be a file that can be written. Got {str(out)!r}: {error}.",
            argument="out",
        ) from error
