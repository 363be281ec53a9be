"""One way to plug something in: a named entry, from this package or another."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import entry_points
from typing import Generic, TypeVar

from jupyter_automl.core.errors import UnavailableError, UnknownNameError, did_you_mean

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry(Generic[T]):
    """A name and how to make what it stands for.

    Attributes
    ----------
    load : callable
        Called once, when the entry is first used; heavy imports happen here.
    requires : tuple of str
        Import names of optional packages.
    install : str
        The line that installs them.
    """

    name: str
    load: Callable[[], T]
    requires: tuple[str, ...] = ()
    install: str = ""

    @property
    def reason(self) -> str:
        """Why it is unavailable, or an empty string."""
        missing = [name for name in self.requires if importlib.util.find_spec(name) is None]
        if not missing:
            return ""
        return f"{self.name} needs {', '.join(missing)}. Install it with: {self.install}"


class Registry(Generic[T]):
    """Named entries in order of registration, with plug-ins of other packages.

    Parameters
    ----------
    kind : str
        The field's word for an entry, used in errors: ``"metric"``.
    group : str
        Entry-point group that is read on first use, e.g. ``"jupyter_automl.metrics"``;
        each entry point gives an `Entry`.
    """

    def __init__(self, kind: str, group: str) -> None:
        self.kind = kind
        self.group = group
        self._entries: dict[str, Entry[T]] = {}
        self._loaded: dict[str, T] = {}
        self._discovered = False

    def register(self, entry: Entry[T]) -> Entry[T]:
        """Add an entry; a second one of the same name is a `ValueError`."""
        if entry.name in self._entries:
            raise ValueError(f"A {self.kind} named {entry.name!r} is registered already.")
        self._entries[entry.name] = entry
        return entry

    def names(self) -> tuple[str, ...]:
        """All names, available or not."""
        self._discover()
        return tuple(self._entries)

    def available(self) -> tuple[str, ...]:
        """Names whose optional packages are installed."""
        self._discover()
        return tuple(name for name, entry in self._entries.items() if not entry.reason)

    def entry(self, name: str) -> Entry[T]:
        """The entry called `name`.

        Raises
        ------
        UnknownNameError
            With a proposal where one is near.
        """
        self._discover()
        try:
            return self._entries[name]
        except (KeyError, TypeError):
            names = ", ".join(sorted(self._entries))
            raise UnknownNameError(
                f"The {self.kind} must be one of: {names}. Got {name!r}.",
                hint=did_you_mean(name, self._entries) or "Choose one of these.",
                name=name,
                kind=self.kind,
            ) from None

    def get(self, name: str) -> T:
        """What `name` stands for, made on first use.

        Raises
        ------
        UnknownNameError
            If there is no such name.
        UnavailableError
            If an optional package is missing; the hint holds the install line.
        """
        if name in self._loaded:
            return self._loaded[name]
        entry = self.entry(name)
        if entry.reason:
            raise UnavailableError(
                f"{entry.name} needs {', '.join(entry.requires)}, which is not installed.",
                hint=f"Install it with: {entry.install}",
                name=name,
            )
        return self._loaded.setdefault(name, entry.load())

    def __iter__(self) -> Iterator[str]:
        return iter(self.names())

    def __contains__(self, name: object) -> bool:
        self._discover()
        return name in self._entries

    def _discover(self) -> None:
        if self._discovered:
            return
        self._discovered = True
        for point in entry_points(group=self.group):
            entry = point.load()
            if entry.name not in self._entries:
                self._entries[entry.name] = entry
