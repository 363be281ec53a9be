"""``jupyter-automl runs | show | watch | stop``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from jupyter_automl.api import wording
from jupyter_automl.cli.documents import run_document
from jupyter_automl.cli.following import follow
from jupyter_automl.cli.live import picture
from jupyter_automl.cli.output import DONE, console, emit, say
from jupyter_automl.core.experiment import format_score
from jupyter_automl.core.place import status_text

if TYPE_CHECKING:
    from jupyter_automl.api.run import Run

RunId = Annotated[
    str | None, typer.Argument(help="Id of a run, or its beginning; default the newest.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def find(run_id: str | None) -> Run:
    """The run of that id, or the newest one."""
    import jupyter_automl as ja

    return ja.last() if run_id in (None, "last") else ja.open(run_id)


def runs(
    limit: Annotated[int, typer.Option(min=1, help="How many at most.")] = 20,
    as_json: AsJson = False,
) -> int:
    """List the runs, newest first."""
    from jupyter_automl.api.history import RUN_COLUMNS, summaries

    found = summaries()[:limit]
    if as_json:
        emit({"runs": [{name: getattr(row, name) for name in RUN_COLUMNS} for row in found]})
        return DONE
    if not found:
        say("There is no run yet. Start one: jupyter-automl demo")
        return DONE
    from datetime import datetime

    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for heading in ("id", "started", "status", "best model", "score", "metric"):
        justify = "right" if heading == "score" else "left"
        # An id is there to be copied.
        whole = heading in ("id", "started", "status", "score")
        table.add_column(heading, justify=justify, no_wrap=whole)
    for row in found:
        cells = (
            row.id,
            datetime.fromtimestamp(row.started).strftime("%m-%d %H:%M"),
            status_text(row),
            row.best_model or "–",
            format_score(row.best_score),
            row.metric or "",
        )
        table.add_row(*(Text(wording.cut(cell)) for cell in cells))
    console().print(table)
    return DONE


def show(run_id: RunId = None, as_json: AsJson = False) -> int:
    """Show how a run stands: leaderboard, importance, notices."""
    run = find(run_id)
    if as_json:
        emit({"run": run_document(run)})
        return DONE
    state = run.experiment
    terminal = console()
    terminal.print(picture(state, run.progress, terminal.width))
    for notice in state.notices:
        if notice.level == "warning":
            terminal.print(f"Note: {wording.cut(notice.message, 300)}", soft_wrap=True)
    best = state.leaderboard.best
    explained = state.explanations.get(best.model) if best else None
    if explained:
        names = ", ".join(wording.cut(name, 40) for name, _ in explained.importance[:5])
        terminal.print(f"Most important for {explained.model}: {names}", soft_wrap=True)
    terminal.print(f"Files: {run.folder}", soft_wrap=True)
    return DONE


def watch(run_id: RunId = None, as_json: AsJson = False) -> int:
    """Watch a run until it is over, wherever it was started."""
    return follow(find(run_id), as_json=as_json)


def stop(
    run_id: RunId = None,
    cancel: Annotated[bool, typer.Option("--cancel", help="Do not keep the best.")] = False,
    as_json: AsJson = False,
) -> int:
    """End a run now and keep the best so far."""
    run = find(run_id)
    state = run.experiment
    over = state.ended
    if cancel:
        run.cancel()
    else:
        run.stop()
    if as_json:
        emit({"id": run.id, "status": run.status, "sent": None if over else _word(cancel)})
    elif over:
        say(f"The run {run.id} is over already: {run.status}.")
    else:
        kept = "" if cancel or state.started_at is None else " and keeps its best model"
        say(f"The run {run.id} ends now{kept}.")
    return DONE


def _word(cancel: bool) -> str:
    return "cancel" if cancel else "stop"
