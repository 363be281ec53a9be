"""What is known of a run when its report is written; what cannot be read is said, not raised."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from jupyter_automl.core.errors import AutoMLError
from jupyter_automl.core.experiment import Experiment

if TYPE_CHECKING:
    from jupyter_automl.api.model import Model
    from jupyter_automl.api.run import Run
    from jupyter_automl.core.picture import Picture
    from jupyter_automl.evaluate import HonestEstimate
    from jupyter_automl.evaluate.assess import Evaluation
    from jupyter_automl.explain import Explanation

HONEST_SECONDS = 10.0
_MOST_PICTURES = 12
_MOST_DEPENDENCES = 3

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The facts that every form of a report is made of.

    Attributes
    ----------
    state : Experiment
        The run at one moment, the same for all parts.
    at : datetime
        That moment.
    model : Model or None
        The best model; None while there is none.
    evaluation : Evaluation or None
        Of its held-out rows.
    honest : HonestEstimate or None
        The metric by rows that had no say in choosing it.
    judged : tuple of Picture
        How good it is.
    explained : str
        The model that `explanation` is of; empty without one.
    explaining : tuple of Picture
        What moves its predictions.
    built : tuple of str or None
        What was built of the columns, in sentences; None where it cannot be read.
    trouble : str
        Why a part is missing although there is a model; empty where none is.
    """

    state: Experiment
    at: datetime
    model: Model | None = None
    evaluation: Evaluation | None = None
    honest: HonestEstimate | None = None
    judged: tuple[Picture, ...] = ()
    explained: str = ""
    explanation: Explanation | None = None
    explaining: tuple[Picture, ...] = ()
    built: tuple[str, ...] | None = None
    trouble: str = ""


def find(run: Run, *, pictures: bool = True) -> Found:
    """Everything that a report says of `run`, as it is now.

    Parameters
    ----------
    pictures : bool
        Whether any are drawn; tables for programs need none.
    """
    state, at = run.experiment, datetime.now()
    row = state.leaderboard.best
    if row is None or state.plan is None or state.dataset is None:
        return Found(state=state, at=at)
    troubles: list[str] = []
    model = _read(lambda: run.model(row.model), troubles)
    if model is None:
        return Found(state=state, at=at, trouble=" ".join(troubles))
    evaluation = _read(model.evaluation, troubles)
    honest = None
    if evaluation is not None:
        honest = _read(lambda: run.honest_score(time_limit_seconds=HONEST_SECONDS), troubles)
    explained, explanation = _explanation(state, troubles)
    return Found(
        state=state,
        at=at,
        model=model,
        evaluation=evaluation,
        honest=honest,
        judged=_judged(evaluation) if pictures else (),
        explained=explained,
        explanation=explanation,
        explaining=_explaining(explanation) if pictures else (),
        built=_read(lambda: _built(model), troubles),
        trouble=" ".join(dict.fromkeys(troubles)),
    )


def _read(part: Callable[[], T], troubles: list[str]) -> T | None:
    try:
        return part()
    except (AutoMLError, OSError) as error:
        # The run's folder may be gone or come from an older version; the rest is worth reading.
        troubles.append(str(error))
        return None


def _judged(evaluation: Evaluation | None) -> tuple[Picture, ...]:
    if evaluation is None:
        return ()
    found = []
    for name in evaluation.pictures[:_MOST_PICTURES]:
        try:
            found.append(evaluation.picture(name))
        except AutoMLError:
            # One picture less; which ones there can be is known only roughly before.
            continue
    return tuple(found)


def _explanation(state: Experiment, troubles: list[str]) -> tuple[str, Explanation | None]:
    """Of the best model that has been explained."""
    from jupyter_automl.explain import load_explanation

    for row in state.leaderboard.rows:
        ready = state.explanations.get(row.model)
        if ready is not None and Path(ready.path).is_file():
            explanation = _read(lambda path=ready.path: load_explanation(Path(path)), troubles)
            return (row.model, explanation) if explanation is not None else ("", None)
    return "", None


def _explaining(explanation: Explanation | None) -> tuple[Picture, ...]:
    if explanation is None or not explanation.n_rows:
        return ()
    from jupyter_automl.explain import pictures

    strongest = [name for name, size in explanation.ranking(_MOST_DEPENDENCES) if size > 0]
    return (
        pictures.importance(explanation),
        *((pictures.swarm(explanation),) if strongest else ()),
        *(pictures.dependence(explanation, name) for name in strongest),
    )


def _built(model: Model) -> tuple[str, ...]:
    from jupyter_automl.api.built import built_sentences

    return built_sentences(model)
