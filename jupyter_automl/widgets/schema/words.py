"""The texts of a page."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class WordsView:
    """Messages in another language than English, which the page has itself.

    Attributes
    ----------
    language : str
        As in ``Intl``, e.g. ``"de"``.
    messages : str
        Fluent messages; what they lack is said in English.
    """

    language: str
    messages: str
