"""The part that says what was built of the columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from jupyter_automl.core.errors import RunError
from jupyter_automl.widgets.channel import describe_error
from jupyter_automl.widgets.controller import Part
from jupyter_automl.widgets.requests import Buffers, FeaturesRequest, Request
from jupyter_automl.widgets.schema import ErrorView, FeaturesView, Loading

if TYPE_CHECKING:
    from jupyter_automl.api.run import Run


class FeaturesPart(Part[FeaturesView]):
    """Reads the small files that trials leave beside their models.

    Parameters
    ----------
    run : callable
        The run being shown, or None.
    """

    section = "features"

    def __init__(self, run: Callable[[], Run | None]) -> None:
        super().__init__()
        self._run = run
        self.forget()

    @property
    def requests(self) -> Mapping[str, Request]:
        return {"features": Request(body=FeaturesRequest, answer=self._look, lane="control")}

    def view(self) -> FeaturesView:
        with self._lock:
            return self._view

    def forget(self) -> None:
        """Another run is shown."""
        self._show("empty", "")

    def _look(self, body: FeaturesRequest, buffers: Buffers) -> Mapping[str, Any]:
        from jupyter_automl.api.built import built_sentences

        name, run = body.model or "", self._run()
        try:
            if run is None:
                raise RunError("There is no run to look at.", hint="Start one with Train.")
            chosen = run.best if body.model is None else run.model(body.model)
            name = chosen.name
            sentences = built_sentences(chosen)
        except Exception as error:
            self._show("failed", name, error=ErrorView(**describe_error(error)))
            raise
        # Another run may be shown by now.
        if run is self._run():
            self._show("ready", name, sentences)
        return {}

    def _show(
        self,
        status: Loading,
        model: str,
        sentences: tuple[str, ...] = (),
        error: ErrorView | None = None,
    ) -> None:
        view = FeaturesView(status=status, model=model, sentences=sentences, error=error)
        with self._lock:
            self._view = view
        self.changed()
