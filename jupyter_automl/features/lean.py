"""Pickles without what can be made again."""

from __future__ import annotations

from functools import cached_property
from typing import Any


class Lean:
    """Its cached properties are not pickled: they are made again when they are asked for."""

    def __getstate__(self) -> dict[str, Any]:
        made = {
            name
            for kind in type(self).__mro__
            for name, value in vars(kind).items()
            if isinstance(value, cached_property)
        }
        return {name: value for name, value in self.__dict__.items() if name not in made}
