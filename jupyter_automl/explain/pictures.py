"""Explanations as pictures: what matters, in which direction, with what, and for one row."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from jupyter_automl.core.picture import (
    MOST_ROWS,
    Axis,
    Bars,
    Cells,
    Dots,
    Mark,
    Picture,
    Rule,
    Table,
    name,
    number,
    numbers,
)
from jupyter_automl.core.words import say
from jupyter_automl.explain import findings
from jupyter_automl.explain.effects import base_of, chances, evenly
from jupyter_automl.explain.findings import text
from jupyter_automl.explain.levels import normalised
from jupyter_automl.explain.sentences import as_numbers

if TYPE_CHECKING:
    import pandas as pd

    from jupyter_automl.explain.explanation import Explanation
    from jupyter_automl.explain.permuted import Permuted

MOST_FEATURES = 20
MOST_DOTS = 500
"""Of a feature."""
_MOST_LEVELS = 12
_SHADED_LEVELS = 5
_BINS = 10
_SECOND = 1e9
"""Nanoseconds."""
_SHARE = 0.38
_LARGE = 1e8


def importance(explanation: Explanation, most: int = 15) -> Picture:
    """Mean size of the effects with its interval, the largest on top; a click picks a feature."""
    table = explanation.importance()
    shown = table.head(most)
    at = tuple(float(place) for place in range(len(shown)))
    mean, low, high = (numbers(shown[key]) for key in ("importance", "lower", "upper"))
    return Picture(
        name="importance",
        title=say("explain-importance-title"),
        findings=findings.of_importance(explanation),
        x=Axis(label=say("explain-importance-axis", space=explanation.space), low=0.0),
        y=Axis(kind="names", names=tuple(name(feature) for feature in shown["feature"])),
        marks=(Bars(at=at, value=mean, low=low, high=high, along="y"),),
        table=Table(
            columns=tuple(
                say(f"explain-column-{key}") for key in ("feature", "effect", "low", "high")
            ),
            rows=tuple(
                (name(row.feature), number(row.importance), number(row.lower), number(row.upper))
                for row in table.head(MOST_ROWS).itertuples()
            ),
            more=max(0, len(table) - MOST_ROWS),
        ),
        note=_note(
            say("explain-importance-note", rows=explanation.n_rows),
            say("explain-importance-classes") if explanation.values.ndim == 3 else "",
            findings.of_method(explanation),
        ),
        picks="name",
    )


def swarm(explanation: Explanation, label: str | None = None, most: int = 12) -> Picture:
    """A dot a row and feature; to the right raises the prediction. A click picks a row."""
    values, label = explanation.for_class(label)
    ranked = explanation.ranking(min(most, MOST_FEATURES))
    places = [explanation.feature_names.index(feature) for feature, _ in ranked]
    rows = _evenly(explanation.n_rows)
    data = explanation.data.iloc[rows]
    marks: list[Mark] = [Rule(axis="x", at=0.0)]
    for height, place in enumerate(places):
        effect = values[rows, place]
        shade = normalised(data.iloc[:, place])
        marks.append(
            Dots(
                x=numbers(effect, 4),
                y=numbers(height + spread(effect), 4),
                tone="quiet" if shade is None else "low-high",
                shade=None if shade is None else numbers(shade, 2),
                rows=_positions(data),
            )
        )
    asked = label if explanation.classes else None
    told = [findings.of_change(explanation, f, asked) for f, size in ranked[:2] if size > 0]
    drawn = say("explain-swarm-all", rows=explanation.n_rows)
    if len(rows) < explanation.n_rows:
        drawn = say("explain-swarm-some", shown=len(rows), rows=explanation.n_rows)
    return Picture(
        name="swarm",
        title=say("explain-swarm-title"),
        findings=tuple(said for said in told if said),
        x=_effect_axis(explanation, label),
        y=Axis(kind="names", names=tuple(name(feature) for feature, _ in ranked)),
        marks=tuple(marks),
        table=Table(
            columns=tuple(
                say(f"explain-column-{key}") for key in ("feature", "smallest", "mean", "largest")
            ),
            rows=tuple(
                (
                    name(explanation.feature_names[place]),
                    number(_or_none(values[:, place], np.min)),
                    number(_or_none(values[:, place], np.mean)),
                    number(_or_none(values[:, place], np.max)),
                )
                for place in places
            ),
        ),
        note=_note(
            drawn,
            say("explain-swarm-colour"),
            findings.of_method(explanation),
        ),
        picks="row",
    )


def dependence(explanation: Explanation, feature: str, label: str | None = None) -> Picture:
    """Values of a feature and what they add, coloured by the feature that changes this most.

    Raises
    ------
    UnknownNameError
        If there is no such feature or class.
    """
    place = explanation.place_of(feature)
    label = explanation.for_class(label)[1]
    asked = label if explanation.classes else None
    partner = explanation.interacting(feature, asked)
    some = evenly(explanation, MOST_DOTS)
    effect = some.for_class(asked)[0][:, place]
    column = some.data.iloc[:, place]
    told = [findings.of_change(explanation, feature, asked)]
    if partner is not None:
        told.append(say("explain-interacting", partner=name(partner[0])))
    real = as_numbers(column)
    if real is not None:
        dated = column.dtype.kind == "M"
        x = real / _SECOND if dated else real
        axis = Axis(label=name(feature), kind="time" if dated else "number")
        table = _number_table(feature, x, effect)
        keep = np.isfinite(x)
        left_out = _missing_note(effect[~keep])
    else:
        x, axis, table = _level_places(feature, column, effect)
        keep, left_out = np.ones(len(x), dtype=bool), ""
    marks, shade_note = _shaded(some, x, effect, keep, None if partner is None else partner[0])
    return Picture(
        name="dependence",
        title=say("explain-dependence-title", feature=name(feature)),
        findings=tuple(said for said in told if said),
        x=axis,
        y=_effect_axis(explanation, label),
        marks=(Rule(axis="y", at=0.0), *marks),
        table=table,
        note=_note(shade_note, left_out, findings.of_method(explanation)),
        picks="row",
    )


def waterfall(
    explanation: Explanation, row: int = 0, label: str | None = None, most: int = 12
) -> Picture:
    """From the base value to one row's prediction, the strongest features named.

    Parameters
    ----------
    row : int
        Counts from 0 among the rows explained; negative counts from the end.

    Raises
    ------
    ArgumentError
        If there is no such row.
    UnknownNameError
        If there is no such class.
    """
    from jupyter_automl.core.errors import ArgumentError

    if not -explanation.n_rows <= row < explanation.n_rows:
        raise ArgumentError(
            f"The row must be between 0 and {explanation.n_rows - 1}. Got {row!r}.", argument="row"
        )
    values, label = explanation.for_class(label)
    effect, base = values[row], base_of(explanation, label)
    order = np.argsort(-np.abs(effect), kind="stable")
    shown, rest = order[:most], order[most:]
    cells = explanation.data.iloc[row]
    names = [
        say(
            "explain-waterfall-cell",
            feature=name(explanation.feature_names[place]),
            value=_cell(cells.iloc[place]),
        )
        for place in shown
    ]
    steps = [float(effect[place]) for place in shown]
    if len(rest):
        names.append(say("explain-waterfall-rest", features=len(rest)))
        steps.append(float(effect[rest].sum()))
    ends = base + np.cumsum(steps)
    total = base + float(effect.sum())
    position = explanation.data.index[row]
    return Picture(
        name="waterfall",
        title=say("explain-waterfall-title", row=int(position)),
        findings=_waterfall_findings(explanation, row, label, base, total),
        x=_effect_axis(explanation, label),
        y=Axis(kind="names", names=tuple(name(words) for words in names)),
        marks=(
            Bars(
                at=tuple(float(place) for place in range(len(steps))),
                value=numbers(ends),
                base=numbers([base, *ends[:-1]]),
                along="y",
                tones=tuple("up" if step > 0 else "down" for step in steps),
            ),
            # Cut as the bars are: else an effect of nothing has an axis of rounding errors.
            Rule(axis="x", at=number(base) or 0.0, label=say("explain-waterfall-base")),
            Rule(
                axis="x",
                at=number(total) or 0.0,
                label=say("explain-waterfall-total"),
                tone="accent",
            ),
        ),
        table=Table(
            columns=tuple(say(f"explain-column-{key}") for key in ("feature", "value", "effect")),
            rows=tuple(
                (
                    name(explanation.feature_names[place]),
                    _cell(cells.iloc[place]),
                    number(effect[place]),
                )
                for place in order[:MOST_ROWS]
            ),
            more=max(0, len(order) - MOST_ROWS),
        ),
        note=findings.of_method(explanation),
        picks="name",
    )


def pairs(explanation: Explanation, most: int = 10) -> Picture:
    """How much the strongest features change each other's effect."""
    found = explanation.pairs(MOST_ROWS)
    names = [
        feature
        for feature, _ in explanation.ranking()
        if any(feature in (pair.first, pair.second) for pair in found)
    ]
    strength = np.zeros((len(names), len(names)))
    for pair in found:
        one, two = names.index(pair.first), names.index(pair.second)
        strength[one, two] = strength[two, one] = pair.strength
    largest = float(strength.max(initial=0.0))
    said = say("explain-pairs-none")
    if largest > 0:
        best = found[0]
        said = say("explain-pairs-finding", first=name(best.first), second=name(best.second))
    axis = Axis(kind="names", names=tuple(name(feature) for feature in names))
    how = "exact" if explanation.interactions else "estimated"
    return Picture(
        name="pairs",
        title=say("explain-pairs-title"),
        findings=(said,),
        x=axis,
        y=axis,
        marks=(
            Cells(
                shade=tuple(
                    tuple(
                        None if i == j else number(value / largest if largest else 0.0, 3)
                        for j, value in enumerate(row)
                    )
                    for i, row in enumerate(strength)
                ),
                text=tuple(
                    tuple("" if i == j else text(value) for j, value in enumerate(row))
                    for i, row in enumerate(strength)
                ),
            ),
        )
        if names
        else (),
        table=Table(
            columns=tuple(
                say(f"explain-column-{key}") for key in ("feature", "partner", "strength")
            ),
            rows=tuple(
                (name(pair.first), name(pair.second), number(pair.strength))
                for pair in found[:most]
            ),
            more=max(0, len(found) - most),
        ),
        note=say(f"explain-pairs-{how}", space=explanation.space),
        picks="name",
        square=True,
    )


