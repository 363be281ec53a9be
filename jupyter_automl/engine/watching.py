"""What fits under way tell of themselves, kept for whoever looks."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from jupyter_automl.core.trial import FitCurve, LiveFit, TrialSpec
from jupyter_automl.store import write_fits

WRITE_SECONDS = 0.5


class Watching:
    """Curves of the trials under way, written to the run's folder at most twice a second."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._fits: dict[int, LiveFit] = {}
        self._changed = False
        self._next_write = 0.0

    def take(self, spec: TrialSpec, n_fits: int, curve: FitCurve) -> None:
        """A fit of a trial has a newer curve."""
        fit = self._fits.get(spec.number) or LiveFit(
            number=spec.number, family=spec.family, n_fits=n_fits, curves=()
        )
        others = tuple(one for one in fit.curves if one.fit != curve.fit)
        curves = tuple(sorted((*others, curve), key=lambda one: one.fit))
        self._fits[spec.number] = replace(fit, curves=curves)
        self._changed = True

    def forget(self, number: int) -> None:
        """The trial is over."""
        self._changed |= self._fits.pop(number, None) is not None

    def write(self, now: float) -> None:
        """Write what has changed; `now` are monotonic seconds."""
        if self._changed and now >= self._next_write:
            self._changed, self._next_write = False, now + WRITE_SECONDS
            write_fits(self._folder, tuple(self._fits[number] for number in sorted(self._fits)))

    def close(self) -> None:
        """Nothing is under way any more."""
        self._fits.clear()
        write_fits(self._folder, ())
