"""Following a run: a live table on a terminal, lines elsewhere, JSON lines for programs."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from jupyter_automl.api.wording import event_line
from jupyter_automl.cli.documents import event_document, outcome, run_document
from jupyter_automl.cli.live import board, picture
from jupyter_automl.cli.output import INTERRUPTED, console, emit

if TYPE_CHECKING:
    from jupyter_automl.api.run import Run

_REFRESH_SECONDS = 0.25


def follow(run: Run, *, as_json: bool) -> int:
    """Show a run until it is over.

    Returns
    -------
    int
        The exit code; 130 after Ctrl-C, which leaves the run going.
    """
    try:
        if as_json:
            _as_json(run)
        elif console().is_terminal:
            _as_table(run)
        else:
            _as_lines(run)
    except KeyboardInterrupt:
        _say_goes_on(run, as_json=as_json)
        return INTERRUPTED
    return outcome(run)


def _as_table(run: Run) -> None:
    from rich.live import Live

    pause, terminal = threading.Event(), console()
    with Live(console=terminal, auto_refresh=False, transient=False) as live:
        while True:
            state = run.experiment
            live.update(picture(state, run.progress, terminal.width), refresh=True)
            if state.ended:
                return
            pause.wait(_REFRESH_SECONDS)


def _as_lines(run: Run) -> None:
    terminal, seen = console(), 0
    pause = threading.Event()
    while True:
        state = run.experiment
        for event in run.events(since=seen):
            seen = event.seq
            if line := event_line(state, event):
                terminal.print(line, soft_wrap=True)
        if state.ended and seen >= state.seq:
            break
        pause.wait(_REFRESH_SECONDS)
    terminal.print()
    terminal.print(run.progress.message, soft_wrap=True)
    if state.leaderboard.rows:
        terminal.print(board(state, terminal.width))


def _as_json(run: Run) -> None:
    seen = 0
    pause = threading.Event()
    while True:
        state = run.experiment
        for event in run.events(since=seen):
            seen = event.seq
            emit(event_document(event))
        if state.ended and seen >= state.seq:
            break
        pause.wait(_REFRESH_SECONDS)
    emit({"result": run_document(run)})


def _say_goes_on(run: Run, *, as_json: bool) -> None:
    if as_json:
        emit({"interrupted": {"id": run.id, "status": run.status}})
        return
    terminal = console(stderr=True)
    terminal.print()
    if run.experiment.ended:
        terminal.print(f"The run {run.id} is over: jupyter-automl show {run.id}", soft_wrap=True)
        return
    terminal.print(f"The run {run.id} goes on.", soft_wrap=True)
    terminal.print(f"  watch it:  jupyter-automl watch {run.id}", soft_wrap=True)
    terminal.print(f"  stop it:   jupyter-automl stop {run.id}", soft_wrap=True)
