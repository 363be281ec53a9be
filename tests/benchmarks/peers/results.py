"""What was measured, one line of JSON each: an interrupted benchmark goes on where it was."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Key:
    """What is measured once."""

    system: str
    table: str
    budget: float
    repeat: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One finished run.

    Attributes
    ----------
    fingerprint : str
        Of the data file.
    failure : str or None
        Why there is no error to compare; None when there is one.
    error : float or None
        1 - AUC, log loss or RMSE on the test part.
    wall_seconds : float or None
        From the start of the process until fitting returned or was ended; None when the
        process ended by itself without a model.
    ended : bool
        Whether it was ended for taking three times its budget.
    fit_seconds : float or None
        Of `wall_seconds`, without starting, importing and reading.
    first_model_seconds : float or None
        Until the first model was there, where a system shows that.
    predict_ms : float or None
        Of 1,000 rows in one call.
    artefact_mb, peak_mb : float or None
        Size of what is needed to predict; largest memory of the process tree.
    version : str
        Of the system.
    commit, code : str
        Of this checkout; of the package's files as they were, which tells whether a result of
        ours is one of the present code.
    at : str
        UTC time of the end.
    """

    system: str
    table: str
    budget: float
    repeat: int
    task: str
    rows: int
    fingerprint: str
    cores: int
    failure: str | None = None
    error: float | None = None
    wall_seconds: float | None = None
    ended: bool = False
    fit_seconds: float | None = None
    first_model_seconds: float | None = None
    predict_ms: float | None = None
    artefact_mb: float | None = None
    peak_mb: float | None = None
    version: str = ""
    commit: str = ""
    code: str = ""
    at: str = ""

    @property
    def key(self) -> Key:
        """What it is the result of."""
        return Key(system=self.system, table=self.table, budget=self.budget, repeat=self.repeat)

    @property
    def overrun_seconds(self) -> float | None:
        """Seconds over the budget; negative when it ended early."""
        return None if self.wall_seconds is None else self.wall_seconds - self.budget


def read(path: Path) -> list[Result]:
    """The latest result of each key, in the order of the file.

    A last line that was cut off by an interruption is passed over.

    Raises
    ------
    ValueError
        If another line is not a result.
    """
    if not path.is_file():
        return []
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    latest: dict[Key, Result] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        if number == len(lines) and not line.endswith("\n"):
            break
        result = _parse(line, f"{path}, line {number}")
        latest.pop(result.key, None)
        latest[result.key] = result
    return list(latest.values())


def _parse(line: str, place: str) -> Result:
    known = {field.name for field in fields(Result)}
    try:
        values = json.loads(line)
        return Result(**{name: value for name, value in values.items() if name in known})
    except (ValueError, TypeError, AttributeError) as error:
        raise ValueError(f"A result was expected in {place}: {error}.") from error


def append(path: Path, result: Result) -> None:
    """Add a result; it is on disk when this returns."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as file:
        if file.tell() and _last_byte(path) != b"\n":
            # An interruption cut the last line off: it must not swallow this one.
            file.truncate(path.read_bytes().rfind(b"\n") + 1)
        file.write(json.dumps(asdict(result)).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())


def _last_byte(path: Path) -> bytes:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1)


def pending(
    wanted: Sequence[Key],
    done: Iterable[Result],
    fingerprints: Mapping[str, str],
    *,
    retry_failed: bool = False,
    renew: Mapping[str, str] | None = None,
) -> list[Key]:
    """What is still to be measured, in the order of `wanted`.

    Parameters
    ----------
    done : iterable of Result
        From the results file.
    fingerprints : Mapping
        Of the data now, by table: results of other data do not count.
    retry_failed : bool
        Whether failures are measured again.
    renew : Mapping, optional
        Systems that are measured again unless the `code` of their result is this one.
    """
    newest = renew or {}
    settled = {
        result.key
        for result in done
        if result.fingerprint == fingerprints.get(result.table)
        and result.code == newest.get(result.system, result.code)
        and not (retry_failed and result.failure is not None)
    }
    return [key for key in wanted if key not in settled]
