"""What-if: a form, what the model says of a row, and what would change it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from jupyter_automl.core.picture import Picture
from jupyter_automl.explain.counterfactual import Flip
from jupyter_automl.explain.fields import Field
from jupyter_automl.explain.neighbours import Neighbour

FormCell = str | float | int | bool | None
"""A value of a form: numbers as they were typed, None where it is missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormArgs:
    """The form of a model (empty: the best) filled with a row (below 0: a typical one)."""

    model: str = ""
    start: int = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class FormView:
    """What a form asks for.

    Attributes
    ----------
    fields : tuple of Field
        The ones that matter most, these first.
    n_fields : int
        All there are; those that are not here keep the value of the row.
    n_rows : int
        Rows of the training table.
    cells : Mapping
        The values of `fields` in the row.
    target : str
        What is predicted.
    classes : tuple of str
        Empty where it is a number.
    """

    fields: tuple[Field, ...]
    n_fields: int
    n_rows: int
    cells: Mapping[str, FormCell]
    target: str
    classes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutlookArgs:
    """What is predicted for a row with some fields changed.

    Attributes
    ----------
    quick : bool
        Compared with one typical row; otherwise with several.
    label : str
        The class that is spoken of; empty is the usual one.
    """

    model: str = ""
    start: int = -1
    changes: Mapping[str, FormCell] = field(default_factory=dict)
    quick: bool = True
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutlookView:
    """The prediction for one row; see `explain.outlook.Outlook`.

    Attributes
    ----------
    by_class : tuple of (label, probability)
        The likeliest ones.
    n_classes : int
        All there are.
    """

    label: str
    value: float | None
    about: str
    probability: float | None
    by_class: tuple[tuple[str, float], ...]
    n_classes: int
    low: float | None
    high: float | None
    waterfall: Picture
    approximate: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DependenceArgs:
    """What one field, `column`, does."""

    column: str
    model: str = ""
    start: int = -1
    changes: Mapping[str, FormCell] = field(default_factory=dict)
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NearestView:
    """Rows of the training table that are most like the row, the nearest first."""

    rows: tuple[Neighbour, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FlipArgs:
    """What would change the prediction; `to` is the class or the number that is wanted."""

    model: str = ""
    start: int = -1
    changes: Mapping[str, FormCell] = field(default_factory=dict)
    to: str = ""
    fixed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FlipView:
    """The answer in words, and the changes; empty where none was found."""

    flip: Flip
