"""Every text that a person reads, by key: one message table a language.

The texts are Fluent messages (projectfluent.org) in ``messages/<language>/*.ftl``. Values that
come from data (names, levels) are plain values of a message: they are never read as messages.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fluent.runtime import FluentBundle

DEFAULT = "en"
PSEUDO = "qps"
"""English in ⟦brackets⟧: what stands outside of them on a screen cannot be translated."""

MAX_VALUE = 900
"""Letters of a value; fluent.runtime refuses a message with one of more than 1,000."""

_FIRST_STRONG, _POP = "\u2068", "\u2069"
_OPENING = frozenset("\u202a\u202b\u202d\u202e\u2066\u2067\u2068")
_CLOSING = frozenset("\u202c\u2069")


class Words:
    """The texts of one language; what it lacks is said in English.

    Parameters
    ----------
    language : str
        One of `languages`, or ``"qps"``.

    Raises
    ------
    LookupError
        If there is no such language.
    """

    def __init__(self, language: str = DEFAULT) -> None:
        if language not in (*languages(), PSEUDO):
            raise LookupError(f"One of {', '.join(languages())} was expected. Got {language!r}.")
        self.language = language

    def say(self, key: str, **values: str | float) -> str:
        """The message `key` with its values.

        Names in another direction of writing are isolated, so that they cannot turn the
        sentence around them, and very long ones are cut.

        Raises
        ------
        LookupError
            If there is no such message, or it needs a value that is not given.
        """
        bundle = _bundle(DEFAULT if self.language == PSEUDO else self.language)
        if not bundle.has_message(key):
            bundle = _bundle(DEFAULT)
        if not bundle.has_message(key):
            raise LookupError(f"There is no message {key!r}.")
        pattern = bundle.get_message(key).value
        if pattern is None:
            raise LookupError(f"The message {key!r} has no text.")
        safe = {k: isolate(_cut(v)) if isinstance(v, str) else v for k, v in values.items()}
        text, errors = bundle.format_pattern(pattern, safe)
        if errors:
            raise LookupError(f"The message {key!r}: {errors[0]}")
        return f"⟦{text}⟧" if self.language == PSEUDO else str(text)


def say(key: str, **values: str | float) -> str:
    """The English message `key` with its values; raises `LookupError`."""
    return Words().say(key, **values)


@cache
def languages() -> tuple[str, ...]:
    """The languages there are messages of."""
    folder = resources.files(__package__) / "messages"
    return tuple(sorted(item.name for item in folder.iterdir() if item.is_dir()))


@cache
def source(language: str, prefix: str = "") -> str:
    """The text of a language's message files whose names begin with `prefix`."""
    folder = resources.files(__package__) / "messages" / language
    files = sorted(
        (item for item in folder.iterdir() if item.name.endswith(".ftl")), key=lambda i: i.name
    )
    return "\n".join(
        item.read_text(encoding="utf-8") for item in files if item.name.startswith(prefix)
    )


def _cut(text: str) -> str:
    return text if len(text) <= MAX_VALUE else f"{text[: MAX_VALUE - 1]}…"


def isolate(text: str) -> str:
    """`text` so that its direction of writing stays its own (Unicode TR 9, FSI ... PDI)."""
    turned = any(
        letter in _OPENING
        or letter in _CLOSING
        or unicodedata.bidirectional(letter) in ("R", "AL", "AN")
        for letter in text
    )
    if not turned:
        return text
    plain = "".join(letter for letter in text if letter not in _OPENING | _CLOSING)
    return f"{_FIRST_STRONG}{plain}{_POP}"


@cache
def _bundle(language: str) -> FluentBundle:
    from fluent.runtime import FluentBundle, FluentResource

    # Isolating marks around every number would end up in terminals, files and tests.
    bundle = FluentBundle([language], use_isolating=False)
    bundle.add_resource(FluentResource(source(language)))
    return bundle
