"""A table before training: what it holds, what stands out, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jupyter_automl.api import showing
from jupyter_automl.api.choices import fit_code
from jupyter_automl.api.profile_still import texts
from jupyter_automl.api.profiling import TableProfile, profile_of
from jupyter_automl.widgets.asking import AskingPart
from jupyter_automl.widgets.base import WireWidget
from jupyter_automl.widgets.controller import Controller
from jupyter_automl.widgets.frames import find_frames, frame_named
from jupyter_automl.widgets.parts.choosing import ChoicesPart
from jupyter_automl.widgets.parts.tables import TablePart


class Profile(WireWidget):
    """Columns with their kinds, gaps and histograms, and findings that one can act on.

    Parameters
    ----------
    data : object
        Whatever `fit` takes as data, or what `profile` returned.
    target : str, optional
        The column that is to be predicted; it can be chosen on the page too. With it the page
        also tells what gives the target away.
    view : Mapping, optional
        What is shown of it; see `view_code`, which gives it back.

    Raises
    ------
    DataError
        If the data cannot be found, read or used as a table.
    TargetError
        If there is no such column.

    Examples
    --------
    >>> quality = ja.Profile(df)  # doctest: +SKIP
    >>> run = ja.fit(df, **quality.keywords)  # doctest: +SKIP
    """

    _call = "ja.Profile(df"

    def __init__(
        self, data: Any, target: str | None = None, *, view: Mapping[str, Any] | None = None
    ) -> None:
        from jupyter_automl.api.tables import open_table

        if not isinstance(data, TableProfile):
            made = profile_of(open_table(data), target, data)
        elif target is None:
            made = data
        else:
            made = profile_of(data.table, target, data.source)
        self._made = made
        self._code_of_data = _code_of(made.source)
        self._choices = ChoicesPart(made.table, made.target, self._code_of_data)
        self._tables = TablePart(lambda table: None, fixed=True)
        self._tables.show_opened(made.table)
        asking = AskingPart(
            lambda: None, table=lambda: self._tables.table, task=lambda: self._choices.task
        )
        super().__init__(Controller([self._tables, self._choices, asking]), "profile", view)

    @property
    def keywords(self) -> dict[str, Any]:
        """What was chosen, as keywords of `fit`: ``{"target": "churn", "exclude": ["id"]}``."""
        return self._choices.keywords

    @property
    def code(self) -> str:
        """The line of Python that the page shows: it trains with what was chosen."""
        return fit_code(self._code_of_data, self.keywords)

    @property
    def report(self) -> TableProfile:
        """The same in code, for the target that is chosen now."""
        target = self.keywords.get("target")
        if target != self._made.target:
            self._made = profile_of(self._made.table, target, self._made.source)
        return self._made

    def _repr_mimebundle_(self, **options: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        report = self.report
        if self._thin:
            # Nobody looks at a page, so what is kept must say all.
            _ = report.issues
        data, metadata = super()._repr_mimebundle_(**options)
        return {**data, **texts(report)}, metadata

    def _ipython_display_(self) -> None:
        if showing.kernel() is None:
            # Then IPython shows the text.
            raise NotImplementedError
        if self._output is None:
            # Closing a widget takes the method from it, not from its class.
            self._output = showing.Shown(
                lambda: Profile._repr_mimebundle_(self), self._quiet_seconds
            )
        self._output.show()


def _code_of(data: Any) -> str:
    """How a cell would name this data."""
    if isinstance(data, (str, Path)):
        return repr(str(data))
    names = (frame.name for frame in find_frames())
    return next((name for name in names if frame_named(name) is data), "df")
