"""What every reader must do, as checks that a plug-in's tests can run too."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from jupyter_automl.core.errors import AutoMLError, DataError
from jupyter_automl.core.protocols import Reader

Rows = Sequence[dict[str, Any]]
Write = Callable[[Rows, Path], None]

ROWS: Rows = tuple(
    {
        "name": f"row {number}",
        "naïve": number % 3 == 0,
        "count": number,
        "share": None if number == 4 else number / 8,
        "<img src=x onerror=alert(1)>": f"{'ab'[number % 2]}<b>",
    }
    for number in range(12)
)
"""A small table with a gap, text beyond ASCII and a hostile column name."""


def check_reader(reader: Reader, write: Write, folder: Path) -> None:
    """Run all checks.

    Parameters
    ----------
    reader : Reader
        What is checked.
    write : callable
        ``write(rows, path)`` writes rows (dicts of str, bool, int, float or None) in the format.
    folder : Path
        Empty folder to write into.

    Raises
    ------
    AssertionError
        Naming what does not hold.
    """
    check_attributes(reader)
    path = folder / f"table{reader.suffixes[0]}"
    write(ROWS, path)
    check_round_trip(reader, path)
    check_damage(reader, path, folder)
    check_foreign(reader, folder)


def check_attributes(reader: Reader) -> None:
    """A name, and lower-case suffixes with a dot."""
    assert reader.name, "a reader must have a name"
    assert reader.name == reader.name.lower(), f"name must be lower case: {reader.name!r}"
    assert reader.suffixes, f"{reader.name} must have a suffix"
    for suffix in reader.suffixes:
        assert suffix.startswith("."), f"suffix must begin with a dot: {suffix!r}"
        assert suffix == suffix.lower(), f"suffix must be lower case: {suffix!r}"


def check_round_trip(reader: Reader, path: Path) -> None:
    """The content is recognised without its suffix, and every value comes back."""
    import pyarrow as pa

    from jupyter_automl.data.settle import settle

    head = path.read_bytes()[: 64 * 1024]
    assert reader.matches(head, path), f"{reader.name} must recognise its own format"
    table = reader.read(path)
    assert isinstance(table, pa.Table), f"{reader.name} must give an Arrow table"
    settled, _ = settle(table, typed=bool(getattr(reader, "typed", False)))
    assert settled.column_names == list(ROWS[0]), f"{reader.name} must keep the names"
    got = settled.to_pylist()
    assert len(got) == len(ROWS), f"{reader.name} must keep all rows"
    for expected, row in zip(ROWS, got, strict=True):
        assert row == expected, f"{reader.name} must keep values: {row!r} instead of {expected!r}"


def check_damage(reader: Reader, path: Path, folder: Path) -> None:
    """A file that is cut off is read as far as it goes or is one clear error, never a crash."""
    data = path.read_bytes()
    for share in (0.02, 0.3, 0.7, 0.95):
        cut = folder / f"cut{reader.suffixes[0]}"
        cut.write_bytes(data[: max(1, int(len(data) * share))])
        try:
            reader.read(cut)
        except DataError as error:
            check_error(error)


def check_foreign(reader: Reader, folder: Path) -> None:
    """An image under the format's suffix is not taken for the format."""
    path = folder / f"image{reader.suffixes[0]}"
    path.write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x01\x00" + bytes(range(256)) * 8)
    assert not reader.matches(path.read_bytes(), path), f"{reader.name} must not claim an image"


def check_error(error: AutoMLError) -> None:
    """An error says what was expected and what to do."""
    assert error.message, "an error must have a message"
    assert error.hint, f"an error must say what to do: {error.message!r}"
    assert "Traceback" not in error.message, "an error must be one for people"
