"""The part of the page that comes later."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class LateArgs:
    """There is one such part."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeView:
    """Code of the page, from this package.

    Attributes
    ----------
    build : str
        Of the front end; a page of another one must not use it.
    code : str
        An ES module whose default export takes what the page shares and fills a module.
    """

    build: str
    code: str
