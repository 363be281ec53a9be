"""Whether intervals around predicted numbers hold as many values as they promise."""

from __future__ import annotations

import numpy as np

from jupyter_automl.core.picture import Axis, Bars, Dots, Line, Picture, Table, number, numbers
from jupyter_automl.core.words import say
from jupyter_automl.evaluate.assess.estimate import Estimate, rate
from jupyter_automl.evaluate.assess.judged import Ends, Judged
from jupyter_automl.evaluate.assess.residuals import bins_of
from jupyter_automl.evaluate.assess.telling import note, percent, plain, shown, written

_DRAWN_AT = 0.9
"""Coverage whose widths are shown, or the nearest to it."""

_MOST_BINS = 8


def covered(judged: Judged, ends: Ends, among: np.ndarray | None = None) -> Estimate:
    """The share of rows whose value lies inside, both ends included."""
    inside = ~(np.isnan(ends.lower) | np.isnan(ends.upper))
    inside = inside if among is None else inside & among
    hits = (ends.lower <= judged.y) & (judged.y <= ends.upper)
    return rate(
        hits[inside],
        None if judged.weights is None else judged.weights[inside],
        None if judged.groups is None else judged.groups[inside],
    )


def coverage_picture(judged: Judged) -> Picture:
    """The promised and the actual coverage."""
    found = [(ends, covered(judged, ends)) for ends in judged.intervals]
    found = [(ends, actual) for ends, actual in found if actual.value is not None]
    promised = numbers(ends.coverage for ends, _ in found)
    actual = numbers(estimate.value for _, estimate in found)
    return Picture(
        name="interval_coverage",
        title=say("evaluate-coverage-title"),
        findings=tuple(_findings(found)),
        x=Axis(label=say("evaluate-coverage-promised"), low=0.0, high=1.0, percent=True),
        y=Axis(label=say("evaluate-coverage-actual"), low=0.0, high=1.0, percent=True),
        marks=(
            Line(x=(0.0, 1.0), y=(0.0, 1.0), tone="quiet", name=say("evaluate-coverage-ideal")),
            Line(
                x=promised,
                y=actual,
                low=numbers(estimate.low for _, estimate in found),
                high=numbers(estimate.high for _, estimate in found),
            ),
            Dots(x=promised, y=actual),
        ),
        table=Table(
            columns=(
                say("evaluate-coverage-promised"),
                say("evaluate-coverage-actual"),
                say("evaluate-low"),
                say("evaluate-high"),
                say("evaluate-coverage-width"),
            ),
            rows=tuple(
                (
                    number(ends.coverage),
                    number(estimate.value, 4),
                    number(estimate.low, 4),
                    number(estimate.high, 4),
                    number(_width(ends)),
                )
                for ends, estimate in found
            ),
        ),
        note=note(judged),
        square=True,
    )


def width_picture(judged: Judged) -> Picture:
    """How wide intervals are for small and for large predictions, and whether they hold."""
    ends = min(judged.intervals, key=lambda e: abs(e.coverage - _DRAWN_AT))
    bins = bins_of(judged, _MOST_BINS)
    with np.errstate(over="ignore", invalid="ignore"):
        widths = ends.upper - ends.lower
    rows = []
    for which in range(bins.size):
        inside = bins.place == which
        estimate = covered(judged, ends, inside)
        known = inside & np.isfinite(widths)
        width = float(np.median(widths[known])) if known.any() else None
        rows.append((float(bins.centre[which]), width, estimate, int(bins.n[which])))
    names = tuple(written(centre) for centre, *_ in rows)
    return Picture(
        name="interval_width",
        title=say("evaluate-width-title", coverage=percent(ends.coverage)),
        findings=(_about_widths(rows),),
        x=Axis(
            label=say("evaluate-predicted", target=shown(judged.target)), kind="names", names=names
        ),
        y=Axis(label=say("evaluate-coverage-width"), low=0.0),
        marks=(
            Bars(
                at=numbers(range(len(rows))),
                value=numbers(0.0 if width is None else width for _, width, *_ in rows),
            ),
        ),
        table=Table(
            columns=(
                say("evaluate-predicted", target=shown(judged.target)),
                say("evaluate-coverage-width"),
                say("evaluate-coverage-actual"),
                say("evaluate-low"),
                say("evaluate-high"),
                say("evaluate-rows"),
            ),
            rows=tuple(
                (
                    number(centre),
                    number(width),
                    number(estimate.value, 4),
                    number(estimate.low, 4),
                    number(estimate.high, 4),
                    number(n),
                )
                for centre, width, estimate, n in rows
            ),
        ),
        note=note(judged),
    )


def _findings(found: list[tuple[Ends, Estimate]]) -> list[str]:
    if not found:
        return [say("evaluate-reason-no-rows")]
    ends, actual = min(found, key=lambda pair: abs(pair[0].coverage - _DRAWN_AT))
    assert actual.value is not None
    assert actual.low is not None
    assert actual.high is not None
    holds = actual.low <= ends.coverage <= actual.high
    key = "holds" if holds else "less" if actual.value < ends.coverage else "more"
    said = [
        say(
            f"evaluate-coverage-{key}",
            promised=percent(ends.coverage),
            actual=percent(actual.value),
            low=percent(actual.low),
            high=percent(actual.high),
        )
    ]
    width = _width(ends)
    if width is not None:
        said.append(say("evaluate-coverage-typical", width=plain(width)))
    return said


def _about_widths(rows: list[tuple[float, float | None, Estimate, int]]) -> str:
    widths = [width for _, width, *_ in rows if width is not None]
    if not widths:
        return say("evaluate-width-endless")
    if len(widths) < 2 or min(widths) <= 0 or max(widths) / min(widths) < 1.2:
        return say("evaluate-width-same", width=plain(float(np.median(widths))))
    return say("evaluate-width-differs", low=plain(min(widths)), high=plain(max(widths)))


def _width(ends: Ends) -> float | None:
    with np.errstate(over="ignore", invalid="ignore"):
        widths = ends.upper - ends.lower
    widths = widths[np.isfinite(widths)]
    return float(np.median(widths)) if len(widths) else None
