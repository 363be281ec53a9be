"""``jupyter-automl demo``: the main job on a sample, in the terminal."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jupyter_automl.api.explaining import strongest
from jupyter_automl.cli.documents import run_document
from jupyter_automl.cli.following import follow
from jupyter_automl.cli.output import DONE, emit, say
from jupyter_automl.core.experiment import format_score

if TYPE_CHECKING:
    from jupyter_automl.api.run import Run

SAMPLE = "churn"
_MOST_FEATURES = 8
_FEW_ROWS = 200
_EXPLAIN_SECONDS = 20.0


def demo(
    budget: Annotated[str, typer.Option(help='How long to train: "30s", "1m".')] = "60s",
    as_json: Annotated[bool, typer.Option("--json", help="Events as JSON lines.")] = False,
) -> int:
    """Train on a sample table about leaving customers for a minute, and show what came of it."""
    import jupyter_automl as ja
    from jupyter_automl.api.tables import samples

    sample = next(sample for sample in samples() if sample.name == SAMPLE)
    if not as_json:
        say(f"{sample.description}\nPrompt: {sample.prompt}\n")
    run = ja.fit(f"sample:{SAMPLE}", sample.prompt, budget=budget, name="demo")
    code = follow(run, as_json=as_json)
    if code != DONE:
        return code
    if strongest(run, 1) is None:
        # On a busy machine the run may have had no time left for it.
        run.explain(max_rows=_FEW_ROWS, time_limit_seconds=_EXPLAIN_SECONDS)
    report = run.report(run.folder / "report.html")
    if as_json:
        emit({"result": {**run_document(run), "report": str(report)}})
    else:
        _tell(run, report)
    return DONE


def _tell(run: Run, report: Path) -> None:
    best = run.best
    say()
    say(f"{best.name}, on rows it was not trained on:")
    for metric, value in best.held_out_scores().items():
        say(f"  {metric:<26}{format_score(value)}")
    _tell_importance(run)
    say()
    say(f"Run        {run.id}, in {run.folder}")
    say(f"Report     {report}")
    say(f"Predict    jupyter-automl predict {run.id} sample:{SAMPLE} --out predictions.csv")
    say(f'Notebook   make lab, then: import jupyter_automl as ja; ja.open("{run.id}")')
    say("Dashboard  make dashboard, or: jupyter-automl dashboard")


def _tell_importance(run: Run) -> None:
    findings = strongest(run, _MOST_FEATURES)
    if findings is None:
        return
    say()
    say(f"What moves the predictions of {findings.model} most (mean absolute SHAP value):")
    for name, value in findings.importance:
        say(f"  {name:<26}{format_score(value)}")
    for sentence in findings.sentences:
        say(sentence)
