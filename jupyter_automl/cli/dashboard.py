"""``jupyter-automl dashboard``: the notebook served as an app by Voila."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from jupyter_automl.cli.output import DONE, FAILED, INTERRUPTED, emit, say
from jupyter_automl.core.errors import DataNotFoundError, UnavailableError

Theme = Literal["light", "dark"]

WITHOUT_LAB = "--VoilaConfiguration.extension_denylist=jupyter-automl-labextension"
"""Voila has neither a launcher nor a file browser for the JupyterLab extension to extend."""


def dashboard(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes a free one.")] = 8866,
    browser: Annotated[bool, typer.Option(help="Open a browser.")] = True,
    theme: Annotated[Theme, typer.Option(help="Colours of the page.")] = "light",
    as_json: Annotated[bool, typer.Option("--json", help="Print the command as JSON.")] = False,
) -> int:
    """Serve the AutoML app in the browser until Ctrl-C; runs go on after it."""
    command = voila_command(find_notebook(), port=port, browser=browser, theme=theme)
    if as_json:
        emit({"command": command})
    else:
        say("Serving the dashboard; Ctrl-C ends it, runs go on.")
    server = subprocess.Popen(command)
    try:
        return DONE if server.wait() == 0 else FAILED
    except KeyboardInterrupt:
        # Voila got the same Ctrl-C and shuts its kernels down.
        server.wait()
        return INTERRUPTED
    finally:
        if server.poll() is None:
            server.terminate()
            server.wait()


def find_notebook() -> Path:
    """The dashboard: in the package, or in a checkout of the repository.

    Raises
    ------
    DataNotFoundError
        If it is in neither.
    """
    package = Path(__file__).resolve().parent.parent
    places = (package / "notebooks", package.parent / "notebooks")
    for folder in places:
        if (folder / "dashboard.ipynb").is_file():
            return folder / "dashboard.ipynb"
    raise DataNotFoundError(
        f"dashboard.ipynb must be in {str(places[0])!r} or {str(places[1])!r}. It is in neither.",
        hint="Install the package again.",
    )


def voila_command(notebook: Path, *, port: int, browser: bool, theme: Theme = "light") -> list[str]:
    """The command that serves `notebook`.

    Raises
    ------
    UnavailableError
        If Voila is not installed.
    """
    if importlib.util.find_spec("voila") is None:
        raise UnavailableError(
            "The dashboard needs voila, which is not installed.",
            hint="Install it with: pip install voila",
        )
    options = [f"--port={port}", f"--theme={theme}", WITHOUT_LAB]
    command = [sys.executable, "-m", "voila", str(notebook), *options]
    return command if browser else [*command, "--no-browser"]
