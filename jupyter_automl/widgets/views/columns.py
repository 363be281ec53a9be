"""Columns of the open table with their spread, and what gives the target away."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from jupyter_automl.core.errors import DataError
from jupyter_automl.widgets import schema
from jupyter_automl.widgets.asking import Answer, Report, ViewContext
from jupyter_automl.widgets.parts.tables import MOST_COLUMNS, column_views, notice_view

if TYPE_CHECKING:
    from jupyter_automl.api.tables import OpenedTable
    from jupyter_automl.profiling import Distribution

MAX_LEVEL = 60


class ColumnsView:
    """Sixty columns from one on: descriptions, first cells, spread."""

    name = "data.columns"
    args = schema.ColumnsArgs

    def etag(self, context: ViewContext, args: schema.ColumnsArgs) -> str:
        return f"{args.table} {args.start}"

    def compute(self, context: ViewContext, args: schema.ColumnsArgs, report: Report) -> Answer:
        from jupyter_automl.profiling import distribution

        table = _table(context, args.table)
        start = max(0, args.start)
        last = start + MOST_COLUMNS
        described = table.dataset.columns[start:last]
        spreads = []
        for schema_of in described:
            if context.stop.is_set():
                break
            found = distribution(table.opened.table.column(schema_of.name), schema_of)
            spreads.append(_spread(found))
        view = schema.ColumnsView(
            start=start,
            columns=column_views(table, start, MOST_COLUMNS),
            rows=tuple(tuple(row[start:last]) for row in table.preview["rows"]),
            spreads=tuple(spreads),
        )
        return Answer(value=view, etag=self.etag(context, args))


class SuspectsView:
    """Columns and rows that make scores too good to be true, once the target is known."""

    name = "data.suspects"
    args = schema.SuspectsArgs

    def etag(self, context: ViewContext, args: schema.SuspectsArgs) -> str:
        return ""

    def compute(self, context: ViewContext, args: schema.SuspectsArgs, report: Report) -> Answer:
        from jupyter_automl.api.tables import suspects

        table, task = _table(context, args.table), context.task
        found = () if task is None else suspects(table, task)
        return Answer(value=schema.SuspectsView(findings=tuple(notice_view(n) for n in found)))


def _table(context: ViewContext, fingerprint: str) -> OpenedTable:
    table = context.table
    if table is None or not table.dataset.fingerprint.startswith(fingerprint):
        raise DataError("This table is not open any more.", hint="Open it again under Data.")
    return table


def _spread(found: Distribution) -> schema.SpreadView:
    return schema.SpreadView(
        kind=found.kind,
        counts=found.counts,
        low=_end(found, found.low),
        high=_end(found, found.high),
        levels=tuple(level[:MAX_LEVEL] for level in found.levels),
        n_other=found.n_other,
        sampled=found.sampled,
    )


def _end(found: Distribution, value: float | None) -> str:
    if value is None:
        return ""
    if found.kind != "dates":
        return f"{value:,.0f}" if value == int(value) and abs(value) < 1e15 else f"{value:.4g}"
    try:
        moment = datetime.fromtimestamp(value, UTC)
    except (OverflowError, OSError, ValueError):
        return ""
    return f"{moment:%Y-%m-%d}"
