"""All that is known of how good a model is, from one set of rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from jupyter_automl.core.picture import Picture
from jupyter_automl.core.task import TaskKind
from jupyter_automl.core.words import say
from jupyter_automl.evaluate.assess.catalog import available, draw
from jupyter_automl.evaluate.assess.estimate import Estimate
from jupyter_automl.evaluate.assess.fairness import Fairness, fairness_of
from jupyter_automl.evaluate.assess.judged import Judged, Source
from jupyter_automl.evaluate.assess.scores import score_estimates
from jupyter_automl.evaluate.assess.segments import Segment, worst_segments
from jupyter_automl.evaluate.assess.telling import plain
from jupyter_automl.evaluate.assess.thresholds import Thresholds, thresholds_of
from jupyter_automl.evaluate.metrics import METRICS

_ANSWERS = {"binary": "confusion", "multiclass": "confusion", "regression": "predicted_vs_actual"}
"""The picture whose first finding answers how good the model is."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Evaluation:
    """Scores with intervals, where the model errs, and whom it treats how.

    Attributes
    ----------
    model : str
        Its name on the leaderboard.
    task : TaskKind
    source : {"held_out", "test", "given"}
        Where the rows come from; see `Judged`.
    n_rows : int
        Rows that were judged.
    threshold : float or None
        Of two classes, what decides between them.
    costs : tuple of k tuples of k floats, or None
        What errors cost, by true class and predicted class.
    scores : Mapping
        An `Estimate` a metric, the run's metric first.
    honest : Estimate or None
        The run's metric on rows that had no say in choosing the model; None where it was
        not asked for, or cannot be told.
    segments : tuple of Segment
        Parts of the rows with the largest errors.
    fairness : Fairness or None
        Where a column was picked.
    findings : tuple of str
        What matters most, in sentences.
    judged : Judged
        The rows themselves.
    """

    model: str
    task: TaskKind
    source: Source
    n_rows: int
    threshold: float | None = None
    costs: tuple[tuple[float, ...], ...] | None = None
    scores: Mapping[str, Estimate]
    honest: Estimate | None = None
    segments: tuple[Segment, ...] = ()
    fairness: Fairness | None = None
    findings: tuple[str, ...] = ()
    judged: Judged = field(repr=False)

    @property
    def pictures(self) -> tuple[str, ...]:
        """Names that `picture` takes for these rows, in reading order."""
        return available(self.judged)

    def picture(self, name: str, **options: Any) -> Picture:
        """One picture of these rows; see `catalog.draw` for its errors.

        Parameters
        ----------
        name : str
            One of `pictures`; ``"cost"`` and ``"fairness"`` too, with ``costs`` and ``by``.
        **options
            ``label`` (a class), ``threshold``, ``costs``, ``by``, ``metric``, ``bins``,
            as the picture has them.
        """
        return draw(self.judged, name, options)

    def thresholds(self, by: str | None = None) -> Thresholds:
        """Counts at 101 thresholds, of all rows and of groups; see `thresholds_of`."""
        return thresholds_of(self.judged, by=by)


def assess(judged: Judged, *, model: str = "", honest: Estimate | None = None) -> Evaluation:
    """Everything about these rows that takes no further question.

    Parameters
    ----------
    model : str
        The name of what is judged.
    honest : Estimate, optional
        See `Evaluation`.
    """
    scores = score_estimates(judged)
    segments = worst_segments(judged)
    fairness = None if judged.by is None or not len(judged) else fairness_of(judged)
    return Evaluation(
        model=model,
        task=judged.task,
        source=judged.source,
        n_rows=len(judged),
        threshold=judged.threshold if judged.n_classes == 2 else None,
        costs=None if judged.costs is None else tuple(map(tuple, judged.costs.tolist())),
        scores=scores,
        honest=honest,
        segments=segments,
        fairness=fairness,
        findings=tuple(_findings(judged, scores, honest)),
        judged=judged,
    )


def _findings(judged: Judged, scores: Mapping[str, Estimate], honest: Estimate | None) -> list[str]:
    if not len(judged):
        return [say("evaluate-reason-no-rows")]
    said = []
    name = judged.metric if judged.metric in scores else next(iter(scores), "")
    score = scores.get(name)
    if score is not None and score.value is not None:
        said.append(_score_sentence(METRICS.get(name).label, score, judged))
    if honest is not None and honest.value is not None:
        said.append(_honest_sentence(METRICS.get(name).label, honest))
    said.extend(draw(judged, _ANSWERS[judged.task]).findings[:1])
    return said


def _score_sentence(metric: str, score: Estimate, judged: Judged) -> str:
    assert score.value is not None
    source = judged.source.replace("_", "-")
    words = {"metric": metric, "value": plain(score.value), "n": len(judged)}
    if score.low is None or score.high is None:
        return say(f"evaluate-score-{source}-alone", **words)
    return say(f"evaluate-score-{source}", **words, low=plain(score.low), high=plain(score.high))


def _honest_sentence(metric: str, honest: Estimate) -> str:
    assert honest.value is not None
    assert honest.low is not None
    assert honest.high is not None
    return say(
        "evaluate-score-honest",
        metric=metric,
        value=plain(honest.value),
        low=plain(honest.low),
        high=plain(honest.high),
    )
