"""How good a model is, in scores with intervals and in pictures; see `evaluate.assess`."""

from __future__ import annotations

import math
import weakref
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from jupyter_automl.api import deciding, scoring
from jupyter_automl.core.errors import (
    ArgumentError,
    NoModelError,
    PredictionError,
    did_you_mean,
)
from jupyter_automl.core.trial import SAMPLE_ROWS

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from jupyter_automl.api.model import Model
    from jupyter_automl.core.dataset import ColumnSchema
    from jupyter_automl.core.picture import Picture
    from jupyter_automl.data.frames import Rows
    from jupyter_automl.decide import Evidence
    from jupyter_automl.evaluate.assess import (
        Ends,
        Estimate,
        Evaluation,
        Grouping,
        Judged,
        LearningPoint,
        Thresholds,
    )

COVERAGES = (0.5, 0.8, 0.9, 0.95)
"""Of the intervals that are checked."""

_MOST_COLUMNS = 100
"""In which parts with large errors are looked for."""

_NEED_COLUMNS = ("error_by_segment",)

_kept: weakref.WeakKeyDictionary[Model, Judged] = weakref.WeakKeyDictionary()


def evaluation(
    model: Model,
    X: Any = None,
    *,
    threshold: float | None = None,
    costs: Any = None,
    by: str | None = None,
    honest: bool = False,
) -> Evaluation:
    """Scores with intervals, parts with large errors, and groups compared.

    Parameters
    ----------
    X : table or path, optional
        Rows with the target, as `Model.evaluate` takes them. None takes the rows of the
        training table as the models of the folds saw them: each judged by models that had
        not seen it, with decisions found on other rows.
    threshold : float, optional
        Of two classes: judge what follows from this one; None takes the model's.
    costs : mapping, table or array, optional
        What errors cost, as `Model.decide` takes it. They price what was decided and change
        no decision; None takes what the model was decided for, if that is costs.
    by : str, optional
        A column of the training table whose groups are compared.
    honest : bool
        Also estimate what the choice of this model among many is worth on other rows (see
        `Run.honest_score`; takes seconds), where it is the run's best and its score depends
        on no calibration and no threshold of its own.

    Raises
    ------
    ArgumentError
        If an argument does not fit.
    PredictionError
        As `Model.evaluate`.
    NoModelError
        If the run's files are gone.
    """
    from jupyter_automl.evaluate.assess import assess

    threshold = deciding.checked_threshold(model, threshold)
    judged = _judged(model, X, threshold=threshold, costs=costs, by=by, columns=True)
    found = _honest(model, len(judged)) if honest and X is None else None
    return assess(judged, model=model.name, honest=found)


def picture(
    model: Model, name: str, *, X: Any = None, others: Sequence[Model] = (), **options: Any
) -> Picture:
    """One picture of how good a model is.

    Parameters
    ----------
    name : str
        E.g. ``"roc"``, ``"confusion"``, ``"calibration"``, ``"residuals"``; see
        `evaluate.assess.PICTURES`.
    X : table or path, optional
        As for `evaluation`.
    others : sequence of Model, optional
        One or two more models of the run, drawn over this one; of those pictures that are in
        `evaluate.assess.COMPARED`.
    **options
        As the picture takes them: ``label``, ``threshold``, ``costs``, ``by`` ... A confusion
        with costs also says what the decision of least cost would change.

    Raises
    ------
    UnknownNameError, UnknownArgumentError
        If there is no such picture, or it has no such option.
    ArgumentError
        If the rows, or an option's value, do not allow it.
    PredictionError, NoModelError
        As `evaluation`.
    """
    from jupyter_automl.evaluate.assess import draw, overlaid

    if others:
        return overlaid(_side_by_side(model, others, X), name, options)
    by = options.get("by")
    judged = _judged(
        model,
        X,
        by=by if name == "fairness" else None,
        columns=name in _NEED_COLUMNS,
    )
    if options.get("costs") is None:
        return draw(judged, name, options)
    options["costs"] = costs = _prices(model, options["costs"])
    drawn = draw(judged, name, options)
    if name != "confusion" or costs is None:
        return drawn
    return replace(drawn, findings=(*drawn.findings, _least_cost(model, X, judged, costs)))


