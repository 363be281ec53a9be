"""One model a trial, fitted on all rows: quicker and smaller than one a fold."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from jupyter_automl.core.errors import TrialError
from jupyter_automl.core.protocols import Estimator, Family
from jupyter_automl.core.trial import (
    FEATURES,
    SAMPLE_ROWS,
    STACKED_ON,
    TrialResult,
    TrialSpec,
    family_params,
    fits_of,
)
from jupyter_automl.evaluate.built import built_of, save_built
from jupyter_automl.evaluate.fitting import fitted_on
from jupyter_automl.evaluate.matrices import FoldMatrices, prior, workspace
from jupyter_automl.evaluate.models import Bag, FoldModel, stored_bag
from jupyter_automl.evaluate.stacking import beside, held_out_columns, stacked
from jupyter_automl.evaluate.trial_data import TrialData

MODEL_FILE = "model.joblib"
_CHECKED_ROWS = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RefitRequest:
    """Which trial to fit once more, and where to put it.

    Attributes
    ----------
    result : TrialResult
        Its bag tells how many rounds were best.
    folder : str
        Gets ``model.joblib`` and ``features.json``, both complete or not at all.
    """

    spec: TrialSpec
    result: TrialResult
    data: TrialData
    folder: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Refitted:
    """What came of it.

    Attributes
    ----------
    model : str
        Path of a `Bag` of one model.
    params : Mapping
        What it was fitted with: the trial's, with ``n_rounds`` where it was stopped early.
    """

    number: int
    model: str
    n_rows: int
    seconds: float
    params: Mapping[str, Any]


def refit_trial(request: RefitRequest, report: Callable[[Any], None]) -> Refitted:
    """Fit a trial's model on all rows, with as many rounds as were best on parts of them.

    Nothing is held out, so nothing stops it early and there is no score: that of the trial
    is an estimate for it. The same request gives the same model. A trial with
    ``sample_rows`` is fitted on a sample of that size again.

    Parameters
    ----------
    report : callable
        Not called; the shape of a worker's job.

    Raises
    ------
    RunError
        If the bag of the trial is gone.
    TrialError
        If the model predicts no finite number.

    Notes
    -----
    The mean of the folds' best rounds is AutoGluon's ``refit_full``; it is multiplied by the
    growth of the rows, k / (k - 1) for k folds.
    """
    started = time.monotonic()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        bag, n_rows = _fitted(request)
    path = _store(bag, Path(request.folder))
    return Refitted(
        number=request.spec.number,
        model=str(path),
        n_rows=n_rows,
        seconds=time.monotonic() - started,
        params=bag.params,
    )


def _fitted(request: RefitRequest) -> tuple[Bag, int]:
    from jupyter_automl.models import FAMILIES

    spec, plan = request.spec, request.data.plan
    family = FAMILIES.get(spec.family)
    bag = stored_bag(request.result.model)
    folds = bag.parts
    if fits_of(plan, spec.family, spec.params) < plan.n_fits:
        return bag, int(request.result.info["n_rows"])
    space = workspace(request.data)
    used = space.whole(
        family.encoding, spec.params.get(SAMPLE_ROWS), extra=spec.params.get(FEATURES)
    )
    below = tuple(spec.params.get(STACKED_ON, ()))
    said = held_out_columns(request.data.folder, below) if below else None
    used = used if said is None else stacked(used, said)
    params = _settled(family_params(spec.params), folds, request.result, len(used.train))
    y, weights = space.arrays.y[used.train], space.arrays.weights
    estimator = _fit(
        family, params, request, used, y, None if weights is None else weights[used.train]
    )
    part = FoldModel(
        preprocessor=used.preprocessor,
        estimator=estimator,
        fallback=prior(y, plan.task, len(plan.classes)),
        matrix_key=used.key,
    )
    checked = used.train[:_CHECKED_ROWS]
    _check(part, space.frame.iloc[checked], None if said is None else said[checked], family)
    bag = Bag(
        family=spec.family,
        params={**spec.params, **params},
        task=plan.task,
        classes=plan.classes,
        parts=(part,),
        stacked_on=below,
    )
    return bag, len(used.train)


def _settled(
    params: Mapping[str, Any], folds: Sequence[FoldModel], result: TrialResult, n_rows: int
) -> dict[str, Any]:
    """Parameters that say themselves when to stop, where the folds had held-out rows to ask."""
    from jupyter_automl.models.estimator import Growth

    settle = getattr(folds[0].estimator, "settled", None)
    if settle is None:
        return dict(params)
    before = int(result.info.get("n_rows", n_rows))
    infos = [fold.estimator.info for fold in folds]
    settled: dict[str, Any] = settle(params, infos, Growth(before=before, after=n_rows))
    return settled


def _fit(
    family: Family,
    params: Mapping[str, Any],
    request: RefitRequest,
    used: FoldMatrices,
    y: np.ndarray,
    weights: np.ndarray | None,
) -> Estimator:
    """On the device of the trial; where that fails, on the CPU."""

    def fit(further: Mapping[str, Any]) -> Estimator:
        estimator = family.build(
            params,
            task=request.data.plan.task,
            n_classes=len(request.data.plan.classes),
            metric=request.data.plan.metric,
            random_state=request.spec.random_state,
            n_jobs=request.spec.n_jobs,
            **further,
        )
        return estimator.fit(used.X, y, sample_weight=weights)

    return fitted_on(request.result.info.get("device", "cpu"), fit)[0]


def _check(part: FoldModel, frame: Any, below: np.ndarray | None, family: Family) -> None:
    matrix = part.preprocessor.transform(frame)
    matrix = matrix if below is None else beside(matrix, below)
    if not np.isfinite(np.asarray(part.estimator.predict(matrix), dtype=np.float64)).any():
        raise TrialError(
            f"{family.label}, fitted on all rows, predicted no finite number.",
            hint="The model of the folds is not affected.",
            family=family.name,
        )


def _store(bag: Bag, folder: Path) -> Path:
    """Complete or not at all: two processes may do the same at once, and one may be killed."""
    import os
    import uuid

    import joblib

    folder.mkdir(parents=True, exist_ok=True)
    save_built(built_of(bag.parts), folder)
    path = folder / MODEL_FILE
    draft = folder / f".{uuid.uuid4().hex}.part"
    try:
        joblib.dump(bag, draft, compress=0)
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)
    return path
