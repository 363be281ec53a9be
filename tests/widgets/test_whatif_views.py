"""What-if questions of a page, over a run that was trained."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

import jupyter_automl as ja
from jupyter_automl.core.codec import to_plain
from jupyter_automl.core.errors import AutoMLError
from jupyter_automl.execute.job import find_function
from jupyter_automl.widgets.asking import View, ViewContext
from jupyter_automl.widgets.views import VIEWS


class Inline:
    """A helper that does its jobs at once, here."""

    def run(self, function: str, payload: Any, **rest: Any) -> Any:
        return find_function(function)(payload, lambda part: None)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ja.Run]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_AUTOML_STORE", str(tmp_path_factory.mktemp("whatif")))
        yield ja.fit(
            "sample:churn",
            target="churn",
            exclude=["customer_id"],
            families=["linear"],
            max_trials=1,
            executor="inline",
        )


def look(run: ja.Run, name: str, /, **args: Any) -> Any:
    view: View = VIEWS.get(name)
    context = ViewContext(run=run, helper=Inline(), stop=threading.Event())  # type: ignore[arg-type]
    answer = view.compute(context, view.args(**args), lambda done, part: None)
    to_plain(answer.value)
    return answer.value


def test_a_form_is_filled_with_a_typical_row_or_a_real_one(run: ja.Run) -> None:
    form = look(run, "whatif.form")
    assert (form.n_rows, form.target, len(form.classes)) == (5000, "churn", 2)
    assert {field.name for field in form.fields} == set(form.cells)
    real = look(run, "whatif.form", start=17)
    frame = ja.sample("churn")
    column = next(field.name for field in form.fields if field.kind == "number")
    assert float(real.cells[column]) == pytest.approx(float(frame[column].iloc[17]))


def test_the_outlook_is_what_the_model_predicts(run: ja.Run) -> None:
    frame = ja.sample("churn")
    chance = run.best.predict_proba(frame.iloc[[17]]).to_numpy()[0]
    for quick in (True, False):
        seen = look(run, "whatif.at", start=17, quick=quick)
        assert dict(seen.by_class) == pytest.approx(
            dict(zip(map(str, run.best.classes_), chance, strict=True)), abs=1e-4
        )
        assert seen.waterfall.marks


def test_a_change_of_a_field_changes_the_prediction(run: ja.Run) -> None:
    form = look(run, "whatif.form")
    before = look(run, "whatif.at").probability
    strongest = next(field for field in form.fields if field.kind == "number")
    ends = [
        look(run, "whatif.at", changes={strongest.name: value}).probability
        for value in (strongest.low, strongest.high)
    ]
    assert any(abs(end - before) > 1e-4 for end in ends)


def test_a_value_that_cannot_be_read_names_its_field(run: ja.Run) -> None:
    form = look(run, "whatif.form")
    number = next(field for field in form.fields if field.kind == "number")
    with pytest.raises(AutoMLError) as caught:
        look(run, "whatif.at", changes={number.name: "very old"})
    assert caught.value.context["column"] == number.name


def test_dependence_neighbours_and_flips_are_answered(run: ja.Run) -> None:
    form = look(run, "whatif.form")
    field = form.fields[0].name
    picture = look(run, "whatif.dependence", column=field, start=3)
    assert picture.marks
    near = look(run, "whatif.nearest", start=3).rows
    assert len(near) == 5
    assert 3 not in [row.row for row in near]
    flip = look(run, "whatif.flip", start=3).flip
    assert flip.sentence
    if flip.changes:
        changed = {change.field: change.cell for change in flip.changes}
        now = look(run, "whatif.at", start=3).label
        assert look(run, "whatif.at", start=3, changes=changed).label != now
