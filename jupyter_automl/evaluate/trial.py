"""The one function that travels to workers: fit, predict and score every fold."""

from __future__ import annotations

import time
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from jupyter_automl.core.errors import TrialError, TrialPrunedError, TrialTimeError
from jupyter_automl.core.protocols import Estimator, Family, Metric, Report
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
from jupyter_automl.evaluate.fit_curves import FitCurves, OnCurve
from jupyter_automl.evaluate.fitting import fitted_on
from jupyter_automl.evaluate.limits import longest_trial_seconds
from jupyter_automl.evaluate.matrices import FoldMatrices, Workspace, prior, workspace
from jupyter_automl.evaluate.memory import PeakMemory, give_back
from jupyter_automl.evaluate.metrics.folds import spread_of
from jupyter_automl.evaluate.models import Bag, FoldModel, load_below
from jupyter_automl.evaluate.oof import MeanPredictions, as_stored
from jupyter_automl.evaluate.stacking import HELD_OUT_FILE, held_out_columns, stacked
from jupyter_automl.evaluate.stopping import Stopping
from jupyter_automl.evaluate.trial_data import TrialData

_TIMED_ROWS = 1_000
_LEAST_TIMED_ROWS = 20
_TIMED_SECONDS = 0.5
"""For timing a bag's predictions, about: ten thousands of trees take milliseconds a row."""

_LEAST_FIT_SECONDS = 0.05
_FEATURES_SHARE = 0.3
"""Of a fold's time, for looking for pairs."""

_MOST_WARNINGS = 5
_WARNING_LENGTH = 200


def run_trial(
    spec: TrialSpec, data: TrialData, report: Report, on_curve: OnCurve | None = None
) -> TrialResult:
    """Fit a candidate on every fold and store its out-of-fold predictions and its bag.

    Parameters
    ----------
    spec : TrialSpec
        Its time limit is for all folds together: each fold may take an equal part of
        what is left. Without one it is `longest_trial_seconds`.
    report : callable
        ``report(fold, n_folds, score)`` after each fold, counting from 1 over the folds of
        all repeats (`Plan.n_fits`).
    on_curve : callable, optional
        Is given the `FitCurve` of a fit that goes on, at most twice a second. What is left of
        all of them is in ``info["curve"]``.

    Raises
    ------
    TrialError
        If the predictions or scores are not finite.
    TrialPrunedError
        If its first folds are behind `TrialSpec.least_scores`.
    TrialTimeError
        If the time limit is used up with folds of the first repeat left. Later repeats
        that it does not pay are left out.

    Notes
    -----
    The prediction of a row is the mean over the repeats, and the score is that of these
    means over the folds of the first repeat: a mean of several models is better than one
    of them, and so is the bag, and an ensemble of bags is judged in the same way. With one
    repeat it is the mean of ``fold_scores``, which are those of single models.

    Up to 10,000 rows a model that stops early is judged with the number of rounds that the
    other folds want (see `stopping`), so the scores that `report` tells under way may be a
    little better than those of the result.

    A fold that cannot be fitted on the GPU of `TrialSpec.device` is fitted on the CPU, and so
    are those after it; ``info["gpu_error"]`` says why.

    Any other exception is the family's own. Warnings of libraries are neither shown nor
    raised: the distinct ones are in ``info["warnings"]``.
    """
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("default")
        trial = _Trial(spec, data, report, FitCurves(on_curve))
        result = trial.run()
    give_back(trial.space.kept_bytes)
    info = {**result.info, "warnings": _distinct(caught)} if caught else result.info
    return _with_info(result, info)


