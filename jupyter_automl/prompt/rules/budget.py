"""How long a run may take: "for 2 minutes", "90s", "half an hour", "quickly"."""

from __future__ import annotations

import re

from jupyter_automl.core.budget import MAX_SECONDS, MIN_SECONDS
from jupyter_automl.prompt.reading import Reading
from jupyter_automl.prompt.rules.cues import NUMBER, number

QUICK_SECONDS = 60.0
OVERNIGHT_SECONDS = 8 * 3600.0
_SECONDS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_UNIT = r"(?:seconds?|secs?|minutes?|mins?|hours?|hrs?|days?)\b"
_NOT_TIME = r"(?!\s*(?:rows?|records?|tall|long|wide|high|deep|\$|dollars?|euros?))"
_PART = re.compile(
    rf"(?:\b|(?<=\d[smhd]))(?:(?P<half>half\s+(?:of\s+)?an?|a\s+half)"
    rf"|(?P<quarter>(?:an?|one)?\s*quarter\s+of\s+an|three\s+quarters\s+of\s+an)"
    rf"|(?P<couple>an?\s+couple\s+of|a\s+few)|(?P<count>{NUMBER})"
    rf"(?P<more>\s+and\s+a\s+half)?|(?P<one>an?))[\s-]*"
    rf"(?:(?P<unit>{_UNIT})(?P<half_more>\s+and\s+a\s+half)?"
    rf"|(?P<short>(?<=[\d\s])(?:s|m|h|d)(?![^\W\d_]){_NOT_TIME}))"
)
_NOT_BEFORE = re.compile(
    r"\b(?:next|last|past|previous|prior|every|each|per|coming|following|upcoming|first|final"
    r"|more\s+than|longer\s+than|older\s+than|younger\s+than|delayed(?:\s+by)?|late\s+by|by)"
    r"\s+(?:the\s+)?$"
)
_NO_MORE = re.compile(r"\b(?:no|not|don'?t|never)\b[^.;]{0,25}\b(?:more|longer)\s+than\s+$")
_NOT_AFTER = re.compile(
    r"\s*(?:ahead|in\s+advance|later|late\b|delays?|before|after|old\b|apart|into\s+the\s+future"
    r"|from\s+now|windows?|intervals?|histor(?:y|ies)|ago|of\s+(?!training|running|time|search))"
)
_CUE_BEFORE = re.compile(
    r"\b(?:train(?:ing)?|run(?:ning)?|search(?:ing)?|spend(?:ing)?|takes?|budget|limit(?:ed)?"
    r"|max(?:imum)?|at\s+most|up\s+to|no\s+more\s+than|less\s+than|within|under|in|for|only|have"
    r"|finish(?:ed)?|done|stop(?:\s+after)?|use|give|with|about|around|time(?:out)?)\b[^.,;]{0,25}$"
)
_STRONG = re.compile(r"\b(?:train|run|search|spend|budget|limit|finish|stop)\w*\b[^.;]{0,40}$")
_ALONE_BEFORE = re.compile(r"(?:^\s*|[,;:(.\n-]\s*|\band\s+|\bthen\s+)$")
_NAMED_AFTER = re.compile(r"\s*(?:budget|limit|max\b|of\s+(?:training|time|search))")
_ALONE_AFTER = re.compile(
    r"\s*(?:budget|limit|max|of\s+training|training|run|total|tops|$|[,.;!?)]"
    r"|(?:to|and|on|with|please|without|using|then|but|or)\b)"
)
_QUICK = re.compile(
    r"\b(?:quickly|a\s+quick\s+(?:run|look|try|test|model|result|one|check|answer)"
    r"|quick\s+(?:run|look|try|test|check)|as\s+(?:fast|quick(?:ly)?|soon)\s+as\s+possible|asap)\b"
)
_OVERNIGHT = re.compile(r"\bovernight\b")
_ZERO = re.compile(
    r"\b(?:budget|for)\s*(?:of|is|=|:)?\s*-?\s*0+(?:\.0+)?\s*(?:s|sec\w*|min\w*|h\w*)?\b"
)