def priced_classes(model: Model) -> tuple[int, ...]:
    """Codes of the classes whose errors a person prices one by one; see `all_costs`.

    All of a few, else those that are confused most on held-out rows. Empty of a number and
    where there is no row to say it.
    """
    from jupyter_automl.evaluate.assess import priced_classes as priced

    judged = _held_out(model) if model.has_classes else None
    return () if judged is None or not len(judged) else priced(judged)


def all_costs(model: Model, few: Sequence[float]) -> np.ndarray:
    """Costs of all errors, shape (k, k): those of `priced_classes` as given, the others 1.

    Raises
    ------
    ArgumentError
        If `few` is not a number for each pair of these classes.
    """
    from jupyter_automl.evaluate.assess import spread_costs

    return spread_costs(few, priced_classes(model), len(model.plan.classes))


def thresholds(model: Model, X: Any = None, *, by: str | None = None) -> Thresholds:
    """What each of 101 thresholds does, also for the groups of a column.

    Raises
    ------
    ArgumentError
        If there are not two classes, or no such column.
    PredictionError, NoModelError
        As `evaluation`.
    """
    from jupyter_automl.evaluate.assess import thresholds_of

    return thresholds_of(_judged(model, X, by=by))


def _side_by_side(model: Model, others: Sequence[Model], X: Any) -> Mapping[str, Judged]:
    """What each model says of the rows, by its name."""
    found: dict[str, Judged] = {}
    for one in (model, *others):
        if one.name in found or one.run.id != model.run.id:
            raise ArgumentError(
                f"Different models of one run can be compared. {one.name!r} of {one.run.id!r} "
                "cannot be added.",
                argument="others",
            )
        found[one.name] = _judged(one, X)
    return found


def _least_cost(model: Model, X: Any, judged: Judged, costs: np.ndarray) -> str:
    """What the model would decide for these costs, each row by what other rows say of it."""
    from jupyter_automl.evaluate.assess import least_cost_sentence

    other = _judged(model.decide(costs=costs), X)
    return least_cost_sentence(judged, other.decided(), costs)


def _judged(
    model: Model,
    X: Any,
    *,
    threshold: float | None = None,
    costs: Any = None,
    by: str | None = None,
    columns: bool = False,
) -> Judged:
    """The rows, with as much beside them as is asked for."""
    column = None if by is None else _column(model, by)
    prices = _prices(model, costs)
    if X is None:
        judged = _held_out(model)
        if column is not None:
            values = _from_table(model, [column.name], judged.rows)[column.name]
            judged = replace(judged, by=_grouping(values, column.name))
        if columns:
            names = _strongest(model)
            judged = replace(judged, frame=_from_table(model, names, judged.rows))
    else:
        judged = _given(model, X, column)
        if columns and judged.frame is not None:
            judged = replace(judged, frame=judged.frame[_strongest(model)])
    if prices is not None:
        judged = replace(judged, costs=prices)
    if threshold is not None:
        from jupyter_automl.decide import codes_of

        codes = codes_of(model.decisions, judged.prediction, threshold)
        judged = replace(judged, codes=codes, threshold=threshold)
    return judged


def _held_out(model: Model) -> Judged:
    """Rows of the training table, each as models that had not seen it have it."""
    found = _kept.get(model)
    if found is None:
        try:
            found = _read_held_out(model)
        except FileNotFoundError as error:
            raise NoModelError(
                f"The held-out predictions of {model.name} are gone: {error.filename!r}.",
                hint="The run's folder was deleted or moved; train again.",
                run_id=model.run.id,
            ) from None
        _kept[model] = found
    return found


def _read_held_out(model: Model) -> Judged:
    import numpy as np

    from jupyter_automl.decide import crossed_decisions, make_evidence
    from jupyter_automl.decide.evidence import MOST_CELLS
    from jupyter_automl.evaluate import stored_arrays
    from jupyter_automl.evaluate.assess import MOST_ROWS, make_judged, sampled_places

    arrays = stored_arrays(model.run.folder)
    total: Any = 0.0
    for path, weight in model.held_out_files:
        total = total + weight * np.load(path).astype(np.float64)
    finite = np.isfinite(total) if total.ndim == 1 else np.isfinite(total).all(axis=1)
    rows = np.flatnonzero(finite & (arrays.folds >= 0))
    n_all = len(rows)
    sample = sampled_places(n_all, total.shape[1:], min(MOST_ROWS, MOST_CELLS))
    rows = rows if sample is None else rows[sample]
    y, prediction = arrays.y[rows], total[rows]
    weights, groups = (None if a is None else a[rows] for a in (arrays.weights, arrays.groups))
    codes, intervals = None, ()
    if len(rows):
        # Evidence samples by cells. Which fold a row is in does not depend on what is said of it.
        dealt = make_evidence(y, np.zeros(len(rows)), arrays.folds[rows], weights, groups)
        evidence = replace(dealt, prediction=prediction)
        if model.has_classes:
            prediction, codes = crossed_decisions(model.decisions, evidence)
        else:
            intervals = _crossed_intervals(model, evidence)
    return make_judged(
        y,
        prediction,
        codes=codes,
        weights=weights,
        groups=groups,
        rows=rows if arrays.rows is None else arrays.rows[rows],
        n_all=n_all,
        intervals=intervals,
        **_facts(model, "held_out"),
    )


