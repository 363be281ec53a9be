"""Curves of several models in one picture, and which of them is ahead."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from jupyter_automl.core.errors import ArgumentError
from jupyter_automl.core.picture import Dots, Line, Mark, Picture, Table
from jupyter_automl.core.words import say
from jupyter_automl.evaluate.assess.bootstrap import Resamples, interval
from jupyter_automl.evaluate.assess.calibration import bins_of, said_and_happened
from jupyter_automl.evaluate.assess.catalog import Options, draw
from jupyter_automl.evaluate.assess.curves import area, average_precision
from jupyter_automl.evaluate.assess.judged import Judged
from jupyter_automl.evaluate.assess.lift import gain_at
from jupyter_automl.evaluate.assess.ranked import Ranked, ranked, ranked_draws
from jupyter_automl.evaluate.assess.telling import plain, shown

MOST_MODELS = 3
_TENTH = np.array([0.1])
_CLOSE = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A number that says how good a model is in a picture, with its 95 % interval."""

    model: str
    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Measure:
    """How a number is made of judged rows and the options, and whether more is better."""

    of: Callable[[Judged, Options], tuple[float, np.ndarray | None]] = field(repr=False)
    greater: bool = True


def overlaid(judged: Mapping[str, Judged], name: str, options: Options | None = None) -> Picture:
    """One picture of two or three models, and who is ahead.

    Parameters
    ----------
    judged : Mapping
        The rows as each model judges them, by its name, in the order they are drawn.
    name : str
        One of `COMPARED`.
    options : Mapping, optional
        As for `catalog.draw`.

    Raises
    ------
    ArgumentError
        If the picture cannot hold several models, or there are too many; else as
        `catalog.draw`.
    """
    if name not in COMPARED:
        raise ArgumentError(
            f"Models can be compared in: {', '.join(COMPARED)}. Got {name!r}.", argument="name"
        )
    if not 2 <= len(judged) <= MOST_MODELS:
        raise ArgumentError(
            f"Two or {MOST_MODELS} different models can be compared. Got {len(judged)}.",
            argument="others",
        )
    options = {} if options is None else options
    names = [shown(model) for model in judged]
    drawn = [draw(rows, name, options) for rows in judged.values()]
    marks: list[Mark] = [mark for mark in drawn[0].marks if not _is_main(mark)]
    for place, (model, picture) in enumerate(zip(names, drawn, strict=True)):
        marks += [_toned(mark, place, model) for mark in picture.marks if _is_main(mark)]
    measure = COMPARED[name]
    standings = [
        _standing(model, *measure.of(rows, options))
        for model, rows in zip(names, judged.values(), strict=True)
    ]
    return replace(
        drawn[0],
        findings=_findings(name, sorted(standings, key=_order(measure.greater))),
        marks=tuple(marks),
        table=_table(names, [picture.table for picture in drawn]),
    )


def _is_main(mark: Mark) -> bool:
    return isinstance(mark, (Line, Dots)) and mark.tone == "accent"


def _toned(mark: Mark, place: int, model: str) -> Mark:
    tone = f"series:{place}"
    # Points of a line that has a name need none of their own.
    return replace(mark, tone=tone, name=model) if isinstance(mark, Line) else _dots(mark, tone)


def _dots(mark: Mark, tone: str) -> Mark:
    assert isinstance(mark, Dots)
    return replace(mark, tone=tone)


def _standing(model: str, value: float, draws: np.ndarray | None) -> Standing:
    low, high = (None, None) if draws is None else interval(value, draws, 0.0, 1.0)
    return Standing(model=model, value=value, low=low, high=high)


def _order(greater: bool) -> Callable[[Standing], float]:
    return lambda one: -one.value if greater else one.value


def _findings(name: str, standings: Sequence[Standing]) -> tuple[str, ...]:
    """The first beside each of the others."""
    best, *others = standings
    return tuple(_sentence(say(f"evaluate-measure-{name}"), best, other) for other in others)


def _sentence(measure: str, best: Standing, other: Standing) -> str:
    words = {"measure": measure, "best": best.model, "other": other.model}
    value, less = plain(best.value), plain(other.value)
    if abs(best.value - other.value) <= _CLOSE:
        return say("evaluate-compared-equal", **words, value=value)
    ends = (best.low, best.high, other.low, other.high)
    if None in ends:
        return say("evaluate-compared-alone", **words, value=value, less=less)
    assert best.low is not None
    assert best.high is not None
    assert other.low is not None
    assert other.high is not None
    if best.low <= other.high and other.low <= best.high:
        return say("evaluate-compared-overlap", **words, value=value, less=less)
    return say("evaluate-compared-apart", **words, value=value, less=less)


def _table(names: Sequence[str], tables: Sequence[Table]) -> Table:
    """Side by side where the places are the same, else one below the other."""
    first = tables[0]
    places = [row[0] for row in first.rows]
    if all([row[0] for row in table.rows] == places for table in tables):
        return Table(
            columns=(first.columns[0], *names),
            rows=tuple(
                (place, *(table.rows[i][1] for table in tables)) for i, place in enumerate(places)
            ),
        )
    return Table(
        columns=(say("evaluate-compared-model"), *first.columns),
        rows=tuple(
            (model, *row) for model, table in zip(names, tables, strict=True) for row in table.rows
        ),
    )


def _of_ranks(
    of: Callable[[Ranked], float],
) -> Callable[[Judged, Options], tuple[float, np.ndarray | None]]:
    def measured(judged: Judged, options: Options) -> tuple[float, np.ndarray | None]:
        code = judged.code_of(options.get("label"))
        draws = ranked_draws(judged, code)
        return of(ranked(judged, code)), None if draws is None else draws.each(of)

    return measured


def _tenth(curve: Ranked) -> float:
    return float(gain_at(curve, _TENTH)[0])


def _calibration_error(judged: Judged, options: Options) -> tuple[float, np.ndarray | None]:
    """Of the bins of these rows, also in samples: bins of their own would hide what scatters."""
    shares, happened = said_and_happened(judged, options.get("label"))
    place = bins_of(shares, judged.weights, n_bins=options.get("bins"))
    gaps = shares - happened
    n_bins = int(place.max()) + 1
    value = np.abs(np.bincount(place, weights=judged.masses * gaps)).sum() / judged.masses.sum()
    resamples = Resamples(judged)
    if resamples.reason:
        return float(value), None
    sums = resamples.cells(place, n_bins, [gaps, np.ones(len(gaps))])
    return float(value), np.abs(sums[:, 0]).sum(axis=1) / sums[:, 1].sum(axis=1)


COMPARED: Mapping[str, _Measure] = {
    "roc": _Measure(of=_of_ranks(area)),
    "precision_recall": _Measure(of=_of_ranks(average_precision)),
    "calibration": _Measure(of=_calibration_error, greater=False),
    "gain": _Measure(of=_of_ranks(_tenth)),
    "lift": _Measure(of=_of_ranks(_tenth)),
}
"""By name, the pictures that can hold several models."""
