"""Patterns that several rules need."""

from __future__ import annotations

import re

from jupyter_automl.prompt.lexicon import NUMBERS

_WORDS = "|".join(sorted(NUMBERS, key=len, reverse=True))
NUMBER = rf"(?:\d{{1,9}}(?:\.\d+)?(?:e[+-]?\d{{1,2}})?|\b(?:{_WORDS})\b)"

EXCLUDE = re.compile(
    r"\b(?:"
    r"(?:please\s+)?(?:ignor(?:e|es|ing)|ingor(?:e|ing)|exlud(?:e|ing)|exclud(?:e|es|ing)|remov(?:e|es|ing)"
    r"|drop(?:s|ping)?(?!\s*(?:out|off)\b)|discard(?:s|ing)?|disregard(?:s|ing)?"
    r"|omit(?:s|ting)?|skip(?:s|ping)?|delet(?:e|es|ing)|hid(?:e|ing)"
    r"|leav(?:e|es|ing)\s+out|get(?:ting)?\s+rid\s+of|throw(?:ing)?\s+(?:away|out)"
    r"|set(?:ting)?\s+aside|forget(?:ting)?(?:\s+about)?)"
    r"|without(?:\s+using|\s+considering)?|except(?:ing)?(?:\s+for)?|excepted|other\s+than"
    r"|apart\s+from|aside\s+from|minus|(?:everything|anything|all(?:\s+columns)?)\s+but(?:\s+not)?"
    r"|but\s+not(?:\s+(?:using|including|considering|with|from))?|not\s+(?:using|including|considering)"
    r"|(?:do\s+not|don'?t|never|must\s+not|mustn'?t|should\s+not|shouldn'?t|cannot|can'?t)\s+"
    r"(?:use|include|consider|take|feed|look\s+at|train\s+(?:on|with)|rely\s+on)"
    r")(?:\s+into\s+account)?(?=\W|$)"
)
PREDICT = re.compile(
    r"\b(?:predict(?:s|ing|ed|ion\s+of|ions\s+of|or\s+of|or\s+for)?"
    r"|forecast(?:s|ing|ed)?(?:\s+of)?"
    r"|classif(?:y|ies|ying|ication\s+of)|estimat(?:e|es|ing|ion\s+of)|guess(?:ing)?"
    r"|detect(?:s|ing|ion\s+of)?|identif(?:y|ies|ying)|determin(?:e|es|ing)|regress(?:ing)?"
    r"|probabilit(?:y|ies)\s+(?:of|that)|likelihood\s+(?:of|that)|chances?\s+(?:of|that)"
    r"|risks?\s+of|propensity\s+to)\b"
)
WEAK_PREDICT = re.compile(
    r"\b(?:(?:find|learn|know|tell|see|understand|say|infer|work|figure)(?:\s+me)?(?:\s+out)?\s+"
    r"(?=(?:which|who|whose|whether|if|what|how)\b)"
    r"|(?:to|:|^)\s*(?:model|find|spot|flag|catch|recogni[sz]e|distinguish|label|score)\b)",
)
QUESTION = re.compile(
    r"(?:^|,|\bso\b|\bthen\b|\band\b)\s*(?:(?:which|who|whose|what|will|would|is|are|does|do|did|can"
    r"|whether|if)\b|how\s+(?:much|many|long|likely|old|big|high|well|fast|often)\b)"
)
OPTIMISE = r"optimi[sz](?:e|es|ed|ing|ation)|maximi[sz](?:e|ing)|minimi[sz](?:e|ing)"
NEGATED_BEFORE = re.compile(
    r"(?:\b(?:do\s+not|don'?t|never|not|no\s+need\s+to|should\s+not|shouldn'?t|must\s+not)\s+"
    r"(?:\w+\s+){0,1})$"
)


def number(written: str) -> float:
    """The value of digits or of a number word."""
    return NUMBERS[written] if written in NUMBERS else float(written)


def joined(names: list[str]) -> str:
    """``a, b and c``."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
