"""What one field does to the predictions: partial dependence and single rows' curves.

Friedman (2001), "Greedy function approximation: a gradient boosting machine" (partial dependence);
Goldstein et al. (2015), "Peeking inside the black box" (a curve for each row, "ICE").
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from jupyter_automl.core.dataset import ColumnSchema
from jupyter_automl.core.picture import (
    Axis,
    Bars,
    Dots,
    Line,
    Mark,
    Picture,
    Rule,
    Table,
    name,
    number,
    numbers,
)
from jupyter_automl.core.words import say
from jupyter_automl.explain.fields import amount_text, kind_of, text_of
from jupyter_automl.explain.sheet import Ask, Sheet, answers, as_numbers, missing

N_VALUES = 20
N_ROWS = 50
_DRAWN_ROWS = 25
"""Curves of single rows that are drawn; more of them hide the mean."""
_BAND = (10, 90)
_DIGITS, _DATE_DIGITS = 6, 12
_FLAT_POINTS = 0.005
_FLAT_SHARE = 0.005
"""Of the range of all predictions."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Curves:
    """Predictions for some rows with each of some values of a field.

    Attributes
    ----------
    column : ColumnSchema
    values : ndarray of shape (n_values,)
        As in a `Sheet`; the last one may be missing.
    outputs : ndarray of shape (n_rows, n_values[, n_classes])
    """

    column: ColumnSchema
    values: np.ndarray
    outputs: np.ndarray

    def of_class(self, place: int | None) -> Curves:
        """With outputs of shape (n_rows, n_values): of one class; None where it is a number."""
        if place is None:
            return self
        return Curves(column=self.column, values=self.values, outputs=self.outputs[..., place])


