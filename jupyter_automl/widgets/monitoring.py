"""What pages ask of a run under way besides the changes that they are sent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from jupyter_automl.core.events import (
    CommandTaken,
    Event,
    PlanMade,
    RunEnded,
    TrialFailed,
    TrialFinished,
    TrialStarted,
)
from jupyter_automl.core.experiment import Experiment
from jupyter_automl.core.rows import FamilyTally
from jupyter_automl.core.trial import LiveFit
from jupyter_automl.core.wishes import families_of
from jupyter_automl.widgets.schema.monitor import (
    CurveView,
    FamilyView,
    LineView,
    MonitorArgs,
    MonitorView,
)


class Changes:
    """By which event each family of a run changed last."""

    def __init__(self) -> None:
        self._all = 0
        self._seqs: dict[str, int] = {}

    def note(self, event: Event) -> None:
        """Take in an event; in order."""
        match event.body:
            case PlanMade() | RunEnded():
                self._all = event.seq
            case TrialStarted(trial=spec):
                self._seqs[spec.family] = event.seq
            case TrialFinished(result=result):
                self._seqs[result.family] = event.seq
            case TrialFailed(family=family):
                self._seqs[family] = event.seq
            case CommandTaken(family=family) if family:
                self._seqs[family] = event.seq

    def since(self, families: Sequence[str], seq: int) -> list[str]:
        """Those that changed after event `seq`; all for 0."""
        if seq < max(1, self._all):
            return list(families)
        return [family for family in families if self._seqs.get(family, 0) > seq]


def monitor(
    state: Experiment, changes: Changes, fits: Sequence[LiveFit], args: MonitorArgs
) -> MonitorView:
    """What of a run the page does not know.

    Parameters
    ----------
    fits : sequence of LiveFit
        As the runner wrote them last; those of trials that are over are left out.
    """
    known = () if state.plan is None else families_of(state.plan)
    families = tuple(dict.fromkeys((*known, *state.labels)))
    trials = tuple(sorted(state.running))
    return MonitorView(
        seq=state.seq,
        families=tuple(_family(state, one) for one in changes.since(families, args.seq)),
        trials=trials,
        lines=tuple(
            line
            for fit in fits
            if fit.number in state.running
            for line in _lines(fit)
            if args.have.get(line.key) != line.rounds[-1]
        ),
    )


def curve_of(state: Experiment, number: int) -> CurveView:
    """What is kept of the curves of a trial; empty where that is nothing, or is not readable."""
    result = state.results.get(number)
    kept: Any = None if result is None else result.info.get("curve")
    try:
        lines = tuple(
            (tuple(map(int, rounds)), tuple(map(float, losses)), int(best))
            for rounds, losses, best in kept["lines"]
            if len(rounds) == len(losses)
        )
        return CurveView(loss=str(kept["loss"]), lines=lines)
    # Families of other packages may tell something else by this name.
    except (TypeError, KeyError, ValueError):
        return CurveView(loss="", lines=())


def _family(state: Experiment, family: str) -> FamilyView:
    failed, pruned = state.outcomes.get(family, (0, 0))
    return FamilyView(
        family=family,
        label=state.labels.get(family) or _spelled(family),
        done=len(state.families.get(family, FamilyTally()).numbers),
        failed=failed,
        pruned=pruned,
        running=sum(trial.spec.family == family for trial in state.running.values()),
        wish=state.wish(family),
    )


def _spelled(family: str) -> str:
    # The label is the family's own, and to ask it would load its library.
    return family.replace("_", " ")


def _lines(fit: LiveFit) -> list[LineView]:
    return [
        LineView(
            key=f"{fit.number}.{curve.fit}",
            family=fit.family,
            n_fits=fit.n_fits,
            loss=curve.loss,
            rounds=curve.rounds,
            losses=curve.losses,
            best=curve.best,
        )
        for curve in fit.curves
        if curve.rounds
    ]
