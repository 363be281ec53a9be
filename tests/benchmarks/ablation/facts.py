"""What a run did, read from its events and its stored models."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jupyter_automl.core.events import Event
    from jupyter_automl.core.trial import TrialResult, TrialSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Counts over the trials of one run, and what its best row is made of.

    Attributes
    ----------
    families : tuple of str
        Of all trials that a worker began.
    starts : Mapping
        Family -> different settings among its warm starts, samples of rows counted once.
    n_trials, n_searched, n_stacked, n_sampled, n_pruned : int
        Trials begun; those of the search; those on a sample of the rows; those given up
        after some folds.
    n_ensembles : int
        Times that a better ensemble was found.
    best_is_ensemble : bool
        Whether the row that predicts is the ensemble.
    held_rows : int
        Rows that ensembles are chosen on.
    made : tuple of str
        Features that are more than a number or a category of the table, of one model for
        each family and kind of features.
    n_models : int
        Models that these were looked for in.
    """

    families: tuple[str, ...] = ()
    starts: Mapping[str, int]
    n_trials: int = 0
    n_searched: int = 0
    n_stacked: int = 0
    n_sampled: int = 0
    n_pruned: int = 0
    n_ensembles: int = 0
    best_is_ensemble: bool = False
    held_rows: int = 0
    made: tuple[str, ...] = ()
    n_models: int = 0

    def write(self, path: Path) -> None:
        """As JSON; a reader sees all of it or nothing."""
        draft = path.with_suffix(".draft")
        draft.write_text(json.dumps(asdict(self)), encoding="utf-8")
        draft.replace(path)

    @classmethod
    def read(cls, path: Path) -> Facts | None:
        """None where a run left none."""
        if not path.is_file():
            return None
        values = json.loads(path.read_text(encoding="utf-8"))
        return cls(**{k: tuple(v) if isinstance(v, list) else v for k, v in values.items()})


def facts_of(events: Sequence[Event], folder: Path) -> Facts:
    """What a run's events and its folder tell."""
    import numpy as np

    from jupyter_automl.core.experiment import replay
    from jupyter_automl.core.leaderboard import ENSEMBLE
    from jupyter_automl.core.trial import SAMPLE_ROWS

    state = replay(events)
    bodies = [event.body for event in events]
    specs = [body.trial for body in bodies if body.type == "trial_started"]
    best = state.leaderboard.best
    looked_at = _one_of_a_kind(state.specs, state.results)
    return Facts(
        families=tuple(sorted({spec.family for spec in specs})),
        starts=_starts(specs),
        n_trials=len(specs),
        n_searched=sum(spec.source == "search" for spec in specs),
        n_stacked=sum(spec.source == "stack" for spec in specs),
        n_sampled=sum(spec.params.get(SAMPLE_ROWS) is not None for spec in specs),
        n_pruned=sum(body.type == "trial_failed" and body.reason == "pruned" for body in bodies),
        n_ensembles=sum(body.type == "ensemble_updated" for body in bodies),
        best_is_ensemble=best is not None and best.family == ENSEMBLE,
        held_rows=int((np.load(folder / "folds.npy") >= 0).sum()),
        made=_made(looked_at),
        n_models=len(looked_at),
    )


def _starts(specs: Sequence[TrialSpec]) -> Mapping[str, int]:
    from jupyter_automl.core.trial import SAMPLE_ROWS

    settings: dict[str, set[str]] = {}
    for spec in specs:
        if spec.source == "warm_start":
            own = {name: value for name, value in spec.params.items() if name != SAMPLE_ROWS}
            settings.setdefault(spec.family, set()).add(json.dumps(own, sort_keys=True))
    return {family: len(found) for family, found in settings.items()}


def _one_of_a_kind(
    specs: Mapping[int, TrialSpec], results: Mapping[int, TrialResult]
) -> list[Path]:
    """The smallest stored model for each family and each kind of further features."""
    from jupyter_automl.core.trial import FEATURES

    found: dict[tuple[str, Any], Path] = {}
    for number, result in results.items():
        kind, path = (result.family, specs[number].params.get(FEATURES)), Path(result.model)
        if path.is_file() and (kind not in found or _size(path) < _size(found[kind])):
            found[kind] = path
    return list(found.values())


def _size(path: Path) -> int:
    return path.stat().st_size


def _made(models: Sequence[Path]) -> tuple[str, ...]:
    from jupyter_automl.evaluate import load_bag

    made: dict[str, None] = {}
    for path in models:
        preprocessor = load_bag(path).parts[0].preprocessor
        for name, source in zip(preprocessor.feature_names, preprocessor.sources, strict=True):
            if not is_plain(name, source):
                made[name] = None
    return tuple(made)


def is_plain(name: str, source: str) -> bool:
    """Whether a feature is a column, one of its levels, or that it is missing."""
    return name in (source, f"{source} is missing") or name.startswith(f"{source} = ")
