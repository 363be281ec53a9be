"""What every widget shares: the bundle, the channel, the one synced trait."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets

from jupyter_automl.api import showing, warm
from jupyter_automl.core.errors import UnavailableError
from jupyter_automl.widgets.channel import Channel
from jupyter_automl.widgets.controller import Controller
from jupyter_automl.widgets.stills import VIEW, Still, is_here, kind_of, stub, texts_of
from jupyter_automl.widgets.view import check_view, view_code

if TYPE_CHECKING:
    from jupyter_automl.api.run import Run

_BY_ITSELF = frozenset(
    {"", "hello", "resync", "ask_cancel", "monitor", "curve", "log", "features", "sources"}
)
"""Messages that a page sends although nobody does anything in it."""

STATIC = Path(__file__).parent / "static"


def bundle(name: str) -> str:
    """The text of a built front-end file.

    Raises
    ------
    UnavailableError
        In a source checkout whose front end was not built.
    """
    path = STATIC / name
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise UnavailableError(
            f"The front end was expected at {path}. It is not built.",
            hint="Run `make build`, or install the published package.",
        ) from error


def _live(_: object, widget: Any) -> Mapping[str, Any] | None:
    return None if widget._thin else widget._channel.state()


def _kept(_: object, widget: Any) -> None:
    # A page may hold a snapshot in its model; what is true is here.
    return None


class WireWidget(anywidget.AnyWidget):
    """A widget drawn from numbered changes.

    Attributes
    ----------
    state : None
        Never assigned: asking for its JSON gives the live state, so a page that is
        reloaded shows the truth and an update costs only what changed.
    view : dict
        What a person looks at (tab, sorting, selection ...), nested as `view.ViewState`; what
        stands at its default is left out. Set it from a cell to show something else.
    """

    warms = False
    """Whether a run is likely to start from this widget."""

    _call = ""
    """How a cell makes it, up to the last argument."""

    _esm = traitlets.Unicode().tag(sync=True)
    _css = traitlets.Unicode().tag(sync=True)
    state = traitlets.Any(None).tag(sync=True, to_json=_live, from_json=_kept, echo_update=False)
    view = traitlets.Dict().tag(sync=True)

    def __init__(
        self, controller: Controller, bundle_name: str, view: Mapping[str, Any] | None = None
    ) -> None:
        # Before the comm opens, because opening asks for the state.
        self._controller = controller
        self._channel = Channel(controller, self.send)
        self._seen = False
        self._touched = time.monotonic()
        self._output: showing.Shown | None = None
        self._code = bundle(f"{bundle_name}.js"), bundle("widgets.css")
        # What a program runs is stored whole; it has no page that would draw it.
        self._thin = showing.asked_by_program()
        esm, css = (stub(), "") if self._thin else self._code
        super().__init__(_esm=esm, _css=css, view=dict(view or {}))
        self.on_msg(self._received)

    def view_code(self) -> str:
        """A line of Python that shows what is shown now."""
        return view_code(self._call, self.view)

    @traitlets.validate("view")
    def _view_checked(self, proposal: Mapping[str, Any]) -> dict[str, Any]:
        self._touched = time.monotonic()
        return check_view(proposal["value"])

    def close(self) -> None:
        """Let go of threads, subscriptions and files; the views disappear."""
        channel = getattr(self, "_channel", None)
        if channel is not None:
            channel.close()
            self._controller.close()
        super().close()

    def _still(self) -> Still:
        """What a notebook keeps of it."""
        return Still(run=getattr(self, "run", None))

    def _follows(self, run: Run) -> None:
        """Another run is shown: the output tells its end too."""
        if self._output is not None:
            self._output.follow(run)

    def _repr_mimebundle_(self, **options: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        data: dict[str, Any] = dict(texts_of(self._still()))
        if self._thin or self.comm is None:
            return data, {}
        bundle = super()._repr_mimebundle_(**options)
        live, metadata = bundle if isinstance(bundle, tuple) else (bundle or {}, {})
        return data | {VIEW: live[VIEW]}, metadata

    def _ipython_display_(self) -> None:
        if showing.kernel() is None:
            # Then IPython shows the text.
            raise NotImplementedError
        if self._output is None:
            # Closing a widget takes the method from it, not from its class.
            self._output = showing.Shown(
                lambda: WireWidget._repr_mimebundle_(self), self._quiet_seconds
            )
        self._output.show(self._still().run)

    def _quiet_seconds(self) -> float:
        """For how long nobody has chosen, typed or pressed anything in it."""
        return time.monotonic() - self._touched

    def _fill(self) -> None:
        """A page is there after all: give it everything."""
        self._thin = False
        with self.hold_sync():
            self._esm, self._css = self._code
        if self._output is not None:
            self._output.again()

    def _received(self, _: object, content: object, buffers: list[memoryview]) -> None:
        if self._thin:
            self._fill()
        if is_here(content):
            return
        if self.warms and not self._seen:
            # The first message of a page says that somebody looks at it.
            warm.prepare()
        self._seen = True
        if kind_of(content) not in _BY_ITSELF:
            self._touched = time.monotonic()
        self._channel.receive(content, buffers)
