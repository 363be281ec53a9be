"""The verdict: who was better, what it cost, what failed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from tests.benchmarks.peers import aggregate
from tests.benchmarks.peers.aggregate import Estimate, Unit
from tests.benchmarks.peers.rendering import Section
from tests.benchmarks.peers.results import Result
from tests.benchmarks.peers.systems import SYSTEMS, US
from tests.benchmarks.tables import percentile

SIZES = (
    ("below 10,000 rows", 0, 9_999),
    ("10,000 to 40,000 rows", 10_000, 40_000),
    ("above 40,000 rows", 40_001, None),
)
NONE = "–"


def report(results: Iterable[Result], systems: Sequence[str] = ()) -> list[Section]:
    """Sections for each budget.

    Parameters
    ----------
    results : iterable of Result
        From a results file.
    systems : sequence of str
        Who is compared; none compares all that have results.
    """
    everything = [result for result in results if not systems or result.system in systems]
    sections = []
    for budget in sorted({result.budget for result in everything}):
        sections += _of_budget([result for result in everything if result.budget == budget])
    return sections


def _of_budget(results: Sequence[Result]) -> list[Section]:
    names = [name for name in SYSTEMS if any(result.system == name for result in results)]
    units = aggregate.errors_by_unit(results, names)
    tables = {result.table for result in results}
    complete = {table for table, _ in units}
    title = f"{results[0].budget:g} s, {_all(results, 'cores')} cores"
    note = f"{len(complete)} of {len(tables)} data sets have a result of every system."
    sections = [Section(*_quality(f"{title}: quality", units, names), note=f"{note} {_READ}")]
    rows_of = {result.table: result.rows for result in results}
    for label, low, high in SIZES:
        some = {
            unit: errors
            for unit, errors in units.items()
            if low <= rows_of[unit[0]] and (high is None or rows_of[unit[0]] <= high)
        }
        if some and len(some) < len(units):
            sections.append(Section(*_quality(f"{title}: {label}", some, names)))
    sections.append(_conduct(f"{title}: time, memory, size", results, names))
    sections.append(_errors(f"{title}: errors", results, names))
    return sections + _failures(f"{title}: failures", results)


_READ = (
    "Improvability is 1 - best error / error, 0 for the best and 1 for a failure; the win-rate is "
    "ours, ties (below 0.1 %) as half; in brackets the bootstrap 95 % interval over data sets."
)


def _quality(
    title: str, units: Mapping[Unit, Mapping[str, float]], names: Sequence[str]
) -> tuple[str, tuple[str, ...], tuple[tuple[str, ...], ...]]:
    n_tables = len({table for table, _ in units})
    rows = []
    for name in names:
        wins = None if US not in names or name == US else aggregate.win_rate(units, US, name)
        rows.append(
            (
                SYSTEMS[name].label,
                _share(aggregate.mean_improvability(units, name)),
                _number(aggregate.mean_rank(units, name)),
                _share(wins),
            )
        )
    header = ("system", "improvability", "mean rank", "our win-rate")
    return f"{title} ({n_tables} data sets)", header, tuple(rows)


def _conduct(title: str, results: Sequence[Result], names: Sequence[str]) -> Section:
    rows = []
    for name in names:
        mine = [result for result in results if result.system == name]
        timed = [result for result in mine if result.overrun_seconds is not None]
        over = [result.wall_seconds - result.budget for result in timed if result.wall_seconds]
        kept = sum(aggregate.kept_budget(result) for result in timed)
        cut = any(result.ended for result in timed)
        rows.append(
            (
                f"{SYSTEMS[name].label} {_all(mine, 'version')}".strip(),
                *(f"{percentile(over, p):+.1f}" if over else NONE for p in (50, 95)),
                (f"{max(over):+.1f}" + (" (ended)" if cut else "")) if over else NONE,
                f"{kept} of {len(timed)}",
                _middle([result.peak_mb for result in mine]),
                _largest([result.peak_mb for result in mine]),
                str(sum(result.failure is not None for result in mine)),
                _middle([result.first_model_seconds for result in mine], 1),
                _middle([result.predict_ms for result in mine]),
                _middle([result.artefact_mb for result in mine], 1),
            )
        )
    header = (
        "system",
        "over p50 s",
        "p95",
        "max",
        "kept",
        "memory MB",
        "max MB",
        "failures",
        "first model s",
        "ms per 1,000 rows",
        "model MB",
    )
    note = (
        "Over is wall-clock from the start of the process until fitting returned, less the budget; "
        "kept is at most 1 s or 2 % over. Memory is the peak of the whole process tree, shared "
        "pages once. First model: of ours from the run's events, of FLAML from its log, of the "
        "others when the first file of a model appeared; only ours can be used before the end. "
        "Medians where nothing else is said."
    )
    return Section(title, header, tuple(rows), note)


def _errors(title: str, results: Sequence[Result], names: Sequence[str]) -> Section:
    cells: dict[str, dict[str, list[Result]]] = {}
    for result in results:
        cells.setdefault(result.table, {}).setdefault(result.system, []).append(result)
    rows = []
    for table in sorted(cells, key=lambda table: (_first(cells[table]).rows, table)):
        found, shown = cells[table], _first(cells[table])
        means = {name: _mean_error(found[name]) for name in names if name in found}
        best = min((error for error in means.values() if error is not None), default=None)
        rows.append(
            (
                table,
                f"{shown.rows:,}",
                _MEASURES[shown.task],
                *(_error(means, name, best) for name in names),
            )
        )
    header = ("data set", "rows", "error", *(SYSTEMS[name].label for name in names))
    return Section(title, header, tuple(rows), "The best of a row has an asterisk.")


_MEASURES = {"binary": "1 - AUC", "multiclass": "log loss", "regression": "RMSE"}


def _failures(title: str, results: Sequence[Result]) -> list[Section]:
    rows = tuple(
        (SYSTEMS[result.system].label, result.table, str(result.repeat), result.failure)
        for result in sorted(results, key=lambda result: result.key)
        if result.failure is not None
    )
    return [Section(title, ("system", "data set", "repeat", "reason"), rows)] if rows else []


def _first(found: Mapping[str, Sequence[Result]]) -> Result:
    return next(iter(found.values()))[0]


def _mean_error(results: Sequence[Result]) -> float | None:
    errors = [result.error for result in results if result.error is not None]
    return float(np.mean(errors)) if errors else None


def _error(means: Mapping[str, float | None], name: str, best: float | None) -> str:
    if name not in means:
        return NONE
    error = means[name]
    if error is None:
        return "failed"
    return f"{error:.5g}" + (" *" if error == best else "")


def _share(found: Estimate | None) -> str:
    if found is None:
        return NONE
    return f"{found.mean:.1%} [{found.low:.0%}, {found.high:.0%}]"


def _number(found: Estimate | None) -> str:
    return NONE if found is None else f"{found.mean:.2f} [{found.low:.1f}, {found.high:.1f}]"


def _known(values: Iterable[float | None]) -> list[float]:
    return [value for value in values if value is not None]


def _middle(values: Iterable[float | None], digits: int = 0) -> str:
    known = _known(values)
    return f"{np.median(known):,.{digits}f}" if known else NONE


def _largest(values: Iterable[float | None]) -> str:
    known = _known(values)
    return f"{max(known):,.0f}" if known else NONE


def _all(results: Iterable[Result], name: str) -> str:
    """Every value that occurs: a mixed results file shows."""
    return "/".join(sorted({str(getattr(result, name)) for result in results} - {""}))
