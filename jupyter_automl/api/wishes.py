"""Dropping and boosting families of a run under way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from jupyter_automl.core.errors import RunError, UnknownNameError, did_you_mean
from jupyter_automl.core.experiment import Experiment
from jupyter_automl.core.wishes import families_of, leaves_nothing

if TYPE_CHECKING:
    from jupyter_automl.api.run_facts import RunFacts


def wish(run: RunFacts, command: Literal["drop", "boost", "restore"], family: str) -> None:
    """Send a command about a family to the runner.

    Raises
    ------
    UnknownNameError
        If the run trains no such family.
    RunError
        If it is over, or nothing but the baseline would be left to train.
    """
    state = run.experiment
    if state.ended:
        raise _over(run)
    name = _called(state, family)
    if command == "drop" and state.plan and leaves_nothing(state.plan, state.dropped | {name}):
        label = state.labels.get(name, name)
        raise RunError(
            f"{label} is the last family that the run trains, so it cannot be dropped.",
            hint="run.stop() ends the run and keeps the best; run.restore(...) takes another "
            "family back in.",
            family=name,
        )
    if not run.store.send_command(run.id, command, family=name):
        raise _over(run)


def _over(run: RunFacts) -> RunError:
    return RunError(
        f"Families can be dropped and boosted while a run goes on. {run.id!r} is over.",
        hint="Start another one with ja.fit(..., families=[...]).",
        run_id=run.id,
    )


def _called(state: Experiment, family: str) -> str:
    """The family that a person calls so, of those that the run trains."""
    from jupyter_automl.models import FAMILIES
    from jupyter_automl.models.synonyms import families_called

    known = tuple(FAMILIES.available()) if state.plan is None else families_of(state.plan)
    word = str(family).strip().casefold()
    labels = {state.labels.get(name, name).casefold(): name for name in known}
    if word in labels:
        return labels[word]
    meant = [name for name in families_called(str(family)) if name in known]
    if len(meant) == 1:
        return meant[0]
    listed = ", ".join(meant or known)
    raise UnknownNameError(
        f"The family must be one of: {listed}. Got {str(family)[:100]!r}.",
        hint=did_you_mean(family, (*known, *labels)),
        name=str(family)[:100],
    )
