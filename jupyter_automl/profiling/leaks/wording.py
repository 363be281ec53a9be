"""What the scan found, as notices with the evidence and what to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from jupyter_automl.core.events import NoticeRaised
from jupyter_automl.profiling.leaks.columns import NEARLY_CERTAIN, Found
from jupyter_automl.profiling.leaks.entities import Entity
from jupyter_automl.profiling.leaks.order import Sorted
from jupyter_automl.profiling.leaks.power import Power
from jupyter_automl.profiling.leaks.repeats import Repeats
from jupyter_automl.profiling.leaks.verdict import Verdict
from jupyter_automl.profiling.notice import notice, shown

_SINGLY = 8
_NAMED = 4
_SERIOUS = 0.05
_WORTH_A_WORD = 0.9995


def about_columns(verdict: Verdict, target: str, n_rows: int) -> Iterator[NoticeRaised]:
    """A warning for each of the most telling columns, one notice for those that are many."""
    for found in verdict.singly[:_SINGLY]:
        code, message = _worded(found, target, n_rows)
        yield notice(code, found.name, message)
    rest = verdict.singly[_SINGLY:]
    if rest:
        names = shown([found.name for found in rest])
        message = f"{len(rest):,} more columns predict {target!r} alone: {names}."
        yield NoticeRaised(code="leak", message=message)
    if verdict.crowd:
        yield _about_crowd(verdict.crowd, target, n_rows)
    if verdict.ahead:
        best, following = verdict.ahead
        yield _about_lead(best, following, target, n_rows)


def _worded(found: Found, target: str, n_rows: int) -> tuple[str, str]:
    score = f"{measured(found.power)} on {n_rows:,} rows"
    if found.why == "copy":
        return "target_copy", f"It {found.words} {target!r} ({score}). Exclude it."
    if found.why == "missing":
        return (
            "missing_leak",
            f"Whether a cell is missing already predicts {target!r} ({score}), as in a column "
            "that is filled in afterwards. Exclude it if it is not known at prediction time.",
        )
    if found.power.score >= NEARLY_CERTAIN:
        return (
            "leak",
            f"It alone predicts {target!r} ({score}), which is nearly always a leak. Exclude it, "
            "unless you are sure that it is known at prediction time.",
        )
    return (
        "leak",
        f"It alone predicts {target!r} well ({score}). Exclude it if it is not known at "
        "prediction time.",
    )


def _about_crowd(crowd: Sequence[Found], target: str, n_rows: int) -> NoticeRaised:
    scores = [f"{found.name!r} ({measured(found.power)})" for found in crowd[:_NAMED]]
    more = f" and {len(crowd) - _NAMED:,} more" if len(crowd) > _NAMED else ""
    message = (
        f"{len(crowd):,} columns each predict {target!r} well alone on {n_rows:,} rows: "
        f"{', '.join(scores)}{more}. It may just be easy; exclude those that are not known at "
        "prediction time."
    )
    return NoticeRaised(code="leak_or_easy", message=message, level="info")


def _about_lead(best: Found, following: Found, target: str, n_rows: int) -> NoticeRaised:
    message = (
        f"It alone predicts {target!r} far better than any other column "
        f"({measured(best.power)}; next {following.name!r} {measured(following.power)}, on "
        f"{n_rows:,} rows). Check that it is known at prediction time."
    )
    return notice("far_ahead", best.name, message, "info")


def measured(power: Power) -> str:
    """``AUC 0.987`` or ``R2 0.987 of the ranks``."""
    # Cut, not rounded: 1.000 is said of nothing less.
    score = f"{int(power.score * 1000 + 1e-6) / 1000:.3f}"
    return f"AUC {score}" if power.measure == "AUC" else f"R2 {score} of the ranks"


def about_parts(parts: Sequence[str], target: str) -> NoticeRaised:
    """The target is a sum or product of columns."""
    names = parts[::2]
    formula = " ".join(word if i % 2 else repr(word) for i, word in enumerate(parts))
    message = (
        f"{target!r} is exactly {formula}. Exclude {shown(list(names))} if they are not known at "
        "prediction time."
    )
    return NoticeRaised(code="target_parts", message=message)


def about_order(power: Power, target: str) -> NoticeRaised:
    """The rows are sorted by the target."""
    message = (
        f"The rows are sorted by {target!r}, or nearly: the rows before and after predict it "
        f"({measured(power)}). Exclude columns that count or date the rows."
    )
    return NoticeRaised(code="row_order", message=message, level="info")


def about_dates(found: Sorted) -> NoticeRaised:
    """The rows run along time."""
    message = (
        f"The rows are sorted by it, from {found.first} to {found.last}. If later dates are to be "
        f"predicted, train with time={found.name!r}; scores on mixed dates may be too good."
    )
    return notice("sorted_by_date", found.name, message)


def about_entity(found: Entity) -> NoticeRaised:
    """Rows that belong together."""
    message = (
        f"It looks like an id that comes back ({found.n_values:,} values in {found.n_rows:,} "
        f"rows), and rows of one value are alike in the target ({found.likeness:.2f}, where 0 is "
        f"chance and 1 is the same). If new ones are to be predicted, train with "
        f"group={found.name!r}; else scores may be too good."
    )
    return notice("repeated_entities", found.name, message)


def about_repeats(found: Repeats, n_rows: int, is_classes: bool) -> NoticeRaised:
    """Rows that are there twice."""
    rows = "1 row repeats" if found.n == 1 else f"{found.n:,} rows repeat"
    message = (
        f"{rows} the features of an earlier one ({_percent(found.n / n_rows)}). A model may be "
        "tested on rows that it learned from, so scores may be too good; drop the copies if they "
        "are no cases of their own."
    )
    if found.n_disputed and found.best < _WORTH_A_WORD:
        most = f"an accuracy of {found.best:.3f}" if is_classes else f"an R2 of {found.best:.3f}"
        message += (
            f" {_percent(found.n_disputed / n_rows)} of the rows have the same features as another "
            f"with a different target: no model can pass {most} here."
        )
    level: Literal["info", "warning"] = "warning" if found.n >= _SERIOUS * n_rows else "info"
    return NoticeRaised(code="repeated_rows", message=message, level=level)


def about_limit(n_looked_at: int, n_columns: int, left_out: Sequence[str]) -> NoticeRaised:
    """The time was up before all was looked at."""
    parts = []
    if n_looked_at < n_columns:
        parts.append(f"looked at {n_looked_at:,} of {n_columns:,} columns")
    if left_out:
        parts.append(f"did not look for {' or '.join(left_out)}")
    message = f"The leak scan {' and '.join(parts)}: its time was up."
    return NoticeRaised(code="leak_scan_cut", message=message, level="info")


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %" if share < 0.1 else f"{100 * share:.0f} %"
