"""What a page asks of a run under way, second by second while somebody looks, and its log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from jupyter_automl.api.log import LogLine


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyArgs:
    """Drop, boost or restore this family."""

    family: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtendArgs:
    """Seconds more."""

    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitorArgs:
    """What the page has: families up to event `seq`, and of each line its last round."""

    seq: int = 0
    have: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyView:
    """What came of the trials of a family.

    Attributes
    ----------
    wish : str
        ``"dropped"`` or ``"boosted"`` where a person said so.
    """

    family: str
    label: str
    done: int
    failed: int
    pruned: int
    running: int
    wish: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LineView:
    """The loss along one fit.

    Attributes
    ----------
    key : str
        ``"trial.fit"``.
    """

    key: str
    family: str
    n_fits: int
    loss: str
    rounds: tuple[int, ...]
    losses: tuple[float, ...]
    best: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitorView:
    """What is new.

    Attributes
    ----------
    seq : int
        The event up to which this tells everything.
    families : tuple of FamilyView
        Those that changed.
    trials : tuple of int
        Numbers of the trials under way; lines of others are over.
    lines : tuple of LineView
        Those that went on.
    """

    seq: int
    families: tuple[FamilyView, ...]
    trials: tuple[int, ...]
    lines: tuple[LineView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LogArgs:
    """Lines of the log before number `before`; they count from 0."""

    before: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LogView:
    """Some lines, the first of which has the number `start`."""

    start: int
    lines: tuple[LogLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveArgs:
    """The curves of the fits of a trial that is over."""

    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveView:
    """Of each of its first fits ``(rounds, losses, best round)``; none where nothing is kept."""

    loss: str
    lines: tuple[tuple[tuple[int, ...], tuple[float, ...], int], ...]