def curves_of(ask: Ask, rows: Sheet, place: int, values: np.ndarray) -> Curves:
    """Predictions for all `rows` with each of `values` in the field at `place`."""
    n_values = len(values)

    def part(chosen: slice) -> Sheet:
        which = np.arange(chosen.start, chosen.stop)
        return rows.take(which // n_values).with_values(place, values[which % n_values])

    said = answers(ask, rows.n_rows * n_values, len(rows.columns), part)
    shape = (rows.n_rows, n_values, *said.shape[1:])
    return Curves(column=rows.columns[place], values=values, outputs=said.reshape(shape))


def joined_values(values: np.ndarray, more: np.ndarray) -> np.ndarray:
    """Values in order, with those of `more` that are not among them; a missing one comes last.

    Levels keep their order, and new ones follow.
    """
    known = values[~missing(values)]
    added = [value for value in more if not any(_alike(value, one) for one in values)]
    extra = np.empty(len(added), dtype=values.dtype)
    extra[:] = added
    whole = np.concatenate([known, extra[~missing(extra)]])
    if values.dtype != object:
        whole = np.sort(whole)
    gaps = np.concatenate([values[missing(values)], extra[missing(extra)]])
    return np.concatenate([whole, gaps[:1]])


def dependence_picture(
    mean: Curves, own: Curves | None, current: Any, *, label: str, target: str
) -> Picture:
    """The mean over rows, single rows, and one row's own curve with its value now.

    Parameters
    ----------
    mean : Curves
        Of background rows; of one class.
    own : Curves or None
        Of the row at hand, which has more values than `mean` or the same.
    current : object
        The value that row has; of no meaning without `own`.
    label : str
        The class that the outputs speak of; empty for numbers.
    target : str
        Name of what is predicted.
    """
    column = mean.column
    listed = kind_of(column) in ("category", "text", "boolean")
    drawn = _levels(mean, own, current) if listed else _line(mean, own, current)
    axis = (
        say("whatif-axis-class", label=name(label))
        if label
        else say("whatif-axis-value", target=name(target))
    )
    x, marks = drawn
    return Picture(
        name="whatif-dependence",
        title=say("whatif-dependence-title", field=name(column.name)),
        findings=_findings(mean, own, current, label),
        x=x,
        y=Axis(label=axis, percent=bool(label)),
        marks=marks,
        table=_table(mean, own, percent=bool(label)),
        note=say("whatif-dependence-note", field=name(column.name), rows=len(mean.outputs)),
        picks="name" if listed else "x",
    )


def _line(mean: Curves, own: Curves | None, current: Any) -> tuple[Axis, tuple[Mark, ...]]:
    """A curve over numbers or dates; what is predicted for a missing value is a rule."""
    dates = mean.values.dtype.kind == "M"
    digits = _DATE_DIGITS if dates else _DIGITS
    x, y, gap = _known(mean)
    marks: list[Mark] = []
    if len(x):
        at = numbers(x, digits)
        marks += [Line(x=at, y=numbers(curve, 4), tone="quiet") for curve in y[:_DRAWN_ROWS]]
        words = say("whatif-dependence-mean", rows=len(mean.outputs))
        marks.append(Line(x=at, y=numbers(y.mean(axis=0)), name=words))
    at_gap = number(gap.mean()) if gap is not None else None
    if at_gap is not None:
        marks.append(Rule(axis="y", at=at_gap, label=say("whatif-missing")))
    if own is not None:
        own_x, own_y, _ = _known(own)
        this = say("whatif-dependence-this")
        line = Line(x=numbers(own_x, digits), y=numbers(own_y[0]), tone="series:1", name=this)
        marks.append(line)
        place = next(i for i, value in enumerate(own.values) if _alike(value, current))
        # A missing value comes last and has no place on the axis.
        if place < len(own_x):
            now, said = line.x[place], line.y[place]
            marks.append(Rule(axis="x", at=_kept(now), label=say("whatif-rule-now")))
            marks.append(Dots(x=(now,), y=(said,), tone="series:1"))
    return Axis(label=name(mean.column.name), kind="time" if dates else "number"), tuple(marks)


def _levels(mean: Curves, own: Curves | None, current: Any) -> tuple[Axis, tuple[Mark, ...]]:
    """A bar a level with the middle 80 % of the rows; the row's own predictions are dots."""
    values = mean.values if own is None else own.values
    places = {_key(value): place for place, value in enumerate(values)}
    low, high = np.percentile(mean.outputs, _BAND, axis=0)
    marks: list[Mark] = [
        Bars(
            at=tuple(float(places[_key(value)]) for value in mean.values),
            value=numbers(mean.outputs.mean(axis=0)),
            low=numbers(low),
            high=numbers(high),
            name=say("whatif-dependence-mean", rows=len(mean.outputs)),
        )
    ]
    if own is not None:
        this = say("whatif-dependence-this")
        at = tuple(float(place) for place in range(len(values)))
        marks.append(Dots(x=at, y=numbers(own.outputs[0]), tone="series:1", name=this))
        now = float(places[_key(current)])
        marks.append(Rule(axis="x", at=now, label=say("whatif-rule-now")))
    names = tuple(name(text_of(mean.column, value)) for value in values)
    return Axis(label=name(mean.column.name), kind="names", names=names), tuple(marks)


def _findings(mean: Curves, own: Curves | None, current: Any, label: str) -> tuple[str, ...]:
    average, column = mean.outputs.mean(axis=0), mean.column
    about: dict[str, str | float] = {"field": name(column.name), "label": name(label)}
    rows = len(mean.outputs)
    if float(np.ptp(average)) <= _flat(mean, bool(label)):
        level = _amount(float(mean.outputs.mean()), label)
        said = [say("whatif-dependence-flat", **about, rows=rows, level=level)]
    else:
        said = [
            say(
                "whatif-dependence-mean-class" if label else "whatif-dependence-mean-value",
                **about,
                rows=rows,
                **_extremes(mean.column, mean.values, average, label),
            )
        ]
    if own is not None:
        curve = own.outputs[0]
        place = next(i for i, value in enumerate(own.values) if _alike(value, current))
        said.append(
            say(
                "whatif-dependence-row",
                now=_amount(float(curve[place]), label),
                value=name(text_of(column, current)),
                **_extremes(column, own.values, curve, label),
            )
        )
    return tuple(said)


def _extremes(
    column: ColumnSchema, values: np.ndarray, curve: np.ndarray, label: str
) -> dict[str, str]:
    least, most = int(np.argmin(curve)), int(np.argmax(curve))
    return {
        "least": _amount(float(curve[least]), label),
        "lowest": name(text_of(column, values[least])),
        "most": _amount(float(curve[most]), label),
        "highest": name(text_of(column, values[most])),
    }


def _flat(mean: Curves, classes: bool) -> float:
    return _FLAT_POINTS if classes else 1e-12 + _FLAT_SHARE * float(np.ptp(mean.outputs))


def _amount(value: float, label: str) -> str:
    """A probability in percent, or a number of the target."""
    return say("whatif-percent", percent=100.0 * value) if label else amount_text(value)


def _table(mean: Curves, own: Curves | None, *, percent: bool) -> Table:
    values = mean.values if own is None else own.values
    scale = 100.0 if percent else 1.0
    curves = (mean.outputs.mean(axis=0), *np.percentile(mean.outputs, _BAND, axis=0))
    columns = [
        name(mean.column.name),
        say("whatif-table-mean"),
        say("whatif-table-low"),
        say("whatif-table-high"),
    ]
    known = {_key(value): place for place, value in enumerate(mean.values)}
    rows = []
    for place, value in enumerate(values):
        at = known.get(_key(value))
        row: tuple[str | float | None, ...] = (
            name(text_of(mean.column, value)),
            *(None if at is None else number(scale * curve[at]) for curve in curves),
        )
        rows.append(row if own is None else (*row, number(scale * own.outputs[0][place])))
    if own is not None:
        columns.append(say("whatif-dependence-this"))
    return Table(columns=tuple(columns), rows=tuple(rows))


def _known(curves: Curves) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
    """Places on the axis, outputs there, and outputs for a missing value if it is among them."""
    x = as_numbers(curves.values)
    assert x is not None
    known = np.isfinite(x)
    gap = None if known.all() else curves.outputs[:, ~known][:, 0]
    return x[known], curves.outputs[:, known], gap


def _kept(value: float | None) -> float:
    return 0.0 if value is None else value


def _key(value: Any) -> Any:
    return None if value is None or value != value else value


def _alike(one: Any, other: Any) -> bool:
    return bool(_key(one) == _key(other))


def moves_most(curves: Curves) -> int:
    """The class whose mean probability moves most; outputs have a last axis of classes."""
    return int(np.argmax(np.ptp(curves.outputs.mean(axis=0), axis=0)))
