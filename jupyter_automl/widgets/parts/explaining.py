"""The part that explains a run's models."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from jupyter_automl.api.apart import explain_apart
from jupyter_automl.core.errors import RunError
from jupyter_automl.widgets.channel import describe_error
from jupyter_automl.widgets.controller import Part
from jupyter_automl.widgets.explanation_view import make_view
from jupyter_automl.widgets.requests import Buffers, ExplainRequest, Request
from jupyter_automl.widgets.schema import ErrorView, ExplainView, ExplanationView, Loading

if TYPE_CHECKING:
    from jupyter_automl.api.run import Run

# A person is waiting.
MAX_ROWS = 300
TIME_LIMIT_SECONDS = 20.0


class ExplainingPart(Part[ExplainView]):
    """Explains on request; the run decides whether it has the values already.

    Parameters
    ----------
    run : callable
        The run being shown, or None.
    """

    section = "explain"

    def __init__(self, run: Callable[[], Run | None]) -> None:
        super().__init__()
        self._run = run
        self._busy = threading.Lock()
        self.forget()

    @property
    def requests(self) -> Mapping[str, Request]:
        return {"explain": Request(body=ExplainRequest, answer=self._explain)}

    def view(self) -> ExplainView:
        with self._lock:
            return ExplainView(
                status=self._status,
                model=self._model,
                explanation=self._explanation,
                error=self._error,
            )

    def forget(self) -> None:
        """Nothing is explained any more: another run is shown."""
        self._show("empty", "")

    def explain(self, model: str | None = None) -> None:
        """Explain a model; raises what the run raises, and shows it."""
        run = self._run()
        if run is None:
            raise RunError("There is no run to explain.", hint="Start one with Train.")
        with self._busy:
            name = model or ""
            self._show("loading", name)
            try:
                chosen = run.best if model is None else run.model(model)
                name = chosen.name
                self._show("loading", name)
                made = explain_apart(
                    chosen, max_rows=MAX_ROWS, time_limit_seconds=TIME_LIMIT_SECONDS
                )
                view = make_view(name, made)
            except Exception as error:
                self._show("failed", name, error=ErrorView(**describe_error(error)))
                raise
            self._show("ready", name, explanation=view)

    def _explain(self, body: ExplainRequest, buffers: Buffers) -> Mapping[str, Any]:
        self.explain(body.model)
        return {}

    def _show(
        self,
        status: Loading,
        model: str,
        *,
        explanation: ExplanationView | None = None,
        error: ErrorView | None = None,
    ) -> None:
        with self._lock:
            self._status: Loading = status
            self._model = model
            self._explanation = explanation
            self._error = error
        self.changed()
