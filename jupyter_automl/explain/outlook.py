"""What a model says of one row, and what each field adds to it.

The values are those of `explain.permutation` for a single row: walks from background rows to the
row, field by field, forwards and backwards (Castro, Gomez and Tejada 2009, "Polynomial calculation
of the Shapley value based on sampling"). All of them are asked for at once, and fields in which a
background row agrees with the row cost nothing: they add nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from jupyter_automl.core.picture import MOST_ROWS as MOST_TABLE_ROWS
from jupyter_automl.core.picture import Axis, Bars, Picture, Rule, Table, name, number
from jupyter_automl.core.words import say
from jupyter_automl.explain import zoom
from jupyter_automl.explain.fields import amount_text, text_of
from jupyter_automl.explain.sheet import Ask, Sheet, answers

SHOWN = 12
"""Fields that a waterfall names; the others are one bar."""
_SHORT = 48
_NOTHING = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Effects:
    """What each field adds on the way from a background to a row.

    Attributes
    ----------
    values : ndarray of shape (n_fields[, n_classes])
        They and `base` sum to `output`, up to rounding.
    base : ndarray of shape () or (n_classes,)
        Mean output of the background rows.
    output : ndarray of shape () or (n_classes,)
        Of the row itself.
    error : ndarray of the shape of `values`, or None
        Standard error of the mean over the background rows; None with one of them.
    n_walks : int
        Background rows.
    together : bool
        Whether some of `values` are even shares of what several fields add together.
    """

    values: np.ndarray
    base: np.ndarray
    output: np.ndarray
    error: np.ndarray | None
    n_walks: int
    together: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """The prediction for one row.

    Attributes
    ----------
    label : str
        The class that is predicted, as decided for the model; empty where it is a number.
    value : float or None
        The number that is predicted.
    about : str
        The class that `probability`, `base` and the waterfall speak of; empty for numbers.
    probability : float or None
        Of that class, in [0, 1].
    by_class : tuple of (label, probability)
        All classes, in the order of the model.
    low, high : float or None
        Where nine in ten such values lie, where the model knows.
    base : float
        What is predicted where nothing is known of the row: the background's mean.
    effects : tuple of (field, amount)
        What each field adds to `base`, in the order of the model; amounts are in probability
        (0 to 1) or in units of the target.
    waterfall : Picture
        The same as a picture.
    approximate : str
        What about it is approximate, in words.
    ms : float
        Milliseconds it took.
    """

    label: str = ""
    value: float | None = None
    about: str = ""
    probability: float | None = None
    by_class: tuple[tuple[str, float], ...] = ()
    low: float | None = None
    high: float | None = None
    base: float
    effects: tuple[tuple[str, float], ...]
    waterfall: Picture
    approximate: str
    ms: float


def effects_of(
    ask: Ask, row: Sheet, background: Sheet, orders: np.ndarray, most_rows: int | None = None
) -> Effects:
    """What each field of a row adds.

    Parameters
    ----------
    row : Sheet
        One row.
    background : Sheet
        Rows to come from, one at least.
    orders : ndarray of int, shape (n_background, n_fields)
        In which order fields are taken from the row, one order a background row.
    most_rows : int or None
        That the model is asked about at most; None sets no limit.

    Notes
    -----
    Asks for ``2 * n_differing`` rows a background row, in one call unless they have more than
    `sheet.MAX_CELLS` cells. Where these are more than `most_rows`, in a few calls: see `zoom`.
    """
    whole, n_walks, d = row.joined(background), background.n_rows, len(row.columns)
    ways: list[np.ndarray] = []
    for place, order in enumerate(np.asarray(orders, dtype=np.int64)):
        way = order[~whole.same(0, 1 + place)[order]]
        ways += [way, way[::-1]]
    head = n_walks + 1
    n_rows = head + sum(max(0, len(way) - 1) for way in ways)
    together = False
    if most_rows is None or n_rows <= most_rows:
        outputs, amounts = _step_by_step(ask, whole, ways)
    else:
        outputs = answers(ask, head, d, lambda rows: whole.take(np.arange(head)[rows]))
        amounts, together = zoom.walk(ask, whole, ways, outputs, most_rows - head)
    walks = np.zeros((n_walks, d, *outputs.shape[1:]))
    for place, (way, added) in enumerate(zip(ways, amounts, strict=True)):
        walks[place // 2, way] += added / 2.0
    error = None
    if n_walks > 1:
        error = walks.std(axis=0, ddof=1) / np.sqrt(n_walks)
    return Effects(
        values=walks.mean(axis=0),
        base=np.asarray(outputs[1:head].mean(axis=0)),
        output=np.asarray(outputs[0]),
        error=error,
        n_walks=n_walks,
        together=together,
    )


def _step_by_step(
    ask: Ask, whole: Sheet, ways: Sequence[np.ndarray]
) -> tuple[np.ndarray, list[np.ndarray]]:
    """Outputs of the row and of the background rows, and what each field of each way adds."""
    d = len(whole.columns)
    # When each field is taken; never: as late as d.
    taken = np.full((len(ways), d), d, dtype=np.int32)
    for place, way in enumerate(ways):
        taken[place, way] = np.arange(len(way))
    n_steps = [max(0, len(way) - 1) for way in ways]
    # First the row and the background rows as they are, then the steps of each way.
    head = whole.n_rows
    way_of = np.repeat(np.arange(len(ways)), n_steps)
    way_of = np.concatenate([np.zeros(head, dtype=np.int64), way_of])
    start = np.concatenate([np.arange(head), 1 + way_of[head:] // 2])
    reach = np.concatenate([np.full(head, -1), *(np.arange(n) for n in n_steps)])

    def part(rows: slice) -> Sheet:
        from_row = taken[way_of[rows]] <= reach[rows, None]
        return whole.mixed(np.where(from_row, 0, start[rows, None]))

    outputs = answers(ask, len(start), d, part)
    amounts = []
    begin = head
    for place, way in enumerate(ways):
        end = begin + max(0, len(way) - 1)
        path = [outputs[[1 + place // 2]], outputs[begin:end], outputs[[0]]]
        amounts.append(np.diff(np.concatenate(path), axis=0)[: len(way)])
        begin = end
    return outputs[:head], amounts


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Steps:
    """What a waterfall shows.

    Attributes
    ----------
    row : Sheet
        The row that is explained.
    effects : ndarray of shape (n_fields,)
        Of one class, or of the number.
    base, output : float
        Where the way begins and ends.
    about : str
        The class; empty for numbers.
    target : str
        Name of what is predicted.
    n_background : int
        Rows that `base` is the mean of; 1 is the typical row.
    interval : (low, high) or None
        Of a number.
    note : str
        What is approximate about it.
    """

    row: Sheet
    effects: np.ndarray
    base: float
    output: float
    about: str
    target: str
    n_background: int
    interval: tuple[float, float] | None = None
    note: str = ""


def waterfall(steps: Steps, most: int = SHOWN) -> Picture:
    """From the base to the prediction, the strongest field first, what is left as one bar."""
    order = np.argsort(-np.abs(steps.effects), kind="stable")
    # Sums that cancel out leave a last digit behind.
    least = _NOTHING * max(1.0, abs(steps.base), abs(steps.output))
    order = order[np.abs(steps.effects[order]) > least]
    shown, rest = order[:most], order[most:]
    if len(rest) == 1:
        shown, rest = order[: most + 1], order[most + 1 :]
    amounts = [float(steps.effects[place]) for place in shown]
    names = [_cell(steps.row, place) for place in shown]
    if len(rest):
        amounts.append(float(steps.effects[rest].sum()))
        names.append(say("whatif-others", count=len(rest)))
    ends = steps.base + np.cumsum(amounts)
    begins = np.concatenate([[steps.base], ends[:-1]]) if amounts else ends
    tones = tuple("up" if amount > 0 else "down" for amount in amounts)
    places = range(len(amounts))
    bars = Bars(
        at=tuple(float(place) for place in places),
        value=tuple(number(end) for end in ends),
        base=tuple(number(begin) for begin in begins),
        along="y",
        tones=tones,
    )
    rules = (
        Rule(
            axis="x", at=_kept(steps.base), label=say("whatif-rule-base", rows=steps.n_background)
        ),
        Rule(axis="x", at=_kept(steps.output), label=say("whatif-rule-now"), tone="accent"),
    )
    classes = bool(steps.about)
    label = (
        say("whatif-axis-class", label=name(steps.about))
        if classes
        else say("whatif-axis-value", target=name(steps.target))
    )
    return Picture(
        name="whatif-waterfall",
        title=say("whatif-waterfall-title"),
        findings=_findings(steps, order),
        x=Axis(label=label, percent=classes),
        y=Axis(kind="names", names=tuple(name(text) for text in names)),
        marks=(bars, *rules) if amounts else rules,
        table=_table(steps, order),
        note=steps.note,
        picks="name",
    )


def _findings(steps: Steps, order: np.ndarray) -> tuple[str, ...]:
    said = [_first(steps)]
    if steps.interval is not None:
        low, high = steps.interval
        said.append(say("whatif-interval", low=amount_text(low), high=amount_text(high)))
    if not len(order):
        said.append(say("whatif-waterfall-none"))
        return tuple(said)
    strongest = int(order[0])
    amount, cell = float(steps.effects[strongest]), _cell(steps.row, strongest)
    way = "up" if amount > 0 else "down"
    if steps.about:
        points = 100.0 * abs(amount)
        said.append(say(f"whatif-waterfall-{way}-class", cell=cell, points=points))
    else:
        said.append(
            say(f"whatif-waterfall-{way}-value", cell=cell, amount=amount_text(abs(amount)))
        )
    return tuple(said)


def _first(steps: Steps) -> str:
    rows = steps.n_background
    if steps.about:
        return say(
            "whatif-waterfall-class",
            label=name(steps.about),
            chance=100.0 * steps.output,
            base=100.0 * steps.base,
            rows=rows,
        )
    return say(
        "whatif-waterfall-value",
        value=amount_text(steps.output),
        base=amount_text(steps.base),
        rows=rows,
    )


def _table(steps: Steps, order: np.ndarray) -> Table:
    listed = order[:MOST_TABLE_ROWS]
    scale = 100.0 if steps.about else 1.0
    effect = "whatif-table-points" if steps.about else "whatif-table-amount"
    return Table(
        columns=(say("whatif-table-field"), say("whatif-table-value"), say(effect)),
        rows=tuple(
            (
                name(steps.row.columns[place].name),
                name(text_of(steps.row.columns[place], steps.row.arrays[place][0])),
                number(scale * steps.effects[place]),
            )
            for place in listed
        ),
        more=len(order) - len(listed),
    )


def _cell(row: Sheet, place: int) -> str:
    column = row.columns[place]
    value = text_of(column, row.arrays[place][0])
    return say("whatif-cell", field=_short(column.name), value=_short(value))


def _short(text: str) -> str:
    """Both sides of "field = value" must be seen."""
    return text if len(text) <= _SHORT else f"{text[: _SHORT - 1]}…"


def _kept(value: float) -> float:
    kept = number(value)
    return 0.0 if kept is None else kept
