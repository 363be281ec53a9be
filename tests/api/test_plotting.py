"""Every picture of a model by name, and rows by their numbers in the table."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import jupyter_automl as ja
from jupyter_automl.api import evaluation, explaining
from jupyter_automl.api.jobs import explain as explain_jobs
from jupyter_automl.api.jobs import models as model_jobs
from jupyter_automl.api.jobs.models import model_of, ref_of
from jupyter_automl.api.plotting import Plot, Shown
from jupyter_automl.core.errors import ArgumentError, NoModelError, UnavailableError
from jupyter_automl.core.picture import Dots, Rule
from jupyter_automl.explain import lime_extra, pictures

ROWS = 240
GONE = 5
"""The row whose target is missing: all later ones have other places than numbers."""


@pytest.fixture(scope="module")
def run(trained_store: Path) -> ja.Run:
    """Three classes, one row without any."""
    rng = np.random.default_rng(0)
    age = rng.normal(size=ROWS)
    noisy = age + 0.6 * rng.normal(size=ROWS)
    frame = pd.DataFrame(
        {
            "age": age,
            "plan": rng.choice(["a", "b"], ROWS),
            "kind": np.select([noisy > 0.7, noisy < -0.7], ["old", "young"], "middle"),
        }
    )
    frame.loc[GONE, "kind"] = None
    return ja.fit(
        frame,
        target="kind",
        families=["linear", "lightgbm"],
        max_trials=2,
        n_jobs=1,
        executor="inline",
    )


def test_a_plot_lists_what_the_task_has_and_draws_it(run: ja.Run) -> None:
    plot = Plot(lambda: run.best)
    names = dir(plot)
    assert {"roc", "confusion", "waterfall", "errors"} <= set(names)
    assert not {"residuals", "thresholds", "cost"} & set(names)
    assert "roc" in repr(plot)
    given = {"fairness": ("plan",), "waterfall": (12,), "lime": (12,)}
    for name in names:
        if name in ("lime", "learning_curve"):
            continue
        shown = getattr(plot, name)(*given.get(name, ()))
        assert isinstance(shown, Shown)
        assert shown.picture.name == name
        assert shown.title
        assert shown.findings
        assert shown.to_svg().startswith("<svg")
        assert shown._repr_html_() == shown.to_html()
        assert shown.title in repr(shown)
        frame = shown.to_frame()
        assert list(frame.columns) == list(shown.picture.table.columns)
        assert len(frame) == len(shown.picture.table.rows)
    assert plot.roc("young").to_plotly().data
    assert "###" in plot.confusion().to_markdown()
    with pytest.raises(ArgumentError, match="number"):
        plot.residuals()
    with pytest.raises(ArgumentError, match="different numbers of rows"):
        plot.learning_curve()


def test_a_plot_without_a_model_says_so_when_it_draws(run: ja.Run) -> None:
    def none() -> ja.Model:
        raise NoModelError("There is no model yet.", run_id="r")

    plot = Plot(none)
    assert "importance" in dir(plot)
    with pytest.raises(NoModelError):
        plot.roc()


def test_costs_of_several_classes_say_what_the_cheapest_decision_brings(run: ja.Run) -> None:
    model = run.best
    few = [0, 1, 1, 20, 0, 1, 20, 1, 0]
    costs = evaluation.all_costs(model, few)
    assert costs.tolist() == np.reshape(few, (3, 3)).tolist()
    picture = evaluation.picture(model, "confusion", costs=costs)
    assert picture.findings[-2].startswith("Errors cost ")
    assert picture.findings[-1].startswith("Deciding by these costs would cost ")
    decided = evaluation.evaluation(model.decide(costs=costs)).judged.decided()
    now = evaluation.evaluation(model).judged.decided()
    assert f"with {int((decided != now).sum())} rows called otherwise" in picture.findings[-1]
    assert picture.marks == evaluation.picture(model, "confusion").marks
    with pytest.raises(ArgumentError, match="9 numbers"):
        evaluation.all_costs(model, [1.0])


def test_models_of_a_run_are_drawn_over_each_other(run: ja.Run) -> None:
    first, second = run.model("linear"), run.model("lightgbm")
    shown = Plot(lambda: first).roc("old", others=[second])
    tones = {getattr(mark, "tone", "") for mark in shown.picture.marks}
    assert {"series:0", "series:1"} <= tones
    assert first.name in shown.findings[0]
    assert second.name in shown.findings[0]
    assert {first.name, second.name} <= set(shown.to_frame().columns)
    with pytest.raises(ArgumentError, match="Different models"):
        Plot(lambda: first).roc(others=[first])


def test_rows_have_the_numbers_of_the_table(run: ja.Run) -> None:
    model = run.best
    shown = Plot(lambda: model).errors()
    (dots,) = shown.picture.marks
    assert isinstance(dots, Dots)
    assert dots.rows
    assert GONE not in dots.rows
    frame = run.experiment.dataset
    assert frame is not None
    from jupyter_automl.data import load_frame

    table = load_frame(frame, ["age", "kind"])
    for row, cells in zip(dots.rows, shown.to_frame().itertuples(index=False), strict=True):
        assert cells[1] == table["kind"].iloc[row]
    row = max(dots.rows)
    picture = Plot(lambda: model).waterfall(row).picture
    assert picture.title == f"Row {row}"
    assert any(f"{table['age'].iloc[row]:.3g}" in name for name in picture.y.names)
    job = explain_jobs.ExplainPictureJob(model=ref_of(model), name="waterfall", row=row)
    assert explain_jobs.picture(job, lambda part: None).title == f"Row {row}"
    swarm = explain_jobs.picture(dataclasses.replace(job, name="swarm"), lambda part: None)
    numbers = [mark.rows for mark in swarm.marks if isinstance(mark, Dots)]
    assert GONE not in (numbers[0] or ())
    assert max(numbers[0] or ()) == ROWS - 1
    for bad in (GONE, ROWS, -1):
        with pytest.raises(ArgumentError, match="none of the 239 rows"):
            explaining.place_of_row(model, bad)


def test_lime_says_how_to_get_it(run: ja.Run) -> None:
    if lime_extra.is_installed():
        shown = Plot(lambda: run.best).lime(12)
        assert shown.title == "Row 12 by SHAP and by LIME"
        return
    with pytest.raises(UnavailableError, match="lime"):
        Plot(lambda: run.best).lime(12)


def test_a_row_that_moved_on_is_not_kept_as_what_it_was(
    run: ja.Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model_jobs, "_kept", {})
    now = ref_of(run.model("linear"))
    before = dataclasses.replace(now, trials=(99,))
    model = model_of(before)
    assert ref_of(model) == now
    assert list(model_jobs._kept) == [now]
    assert model_of(now) is model
    assert model_of(before) is model


def test_an_explanation_of_nothing_has_a_plain_axis() -> None:
    from tests.explain.test_pictures import N, explanation

    made = dataclasses.replace(
        explanation(), values=np.zeros((N, 4)), base_values=np.asarray(-1.0986122886681098)
    )
    picture = pictures.waterfall(made)
    places = {mark.at for mark in picture.marks if isinstance(mark, Rule)}
    assert places == {-1.0986}
    from jupyter_automl.api.pictures.layout import frame_of

    words = [word.text for word in frame_of(picture, 380).words]
    assert all(len(word) < 8 for word in words if word.lstrip("-−").replace(".", "").isdigit())
