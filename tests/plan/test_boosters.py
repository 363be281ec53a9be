"""Scikit-learn's booster is planned as the others are."""

from __future__ import annotations

from jupyter_automl.core.trial import SAMPLE_ROWS
from jupyter_automl.models import FAMILIES
from jupyter_automl.plan.budget import fit_seconds
from jupyter_automl.plan.order import Room, order_steps

HISTOGRAMS = "hist_gradient_boosting"


def room(*families: str, n_rows: int = 200_000, n_classes: float = 2.0) -> Room:
    return Room(
        task="binary" if n_classes <= 2 else "multiclass",
        n_rows=n_rows,
        n_columns=20,
        n_classes=n_classes,
        n_folds=1,
        n_workers=2,
        usable_seconds=55.0,
        families=families,
    )


def test_a_tree_for_every_class_costs_more() -> None:
    family = FAMILIES.get(HISTOGRAMS)
    two, ten = (fit_seconds(family, 10_000, 20, k) for k in (2.0, 10.0))
    assert 4 * two < ten < 10 * two
    forest = FAMILIES.get("random_forest")
    assert fit_seconds(forest, 10_000, 20, 10.0) == fit_seconds(forest, 10_000, 20, 2.0)


def test_it_stands_in_for_the_others_where_they_are_not_there() -> None:
    names = (HISTOGRAMS, "linear", "random_forest")
    families = {name: FAMILIES.get(name) for name in names}
    steps, skipped, _ = order_steps(families, room(*names), chosen_by_person=True)
    assert skipped == ()
    boosters = [step for step in steps if step.family == HISTOGRAMS]
    # A usable model within seconds, then all rows until its time is over.
    assert boosters[0].params[SAMPLE_ROWS] < 200_000
    assert SAMPLE_ROWS not in boosters[1].params
    assert room(*names).limit_seconds(families[HISTOGRAMS]) > room(*names).limit_seconds(
        families["random_forest"]
    )
