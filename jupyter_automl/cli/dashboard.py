"""``jupyter-automl dashboard``: the notebook served as an app by Voila."""

from __future__ import annotations

import importlib.util
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from jupyter_automl.cli.output import DONE, FAILED, INTERRUPTED, emit, say
from jupyter_automl.core.errors import DataNotFoundError, UnavailableError

Theme = Literal["auto", "light", "dark"]

TEMPLATE = "automl"
EXTENSIONS = ("@voila-dashboards/widgets-manager8", "anywidget")
"""What of JupyterLab the page needs; all that is installed would come with it otherwise."""
LINUX = sys.platform == "linux"
KERNELS = "jupyter_automl.server.kernels.ForkedKernels"
"""By name: Voila imports it in a process of its own."""
OPTIONS = (
    f"--template={TEMPLATE}",
    *(f"--VoilaConfiguration.extension_allowlist={name}" for name in EXTENSIONS),
    # Nobody chooses the page's template by its address, or takes pictures from the folder.
    "--VoilaConfiguration.allow_template_override=NOTEBOOK",
    "--VoilaConfiguration.file_allowlist=$^",
    # Many may come at once, or while models train: a kernel then takes its time to start.
    "--VoilaExecutor.startup_timeout=600",
    # Of pages that went without a word; a run goes on without its kernel.
    "--MappingKernelManager.cull_idle_timeout=1800",
    "--MappingKernelManager.cull_interval=120",
    # What a page imports is imported once, not by each of many kernels that start at once.
    # Elsewhere a process cannot be forked safely once libraries are loaded.
    *([f"--VoilaConfiguration.multi_kernel_manager_class={KERNELS}"] if LINUX else []),
)


def dashboard(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes a free one.")] = 8866,
    browser: Annotated[bool, typer.Option(help="Open a browser.")] = True,
    theme: Annotated[
        Theme, typer.Option(help="Colours of the page; auto is what each visitor's system has.")
    ] = "auto",
    as_json: Annotated[bool, typer.Option("--json", help="Print the command as JSON.")] = False,
) -> int:
    """Serve the AutoML app in the browser until Ctrl-C; runs go on after it."""
    command = voila_command(find_notebook(), port=port, browser=browser, theme=theme)
    if as_json:
        emit({"command": command})
    else:
        say("Serving the dashboard; Ctrl-C ends it, runs go on.")
    server = subprocess.Popen(command, env=voila_environment())
    # Whoever ends this command ends the server, which shuts its kernels down.
    before = signal.signal(signal.SIGTERM, lambda *_: server.terminate())
    try:
        return DONE if server.wait() == 0 else FAILED
    except KeyboardInterrupt:
        # Voila got the same Ctrl-C and shuts its kernels down.
        server.wait()
        return INTERRUPTED
    finally:
        signal.signal(signal.SIGTERM, before)
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


def voila_command(notebook: Path, *, port: int, browser: bool, theme: Theme = "auto") -> list[str]:
    """The command that serves `notebook`; ``?theme=dark`` in an address wins over `theme`.

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
    options = [f"--port={port}", f"--theme={theme}", *OPTIONS]
    if theme != "auto":
        # The notebook asks for "auto".
        options.append("--VoilaConfiguration.allow_theme_override=NO")
    command = [sys.executable, "-m", "voila", str(notebook), *options]
    return command if browser else [*command, "--no-browser"]


def voila_environment() -> dict[str, str]:
    """The variables of the command, and so of its kernels.

    A kernel answers one page and computes nothing large: a thread for each core in each of many
    kernels would only take time from each other. In a checkout, Voila finds the page's template
    there.
    """
    from jupyter_automl.execute.limits import THREAD_VARIABLES

    share = Path(__file__).resolve().parent.parent.parent / "share" / "jupyter"
    found = {**dict.fromkeys(THREAD_VARIABLES, "1"), **os.environ}
    if (share / "voila" / "templates" / TEMPLATE).is_dir():
        known = found.get("JUPYTER_PATH", "")
        found["JUPYTER_PATH"] = os.pathsep.join([str(share), known] if known else [str(share)])
    return found
