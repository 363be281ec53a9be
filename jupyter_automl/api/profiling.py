"""A table's quality as a value: one row a column, and findings with what to do about each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal

from jupyter_automl.api.choices import check_choices
from jupyter_automl.api.remedies import acts_of, advice_for
from jupyter_automl.core.errors import AutoMLError

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from jupyter_automl.api.tables import OpenedTable
    from jupyter_automl.core.dataset import ColumnSchema
    from jupyter_automl.core.events import NoticeRaised

_FIRST_DATE, _LAST_DATE = -62_135_596_800_000_000, 253_402_300_799_999_999
"""Of the calendar, years 1 to 9999, in microseconds since 1970."""

COLUMNS: tuple[str, ...] = (
    *("name", "kind", "missing", "distinct", "min", "mean", "max", "most_frequent", "role"),
)
_PROPOSED: Mapping[str, str] = {
    "leak": "exclude",
    "target_copy": "exclude",
    "copied_column": "aside",
    "repeated_entities": "group",
    "sorted_by_date": "time",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """One finding.

    Attributes
    ----------
    code : str
        Stable, for programs: ``"leak"``, ``"id_column"``, ``"repeated_rows"`` ...
    message : str
        What was found, with its numbers.
    level : {"info", "warning"}
        Whether it is worth a look before training.
    columns : tuple of str
        The column it is about; empty where it is about the table or many columns at once.
    advice : str
        What to do.
    keywords : Mapping
        The same as keywords of `fit`, where there are some: ``{"exclude": ["customer_id"]}``.
    """

    code: str
    message: str
    level: Literal["info", "warning"]
    columns: tuple[str, ...] = ()
    advice: str = ""
    keywords: Mapping[str, Any] = field(default_factory=dict)


class TableProfile:
    """The quality of a table; `profile` makes it.

    Attributes
    ----------
    table : OpenedTable
        What it is about.
    target : str or None
        The column that is to be predicted, where one is named.
    source : object
        What `profile` was given; None where that is not known.
    """

    def __init__(self, table: OpenedTable, target: str | None = None, source: Any = None) -> None:
        self.table = table
        self.target = target
        self.source = source

    def __repr__(self) -> str:
        rows, columns = self.table.dataset.n_rows, len(self.table.dataset.columns)
        return f"<TableProfile of {self.name!r}: {rows} rows, {columns} columns>"

    @property
    def name(self) -> str:
        """What the table is called."""
        return self.table.dataset.name

    @property
    def n_rows(self) -> int:
        """Rows of the table."""
        return self.table.dataset.n_rows

    @property
    def issues(self) -> list[Issue]:
        """What stands out, warnings first.

        With a target it holds also what gives the target away and which classes are rare;
        that is looked for once, for at most 5 s.
        """
        found = [*self._of_table, *self._of_target]
        return sorted(found, key=lambda issue: issue.level != "warning")

    @property
    def issues_at_hand(self) -> list[Issue]:
        """`issues`, without those of the target where they have not been looked for yet."""
        return self.issues if self.target is None or self.scanned else list(self._of_table)

    @property
    def scanned(self) -> bool:
        """Whether what gives the target away has been looked for."""
        return "_of_target" in self.__dict__

    def to_frame(self) -> pd.DataFrame:
        """What is known of each column.

        Returns
        -------
        DataFrame
            One row a column of the table, in its order. ``name, kind, missing, distinct``
            (counts of rows; distinct leaves missing cells out), ``min, mean, max`` of finite
            numbers and of dates, ``most_frequent`` of classes, ``role``: one of ``"target"``,
            ``"feature"``, ``"set aside"``, ``"leave out"``, ``"group"``, ``"time"``.
        """
        import pandas as pd

        _ = self.issues
        rows = self.rows()
        frame = pd.DataFrame(rows, columns=list(COLUMNS), dtype=object)
        texts = dict.fromkeys(("name", "kind", "role"), "str")
        return frame.astype({**texts, "missing": "int64", "distinct": "int64"})

    def rows(self, most: int | None = None) -> list[tuple[Any, ...]]:
        """The rows of `to_frame` for the first `most` columns, by the issues at hand."""
        from jupyter_automl.core.words import say

        roles = self._roles()
        rows: list[tuple[Any, ...]] = []
        for column in self.table.dataset.columns[:most]:
            cells = self.table.opened.table.column(column.name)
            low, mean, high = _spread(cells)
            most_frequent = _most_frequent(cells, column)
            counts = column.n_missing, column.n_unique
            role = say(f"profile-role-{roles[column.name]}")
            rows.append((column.name, column.kind, *counts, low, mean, high, most_frequent, role))
        return rows

    @cached_property
    def _of_table(self) -> tuple[Issue, ...]:
        return tuple(map(_issue, self.table.findings))

    @cached_property
    def _of_target(self) -> tuple[Issue, ...]:
        from jupyter_automl.api.tables import suspects

        if self.target is None:
            return ()
        try:
            task = check_choices(self.table, {"target": self.target})
        except AutoMLError as error:
            return (
                Issue(
                    code=error.code,
                    message=error.message,
                    level="warning",
                    columns=(self.target,),
                    advice=error.hint,
                ),
            )
        told = {(issue.code, issue.columns) for issue in self._of_table}
        found = map(_issue, suspects(self.table, task))
        # A copy is told of once, whether a target is known or not.
        return tuple(issue for issue in found if (issue.code, issue.columns) not in told)

    def _roles(self) -> dict[str, str]:
        roles = {
            column.name: "aside" if column.kind in ("id", "constant") else "feature"
            for column in self.table.dataset.columns
        }
        for issue in self.issues_at_hand:
            proposed = _PROPOSED.get(issue.code)
            for name in issue.columns if proposed else ():
                if roles.get(name) == "feature":
                    roles[name] = str(proposed)
        if self.target is not None:
            roles[self.target] = "target"
        return roles

    def _repr_mimebundle_(
        self, include: Any = None, exclude: Any = None, **_: Any
    ) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        from jupyter_automl.api import profile_still, showing, snapshot

        def wanted(kind: str) -> bool:
            return (not include or kind in include) and kind not in (exclude or ())

        data = {kind: text for kind, text in profile_still.texts(self).items() if wanted(kind)}
        if not wanted(snapshot.VIEW) or showing.kernel() is None:
            return data, {}
        widget = self._live()
        live, metadata = ({}, {}) if widget is None else widget._repr_mimebundle_()
        return {**data, **{k: v for k, v in live.items() if k == snapshot.VIEW}}, metadata

    def _ipython_display_(self) -> None:
        from jupyter_automl.api import profile_still, showing

        if showing.kernel() is None:
            # Then IPython shows the text.
            raise NotImplementedError
        widget = self._live()
        if widget is None:
            showing.Shown(lambda: (profile_still.texts(self), {})).show()
        else:
            widget._ipython_display_()

    def _live(self) -> Any:
        # The widgets' layer lies above this one: it is asked by name, and may be absent.
        try:
            return import_module("jupyter_automl.widgets").Profile(self)
        except (ImportError, AttributeError, OSError, AutoMLError):
            return None


def profile(source: Any, *, target: str | None = None) -> TableProfile:
    """How good a table is, before anything is trained on it.

    Parameters
    ----------
    source : object
        Whatever `read` takes: a path or URL, ``"sample:churn"``, or any table in memory.
    target : str, optional
        The column that is to be predicted. With it the report also tells what gives the target
        away, which rows belong together and which classes are rare.

    Returns
    -------
    TableProfile
        A widget as the last line of a cell; ``.to_frame()`` and ``.issues`` in code.

    Raises
    ------
    DataError
        If it cannot be found, read or used as a table, or holds nothing.
    TargetError
        If there is no such column. One that cannot be learned from is an issue instead.

    Examples
    --------
    >>> ja.profile("sample:churn", target="churn").issues  # doctest: +SKIP
    """
    from jupyter_automl.api.tables import open_table

    made = profile_of(open_table(source), target, source)
    # Looked for now: what comes back is whole, and showing it does not hold a cell.
    _ = made.issues
    return made


def profile_of(table: OpenedTable, target: str | None = None, source: Any = None) -> TableProfile:
    """As `profile`, of a table that is open already; nothing is looked for yet."""
    from jupyter_automl.plan.columns import match_column

    name = None if target is None else match_column(target, table.dataset, "target")
    return TableProfile(table, name, source)


def _issue(notice: NoticeRaised) -> Issue:
    keywords: dict[str, Any] = {}
    for act in acts_of(notice):
        if act.field != "repeats":
            keywords[act.field] = [act.value] if act.field == "exclude" else act.value
    return Issue(
        code=notice.code,
        message=notice.message,
        level=notice.level,
        columns=() if notice.column is None else (notice.column,),
        advice=advice_for(notice.code),
        keywords=keywords,
    )


def _spread(cells: pa.ChunkedArray) -> tuple[Any, Any, Any]:
    """Least, mean and most of finite numbers or of dates; None for other cells."""
    import numpy as np
    import pandas as pd
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = cells.type
    dates = pa.types.is_timestamp(kind)
    if not (dates or pa.types.is_integer(kind) or pa.types.is_floating(kind)):
        return None, None, None
    known = cells.drop_null()
    if pa.types.is_floating(kind):
        known = known.filter(pc.is_finite(known))
    if not len(known):
        return None, None, None
    whole = pc.cast(known, pa.int64()) if dates else known
    ends = pc.min_max(whole).as_py()
    numbers = (ends["min"], pc.mean(whole).as_py(), ends["max"])
    if not dates:
        return numbers
    if ends["min"] < _FIRST_DATE or ends["max"] > _LAST_DATE:
        return None, None, None
    low, mean, high = (pd.Timestamp(np.datetime64(int(number), "us")) for number in numbers)
    return low, mean, high


def _most_frequent(cells: pa.ChunkedArray, column: ColumnSchema) -> str | None:
    from jupyter_automl.profiling import distribution

    found = distribution(cells, column)
    return found.levels[0] if found.kind == "levels" else None
