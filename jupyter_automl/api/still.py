"""The pictures of a run that a notebook keeps: few, small, and at hand when a cell ends.

Those that come from the state alone cost nothing. Those of the best model read its files, so
they are made once, when the run is over, and lie in its folder.
"""

from __future__ import annotations

import logging
import os
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from jupyter_automl.core.errors import AutoMLError
from jupyter_automl.core.experiment import Experiment, format_score
from jupyter_automl.core.picture import (
    MOST_ROWS,
    Axis,
    Bars,
    Line,
    Picture,
    Table,
    name,
    number,
    numbers,
    thin,
)
from jupyter_automl.core.words import say

if TYPE_CHECKING:
    from jupyter_automl.api.run import Run

About = Literal["run", "explanation"]
"""What is asked of a run: how good its models are, or what moves their predictions."""

VERSION = 1
_MOST_FEATURES = 10
_JUDGED = ("confusion", "predicted_vs_actual", "calibration", "residuals")
_MOST_JUDGED = 2

_log = logging.getLogger(__name__)
_log.addHandler(logging.NullHandler())


@dataclass(frozen=True, slots=True, kw_only=True)
class Stills:
    """The pictures of a run that is over, by what they are about.

    `seq` is the last event that they know of.
    """

    version: int = VERSION
    seq: int = 0
    run: tuple[Picture, ...] = ()
    explanation: tuple[Picture, ...] = ()

    def about(self, about: About) -> tuple[Picture, ...]:
        """Those of one topic, what matters most first."""
        return self.explanation if about == "explanation" else self.run


def quick(state: Experiment, about: About = "run") -> tuple[Picture, ...]:
    """What the state alone can show."""
    line, bars = best_so_far(state), importance(state)
    order = (bars, line) if about == "explanation" else (line, bars)
    return tuple(picture for picture in order if picture is not None)


def kept(run: Run) -> Stills | None:
    """What was made of the run as it is now; None where nothing was, or it is no longer true."""
    from jupyter_automl.core.codec import from_json

    try:
        found = from_json(Stills, _file(run).read_bytes())
    except (OSError, ValueError):
        return None
    return found if (found.version, found.seq) == (VERSION, run.experiment.seq) else None


def make(run: Run) -> Stills:
    """Draw what a run that is over keeps, and keep it; takes about a second.

    Pictures that its files do not allow are left out.
    """
    state = run.experiment
    made = Stills(
        seq=state.seq,
        run=(*quick(state)[:1], *_explaining(state, 1), *_judged(run)),
        explanation=_explaining(state, 3) or quick(state, "explanation"),
    )
    if state.ended:
        _keep(run, made)
    return made


def best_so_far(state: Experiment) -> Picture | None:
    """The best score over time; None while there is none."""
    points = state.best_history
    if not points:
        return None
    metric, (at, score) = state.leaderboard.metric, points[-1]
    # The last one holds until now.
    points = (*points, (max(at, state.elapsed_seconds), score))
    chosen = [points[i] for i in thin([p[0] for p in points], [p[1] for p in points])]
    shown = points[:-1][-MOST_ROWS:]
    return Picture(
        name="best",
        title=say("report-best-title", metric=metric),
        findings=(
            say(
                "report-best-finding",
                metric=metric,
                score=format_score(score),
                seconds=f"{at:.0f}",
            ),
        ),
        x=Axis(label=say("report-best-seconds"), low=0.0),
        y=Axis(label=metric),
        marks=(
            Line(
                x=numbers(point[0] for point in chosen),
                y=numbers((point[1] for point in chosen), 6),
                steps=True,
            ),
        ),
        table=Table(
            columns=(say("report-best-seconds"), metric),
            rows=tuple((number(seconds), number(best, 6)) for seconds, best in shown),
            more=len(points) - 1 - len(shown),
        ),
    )


def importance(state: Experiment) -> Picture | None:
    """What the best explained model goes by, from the log alone; None without an explanation."""
    ready = next(
        (
            state.explanations[row.model]
            for row in state.leaderboard.rows
            if row.model in state.explanations
        ),
        None,
    )
    if ready is None or not ready.importance:
        return None
    shown = ready.importance[:_MOST_FEATURES]
    first, size = shown[0]
    finding = say("report-importance-finding", first=name(first)) if size > 0 else ""
    return Picture(
        name="importance",
        title=say("explain-importance-title"),
        findings=(finding or say("explain-none"),),
        x=Axis(label=say("explain-column-effect"), low=0.0),
        y=Axis(kind="names", names=tuple(name(feature) for feature, _ in shown)),
        marks=(
            Bars(
                at=tuple(map(float, range(len(shown)))),
                value=numbers(value for _, value in shown),
                along="y",
            ),
        ),
        table=Table(
            columns=(say("explain-column-feature"), say("explain-column-effect")),
            rows=tuple((name(feature), number(value)) for feature, value in shown),
            more=len(ready.importance) - len(shown),
        ),
    )


def _judged(run: Run) -> tuple[Picture, ...]:
    from jupyter_automl.api.evaluation import picture

    found: list[Picture] = []
    for wanted in _JUDGED:
        try:
            found.append(picture(run.best, wanted))
        except (AutoMLError, OSError):
            # Of another kind of target, or the files are gone.
            continue
        if len(found) == _MOST_JUDGED:
            break
    return tuple(found)


def _explaining(state: Experiment, most: int) -> tuple[Picture, ...]:
    from jupyter_automl.explain import load_explanation, pictures

    for row in state.leaderboard.rows:
        ready = state.explanations.get(row.model)
        if ready is None:
            continue
        try:
            explanation = load_explanation(Path(ready.path))
        except (AutoMLError, OSError):
            continue
        ranked = explanation.ranking(1)
        drawn = [pictures.importance(explanation, _MOST_FEATURES)]
        if ranked and ranked[0][1] > 0 and most > 1:
            drawn += [
                pictures.dependence(explanation, ranked[0][0]),
                pictures.swarm(explanation, most=_MOST_FEATURES),
            ]
        return tuple(drawn[:most])
    return ()


def _keep(run: Run, made: Stills) -> None:
    from jupyter_automl.core.codec import to_json

    path = _file(run)
    # Nothing depends on it: the next one who asks makes them again. A name that is no text
    # (half a character) is a ValueError.
    with suppress(OSError, ValueError):
        text = to_json(made)
        handle, part = tempfile.mkstemp(dir=path.parent, suffix=".part")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(part, path)


def _file(run: Run) -> Path:
    return run.folder / "stills.json"
