"""Optuna's tree-structured Parzen estimator behind the Sampler protocol."""

from __future__ import annotations

import logging
import math
import warnings
import weakref
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_automl.core.errors import ArgumentError
from jupyter_automl.core.protocols import Suggestion
from jupyter_automl.core.space import Space
from jupyter_automl.core.trial import SAMPLE_ROWS
from jupyter_automl.search.distributions import to_distributions, to_params, to_stored

if TYPE_CHECKING:
    from optuna import Study
    from optuna.storages import JournalStorage

_STARTUP_TRIALS = 6
"""Random proposals before the estimator takes over; warm starts count."""

_open_storages: weakref.WeakValueDictionary[str, JournalStorage] = weakref.WeakValueDictionary()


class OptunaSampler:
    """One study in a journal; proposals avoid what is being tried elsewhere.

    Parameters are those of `search.make_sampler`. Tokens are the trial numbers of the
    study. Not for use from several threads at once.
    """

    def __init__(
        self,
        space: Space,
        *,
        storage: Path | str,
        study_name: str,
        greater_is_better: bool,
        random_state: int,
    ) -> None:
        if not space:
            raise ArgumentError(
                f"There is nothing to search for {study_name!r}: its space is empty.",
                hint="Try only its warm starts.",
                argument="space",
            )
        self._space = space
        self._distributions = to_distributions(space)
        with _quiet():
            self._study = _study(storage, study_name, greater_is_better, random_state)

    def ask(self) -> Suggestion:
        """The next parameters to try."""
        with _quiet():
            trial = self._study.ask(fixed_distributions=self._distributions)
        return Suggestion(params=to_params(self._space, trial.params), token=trial.number)

    def tell(self, token: Any, score: float | None) -> None:
        """What came of a proposal; None or a non-finite score is a failure."""
        from optuna.trial import TrialState

        with _quiet():
            if score is None or not math.isfinite(score):
                self._study.tell(token, state=TrialState.FAIL)
            else:
                self._study.tell(token, float(score))

    def add(self, params: Mapping[str, Any], score: float) -> None:
        """Learn from a trial that was not proposed here.

        Its parameters are fitted to the space (see `distributions.to_stored`). Trials on
        a sample of the rows and non-finite scores say nothing and are passed over.
        """
        from optuna.trial import create_trial

        stored = to_stored(self._space, params)
        if not stored or not math.isfinite(score) or params.get(SAMPLE_ROWS) is not None:
            return
        with _quiet():
            self._study.add_trial(
                create_trial(
                    value=float(score),
                    params=stored,
                    distributions={name: self._distributions[name] for name in stored},
                )
            )


def _study(path: Path | str, study_name: str, greater_is_better: bool, random_state: int) -> Study:
    import optuna

    sampler = optuna.samplers.TPESampler(
        n_startup_trials=_STARTUP_TRIALS,
        seed=random_state,
        multivariate=True,
        # Warm starts set only some parameters: each group of them is modelled by itself.
        group=True,
        constant_liar=True,
        warn_independent_sampling=None,
    )
    return optuna.create_study(
        storage=_storage(path),
        sampler=sampler,
        study_name=study_name,
        direction="maximize" if greater_is_better else "minimize",
        load_if_exists=True,
    )


def _storage(path: Path | str) -> JournalStorage:
    """The storage of a file, one in a process: all its studies are read when it is made."""
    from optuna.storages import JournalStorage

    from jupyter_automl.search.journal import OneWriterJournal

    key = str(Path(path).absolute())
    storage = _open_storages.get(key)
    if storage is None or not Path(key).exists():
        storage = JournalStorage(OneWriterJournal(key))
        _open_storages[key] = storage
    return storage


@contextmanager
def _quiet() -> Iterator[None]:
    """No lines of Optuna's logger and no warnings of its experimental parts."""
    logger = logging.getLogger("optuna")
    level = logger.level
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            import optuna  # noqa: F401  (its logger sets its level when it is imported)

            level = logger.level
            logger.setLevel(logging.ERROR)
            yield
        finally:
            logger.setLevel(level)