def permutation(explanation: Explanation, permuted: Permuted, most: int = 12) -> Picture:
    """Mean effects beside what shuffling costs, each as a share of its largest."""
    table = explanation.importance()
    drops = {drop.feature: drop for drop in permuted.drops}
    shown = list(table["feature"].head(most))
    effect = dict(zip(table["feature"], table["importance"], strict=True))
    largest = max(1e-300, max((float(effect[f]) for f in shown), default=0.0))
    worst = max(1e-300, max((drop.mean for drop in permuted.drops), default=0.0))

    def shares(key: str) -> tuple[float | None, ...]:
        found = [getattr(drops[f], key) if f in drops else None for f in shown]
        return numbers(None if value is None else value / worst for value in found)

    at = np.arange(len(shown), dtype=float)
    whiskers = permuted.repeats > 1
    metric = permuted.metric
    return Picture(
        name="permutation",
        title=say("explain-permutation-title"),
        findings=(findings.of_permuted(explanation, permuted),),
        x=Axis(label=say("explain-permutation-axis"), percent=True),
        y=Axis(kind="names", names=tuple(name(feature) for feature in shown)),
        marks=(
            Bars(
                at=numbers(at - _SHARE / 2),
                value=numbers(effect[f] / largest for f in shown),
                along="y",
                tone="series:0",
                name=say("explain-permutation-shap"),
                width=_SHARE,
            ),
            Bars(
                at=numbers(at + _SHARE / 2),
                value=shares("mean"),
                low=shares("low") if whiskers else None,
                high=shares("high") if whiskers else None,
                along="y",
                tone="series:1",
                name=say("explain-permutation-drop", metric=metric),
                width=_SHARE,
            ),
        ),
        table=Table(
            columns=(
                say("explain-column-feature"),
                say("explain-column-effect"),
                say("explain-permutation-drop", metric=metric),
                say("explain-column-low"),
                say("explain-column-high"),
            ),
            rows=tuple(
                (
                    name(feature),
                    number(effect[feature]),
                    *(
                        number(getattr(drops[feature], key)) if feature in drops else None
                        for key in ("mean", "low", "high")
                    ),
                )
                for feature in table["feature"].head(MOST_ROWS)
            ),
            more=max(0, len(table) - MOST_ROWS),
        ),
        note=_note(
            say(
                f"explain-permutation-{permuted.source}",
                rows=permuted.n_rows,
                repeats=permuted.repeats,
            ),
            say("explain-permutation-score", metric=metric, score=text(permuted.score)),
        ),
        picks="name",
    )


