"""The rows on which it is most wrong, to be looked at one by one."""

from __future__ import annotations

from typing import Any

import numpy as np

from jupyter_automl.core.picture import Axis, Dots, Picture, Table, numbers
from jupyter_automl.core.words import say
from jupyter_automl.evaluate.assess.judged import Judged
from jupyter_automl.evaluate.assess.telling import label_of, note, percent, shown, written

MOST_WORST = 20


def worst_rows(judged: Judged, most: int = MOST_WORST) -> np.ndarray:
    """Places of the rows that are most wrong, the worst first.

    Of classes those that are decided wrongly, by how unlikely the truth was thought; of numbers
    those that are missed by most. Rows that are right are never among them.
    """
    if judged.has_classes:
        wrong = np.flatnonzero(judged.decided() != judged.y)
        badness = -judged.prediction[wrong, judged.y[wrong]]
    else:
        miss = _miss(judged)
        wrong = np.flatnonzero(miss > 0)
        badness = miss[wrong]
    places: np.ndarray = wrong[np.argsort(-badness, kind="stable")[:most]]
    return places


def errors_picture(judged: Judged) -> Picture:
    """The worst rows by their numbers in the table; a click picks one."""
    worst = worst_rows(judged)
    names = [str(int(row)) for row in judged.rows[worst]]
    if judged.has_classes:
        true, said = (
            [label_of(judged, int(code)) for code in codes[worst]]
            for codes in (judged.y, judged.decided())
        )
        sizes = judged.prediction[worst, judged.y[worst]]
        axis = Axis(label=say("evaluate-errors-probability"), low=0.0, high=1.0, percent=True)
        findings = _of_classes(judged, names, true, said, sizes)
        cells: list[Any] = [*zip(names, true, said, numbers(sizes, 4), strict=True)]
    else:
        with np.errstate(over="ignore"):
            sizes = judged.y[worst] - judged.prediction[worst]
        axis = Axis(label=say("evaluate-errors-miss"))
        findings = _of_numbers(judged, worst, names)
        truths, told = numbers(judged.y[worst]), numbers(judged.prediction[worst])
        cells = [*zip(names, truths, told, numbers(sizes), strict=True)]
    size = "probability" if judged.has_classes else "miss"
    return Picture(
        name="errors",
        title=say("evaluate-errors-title"),
        findings=findings,
        x=axis,
        y=Axis(kind="names", names=tuple(say("evaluate-errors-row", row=row) for row in names)),
        marks=(
            Dots(
                x=numbers(sizes),
                y=numbers(range(len(worst))),
                tone="bad",
                rows=tuple(int(row) for row in judged.rows[worst]),
            ),
        ),
        table=Table(
            columns=tuple(
                say(f"evaluate-errors-{key}") for key in ("number", "true", "said", size)
            ),
            rows=tuple(cells),
        ),
        note=note(judged),
        # Numbers of rows that were given are no numbers of the training table.
        picks="row" if judged.source == "held_out" else "",
    )


def _of_classes(
    judged: Judged, names: list[str], true: list[str], said: list[str], sizes: np.ndarray
) -> tuple[str, ...]:
    if not names:
        return (say("evaluate-errors-none"),)
    first = say(
        "evaluate-errors-surest",
        row=names[0],
        true=true[0],
        predicted=said[0],
        share=percent(sizes[0]),
    )
    wrong = int((judged.decided() != judged.y).sum())
    return first, say("evaluate-errors-listed", wrong=wrong)


def _of_numbers(judged: Judged, worst: np.ndarray, names: list[str]) -> tuple[str, ...]:
    if not names:
        return (say("evaluate-errors-right"),)
    first = say(
        "evaluate-errors-largest",
        row=names[0],
        true=shown(written(judged.y[worst[0]])),
        predicted=shown(written(judged.prediction[worst[0]])),
    )
    miss = _miss(judged)
    with np.errstate(over="ignore", invalid="ignore"):
        share = float(miss[worst].sum() / miss.sum())
    if not np.isfinite(share):
        return (first,)
    return first, say("evaluate-errors-part", n=len(worst), share=percent(share))


def _miss(judged: Judged) -> np.ndarray:
    """Sizes of the errors of numbers; infinite where they are too large to be told."""
    with np.errstate(over="ignore"):
        size: np.ndarray = np.abs(judged.y - judged.prediction)
    return size
