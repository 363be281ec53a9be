"""What a change of a row is to reach: another class, or a number."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from jupyter_automl.core.errors import ArgumentError
from jupyter_automl.core.picture import name
from jupyter_automl.core.words import say
from jupyter_automl.explain.fields import amount_text

Decide = Callable[[np.ndarray], np.ndarray]
"""Probabilities (n, k) to the class that is predicted of each row, as codes (n,)."""


class ClassGoal:
    """A class, or any other one than is predicted now.

    Parameters
    ----------
    labels : sequence of str
        In code order.
    current : int
        The class that is predicted now.
    wanted : int or None
        None takes any other one.
    """

    def __init__(
        self, decide: Decide, labels: Sequence[str], current: int, wanted: int | None
    ) -> None:
        self._decide = decide
        self._labels = labels
        self._current = current
        self._wanted = wanted

    def judge(self, outputs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """See `counterfactual.Judge`."""
        codes = self._decide(outputs)
        if self._wanted is not None:
            return codes == self._wanted, outputs[:, self._wanted]
        others = np.delete(outputs, self._current, axis=1).max(axis=1)
        return codes != self._current, others - outputs[:, self._current]

    def already(self, output: np.ndarray) -> str:
        """What is said where nothing needs to change."""
        return say("whatif-flip-already-class", label=name(self._labels[self._current]))

    def missed(self, nearest: np.ndarray, most: int) -> str:
        """What is said where no change of up to `most` fields was found."""
        place = self._current if self._wanted is None else self._wanted
        key = "whatif-flip-none-any" if self._wanted is None else "whatif-flip-none-class"
        chance = 100.0 * float(nearest[place])
        return say(key, most=most, label=name(self._labels[place]), chance=chance)


class BoundGoal:
    """A number that is to be reached, from below or from above.

    Parameters
    ----------
    target : str
        Name of what is predicted.
    bound : object
        A number, or a text of one.
    now : float
        What is predicted now.

    Raises
    ------
    ArgumentError
        If the number is missing or not finite.
    """

    def __init__(self, target: str, bound: Any, now: float) -> None:
        if bound is None:
            raise ArgumentError(say("whatif-error-bound", target=name(target)), argument="to")
        try:
            number = float(bound)
        except (TypeError, ValueError):
            number = math.nan
        if not math.isfinite(number):
            raise ArgumentError(say("whatif-error-bound-got", got=name(repr(bound))), argument="to")
        self._bound = number
        self._sign = 1.0 if number >= now else -1.0

    def judge(self, outputs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """See `counterfactual.Judge`."""
        beyond = self._sign * (outputs - self._bound)
        return beyond >= 0.0, beyond

    def already(self, output: np.ndarray) -> str:
        """What is said where nothing needs to change."""
        return say("whatif-flip-already-value", value=amount_text(float(output)))

    def missed(self, nearest: np.ndarray, most: int) -> str:
        """What is said where no change of up to `most` fields was found."""
        bound, value = amount_text(self._bound), amount_text(float(nearest))
        return say("whatif-flip-none-value", most=most, bound=bound, value=value)


Goal = ClassGoal | BoundGoal