def spread(x: np.ndarray) -> np.ndarray:
    """Heights in [-0.4, 0.4] that keep points of the same place apart."""
    low, high = (float(x.min()), float(x.max())) if len(x) else (0.0, 0.0)
    bins = np.zeros(len(x), dtype=int)
    if high > low:
        bins = ((x - low) / (high - low) * 60).astype(int)
    counts = np.bincount(bins, minlength=1)
    order = np.argsort(bins, kind="stable")
    first = np.concatenate([[0], np.cumsum(counts)[:-1]])
    rank = np.empty(len(x))
    rank[order] = np.arange(len(x)) - first[bins[order]]
    return np.asarray(0.8 * (rank - (counts[bins] - 1) / 2) / max(1, int(counts.max())))


def _evenly(n: int) -> np.ndarray:
    return np.unique(np.linspace(0, max(0, n - 1), min(n, MOST_DOTS)).astype(int))


def _positions(data: pd.DataFrame) -> tuple[int, ...] | None:
    rows = data.index
    return tuple(int(row) for row in rows) if rows.dtype.kind in "iu" else None


def _effect_axis(explanation: Explanation, label: str) -> Axis:
    return Axis(
        label=say(
            "explain-swarm-axis",
            label="some" if explanation.classes else "none",
            name=name(label),
            space=explanation.space,
        )
    )