def read(reading: Reading) -> None:
    """Fill `budget_seconds`; two different budgets raise a question."""
    found = _durations(reading)
    for pattern, seconds in ((_QUICK, QUICK_SECONDS), (_OVERNIGHT, OVERNIGHT_SECONDS)):
        match = pattern.search(reading.view)
        if match and not found and _is_plain(reading, match):
            found.append((seconds, match.start(), match.end(), 0.7))
    if not found:
        if _ZERO.search(reading.view):
            reading.ask("budget_seconds", "The budget must be at least 1 second.", (60.0, 300.0))
        return
    seconds, start, end, confidence = found[0]
    different = sorted({item[0] for item in found})
    if len(different) > 1:
        confidence = 0.4
        reading.ask("budget_seconds", "Which budget, in seconds?", different)
    if not MIN_SECONDS <= seconds <= MAX_SECONDS:
        text = "The budget must be between 1 second and 7 days."
        reading.ask("budget_seconds", text, (60.0, 300.0, 3600.0))
        return
    said = reading.words(start, end)
    reading.set("budget_seconds", seconds, confidence, f'"{said}" in the prompt.')


def _is_plain(reading: Reading, match: re.Match[str]) -> bool:
    """Whether the words are not the name of a column."""
    return reading.mention_over(match.start(), match.end()) is None


def _durations(reading: Reading) -> list[tuple[float, int, int, float]]:
    found: list[tuple[float, int, int, float]] = []
    matches = [m for m in _PART.finditer(reading.view) if not _in_name(reading, m)]
    place = 0
    while place < len(matches):
        first = last = matches[place]
        seconds, place = _value(first), place + 1
        while place < len(matches) and _goes_on(reading.view, last, matches[place]):
            last = matches[place]
            seconds, place = seconds + _value(last), place + 1
        if reading.claimed(first.start(), last.end()):
            continue
        confidence = _confidence(reading, first, last)
        if confidence:
            found.append((seconds, first.start(), last.end(), confidence))
            reading.claim(first.start(), last.end())
    return found


def _in_name(reading: Reading, match: re.Match[str]) -> bool:
    mention = reading.mention_over(match.start(), match.end())
    return mention is not None and (mention.end - mention.start) > 2


def _goes_on(view: str, left: re.Match[str], right: re.Match[str]) -> bool:
    between = view[left.end() : right.start()]
    return between.strip() in ("", "and", ",") and _scale(right) < _scale(left)


def _scale(match: re.Match[str]) -> float:
    return _SECONDS[(match["unit"] or match["short"])[0]]


def _value(match: re.Match[str]) -> float:
    scale = _scale(match)
    extra = 0.5 * scale if match["more"] or match["half_more"] else 0.0
    if match["half"]:
        return 0.5 * scale
    if match["quarter"]:
        return (0.75 if match["quarter"].startswith("three") else 0.25) * scale
    if match["couple"]:
        return (3.0 if "few" in match["couple"] else 2.0) * scale
    if match["one"]:
        return scale + extra
    return number(match["count"]) * scale + extra


def _confidence(reading: Reading, first: re.Match[str], last: re.Match[str]) -> float:
    """How sure a duration is a budget; 0 where it is something else."""
    view = reading.view
    start, _ = reading.sentence(first.start())
    before, after = view[start : first.start()], view[last.end() : last.end() + 30]
    unwanted = _NOT_BEFORE.search(before) and not _NO_MORE.search(before)
    if unwanted or _NOT_AFTER.match(after):
        return 0.0
    strong = _STRONG.search(before) is not None
    if _NAMED_AFTER.match(after) is not None:
        return 0.9
    if _scale(first) >= _SECONDS["d"]:
        return 0.8 if strong else 0.0
    if strong:
        return 0.95
    if _ALONE_AFTER.match(after) is None:
        return 0.0
    if _ALONE_BEFORE.search(before) is not None:
        return 0.0 if first["one"] else 0.85
    cued = _CUE_BEFORE.search(before) is not None
    return 0.8 if cued else 0.0
