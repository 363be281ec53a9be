"""Explaining a model where nobody waits for the processor, and drawing what was found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

from jupyter_automl.api.jobs.models import N_KEPT, ModelRef, model_of, ref_of

if TYPE_CHECKING:
    from jupyter_automl.core.picture import Picture
    from jupyter_automl.explain import Explanation, Local

MAX_ROWS = 1_000
TIME_LIMIT_SECONDS = 30.0
"""A person is waiting, and sees the first rows meanwhile."""
ROW_SECONDS = 10.0
PERMUTED_SECONDS = 20.0
MOST_NAMES = 200
"""Classes and features that are named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainJob:
    """Explain rows of the training table, and keep that with the run."""

    model: ModelRef


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainPicture:
    """One picture of an explanation.

    Attributes
    ----------
    feature : str
        Of a dependence; empty takes the strongest.
    row : int
        Of a waterfall and of ``"lime"``, the number of a row of the table; below 0 takes the
        first row that was explained.
    label : str
        The class it speaks of; empty takes the usual one.
    """

    name: Literal["importance", "swarm", "dependence", "waterfall", "pairs", "permutation", "lime"]
    feature: str = ""
    row: int = -1
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainPictureJob(ExplainPicture):
    """Draw it for this model."""

    model: ModelRef


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainFacts:
    """What an explanation is about.

    Attributes
    ----------
    n_rows : int
        Rows that are explained.
    labels : tuple of str
        The classes, at most `MOST_NAMES`; empty where the target is a number.
    features : tuple of str
        The strongest first, at most `MOST_NAMES`.
    strongest : str
        The first of them; empty where none changes anything.
    first_row : int
        The number in the table of the first row that was explained.
    insights : tuple of str
        One or two findings in words.
    lime : str
        The line that installs what ``"lime"`` needs; empty where it is there.
    """

    model: str
    method: str
    n_rows: int
    labels: tuple[str, ...]
    features: tuple[str, ...]
    strongest: str
    first_row: int
    insights: tuple[str, ...]
    lime: str


def explain(job: ExplainJob, report: Callable[[Any], None]) -> ExplainFacts:
    """Explain; reports ``(done, facts)`` as rows come."""
    return _facts(_explained(job.model, lambda made, done: report((done, _facts(made)))))


def picture(job: ExplainPictureJob, report: Callable[[Any], None]) -> Picture:
    """Draw; reports ``(done, picture)`` where it has to explain first."""
    made = _explained(job.model, lambda part, done: report((done, _drawn(part, job))))
    return _drawn(made, job)


def _explained(ref: ModelRef, on_part: Callable[[Explanation, float], None]) -> Explanation:
    """The explanation, its rows by their numbers in the table."""
    from jupyter_automl.api.explaining import by_table
    from jupyter_automl.api.explaining import explain as explained

    model = model_of(ref)
    # The row may have moved on.
    ref = ref_of(model)
    found = _kept.get(ref)
    if found is None:
        made = explained(
            model,
            None,
            max_rows=MAX_ROWS,
            time_limit_seconds=TIME_LIMIT_SECONDS,
            on_part=lambda part, done: on_part(by_table(model, part), done),
        )
        found = by_table(model, made)
        while len(_kept) >= N_KEPT:
            del _kept[next(iter(_kept))]
        _kept[ref] = found
    return found


_kept: dict[ModelRef, Explanation] = {}


def _facts(made: Explanation) -> ExplainFacts:
    from jupyter_automl.explain import lime_extra

    ranking = made.ranking()
    first, size = ranking[0]
    return ExplainFacts(
        model=made.model,
        method=made.method,
        n_rows=made.n_rows,
        labels=tuple(made.classes[:MOST_NAMES]),
        features=tuple(feature for feature, _ in ranking[:MOST_NAMES]),
        strongest=first if size > 0 else "",
        first_row=int(made.data.index[0]),
        insights=tuple(made.insights()),
        lime="" if lime_extra.is_installed() else lime_extra.INSTALL,
    )


def _drawn(made: Explanation, job: ExplainPictureJob) -> Picture:
    from jupyter_automl.explain import pictures
    from jupyter_automl.explain.lime_picture import beside_lime

    label = job.label or None
    if job.name == "importance":
        return pictures.importance(made)
    if job.name == "swarm":
        return pictures.swarm(made, label)
    if job.name == "dependence":
        return pictures.dependence(made, job.feature or made.ranking()[0][0], label)
    if job.name == "pairs":
        return pictures.pairs(made)
    if job.name == "permutation":
        return pictures.permutation(made, _permuted(ref_of(model_of(job.model))))
    explained, place = _with_row(made, job)
    if job.name == "waterfall":
        return pictures.waterfall(explained, place, label)
    # Both must speak of one class.
    spoken = made.for_class(label)[1] or None
    row = int(explained.data.index[place])
    local = _lime(ref_of(model_of(job.model)), row, spoken)
    return beside_lime(explained, local, place, spoken)


def _with_row(made: Explanation, job: ExplainPictureJob) -> tuple[Explanation, int]:
    """An explanation that holds the row that is asked for, and the row's place in it."""
    from jupyter_automl.api.explaining import by_table, explain_rows, place_of_row

    rows = made.data.index.tolist()
    if job.row < 0 or job.row in rows:
        return made, rows.index(job.row) if job.row >= 0 else 0
    model = model_of(job.model)
    place = place_of_row(model, job.row)
    one = explain_rows(model, [place], time_limit_seconds=ROW_SECONDS)
    return by_table(model, one), 0


@lru_cache(maxsize=N_KEPT)
def _permuted(ref: ModelRef) -> Any:
    from jupyter_automl.api.explaining import permuted

    return permuted(model_of(ref), time_limit_seconds=PERMUTED_SECONDS)


@lru_cache(maxsize=8)
def _lime(ref: ModelRef, row: int, label: str | None) -> Local:
    from jupyter_automl.api.explaining import lime, place_of_row

    model = model_of(ref)
    return lime(model, place_of_row(model, row), label)