def _or_none(values: np.ndarray, what: Callable[[np.ndarray], Any]) -> float | None:
    return float(what(values)) if len(values) else None


def _note(*parts: str) -> str:
    return " ".join(part for part in parts if part)


def _cell(value: object) -> str:
    """A cell of the table as words."""
    import pandas as pd

    if pd.isna(value):
        return say("explain-missing")
    if isinstance(value, (bool, np.bool_)):
        return str(bool(value))
    if isinstance(value, pd.Timestamp):
        return str(value.date()) if value == value.normalize() else str(value)
    if isinstance(value, (float, np.floating)):
        return text(float(value)) if np.isfinite(value) else str(float(value))
    return name(value)


def _missing_note(effect: np.ndarray) -> str:
    if not len(effect):
        return ""
    return say("explain-dependence-missing", rows=len(effect), effect=text(float(effect.mean())))


def _number_table(feature: str, x: np.ndarray, effect: np.ndarray) -> Table:
    """Means of equally many rows each."""
    known = np.flatnonzero(np.isfinite(x))
    parts = np.array_split(known[np.argsort(x[known], kind="stable")], _BINS)
    return Table(
        columns=tuple(say(f"explain-column-{key}") for key in ("low", "high", "mean", "rows")),
        rows=tuple(
            (
                number(x[part].min()),
                number(x[part].max()),
                number(effect[part].mean()),
                float(len(part)),
            )
            for part in parts
            if len(part)
        ),
    )


