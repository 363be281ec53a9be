"""Cross-validated score of whole runs: each outer fold is a run with the full budget."""

from __future__ import annotations

import os
import tempfile
import time

from tests.benchmarks.tables import parser, show, tables


def main() -> None:
    """Five outer folds a table; the score is that of rows no part of the run has seen."""
    arguments = parser(__doc__)
    arguments.add_argument("--tables", nargs="*", default=["titanic", "iris", "adult_census"])
    arguments.add_argument("--metric", default="accuracy")
    arguments.add_argument("--budget", type=float, default=60.0)
    arguments.add_argument("--folds", type=int, default=5)
    arguments.add_argument("--first", type=int, default=None, help="only the first folds")
    options = arguments.parse_args()
    rows = []
    for table in tables(options.data, options.tables):
        scores, best = _scores(table, options)
        rows.append(
            {
                "table": table.name,
                "metric": options.metric,
                "mean": sum(scores) / len(scores),
                "folds": " ".join(f"{score:.4f}" for score in scores),
                "best_models": " ".join(best),
            }
        )
        print(rows[-1], flush=True)
    show(rows, options.json)


def _scores(table, options):  # type: ignore[no-untyped-def]
    from sklearn.model_selection import StratifiedKFold

    import jupyter_automl as ja

    frame = ja.read(table.path).drop(columns=list(table.drop), errors="ignore")
    folds = StratifiedKFold(options.folds, shuffle=True, random_state=0)
    scores, best = [], []
    for number, (train, test) in enumerate(folds.split(frame, frame[table.target])):
        if options.first is not None and number >= options.first:
            break
        with tempfile.TemporaryDirectory() as folder:
            os.environ["JUPYTER_AUTOML_STORE"] = folder
            started = time.perf_counter()
            run = ja.fit(
                frame.iloc[train].reset_index(drop=True),
                target=table.target,
                metric=options.metric,
                budget=options.budget,
            ).wait()
            seconds = time.perf_counter() - started
            held_out = frame.iloc[test].reset_index(drop=True)
            predicted = run.predict(held_out.drop(columns=[table.target]))
            hits = predicted.astype(str).to_numpy() == held_out[table.target].astype(str).to_numpy()
            scores.append(float(hits.mean()))
            row = run.experiment.leaderboard.best
            best.append(f"{row.model}({row.score:.4f})")
            print(table.name, number, f"{scores[-1]:.4f}", best[-1], f"{seconds:.1f} s", flush=True)
    return scores, best


if __name__ == "__main__":
    main()
