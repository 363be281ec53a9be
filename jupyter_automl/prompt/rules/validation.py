"""How models are compared: "5-fold cross validation", "an 80/20 split", "by date"."""

from __future__ import annotations

import re

from jupyter_automl.prompt.reading import Reading
from jupyter_automl.prompt.rules.cues import NUMBER

_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("group", re.compile(
        r"\b(?:group(?:ed)?[\s-]+(?:k[\s-]?fold|cross[\s-]?validation|cv|split(?:s|ting)?|folds?)"
        r"|leave[\s-]one[\s-]group[\s-]out)\b")),
    ("time", re.compile(
        r"\b(?:time(?:[\s-]based|[\s-]series|[\s-]ordered|[\s-]aware)?[\s-]+(?:splits?|splitting"
        r"|cross[\s-]?validation|validation|cv|folds?)|chronological(?:ly)?(?:\s+(?:split|order))?"
        r"|temporal\s+(?:split|validation)|walk[\s-]forward(?:\s+validation)?|backtest(?:ing)?"
        r"|(?:split|validat\w+)\s+by\s+(?:time|date)|train\s+on\s+the\s+past)\b")),
    ("holdout", re.compile(
        r"\b(?:hold[\s-]?outs?(?:\s+(?:set|split|validation))?|train[\s/-]+(?:and[\s-]+)?test[\s-]+split"
        r"|(?:\d{1,2}\s*[/:-]\s*\d{1,2}|\d{1,2}\s*%)\s+(?:train\S*\s+)?(?:test\s+)?(?:split|hold[\s-]?out)"
        r"|(?:a\s+)?(?:single|one)\s+split|separate\s+test\s+set)\b")),
    ("cv", re.compile(
        rf"(?:(?P<n>{NUMBER})[\s-]*folds?[\s-]+)?\b(?:stratified\s+)?(?:k[\s-]?folds?[\s-]+)?"
        r"(?:cross[\s-]?validat(?:ion|ed?|ing)|\bcv\b)(?:\s+with\s+\d+\s+folds?)?"
        rf"|(?P<m>{NUMBER})[\s-]*folds?\b|\bk[\s-]?folds?\b")),
)  # fmt: skip


def read(reading: Reading) -> None:
    """Fill `validation` from the most particular words."""
    found: list[tuple[str, re.Match[str]]] = []
    for name, pattern in _PATTERNS:
        for match in pattern.finditer(reading.view):
            if reading.mention_over(*match.span()) or reading.claimed(*match.span()):
                continue
            reading.claim(*match.span())
            found.append((name, match))
    if not found:
        return
    names = list(dict.fromkeys(name for name, _ in found))
    name, match = found[0]
    said = reading.words(*match.span())
    reason = f'"{said}" in the prompt.'
    if name == "cv" and (match["n"] or match["m"]) not in (None, "5", "five"):
        reason += " The number of folds is chosen for the data."
    # Grouped or ordered folds are still cross validation, so those two do not contradict.
    rivals = [other for other in names if other != "cv"] if len(names) > 1 else names
    if len(rivals) > 1:
        reading.ask("validation", "Which validation?", rivals)
    reading.set("validation", rivals[0], 0.9 if len(rivals) == 1 else 0.4, reason)
