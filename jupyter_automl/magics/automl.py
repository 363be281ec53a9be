"""The magics: a cell that is a prompt, and a line that finds, opens or stops a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from IPython.core.error import UsageError
from IPython.core.magic import Magics, line_cell_magic, magics_class
from IPython.core.magic_arguments import (
    argument,
    magic_arguments,
    parse_argstring,
)

from jupyter_automl.core.errors import ArgumentError, AutoMLError, did_you_mean

if TYPE_CHECKING:
    from jupyter_automl.api.run import Run

ACTIONS = ("runs", "open", "stop")


@magics_class
class AutoMLMagics(Magics):
    """``%%automl df`` starts a run from the prompt in the cell; ``%automl runs|open|stop``."""

    @magic_arguments()
    @argument("what", help="A variable, a path or sample:churn; as a line: runs, open or stop.")
    @argument("run_id", nargs="?", help="Id of a run, for open and stop; default the newest.")
    @argument("--target", help="Column to predict.")
    @argument("--metric", help="What models are judged by.")
    @argument("--budget", help='How long to train: "90s", "2m".')
    @argument("--name", help="Name of the run, for people.")
    @argument("--out", default="run", help="Variable that gets the run; default run.")
    @line_cell_magic
    def automl(self, line: str, cell: str | None = None) -> Any:
        """Train from a sentence, or find, open and stop runs.

        ::

            %%automl df --budget 2m
            Predict which customers will churn. Ignore customer_id.

            %automl runs
            %automl open churn-1120-1403-7f3a
            %automl stop
        """
        arguments = parse_argstring(self.automl, line)
        try:
            _check_variable(arguments.out)
            if cell is not None:
                return self._keep(self._fit(arguments, cell), arguments.out)
            return self._act(arguments)
        except AutoMLError as error:
            # A usage error is shown as one line; a traceback would say nothing more.
            raise UsageError(str(error)) from error

    def _act(self, arguments: Any) -> Any:
        import jupyter_automl as ja

        if arguments.what == "runs":
            return ja.runs()
        if arguments.what not in ACTIONS:
            raise ArgumentError(
                f"%automl takes one of: {', '.join(ACTIONS)}. Got {arguments.what!r}.",
                hint=did_you_mean(arguments.what, ACTIONS)
                or "To train, write %%automl and the prompt under it.",
            )
        run = ja.open(arguments.run_id) if arguments.run_id else ja.last()
        if arguments.what == "open":
            return self._keep(run, arguments.out)
        run.stop()
        return self._keep(run, arguments.out)

    def _fit(self, arguments: Any, cell: str) -> Run:
        import jupyter_automl as ja

        given = {"target": arguments.target, "metric": arguments.metric}
        given |= {"budget": arguments.budget, "name": arguments.name}
        data = self._data(arguments.what)
        name = arguments.what if data is not arguments.what else None
        keywords = {key: value for key, value in given.items() if value is not None}
        return ja.fit(data, cell.strip() or None, **({"name": name} | keywords))

    def _data(self, what: str) -> Any:
        """The variable called so, else the text itself: a path, a URL or a sample."""
        assert self.shell is not None
        if what in self.shell.user_ns:
            return self.shell.user_ns[what]
        if what.isidentifier():
            tables = [name for name in self.shell.user_ns if not name.startswith("_")]
            raise ArgumentError(
                f"%%automl needs a variable, a path or a sample. Got {what!r}, which is not "
                "defined.",
                hint=did_you_mean(what, tables) or "Try sample:churn.",
            )
        return what

    def _keep(self, run: Run, name: str) -> Run:
        assert self.shell is not None
        self.shell.user_ns[name] = run
        return run


def _check_variable(name: str) -> None:
    if not name.isidentifier():
        raise ArgumentError(f"--out must name a variable. Got {name!r}.", argument="out")
