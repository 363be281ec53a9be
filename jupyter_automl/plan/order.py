"""Which family's which setting is tried when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from jupyter_automl.core.events import NoticeRaised
from jupyter_automl.core.plan import PlanStep
from jupyter_automl.core.protocols import Family
from jupyter_automl.core.size import bytes_text
from jupyter_automl.core.task import TaskKind
from jupyter_automl.core.trial import FEATURES, SAMPLE_ROWS
from jupyter_automl.evaluate import BOOSTERS, trial_share
from jupyter_automl.models.boosting import LARGE_ROWS
from jupyter_automl.plan.budget import all_rows, fit_seconds, once_fits
from jupyter_automl.plan.memory import Load, trial_bytes

Params = Mapping[str, object]

_FIRST = (
    *("dummy", "linear", "lightgbm", "xgboost", "linear", "extra_trees", "random_forest"),
    *("catboost", "lightgbm", "mlp", "lightgbm", "xgboost", "lightgbm", "catboost", "mlp"),
    *("extra_trees", "lightgbm", "random_forest"),
)
"""Best expected gain a second first; CatBoost comes fourth where it is cheap. Once all have had
their first the engine goes on by what the ensemble makes of them."""

_FIRST_OF_MANY_ROWS = (
    *("dummy", "linear", "lightgbm", "xgboost", "mlp", "catboost", "extra_trees", "random_forest"),
    *("lightgbm", "xgboost", "linear", "lightgbm", "xgboost", "lightgbm", "catboost", "mlp"),
    *("extra_trees", "random_forest"),
)
"""Here every fit takes long: one of each kind first, those with most weight in ensembles before
the others, so that there is time for a second of what turns out to be worth it."""

_OTHERS_AT = {_FIRST: 10, _FIRST_OF_MANY_ROWS: 8}
_OTHER_SHARE = 0.01
"""Of the core seconds that a kind of model may take which `_FIRST` does not name: it is there
for variety, and a minute is better spent on boosters."""

_EARLY = 0.15
_QUICK = 0.07
_LEAST_SAMPLE = 10_000
_BASELINE_ROWS = 100_000
_SAMPLES = tuple(_LEAST_SAMPLE * 2**power for power in range(8))
_PATIENT = {"random_forest": 6.0, "extra_trees": 6.0, "mlp": 4.0, "knn": 3.0, "linear": 3.0}
"""How many times its limit a fit may want and still be good when it is stopped there: fifty
trees of three hundred make a forest, half the rounds hardly make a booster."""

_BOOSTER_PATIENCE = 2.0
_CATBOOST_PATIENCE = 3.0
"""Its cost is that of the tuned defaults; what comes first on many rows takes half of it."""

_STARTS_SHARES = ((45.0, 1.0), (150.0, 0.8), (1200.0, 0.55))
_LEAST_STARTS_SHARE = 0.3
_LEAST_SEARCHED = 5
_LEAST_SEARCHED_OF_MANY_ROWS = 100
"""Boosters of the usual cost that the search's part must hold. Where rows are many what it draws
takes up to ten times that: on diamonds none of 8 drawn in 130 s of 300 was as good as the warm
starts, of which half were left."""

_SPARE_STARTS = 3.0
"""Times that share is planned for, because what a fit takes is known within a factor of eight
only before it was measured (CatBoost on 27,000 rows x 15 of bank_marketing: 54 s predicted, 7 s
taken). The engine stops when the share is used up, by the clock."""

_WHOLE_ONLY = frozenset(("catboost",))
"""Slower than LightGBM and no better on a sample: all rows or none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """What a run has to spend.

    Attributes
    ----------
    n_rows : int
        Training rows of one fold.
    n_columns : int
        Encoded columns, roughly.
    n_classes : float
        Effective number of classes.
    usable_seconds : float
        Wall-clock seconds without the reserve.
    fitted_once : tuple of str
        As in `core.plan.Plan`.
    load : Load or None
        What the data weigh in a worker.
    worker_bytes : int or None
        What a worker may hold; None knows no limit.
    repeatable : bool
        No clock decides how many of the warm starts are fitted.
    """

    task: TaskKind
    n_rows: int
    n_columns: int
    n_classes: float
    n_folds: int
    n_workers: int
    usable_seconds: float
    families: tuple[str, ...] = ()
    fitted_once: tuple[str, ...] = ()
    load: Load | None = None
    worker_bytes: int | None = None
    repeatable: bool = False

    def limit_seconds(self, family: Family) -> float:
        """What a trial may take."""
        return trial_share(family.name, self.families) * self.usable_seconds

    def trial_seconds(self, family: Family, n_rows: int | None = None) -> float:
        """Rough seconds of all fits of a trial on one core, left to finish."""
        once = n_rows is None and family.name in self.fitted_once
        rows = self.n_rows if n_rows is None else min(n_rows, self.n_rows)
        rows = all_rows(rows, self.n_folds) if once else rows
        n_fits = once_fits(family) if once else self.n_folds
        return n_fits * fit_seconds(family, rows, self.n_columns, self.n_classes)

    def trial_bytes(self, family: Family, params: Params, n_rows: int | None) -> int:
        """What a worker will hold in a trial; 0 where nothing is known of the data."""
        if self.load is None:
            return 0
        return trial_bytes(
            self.load,
            family,
            sample_rows=n_rows,
            further_features=FEATURES in params,
            once=n_rows is None and FEATURES not in params and family.name in self.fitted_once,
        )


