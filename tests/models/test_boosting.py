"""Early stopping: adaptive patience, exact deadlines, and what is watched."""

from __future__ import annotations

import math

import pytest

from jupyter_automl.models import boosting
from jupyter_automl.models.estimator import Recipe


class Clock:
    """Seconds that pass only when told."""

    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


def _grow(losses, *, patience=5, deadline=None, seconds=0.0, most=1000, every=1):
    clock = Clock()
    stopper = boosting.Stopper(patience, deadline, clock)
    grown = []

    def update():
        grown.append(1)
        clock.now += seconds
        return False

    def current():
        return [losses(len(grown))]

    boosting.grow(stopper, update, current if losses else None, max_rounds=most, every=every)
    return stopper


def test_patience_grows_with_the_best_round():
    stopper = _grow(lambda n: abs(n - 100))
    assert stopper.best_round == 100
    assert stopper.n_rounds == 100 + 0.3 * 100 + 20
    assert stopper.info()["stopped_by"] == "patience"


def test_patience_is_never_below_the_least():
    assert _grow(lambda n: n, patience=90).n_rounds == 91


def test_it_ends_before_the_deadline_and_keeps_the_best_so_far():
    stopper = _grow(lambda n: abs(n - 3), deadline=110.0, seconds=1.0)
    assert stopper.n_rounds == 9
    assert stopper.keep() == 3
    assert stopper.info()["stopped_by_time"]


def test_a_deadline_in_the_past_still_gives_one_round():
    stopper = _grow(lambda n: n, deadline=50.0, seconds=1.0)
    assert stopper.n_rounds == stopper.keep() == 1


def test_without_validation_all_rounds_are_kept():
    stopper = _grow(None, most=40)
    assert stopper.keep() == 40
    assert stopper.info()["stopped_by"] == "rounds"


def test_ties_of_the_metric_fall_to_the_loss():
    stopper = boosting.Stopper(5, None, Clock())
    for loss in ([0.1, 0.9], [0.1, 0.5], [0.1, 0.7]):
        stopper.done(loss)
    assert stopper.best_round == 2


def test_a_metric_that_is_no_number_leaves_it_to_the_loss():
    stopper = boosting.Stopper(5, None, Clock())
    for loss in ([math.nan, 0.9], [math.nan, 0.5], [math.nan, 0.7]):
        stopper.done(loss)
    assert stopper.best_round == 2
    # Nor is it better than a number.
    mixed = boosting.Stopper(5, None, Clock())
    for loss in ([0.5, 0.9], [math.nan, 0.1], [0.4, 0.9]):
        mixed.done(loss)
    assert mixed.best_round == 3


def test_scores_are_taken_only_every_few_rounds_on_many_rows():
    looked = []
    boosting.grow(
        boosting.Stopper(50, None, Clock()),
        lambda: False,
        lambda: looked.append(1) or [0.0],
        max_rounds=20,
        every=boosting.rounds_between_scores(50_000, "log_loss"),
    )
    assert len(looked) == 2 + 4


def test_a_library_that_can_add_nothing_ends_it():
    stopper = boosting.Stopper(50, None, Clock())
    boosting.grow(stopper, lambda: True, lambda: [1.0], max_rounds=100)
    assert stopper.n_rounds == stopper.keep() == 1


@pytest.mark.parametrize(
    ("task", "metric", "n_valid", "watched"),
    [
        ("binary", "roc_auc", 5_000, "roc_auc"),
        ("binary", "roc_auc", 100, "log_loss"),
        ("binary", "accuracy", 5_000, "accuracy"),
        ("binary", "accuracy", 500, "log_loss"),
        ("binary", "f1", 5_000, "log_loss"),
        ("multiclass", "roc_auc", 5_000, "log_loss"),
        ("regression", "rmse", 5_000, "loss"),
    ],
)
def test_the_metric_of_the_user_is_watched_where_it_is_steady(task, metric, n_valid, watched):
    recipe = Recipe(params={}, task=task, n_classes=3, metric=metric, random_state=0, n_jobs=1)
    assert boosting.stop_metric(recipe, n_valid) == watched


def test_rounds_without_validation_follow_the_learning_rate():
    assert boosting.rounds_without_validation({"n_rounds": 7}) == 7
    assert boosting.rounds_without_validation({"learning_rate": 0.05}) == 300
    assert boosting.rounds_without_validation({"learning_rate": 1e-9}) == 2000


def test_longer_limits_allow_more_patience():
    limits = [None, 5, 60, 600, 3600]
    assert [boosting.min_patience(limit) for limit in limits] == [50, 30, 50, 100, 300]
