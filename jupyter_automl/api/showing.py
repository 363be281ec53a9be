"""An output of a cell that is shown once and, when its run is over, once more.

A notebook is saved as it was shown. What was shown while a run trained says so for ever, unless
the output is replaced when the run has ended; that is what a display id is for.
"""

from __future__ import annotations

import logging
import os
import re
import secrets
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from jupyter_automl.api import still
from jupyter_automl.core.events import Event
from jupyter_automl.core.experiment import Experiment

if TYPE_CHECKING:
    from jupyter_automl.api.run import Run

PAGE_WAIT_SECONDS, PROGRAM_WAIT_SECONDS = 0.3, 5.0
"""How long a cell may be held for the pictures of a run that is over: a page can get them later."""

QUIET_SECONDS = 15.0
"""Nobody has touched what is shown for so long, before it is replaced: a page draws it anew then,
and what has the focus loses it."""

_OF_A_PROGRAM = re.compile(r"_\d+$")

Bundle = tuple[Mapping[str, Any], Mapping[str, Any]]

_log = logging.getLogger(__name__)
_log.addHandler(logging.NullHandler())


def kernel() -> Any:
    """The kernel that this runs in; None outside of one."""
    try:
        from IPython import get_ipython
    except ImportError:
        return None
    return getattr(get_ipython(), "kernel", None)


def in_voila() -> bool:
    """Whether the kernel serves a page of Voila."""
    return any(name.startswith("VOILA_") for name in os.environ)


def asked_by_program() -> bool:
    """Whether a program (nbclient, papermill ...) runs the cell, and no page is there to draw.

    Programs use ``jupyter_client``, which numbers its messages; pages give each a random id.
    Voila runs cells with a program too, but a page follows.
    """
    found = kernel()
    if found is None or in_voila():
        return False
    try:
        asked = found.get_parent()["header"]["msg_id"]
    except (AttributeError, KeyError, TypeError):
        return False
    return isinstance(asked, str) and _OF_A_PROGRAM.search(asked) is not None


def send(
    data: Mapping[str, Any], metadata: Mapping[str, Any], display_id: str, *, update: bool
) -> None:
    """Publish an output of the cell that runs, or in the place of one that is there."""
    from IPython.core.interactiveshell import InteractiveShell

    InteractiveShell.instance().display_pub.publish(
        data=dict(data),
        metadata=dict(metadata),
        transient={"display_id": display_id},
        update=update,
    )


class Shown:
    """One output of a cell.

    Parameters
    ----------
    bundle : callable
        Gives what is to be shown now, by MIME type, and its metadata.
    quiet_seconds : callable, optional
        Tells for how long nobody has done anything with it.
    """

    def __init__(
        self, bundle: Callable[[], Bundle], quiet_seconds: Callable[[], float] | None = None
    ) -> None:
        self._bundle = bundle
        self._quiet_seconds = quiet_seconds
        self._id = secrets.token_hex(16)
        self._lock = threading.Lock()
        self._following: set[str] = set()
        self._by_program = False
        self._late = False

    def show(self, run: Run | None = None) -> None:
        """Show it below the cell that runs, and again when `run` is over."""
        self._by_program = asked_by_program()
        shown = threading.Event()
        late = run is not None and run.experiment.ended and not self._prepared(run, shown)
        self._late = late
        self._publish(update=False)
        shown.set()
        if run is not None:
            self.follow(run)

    def follow(self, run: Run) -> None:
        """Show it again, once, when this run is over; nothing if it is already."""
        with self._lock:
            if run.id in self._following:
                return
            self._following.add(run.id)
        if run.experiment.ended:
            return
        over = threading.Event()
        stops: list[Callable[[], None]] = []

        def told(state: Experiment, _: Sequence[Event]) -> None:
            with self._lock:
                if not state.ended or over.is_set():
                    return
                over.set()
            for stop in stops:
                stop()
            if self._by_program:
                # It takes what comes before the next cell ends; nobody sees it change twice.
                self._publish(update=True)
            threading.Thread(
                target=self._show_end, args=(run,), name="automl-still", daemon=True
            ).start()

        stops.append(run.subscribe(told))
        # It may have ended just before, which is told to nobody any more.
        told(run.experiment, ())
        if over.is_set():
            stops[0]()

    def again(self) -> None:
        """Show it as it is now, in the place where it is."""
        self._publish(update=True)

    def _show_end(self, run: Run) -> None:
        try:
            still.make(run)
        except Exception:
            # What is at hand without files is shown all the same.
            _log.exception("There are no pictures of the run %s.", run.id)
        self._replace()

    def _replace(self) -> None:
        """Show it as it is now where nobody is disturbed; in a thread, which may wait for that."""
        if in_voila():
            # Nobody saves such a page.
            return
        if not self._by_program and self._quiet_seconds is not None:
            while (left := QUIET_SECONDS - self._quiet_seconds()) > 0:
                threading.Event().wait(left)
        self._publish(update=True)

    def _prepared(self, run: Run, shown: threading.Event) -> bool:
        """Whether the pictures of a run that is over are there; if not yet, they come later."""
        if still.kept(run) is not None:
            return True
        done = threading.Event()

        def make() -> None:
            try:
                still.make(run)
            except Exception:
                _log.exception("There are no pictures of the run %s.", run.id)
            done.set()
            # What has not been shown cannot be shown again.
            shown.wait()
            if self._late:
                self._replace()

        threading.Thread(target=make, name="automl-still", daemon=True).start()
        return done.wait(PROGRAM_WAIT_SECONDS if self._by_program else PAGE_WAIT_SECONDS)

    def _publish(self, *, update: bool) -> None:
        try:
            data, metadata = self._bundle()
            send(data, metadata, self._id, update=update)
        except Exception:
            if not update:
                raise
            # From a thread there is nobody to tell, and the kernel may be ending.
            _log.exception("An output could not be shown again.")
