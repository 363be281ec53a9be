"""The errors a user can cause: one class a kind, one wire shape everywhere."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar


class AutoMLError(Exception):
    """Base of every error a user can cause.

    Parameters
    ----------
    message : str
        What was expected and what came.
    hint : str
        What to do next; shown after the message.
    **context : Any
        JSON-able facts for programs, e.g. ``column="age"``.

    Notes
    -----
    Pickles across processes. `code` is stable and is what programs should test.
    """

    code: ClassVar[str] = "automl_error"

    def __init__(self, message: str, *, hint: str = "", **context: Any) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.context = context

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()

    def __reduce__(self) -> tuple[Any, ...]:
        return (_rebuild, (type(self), self.message, self.hint, self.context))

    def to_dict(self) -> dict[str, Any]:
        """The wire shape ``{code, message, hint, context}``."""
        return {
            "code": self.code,
            "message": self.message,
            "hint": self.hint,
            "context": {key: _plain(value) for key, value in self.context.items()},
        }


def _rebuild(
    kind: type[AutoMLError], message: str, hint: str, context: Mapping[str, Any]
) -> AutoMLError:
    return kind(message, hint=hint, **context)


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(item) for item in value]
    return str(value)


class DataError(AutoMLError, ValueError):
    """The table cannot be used as it is."""

    code = "data"


class DataNotFoundError(DataError, FileNotFoundError):
    """There is no file where the path points."""

    code = "data_not_found"


class ReadError(DataError):
    """A file was found but could not be read as a table."""

    code = "read"


class TargetError(DataError, KeyError):
    """The target column is missing or cannot be learned from."""

    code = "target"
    __str__ = AutoMLError.__str__


class ArgumentError(AutoMLError, ValueError):
    """An argument has a value that is not allowed."""

    code = "argument"


class UnknownArgumentError(ArgumentError, TypeError):
    """A keyword that does not exist."""

    code = "unknown_argument"


class UnknownNameError(ArgumentError, LookupError):
    """A name that a registry does not hold (metric, family, reader ...)."""

    code = "unknown_name"


class UnavailableError(AutoMLError, ImportError):
    """An optional part needs a package that is not installed."""

    code = "unavailable"


class SettingsError(ArgumentError):
    """A setting in a file or the environment is unknown or wrong."""

    code = "settings"


class RunError(AutoMLError, RuntimeError):
    """A run cannot do what was asked in its present state."""

    code = "run"


class RunNotFoundError(RunError, LookupError):
    """There is no run with that id in the store."""

    code = "run_not_found"


class NoModelError(RunError):
    """No model has finished yet."""

    code = "no_model"


class TrialError(RunError):
    """A trial ended without usable predictions."""

    code = "trial"


class TrialTimeError(TrialError, TimeoutError):
    """A trial had folds left when its time was used up."""

    code = "trial_time"


class TrialPrunedError(TrialError):
    """A trial was given up because its first folds are far behind.

    The context holds ``n_folds``, how many were done, and ``score``, their mean.
    """

    code = "trial_pruned"


class StoreError(AutoMLError, OSError):
    """The store cannot be opened, read or written."""

    code = "store"


class PredictionError(DataError):
    """The rows to predict do not fit the model's schema."""

    code = "prediction"


def did_you_mean(word: object, names: Iterable[object], *, most: int = 1) -> str:
    """``"Did you mean 'x'?"`` for the nearest of `names`, or an empty string.

    Parameters
    ----------
    word : object
        What came.
    names : iterable
        What is allowed.
    most : int
        How many proposals at most.
    """
    by_folded = {str(name).casefold(): str(name) for name in names}
    near = difflib.get_close_matches(str(word).casefold(), by_folded, n=most, cutoff=0.55)
    if not near:
        return ""
    return f"Did you mean {' or '.join(repr(by_folded[name]) for name in near)}?"
