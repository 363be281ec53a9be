"""What a report warns of, written from facts: nothing is said that this run does not show."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from jupyter_automl.api.report.found import Found
from jupyter_automl.api.wording import cut
from jupyter_automl.core.experiment import format_score
from jupyter_automl.core.words import say

if TYPE_CHECKING:
    from jupyter_automl.evaluate.assess import Evaluation

FEW_ROWS = 1_000
LEAST_OF_A_CLASS = 30
_FEW_GROUPS = 10
_WIDE = 0.1
"""Width of an interval, as a share of the score, from which it is said."""
_MOST_NAMES = 5
_MOST_SEGMENTS = 3
_MOSTLY = 0.5
_NAME = 60
_MOST_LETTERS = 800


def limits(found: Found) -> tuple[str, ...]:
    """Sentences on what this run cannot promise."""
    return (*_of_run(found), *_of_data(found), *_of_scores(found), *_of_explanation(found))


def unchecked(found: Found) -> tuple[str, ...]:
    """What nobody has looked at, each as the rest of a sentence."""
    if found.model is None:
        return ()
    keys = ["shift", "groups", "cause", "test"]
    if found.explanation is None:
        keys.append("explained")
    return tuple(say(f"report-unchecked-{key}") for key in keys)


def names_of(names: Sequence[str], most: int = _MOST_NAMES) -> str:
    """Names in a sentence, each cut, a few of them and how many more."""
    shown: list[str] = []
    # A message takes a value of 1,000 letters at most.
    room = _MOST_LETTERS
    for name in names[:most]:
        shown.append(cut(name, _NAME))
        room -= len(shown[-1]) + 2
        if room < 0:
            break
    more, said = len(names) - len(shown), ", ".join(shown)
    return f"{said} {say('report-and-more', n=more)}" if more > 0 else said


def _of_run(found: Found) -> Iterator[str]:
    state = found.state
    if not state.ended:
        yield say("report-limit-running")
    elif state.status != "finished":
        yield say("report-limit-cut", status=state.status)
    if state.n_failed:
        yield say("report-limit-failed", n=state.n_failed)


def _of_data(found: Found) -> Iterator[str]:
    state = found.state
    data, plan = state.dataset, state.plan
    if data is None:
        return
    if data.n_rows < FEW_ROWS:
        yield say("report-limit-few-rows", rows=data.n_rows)
    used = set(plan.features) if plan is not None else set()
    gaps = [c.name for c in data.columns if c.name in used and c.n_missing > _MOSTLY * data.n_rows]
    if gaps:
        yield say("report-limit-missing", n=len(gaps), columns=names_of(gaps))
    dated = any(column.kind == "datetime" for column in data.columns)
    if dated and plan is not None and plan.validation != "time":
        yield say("report-limit-time")


def _of_scores(found: Found) -> Iterator[str]:
    evaluation = found.evaluation
    if evaluation is None or not evaluation.n_rows:
        return
    judged = evaluation.judged
    if judged.n_all > len(judged):
        yield say("report-limit-sample", rows=len(judged), all=judged.n_all)
    yield from _of_rare_classes(evaluation)
    score = evaluation.scores.get(judged.metric)
    if score is not None and None not in (score.value, score.low, score.high):
        assert score.value is not None
        assert score.low is not None
        assert score.high is not None
        if score.high - score.low > _WIDE * max(abs(score.value), 1e-12):
            yield say(
                "report-limit-wide", low=format_score(score.low), high=format_score(score.high)
            )
    task = found.state.task
    if judged.groups is not None and task is not None and task.group:
        n = len(np.unique(judged.groups))
        if n < _FEW_GROUPS:
            yield say("report-limit-groups", n=n, column=cut(task.group, _NAME))
    if found.honest is None:
        yield say("report-limit-chosen")
    for segment in evaluation.segments[:_MOST_SEGMENTS]:
        if segment.stands_out:
            yield say("report-limit-stands-out", rule=cut(segment.rule, 2 * _NAME))


def _of_rare_classes(evaluation: Evaluation) -> Iterator[str]:
    judged = evaluation.judged
    if not judged.has_classes:
        return
    counts = np.bincount(judged.y, minlength=judged.n_classes)
    rare = [str(judged.labels[code]) for code in np.flatnonzero(counts < LEAST_OF_A_CLASS)]
    if rare:
        yield say("report-limit-rare", n=len(rare), classes=names_of(rare), least=LEAST_OF_A_CLASS)


def _of_explanation(found: Found) -> Iterator[str]:
    explanation = found.explanation
    if explanation is None or found.model is None:
        return
    if found.explained != found.model.name:
        yield say("report-limit-explained-other", model=found.explained)
    yield say("report-limit-explained-rows", rows=explanation.n_rows)
    if not explanation.is_exact:
        from jupyter_automl.explain.findings import of_method

        yield say("report-limit-approximate", how=of_method(explanation))