def _given(model: Model, X: Any, by: ColumnSchema | None) -> Judged:
    """Rows of a person's own, read as `Model.evaluate` reads them; with all features."""
    import numpy as np

    from jupyter_automl.data.frames import Rows
    from jupyter_automl.evaluate.assess import make_judged, sampled_places
    from jupyter_automl.evaluate.target import encode_target, known_rows
    from jupyter_automl.evaluate.trial_data import row_weights

    plan, rows = model.plan, Rows(X)
    target = scoring.read_target(rows, model.dataset.column(plan.target))
    weights = scoring.read_weights(model, rows)
    known = np.flatnonzero(known_rows(target, plan.task, weights))
    n_all = len(known)
    if not n_all:
        raise PredictionError(
            f"At least one row needs a value in the target {plan.target!r} to evaluate. "
            f"None of {len(target)} has one.",
            column=plan.target,
        )
    sample = sampled_places(n_all, (len(plan.classes),) if plan.classes else ())
    known = known if sample is None else known[sample]
    target = target.iloc[known]
    y = scoring.target_codes(target, plan) if plan.classes else encode_target(target, plan.task).y
    features = rows.frame(model._columns).iloc[known].reset_index(drop=True)
    prediction, codes = model.predictor.predict(features), None
    if plan.classes:
        prediction = model._decided(prediction)
        codes = model._codes(prediction)
    grouped = None
    if by is not None:
        grouped = _grouping(rows.frame([by])[by.name].iloc[known], by.name)
    return make_judged(
        y,
        prediction,
        codes=codes,
        weights=None if weights is None else row_weights(weights.iloc[known]),
        groups=_groups(model, rows, known),
        rows=known,
        n_all=n_all,
        intervals=() if plan.classes else _intervals(model, prediction),
        frame=features,
        by=grouped,
        **_facts(model, "given"),
    )


def _facts(model: Model, source: str) -> Mapping[str, Any]:
    """What is the same for all rows."""
    cut, choice = model.decisions.cut, model.decisions.choice
    costs = None if cut is None else cut.costs
    if choice is not None and choice.objective == "cost":
        costs = choice.costs
    return {
        "source": source,
        "labels": model.plan.classes,
        "target": model.plan.target,
        "metric": model.plan.metric,
        "threshold": model.threshold,
        "costs": None if costs is None else _prices(model, costs),
        "learning": _learning(model),
    }


def _crossed_intervals(model: Model, evidence: Evidence) -> tuple[Ends, ...]:
    """Intervals of each fold from the errors of the others, in the shape that was decided."""
    import numpy as np

    from jupyter_automl.decide import bounds
    from jupyter_automl.decide.intervals import Shape, fitted
    from jupyter_automl.evaluate.assess import Ends

    decided = model.decisions.intervals
    if decided is None:
        return ()
    shape = Shape(
        scale=decided.scale,
        by_prediction=len(decided.knots) > 1,
        two_sided=decided.two_sided,
    )
    ends = np.full((len(COVERAGES), 2, len(evidence)), np.nan)
    for others, fold in evidence.splits():
        if not others.any():
            continue
        made = fitted(evidence.part(others), shape)
        for place, coverage in enumerate(COVERAGES):
            try:
                found = bounds(made, evidence.prediction[fold], coverage)
            except ArgumentError:
                # So few errors do not say it.
                continue
            ends[place][:, fold] = found
    return tuple(
        Ends(coverage=coverage, lower=lower, upper=upper)
        for coverage, (lower, upper) in zip(COVERAGES, ends, strict=True)
        if not np.isnan(lower).all()
    )