class _Trial:
    """State of a trial under way."""

    def __init__(self, spec: TrialSpec, data: TrialData, report: Report, curves: FitCurves) -> None:
        from jupyter_automl.evaluate.metrics import find_metric
        from jupyter_automl.models import FAMILIES

        self.started = time.monotonic()
        self.peak = PeakMemory()
        self.spec = spec
        self.plan = data.plan
        self.report = report
        self.curves = curves
        self.family: Family = FAMILIES.get(spec.family)
        self.metric: Metric = find_metric(data.plan.metric)
        self.space: Workspace = workspace(data)
        self.n_fits = fits_of(data.plan, spec.family, spec.params)
        self.once = self.n_fits < self.space.n_fits
        self.params = family_params(spec.params)
        self.below: tuple[int, ...] = tuple(spec.params.get(STACKED_ON, ()))
        self.sample_rows: int | None = spec.params.get(SAMPLE_ROWS)
        self.extra: Any = spec.params.get(FEATURES)
        self.folder = Path(data.folder) / str(spec.number)
        limit = spec.time_limit_seconds
        self.limit = longest_trial_seconds(data.plan, spec.family) if limit is None else limit
        self.device = spec.device
        self.gpu_error = ""
        self.predict_seconds: list[float] = []
        self.stopping = Stopping(data.plan, len(self.space.arrays.y))

    def run(self) -> TrialResult:
        if self.once:
            return self._run_once()
        y = self.space.arrays.y
        k = len(self.plan.classes)
        oof = MeanPredictions((len(y), k) if k else (len(y),))
        parts: list[FoldModel] = []
        scores: list[float] = []
        held: list[tuple[np.ndarray, np.ndarray]] = []
        used: FoldMatrices | None = None
        below = held_out_columns(Path(self.folder).parent, self.below) if self.below else None
        for fold in range(self.space.n_fits):
            if not self._pays(fold):
                break
            used = self.space.fold(
                fold,
                self.family.encoding,
                self.sample_rows,
                extra=self.extra,
                time_limit_seconds=self._features_limit(fold),
            )
            used = used if below is None else stacked(used, below)
            part = self._fit(fold, used)
            prediction = self._checked(self._predicted(part, used), part, fold)
            held.append((used.valid, prediction))
            self.stopping.add(fold, part.estimator, used.X_valid)
            parts.append(part)
            scores.append(self._score(prediction, used.valid))
            self.report(fold + 1, self.space.n_fits, _number(scores[-1]))
            self._give_up_behind(scores)
        for fold, prediction in self.stopping.predictions().items():
            rows, prediction = held[fold][0], self._checked(prediction, parts[fold], fold)
            held[fold], scores[fold] = (rows, prediction), self._score(prediction, rows)
        for rows, prediction in held:
            oof.add(rows, prediction)
        fit_seconds = time.monotonic() - self.started
        assert used is not None
        return self._result(oof.values(), parts, scores, used, fit_seconds)

    def _run_once(self) -> TrialResult:
        """One fit on all rows; what it says of each without the row is scored by folds."""
        used = self.space.whole(self.family.encoding, None)
        part = self._fit(0, used)
        estimator: Any = part.estimator
        oof = self._checked(estimator.left_out(), part, 0)
        scores = self._judged(oof)
        self.report(1, 1, _number(float(np.mean(scores))))
        fit_seconds = time.monotonic() - self.started
        return self._result(oof, [part], scores, used, fit_seconds)

    def _fit(self, fold: int, matrices: FoldMatrices) -> FoldModel:
        y, train = self.space.arrays.y, matrices.train
        estimator = self._fitted(fold, matrices)
        return FoldModel(
            preprocessor=matrices.preprocessor,
            estimator=estimator,
            fallback=prior(y[train], self.plan.task, len(self.plan.classes)),
            matrix_key=matrices.key,
        )

    def _predicted(self, part: FoldModel, matrices: FoldMatrices) -> np.ndarray:
        started = time.monotonic()
        values = part.estimator.predict(matrices.X_valid)
        self.predict_seconds.append(time.monotonic() - started)
        return values

    def _fitted(self, fold: int, matrices: FoldMatrices) -> Estimator:
        """The fold's model; from the first failure on a GPU on, made on the CPU."""
        estimator, error = fitted_on(
            self.device, lambda further: self._fitted_with(further, fold, matrices)
        )
        if error:
            self.gpu_error, self.device = error, "cpu"
        return estimator

    def _fitted_with(
        self, further: Mapping[str, Any], fold: int, matrices: FoldMatrices
    ) -> Estimator:
        y, weights = self.space.arrays.y, self.space.arrays.weights
        train, valid = matrices.train, matrices.valid
        # A family of another package need not know of it where rows have no weights.
        held = {} if weights is None or self.once else {"sample_weight_valid": weights[valid]}
        estimator = self.family.build(
            self.params,
            task=self.plan.task,
            n_classes=len(self.plan.classes),
            metric=self.plan.metric,
            random_state=self.spec.random_state + fold,
            n_jobs=self.spec.n_jobs,
            **further,
        )
        if self.once:
            estimator.leave_out = True
        else:
            self.stopping.watch(estimator)
        with self.curves.of(fold + 1, estimator, len(valid)):
            estimator.fit(
                matrices.X,
                y[train],
                X_valid=matrices.X_valid,
                y_valid=None if self.once else y[valid],
                sample_weight=None if weights is None else weights[train],
                time_limit_seconds=self._share(fold),
                **held,
            )
        return estimator

    def _left(self) -> float:
        return self.limit - (time.monotonic() - self.started)

    def _share(self, fold: int) -> float:
        if self.spec.time_limit_seconds is None:
            # Not by the clock: a fit that may be repeated must be the same again.
            return self.limit / self.n_fits
        n_left = self.n_fits - fold
        n_predicts = n_left + (self.space.n_fits if self.stopping.predicts else 0)
        predicting = n_predicts * max(self.predict_seconds, default=0.0)
        return max(_LEAST_FIT_SECONDS, (self._left() - predicting) / n_left)

    def _features_limit(self, fold: int) -> float | None:
        """Seconds for looking for further features; not by the clock where it must repeat."""
        if self.spec.time_limit_seconds is None:
            return None
        return _FEATURES_SHARE * self._share(fold)

    def _pays(self, fold: int) -> bool:
        """Whether there is time for another fit; repeats after the first can be spared."""
        if fold == 0 or self._left() > 0 or self.spec.time_limit_seconds is None:
            return True
        if fold >= self.space.n_folds:
            return False
        raise TrialTimeError(
            f"The trial's {self.limit:.1f} s were used up after fold "
            f"{fold} of {self.space.n_folds}.",
            hint="Give the run a larger budget, or leave this family out.",
            family=self.spec.family,
        )

    def _give_up_behind(self, scores: Sequence[float]) -> None:
        n_done, least = len(scores), self.spec.least_scores
        mean = float(np.mean(scores))
        if n_done > len(least) or not np.isfinite(mean):
            return
        sign = 1.0 if self.plan.greater_is_better else -1.0
        if sign * mean < sign * least[n_done - 1]:
            raise TrialPrunedError(
                f"Given up after {n_done} of {self.space.n_folds} folds, far behind the best.",
                n_folds=n_done,
                score=mean,
            )

    def _checked(self, prediction: np.ndarray, part: FoldModel, fold: int) -> np.ndarray:
        from jupyter_automl.evaluate.models import finite

        values = np.asarray(prediction, dtype=np.float64)
        if not np.isfinite(values).any():
            raise TrialError(
                f"{self.family.label} predicted no finite number in fold {fold + 1}.",
                hint="Other families are not affected.",
                family=self.spec.family,
            )
        return finite(values, part.fallback)

    def _score(self, prediction: np.ndarray, valid: np.ndarray) -> float:
        weights = self.space.arrays.weights
        value = self.metric.score(
            self.space.arrays.y[valid],
            # As it will be read from the file.
            as_stored(prediction).astype(np.float64),
            None if weights is None else weights[valid],
        )
        return float(value)

    def _result(
        self,
        oof: np.ndarray,
        parts: Sequence[FoldModel],
        scores: Sequence[float],
        last: FoldMatrices,
        fit_seconds: float,
    ) -> TrialResult:
        judged = scores if len(scores) == self.space.n_folds else self._judged(oof)
        finite_scores = tuple(score for score in judged if np.isfinite(score))
        if not finite_scores:
            raise TrialError(
                f"{self.metric.label} is undefined for {self.family.label} in every fold.",
                hint="Choose another metric.",
                family=self.spec.family,
                metric=self.plan.metric,
            )
        # A fold further back in time knows less; the last one has seen the most.
        kept = parts[-1:] if self.plan.validation == "time" else parts
        bag = Bag(
            family=self.spec.family,
            params=dict(self.spec.params),
            task=self.plan.task,
            classes=self.plan.classes,
            parts=tuple(kept),
            stacked_on=self.below,
        )
        predictions, model = self._store(oof, bag)
        return TrialResult(
            number=self.spec.number,
            family=self.spec.family,
            score=float(np.mean(finite_scores)),
            score_std=spread_of(finite_scores),
            fold_scores=tuple(score for score in scores if np.isfinite(score)),
            fit_seconds=fit_seconds,
            predict_ms_per_row=self._timed(bag, last.train if self.once else last.valid),
            predictions=predictions,
            model=model,
            memory_bytes=self.peak.bytes(),
            info=self._info(parts, last),
        )

    def _judged(self, oof: np.ndarray) -> list[float]:
        """Scores of the mean over the repeats, fold by fold of the first as ensembles' are."""
        folds = self.space.arrays.folds
        held = (np.flatnonzero(folds == fold) for fold in range(self.space.n_folds))
        return [self._score(oof[rows], rows) for rows in held]

    def _store(self, oof: np.ndarray, bag: Bag) -> tuple[str, str]:
        import joblib

        self.folder.mkdir(parents=True, exist_ok=True)
        predictions, model = self.folder / HELD_OUT_FILE, self.folder / "model.joblib"
        np.save(predictions, as_stored(oof))
        joblib.dump(bag, model, compress=0)
        save_built(built_of(bag.parts), self.folder)
        bag.below = load_below(bag, model)
        return str(predictions), str(model)

    def _timed(self, bag: Bag, valid: np.ndarray) -> float:
        slowest = max(self.predict_seconds, default=0.0)
        row_seconds = slowest * len(bag.parts) / len(valid)
        n_rows = int(_TIMED_SECONDS / row_seconds) if row_seconds > 0 else _TIMED_ROWS
        rows = np.resize(valid, min(max(n_rows, _LEAST_TIMED_ROWS), _TIMED_ROWS))
        frame = self.space.frame.iloc[rows].reset_index(drop=True)
        started = time.perf_counter()
        bag.predict(frame)
        return 1000.0 * (time.perf_counter() - started) / len(rows)

    def _info(self, parts: Sequence[FoldModel], last: FoldMatrices) -> Mapping[str, Any]:
        info = merged_info([part.estimator.info for part in parts])
        info["n_rows"] = len(last.train)
        info["n_features"] = len(last.preprocessor.feature_names)
        curve = self.curves.kept()
        if curve is not None:
            info["curve"] = curve
        if self.gpu_error:
            info["gpu_error"] = self.gpu_error
        return info


def merged_info(infos: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What the folds tell, as one: the mean of numbers, else what the first fold says."""
    merged: dict[str, Any] = {}
    for key in dict.fromkeys(key for info in infos for key in info):
        values = [info[key] for info in infos if key in info]
        if all(isinstance(v, (int, float)) and not isinstance(v, bool) for v in values):
            mean = sum(values) / len(values)
            whole = all(isinstance(v, int) for v in values)
            merged[str(key)] = round(mean) if whole else mean
        else:
            merged[str(key)] = _plain(values[0])
    return merged


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, np.ndarray)):
        return [_plain(item) for item in value]
    return str(value)


def _distinct(caught: Sequence[warnings.WarningMessage]) -> list[str]:
    texts = [f"{w.category.__name__}: {w.message}" for w in caught]
    short = dict.fromkeys(" ".join(text.split())[:_WARNING_LENGTH] for text in texts)
    return list(short)[:_MOST_WARNINGS]


def _with_info(result: TrialResult, info: Mapping[str, Any]) -> TrialResult:
    from dataclasses import replace

    return replace(result, info=info)


def _number(score: float) -> float | None:
    return score if np.isfinite(score) else None
