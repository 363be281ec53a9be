"""The explanation of a model, as a page asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainView:
    """What an explanation is about.

    Attributes
    ----------
    features : tuple of str
        The strongest first; at most 200.
    strongest : str
        The first of them; empty where none changes anything.
    labels : tuple of str
        The classes; empty where the target is a number.
    n_rows : int
        Rows that are explained.
    first_row : int
        The number of the first of them in the table.
    insights : tuple of str
        One or two findings.
    lime : str
        The line that installs what the picture ``"lime"`` needs; empty where it is there.
    """

    model: str
    method: str
    n_rows: int
    labels: tuple[str, ...]
    features: tuple[str, ...]
    strongest: str
    first_row: int
    insights: tuple[str, ...]
    lime: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainPictureArgs:
    """One picture; empty texts and a row of the table below 0 take what is usual."""

    name: Literal["importance", "swarm", "dependence", "waterfall", "pairs", "permutation", "lime"]
    model: str = ""
    label: str = ""
    feature: str = ""
    row: int = -1
