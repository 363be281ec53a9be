"""Columns that models must not see."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jupyter_automl.prompt import text as tx
from jupyter_automl.prompt.ground import Mention
from jupyter_automl.prompt.lexicon import STOP_WORDS
from jupyter_automl.prompt.reading import Reading
from jupyter_automl.prompt.rules import cues

_STOP = re.compile(
    rf"\b(?:{cues.OPTIMISE}|because|since|so\s+that|when|if|while|where|then|use|using|train|run|in\s+order"
    r"|keep(?:ing)?|but|except(?:ing)?(?:\s+for)?|apart\s+from|other\s+than|classify|forecast"
    r"|estimate|what|which|who|how|i\s+(?:want|would|need)|make|we\s+(?:want|need)|target\s+is|to\s+predict"
    r"|and\s+predict|predict(?!ion|or|ed))\b"
)
_EXCEPT = re.compile(
    r"\b(?:except(?:ing)?(?:\s+for)?|apart\s+from|other\s+than|but(?:\s+not|\s+keep)?|aside\s+from)\b"
)
_ALL = re.compile(r"\b(?:all|everything|every|any|anything|the\s+rest|others?)\b")
_ROWS = re.compile(
    r"\b(?:rows?|records?|observations?|entries|cases|examples|samples)\b"
    r"|(?:[<>]=?|\b(?:under|over|above|below|older|younger|more|less|fewer|greater|smaller)\b)"
)
_PASSIVE = re.compile(
    r"\s*(?:columns?|fields?|variables?)?\s*(?:(?:should|must|can|may|needs?\s+to|has\s+to|have\s+to|is|are"
    r"|shall|to)\s+)+(?:not\s+)?(?:be\s+)?"
    r"(?P<what>ignored|excluded|dropped|removed|skipped|omitted|left\s+out|discarded|used|included"
    r"|useless|irrelevant|considered)\b"
)
_LEFT_OUT = re.compile(r"\bleav(?:e|ing)\s+(?P<what>[^.;\n]{1,200}?)\s+out\b")
_NO = re.compile(r"(?:^|[,.;\n]|\band)\s*no\s+$")
_ONLY = re.compile(
    r"\b(?:(?:use|using|keep|keeping|consider|with|from|based\s+on|on)\s+(?:only|just|solely|nothing\s+but)"
    r"|only\s+(?:use|keep|consider|with|from|using|look\s+at)"
    r"|(?:based|relying)\s+(?:only|solely|just)\s+on)\b"
)
_FROM = re.compile(r"\b(?:from|using|based\s+on|(?<!\ba )(?<!\bthe )(?<!\bany )given|use)\b")
_NOT = re.compile(r"(?:\b(?:not|never|without)|n't)\s+$")
_FILLER = re.compile(
    r"(?:[\s,&\x02]|\b(?:and|the|or|only|a|an|also|columns?|fields?|variables?|features?|both|as\s+well\s+as"
    r"|plus|then|just|their|his|her|its|alone|as\s+(?:features?|inputs?|predictors?))\b)*"
)
_IDS = re.compile(
    r"\b(?:all\s+)?(?:the\s+)?(?:ids|identifiers|id\s+columns|identifier\s+columns)\b"
)


def read(reading: Reading) -> None:
    """Fill `exclude` in the order of the prompt."""
    out: dict[str, tuple[float, str]] = {}
    kept: set[str] = set()
    for names, back, score, said in _clauses(reading):
        for name in names:
            out.setdefault(name, (score, said))
        kept.update(back)
    for name in kept:
        out.pop(name, None)
    if not out:
        _only(reading, out)
    _without_target(reading, out)
    if not out:
        return
    words = list(dict.fromkeys(said for _, said in out.values()))
    sure = min(score for score, _ in out.values())
    reading.set("exclude", tuple(out), sure, f'"{"; ".join(words[:3])}" in the prompt.')


def scopes(reading: Reading) -> list[tuple[int, int]]:
    """Spans whose columns are excluded or are features, so never a bare target."""
    view = reading.view
    matches = [*_cues(reading), *_ONLY.finditer(view), *_FROM.finditer(view)]
    spans = [(match.start(), _scope_end(reading, match.end())) for match in matches]
    spans += [(m.start, m.end) for m in reading.mentions if _PASSIVE.match(view, m.end)]
    return spans


def _cues(reading: Reading) -> Iterator[re.Match[str]]:
    for match in cues.EXCLUDE.finditer(reading.view):
        mention = reading.mention_over(*match.span())
        if mention is None and not reading.claimed(*match.span()):
            yield match


def _scope_end(reading: Reading, start: int) -> int:
    _, end = reading.sentence(start)
    for pattern in (_STOP, cues.EXCLUDE):
        for match in pattern.finditer(reading.view, start, end):
            if reading.mention_over(*match.span()) is None:
                end = min(end, match.start())
                break
    return end


def _clauses(reading: Reading) -> Iterator[tuple[list[str], list[str], float, str]]:
    """``(names to exclude, names to keep, confidence, words)`` of each clause."""
    handled = 0
    for match in _cues(reading):
        if match.start() < handled or _negated(reading, match):
            continue
        end = _scope_end(reading, match.end())
        if _is_rows(reading, match.end(), end):
            _ask_rows(reading, match.start(), end)
            continue
        back, handled = _exception(reading, match, end)
        said = reading.words(match.start(), end)
        if back and _ALL.search(reading.view, match.end(), end):
            yield _others(reading, back), back, 0.85, said
            continue
        names, score = _columns(reading, match.end(), end)
        yield names, back, score, said
    yield from _other_forms(reading)


def _negated(reading: Reading, match: re.Match[str]) -> bool:
    start, _ = reading.sentence(match.start())
    return cues.NEGATED_BEFORE.search(reading.view[start : match.start()]) is not None


def _is_rows(reading: Reading, start: int, end: int) -> bool:
    """``exclude rows where age < 18`` chooses rows, not columns."""
    _, stop = reading.sentence(start)
    return _ROWS.search(reading.view, start, min(stop, end + 40)) is not None


def _ask_rows(reading: Reading, start: int, end: int) -> None:
    said = reading.words(start, reading.sentence(start)[1])
    text = f'"{said}" speaks of rows. Rows are not filtered from a prompt: filter the table first.'
    reading.ask("filters", text)


def _exception(reading: Reading, match: re.Match[str], end: int) -> tuple[list[str], int]:
    """Columns after ``except`` in an exclusion: they are kept."""
    after = _EXCEPT.match(reading.view, end)
    if after is None or not reading.view[match.start() : end].strip() or _is_except(match):
        return [], 0
    stop = _scope_end(reading, after.end())
    names, _ = _columns(reading, after.end(), stop)
    return names, stop


def _is_except(match: re.Match[str]) -> bool:
    return _EXCEPT.search(match[0]) is not None


def _columns(reading: Reading, start: int, end: int) -> tuple[list[str], float]:
    """Columns named in a span; words that are part of one name count where nothing else does."""
    names: list[str] = []
    score = 0.95
    ids = _IDS.search(reading.view, start, end)
    if ids is not None:
        names += [n for n, c in reading.columns.items() if c.kind == "id" or _is_id(n)]
    mentions = [m for m in reading.between(start, end) if ids is None or m.end > ids.end()]
    for mention in mentions:
        if len(mention.columns) > 1:
            text = f"Which column is to be excluded: {cues.joined(list(mention.columns))}?"
            reading.ask("exclude", text, [(name,) for name in mention.columns])
            continue
        names.append(mention.column)
        score = min(score, 0.95 * mention.score)
    parts, sure = _parts(reading, start, end, listed_only=bool(names or mentions))
    names += [name for name in parts if name not in names]
    return names, min(score, sure) if parts else score


def _is_id(name: str) -> bool:
    parts = tx.split_name(name)
    return bool(parts) and parts[-1] in ("id", "ids", "uuid", "guid")


def _parts(reading: Reading, start: int, end: int, *, listed_only: bool) -> tuple[list[str], float]:
    """Columns of which one word is named; in a list with full names only as its next item."""
    names: list[str] = []
    item = start
    for word in tx.words(reading.view[start:end]):
        left, right = start + word.start, start + word.end
        mention = reading.mention_over(left, right)
        if mention is not None:
            item = mention.end
            continue
        if word.key in STOP_WORDS or reading.claimed(left, right):
            continue
        if listed_only and (item == start or not _FILLER.fullmatch(reading.view[item:left])):
            continue
        item = right
        found = reading.index.head(word.key) if listed_only else reading.index.part(word.key)
        if len(found) == 1:
            names.append(found[0])
        elif 1 < len(found) <= 6:
            text = f"Several columns match {word.key!r}. Which one is to be excluded?"
            reading.ask("exclude", text, [(name,) for name in found])
    return names, 0.65


def _other_forms(reading: Reading) -> Iterator[tuple[list[str], list[str], float, str]]:
    view = reading.view
    for match in _LEFT_OUT.finditer(view):
        names, score = _columns(reading, match.start("what"), match.end("what"))
        yield names, [], score, reading.words(*match.span())
    for mention in reading.between(0, len(view)):
        after = _PASSIVE.match(view, mention.end)
        if after is not None and _is_out(after):
            start, _ = reading.sentence(mention.start)
            names = [m.column for m in _list_before(reading, mention.start, start)]
            yield [*names, mention.column], [], 0.9, reading.words(mention.start, after.end())
        elif _NO.search(view[max(0, mention.start - 20) : mention.start]):
            yield [mention.column], [], 0.8, reading.words(mention.start - 3, mention.end)


def _is_out(passive: re.Match[str]) -> bool:
    negated = re.search(r"\bnot\b", passive[0]) is not None
    return negated == (passive["what"] in ("used", "included", "considered"))


def _list_before(reading: Reading, end: int, start: int) -> list[Mention]:
    """Mentions joined by commas and "and" that lead up to a position."""
    found: list[Mention] = []
    for mention in reversed(reading.between(start, end)):
        if not _FILLER.fullmatch(reading.view[mention.end : end]):
            break
        found.insert(0, mention)
        end = mention.start
    return found


def _only(reading: Reading, out: dict[str, tuple[float, str]]) -> None:
    """``use only age and sex``, ``predict it from age and sex``: all others are excluded."""
    for pattern, sure in ((_ONLY, 0.9), (_FROM, 0.7)):
        for match in pattern.finditer(reading.view):
            if reading.claimed(*match.span()) or reading.mention_over(*match.span()):
                continue
            if _NOT.search(reading.view[: match.start()]):
                continue
            names = _list_after(reading, match.end())
            if names and (pattern is _ONLY or _is_about_features(reading, match)):
                said = reading.words(match.start(), _scope_end(reading, match.end()))
                out.update((name, (sure, said)) for name in _others(reading, names))
                return


def _list_after(reading: Reading, start: int) -> list[str]:
    names: list[str] = []
    for mention in reading.between(start, reading.sentence(start)[1]):
        if not _FILLER.fullmatch(reading.view[start : mention.start]):
            break
        if mention.score < 0.85 or len(mention.columns) > 1:
            break
        names.append(mention.column)
        start = mention.end
    return names


def _is_about_features(reading: Reading, match: re.Match[str]) -> bool:
    """A bare "use" counts only in ``use age and sex to predict``."""
    if "target" not in reading.fields:
        return False
    if match[0] != "use":
        return True
    _, end = reading.sentence(match.start())
    return (
        re.search(r"\bto\s+(?:predict|estimate|classify)\b", reading.view[match.end() : end])
        is not None
    )


def _others(reading: Reading, names: list[str]) -> list[str]:
    held = {*names, reading.fields.get("target")}
    held |= {reading.fields.get(role) for role in ("time", "group", "weight")}
    return [name for name in reading.columns if name not in held]


def _without_target(reading: Reading, out: dict[str, tuple[float, str]]) -> None:
    target = reading.fields.get("target")
    if target is not None and out.pop(target, None) is not None:
        text = f"{target} is both to be predicted and to be excluded. Which column is the target?"
        reading.ask("target", text, (target,))
