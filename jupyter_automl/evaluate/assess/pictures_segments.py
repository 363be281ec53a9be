"""Pictures of parts with large errors."""

from __future__ import annotations

import numpy as np

from jupyter_automl.core.errors import ArgumentError
from jupyter_automl.core.picture import Axis, Bars, Picture, Rule, Table, number, numbers
from jupyter_automl.core.words import say
from jupyter_automl.evaluate.assess.estimate import Estimate
from jupyter_automl.evaluate.assess.judged import Judged
from jupyter_automl.evaluate.assess.segments import (
    Segment,
    error_of,
    row_errors,
    why_no_segments,
    worst_segments,
)
from jupyter_automl.evaluate.assess.telling import fitted, note, percent, plain


def segments_picture(judged: Judged) -> Picture:
    """The parts with the largest errors, beside the error of all rows.

    Raises
    ------
    ArgumentError
        If there are too few rows, or no columns.
    """
    reason = why_no_segments(judged)
    if reason:
        raise ArgumentError(reason, argument="name")
    segments = worst_segments(judged)
    overall = error_of(judged, row_errors(judged), np.ones(len(judged), dtype=bool))
    kind = "share" if judged.has_classes else "size"
    places = numbers(range(len(segments)))
    return Picture(
        name="error_by_segment",
        title=say("evaluate-segments-title"),
        findings=(_finding(judged, segments, overall),),
        x=Axis(label=say(f"evaluate-segments-{kind}"), low=0.0, percent=judged.has_classes),
        y=Axis(kind="names", names=tuple(fitted(segment.rule) for segment in segments)),
        marks=(
            Bars(
                at=places,
                value=numbers(segment.error.value for segment in segments),
                along="y",
                low=numbers(segment.error.low for segment in segments),
                high=numbers(segment.error.high for segment in segments),
                tones=tuple("bad" if segment.stands_out else "quiet" for segment in segments),
            ),
            *(
                ()
                if overall.value is None
                else (
                    Rule(
                        axis="x",
                        at=number(overall.value) or 0.0,
                        label=say("evaluate-segments-all"),
                    ),
                )
            ),
        ),
        table=Table(
            columns=(
                say("evaluate-segments-part"),
                say(f"evaluate-segments-{kind}"),
                say("evaluate-low"),
                say("evaluate-high"),
                say("evaluate-rows"),
                say("evaluate-segments-chance"),
            ),
            rows=tuple(
                (
                    segment.rule,
                    number(segment.error.value, 4),
                    number(segment.error.low, 4),
                    number(segment.error.high, 4),
                    number(segment.n),
                    number(segment.p_value, 3),
                )
                for segment in segments
            ),
        ),
        note=note(judged, say("evaluate-segments-note")),
    )


def _finding(judged: Judged, segments: tuple[Segment, ...], overall: Estimate) -> str:
    worst = segments[0] if segments and segments[0].stands_out else None
    if overall.value is None:
        return say("evaluate-reason-too-large")
    if worst is None or worst.error.value is None:
        return say("evaluate-segments-none")
    said = percent if judged.has_classes else plain
    key = "evaluate-segments-worst" if judged.has_classes else "evaluate-segments-worst-size"
    return say(
        key,
        rule=fitted(worst.rule),
        error=said(worst.error.value),
        overall=said(overall.value),
        n=worst.n,
    )