def _level_places(
    feature: str, column: pd.Series, effect: np.ndarray
) -> tuple[np.ndarray, Axis, Table]:
    """Places of the rows on an axis of the most frequent levels, and the means of all levels."""
    texts = column.astype("str").fillna("").to_numpy(dtype=object)
    texts = np.where(column.isna(), say("explain-missing"), texts)
    levels, codes, counts = np.unique(texts, return_inverse=True, return_counts=True)
    often = np.argsort(-counts, kind="stable")
    shown = often[:_MOST_LEVELS]
    names = [name(levels[code]) for code in shown]
    place = np.full(len(levels), len(shown))
    place[shown] = np.arange(len(shown))
    if len(often) > len(shown):
        names.append(say("explain-other-levels", levels=len(often) - len(shown)))
    at = place[codes].astype(float)
    x = at.copy()
    for height in range(len(names)):
        inside = at == height
        x[inside] += spread(effect[inside])
    table = Table(
        columns=tuple(say(f"explain-column-{key}") for key in ("value", "mean", "rows")),
        rows=tuple(
            (name(levels[code]), number(effect[codes == code].mean()), float(counts[code]))
            for code in often[:MOST_ROWS]
        ),
        more=max(0, len(often) - MOST_ROWS),
    )
    return x, Axis(label=name(feature), kind="names", names=tuple(names)), table


def _shaded(
    some: Explanation, x: np.ndarray, effect: np.ndarray, keep: np.ndarray, partner: str | None
) -> tuple[list[Mark], str]:
    """Dots coloured by the partner: its size, or its most frequent levels."""
    rows = _positions(some.data)
    # Seconds since 1970 have ten digits.
    digits = 10 if np.abs(x[keep]).max(initial=0.0) > _LARGE else 5

    def dots(inside: np.ndarray, **look: Any) -> Mark:
        places = np.flatnonzero(inside)
        return Dots(
            x=numbers(x[places], digits),
            y=numbers(effect[places], 4),
            rows=None if rows is None else tuple(rows[place] for place in places),
            **look,
        )

    if partner is None:
        return [dots(keep)], ""
    column = some.data.iloc[:, some.feature_names.index(partner)]
    shade = normalised(column)
    if shade is not None:
        said = say("explain-dependence-shade", partner=name(partner))
        return [dots(keep, tone="low-high", shade=numbers(shade[keep], 2))], said
    texts = column.astype("str").fillna("").to_numpy(dtype=object)
    texts = np.where(column.isna(), say("explain-missing"), texts)
    levels, codes, counts = np.unique(texts, return_inverse=True, return_counts=True)
    often = np.argsort(-counts, kind="stable")[:_SHADED_LEVELS]
    marks = [
        dots(keep & (codes == code), tone=f"series:{i}", name=name(levels[code]))
        for i, code in enumerate(often)
    ]
    rest = keep & ~np.isin(codes, often)
    if rest.any():
        words = say("explain-other-levels", levels=len(levels) - len(often))
        marks.append(dots(rest, tone="quiet", name=words))
    return marks, say("explain-dependence-levels", partner=name(partner))


def _waterfall_findings(
    explanation: Explanation, row: int, label: str, base: float, total: float
) -> tuple[str, ...]:
    both = chances(explanation, row, label)
    if both is None:
        kind = "log" if explanation.space.startswith("log") else "amount"
        said = say(f"explain-waterfall-{kind}", total=text(total), base=text(base))
    else:
        said = say(
            "explain-waterfall-chance",
            label=name(label),
            base=100.0 * both[0],
            chance=100.0 * both[1],
        )
    effect = explanation.for_class(label if explanation.classes else None)[0][row]
    place = int(np.argmax(np.abs(effect)))
    if effect[place] == 0:
        return (said,)
    most = say(
        "explain-waterfall-most",
        way="up" if effect[place] > 0 else "down",
        feature=name(explanation.feature_names[place]),
        value=_cell(explanation.data.iloc[row, place]),
    )
    return said, most
