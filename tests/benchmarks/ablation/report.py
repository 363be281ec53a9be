"""What each part is worth: the whole engine beside the engine without it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from tests.benchmarks.ablation.arms import ARMS, FULL, Arm
from tests.benchmarks.ablation.facts import Facts
from tests.benchmarks.peers import aggregate
from tests.benchmarks.peers.aggregate import Estimate, Unit
from tests.benchmarks.peers.rendering import Section
from tests.benchmarks.peers.results import Key, Result

NONE = "–"
_MEASURES = {"binary": "1 - AUC", "multiclass": "log loss", "regression": "RMSE"}
_READ = (
    "Worth is how much smaller the error is with the part: 1 - with / without, or, where it is "
    "larger with it, without / with - 1; the mean over data sets with the bootstrap 95 % interval, "
    "repeats of one averaged before. Better and worse are of the whole engine; errors that differ "
    "by less than 0.1 % are a tie. In use: data sets where the run of the whole engine made use of "
    "the part at all, and the worth on these. A failed run is no error to compare and is listed."
)

Units = Mapping[Unit, Mapping[str, float]]
FactsOf = Callable[[Key], Facts | None]


def report(results: Sequence[Result], facts_of: FactsOf) -> list[Section]:
    """Sections for each budget: what the parts are worth, the errors, the failures."""
    sections = []
    for budget in sorted({result.budget for result in results}):
        found = [result for result in results if result.budget == budget]
        sections += [_worth(found, facts_of), _errors(found), *_failures(found)]
    return sections


def worth(with_part: float, without: float) -> float:
    """Relative fall of the error, between -1 and 1; positive where the part pays.

    Symmetric: taking the two errors the other way round changes the sign only.
    """
    best = min(with_part, without)
    return aggregate.improvability(without, best) - aggregate.improvability(with_part, best)


def _worth(results: Sequence[Result], facts_of: FactsOf) -> Section:
    rows = []
    for arm in ARMS.values():
        if arm.name == FULL or not any(result.system == arm.name for result in results):
            continue
        # What failed may have failed because of how the part was taken out.
        units = aggregate.errors_by_unit(
            [result for result in results if result.failure is None], [FULL, arm.name]
        )
        used = _in_use(units, arm, results, facts_of)
        wins = [aggregate.outcome(errors[FULL], errors[arm.name]) for errors in units.values()]
        rows.append(
            (
                arm.part,
                arm.off,
                _share(_mean(units, arm.name)),
                *(str(sum(win == which for win in wins)) for which in (1.0, 0.0, 0.5)),
                str(len({table for table, _ in units})),
                str(len({table for table, _ in used})),
                _share(_mean(used, arm.name)),
            )
        )
    header = (
        *("switched off", "instead", "worth", "better", "worse", "tie", "data sets"),
        *("in use", "worth in use"),
    )
    codes = {result.code for result in results}
    note = "" if len(codes) < 2 else f" These are results of {len(codes)} states of the code."
    title = f"{results[0].budget:g} s, {_all(results)} cores: what each part is worth"
    return Section(title, header, tuple(rows), _READ + note)


def _mean(units: Units, arm: str) -> Estimate | None:
    return aggregate.estimate(units, lambda errors: worth(errors[FULL], errors[arm]))


def _in_use(
    units: Units, arm: Arm, results: Sequence[Result], facts_of: FactsOf
) -> dict[Unit, Mapping[str, float]]:
    keys = {(r.table, r.repeat): r.key for r in results if r.system == FULL}
    used = {}
    for unit, errors in units.items():
        facts = facts_of(keys[unit])
        if facts is not None and arm.in_use(facts):
            used[unit] = errors
    return used


def _errors(results: Sequence[Result]) -> Section:
    arms = [name for name in ARMS if any(result.system == name for result in results)]
    tables = {result.table: result for result in results}
    rows = []
    for table, one in sorted(tables.items(), key=lambda item: (item[1].rows, item[0])):
        cells = []
        for arm in arms:
            mine = [r for r in results if (r.table, r.system) == (table, arm)]
            errors = [r.error for r in mine if r.error is not None]
            mean = f"{sum(errors) / len(errors):.5g}" if errors else "failed"
            cells.append(mean if mine else NONE)
        rows.append((table, f"{one.rows:,}", _MEASURES[one.task], *cells))
    title = f"{results[0].budget:g} s: errors"
    return Section(title, ("data set", "rows", "error", *arms), tuple(rows))


def _failures(results: Sequence[Result]) -> list[Section]:
    rows = tuple(
        (result.system, result.table, str(result.repeat), result.failure)
        for result in sorted(results, key=lambda result: result.key)
        if result.failure is not None
    )
    title = f"{results[0].budget:g} s: failures"
    return [Section(title, ("arm", "data set", "repeat", "reason"), rows)] if rows else []


def _share(found: Estimate | None) -> str:
    if found is None:
        return NONE
    return f"{found.mean:+.1%} [{found.low:+.1%}, {found.high:+.1%}]"


def _all(results: Sequence[Result]) -> str:
    return "/".join(sorted({str(result.cores) for result in results}))
