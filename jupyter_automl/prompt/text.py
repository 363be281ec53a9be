"""Text as rules read it: one lowered view with the same offsets, words, stems, sentences."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

MAX_CHARACTERS = 4000
"""A prompt is a few sentences; what stands beyond this is not read."""

BLANK = "\x02"
"""Stands for the characters of a quotation in `plain`, so that no rule reads inside it."""

_QUOTED = re.compile(
    r"`(?:[^`]|``)+`(?!`)"
    r"|\"[^\"\n]{1,200}\""
    r"|“[^”\n]{1,200}”"
    r"|‘[^’\n]{1,200}’(?!\w)"
    r"|(?<!\w)'[^'\n]{1,200}'(?!\w)"
)
_WORD = re.compile(r"[^\W_]+")
_SENTENCE_END = re.compile(r"[.!?;]+(?=[\s\x02)\"'”]|$)|\n+")
_SAME = str.maketrans({"’": "'", "‘": "'", "–": "-", "—": "-", "\xa0": " ", "²": "2", "\t": " "})


@dataclass(frozen=True, slots=True)
class Word:
    """A run of letters and digits; `key` is its lower-case form."""

    start: int
    end: int
    key: str


@dataclass(frozen=True, slots=True)
class Quotation:
    """Something in quotes or back ticks; `text` is what stands inside."""

    start: int
    end: int
    text: str


def quotations(text: str) -> tuple[Quotation, ...]:
    """Every quotation of the text, in order; a doubled back tick stands for one."""
    found = []
    for match in _QUOTED.finditer(text):
        inner = match[0][1:-1]
        if match[0][0] == "`":
            inner = inner.replace("``", "`")
        found.append(Quotation(match.start(), match.end(), inner))
    return tuple(found)


def plain(text: str, quoted: Sequence[Quotation]) -> str:
    """Lower case, simple quotes and dashes, quotations blanked; offsets stay the same."""
    lowered = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    letters = list(lowered.translate(_SAME))
    for quotation in quoted:
        for place in range(quotation.start, quotation.end):
            letters[place] = BLANK
    return "".join(letters)


def words(view: str) -> tuple[Word, ...]:
    """Words of a plain view; ``don't`` is read as ``don`` and ``t``."""
    return tuple(Word(m.start(), m.end(), m[0].casefold()) for m in _WORD.finditer(view))


def sentences(view: str) -> tuple[tuple[int, int], ...]:
    """Spans between full stops, question marks, semicolons and line ends."""
    spans, start = [], 0
    for match in _SENTENCE_END.finditer(view):
        if match.start() > start:
            spans.append((start, match.start()))
        start = match.end()
    if start < len(view):
        spans.append((start, len(view)))
    return tuple(spans)


def key(name: str) -> str:
    """Letters and digits only, case folded: ``Customer_ID`` -> ``customerid``."""
    return "".join(c for c in name.casefold() if c.isalnum())


def split_name(name: str) -> tuple[str, ...]:
    """Words of a column's name: ``PassengerId`` -> ``passenger, id``."""
    parts: list[str] = []
    current = ""
    for place, letter in enumerate(name):
        if not letter.isalnum():
            parts.append(current)
            current = ""
            continue
        following = name[place + 1] if place + 1 < len(name) else ""
        before = name[place - 1] if place else ""
        if letter.isupper() and (before.islower() or (before.isupper() and following.islower())):
            parts.append(current)
            current = ""
        current += letter
    parts.append(current)
    return tuple(part.casefold() for part in parts if part)


_BRITISH = (
    (
        re.compile(r"(col|fav|behavi|lab|neighb|hon|flav|hum|harb|od|rum|vap|arm|end?eav)our"),
        r"\1or",
    ),
    (re.compile(r"^(cent|met|lit|fib|theat|calib|kilomet|millimet|centimet)re(s?)$"), r"\1er\2"),
    (re.compile(r"(?<=\w{3})is(e|ed|es|er|ing|ation)$"), r"iz\1"),
    (re.compile(r"^grey$"), "gray"),
    (re.compile(r"(?<=\w{4})ence$"), "ense"),
)
_ENDINGS = tuple(
    "ations ation ings ing ers ors als ions ion ed er or al es s".split()  # noqa: SIM905
)


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """A rough English stem: survived, survivors, survival -> ``surviv``.

    Short words keep their endings, so that ``wine`` and ``win`` stay apart.
    """
    for pattern, replacement in _BRITISH:
        word = pattern.sub(replacement, word)
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("xes", "sses", "ches", "shes", "zes")):
        word = word[:-2]
    for ending in _ENDINGS:
        least = 3 if ending == "s" else 4
        if ending == "s" and word.endswith(("ss", "us", "is")):
            continue
        if word.endswith(ending) and len(word) - len(ending) >= least:
            word = word[: -len(ending)]
            break
    if len(word) > 4 and word[-1] == word[-2] and word[-1] not in "aeious":
        word = word[:-1]
    return word[:-1] if len(word) > 4 and word.endswith("e") else word
