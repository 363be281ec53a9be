"""What one gains by looking at the likeliest rows first."""

from __future__ import annotations

from typing import Any

import numpy as np

from jupyter_automl.core.errors import ArgumentError
from jupyter_automl.core.picture import Axis, Line, Picture, Rule, Table, number, numbers
from jupyter_automl.core.words import say
from jupyter_automl.evaluate.assess.bootstrap import band
from jupyter_automl.evaluate.assess.judged import Judged
from jupyter_automl.evaluate.assess.ranked import Ranked, ranked, ranked_draws
from jupyter_automl.evaluate.assess.telling import label_of, note, percent

TAKEN = np.linspace(0.0, 1.0, 101)
"""Shares of rows that are taken, from the likeliest on."""

_TENTH = 10
_SHOWN = slice(0, None, 5)


def gain_at(curve: Ranked, taken: np.ndarray = TAKEN) -> np.ndarray:
    """The share of a class that is among so many of the likeliest rows.

    Of rows that are equally likely a part is taken at random, hence the straight lines.
    """
    total = curve.up + curve.down
    found: np.ndarray = np.interp(taken, total / total[-1], curve.up / curve.n_up)
    return found


def gain_picture(judged: Judged, *, label: Any = None) -> Picture:
    """The share of a class found by the share of rows looked at.

    Parameters
    ----------
    label : object, optional
        A class; see `Judged.code_of` for which one where none is given.
    """
    code, gain, draws, share = _of(judged, label)
    positive = label_of(judged, code)
    ends = None if draws is None else band(gain, draws, 0.0, 1.0)
    return Picture(
        name="gain",
        title=say("evaluate-gain-title", label=positive),
        findings=(_finding(positive, gain),),
        x=_taken_axis(),
        y=Axis(label=say("evaluate-gain-axis", label=positive), low=0.0, high=1.0, percent=True),
        marks=(
            Line(x=(0.0, 1.0), y=(0.0, 1.0), tone="quiet", name=say("evaluate-chance")),
            Line(
                x=(0.0, number(share), 1.0),
                y=(0.0, 1.0, 1.0),
                tone="quiet",
                name=say("evaluate-gain-perfect"),
            ),
            _line(TAKEN, gain, ends),
        ),
        table=_table(say("evaluate-gain-axis", label=positive), gain),
        note=note(judged),
        square=True,
    )


def lift_picture(judged: Judged, *, label: Any = None) -> Picture:
    """How many times more of a class the likeliest rows hold than rows at random do.

    Parameters
    ----------
    label : object, optional
        As for `gain_picture`.
    """
    code, gain, draws, share = _of(judged, label)
    positive = label_of(judged, code)
    taken = TAKEN[1:]
    lift, drawn = gain[1:] / taken, None if draws is None else draws[:, 1:] / taken
    ends = None if drawn is None else band(lift, drawn, 0.0, 1.0 / share)
    return Picture(
        name="lift",
        title=say("evaluate-lift-title", label=positive),
        findings=(_finding(positive, gain),),
        x=_taken_axis(),
        y=Axis(label=say("evaluate-lift-axis"), low=0.0),
        marks=(
            Rule(axis="y", at=1.0, label=say("evaluate-chance")),
            _line(taken, lift, ends),
        ),
        table=_table(say("evaluate-lift-axis"), np.append(np.nan, lift)),
        note=note(judged),
    )


def _of(judged: Judged, label: Any) -> tuple[int, np.ndarray, np.ndarray | None, float]:
    """Code, gain, that of the samples, and the share of the class."""
    code = judged.code_of(label)
    curve = ranked(judged, code)
    if curve.n_up <= 0:
        raise ArgumentError(
            f"Rows of the class {judged.labels[code]!r} are needed. There are none.",
            argument="label",
        )
    draws = ranked_draws(judged, code)
    drawn = None if draws is None else draws.each(gain_at)
    return code, gain_at(curve), drawn, float(curve.n_up / (curve.n_up + curve.n_down))


def _finding(positive: str, gain: np.ndarray) -> str:
    found = float(gain[_TENTH])
    times = round(found * 10, 1)
    return say("evaluate-lift-tenth", label=positive, found=percent(found), times=times)


def _taken_axis() -> Axis:
    return Axis(label=say("evaluate-taken"), low=0.0, high=1.0, percent=True)


def _line(x: np.ndarray, y: np.ndarray, ends: tuple[np.ndarray, np.ndarray] | None) -> Line:
    return Line(
        x=numbers(x),
        y=numbers(y),
        low=None if ends is None else numbers(ends[0]),
        high=None if ends is None else numbers(ends[1]),
    )


def _table(what: str, values: np.ndarray) -> Table:
    return Table(
        columns=(say("evaluate-taken"), what),
        rows=tuple(
            (number(x, 4), number(y, 4)) for x, y in zip(TAKEN[_SHOWN], values[_SHOWN], strict=True)
        ),
    )
