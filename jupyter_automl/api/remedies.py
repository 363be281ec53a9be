"""What one can do about a finding, as keywords of `fit` and in words: the same on every surface."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from jupyter_automl.core.words import say

if TYPE_CHECKING:
    from jupyter_automl.core.events import NoticeRaised

Field = Literal["exclude", "group", "time", "metric", "repeats"]

_LEAVE_OUT = (
    *("copied_column", "mostly_missing", "many_levels"),
    *("leak", "leak_or_easy", "far_ahead", "missing_leak", "target_copy"),
)
_FIELDS: Mapping[str, Field] = {
    **dict.fromkeys(_LEAVE_OUT, "exclude"),
    "repeated_entities": "group",
    "sorted_by_date": "time",
    "rare_class": "metric",
    "repeated_rows": "repeats",
}
_EACH_CLASS_COUNTS = "balanced_accuracy"
_ADVICE = frozenset(
    (
        *_FIELDS,
        *("id_column", "constant_column", "infinite", "few_rows", "target_parts", "row_order"),
        *("leak_scan_cut", "more_findings", "empty_name", "duplicate_name", "name_not_text"),
        *("mixed_types", "ambiguous_dates", "lines_skipped", "ragged_rows", "no_header"),
        *("encoding", "archive_member", "sheet_chosen"),
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One thing to do.

    Attributes
    ----------
    field : {"exclude", "group", "time", "metric", "repeats"}
        A keyword of `fit`, or ``"repeats"``: open the table without rows that repeat another.
    value : str
        A column, or the name of a metric; empty for ``"repeats"``.
    """

    field: Field
    value: str = ""


def acts_of(notice: NoticeRaised) -> tuple[Act, ...]:
    """What can be done about a finding in one click, the likeliest first; often nothing."""
    field = _FIELDS.get(notice.code)
    if field is None:
        return ()
    if field == "repeats":
        return (Act(field=field),)
    if field == "metric":
        return (Act(field=field, value=_EACH_CLASS_COUNTS),)
    return () if notice.column is None else (Act(field=field, value=notice.column),)


def advice_for(code: str) -> str:
    """What to do about findings of this code, in one sentence."""
    return say(f"profile-do-{code.replace('_', '-')}" if code in _ADVICE else "profile-do-other")