def order_steps(
    families: Mapping[str, Family], room: Room, *, chosen_by_person: bool
) -> tuple[tuple[PlanStep, ...], tuple[NoticeRaised, ...], tuple[str, ...]]:
    """Warm starts in the order of work, more than their share of the budget is expected to hold.

    With them come notices on families that would not finish or not fit into memory, and the
    labels of those that are there for variety and cost more than that is worth.

    A trial that would be cut off too early by its limit is fitted on a sample of the rows,
    or left out with a notice where even 10,000 rows are too many; the first booster and a
    family that a person named are never left out. Before a first booster whose full fit
    takes long stands the same setting on a sample, so that a usable model comes within
    seconds. What would take more memory than a worker may is fitted on a sample too, or left
    out; of that only the baseline and the first booster are excepted.
    """
    starts = {
        name: list(family.warm_starts(room.task, room.n_rows, room.n_columns)) or [("", {})]
        for name, family in families.items()
    }
    steps: list[PlanStep] = []
    skipped: dict[str, NoticeRaised] = {}
    short: dict[str, NoticeRaised] = {}
    dear: dict[str, str] = {}
    spent = 0.0
    share = starts_share(families, room) * room.usable_seconds * room.n_workers
    share *= 1.0 if room.repeatable else _SPARE_STARTS
    for name, nth in _queue(families, starts, room):
        family = families[name]
        rows = _affordable_rows(family, room)
        first_booster = name in BOOSTERS and not any(s.family in BOOSTERS for s in steps)
        if rows is not None and rows < _LEAST_SAMPLE:
            if not (chosen_by_person or first_booster):
                skipped[name] = _skip_notice(family, room)
                continue
            rows = _LEAST_SAMPLE
        label, params = starts[name][nth]
        fitting = _rows_in_memory(family, params, room, rows)
        called = f"{family.label} ({label})" if FEATURES in params else family.label
        if fitting == 0 and name != "dummy" and not first_booster:
            short.setdefault(called, _memory_notice(called, family, params, room, rows, 0))
            continue
        asked, rows = rows, _LEAST_SAMPLE if fitting == 0 else fitting
        if name not in _FIRST and not chosen_by_person and _too_dear(family, room, rows):
            dear[name] = family.label
            continue
        if nth > 0 and spent + _seconds(family, room, rows) > share:
            continue
        if rows != asked and name != "dummy":
            short.setdefault(called, _memory_notice(called, family, params, room, asked, rows))
        quick = _quick_rows(family, room) if first_booster else None
        quick = None if quick and rows is not None and quick >= rows else quick
        for sample in dict.fromkeys((quick, rows) if quick else (rows,)):
            steps.append(_step(name, label, params, sample, room))
            spent += _seconds(family, room, sample)
    return tuple(steps), (*skipped.values(), *short.values()), tuple(dear.values())


def _queue(
    families: Mapping[str, Family], starts: Mapping[str, Sequence[object]], room: Room
) -> Iterator[tuple[str, int]]:
    """(family, number of its start) in order; what `_FIRST` leaves out comes in turns."""
    given = dict.fromkeys(families, 0)
    first = _FIRST_OF_MANY_ROWS if room.n_rows > LARGE_ROWS else _FIRST
    order = list(first)
    if first is _FIRST and "catboost" in families and _is_early(families["catboost"], room):
        order.remove("catboost")
        order.insert(3, "catboost")
    at = _OTHERS_AT[first]
    order[at:at] = [name for name in families if name not in _FIRST]
    for name in order:
        if name in families and given[name] < len(starts[name]):
            yield name, given[name]
            given[name] += 1
    while any(given[name] < len(starts[name]) for name in families):
        for name in families:
            if given[name] < len(starts[name]):
                yield name, given[name]
                given[name] += 1


def _too_dear(family: Family, room: Room, sample: int | None) -> bool:
    return _seconds(family, room, sample) > _OTHER_SHARE * room.usable_seconds * room.n_workers


