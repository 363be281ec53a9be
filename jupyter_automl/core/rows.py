"""A family's row of the leaderboard, from its trials."""

from __future__ import annotations

from bisect import bisect
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


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyTally:
    """What the finished trials of a family came to.

    Attributes
    ----------
    best : TrialResult or None
        Of equals the earliest.
    numbers, scores : tuple
        Of all trials, by number.
    """

    best: TrialResult | None = None
    numbers: tuple[int, ...] = ()
    scores: tuple[float, ...] = ()

    def with_result(self, result: TrialResult, greater_is_better: bool) -> FamilyTally:
        """One trial more."""
        best = self.best
        sign = 1.0 if greater_is_better else -1.0
        if best is None or (sign * result.score, -result.number) > (
            sign * best.score,
            -best.number,
        ):
            best = result
        # Trials may end in another order than they began.
        place = bisect(self.numbers, result.number)
        return FamilyTally(
            best=best,
            numbers=(*self.numbers[:place], result.number, *self.numbers[place:]),
            scores=(*self.scores[:place], result.score, *self.scores[place:]),
        )


def family_row(
    family: str,
    model: str,
    *,
    tally: FamilyTally,
    running: Sequence[RunningTrial],
    failure: str = "",
    wish: str = "",
) -> LeaderboardRow | None:
    """The row, or None where there is neither a result nor a trial under way nor a failure.

    Parameters
    ----------
    failure : str
        Why the last trial came to nothing; shown while there is nothing better to say.
    wish : str
        ``"dropped"`` or ``"boosted"`` where a person said so.
    """
    best = tally.best
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
        n_trials=len(tally.numbers),
        state="running" if running else ("done" if best else "failed"),
        trial=best.number if best else None,
        note=_with_wish(note, wish),
        history=tally.scores,
    )


def _with_wish(note: str, wish: str) -> str:
    if not wish:
        return note
    from jupyter_automl.core.words import say

    said = say(f"monitor-row-{wish}")
    return f"{note}, {said}" if note else said


def _running_note(running: Sequence[RunningTrial]) -> str:
    trial = max(running, key=lambda t: t.folds_done)
    if trial.n_folds <= 1:
        return "fitting"
    return f"fold {min(trial.folds_done + 1, trial.n_folds)} of {trial.n_folds}"
