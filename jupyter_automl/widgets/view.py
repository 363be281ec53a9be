"""What a person looks at: one small value that a page and a cell both can set."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from typing import Any, Literal, get_args, get_origin, get_type_hints

MAX_VIEW_BYTES = 8 * 1024
MAX_TEXT = 200
MAX_ITEMS = 50

Costs = tuple[tuple[float, ...], ...]
"""What errors cost: a row a true class, a column a predicted one, 0 where they are the same."""

Step = Literal["", "data", "train", "results", "predict", "deploy"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardState:
    """The leaderboard.

    Attributes
    ----------
    rows : {"models", "trials"}
        One row a model, or one a trial.
    sort : tuple of str
        Columns, the first counts most; a minus before the name is descending.
    families, columns : tuple of str
        Shown ones; empty shows all.
    search : str
        Rows that hold this text.
    selected : tuple of str
        Rows that are compared.
    open : str
        The row whose details are shown.
    """

    rows: Literal["models", "trials"] = "models"
    sort: tuple[str, ...] = ()
    families: tuple[str, ...] = ()
    search: str = ""
    columns: tuple[str, ...] = ()
    selected: tuple[str, ...] = ()
    open: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainState:
    """The explanation: of which model, class and feature, and for which row of the table."""

    model: str = ""
    label: str = ""
    feature: str = ""
    row: int = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluateState:
    """The evaluation: which picture of which models, at which threshold, by which column.

    Attributes
    ----------
    threshold : float
        Below 0 it is the model's own.
    costs : tuple of k tuples of k floats
        What errors between k classes cost; empty where nobody has said so.
    priced : tuple of int
        The places of those classes among all, where they are not all of them.
    """

    models: tuple[str, ...] = ()
    picture: str = ""
    threshold: float = -1.0
    label: str = ""
    by: str = ""
    costs: Costs = ()
    priced: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIfState:
    """The what-if: of which model, from which row of the table (below 0: a typical one)."""

    model: str = ""
    row: int = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class LogState:
    """The log: from which level on, with which text in it, and whether to tell of its end."""

    level: Literal["info", "warning", "error"] = "info"
    search: str = ""
    tell: Literal["", "done"] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewState:
    """The whole view.

    Attributes
    ----------
    by : str
        Who set it last: a page's own id, or empty for a cell. A page takes over what a cell
        set, and not what another page did.
    """

    tab: Step = ""
    board: BoardState = field(default_factory=BoardState)
    explain: ExplainState = field(default_factory=ExplainState)
    evaluate: EvaluateState = field(default_factory=EvaluateState)
    whatif: WhatIfState = field(default_factory=WhatIfState)
    log: LogState = field(default_factory=LogState)
    by: str = ""


def check_view(value: object) -> dict[str, Any]:
    """What of `value` is a view, without the parts that stand at their defaults.

    Parameters
    ----------
    value : Mapping
        Nested, as `ViewState`; from a page that may be newer or older than this package.

    Returns
    -------
    dict
        JSON-able. Unknown keys and values of a wrong type are left out, so are costs that are
        no table of costs; texts are cut at `MAX_TEXT` letters and lists at `MAX_ITEMS`: a view
        is never worth an error.
    """
    kept = _checked(ViewState, value)
    while len(json.dumps(kept)) > MAX_VIEW_BYTES:
        del kept[max(kept, key=lambda key: len(json.dumps(kept[key])))]
    return kept


def _checked(kind: type, value: object) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        return {}
    hints = get_type_hints(kind)
    kept: dict[str, Any] = {}
    for part in fields(kind):
        if part.name not in value:
            continue
        found = _as(hints[part.name], value[part.name])
        default = part.default if part.default is not MISSING else {}
        plain_default = list(default) if isinstance(default, tuple) else default
        if found is not None and found != plain_default:
            kept[part.name] = found
    return kept


def _as(kind: Any, value: object) -> Any:
    """`value` as `kind`, or None."""
    if kind == Costs:
        return _costs(value)
    if get_origin(kind) is Literal:
        return value if isinstance(value, str) and value in get_args(kind) else None
    if get_origin(kind) is tuple:
        if not isinstance(value, (list, tuple)):
            return None
        found = (_as(get_args(kind)[0], item) for item in value[:MAX_ITEMS])
        return [item for item in found if item is not None]
    if kind is str:
        return value[:MAX_TEXT] if isinstance(value, str) else None
    if kind is int:
        return value if isinstance(value, int) and not isinstance(value, bool) else None
    if kind is float:
        return _number(value)
    return _checked(kind, value)


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        real = float(value)
    except OverflowError:
        return None
    return real if math.isfinite(real) else None


def _costs(value: object) -> list[list[float]] | None:
    """`value` as a square table of numbers above 0, with 0 on its diagonal; else None."""
    if not isinstance(value, (list, tuple)) or len(value) > MAX_ITEMS:
        return None
    table: list[list[float]] = []
    for place, row in enumerate(value):
        if not isinstance(row, (list, tuple)) or len(row) != len(value):
            return None
        cells = [cell for cell in map(_number, row) if cell is not None]
        right = (cell == 0 if at == place else cell > 0 for at, cell in enumerate(cells))
        if len(cells) != len(row) or not all(right):
            return None
        table.append(cells)
    return table


def view_code(call: str, view: Mapping[str, Any]) -> str:
    """Python that shows the same view.

    Parameters
    ----------
    call : str
        How the widget is made, up to its last argument, e.g. ``"ja.Leaderboard(run"``; empty for
        one whose view can only be set later.
    """
    shown = {key: value for key, value in check_view(view).items() if key != "by"}
    if not call:
        return f"widget.view = {shown!r}"
    comma = "" if call.endswith("(") else ", "
    return f"{call}{comma}view={shown!r})" if shown else f"{call})"
