"""Everything the machine remembers, as one frozen value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from jupyter_automl.core.events import RunStatus
from jupyter_automl.core.leaderboard import ENSEMBLE
from jupyter_automl.core.plan import Plan
from jupyter_automl.core.trial import TrialResult, TrialSpec
from jupyter_automl.engine.stimuli import Outlook, Suggested

EXPLAIN_SHARE = 0.6
MOST_EXPLAIN_SECONDS = 5.0
MOST_ERRORS = 2
MOST_LOSSES = 3
LEAST_CANDIDATES = 2
"""Fewer models make no ensemble."""

PATIENCE = 60
"""Models without a gain after which a run has nothing more to gain, or as many as came
before the last gain, whichever is more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A trial that was given to a worker.

    Attributes
    ----------
    predicted_seconds : float
        By the family's own cost, before any measurement.
    predicted_bytes : int
        Memory of its worker, before any measurement; 0 where unknown.
    began : float or None
        Elapsed seconds when the worker took it.
    """

    spec: TrialSpec
    predicted_seconds: float
    predicted_bytes: int = 0
    token: Any = None
    began: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """How a family has done.

    Attributes
    ----------
    best_score : float or None
        In the metric's natural direction.
    ratio : float or None
        Measured over predicted seconds of its last trials; None before the first.
    memory_ratio : float or None
        Measured over predicted memory of its trials; None before the first that tells.
    short_of_memory : bool
        Whether it was told that trials of it are left out because they would not fit.
    search_seconds : float
        Worker seconds that its search has used.
    n_searched : int
        Trials of its search that are over.
    n_errors : int
        Trials that failed since the last that did not.
    n_losses : int
        Trials whose process died.
    hung : bool
        Whether a trial of it had to be ended from outside.
    """

    best_score: float | None = None
    ratio: float | None = None
    memory_ratio: float | None = None
    short_of_memory: bool = False
    search_seconds: float = 0.0
    n_searched: int = 0
    n_errors: int = 0
    n_losses: int = 0
    hung: bool = False
    search_over: bool = False

    @property
    def dropped(self) -> bool:
        """Whether it has failed too often to be tried again."""
        return self.hung or self.n_errors >= MOST_ERRORS or self.n_losses >= MOST_LOSSES


@dataclass(frozen=True, slots=True, kw_only=True)
class Ensemble:
    """The selection of an ensemble.

    Attributes
    ----------
    waiting : tuple of TrialResult
        Candidates that no selection has seen.
    pending : bool
        Whether a selection is under way.
    asked_after : int
        Number of the last trial that had started when the last selection was asked for.
    not_before : float
        Elapsed seconds; keeps selections to a small part of the time.
    promise : float or None
        Of the members; a later selection must promise more.
    """

    waiting: tuple[TrialResult, ...] = ()
    n_candidates: int = 0
    n_failures: int = 0
    pending: bool = False
    asked_after: int = 0
    not_before: float = 0.0
    members: tuple[tuple[int, float], ...] = ()
    score: float | None = None
    promise: float | None = None


Target = tuple[str, tuple[tuple[int, float], ...]]
"""What is explained: the row's family and the trials behind it with their weights."""


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """The run as the machine knows it; see `machine.step`.

    Attributes
    ----------
    elapsed : float
        Seconds of the budget that are used up: neither pauses nor the queue count.
    deadline : float
        Elapsed seconds at which the run is over.
    max_trials : int or None
        Models to fit, the baseline not counted. Where it is given, nothing that a clock
        or the order of answers could change is decided by them (`ordered`).
    n_models : int
        Models that were started, the baseline not counted.
    use_all_time : bool
        Whether to go on where nothing more seems to be gained.
    explain : bool
        Whether the best models are explained at the end.
    last_gain : int
        Number of the trial that made the best row better last.
    paused : bool
        Whether nothing may train until a person says so.
    set_aside : tuple of Running
        Trials that a pause has ended; they start again before anything new.
    held : tuple of Suggested
        Where ordered: the next batch of searched trials, as far as it is suggested.
    steps : tuple of int
        Steps of the plan that were not tried yet.
    start_seconds : float
        Worker seconds that trials took which no search has proposed.
    storeys : tuple of tuple of int
        Numbers of the trials that models were stacked on, one a storey.
    to_stack : tuple of int
        Places in `Plan.stacks` that were not tried on the last storey yet.
    stacked : Mapping
        Number of a stacked trial -> its places in `Plan.stacks` and in `storeys`.
    off_gpu : frozenset of str
        Families that failed on the GPU and stay on the CPU.
    dropped, boosted : frozenset of str
        Families that a person has dropped, or wants more of.
    ending : (status, reason) or None
        Decided while the phase is ``"finishing"``.
    """

    n_workers: int
    budget_seconds: float
    deadline: float
    max_trials: int | None = None
    n_models: int = 0
    use_all_time: bool = False
    explain: bool = True
    last_gain: int = 0
    paused: bool = False
    set_aside: tuple[Running, ...] = ()
    elapsed: float = 0.0
    phase: Literal["planning", "training", "finishing", "ended"] = "planning"
    ending: tuple[RunStatus, str] | None = None
    plan: Plan | None = None
    outlook: Outlook = field(default_factory=Outlook)
    steps: tuple[int, ...] = ()
    start_seconds: float = 0.0
    storeys: tuple[tuple[int, ...], ...] = ()
    to_stack: tuple[int, ...] = ()
    stacked: Mapping[int, tuple[int, int]] = field(default_factory=dict)
    last_number: int = 0
    running: Mapping[int, Running] = field(default_factory=dict)
    results: Mapping[int, TrialResult] = field(default_factory=dict)
    records: Mapping[str, Record] = field(default_factory=dict)
    suggestion: Suggested | None = None
    held: tuple[Suggested, ...] = ()
    asking: str | None = None
    ensemble: Ensemble = field(default_factory=Ensemble)
    explaining: Target | None = None
    explained: frozenset[Target] = frozenset()
    last_error: Mapping[str, Any] | None = None
    off_gpu: frozenset[str] = frozenset()
    dropped: frozenset[str] = frozenset()
    boosted: frozenset[str] = frozenset()

    @property
    def ordered(self) -> bool:
        """Whether the same trials are to be made whatever the clock says."""
        return self.max_trials is not None

    @property
    def enough(self) -> bool:
        """Whether all models that were asked for have been started."""
        return self.max_trials is not None and self.n_models >= self.max_trials

    @property
    def idle(self) -> bool:
        """Whether the last models gained nothing, as far as is known.

        Not while one of the plan's is under way: it may have started before all those that
        gained nothing, and take longer because it is a better kind.
        """
        heard = all(trial.spec.source == "search" for trial in self.running.values())
        return not self.use_all_time and heard and self._gains_nothing_at(self.last_number)

    @property
    def settled(self) -> bool:
        """Whether nothing more is to be expected of further models.

        The ensemble has a say: it may gain by models that are no better than the best.
        """
        ensemble = self.ensemble
        unheard = ensemble.waiting and not self._gains_nothing_at(ensemble.asked_after)
        open_question = ensemble.pending or (unheard and ensemble.n_candidates >= LEAST_CANDIDATES)
        return self.idle and not open_question

    def _gains_nothing_at(self, number: int) -> bool:
        return number - self.last_gain >= max(PATIENCE, self.last_gain)

    @property
    def batch(self) -> int:
        """Searched trials that may start together, where ordered."""
        return min(self.n_workers, max(0, (self.max_trials or 0) - self.n_models))

    @property
    def train_until(self) -> float:
        """Elapsed seconds after which no trial starts."""
        reserve = self.plan.reserve_seconds if self.plan else 0.0
        return min(self.deadline, self.budget_seconds - reserve)

    @property
    def kill_at(self) -> float:
        """Elapsed seconds at which trials still under way are ended."""
        if self.ensemble.n_candidates == 0:
            # A model without an explanation is worth more than neither.
            return self.deadline
        reserve = self.plan.reserve_seconds if self.plan else 0.0
        return self.deadline - min(EXPLAIN_SHARE * reserve, MOST_EXPLAIN_SECONDS)

    @property
    def left(self) -> float:
        """Seconds in which trials may run."""
        return self.train_until - self.elapsed

    @property
    def n_idle(self) -> int:
        """Workers with nothing to do."""
        return self.n_workers - len(self.running) - (self.explaining is not None)

    @property
    def sign(self) -> float:
        """1 where a larger score is better, else -1."""
        return 1.0 if self.plan is None or self.plan.greater_is_better else -1.0

    def longest(self, family: str) -> float:
        """Seconds that a trial may take; more where a person has extended the budget."""
        longest = self.outlook.longest_seconds.get(family, float("inf"))
        planned = self.plan.budget_seconds if self.plan else self.budget_seconds
        return longest * max(1.0, self.budget_seconds / planned)

    def record(self, family: str) -> Record:
        """How a family has done so far."""
        return self.records.get(family, Record())

    def given_up(self, family: str) -> bool:
        """Whether nothing of a family is started, by a person's wish or for its failures."""
        return family in self.dropped or self.record(family).dropped

    def label(self, family: str) -> str:
        """What people call a family."""
        return self.outlook.labels.get(family, family)

    def best_single(self) -> TrialResult | None:
        """The trial with the best score, the earlier one of equals."""
        return max(
            self.results.values(), key=lambda r: (self.sign * r.score, -r.number), default=None
        )

    def targets(self) -> tuple[Target, ...]:
        """Rows worth explaining, the quickest first; none where nobody asked for it."""
        best = self.best_single()
        if best is None or not self.explain:
            return ()
        single: Target = (best.family, ((best.number, 1.0),))
        ensemble = self.ensemble
        if ensemble.score is not None and self.sign * ensemble.score >= self.sign * best.score:
            return single, (ENSEMBLE, ensemble.members)
        return (single,)
