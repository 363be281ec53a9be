"""Which class is taken for which."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from jupyter_automl.core.errors import ArgumentError
from jupyter_automl.core.picture import MOST_ROWS, Axis, Cells, Picture, Table, number, numbers
from jupyter_automl.core.words import say
from jupyter_automl.evaluate.assess.costs import cost_matrix
from jupyter_automl.evaluate.assess.estimate import Estimate, rate
from jupyter_automl.evaluate.assess.judged import Judged
from jupyter_automl.evaluate.assess.telling import count, label_of, note, percent, plain

MOST_CLASSES = 15
"""That are drawn; of more those that are confused most."""

MOST_PRICED = 12
"""Classes whose errors a person prices one by one."""


def confusion_table(judged: Judged, codes: np.ndarray | None = None) -> np.ndarray:
    """Weights by true class (rows) and predicted class (columns), float64 of shape (k, k).

    Parameters
    ----------
    codes : ndarray of shape (n,), optional
        Predicted classes; what was decided where none are given.
    """
    k = judged.n_classes
    codes = judged.decided() if codes is None else codes
    cells = judged.y * k + codes
    table: np.ndarray = np.bincount(cells, weights=judged.masses, minlength=k * k).reshape(k, k)
    return table


def mean_cost(table: np.ndarray, costs: np.ndarray) -> float:
    """Expected cost of a row of weight 1."""
    return float((table * costs).sum() / table.sum())


def checked_threshold(judged: Judged, threshold: Any) -> float | None:
    """A threshold of two classes as a float; None as it is.

    Raises
    ------
    ArgumentError
        If it is no number from 0 to 1, or there are not two classes.
    """
    if threshold is None:
        return None
    fits = isinstance(threshold, (int, float, np.number)) and not isinstance(threshold, bool)
    if judged.n_classes != 2 or not fits or not 0.0 <= threshold <= 1.0:
        raise ArgumentError(
            "The threshold must be a number from 0 to 1, of a target with two classes. "
            f"Got {threshold!r}.",
            argument="threshold",
        )
    return float(threshold)


def confusion_picture(
    judged: Judged, *, threshold: float | None = None, costs: Any = None
) -> Picture:
    """The confusion matrix, shaded by the share of the true class.

    Parameters
    ----------
    threshold : float, optional
        Of two classes; what was decided where none is given.
    costs : mapping or array, optional
        See `costs.cost_matrix`; those of `judged` where none are given.
    """
    asked = checked_threshold(judged, threshold)
    codes = judged.decided() if asked is None else judged.codes_at(asked)
    table = confusion_table(judged, codes)
    prices = judged.costs if costs is None else cost_matrix(costs, judged.n_classes)
    drawn = _drawn(table)
    names = tuple(label_of(judged, code) for code in drawn)
    totals = table.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = np.where(totals[:, None] > 0, table / totals[:, None], np.nan)
    part = np.ix_(drawn, drawn)
    at = judged.threshold if asked is None else asked
    said = note(
        judged,
        _more(len(table) - len(drawn)),
        "" if at is None or judged.n_classes != 2 else say("evaluate-confusion-at", at=plain(at)),
    )
    return Picture(
        name="confusion",
        title=say("evaluate-confusion-title"),
        findings=tuple(_findings(judged, codes, table, prices)),
        x=Axis(label=say("evaluate-confusion-predicted"), kind="names", names=names),
        y=Axis(label=say("evaluate-confusion-true"), kind="names", names=names),
        marks=(
            Cells(
                shade=tuple(numbers(row) for row in shares[part]),
                text=tuple(
                    tuple(say("evaluate-count", n=count(mass)) for mass in row)
                    for row in table[part]
                ),
            ),
        ),
        table=_table(judged, table, shares),
        note=said,
        square=True,
    )


def priced_classes(judged: Judged, most: int = MOST_PRICED) -> tuple[int, ...]:
    """Codes of the classes that are confused most, in their order: all where there are few."""
    return tuple(_drawn(confusion_table(judged), most).tolist())


def spread_costs(few: Any, codes: Sequence[int], n_classes: int) -> np.ndarray:
    """Costs of all errors, of which some are given and the rest is 1; being right costs nothing.

    Parameters
    ----------
    few : sequence of m * m numbers
        Row by row, a row a true class and a column a predicted one of `codes`; its diagonal is
        not read.

    Raises
    ------
    ArgumentError
        If there are not as many numbers.
    """
    given = np.asarray(few, dtype=np.float64).ravel()
    m = len(codes)
    if given.size != m * m:
        raise ArgumentError(
            f"The costs of {m} classes are {m * m} numbers. Got {given.size}.", argument="costs"
        )
    costs = np.ones((n_classes, n_classes))
    costs[np.ix_(codes, codes)] = given.reshape(m, m)
    np.fill_diagonal(costs, 0.0)
    return costs


def least_cost_sentence(judged: Judged, codes: np.ndarray, costs: np.ndarray) -> str:
    """What rows would cost if they were decided as `codes`, against how they are decided."""
    decided = judged.decided()
    otherwise = int((codes != decided).sum())
    if not otherwise:
        return say("evaluate-confusion-least-same")
    now, then = (mean_cost(confusion_table(judged, c), costs) for c in (decided, codes))
    return say("evaluate-confusion-least", cost=plain(then), now=plain(now), n=otherwise)


def _drawn(table: np.ndarray, most: int = MOST_CLASSES) -> np.ndarray:
    """Codes of the classes to draw, in their order."""
    wrong = table - np.diag(np.diag(table))
    confused = wrong.sum(axis=0) + wrong.sum(axis=1)
    first = np.argsort(-confused, kind="stable")[:most]
    codes: np.ndarray = np.sort(first)
    return codes


def _more(n: int) -> str:
    return say("evaluate-confusion-more", n=n) if n > 0 else ""


def _table(judged: Judged, table: np.ndarray, shares: np.ndarray) -> Table:
    """Every pair that occurs, the diagonal of two classes first, else by its rows."""
    true, guessed = np.nonzero(table)
    if len(table) > 2:
        order = np.argsort(-table[true, guessed] + 0.0, kind="stable")
        # Errors are what one looks for.
        order = order[np.argsort((true == guessed)[order], kind="stable")]
        true, guessed = true[order], guessed[order]
    return Table(
        columns=(
            say("evaluate-confusion-true"),
            say("evaluate-confusion-predicted"),
            say("evaluate-rows"),
            say("evaluate-confusion-share"),
        ),
        rows=tuple(
            (
                label_of(judged, i),
                label_of(judged, j),
                number(table[i, j]),
                number(shares[i, j], 4),
            )
            for i, j in zip(true[:MOST_ROWS].tolist(), guessed[:MOST_ROWS].tolist(), strict=True)
        ),
        more=max(0, len(true) - MOST_ROWS),
    )


def _findings(
    judged: Judged, codes: np.ndarray, table: np.ndarray, costs: np.ndarray | None
) -> list[str]:
    said = _of_two(judged, codes) if judged.n_classes == 2 else _of_more(judged, codes, table)
    if costs is not None:
        said.append(say("evaluate-confusion-cost", cost=plain(mean_cost(table, costs))))
    return said


def _of_two(judged: Judged, codes: np.ndarray) -> list[str]:
    """What share of the positive rows is found, and of the alarms is right."""
    positive = label_of(judged, 1)
    recall = _rate(judged, codes == 1, judged.y == 1)
    precision = _rate(judged, judged.y == 1, codes == 1)
    said = []
    if recall.value is None:
        said.append(say("evaluate-confusion-no-positive", label=positive))
    else:
        said.append(say("evaluate-confusion-finds", label=positive, **_ends(recall)))
    if precision.value is None:
        said.append(say("evaluate-confusion-no-alarm", label=positive))
    else:
        said.append(say("evaluate-confusion-right", label=positive, **_ends(precision)))
    return said


def _of_more(judged: Judged, codes: np.ndarray, table: np.ndarray) -> list[str]:
    right = _rate(judged, codes == judged.y, np.ones(len(judged), dtype=bool))
    said = [say("evaluate-confusion-accuracy", **_ends(right))]
    wrong = table - np.diag(np.diag(table))
    i, j = np.unravel_index(int(wrong.argmax()), wrong.shape)
    if wrong[i, j] > 0:
        said.append(
            say(
                "evaluate-confusion-most",
                true=label_of(judged, int(i)),
                predicted=label_of(judged, int(j)),
                n=count(wrong[i, j]),
                all=count(table[i].sum()),
            )
        )
    return said


def _rate(judged: Judged, hits: np.ndarray, among: np.ndarray) -> Estimate:
    return rate(
        hits[among],
        None if judged.weights is None else judged.weights[among],
        None if judged.groups is None else judged.groups[among],
    )


def _ends(estimate: Estimate) -> dict[str, float]:
    assert estimate.value is not None
    assert estimate.low is not None
    assert estimate.high is not None
    return {
        "share": percent(estimate.value),
        "low": percent(estimate.low),
        "high": percent(estimate.high),
    }
