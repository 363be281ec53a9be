"""What-if questions of a page, over a run that was trained."""

from __future__ import annotations

import pytest

import jupyter_automl as ja
from jupyter_automl.core.errors import AutoMLError
from tests.widgets.conftest import Look


def test_a_form_is_filled_with_a_typical_row_or_a_real_one(look: Look) -> None:
    form = look("whatif.form").value
    assert (form.n_rows, form.target, len(form.classes)) == (5000, "churn", 2)
    assert {field.name for field in form.fields} == set(form.cells)
    real = look("whatif.form", start=17).value
    frame = ja.sample("churn")
    column = next(field.name for field in form.fields if field.kind == "number")
    assert float(real.cells[column]) == pytest.approx(float(frame[column].iloc[17]))


def test_the_outlook_is_what_the_model_predicts(look: Look, churn_run: ja.Run) -> None:
    frame = ja.sample("churn")
    chance = churn_run.best.predict_proba(frame.iloc[[17]]).to_numpy()[0]
    for quick in (True, False):
        seen = look("whatif.at", start=17, quick=quick).value
        assert dict(seen.by_class) == pytest.approx(
            dict(zip(map(str, churn_run.best.classes_), chance, strict=True)), abs=1e-4
        )
        assert seen.waterfall.marks


def test_a_change_of_a_field_changes_the_prediction(look: Look) -> None:
    form = look("whatif.form").value
    before = look("whatif.at").value.probability
    strongest = next(field for field in form.fields if field.kind == "number")
    ends = [
        look("whatif.at", changes={strongest.name: value}).value.probability
        for value in (strongest.low, strongest.high)
    ]
    assert any(abs(end - before) > 1e-4 for end in ends)


def test_a_value_that_cannot_be_read_names_its_field(look: Look) -> None:
    form = look("whatif.form").value
    number = next(field for field in form.fields if field.kind == "number")
    with pytest.raises(AutoMLError) as caught:
        look("whatif.at", changes={number.name: "very old"})
    assert caught.value.context["column"] == number.name


def test_dependence_neighbours_and_flips_are_answered(look: Look) -> None:
    form = look("whatif.form").value
    field = form.fields[0].name
    picture = look("whatif.dependence", column=field, start=3).value
    assert picture.marks
    near = look("whatif.nearest", start=3).value.rows
    assert len(near) == 5
    assert 3 not in [row.row for row in near]
    flip = look("whatif.flip", start=3).value.flip
    assert flip.sentence
    if flip.changes:
        changed = {change.field: change.cell for change in flip.changes}
        now = look("whatif.at", start=3).value.label
        assert look("whatif.at", start=3, changes=changed).value.label != now
