"""CatBoost on a GPU, which takes no callback: the rounds are counted out beforehand.

CatBoost refuses callbacks there ("User defined callbacks are not supported for GPU"), and with
them our patience and our clock. A few rounds tell what one costs, then as many are grown as the
time holds, and CatBoost's own detector ends them early.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_automl.models import boosting

if TYPE_CHECKING:
    import catboost

PILOT_ROUNDS = 6
TIME_SHARE = 0.85
"""Of the time that is left after starting; rounds do not all take the same."""

SETUP_MARGIN = 1.2
LEAST_PATIENCE = 100
"""Rounds; a number that cannot grow with the best round has to be generous."""

_CPU_ONLY = ("rsm",)
"""Parameters of the search that a GPU refuses for ordinary losses."""


def fit_on_gpu(
    settings: Mapping[str, Any],
    pool: catboost.Pool,
    held: catboost.Pool | None,
    limit_seconds: float | None,
    clock: Callable[[], float],
) -> tuple[catboost.CatBoost, dict[str, Any]]:
    """A model fitted within the limit, cut to its best round, and facts of the fit.

    Parameters
    ----------
    settings : Mapping
        As for the CPU, with the fitted loss as the only metric: others are computed on the
        CPU in every round, which takes longer than the round.
    held : Pool or None
        Rows for early stopping.
    """
    import catboost

    started = clock()
    wanted = most = int(settings["iterations"])
    settings = {key: value for key, value in settings.items() if key not in _CPU_ONLY}
    settings |= {"task_type": "GPU", "devices": "0", "use_best_model": held is not None}
    # Left to itself it takes half as many bins as on the CPU.
    settings.setdefault("max_bin", 254)
    if held is not None:
        patience = max(LEAST_PATIENCE, boosting.min_patience(limit_seconds))
        settings |= {"od_type": "Iter", "od_wait": patience}
    if limit_seconds is not None:
        setup, each = _pilot(settings, pool, held, clock)
        left = limit_seconds - (clock() - started)
        most = min(wanted, affordable_rounds(left, setup, each))
    model = catboost.CatBoost({**settings, "iterations": most})
    model.fit(pool, eval_set=held)
    n_rounds = _rounds_grown(model)
    stopped = "patience" if n_rounds < most else "time" if most < wanted else "rounds"
    return model, {
        "best_iteration": int(model.tree_count_),
        "n_rounds": n_rounds,
        "stopped_by": stopped,
        "stopped_by_time": stopped == "time",
    }


def affordable_rounds(left_seconds: float, setup_seconds: float, round_seconds: float) -> int:
    """Rounds that a fit can grow in the time that is left; at least one.

    Parameters
    ----------
    setup_seconds : float
        What a fit takes besides its rounds: bins, and the way to the GPU and back.
    """
    left = TIME_SHARE * (left_seconds - SETUP_MARGIN * setup_seconds)
    return max(1, min(boosting.MAX_ROUNDS, int(left / max(round_seconds, 1e-6))))


def _pilot(
    settings: Mapping[str, Any],
    pool: catboost.Pool,
    held: catboost.Pool | None,
    clock: Callable[[], float],
) -> tuple[float, float]:
    """Seconds that a fit needs to start and end, and seconds a round."""
    import catboost

    started = clock()
    # Only the files that it writes tell when each round was done.
    with tempfile.TemporaryDirectory() as folder:
        written = {"allow_writing_files": True, "train_dir": folder}
        pilot = catboost.CatBoost({**settings, **written, "iterations": PILOT_ROUNDS})
        pilot.fit(pool, eval_set=held)
        text = (Path(folder) / "catboost_training.json").read_text(encoding="utf-8")
    whole = clock() - started
    passed = [row["passed_time"] for row in json.loads(text)["iterations"]]
    # The first round holds what is done only once.
    each = (passed[-1] - passed[0]) / (len(passed) - 1) if len(passed) > 1 else passed[0]
    return max(0.0, whole - len(passed) * each), each


def _rounds_grown(model: catboost.CatBoost) -> int:
    """Rounds before the cut to the best one."""
    history = model.get_evals_result()
    lengths = [len(values) for metrics in history.values() for values in metrics.values()]
    return max(lengths, default=int(model.tree_count_))
