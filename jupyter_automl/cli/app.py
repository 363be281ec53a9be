"""The commands, and the one place where errors become messages and exit codes."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import typer

from jupyter_automl.cli import dashboard, demo, doctor, fit, predict, runs
from jupyter_automl.cli.output import DONE, INTERRUPTED, WRONG, complain
from jupyter_automl.core.errors import ArgumentError, AutoMLError

app = typer.Typer(
    name="jupyter-automl",
    help="Train models on a table and watch them race. The same runs as in the notebook.",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("demo")(demo.demo)
app.command("fit")(fit.fit)
app.command("runs")(runs.runs)
app.command("show")(runs.show)
app.command("watch")(runs.watch)
app.command("stop")(runs.stop)
app.command("predict")(predict.predict)
app.command("doctor")(doctor.doctor)
app.command("dashboard")(dashboard.dashboard)


@app.callback(invoke_without_command=True)
def _root(
    context: typer.Context,
    version: bool = typer.Option(False, "--version", help="Print the version."),
) -> int:
    if version:
        import jupyter_automl

        typer.echo(jupyter_automl.__version__)
        raise typer.Exit(DONE)
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())
        raise typer.Exit(DONE)
    return DONE


def run(arguments: Sequence[str] | None = None) -> int:
    """Carry out a command line and return its exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    as_json = "--json" in words
    try:
        code = app(args=words, prog_name="jupyter-automl", standalone_mode=False)
    except typer.TyperException as error:
        said = f"{error.format_message().rstrip('.')}."
        problem = ArgumentError(said, hint="See jupyter-automl --help.")
        complain(problem, as_json=as_json)
        return WRONG
    except AutoMLError as error:
        return complain(error, as_json=as_json)
    except (KeyboardInterrupt, typer.Abort):
        return INTERRUPTED
    return code if isinstance(code, int) else DONE
