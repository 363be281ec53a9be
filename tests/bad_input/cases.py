"""What people hand in by mistake, and what must come of it; the same on every surface."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

N_ROWS = 60
BEYOND = 2**53
"""Above this a float64 cannot tell whole numbers apart."""

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)) * 20

Source = Callable[[Path], Any]
"""Makes the data, in a folder where it is a file."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """One mistake.

    Attributes
    ----------
    options : Mapping
        Of `target`, `metric`, `families`, `budget`; `target` is "y" unless it says None.
    code : str
        Of the error; empty where it must work.
    words : str
        In the error's message or hint, or in a notice of a run that works.
    in_memory : bool
        Whether it is no file and so cannot come from the shell.
    """

    name: str
    source: Source
    options: Mapping[str, Any] = field(default_factory=dict)
    code: str = ""
    words: str = ""
    in_memory: bool = False

    @property
    def target(self) -> str | None:
        return self.options.get("target", "y")

    def __str__(self) -> str:
        return self.name.replace(" ", "-")


def good(**columns: Any) -> pd.DataFrame:
    """Two numbers and a class that follows from them, with columns added or replaced."""
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"x": rng.normal(size=N_ROWS), "z": rng.normal(size=N_ROWS)})
    frame["y"] = np.where(frame["x"] + 0.3 * frame["z"] > 0, "yes", "no")
    return frame.assign(**columns)


def text(frame: pd.DataFrame) -> str:
    return frame.to_csv(index=False)


def file(name: str, content: bytes | str) -> Source:
    def make(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return make


def csv(**columns: Any) -> Source:
    return file("data.csv", text(good(**columns)))


def renamed(header: str) -> Source:
    return file("data.csv", f"{header}\n{text(good()).partition(chr(10))[2]}")


def table(make: Callable[[], Any]) -> Source:
    return lambda folder: make()


def _cut_parquet(folder: Path) -> Path:
    path = folder / "cut.parquet"
    good().to_parquet(path)
    path.write_bytes(path.read_bytes()[:-60])
    return path


def _damaged_parquet(folder: Path) -> Path:
    path = folder / "damaged.parquet"
    good().to_parquet(path)
    whole = path.read_bytes()
    path.write_bytes(whole[:50] + whole[200:])
    return path


def _wide(folder: Path) -> Path:
    path = folder / "wide.csv"
    values = np.random.default_rng(0).normal(size=(N_ROWS, 5_000)).round(3)
    frame = pd.DataFrame(values, columns=[f"c{i}" for i in range(5_000)])
    frame["y"] = good()["y"]
    frame.to_csv(path, index=False)
    return path


def _named(*names: object) -> pd.DataFrame:
    frame = good(extra=np.arange(N_ROWS) % 7, y=good()["y"])[["x", "z", "extra", "y"]]
    frame.columns = pd.Index(names, dtype=object)
    return frame


def _one(value: object, rest: object = "no") -> list[object]:
    return [value, *[rest] * (N_ROWS - 1)]


MIXED = [1, "two", None, 3.5, True, b"x", [1, 2], {"a": 1}, pd.Timestamp("2020-01-01"), 1 + 2j]
INFINITE = good()["x"].where(np.arange(N_ROWS) % 9 != 0, np.inf)

FILES = (
    Case(name="empty file", source=file("a.csv", ""), code="read", words="empty"),
    Case(name="header alone", source=file("a.csv", "a,b,y\n"), code="data", words="nothing below"),
    Case(name="one row", source=file("a.csv", "a,b,y\n1,2,yes\n"), code="target", words="1 row"),
    Case(
        name="one column",
        source=file("a.csv", "y\n" + "yes\nno\n" * 30),
        code="data",
        words="no other column",
    ),
    Case(name="cut Parquet", source=_cut_parquet, code="read", words="cut off"),
    Case(name="damaged Parquet", source=_damaged_parquet, code="read", words="Copy or download"),
    Case(name="PNG named csv", source=file("photo.csv", PNG), code="read", words="PNG image"),
    Case(
        name="no such path",
        source=lambda folder: folder / "nothing.csv",
        code="data_not_found",
        words="exists",
    ),
    Case(name="folder", source=lambda folder: folder, code="data_not_found", words="the folder"),
    Case(name="UTF-16", source=file("wide.csv", text(good()).encode("utf-16"))),
    Case(name="UTF-16 without a mark", source=file("wide.csv", text(good()).encode("utf-16-le"))),
    Case(
        name="5,000 columns",
        source=_wide,
        # Looking at so many names takes a second or two by itself.
        options={"families": "dummy", "budget": "8s"},
    ),
)

NAMES = (
    Case(name="duplicate names", source=renamed("x,x,y"), words="'x' -> 'x_2'"),
    Case(name="empty name", source=renamed("x,,y"), words="column_2"),
    Case(
        name="duplicate names in a frame",
        source=table(lambda: _named("x", "x", "x", "y")),
        words="renamed",
        in_memory=True,
    ),
    Case(
        name="names that are no text",
        source=table(lambda: _named(1, None, ("a", "b"), "y")),
        words="not text",
        in_memory=True,
    ),
    Case(
        name="numbers for names",
        source=table(lambda: _named(0, 1, 2, 3)),
        options={"target": "3"},
        words="not text",
        in_memory=True,
    ),
)

TARGETS = (
    Case(name="no such target", source=csv(), options={"target": "yy"}, code="target", words="'y'"),
    Case(name="no target", source=csv(), options={"target": None}, code="target", words="'y'"),
    Case(name="missing values only", source=csv(y=None), code="target", words="missing"),
    Case(name="constant", source=csv(y="yes"), code="target", words="Every row holds 'yes'"),
    Case(
        name="all distinct",
        source=csv(y=[f"name {i}" for i in range(N_ROWS)]),
        code="target",
        words="All 60 differ",
    ),
    Case(name="class with one row", source=csv(y=_one("rare")), code="target", words="'rare'"),
    Case(
        name="third class with one row",
        source=csv(y=["rare", *good()["y"][1:]]),
        code="target",
        words="The class 'rare' has 1",
    ),
    Case(
        name="infinite target",
        source=csv(y=np.inf),
        code="target",
        words="Choose a column that varies",
    ),
)

VALUES = (
    Case(name="mixed types", source=csv(m=["1", "x", "2020-01-01", "", "3.5"] * (N_ROWS // 5))),
    Case(
        name="mixed objects",
        source=table(lambda: good(m=pd.Series(MIXED * (N_ROWS // 10), dtype=object))),
        in_memory=True,
    ),
    Case(name="infinities", source=csv(x=INFINITE), words="7 cells are infinite"),
    Case(name="infinite column", source=csv(z=np.inf), words="'z'"),
    Case(
        name="some infinite targets",
        source=csv(y=INFINITE * 2),
        words="7 cells are infinite",
    ),
    Case(
        name="long ids",
        source=csv(id=BEYOND + np.arange(N_ROWS)),
        words="100 % of its values differ",
    ),
    Case(
        name="unsigned ids",
        source=csv(id=np.uint64(2**64 - 1) - np.arange(N_ROWS, dtype=np.uint64)),
        words="100 % of its values differ",
    ),
    Case(name="classes that are long ids", source=csv(y=BEYOND + (np.arange(N_ROWS) % 2))),
)

WISHES = (
    *(
        Case(
            name=f"budget {value}",
            source=csv(),
            options={"budget": value},
            code="argument",
            words="budget must be",
        )
        for value in ("0", "-1", "soon", "nan", "1e9", "-5m")
    ),
    Case(
        name="unknown metric",
        source=csv(),
        options={"metric": "acuracy"},
        code="unknown_name",
        words="Did you mean 'accuracy'",
    ),
    Case(
        name="metric of another task",
        source=csv(),
        options={"metric": "rmse"},
        code="argument",
        words="binary",
    ),
    Case(
        name="unknown family",
        source=csv(),
        options={"families": "linaer"},
        code="unknown_name",
        words="Did you mean 'linear'",
    ),
)

CASES = (*FILES, *NAMES, *TARGETS, *VALUES, *WISHES)
FAILING = tuple(case for case in CASES if case.code)
WORKING = tuple(case for case in CASES if not case.code)
