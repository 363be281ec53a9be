"""Questions to a model about single rows: what if, what matters, who is alike, what changes it."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from jupyter_automl.api import deciding
from jupyter_automl.api.form import BACKGROUND_ROWS, Form
from jupyter_automl.core.errors import ArgumentError, UnknownNameError, did_you_mean
from jupyter_automl.core.picture import name as cut
from jupyter_automl.core.words import say

if TYPE_CHECKING:
    from jupyter_automl.api.model import Model
    from jupyter_automl.core.picture import Picture
    from jupyter_automl.explain.counterfactual import Change, Flip, Found, Search, Searched
    from jupyter_automl.explain.dependence import Curves
    from jupyter_automl.explain.fields import Cell, Field
    from jupyter_automl.explain.goals import Goal
    from jupyter_automl.explain.neighbours import Neighbour
    from jupyter_automl.explain.outlook import Effects, Outlook
    from jupyter_automl.explain.sheet import Sheet
    from jupyter_automl.features.columns import Columns

Row = Mapping[str, Any]
"""A value for each field, as a form sends it: numbers may be texts, missing ones are None."""

COVERAGE = 0.9
_MOST_PREDICTIONS = 16_000
"""Of one refined outlook: bounds its time where there are very many fields."""
_MOST_OUTPUTS = 20_000_000
"""Predictions times classes: bounds memory."""
_MOST_CELLS = 16_000_000
_MOST_QUICK_CELLS = 8_000_000
"""Predictions times fields, of a refined outlook and of a quick one: what they take grows with
both. Up to 1,000 fields, or 2,000 of a quick one, every step of every walk is within it."""
_MOST_NEIGHBOURS = 100
_MOST_CHANGES = 3


class WhatIf:
    """One model, asked about rows that a person makes up.

    Where the model has been fitted once more on all rows (`Model.refit`), that form is asked: it
    is quicker, and predicts a little differently. What is drawn from the training table is drawn
    by the run's seed. Not for several threads at once.

    Parameters
    ----------
    model : Model
        Of a run; its files are read on first use.

    Attributes
    ----------
    model : Model
        The one that is asked.
    """

    def __init__(self, model: Model) -> None:
        self.model = model.refit() if model.has_refit else model
        self._form = Form(self.model)
        self._curves: dict[int, Curves] = {}

    @property
    def n_rows(self) -> int:
        """Rows of the training table, from which `row` takes."""
        return self.model.dataset.n_rows

    @property
    def fields(self) -> tuple[Field, ...]:
        """What a form asks for: the fields that matter most first, where the run has found out.

        Ranges, levels and histograms are those of up to 50,000 rows that were trained on.
        """
        return tuple(self._form.fields[place] for place in self._form.by_strength)

    def row(self, number: int) -> dict[str, Cell]:
        """The cells of a row of the training table, for a form and for `at`.

        Parameters
        ----------
        number : int
            From 0 to ``n_rows - 1``.

        Returns
        -------
        dict
            By field: numbers, True and False, texts, dates as text; None where it is missing.

        Raises
        ------
        ArgumentError
            If there is no such row.
        """
        return self._form.cells(self._form.row(number))

    def typical(self) -> dict[str, Cell]:
        """A row of medians and of the most frequent values; see `row`."""
        return self._form.cells(self._form.typical)

    def at(self, row: Row, *, quick: bool = True, label: str | None = None) -> Outlook:
        """What is predicted for a row, and what makes it up.

        Parameters
        ----------
        row : mapping
            A value for every field; other keys are ignored.
        quick : bool
            Compare with one typical row, in a single call of the model (a few where there are
            more than 1,000 fields); otherwise with up to 16 rows of the training table (fewer
            where there are more than 500 fields).
        label : str, optional
            The class that the probability and the waterfall speak of; None takes the positive
            one of two, or the predicted one of several.

        Returns
        -------
        Outlook
            Its base and its effects sum to the prediction.

        Raises
        ------
        PredictionError
            If a field is missing, or its value cannot be read as what it held in training; the
            error names the field.
        UnknownNameError
            If there is no such class.
        """
        from jupyter_automl.explain.outlook import Outlook, Steps, effects_of, waterfall

        started = time.perf_counter()
        sheet = self._form.read(row)
        background = self._form.typical if quick else self._background()
        most_cells = _MOST_QUICK_CELLS if quick else _MOST_CELLS
        found = effects_of(
            self._ask,
            sheet,
            background,
            self._form.orders[: background.n_rows],
            most_cells // max(1, len(self._form.names)),
        )
        classes = self.model.plan.classes
        place = self._class_place(label, found.output)
        effects, base, output = _of_class(found, place)
        about = "" if place is None else classes[place]
        ends = self._interval(output) if place is None else None
        note = self._approximate(found, place, quick)
        steps = Steps(
            row=sheet,
            effects=effects,
            base=base,
            output=output,
            about=about,
            target=self.model.plan.target,
            n_background=background.n_rows,
            interval=ends,
            note=note,
        )
        return Outlook(
            label=self._label(found.output),
            value=output if place is None else None,
            about=about,
            probability=None if place is None else output,
            by_class=tuple(zip(classes, map(float, np.atleast_1d(found.output)), strict=False)),
            low=None if ends is None else ends[0],
            high=None if ends is None else ends[1],
            base=base,
            effects=tuple(zip(self._form.names, map(float, effects), strict=True)),
            waterfall=waterfall(steps),
            approximate=note,
            ms=1000.0 * (time.perf_counter() - started),
        )

    def dependence(
        self, field: str, row: Row | None = None, *, label: str | None = None
    ) -> Picture:
        """What a field does to the predictions, on average and for single rows.

        Parameters
        ----------
        field : str
            A field, but no free text.
        row : mapping, optional
            A row whose own curve and present value are marked; see `at`.
        label : str, optional
            The class it speaks of; None takes the positive one of two, of several the one
            predicted for `row`, or without a row the one that the field moves most.

        Returns
        -------
        Picture
            The mean over 50 rows of the training table with each of up to 20 values that occur.
            What was predicted for these is kept for the next call.

        Raises
        ------
        UnknownNameError
            If there is no such field or class.
        ArgumentError
            If the field holds free text.
        PredictionError
            As `at`.
        """
        from jupyter_automl.explain.dependence import (
            curves_of,
            dependence_picture,
            joined_values,
            moves_most,
        )

        place = self._form.place(field)
        mean = self._mean_curves(place)
        classes, own, current = self.model.plan.classes, None, None
        chosen = self._class_place(label, None)
        several = label is None and len(classes) > 2
        if row is not None:
            sheet = self._form.read(row)
            current = sheet.arrays[place][0]
            values = joined_values(mean.values, sheet.arrays[place])
            own = curves_of(self._ask, sheet, place, values)
            if several:
                chosen = self._class_place(None, self._ask(sheet.asked())[0])
        elif several:
            chosen = moves_most(mean)
        return dependence_picture(
            mean.of_class(chosen),
            None if own is None else own.of_class(chosen),
            current,
            label="" if chosen is None else classes[chosen],
            target=self.model.plan.target,
        )

    def nearest(self, row: Row, n: int = 5, *, skip: int | None = None) -> tuple[Neighbour, ...]:
        """The rows of the training table that are most like a row, by Gower's distance.

        Parameters
        ----------
        row : mapping
            See `at`.
        n : int
            Rows at most, 1 to 100.
        skip : int, optional
            The number of a row that is left out: the one it all started from.

        Returns
        -------
        tuple of Neighbour
            The nearest first, of up to 50,000 rows drawn from those that were trained on (fewer
            of tables of more than 200 columns).

        Raises
        ------
        ArgumentError
            If `n` is no such number.
        PredictionError
            As `at`.
        """
        from jupyter_automl.explain.neighbours import Neighbour

        n = _count("n", n, _MOST_NEIGHBOURS)
        sheet, rows = self._form.read(row), self._form.row_numbers
        around = self._form.neighbourhood
        without = None if skip is None else np.flatnonzero(rows == skip)
        near = around.nearest(sheet, n, without)
        targets = self._form.targets([int(rows[place]) for place, _ in near])
        return tuple(
            Neighbour(
                row=int(rows[place]),
                distance=distance,
                differences=around.told(place, sheet),
                target=target,
            )
            for (place, distance), target in zip(near, targets, strict=True)
        )

    def flip(
        self,
        row: Row,
        to: str | float | None = None,
        fixed: Iterable[str] = (),
        most: int = _MOST_CHANGES,
    ) -> Flip:
        """The smallest change of a row that changes its prediction.

        Parameters
        ----------
        row : mapping
            See `at`.
        to : str or float, optional
            The class that is wanted; None takes any other one. Where the target is a number: the
            number that the prediction is to reach, from below or from above.
        fixed : iterable of str
            Fields that stay as they are. Free text always does.
        most : int
            Fields that may change, 1 to 3.

        Returns
        -------
        Flip
            Of the changes found the one of the fewest fields, then the smallest; only values
            that occur in the training table are tried. That none was found is an answer too, in
            words: see `Flip.sentence`.

        Raises
        ------
        UnknownNameError
            If there is no such field or class.
        ArgumentError
            If the number to reach is missing or none.
        PredictionError
            As `at`.
        """
        from jupyter_automl.explain.counterfactual import Flip, Search

        form, most = self._form, _count("most", most, _MOST_CHANGES)
        kept = {form.place(field) for field in ((fixed,) if isinstance(fixed, str) else fixed)}
        sheet = form.read(row)
        now = self._ask(sheet.asked())
        goal = self._goal(to, now)
        if bool(goal.judge(now)[0][0]):
            return Flip(sentence=goal.already(now[0]))
        free = [p for p in form.by_strength if p not in kept and form.fields[p].changeable]
        if not free:
            return Flip(sentence=say("whatif-flip-fixed"))
        search = Search(self._ask, goal.judge, sheet, form.rows, form.spreads)
        found = search.run(free, most)
        if not found.found:
            nearest = now[0] if found.nearest is None else found.nearest
            return Flip(sentence=goal.missed(nearest, most), n_predictions=found.n_predictions)
        return self._flipped(search, sheet, found)

    def _flipped(self, search: Search, sheet: Sheet, searched: Searched) -> Flip:
        from jupyter_automl.explain.counterfactual import Flip
        from jupyter_automl.explain.fields import amount_text

        best = searched.found[0]
        changes = self._changes(search, sheet, best)
        words = ", ".join(
            say(
                "whatif-flip-change",
                field=cut(change.field),
                before=cut(change.before),
                after=cut(change.after),
            )
            for change in changes
        )
        label, chance, value = self._label(best.output), None, None
        if self.model.has_classes:
            chance = float(best.output[self.model.plan.classes.index(label)])
            sentence = say(
                "whatif-flip-class", changes=words, label=cut(label), chance=100.0 * chance
            )
        else:
            value = float(best.output)
            sentence = say("whatif-flip-value", changes=words, value=amount_text(value))
        return Flip(
            changes=changes,
            label=label,
            probability=chance,
            value=value,
            distance=best.distance,
            others=tuple(self._changes(search, sheet, one) for one in searched.found[1:]),
            sentence=sentence,
            n_predictions=searched.n_predictions,
        )

    def _changes(self, search: Search, sheet: Sheet, found: Found) -> tuple[Change, ...]:
        from jupyter_automl.explain.counterfactual import Change
        from jupyter_automl.explain.fields import cell_of, text_of

        return tuple(
            Change(
                field=column.name,
                before=text_of(column, sheet.arrays[place][0]),
                after=text_of(column, value),
                cell=cell_of(column, value),
                distance=search.distance(place, value),
            )
            for place, value in found.changed.items()
            for column in (sheet.columns[place],)
        )

    def _goal(self, to: Any, now: np.ndarray) -> Goal:
        from jupyter_automl.explain.goals import BoundGoal, ClassGoal

        if not self.model.has_classes:
            return BoundGoal(self.model.plan.target, to, float(now[0]))
        current = int(self.model._codes(now)[0])
        wanted = None if to is None else self._class_place(str(to), None)
        return ClassGoal(self.model._codes, self.model.plan.classes, current, wanted)

    def _ask(self, columns: Columns) -> np.ndarray:
        """Probabilities as `Model.predict_proba` gives them, or values."""
        values = self.model.predictor.predict(columns)
        return self.model._decided(values) if self.model.has_classes else values

    def _label(self, output: np.ndarray) -> str:
        if not self.model.has_classes:
            return ""
        return self.model.plan.classes[int(self.model._codes(output[None])[0])]

    def _class_place(self, label: str | None, output: np.ndarray | None) -> int | None:
        """The class that is spoken of; None where the target is a number."""
        classes = self.model.plan.classes
        if label is None:
            if len(classes) > 2 and output is not None:
                return int(self.model._codes(output[None])[0])
            return len(classes) - 1 if classes else None
        if label in classes:
            return classes.index(label)
        if not classes:
            target = cut(self.model.plan.target)
            words = say("whatif-error-label", target=target, label=cut(label))
        else:
            listed = ", ".join(cut(one) for one in classes[:10])
            words = say("whatif-error-class", classes=listed, label=cut(label))
        raise UnknownNameError(words, hint=did_you_mean(label, classes), label=str(label))

    def _interval(self, value: float) -> tuple[float, float] | None:
        if self.model.decisions.intervals is None:
            return None
        try:
            low, high = deciding.interval_ends(self.model, np.array([value]), COVERAGE)
        except ArgumentError:
            # There are too few held-out rows for it.
            return None
        return float(low[0]), float(high[0])

    def _approximate(self, found: Effects, place: int | None, quick: bool) -> str:
        from jupyter_automl.explain.fields import amount_text

        if quick:
            said = [say("whatif-approximate-quick")]
        elif found.error is None:
            said = [say("whatif-approximate-sampled-one")]
        else:
            errors = found.error if place is None else found.error[:, place]
            error = float(np.max(errors, initial=0.0))
            words = (
                amount_text(error) if place is None else say("whatif-points", points=100.0 * error)
            )
            said = [say("whatif-approximate-sampled", rows=found.n_walks, error=words)]
        if found.together:
            said.append(say("whatif-approximate-together"))
        if self.model.refitted:
            said.append(say("whatif-approximate-refitted"))
        return " ".join(said)

    def _background(self) -> Sheet:
        each = max(1, 2 * len(self._form.names))
        most = min(_MOST_PREDICTIONS, _MOST_OUTPUTS // max(1, len(self.model.plan.classes)))
        return self._form.drawn(max(2, min(BACKGROUND_ROWS, most // each)))

    def _mean_curves(self, place: int) -> Curves:
        from jupyter_automl.explain.dependence import N_ROWS, N_VALUES, curves_of
        from jupyter_automl.explain.fields import grid_of, nothing
        from jupyter_automl.explain.sheet import missing

        column, array = self._form.columns[place], self._form.rows.arrays[place]
        if self._form.fields[place].kind == "text":
            raise ArgumentError(
                say("whatif-error-text", field=cut(column.name)),
                hint=say("whatif-error-text-hint"),
                argument="field",
            )
        if place not in self._curves:
            values = grid_of(column, array, N_VALUES)
            if missing(array).any():
                gap = np.empty(1, dtype=array.dtype)
                gap[0] = nothing(array)
                values = np.concatenate([values, gap])
            rows = self._form.drawn(N_ROWS)
            self._curves[place] = curves_of(self._ask, rows, place, values)
        return self._curves[place]


def _of_class(found: Effects, place: int | None) -> tuple[np.ndarray, float, float]:
    """Effects, base and output of one class, or of the number."""
    if place is None:
        return found.values, float(found.base), float(found.output)
    return found.values[:, place], float(found.base[place]), float(found.output[place])


def _count(what: str, value: Any, high: int) -> int:
    whole = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
    if not whole or not 1 <= value <= high:
        raise ArgumentError(
            say("whatif-error-count", what=what, low=1, high=high, got=cut(repr(value))),
            argument=what,
        )
    return int(value)
