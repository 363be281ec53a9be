"""The part that finds the run again that was shown here before."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from jupyter_automl.api import places
from jupyter_automl.core.errors import AutoMLError
from jupyter_automl.core.place import is_visitors
from jupyter_automl.widgets.controller import Part
from jupyter_automl.widgets.schema.place import PlaceView

if TYPE_CHECKING:
    from jupyter_automl.api.run import Run


class PlacePart(Part[PlaceView]):
    """Remembers what a widget shows, and where.

    Parameters
    ----------
    call : str
        With which arguments the widget was made; see `places.call_of`.
    """

    section = "place"

    def __init__(self, call: str) -> None:
        super().__init__()
        self._place = places.place_here()
        self._call = call
        self._run = ""
        self._lost = ""
        self._view: Mapping[str, Any] = {}

    @property
    def last_view(self) -> Mapping[str, Any]:
        """What was looked at when the run was shown last; see `find`."""
        return self._view

    def view(self) -> PlaceView:
        with self._lock:
            return PlaceView(host=self._place.host, run=self._run, lost=self._lost)

    def find(self) -> Run | None:
        """The run that the address names, or that the same cell showed last.

        Visitors find only runs of visitors, by ids that cannot be guessed.
        """
        from jupyter_automl.api.history import open_run, open_store

        wanted, view = self._place.run_id, {}
        if wanted and places.is_for_visitors() and not is_visitors(wanted):
            # It can be guessed, so it is not a visitor's: told like one that does not exist.
            self._lost = wanted
            return None
        # A store that cannot be opened is told when something is done with it.
        with suppress(AutoMLError):
            if not wanted:
                shown = places.recall(open_store().folder, self._place.key, self._call)
                if shown is None:
                    return None
                wanted, view = shown.run_id, dict(shown.view)
            run = open_run(wanted)
            # The beginning of an id is enough in code, and not in an address.
            if run.id == wanted:
                self._run, self._view = run.id, view
                return run
        self._lost = self._place.run_id
        return None

    def follow(self, run: Run) -> None:
        """From now on this run is shown here."""
        with self._lock:
            self._run, self._lost = run.id, ""
        places.remember(
            run.store.folder, self._place.key, places.Shown(run_id=run.id, call=self._call)
        )
        self.changed()

    def look(self, view: Mapping[str, Any]) -> None:
        """Keep what is looked at."""
        if not self._place.key or not self._run:
            return
        from jupyter_automl.api.history import open_store

        places.with_view(open_store().folder, self._place.key, self._call, view)
