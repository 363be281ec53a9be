"""Columns with a part to play: of time, of groups, of weights."""

from __future__ import annotations

import re

from jupyter_automl.prompt.reading import Reading

_BEFORE: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("group", re.compile(
        r"\b(?:(?:group(?:s|ed|ing)?|split(?:s|ting)?|folds)\s+by|the\s+group\s+column\s+is"
        r"|groups?\s*(?:are|is|=|:)|groups?\s+(?:in|column))\s+(?:the\s+)?$")),
    ("time", re.compile(
        r"\b(?:(?:order|sort)(?:ed|ing)?\s+by|the\s+time\s+column\s+is"
        r"|(?:time|date)\s+(?:column|index)\s*(?:is|=|:)?|time\s*(?:is|=|:))\s*(?:the\s+)?$")),
    ("weight", re.compile(
        r"\b(?:weight(?:s|ed|ing)?\s+(?:\w+\s+)?by|the\s+weight\s+column\s+is"
        r"|(?:sample\s+)?weights?\s*(?:are|is|=|:|in|column|column\s+is))\s*(?:the\s+)?$")),
)  # fmt: skip
_AFTER: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("group", re.compile(r"\s*(?:as|is|are|for)\s+(?:the\s+)?groups?(?:\s+column)?(?=\W|$)")),
    (
        "time",
        re.compile(r"\s*(?:as|is)\s+(?:the\s+)?(?:time|date)(?:\s+(?:column|index))?(?=\W|$)"),
    ),
    ("weight", re.compile(r"\s*(?:as|is|are)\s+(?:the\s+)?(?:sample\s+)?weights?(?=\W|$)")),
)
_DATES = re.compile(r"\bsplit\w*\s+by\s+(?:the\s+)?$")


def read(reading: Reading) -> None:
    """Fill `group`, `time` and `weight` where the words around a column say so."""
    for mention in reading.between(0, len(reading.view)):
        if len(mention.columns) > 1:
            continue
        start, end = reading.sentence(mention.start)
        before, after = reading.view[start : mention.start], reading.view[mention.end : end]
        role, cue = _role(before, after)
        if role is None or role in reading.fields:
            continue
        column = reading.columns[mention.column]
        if role == "group" and column.kind == "datetime" and _DATES.search(before):
            role = "time"
        said = reading.words(start + max(0, cue), mention.end)
        reading.set(role, mention.column, 0.95 * mention.score, f'"{said}" in the prompt.')
        reading.claim(mention.start, mention.end)


def _role(before: str, after: str) -> tuple[str | None, int]:
    for role, pattern in _BEFORE:
        match = pattern.search(before)
        if match is not None:
            return role, match.start()
    for role, pattern in _AFTER:
        if pattern.match(after):
            return role, len(before)
    return None, 0
