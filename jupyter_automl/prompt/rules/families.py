"""Which kinds of models: "only linear models", "don't use xgboost"."""

from __future__ import annotations

import re
from functools import lru_cache

from jupyter_automl.models.synonyms import SPELLINGS, installed
from jupyter_automl.prompt.reading import Reading
from jupyter_automl.prompt.rules.cues import joined

_INTERPRETABLE = re.compile(
    r"\b(?:only\s+)?(?:interpretable|explainable|transparent|white[\s-]?box)\s+(?:models?|ones)\b"
)
_AVOID = r"""(?:do\s+not|don'?t|never|not|no|without|avoid(?:ing)?|exclud(?:e|ing)|skip(?:ping)?
|except(?:\s+for)?|other\s+than|anything\s+but|everything\s+but|ban|forbid|drop|ignore|leave\s+out
|but\s+not|rather\s+than|instead\s+of)"""
_ONLY = r"""(?:nothing\s+(?:but|except)|only(?:\s+use)?|just(?:\s+use)?|use(?:\s+only)?|using
|try(?:ing)?|with|train|fit|compare|run|build|stick\s+to|limit\s+to|restrict\s+to|prefer|an?)"""
_CUES = re.compile(
    rf"\b(?:(?P<only1>nothing\s+(?:but|except))|(?P<avoid>{_AVOID})|(?P<only>{_ONLY}))\b",
    re.VERBOSE,
)
_MILD = frozenset(("a", "an", "with", "use", "using", "run", "train", "fit", "try"))
_SUCH_AS = re.compile(
    r"\b(?:such\s+as|including|include|e\.g\.|like|for\s+example)\s+(?:\w+,?\s+){0,4}$"
)
_AFTER_ONLY = re.compile(r"\s*(?:models?\s+)?(?:only|alone)\b")
_AFTER_AVOID = re.compile(
    r"\s*(?:models?\s+)?(?:(?:is|are|should|must|may|can)\s+(?:not|be\s+(?:excluded|avoided|skipped"
    r"|left\s+out))|excluded|not\s+allowed)\b"
)


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    groups = [f"(?P<g{i}>{spelling})" for i, (spelling, _) in enumerate(SPELLINGS)]
    names = "|".join(re.escape(name) for name in sorted(_offered(), key=len, reverse=True))
    named = f"|(?P<name>{names})" if names else ""
    return re.compile(rf"(?<!\w)(?:{'|'.join(groups)}{named})(?!\w)")


@lru_cache(maxsize=1)
def _offered() -> tuple[str, ...]:
    from jupyter_automl.models import FAMILIES

    return FAMILIES.names()


def _interpretable() -> tuple[str, ...]:
    from jupyter_automl.models import FAMILIES

    names = (name for name in FAMILIES.available() if name != "dummy")
    return tuple(name for name in names if FAMILIES.get(name).interpretable)


def read(reading: Reading) -> None:
    """Fill `families_only` and `families_avoid`."""
    only: dict[str, str] = {}
    avoid: dict[str, str] = {}
    missing: list[str] = []
    for match in _pattern().finditer(reading.view):
        if _is_column(reading, match):
            continue
        reading.claim(*match.span())
        polarity = _polarity(reading, match)
        names = installed(_names(match))
        offered = [name for name in names if name in _offered()]
        if polarity == "only" and not offered:
            missing.extend(names)
        if polarity in ("only", "avoid"):
            said = reading.words(*match.span())
            chosen = only if polarity == "only" else avoid
            chosen.update((name, said) for name in offered if name not in chosen)
    _read_interpretable(reading, only)
    _settle(reading, only, avoid, missing)


def _names(match: re.Match[str]) -> tuple[str, ...]:
    if match.groupdict().get("name"):
        return (match["name"],)
    for i, (_, names) in enumerate(SPELLINGS):
        if match[f"g{i}"]:
            return names
    return ()


def _read_interpretable(reading: Reading, only: dict[str, str]) -> None:
    match = _INTERPRETABLE.search(reading.view)
    if match is not None and not only and not reading.claimed(*match.span()):
        only.update((name, reading.words(*match.span())) for name in _interpretable())
        reading.claim(*match.span())


def _settle(
    reading: Reading, only: dict[str, str], avoid: dict[str, str], missing: list[str]
) -> None:
    both = [name for name in only if name in avoid]
    only = {name: said for name, said in only.items() if name not in avoid}
    if both and not only:
        reading.ask(
            "families_only", f"Is {joined(both)} to be used or avoided?", [(name,) for name in both]
        )
        avoid = {name: said for name, said in avoid.items() if name not in both}
    if missing and not only:
        names = joined(list(dict.fromkeys(missing)))
        others = [(name,) for name in _offered() if name != "dummy"][:6]
        reading.ask("families_only", f"{names} is not offered. Which family instead?", others)
    for name, chosen in (("families_only", only), ("families_avoid", avoid)):
        if chosen:
            said = joined(list(dict.fromkeys(chosen.values())))
            reading.set(name, tuple(chosen), 0.9, f'"{said}" in the prompt.')


def _is_column(reading: Reading, match: re.Match[str]) -> bool:
    mention = reading.mention_over(*match.span())
    return mention is not None and (mention.how == "quoted" or mention.how == "exact")


def _polarity(reading: Reading, match: re.Match[str]) -> str:
    """``"only"``, ``"avoid"``, or ``""`` for a mere example."""
    view = reading.view
    start, end = reading.sentence(match.start())
    before, after = view[start : match.start()], view[match.end() : end]
    if _AFTER_AVOID.match(after):
        return "avoid"
    if _SUCH_AS.search(before):
        return ""
    cues = list(_CUES.finditer(before))
    while cues and cues[-1]["only"] in _MILD:
        # "do not use a forest": the article and the verb belong to the word before them.
        earlier = before[: cues[-1].start()].rstrip()
        if len(cues) > 1 and earlier.endswith(cues[-2][0]):
            cues.pop()
            continue
        break
    if _AFTER_ONLY.match(after):
        return "only"
    if cues and cues[-1]["avoid"]:
        return "avoid"
    return "only"