def _intervals(model: Model, prediction: np.ndarray) -> tuple[Ends, ...]:
    """Intervals of rows that had no part in making them."""
    from jupyter_automl.decide import bounds
    from jupyter_automl.evaluate.assess import Ends

    decided, found = model.decisions.intervals, []
    if decided is None:
        return ()
    for coverage in COVERAGES:
        try:
            lower, upper = bounds(decided, prediction, coverage)
        except ArgumentError:
            # So few held-out rows do not say it.
            continue
        found.append(Ends(coverage=coverage, lower=lower, upper=upper))
    return tuple(found)


def _groups(model: Model, rows: Rows, known: np.ndarray) -> np.ndarray | None:
    """The run's groups in rows that were given; a row without one is one by itself."""
    import numpy as np
    import pandas as pd

    name = model.run.task.group
    if name is None or name not in rows.names:
        return None
    codes, found = pd.factorize(rows.frame([model.dataset.column(name)])[name].iloc[known])
    return np.where(codes < 0, len(found) + np.arange(len(codes)), codes)


def _learning(model: Model) -> tuple[LearningPoint, ...]:
    """Scores of the model's main setting, by the rows it was trained on."""
    from jupyter_automl.evaluate.assess import LearningPoint

    main, _ = max(model.members, key=lambda member: member[1])
    results, spec = model.run.experiment.results, model.specs[main]

    def setting(number: int) -> tuple[str, Mapping[str, Any]]:
        one = model.specs[number]
        return one.family, {k: v for k, v in one.params.items() if k != SAMPLE_ROWS}

    wanted = setting(spec.number)
    found: dict[int, LearningPoint] = {}
    for number, result in sorted(results.items()):
        n_rows = result.info.get("n_rows")
        usable = isinstance(n_rows, int) and n_rows > 0 and math.isfinite(result.score)
        if usable and number in model.specs and setting(number) == wanted:
            found[n_rows] = LearningPoint(
                n_rows=n_rows, score=result.score, spread=result.score_std
            )
    return tuple(found[n_rows] for n_rows in sorted(found))


def _honest(model: Model, n_rows: int) -> Estimate | None:
    """What the choice is worth on other rows; None for a model that was not chosen.

    Nor where decisions change the score: the estimate knows of none, so both do not compare.
    """
    from jupyter_automl.evaluate.assess import Estimate
    from jupyter_automl.evaluate.metrics import find_metric

    best, decisions = model.run.experiment.leaderboard.best, model.decisions
    if best is None or best.model != model.name:
        return None
    decided = decisions.calibration is not None and decisions.calibration.used
    if getattr(find_metric(model.plan.metric), "of_classes", False):
        decided = decided or not decisions.plain
    if decided:
        return None
    found = model.run.honest_score()
    if found is None:
        return None
    return Estimate(value=found.score, low=found.low, high=found.high, n=n_rows)


def _prices(model: Model, costs: Any) -> np.ndarray | None:
    from jupyter_automl.decide import cost_table

    if costs is None:
        return None
    if not model.has_classes:
        raise ArgumentError(
            f"Costs need a target with classes. {model.plan.target!r} is a number.",
            hint="Leave costs out.",
            argument="costs",
        )
    return cost_table(costs, model.plan.classes)


def _column(model: Model, by: str) -> ColumnSchema:
    names = [column.name for column in model.dataset.columns]
    if by not in names:
        raise ArgumentError(
            f"Groups need a column of {model.dataset.name!r}. Got {by!r}.",
            hint=did_you_mean(by, names),
            argument="by",
        )
    return model.dataset.column(by)


def _from_table(model: Model, names: list[str], rows: np.ndarray) -> pd.DataFrame:
    from jupyter_automl.data import load_frame

    return load_frame(model.dataset, names).iloc[rows].reset_index(drop=True)


def _strongest(model: Model) -> list[str]:
    """The features to look for parts in: all, or those that move the predictions most."""
    names = list(model.plan.features)
    if len(names) <= _MOST_COLUMNS:
        return names
    ready = model.run.experiment.explanations.get(model.name)
    ranked = [] if ready is None else [name for name, _ in ready.importance if name in names]
    return list(dict.fromkeys([*ranked, *names]))[:_MOST_COLUMNS]


def _grouping(values: pd.Series, column: str) -> Grouping:
    from jupyter_automl.evaluate.assess import grouping

    return grouping(values.reset_index(drop=True), column)
