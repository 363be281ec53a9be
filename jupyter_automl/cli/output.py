"""What goes to the terminal: text for people, JSON for programs."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from jupyter_automl.api.wording import CONTROL, cut
from jupyter_automl.core.errors import ArgumentError, AutoMLError, DataError, RunNotFoundError

if TYPE_CHECKING:
    from rich.console import Console

_MOST_OF_AN_ERROR = 2_000
DONE, FAILED, WRONG, INTERRUPTED = 0, 1, 2, 130


def console(*, stderr: bool = False) -> Console:
    """A terminal of the width there is; text of a dataset is never markup in it."""
    from rich.console import Console

    return Console(stderr=stderr, markup=False, highlight=False, emoji=False)


def say(text: str = "") -> None:
    """Print lines for people."""
    lines = (CONTROL.sub(" ", line) for line in text.split("\n"))
    console().print("\n".join(lines), soft_wrap=True)


def emit(value: Mapping[str, Any]) -> None:
    """Print one JSON document on one line."""
    sys.stdout.write(json.dumps(plain(value), ensure_ascii=False, allow_nan=False) + "\n")
    sys.stdout.flush()


def complain(error: AutoMLError, *, as_json: bool) -> int:
    """Print an error as one line on stderr and return the exit code it stands for."""
    if as_json:
        sys.stderr.write(json.dumps({"error": plain(error.to_dict())}, ensure_ascii=False) + "\n")
    else:
        console(stderr=True).print(cut(f"Error: {error}", _MOST_OF_AN_ERROR), soft_wrap=True)
    return exit_code(error)


def exit_code(error: AutoMLError) -> int:
    """2 for what a person got wrong, 1 for what failed."""
    wrong = isinstance(error, (ArgumentError, DataError, RunNotFoundError))
    return WRONG if wrong else FAILED


def plain(value: Any) -> Any:
    """What `json.dumps` takes: not-a-number and infinities become null."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if hasattr(value, "item") and getattr(value, "ndim", None) == 0:
        value = value.item()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, (bool, int, str)):
        return value
    return str(value)
