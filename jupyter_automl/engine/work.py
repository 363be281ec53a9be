"""The driver's slow work: samplers and the ensemble, each in a lane of its own."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_automl.core.trial import TrialResult, TrialSpec
from jupyter_automl.engine import stimuli as got
from jupyter_automl.execute import describe_error

if TYPE_CHECKING:
    from jupyter_automl.core.protocols import Sampler
    from jupyter_automl.engine.planning import Prepared
    from jupyter_automl.ensemble import Selector


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """How a trial went, waiting to be told to its sampler."""

    spec: TrialSpec
    token: Any
    score: float | None


class Search:
    """One sampler a family, made when it is first asked."""

    def __init__(self, prepared: Prepared, folder: Path) -> None:
        self._prepared = prepared
        self._folder = folder
        self._samplers: dict[str, Sampler] = {}

    def ask(self, family: str, told: Sequence[Told]) -> got.Suggested | got.SamplerFailed:
        """Learn from `told`, then propose."""
        try:
            sampler = self._sampler(family)
            for item in told:
                _tell(sampler, item)
            suggestion = sampler.ask()
        except Exception as error:
            return got.SamplerFailed(family=family, error=describe_error(error))
        return got.Suggested(family=family, params=suggestion.params, token=suggestion.token)

    def _sampler(self, family: str) -> Sampler:
        from jupyter_automl.search import make_sampler

        if family not in self._samplers:
            plan = self._prepared.plan
            self._samplers[family] = make_sampler(
                self._prepared.spaces[family],
                storage=str(self._folder / "optuna.journal"),
                study_name=family,
                greater_is_better=plan.greater_is_better,
                random_state=plan.random_state,
            )
        return self._samplers[family]


def _tell(sampler: Sampler, item: Told) -> None:
    if item.token is not None:
        sampler.tell(item.token, item.score)
    elif item.score is not None:
        sampler.add(item.spec.params, item.score)


class Selecting:
    """The ensemble selector, made when two models are there."""

    def __init__(self, prepared: Prepared) -> None:
        self._prepared = prepared
        self._selector: Selector | None = None

    def select(
        self, added: Sequence[TrialResult], time_limit_seconds: float
    ) -> got.EnsembleSelected | got.EnsembleFailed:
        """Add candidates and choose."""
        try:
            return self._select(added, time_limit_seconds)
        except Exception as error:
            return got.EnsembleFailed(error=describe_error(error))

    def _select(
        self, added: Sequence[TrialResult], time_limit_seconds: float
    ) -> got.EnsembleSelected:
        import numpy as np

        started = time.monotonic()
        selector = self._made()
        for result in added:
            selector.add(result.number, np.load(result.predictions), result.family)
        selection = selector.select(started + time_limit_seconds)
        seconds = time.monotonic() - started
        if selection is None:
            return got.EnsembleSelected(seconds=seconds)
        return got.EnsembleSelected(
            members=tuple(selection.members),
            score=selection.score,
            score_std=selection.score_std,
            promise=selection.promise,
            seconds=seconds,
        )

    def _made(self) -> Selector:
        from jupyter_automl.ensemble import Selector
        from jupyter_automl.evaluate import load_arrays
        from jupyter_automl.evaluate.metrics import find_metric

        if self._selector is None:
            plan = self._prepared.plan
            arrays = load_arrays(self._prepared.data)
            metric = find_metric(plan.metric, plan.task)
            self._selector = Selector(metric, arrays.y, arrays.folds, arrays.weights, arrays.groups)
        return self._selector
