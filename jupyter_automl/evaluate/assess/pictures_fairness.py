"""Pictures of groups compared."""

from __future__ import annotations

from typing import Any

from jupyter_automl.core.errors import ArgumentError
from jupyter_automl.core.picture import MOST_ROWS, Axis, Bars, Picture, Rule, Table, number, numbers
from jupyter_automl.core.words import say
from jupyter_automl.evaluate.assess.estimate import Estimate
from jupyter_automl.evaluate.assess.fairness import (
    CLASS_RATES,
    NUMBER_RATES,
    Fairness,
    GroupRates,
    fairness_of,
    rates_of_all,
)
from jupyter_automl.evaluate.assess.groups import LEAST_ROWS
from jupyter_automl.evaluate.assess.judged import Judged
from jupyter_automl.evaluate.assess.telling import fitted, note, percent, plain, shown


def fairness_picture(
    judged: Judged, *, by: str | None = None, label: Any = None, metric: str | None = None
) -> Picture:
    """One rate of every group, with intervals; groups with too few rows have a name only.

    Parameters
    ----------
    by, label
        See `fairness_of`.
    metric : str, optional
        One of `CLASS_RATES` or `NUMBER_RATES`; the first where none is given.

    Raises
    ------
    ArgumentError
        If there is no such column, class or metric.
    """
    known = CLASS_RATES if judged.has_classes else NUMBER_RATES
    wanted = known[0] if metric is None else metric
    if wanted not in known:
        raise ArgumentError(
            f"The metric must be one of: {', '.join(known)}. Got {metric!r}.", argument="metric"
        )
    fairness = fairness_of(judged, by=by, label=label)
    groups = fairness.groups
    what = say(f"evaluate-fairness-{wanted.replace('_', '-')}", label=fairness.label)
    estimates = [group.rates.get(wanted, Estimate()) for group in groups]
    drawn = [i for i, estimate in enumerate(estimates) if estimate.value is not None]
    code = judged.code_of(label) if judged.has_classes else 0
    overall = rates_of_all(judged, code)[wanted].value
    return Picture(
        name="fairness",
        title=say("evaluate-fairness-title", column=shown(fairness.column)),
        findings=tuple(_findings(fairness, judged.has_classes)),
        x=Axis(label=what, low=0.0 if wanted != "mean_error" else None, percent=judged.has_classes),
        y=Axis(
            label=shown(fairness.column),
            kind="names",
            names=tuple(_named(group) for group in groups),
        ),
        marks=(
            Bars(
                at=numbers(drawn),
                value=numbers(estimates[i].value for i in drawn),
                along="y",
                low=numbers(estimates[i].low for i in drawn),
                high=numbers(estimates[i].high for i in drawn),
            ),
            *(
                ()
                if overall is None
                else (
                    Rule(axis="x", at=number(overall) or 0.0, label=say("evaluate-fairness-all")),
                )
            ),
        ),
        table=_table(fairness, known),
        note=note(judged, say("evaluate-fairness-note", n=LEAST_ROWS)),
        picks="name",
    )


def _named(group: GroupRates) -> str:
    if not group.few:
        return group.name
    return fitted(say("evaluate-fairness-few", name=group.name, n=group.n))


def _table(fairness: Fairness, known: tuple[str, ...]) -> Table:
    kept = fairness.groups[:MOST_ROWS]
    return Table(
        columns=(
            shown(fairness.column),
            say("evaluate-rows"),
            *(
                say(f"evaluate-fairness-{name.replace('_', '-')}", label=fairness.label)
                for name in known
            ),
        ),
        rows=tuple(
            (
                group.name,
                number(group.n),
                *(
                    say("evaluate-fairness-too-few")
                    if group.few
                    else number(group.rates[name].value, 4)
                    for name in known
                ),
            )
            for group in kept
        ),
        more=len(fairness.groups) - len(kept),
    )


def _findings(fairness: Fairness, classes: bool) -> list[str]:
    gap = fairness.gaps["demographic_parity_difference" if classes else "mae_difference"]
    name = "selection_rate" if classes else "mae"
    rated = [
        (group, group.rates[name].value)
        for group in fairness.groups
        if not group.few and group.rates[name].value is not None
    ]
    if gap.value is None or len(rated) < 2:
        return [say("evaluate-reason-few-groups", n=LEAST_ROWS)]
    most = max(rated, key=lambda pair: pair[1] or 0.0)
    least = min(reversed(rated), key=lambda pair: pair[1] or 0.0)
    said = percent if classes else plain
    key = "evaluate-fairness-selected" if classes else "evaluate-fairness-errs"
    sentences = [
        say(
            key,
            column=shown(fairness.column),
            label=fairness.label,
            most=most[0].name,
            least=least[0].name,
            high=said(most[1] or 0.0),
            low=said(least[1] or 0.0),
        )
    ]
    odds = fairness.gaps.get("equalized_odds_difference")
    if odds is not None and odds.value is not None:
        if odds.low is None or odds.high is None:
            sentences.append(say("evaluate-fairness-odds-alone", points=percent(odds.value)))
        else:
            sentences.append(
                say(
                    "evaluate-fairness-odds",
                    points=percent(odds.value),
                    low=percent(odds.low),
                    high=percent(odds.high),
                )
            )
    return sentences
