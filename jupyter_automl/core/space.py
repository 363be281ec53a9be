"""Search spaces as data: what a family may be tried with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Real:
    """A real number in [low, high], searched on a log scale where `log`."""

    low: float
    high: float
    log: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Integer:
    """A whole number in [low, high], searched on a log scale where `log`."""

    low: int
    high: int
    log: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One of a few JSON-able values."""

    values: tuple[Any, ...]


Dimension = Real | Integer | Choice
Space = Mapping[str, Dimension]
