"""The leak scan: what would make scores better than the truth."""

from __future__ import annotations

import time as clocks
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from jupyter_automl.core.dataset import ColumnSchema
from jupyter_automl.core.events import NoticeRaised
from jupyter_automl.core.task import TaskKind
from jupyter_automl.profiling.leaks import wording
from jupyter_automl.profiling.leaks.columns import SUSPICIOUS, Looked, look_at
from jupyter_automl.profiling.leaks.entities import Entity, entity_of, may_be_entity
from jupyter_automl.profiling.leaks.goal import MOST_ROWS, Goal, Known, known_target, sample
from jupyter_automl.profiling.leaks.order import order_power, sorted_by_date
from jupyter_automl.profiling.leaks.parts import parts_of
from jupyter_automl.profiling.leaks.repeats import repeats_of
from jupyter_automl.profiling.leaks.verdict import judge

LEAST_ROWS = 50
"""Rows with a target from which anything is said."""

_LEAST_SAMPLE = 1_000
_MOST_CELLS = 5_000_000
_COLUMNS_SHARE = 0.7
_REPEATED_SHARE = 0.01
_MOST_ENTITIES = 3


def scan_leaks(
    source: pa.Table | Any,
    columns: Sequence[ColumnSchema] | None,
    target: str,
    task: TaskKind,
    *,
    features: Sequence[str] | None = None,
    group: str | None = None,
    time: str | None = None,
    random_state: int = 0,
    time_limit_seconds: float | None = None,
    clock: Callable[[], float] = clocks.monotonic,
) -> tuple[NoticeRaised, ...]:
    """Warn of what gives the target away; nothing is dropped.

    Parameters
    ----------
    source : pyarrow.Table or frame
        As `data.load_table` gives it; a frame or another source is opened first.
    columns : sequence of ColumnSchema or None
        From `data.describe`; None describes them here.
    target : str
        Column to predict.
    features : sequence of str or None
        Columns that models get; None takes all but the target, ids and constants.
    group, time : str or None
        Columns that validation keeps together or follows already; they are not proposed.
    time_limit_seconds : float or None
        When it is over, the rest is left out and a notice says what.

    Returns
    -------
    tuple of NoticeRaised
        With the codes ``leak``, ``leak_or_easy``, ``far_ahead``, ``missing_leak``,
        ``target_copy``, ``target_parts``, ``row_order``, ``sorted_by_date``,
        ``repeated_entities``, ``repeated_rows`` and ``leak_scan_cut``; empty where nothing is
        suspicious or fewer than 50 rows have a target.

    Notes
    -----
    A column is judged on at most 10,000 rows by 3-fold out-of-fold predictions from its
    values (bins of numbers), see `power`; it has to reach an AUC or R2 of .95 with two
    standard errors above .90.
    """
    table, schemas = _opened(source, columns)
    known = known_target(table.column(target), task)
    if len(known) < LEAST_ROWS:
        return ()
    if features is None:
        away = ("id", "constant")
        features = [s.name for s in schemas if s.kind not in away and s.name != target]
    most_rows = min(MOST_ROWS, max(_LEAST_SAMPLE, _MOST_CELLS // max(1, len(features))))
    scene = _Scene(
        table=table,
        schemas=schemas,
        target=target,
        features=tuple(features),
        known=known,
        goal=sample(known, most_rows, random_state),
        left=_left(clock, time_limit_seconds),
    )
    found = list(_found(scene, group, time))
    if scene.n_looked_at < len(scene.features) or scene.left_out:
        found.append(wording.about_limit(scene.n_looked_at, len(scene.features), scene.left_out))
    return tuple(found)


@dataclass(slots=True, kw_only=True)
class _Scene:
    """What every part of the scan is given, and how far it came.

    `left` is the share of the time that is left, 1 to 0 or less.
    """

    table: pa.Table
    schemas: tuple[ColumnSchema, ...]
    target: str
    features: tuple[str, ...]
    known: Known
    goal: Goal
    left: Callable[[], float]
    n_looked_at: int = 0
    left_out: list[str] = field(default_factory=list)

    def more_time(self) -> bool:
        return self.left() > 0


def _opened(
    source: pa.Table | Any, columns: Sequence[ColumnSchema] | None
) -> tuple[pa.Table, tuple[ColumnSchema, ...]]:
    from jupyter_automl.data import describe, open_table

    table = source if isinstance(source, pa.Table) else open_table(source).table
    return table, tuple(columns) if columns is not None else describe(table)


def _left(clock: Callable[[], float], limit: float | None) -> Callable[[], float]:
    if limit is None:
        return lambda: 1.0
    started = clock()
    return lambda: 1 - (clock() - started) / limit if limit > 0 else 0.0


def _found(scene: _Scene, group: str | None, time: str | None) -> Iterator[NoticeRaised]:
    """All parts, the strongest evidence first."""
    entities = [] if group is not None else _entities(scene)
    yield from _about_features(scene, {entity.name for entity in entities})
    yield from (wording.about_entity(entity) for entity in entities)
    yield from _about_order(scene, time)
    yield from _about_repeats(scene)


def _entities(scene: _Scene) -> list[Entity]:
    n_rows = scene.table.num_rows
    names = [s.name for s in scene.schemas if s.name != scene.target and may_be_entity(s, n_rows)]
    found = []
    for name in names:
        if not scene.more_time():
            scene.left_out.append("repeated ids")
            break
        entity = entity_of(name, scene.table.column(name), scene.known)
        if entity is not None:
            found.append(entity)
    return sorted(found, key=lambda entity: -entity.likeness)[:_MOST_ENTITIES]


def _about_features(scene: _Scene, entities: set[str]) -> Iterator[NoticeRaised]:
    # The rest of the time is for what concerns all columns.
    looked = look_at(
        scene.table, scene.features, scene.goal, lambda: scene.left() > 1 - _COLUMNS_SHARE
    )
    scene.n_looked_at = looked.n
    parts = _parts(scene, looked)
    explained = entities | set(parts[::2])
    yield from wording.about_columns(judge(looked.found, explained), scene.target, len(scene.goal))
    if parts:
        yield wording.about_parts(parts, scene.target)


def _parts(scene: _Scene, looked: Looked) -> tuple[str, ...]:
    if scene.goal.n_classes or any(found.why == "copy" for found in looked.found):
        return ()
    if not scene.more_time():
        scene.left_out.append("sums of columns")
        return ()
    return parts_of(scene.goal.raw, looked.numbers)


def _about_order(scene: _Scene, time: str | None) -> Iterator[NoticeRaised]:
    power = order_power(scene.goal)
    if power is not None and power.score >= SUSPICIOUS:
        yield wording.about_order(power, scene.target)
    if time is not None:
        return
    dates = [s.name for s in scene.schemas if s.kind == "datetime" and s.name != scene.target]
    found = sorted_by_date({name: scene.table.column(name) for name in dates})
    if found is not None:
        yield wording.about_dates(found)


def _about_repeats(scene: _Scene) -> Iterator[NoticeRaised]:
    if not scene.features:
        return
    n_unique = {schema.name: schema.n_unique for schema in scene.schemas}
    names = sorted(scene.features, key=lambda name: -n_unique[name])
    found = repeats_of(scene.table.select(names), scene.known, scene.more_time)
    if found is None:
        scene.left_out.append("repeated rows")
    elif found.n >= _REPEATED_SHARE * len(scene.known) and not found.by_chance:
        yield wording.about_repeats(found, len(scene.known), bool(scene.known.n_classes))
