"""The target as numbers: class codes with their labels, or plain values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from jupyter_automl.core.errors import ArgumentError, TargetError, did_you_mean
from jupyter_automl.core.task import TaskKind

if TYPE_CHECKING:
    import pandas as pd

_YES = frozenset(("1", "true", "t", "yes", "y", "positive", "pos", "+"))
_NO = frozenset(("0", "-1", "false", "f", "no", "n", "negative", "neg", "-", "none"))


@dataclass(frozen=True, slots=True, kw_only=True)
class EncodedTarget:
    """What models learn from.

    Attributes
    ----------
    y : ndarray of shape (n,)
        int64 class codes 0 .. k-1 (binary: 1 is the positive class) or float64 values.
    classes : tuple of str
        Labels as text, in code order; empty for regression.
    labels : tuple
        The same labels as plain Python values.
    """

    y: np.ndarray
    classes: tuple[str, ...] = ()
    labels: tuple[Any, ...] = ()


def known_rows(values: pd.Series, task: TaskKind, weights: pd.Series | None = None) -> np.ndarray:
    """Boolean mask of shape (n,): rows whose target can be learned from.

    Missing values are left out, and infinities too where the target is a number. So are rows
    of weight 0: they teach nothing, and a part of nothing else has no score.
    """
    import pandas as pd

    known = values.notna().to_numpy()
    if task == "regression":
        known = known & np.isfinite(_numbers(values))
    if weights is not None:
        numbers = pd.to_numeric(weights, errors="coerce")
        known = known & (numbers.to_numpy(dtype=np.float64, na_value=np.nan) != 0)
    return known


def encode_target(values: pd.Series, task: TaskKind, positive: Any = None) -> EncodedTarget:
    """Codes or values of a target column without missing rows.

    Parameters
    ----------
    values : Series of shape (n,)
        Without missing values (see `known_rows`).
    positive : object
        The positive class of a binary target, as a value or its text; None picks one
        (see `choose_positive`).

    Raises
    ------
    TargetError
        If the values do not fit the task.
    ArgumentError
        If `positive` is none of the classes.
    """
    if task == "regression":
        return EncodedTarget(y=_numbers(values))
    import pandas as pd

    codes, uniques = pd.factorize(values, sort=False)
    labels = [plain_label(value) for value in uniques]
    order = sorted(range(len(labels)), key=lambda i: _sort_key(labels[i]))
    if task == "binary":
        if len(labels) != 2:
            raise TargetError(
                f"A binary target must have exactly 2 classes. {values.name!r} has {len(labels)}.",
                hint='Use task="multiclass" or choose another target.',
                column=str(values.name),
            )
        counts = np.bincount(codes, minlength=2)
        if positive is None:
            chosen, _ = choose_positive(labels, counts.tolist())
        else:
            chosen = match_label(positive, labels)
        order = sorted(range(2), key=lambda i: labels[i] == chosen)
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    ordered = tuple(labels[i] for i in order)
    return EncodedTarget(
        y=place[codes], classes=tuple(str(label) for label in ordered), labels=ordered
    )


def choose_positive(labels: Sequence[Any], counts: Sequence[int]) -> tuple[Any, str]:
    """Which of two classes counts as positive, and why in words.

    Of numbers the larger one (and True); of texts a word for yes, then the opposite of a
    word for no, then the rarer class.
    """
    if all(isinstance(label, (int, float)) for label in labels):
        chosen = max(labels)
        return chosen, f"{chosen!r} is the larger of the two values."
    words = [_word(label) for label in labels]
    for names, wanted in ((_YES, True), (_NO, False)):
        hits = [word in names for word in words]
        if sum(hits) == 1:
            chosen = labels[hits.index(wanted)]
            return chosen, f"{str(chosen)!r} reads as the positive answer."
    ranked = sorted(range(len(labels)), key=lambda i: (counts[i], str(labels[i])))
    chosen = labels[ranked[0]]
    return chosen, f"{str(chosen)!r} is the rarer of the two classes."


def match_label(value: Any, labels: Sequence[Any]) -> Any:
    """The label that `value` means: equal, or the same text in any case.

    Raises
    ------
    ArgumentError
        If none does.
    """
    for label in labels:
        if type(value) is type(label) and value == label:
            return label
    folded = _word(plain_label(value))
    for fold in (str.strip, str.casefold):
        near = [label for label in labels if fold(str(label)) == fold(str(plain_label(value)))]
        if len(near) == 1:
            return near[0]
    near = [label for label in labels if _word(label) == folded]
    if len(near) == 1:
        return near[0]
    names = ", ".join(repr(label) for label in list(labels)[:10])
    raise ArgumentError(
        f"The positive class must be one of: {names}. Got {value!r}.",
        hint=did_you_mean(value, labels),
        argument="positive",
    )


def plain_label(value: Any) -> Any:
    """A plain Python value; whole floats become integers, dates become text."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, float) else str(value)


def _numbers(values: pd.Series) -> np.ndarray:
    import pandas as pd

    try:
        numbers = pd.to_numeric(values)
    except (ValueError, TypeError):
        raise TargetError(
            f"A regression target must hold numbers. {values.name!r} holds {values.dtype} values.",
            hint='Choose task="multiclass", or make the column numeric first.',
            column=str(values.name),
        ) from None
    return np.asarray(numbers.to_numpy(dtype=np.float64, na_value=np.nan))


def _sort_key(label: Any) -> tuple[int, Any]:
    return (0, label) if isinstance(label, (bool, int, float)) else (1, str(label))


def _word(label: Any) -> str:
    return str(label).strip().casefold()
