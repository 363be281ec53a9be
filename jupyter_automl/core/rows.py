"""A family's row of the leaderboard, from its trials."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jupyter_automl.core.leaderboard import LeaderboardRow
from jupyter_automl.core.trial import TrialResult, TrialSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningTrial:
    """A trial under way."""

    spec: TrialSpec
    label: str
    n_folds: int
    folds_done: int = 0
    started_at: float = 0.0


def family_row(
    family: str,
    model: str,
    *,
    results: Sequence[TrialResult],
    running: Sequence[RunningTrial],
    greater_is_better: bool,
    failure: str = "",
) -> LeaderboardRow | None:
    """The row, or None where there is neither a result nor a trial under way nor a failure.

    Parameters
    ----------
    failure : str
        Why the last trial came to nothing; shown while there is nothing better to say.
    """
    sign = 1.0 if greater_is_better else -1.0
    best = max(results, key=lambda r: (sign * r.score, -r.number), default=None)
    if best is None and not running and not failure:
        return None
    note = _running_note(running) if running else ("" if best is not None else failure)
    return LeaderboardRow(
        model=model,
        family=family,
        score=best.score if best else None,
        score_std=best.score_std if best else None,
        fit_seconds=best.fit_seconds if best else None,
        predict_ms_per_row=best.predict_ms_per_row if best else None,
        n_trials=len(results),
        state="running" if running else ("done" if best else "failed"),
        trial=best.number if best else None,
        note=note,
        history=tuple(r.score for r in sorted(results, key=lambda r: r.number)),
    )


def _running_note(running: Sequence[RunningTrial]) -> str:
    trial = max(running, key=lambda t: t.folds_done)
    if trial.n_folds <= 1:
        return "fitting"
    return f"fold {min(trial.folds_done + 1, trial.n_folds)} of {trial.n_folds}"
