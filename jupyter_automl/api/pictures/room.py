"""Names in the room that is there: clean, measured and cut."""

from __future__ import annotations

import re
import unicodedata

from jupyter_automl.core.words import say

FONT_SIZE = 11.0
"""Pixels of all texts in a picture."""

# XML 1.0 has no place for these, not even escaped.
_BAD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
# Shares of the font's size, as Helvetica, Segoe UI and DejaVu Sans have them at most.
_NARROW, _USUAL, _DIGIT, _BROAD, _FULL = 0.36, 0.6, 0.64, 0.86, 1.3
# Beside the letters, what languages put into numbers: thin and fixed blanks, an apostrophe.
_THIN = frozenset("fijlrtI.,:;'|!()[]{}` -\xa0\u2009\u202f\u2019")
_THICK = frozenset("mwMW@%&<>=+~")


def clean(text: object) -> str:
    """One line that XML can hold; what it cannot becomes a replacement character."""
    return " ".join(_BAD.sub("\ufffd", str(text)).split())


def shown(name: object) -> str:
    """A name as a picture says it; one of nothing but blanks is said to be none."""
    return clean(name) or say("ui-picture-no-name")


def text_width(text: str, size: float = FONT_SIZE) -> float:
    """About how many pixels `text` takes, rather too many than too few."""
    return size * sum(_share(letter) for letter in text)


def cut(text: str, room: float, size: float = FONT_SIZE) -> str:
    """`text` with an ellipsis where it does not fit in `room` pixels; at least the ellipsis."""
    if text_width(text, size) <= room:
        return text
    left = room / size - _share("…")
    kept: list[str] = []
    for letter in text:
        left -= _share(letter)
        if left < 0:
            break
        kept.append(letter)
    return "".join(kept).rstrip() + "…"


def _share(letter: str) -> float:
    if letter in _THIN:
        return _NARROW
    if letter in _THICK:
        return _BROAD
    if "0" <= letter <= "9":
        return _DIGIT
    if letter < "\u0300":
        return 0.72 if letter.isupper() else _USUAL
    if letter == "…":
        return _BROAD
    if unicodedata.category(letter) in ("Mn", "Me", "Cf"):
        return 0.0
    if unicodedata.east_asian_width(letter) in "WF":
        return _FULL
    # Scripts differ: some letters of Arabic or Devanagari are as broad as an m.
    return _BROAD
