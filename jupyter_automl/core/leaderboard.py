"""The table a person watches: one row a family, and one for the ensemble."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

ENSEMBLE = "ensemble"
COLUMNS: tuple[str, ...] = (
    "rank",
    "model",
    "family",
    "score",
    "score_std",
    "fit_seconds",
    "predict_ms_per_row",
    "n_trials",
    "state",
)
RowState = Literal["running", "done", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaderboardRow:
    """The best trial of a family, or the ensemble.

    Attributes
    ----------
    rank : int or None
        1 is best; None while the family has no score.
    model : str
        What ``run.model(name)`` takes: the family's label, or ``"Ensemble"``.
    state : RowState
        ``"running"`` while a trial of the family is under way.
    trial : int or None
        Number of the trial behind the row; None for the ensemble.
    note : str
        For people: ``"fold 3 of 5"``, the reason of a failure, or empty.
    history : tuple of float
        Scores of the family's trials in order.
    members : tuple of (trial, weight)
        Of the ensemble.
    """

    model: str
    family: str
    rank: int | None = None
    score: float | None = None
    score_std: float | None = None
    fit_seconds: float | None = None
    predict_ms_per_row: float | None = None
    n_trials: int = 0
    state: RowState = "running"
    trial: int | None = None
    note: str = ""
    history: tuple[float, ...] = ()
    members: tuple[tuple[int, float], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaderboard:
    """Rows, best first; rows without a score come last.

    Attributes
    ----------
    metric : str
        Canonical name; empty until the plan is made.
    greater_is_better : bool
        Whether a larger score is a better one.
    """

    rows: tuple[LeaderboardRow, ...] = ()
    metric: str = ""
    greater_is_better: bool = True

    @property
    def best(self) -> LeaderboardRow | None:
        """The first row with a score."""
        return self.rows[0] if self.rows and self.rows[0].score is not None else None

    def with_row(self, row: LeaderboardRow) -> Leaderboard:
        """The table with this row in the place of its family's, sorted and ranked anew."""
        sign = 1.0 if self.greater_is_better else -1.0
        others = [old for old in self.rows if old.family != row.family]
        rows = sorted(
            [*others, row],
            key=lambda r: (
                r.score is None,
                0.0 if r.score is None else -sign * r.score,
                # It would not be there if it did not promise more than its equals.
                r.family != ENSEMBLE,
                r.model,
            ),
        )
        return replace(self, rows=tuple(_ranked(r, place) for place, r in enumerate(rows, start=1)))


def _ranked(row: LeaderboardRow, place: int) -> LeaderboardRow:
    rank = place if row.score is not None else None
    return row if row.rank == rank else replace(row, rank=rank)


def explanation_file(family: str, members: Sequence[tuple[int, float]]) -> str:
    """Name of the file that explains a row made of these trials with these weights."""
    last = max(number for number, _ in members)
    if len(members) == 1:
        return f"{family}-{last}.npz"
    made_of = ",".join(f"{number}:{weight:.6f}" for number, weight in members)
    return f"{family}-{last}-{zlib.crc32(made_of.encode()):08x}.npz"
