"""Findings of pictures in plain words, computed from the numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_automl.core.picture import name
from jupyter_automl.core.words import say

if TYPE_CHECKING:
    from jupyter_automl.explain.explanation import Explanation
    from jupyter_automl.explain.permuted import Permuted

_EQUAL = 1.1
_LARGE = 10.0
_DIGITS = 3
_CLOSE = 1e-4
"""Sums that are off by less are right for any reader."""


def short(value: float) -> float:
    """A float of three digits, for messages and tables."""
    return float(f"{value:.{_DIGITS}g}")


def text(value: float) -> str:
    """A number of three digits as it stands in a sentence."""
    size = abs(value)
    if size and not 1e-4 <= size < 1e7:
        return f"{value:.{_DIGITS - 1}e}"
    return f"{short(value):,.10g}" if size >= 1000 else f"{value:.{_DIGITS}g}"


def of_importance(explanation: Explanation) -> tuple[str, ...]:
    """What matters most, how much more than the next, and what it does."""
    ranking = explanation.ranking(2)
    if not ranking or ranking[0][1] <= 0:
        return (say("explain-none"),)
    first = ranking[0][0]
    said = [strongest(ranking)]
    told = of_change(explanation, first)
    return (*said, told) if told else tuple(said)


def strongest(ranking: list[tuple[str, float]]) -> str:
    """The strongest feature beside the next one."""
    first, top = ranking[0]
    if len(ranking) == 1 or ranking[1][1] <= 0:
        return say("explain-only", first=name(first))
    second, size = ranking[1]
    times = top / size
    if times < _EQUAL:
        return say("explain-equal", first=name(first), second=name(second))
    large = "yes" if times >= _LARGE else "no"
    return say(
        "explain-times", first=name(first), second=name(second), times=float(times), large=large
    )


def of_change(explanation: Explanation, feature: str, label: str | None = None) -> str:
    """What a feature does to predictions; empty where the rows do not tell."""
    found = explanation.change(feature, label)
    if found is None:
        return ""
    if found.low <= 0.0 <= found.high:
        return say("explain-no-clear-change", feature=name(feature))
    way = "up" if found.amount > 0 else "down"
    told: dict[str, str | float] = {"feature": name(feature)}
    if found.kind == "level":
        told["level"] = name(found.level)
    if not explanation.classes:
        told["amount"] = text(abs(found.amount))
        told["log"] = "yes" if explanation.space.startswith("log") else "no"
        return say(f"explain-{found.kind}-amount-{way}", **told)
    points = abs(found.amount)
    told["points"] = float(round(points)) if points >= 2.0 else float(f"{points:.1g}")
    told["label"] = name(explanation.for_class(label)[1])
    return say(f"explain-{found.kind}-points-{way}", **told)


def of_method(explanation: Explanation) -> str:
    """How exact the values are."""
    if explanation.is_exact:
        return say("explain-exact")
    error = explanation.value_error()
    if explanation.gap is not None:
        said = say("explain-linearised")
        if explanation.gap < _CLOSE:
            return said
        return f"{said} {say('explain-gap', gap=text(explanation.gap))}"
    return (
        say("explain-sampled") if error is None else say("explain-sampled-error", error=text(error))
    )


def of_permuted(explanation: Explanation, permuted: Permuted) -> str:
    """Whether both measures agree."""
    first = explanation.ranking(1)
    drops = [drop for drop in permuted.drops if drop.mean > 0]
    if not drops:
        return say("explain-permutation-nothing", metric=permuted.metric)
    if not first or first[0][0] == drops[0].feature:
        return say("explain-permutation-agree", first=name(drops[0].feature))
    return say(
        "explain-permutation-differ",
        first=name(first[0][0]),
        second=name(drops[0].feature),
        metric=permuted.metric,
    )