def _is_early(family: Family, room: Room) -> bool:
    return room.trial_seconds(family) <= _EARLY * room.usable_seconds


def _affordable_rows(family: Family, room: Room) -> int | None:
    """None for all rows; else the largest sample that is fitted well enough, 0 for none."""
    patience = _BOOSTER_PATIENCE if family.name in BOOSTERS else _PATIENT.get(family.name, 1.0)
    patience = _CATBOOST_PATIENCE if family.name == "catboost" else patience
    most = patience * room.limit_seconds(family)
    if family.name == "dummy":
        return _LEAST_SAMPLE if room.n_rows > _BASELINE_ROWS else None
    if room.trial_seconds(family) <= most:
        return None
    if family.name in _WHOLE_ONLY:
        return 0
    return max(
        (n for n in _SAMPLES if n < room.n_rows and room.trial_seconds(family, n) <= most),
        default=0,
    )


def _rows_in_memory(family: Family, params: Params, room: Room, rows: int | None) -> int | None:
    """`rows` (None for all) where they fit into a worker, else the largest sample, 0 for none."""
    limit = room.worker_bytes
    if limit is None or room.trial_bytes(family, params, rows) <= limit:
        return rows
    if family.name in _WHOLE_ONLY:
        return 0
    most = room.n_rows if rows is None else rows
    return max(
        (n for n in _SAMPLES if n < most and room.trial_bytes(family, params, n) <= limit),
        default=0,
    )


def _quick_rows(family: Family, room: Room) -> int | None:
    """Rows of a first booster that is ready within seconds, where all rows are not."""
    most = _QUICK * room.usable_seconds
    if room.trial_seconds(family) <= 2 * most or room.n_rows <= _LEAST_SAMPLE:
        return None
    fitting = (n for n in _SAMPLES if n < room.n_rows and room.trial_seconds(family, n) <= most)
    return max(fitting, default=_LEAST_SAMPLE)


def _seconds(family: Family, room: Room, sample: int | None) -> float:
    return min(room.trial_seconds(family, sample), room.limit_seconds(family))


def starts_share(families: Mapping[str, Family], room: Room) -> float:
    """Part of the time for training that goes to warm starts, before the search has the rest.

    All of a short budget, less of a long one; and all where the rest would not hold a few
    searched boosters: what a search draws before it has learned is worse than warm starts.
    """
    usable = room.usable_seconds
    share = next((part for most, part in _STARTS_SHARES if usable < most), _LEAST_STARTS_SHARE)
    boosters = [room.trial_seconds(families[name]) for name in BOOSTERS & families.keys()]
    searched = (1 - share) * usable * room.n_workers
    least = _LEAST_SEARCHED_OF_MANY_ROWS if room.n_rows > LARGE_ROWS else _LEAST_SEARCHED
    return 1.0 if searched < least * min(boosters, default=0.0) else share


def _step(
    name: str, label: str, params: Mapping[str, object], sample: int | None, room: Room
) -> PlanStep:
    if sample is not None and sample < room.n_rows:
        params = {**params, SAMPLE_ROWS: sample}
        label = f"{label}, {sample:,} rows".removeprefix(", ")
    source = "baseline" if name == "dummy" else "warm_start"
    return PlanStep(family=name, params=dict(params), source=source, label=label)


def _memory_notice(
    called: str, family: Family, params: Params, room: Room, asked: int | None, rows: int | None
) -> NoticeRaised:
    """Why a trial gets `rows` (0 for none) instead of those asked for (None for all)."""
    assert room.worker_bytes is not None
    n_asked = room.n_rows if asked is None else min(asked, room.n_rows)
    least = min(_LEAST_SAMPLE, n_asked) if not rows else n_asked
    needed = bytes_text(room.trial_bytes(family, params, least))
    limit = bytes_text(room.worker_bytes)
    if not rows:
        message = (
            f"{called} is left out: {least:,} rows x {room.n_columns} columns would take about "
            f"{needed} of memory, and a worker may take {limit}."
        )
        return NoticeRaised(code="memory_skipped", message=message, level="info")
    message = (
        f"{called} is fitted on {min(rows, room.n_rows):,} of {room.n_rows:,} rows: {least:,} "
        f"would take about {needed} of memory, and a worker may take {limit}."
    )
    return NoticeRaised(code="memory_sampled", message=message, level="info")


def _skip_notice(family: Family, room: Room) -> NoticeRaised:
    return NoticeRaised(
        code="family_skipped",
        message=f"{family.label} is left out: it would not finish on {room.n_rows:,} rows x "
        f"{room.n_columns} columns within the budget.",
        level="info",
    )
