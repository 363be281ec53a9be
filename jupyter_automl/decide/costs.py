"""What errors cost, as a person says it, and the decisions that follow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from jupyter_automl.core.errors import ArgumentError, did_you_mean
from jupyter_automl.decide.choices import cheapest, mean_cost
from jupyter_automl.decide.decisions import Choice, Cut
from jupyter_automl.decide.evidence import Evidence
from jupyter_automl.decide.objectives import cost_objective
from jupyter_automl.decide.thresholds import searched_cut
from jupyter_automl.decide.words import number

_WORDS = ("false_positive", "false_negative")


def cost_table(costs: Any, classes: Sequence[str]) -> np.ndarray:
    """Costs as an array of shape (k, k): rows are true classes, columns predicted ones.

    Parameters
    ----------
    costs : mapping, DataFrame or array
        ``{"false_positive": 1, "false_negative": 5}`` for two classes, a table labelled
        with the classes on both sides, or numbers in the order of `classes`.
    classes : sequence of str
        In code order; of two the second one is positive.

    Raises
    ------
    ArgumentError
        If it is none of these, or being right costs as much as being wrong.
    """
    if isinstance(costs, Mapping):
        table = _from_words(costs, classes)
    elif hasattr(costs, "columns"):
        table = _from_frame(costs, classes)
    else:
        table = _numbers(costs)
    k = len(classes)
    if table.shape != (k, k) or not np.isfinite(table).all():
        raise _wrong(
            f"a table of {k} x {k} finite numbers, a row a true class and a column a predicted "
            f"one, in the order {', '.join(classes)}",
            costs,
        )
    wrong = table - np.diag(table)[:, None]
    if (wrong[~np.eye(k, dtype=bool)] <= 0).any():
        raise ArgumentError(
            "Every error must cost more than predicting that class rightly. "
            f"Got {table.tolist()!r}.",
            hint="Rows are true classes, columns predicted ones; being right is the diagonal.",
            argument="costs",
        )
    return table


def cut_by_costs(evidence: Evidence, costs: np.ndarray) -> Cut:
    """The threshold of least cost for two classes.

    Notes
    -----
    Right for right probabilities (Elkan 2001); another one only where a search shows on
    held-out rows that it costs less.
    """
    false_positive, false_negative = costs[0, 1] - costs[0, 0], costs[1, 0] - costs[1, 1]
    start = float(f"{false_positive / (false_positive + false_negative):.6g}")
    because = (
        f", with a cost of {number(false_positive)} for a false positive and of "
        f"{number(false_negative)} for a false negative"
    )
    return searched_cut(evidence, cost_objective(costs), start=start, because=because)


def choice_by_costs(evidence: Evidence, costs: np.ndarray) -> Choice:
    """The class of least expected cost for each row."""
    before = after = 0.0
    if len(evidence):
        before = mean_cost(evidence, evidence.prediction.argmax(axis=1), costs)
        after = mean_cost(evidence, cheapest(evidence.prediction, costs), costs)
    return Choice(
        costs=tuple(tuple(float(c) for c in row) for row in costs),
        objective="cost",
        score=(before, after) if len(evidence) else None,
        n_rows=len(evidence),
        reason="The class of least expected cost is predicted"
        + (
            f": the mean cost a row on held-out rows goes from {number(before)} for the "
            f"likeliest class to {number(after)}."
            if len(evidence)
            else "."
        ),
    )


def _from_words(costs: Mapping[Any, Any], classes: Sequence[str]) -> np.ndarray:
    strange = next((word for word in costs if word not in _WORDS), None)
    if strange is not None or len(costs) != len(_WORDS):
        raise _wrong(
            '{"false_positive": ..., "false_negative": ...}',
            dict(costs),
            "" if strange is None else did_you_mean(strange, _WORDS),
        )
    if len(classes) != 2:
        raise _wrong(f"a table of {len(classes)} x {len(classes)} numbers", dict(costs))
    values = _numbers([costs[word] for word in _WORDS])
    return np.array([[0.0, values[0]], [values[1], 0.0]])


def _from_frame(costs: Any, classes: Sequence[str]) -> np.ndarray:
    sides = ([str(name) for name in costs.index], [str(name) for name in costs.columns])
    for side in sides:
        if sorted(side) != sorted(classes):
            raise _wrong(
                f"a table labelled on both sides with the classes {', '.join(classes)}", side
            )
    values = _numbers(costs.to_numpy())
    order = [[side.index(name) for name in classes] for side in sides]
    return values[np.ix_(*order)]


def _numbers(values: Any) -> np.ndarray:
    try:
        return np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise _wrong("numbers", values) from None


def _wrong(expected: str, got: Any, hint: str = "") -> ArgumentError:
    return ArgumentError(f"The costs must be {expected}. Got {got!r}.", hint=hint, argument="costs")
