"""What errors cost, as a person says it, and the decisions that follow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from jupyter_automl.core.errors import ArgumentError, AutoMLError, did_you_mean
from jupyter_automl.data.memory import from_memory
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
    costs : mapping, table or array
        ``{"false_positive": 1, "false_negative": 5}`` for two classes, a table labelled
        with the classes on both sides, or numbers in the order of `classes`. In a table
        without an index (polars, Arrow) one more column names the true classes; without
        it rows are in the order of the columns.
    classes : sequence of str
        In code order; of two the second one is positive.

    Raises
    ------
    ArgumentError
        If it is none of these, or being right costs as much as being wrong.
    """
    if isinstance(costs, Mapping):
        table = _from_words(costs, classes)
    elif hasattr(costs, "columns") and hasattr(costs, "index"):
        sides = ([str(name) for name in costs.index], [str(name) for name in costs.columns])
        table = _in_order(_numbers(costs.to_numpy()), *sides, classes)
    elif hasattr(costs, "__arrow_c_stream__"):
        table = _from_arrow(costs, classes)
    else:
        table = _numbers(costs)
    k = len(classes)
    if table.shape != (k, k) or not np.isfinite(table).all():
        raise _wrong(
            f"a table of {k} x {k} finite numbers, a row a true class and a column a predicted "
            f"one, in the order {', '.join(classes)}",
            table.tolist(),
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
    false_positive, false_negative = _of_errors(costs)
    because = (
        f", with a cost of {number(false_positive)} for a false positive and of "
        f"{number(false_negative)} for a false negative"
    )
    start = threshold_of(costs)
    found = searched_cut(evidence, cost_objective(costs), start=start, because=because)
    return replace(found, costs=_listed(costs))


def threshold_of(costs: np.ndarray) -> float:
    """The threshold of least cost where probabilities are right; `costs` of shape (2, 2)."""
    false_positive, false_negative = _of_errors(costs)
    return float(f"{false_positive / (false_positive + false_negative):.6g}")


def choice_by_costs(evidence: Evidence, costs: np.ndarray) -> Choice:
    """The class of least expected cost for each row."""
    before = after = 0.0
    if len(evidence):
        before = mean_cost(evidence, evidence.prediction.argmax(axis=1), costs)
        after = mean_cost(evidence, cheapest(evidence.prediction, costs), costs)
    return Choice(
        costs=_listed(costs),
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


def _from_arrow(costs: Any, classes: Sequence[str]) -> np.ndarray:
    """A table without an index; a column that is no class holds the labels of its rows."""
    try:
        table, _ = from_memory(costs)
    except AutoMLError:
        raise _wrong("a table that Arrow can read", type(costs).__name__) from None
    columns = dict(zip(table.column_names, (c.to_pylist() for c in table.columns), strict=True))
    labels = [name for name in columns if name not in classes]
    if len(labels) > 1 or len(columns) != table.num_columns:
        raise _unlabelled(classes, table.column_names)
    rows = [str(label) for label in columns.pop(labels[0])] if labels else list(columns)
    if len(rows) != table.num_rows:
        raise _wrong(f"a table of {len(classes)} rows", table.num_rows)
    return _in_order(_numbers(list(columns.values())).T, rows, list(columns), classes)


def _in_order(
    values: np.ndarray, rows: list[str], columns: list[str], classes: Sequence[str]
) -> np.ndarray:
    for side in (rows, columns):
        if sorted(side) != sorted(classes):
            raise _unlabelled(classes, side)
    order = [[side.index(name) for name in classes] for side in (rows, columns)]
    return values[np.ix_(*order)]


def _of_errors(costs: np.ndarray) -> tuple[float, float]:
    """What a false positive and a false negative cost more than being right."""
    return float(costs[0, 1] - costs[0, 0]), float(costs[1, 0] - costs[1, 1])


def _listed(costs: np.ndarray) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(float(c) for c in row) for row in costs)


def _numbers(values: Any) -> np.ndarray:
    try:
        return np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise _wrong("numbers", values) from None


def _unlabelled(classes: Sequence[str], got: Sequence[str]) -> ArgumentError:
    expected = f"a table labelled on both sides with the classes {', '.join(classes)}"
    return _wrong(expected, list(got))


def _wrong(expected: str, got: Any, hint: str = "") -> ArgumentError:
    return ArgumentError(f"The costs must be {expected}. Got {got!r}.", hint=hint, argument="costs")
