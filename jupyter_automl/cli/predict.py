"""``jupyter-automl predict``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jupyter_automl.cli.output import DONE, emit, say
from jupyter_automl.cli.runs import find
from jupyter_automl.cli.writing import TABLES, check_out, write_table

if TYPE_CHECKING:
    import pandas as pd

    from jupyter_automl.api.model import Model


def predict(
    run_id: Annotated[str, typer.Argument(help='Id of a run, its beginning, or "last".')],
    data: Annotated[str, typer.Argument(help="Rows to predict: a file, a URL, or sample:churn.")],
    model: Annotated[str | None, typer.Option(help="Model to use; default the best.")] = None,
    refit: Annotated[
        bool, typer.Option("--refit", help="With one model a member, fitted on all rows.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option(help="Write there (.csv .parquet .json), not to stdout.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> int:
    """Predict rows with the best model of a run."""
    import jupyter_automl as ja

    check_out(out, TABLES)
    run = find(run_id)
    chosen = run.best if model is None else run.model(model)
    if refit:
        chosen = chosen.refit()
    table = _predictions(chosen, ja.read(data))
    if out is not None:
        write_table(table, out)
    document = {"run": run.id, "model": chosen.name, "refitted": refit, "n_rows": len(table)}
    if as_json:
        rows = {} if out else {"predictions": table.to_dict(orient="records")}
        emit({**document, "out": str(out) if out else None, **rows})
    elif out is not None:
        say(f"{len(table):,} predictions of {chosen.name} written: {out}")
    else:
        table.to_csv(sys.stdout, index=False)
    return DONE


def _predictions(model: Model, rows: pd.DataFrame) -> pd.DataFrame:
    """The prediction, and the probability of each class where there are classes."""
    import pandas as pd

    if not model.has_classes:
        return model.predict(rows).rename("prediction").to_frame()
    decided = model.predict(rows).reset_index(drop=True).rename("prediction")
    shares = model.predict_proba(rows).reset_index(drop=True)
    return pd.concat([decided, shares.add_prefix("probability_")], axis=1)
