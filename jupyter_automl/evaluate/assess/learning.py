"""Whether more rows would help: scores by the number of rows that were learned from."""

from __future__ import annotations

from dataclasses import dataclass

from jupyter_automl.core.errors import ArgumentError
from jupyter_automl.core.picture import Axis, Line, Picture, Table, number, numbers
from jupyter_automl.core.words import say
from jupyter_automl.evaluate.assess.judged import Judged
from jupyter_automl.evaluate.assess.telling import plain
from jupyter_automl.evaluate.metrics import METRICS


@dataclass(frozen=True, slots=True, kw_only=True)
class LearningPoint:
    """The score of one setting of a model, trained on so many rows.

    Attributes
    ----------
    n_rows : int
        Training rows of a fit.
    score : float
        Mean over folds, in the metric's own direction.
    spread : float or None
        Standard deviation over folds; None with one fold.
    """

    n_rows: int
    score: float
    spread: float | None = None


def learning_picture(judged: Judged) -> Picture:
    """The score by the number of training rows, where the run tried several.

    Raises
    ------
    ArgumentError
        If it did not.
    """
    points = sorted(judged.learning, key=lambda point: point.n_rows)
    if len({point.n_rows for point in points}) < 2:
        raise ArgumentError(
            "A learning curve needs a model that was trained on different numbers of rows. "
            "The run has none.",
            argument="name",
        )
    spreads = [point.spread or 0.0 for point in points]
    scores = [point.score for point in points]
    metric = METRICS.get(judged.metric)
    first, last = points[0], points[-1]
    better = (last.score - first.score) * (1.0 if metric.greater_is_better else -1.0)
    clear = better > max(spreads[0], spreads[-1])
    return Picture(
        name="learning_curve",
        title=say("evaluate-learning-title"),
        findings=(
            say(
                "evaluate-learning-helps" if clear else "evaluate-learning-flat",
                metric=metric.label,
                few=first.n_rows,
                many=last.n_rows,
                low=plain(first.score),
                high=plain(last.score),
            ),
        ),
        x=Axis(label=say("evaluate-learning-rows"), kind="log"),
        y=Axis(label=metric.label),
        marks=(
            Line(
                x=numbers(point.n_rows for point in points),
                y=numbers(scores),
                low=numbers(s - d for s, d in zip(scores, spreads, strict=True)),
                high=numbers(s + d for s, d in zip(scores, spreads, strict=True)),
            ),
        ),
        table=Table(
            columns=(say("evaluate-learning-rows"), metric.label, say("evaluate-learning-spread")),
            rows=tuple((number(p.n_rows), number(p.score), number(p.spread)) for p in points),
        ),
        note=say("evaluate-learning-note"),
    )
