"""Which column is to be predicted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from jupyter_automl.core.dataset import ColumnSchema
from jupyter_automl.prompt import ground
from jupyter_automl.prompt import text as tx
from jupyter_automl.prompt.lexicon import STOP_WORDS, TARGET_NAMES
from jupyter_automl.prompt.reading import Reading
from jupyter_automl.prompt.rules import cues, positive

_NOUN = r"(?:target|label|outcome|response|dependent\s+variable|variable\s+to\s+predict|y)"
_LINK = r"(?:is|=|:|should\s+be|will\s+be|are|being)"
_NAMED = re.compile(
    rf"\b(?:(?:target|variable\s+to\s+predict)(?:\s+(?:column|variable|feature|field))?\s*{_LINK}?"
    rf"|{_NOUN}(?:\s+(?:column|variable|feature|field))?\s*{_LINK})\s*(?:the\s+)?(?:column\s+)?"
)
_IS_TARGET = re.compile(
    rf"\s*(?:column|variable|field)?\s*,?\s*(?:{_LINK}|as)\s+(?:the\s+|my\s+|our\s+|a\s+)?"
    rf"(?:{_NOUN}\b|(?:thing|column|one)?\s*(?:what|that|which)?\s*(?:i|we)\s+(?:want|need|would\s+like)"
    r"\s+to\s+predict|to\s+be\s+predicted|to\s+predict)"
)
_NOUN_AFTER = re.compile(
    r"[\s-]+(?:predict(?:ion|ions|or)|forecast(?:s|ing|er)?|classif(?:ier|ication)|regression"
    r"|regressor|detect(?:ion|or)|estimat(?:ion|or)|model(?:s|ling|ing)?)\b"
)
_SCOPE_END = re.compile(
    rf"\b(?:from|using|use|uses|used|based\s+on|given|{cues.OPTIMISE}|train(?:ing)?|run|but"
    r"|because|instead\s+of|rather\s+than|while|so\s+that|in\s+order|keep|evaluat\w*|metric)\b"
)
_PREPOSITION = re.compile(
    r"\b(?:in|with|by|per|on|at|for|during|within|before|after)\s+(?:\w+\s+){0,3}$"
)
_NEGATION = re.compile(
    r"\b(?:not|n't|never|won'?t|don'?t|didn'?t|doesn'?t|isn'?t|aren'?t|fails?\s+to|failed\s+to)\s+"
    r"(?:be\s+|have\s+|to\s+)?$"
)
_WHO = re.compile(r"\b(?:which|who|whose|whom|whether|if|will|would|does|did|is|are|do)\b")
_COUNTED = re.compile(r"\bhow\s+(?:much|many|long|old|big|high|fast)\b|\bwhat\b")
_AND = re.compile(r"\s*(?:,|and|&|,\s*and|as\s+well\s+as)\s+(?:the\s+)?$")


_MOST_WORDS = 3


@dataclass(frozen=True, slots=True)
class _Candidate:
    columns: tuple[str, ...]
    score: float
    start: int
    end: int
    negative: bool = False
    value: str | None = None


def read(reading: Reading) -> None:
    """Fill `target` from the plainest words that name it."""
    for find in (_named, _by_verb, _by_noun, _by_question, _by_weak_verb, _bare):
        found = list(find(reading))
        if found:
            _settle(reading, found)
            return


def ask_if_missing(reading: Reading) -> None:
    """Ask for the target where no words name one."""
    if "target" in reading.fields or not reading.columns:
        return
    answers = likely_targets(tuple(reading.columns.values()), reading.fields.get("exclude", ()))
    reading.ask("target", "Which column is to be predicted?", answers)


def likely_targets(
    columns: tuple[ColumnSchema, ...], exclude: tuple[str, ...] = (), most: int = 5
) -> tuple[str, ...]:
    """Columns that look like a target, the likeliest first."""
    usable = [c for c in columns if c.kind not in ("id", "constant") and c.name not in exclude]
    usable = usable or [c for c in columns if c.name not in exclude]
    last = usable[-1].name if usable else None

    def rank(column: ColumnSchema) -> float:
        points = 3.0 * (tx.key(column.name) in TARGET_NAMES)
        points += 1.0 * any(word in TARGET_NAMES for word in tx.split_name(column.name))
        points += 2.0 * (column.name == last) + 1.0 * (column.n_unique == 2)
        points += 0.5 * (2 < column.n_unique <= 10)
        return points - 2.0 * (column.kind in ("text", "datetime"))

    return tuple(c.name for c in sorted(usable, key=rank, reverse=True)[:most])


def _settle(reading: Reading, found: list[_Candidate]) -> None:
    best = max(found, key=lambda c: (c.score, -c.start))
    rivals = list(dict.fromkeys(name for c in found if c.score >= best.score - 0.05
                                for name in c.columns))  # fmt: skip
    said = reading.words(best.start, best.end)
    if len(rivals) > 1:
        text = f"{cues.joined(rivals[:6])} could all be meant. Which one is to be predicted?"
        reading.ask("target", text, rivals[:6])
        return
    reading.set("target", best.columns[0], best.score, f'"{said}" in the prompt.')
    reading.claim(best.start, best.end)
    if best.value is not None and "positive" not in reading.fields:
        reading.set("positive", best.value, 0.85 * best.score, f'"{said}" in the prompt.')
    reading.negative = best.negative


def _full(mention: ground.Mention, factor: float, bonus: float = 0.0) -> _Candidate:
    score = min(1.0, factor * mention.score + bonus)
    return _Candidate(mention.columns, score, mention.start, mention.end)


def _named(reading: Reading) -> Iterator[_Candidate]:
    """``the target is X``, ``X is the target``."""
    for match in _NAMED.finditer(reading.view):
        mention = reading.mention_at(match.end())
        over = reading.mention_over(match.start(), match.start() + 1)
        if mention is not None and (over is None or over.end <= mention.start):
            yield _full(mention, 0.97)
    for mention in reading.mentions:
        after = _IS_TARGET.match(reading.view, mention.end)
        if after is not None and not reading.claimed(mention.start, mention.end):
            yield _full(mention, 0.97)


def _by_verb(reading: Reading) -> Iterator[_Candidate]:
    """``predict X``, ``forecast X``, ``the probability of X``."""
    for match in cues.PREDICT.finditer(reading.view):
        if reading.mention_over(*match.span()) or reading.claimed(*match.span()):
            continue
        start, _ = reading.sentence(match.start())
        if cues.NEGATED_BEFORE.search(reading.view[start : match.start()]):
            continue
        following = cues.PREDICT.search(reading.view, match.end())
        last = len(reading.view) if following is None else following.start()
        yield from _in_scope(reading, match.end(), 0.95, last)


def _by_weak_verb(reading: Reading) -> Iterator[_Candidate]:
    """``find out who X``, ``to model X``."""
    for start, end in reading.sentences:
        for match in cues.WEAK_PREDICT.finditer(reading.view[start:end]):
            yield from _in_scope(reading, start + match.end(), 0.85)


def _by_question(reading: Reading) -> Iterator[_Candidate]:
    """``which passengers survived?``"""
    for start, end in reading.sentences:
        match = cues.QUESTION.search(reading.view[start:end])
        if match is not None:
            yield from _in_scope(reading, start + match.start(), 0.85)


def _by_noun(reading: Reading) -> Iterator[_Candidate]:
    """``churn prediction``, ``a price model``."""
    for mention in reading.between(0, len(reading.view)):
        if _NOUN_AFTER.match(reading.view, mention.end):
            yield _full(mention, 0.9)


def _bare(reading: Reading) -> Iterator[_Candidate]:
    """A prompt that names one column and no more: ``churn, recall, 2 minutes``."""
    from jupyter_automl.prompt.rules.exclusions import scopes

    shut = scopes(reading)
    free = [
        mention
        for mention in reading.between(0, len(reading.view))
        if not any(start <= mention.start < end for start, end in shut)
    ]
    if len({mention.columns for mention in free}) == 1:
        yield _full(free[0], 0.65)


def _scope(reading: Reading, start: int) -> int:
    _, end = reading.sentence(start)
    for pattern in (_SCOPE_END, cues.EXCLUDE):
        match = pattern.search(reading.view, start, end)
        while match is not None and _inside_quotes(reading, match):
            match = pattern.search(reading.view, match.end(), end)
        if match is not None:
            end = min(end, match.start())
    return end


def _inside_quotes(reading: Reading, match: re.Match[str]) -> bool:
    mention = reading.mention_over(*match.span())
    return mention is not None and mention.score >= 0.97


def _in_scope(
    reading: Reading, start: int, factor: float, last: int | None = None
) -> Iterator[_Candidate]:
    end = min(_scope(reading, start), len(reading.view) if last is None else last)
    mentions = reading.between(start, end)
    if not mentions:
        yield from _by_meaning(reading, start, end, factor)
        return
    wh = (
        None if _COUNTED.search(reading.view, start, end) else _WHO.search(reading.view, start, end)
    )
    weighed = [(_weigh(reading, m, start, wh), m) for m in mentions]
    _, mention = max(weighed, key=lambda pair: pair[0])
    before = reading.view[max(start, mention.start - 30) : mention.start]
    value = _value_after(reading, mention)
    negative = value is None and _NEGATION.search(before) is not None
    yield _Candidate(
        mention.columns, factor * mention.score, start if wh is None else wh.start(),
        mention.end, negative, value,
    )  # fmt: skip
    for other in mentions:
        between = reading.view[mention.end : other.start] if other.start > mention.end else "x"
        if wh is None and other is not mention and _AND.fullmatch(between):
            yield _full(other, factor)


def _value_after(reading: Reading, mention: ground.Mention) -> str | None:
    """``churn = yes``: the class, where it is one of the column or stands after an equals sign."""
    found = positive.equals(reading, mention.end)
    if found is None:
        return None
    value, end = found
    known = [str(v).casefold() for v in reading.values.get(mention.column, ())]
    said = reading.view[mention.end : end]
    if value.casefold() in known or (not known and ("=" in said or tx.BLANK in said)):
        return value
    return None


def _weigh(
    reading: Reading, mention: ground.Mention, start: int, wh: re.Match[str] | None
) -> float:
    """How much a mention looks like the object of the verb."""
    view = reading.view
    column = reading.columns[mention.column]
    score = mention.score - 0.001 * (mention.start - start)
    if _PREPOSITION.search(view[max(start, mention.start - 30) : mention.start]):
        score -= 0.3
    if column.kind in ("id", "constant"):
        score -= 0.4
    if wh is not None and wh.start() < mention.start:
        score += 0.3 * (column.kind == "boolean" or column.n_unique == 2)
        # The clause ends with what is asked: "whether an old customer will churn".
        score += 0.004 * (mention.start - start)
    if _COUNTED.search(view, start, mention.start):
        score += 0.2 * (column.kind == "numeric" and column.n_unique > 10)
    return score


def _by_meaning(reading: Reading, start: int, end: int, factor: float) -> Iterator[_Candidate]:
    """Words that mean a column without spelling it: died, malignant, house price."""
    named: list[_Candidate] = []
    for word in tx.words(reading.view[start:end]):
        left, right = start + word.start, start + word.end
        if word.key in STOP_WORDS or reading.claimed(left, right):
            continue
        negated = _NEGATION.search(reading.view[max(start, left - 30) : left]) is not None
        same, agrees = reading.index.concept(word.key)
        same = _plausible(reading, same)
        if same:
            sure = 0.8 * factor if len(same) == 1 else 0.6 * factor
            named.append(_Candidate(same, sure, start, right, agrees == negated))
            continue
        hit = ground.find_value(word.key, reading.values, tuple(reading.columns))
        if hit is not None and _plausible(reading, (hit[0],)):
            both = _names_another(reading, hit, start, end)
            value = None if both else hit[1]
            named.append(_Candidate((hit[0],), 0.75 * factor, start, right, False, value))
            continue
        heads = _plausible(reading, reading.index.head(word.key))
        # One word of a long name says too little: "wine" is not "... of diluted wines".
        heads = tuple(n for n in heads if len(tx.split_name(n)) <= _MOST_WORDS)
        if heads and len(word.key) > 2:
            named.append(_Candidate(heads, 0.65 * factor, start, right, negated))
    yield from sorted(named, key=lambda c: -c.score)[:1]


def _names_another(reading: Reading, hit: tuple[str, str], start: int, end: int) -> bool:
    """Whether a span names a second class of the column: "a good or a bad risk"."""
    others = {word.key for word in tx.words(reading.view[start:end])} - {hit[1].casefold()}
    return any(str(value).casefold() in others for value in reading.values.get(hit[0], ()))


def _plausible(reading: Reading, names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(n for n in names if reading.columns[n].kind not in ("id", "constant"))
