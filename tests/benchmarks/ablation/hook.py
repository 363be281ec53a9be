"""Replaces attributes of modules as they are imported, in every process of a run.

The product has no switches for a comparison, so the parts are replaced from outside: a folder with
a ``sitecustomize.py`` stands on ``PYTHONPATH``, which the runner and its workers inherit.
"""

from __future__ import annotations

import functools
import importlib.abc
import importlib.machinery
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

ARM = "ABLATION_ARM"
TRACE = "ABLATION_TRACE"
"""Environment variables: the name of the arm, and the folder where processes say what they did."""

APPLIED, USED = "applied", "used"


class ArmError(RuntimeError):
    """An arm that is not what it says: nothing that was measured with it counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patch:
    """One attribute that an arm replaces.

    Attributes
    ----------
    module : str
        Where it is defined; replaced before anything else can import it from there.
    attribute : str
        A function of the module, or ``"Class.method"``.
    replace : callable
        The original to what stands in its place, both callable.
    always : bool
        Whether every run calls it; such a patch that was never called is an error.
    """

    module: str
    attribute: str
    replace: Callable[[Callable[..., Any]], Callable[..., Any]]
    always: bool = True

    @property
    def key(self) -> str:
        """``module:attribute``."""
        return f"{self.module}:{self.attribute}"


def install(patches: Sequence[Patch], trace: Path) -> None:
    """Have these replaced as soon as their modules are imported.

    Parameters
    ----------
    trace : Path
        Folder that exists; each process writes a file there, see `read_trace`.

    Raises
    ------
    ArmError
        If a module is imported already: others may hold the original.
    """
    late = [patch.module for patch in patches if patch.module in sys.modules]
    if late:
        raise ArmError(f"{late[0]} must not be imported before it can be patched. It is.")
    by_module: dict[str, list[Patch]] = {}
    for patch in patches:
        by_module.setdefault(patch.module, []).append(patch)
    sys.meta_path.insert(0, _Finder(by_module, trace))


def apply(patch: Patch, module: ModuleType, note: Callable[[str, str], None]) -> None:
    """Replace the attribute now; `note` is told that it was, and when it is first called.

    Raises
    ------
    ArmError
        If the attribute is not there, or cannot be called.
    """
    *path, name = patch.attribute.split(".")
    owner: Any = module
    for part in path:
        owner = getattr(owner, part, None)
    # In the class itself: what is inherited would be replaced for one class and not the others.
    original = vars(owner).get(name) if hasattr(owner, "__dict__") else None
    if not callable(original):
        raise ArmError(
            f"{patch.key} must be something that can be called. Got {original!r}: the package has "
            "changed, so tests/benchmarks/ablation/arms.py has to follow."
        )
    replacement = patch.replace(original)

    @functools.wraps(original)
    def traced(*args: Any, **kwargs: Any) -> Any:
        note(USED, patch.key)
        return replacement(*args, **kwargs)

    setattr(owner, name, traced)
    note(APPLIED, patch.key)


def read_trace(folder: Path) -> Mapping[str, frozenset[str]]:
    """Keys of the patches that any process has ``"applied"``, and those that it has ``"used"``."""
    found: dict[str, set[str]] = {APPLIED: set(), USED: set()}
    for path in sorted(folder.glob("*.trace")):
        for line in path.read_text(encoding="utf-8").splitlines():
            word, _, key = line.partition(" ")
            found[word].add(key)
    return {word: frozenset(keys) for word, keys in found.items()}


class _Trace:
    """One process's file; each line is written once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._said: set[str] = set()

    def __call__(self, word: str, key: str) -> None:
        line = f"{word} {key}"
        if line in self._said:
            return
        self._said.add(line)
        with (self._folder / f"{os.getpid()}.trace").open("a", encoding="utf-8") as file:
            file.write(line + "\n")


class _Finder(importlib.abc.MetaPathFinder):
    def __init__(self, patches: Mapping[str, Sequence[Patch]], trace: Path) -> None:
        self._patches = patches
        self._note = _Trace(trace)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname not in self._patches:
            return None
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        if spec is None or spec.loader is None:
            return None
        spec.loader = _Loader(spec.loader, self._patches[fullname], self._note)
        return spec


class _Loader(importlib.abc.Loader):
    def __init__(
        self,
        inner: importlib.abc.Loader,
        patches: Sequence[Patch],
        note: Callable[[str, str], None],
    ) -> None:
        self._inner, self._patches, self._note = inner, patches, note

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        return self._inner.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        self._inner.exec_module(module)
        for patch in self._patches:
            apply(patch, module, self._note)
