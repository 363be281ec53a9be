"""All trials of a run as arrays."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from jupyter_automl.core.errors import RunError
from jupyter_automl.core.events import TrialFailed, TrialFinished
from jupyter_automl.core.experiment import Experiment
from jupyter_automl.core.trial import TrialResult
from jupyter_automl.widgets import schema
from jupyter_automl.widgets.asking import Answer, Report, ViewContext
from jupyter_automl.widgets.schema.trials import ENDS, TrialEnd

if TYPE_CHECKING:
    from jupyter_automl.api.run import Run

MIB = 1024 * 1024
Ended = TrialResult | TrialFailed


class TrialsView:
    """Those that ended since the page asked last, about 26 bytes each."""

    name = "trials.table"
    args = schema.TrialsArgs

    def etag(self, context: ViewContext, args: schema.TrialsArgs) -> str:
        return ""

    def compute(self, context: ViewContext, args: schema.TrialsArgs, report: Report) -> Answer:
        import numpy as np

        run = run_of(context)
        state = run.experiment
        ended = list(_all(state) if args.since <= 0 else _since(run, args.since, state.seq))
        families = tuple(sorted({trial.family for trial in ended}))
        places = {family: place for place, family in enumerate(families)}
        done = [trial if isinstance(trial, TrialResult) else None for trial in ended]
        nan = float("nan")
        columns = {
            "number": ("u4", [trial.number for trial in ended]),
            "family": ("u2", [places[trial.family] for trial in ended]),
            "end": ("u1", [ENDS.index(end_of(trial)) for trial in ended]),
            "score": ("f4", [r.score if r else nan for r in done]),
            "std": ("f4", [nan if r is None or r.score_std is None else r.score_std for r in done]),
            "fit_seconds": (
                "f4",
                [t.fit_seconds if isinstance(t, TrialResult) else t.seconds for t in ended],
            ),
            "predict_us": ("f4", [1000.0 * r.predict_ms_per_row if r else nan for r in done]),
            "memory_mib": (
                "f4",
                [r.memory_bytes / MIB if r and r.memory_bytes else nan for r in done],
            ),
        }
        with np.errstate(over="ignore"):
            arrays = {key: np.array(values, dtype=kind) for key, (kind, values) in columns.items()}
        labels = tuple(state.labels.get(family, family) for family in families)
        view = schema.TrialsView(seq=state.seq, families=families, labels=labels)
        return Answer(value=view, arrays=arrays)


def run_of(context: ViewContext) -> Run:
    """The run being shown; raises `RunError` where there is none."""
    if context.run is None:
        raise RunError("There is no run yet.", hint="Start one with Train.")
    return context.run


def end_of(trial: Ended) -> TrialEnd:
    """How a trial ended."""
    if isinstance(trial, TrialResult):
        return "done"
    return trial.reason if trial.reason in ("pruned", "stopped") else "failed"


def _all(state: Experiment) -> Iterable[Ended]:
    ended: dict[int, Ended] = {**state.failures, **state.results}
    return (ended[number] for number in sorted(ended))


def _since(run: Run, since: int, until: int) -> Iterable[Ended]:
    for event in run.events(since):
        if event.seq > until:
            return
        if isinstance(event.body, TrialFinished):
            yield event.body.result
        elif isinstance(event.body, TrialFailed):
            yield event.body
