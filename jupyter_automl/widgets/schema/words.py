"""The texts of a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class WordsView:
    """Messages in another language than English, which the page has itself.

    Attributes
    ----------
    language : str
        As in ``Intl``, e.g. ``"de"``.
    messages : Mapping
        Patterns by key, as `core.patterns` makes them; what they lack is said in English.
    """

    language: str
    messages: Mapping[str, Any]
