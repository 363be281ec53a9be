"""``jupyter-automl fit``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jupyter_automl.cli.documents import run_document
from jupyter_automl.cli.following import follow
from jupyter_automl.cli.output import INTERRUPTED, emit, say
from jupyter_automl.cli.writing import TABLES, check_out, write_table
from jupyter_automl.core.place import place_text

if TYPE_CHECKING:
    from jupyter_automl.api.run import Run

_REPORTS = (".html", ".md", ".pdf")
_SUFFIXES = (*_REPORTS, *TABLES)


def fit(
    data: Annotated[str, typer.Argument(metavar="DATA", help="A file, a URL, or sample:churn.")],
    prompt: Annotated[
        str | None,
        typer.Argument(metavar="[PROMPT]", help='A wish: "Predict churn. Optimise for recall."'),
    ] = None,
    target: Annotated[str | None, typer.Option(help="Column to predict.")] = None,
    task: Annotated[str | None, typer.Option(help="binary, multiclass or regression.")] = None,
    metric: Annotated[str | None, typer.Option(help="What models are judged by.")] = None,
    exclude: Annotated[
        list[str] | None, typer.Option(help="Column that models must not see; may repeat.")
    ] = None,
    budget: Annotated[str | None, typer.Option(help='"90s", "5m", "1h"; default 5m.')] = None,
    family: Annotated[
        list[str] | None, typer.Option(help="Kind of model to use; may repeat.")
    ] = None,
    validation: Annotated[str | None, typer.Option(help="cv, holdout, time or group.")] = None,
    group: Annotated[str | None, typer.Option(help="Column of rows that belong together.")] = None,
    time: Annotated[str | None, typer.Option(help="Column that orders rows in time.")] = None,
    weight: Annotated[str | None, typer.Option(help="Column with weights of rows.")] = None,
    max_memory: Annotated[
        str | None, typer.Option(help='"4GB": of the whole run; default its part of the machine.')
    ] = None,
    n_jobs: Annotated[int | None, typer.Option(help="Workers; default one a core.")] = None,
    random_state: Annotated[int, typer.Option(help="Seed of every random choice.")] = 0,
    name: Annotated[str | None, typer.Option(help="Name of the run, for people.")] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            help="Write a report (.html .md .pdf) or the leaderboard (.csv .json .parquet)."
        ),
    ] = None,
    detach: Annotated[bool, typer.Option("--detach", help="Do not wait for the end.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Events as JSON lines.")] = False,
) -> int:
    """Train on a table and watch the leaderboard; Ctrl-C leaves the run going."""
    import jupyter_automl as ja

    check_out(out, _SUFFIXES)
    if out is not None and out.suffix.lower() == ".pdf":
        from jupyter_automl.api.report.pdf import check_pdf

        check_pdf()
    run = ja.fit(
        data,
        prompt,
        target=target,
        task=task,
        metric=metric,
        exclude=exclude or (),
        budget=budget,
        families=family or None,
        validation=validation,
        group=group,
        time=time,
        weight=weight,
        max_memory=max_memory,
        n_jobs=n_jobs,
        random_state=random_state,
        name=name,
    )
    if detach:
        if as_json:
            emit({"result": run_document(run)})
        else:
            place = run.progress.queue_place
            how = "has started" if place is None else f"is queued, {place_text(place)}"
            say(f"Run {run.id} {how}. Watch it: jupyter-automl watch {run.id}")
        return 0
    code = follow(run, as_json=as_json)
    if out is not None and code != INTERRUPTED:
        _write(run, out)
        if not as_json:
            say(f"Written: {out}")
    if not as_json and code == 0:
        say(f"Run {run.id}. Predict with it: jupyter-automl predict {run.id} DATA")
    return code


def _write(run: Run, out: Path) -> None:
    if out.suffix.lower() in _REPORTS:
        run.report(out)
    else:
        write_table(run.leaderboard(), out)
