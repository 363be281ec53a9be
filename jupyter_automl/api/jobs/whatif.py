"""Questions about single rows, asked in the helper's process, which keeps what it has read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

from jupyter_automl.api.jobs.models import N_KEPT, ModelRef, model_of, ref_of

if TYPE_CHECKING:
    from jupyter_automl.api.whatif import WhatIf

Report = Callable[[Any], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class RowRef:
    """A row: one of the training table (below 0 the typical one), with some fields changed."""

    start: int = -1
    changes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIfJob:
    """One question.

    Attributes
    ----------
    about : str
        ``"form"``: the fields, and the cells of the row. ``"at"``: the `Outlook`.
        ``"dependence"``, ``"nearest"``, ``"flip"``: see `api.whatif.WhatIf`.
    options : Mapping
        Keywords of that method.
    """

    model: ModelRef
    about: Literal["form", "at", "dependence", "nearest", "flip"]
    row: RowRef = field(default_factory=RowRef)
    options: Mapping[str, Any] = field(default_factory=dict)


def ask(job: WhatIfJob, report: Report) -> Any:
    """The answer; ``"form"`` gives ``(fields, n_rows, cells)``."""
    # By what the model really is: a row of a run may have moved on since it was named.
    whatif = _whatif(ref_of(model_of(job.model)))
    row = _row(whatif, job.row)
    if job.about == "form":
        return whatif.fields, whatif.n_rows, row
    if job.about == "dependence":
        options = dict(job.options)
        return whatif.dependence(options.pop("field"), row, **options)
    skip = {"skip": job.row.start} if job.about == "nearest" and job.row.start >= 0 else {}
    method = {"at": whatif.at, "nearest": whatif.nearest, "flip": whatif.flip}[job.about]
    return method(row, **job.options, **skip)


@lru_cache(maxsize=N_KEPT)
def _whatif(ref: ModelRef) -> WhatIf:
    from jupyter_automl.api.whatif import WhatIf

    return WhatIf(model_of(ref))


def _row(whatif: WhatIf, ref: RowRef) -> dict[str, Any]:
    cells = whatif.typical() if ref.start < 0 else whatif.row(ref.start)
    return {**cells, **ref.changes}
