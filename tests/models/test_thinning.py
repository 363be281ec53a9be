"""Fits that cannot be stopped take as many rows as the time holds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_automl.models.calibration import calibration_parts
from jupyter_automl.models.thinning import fit_growing


class Machine:
    """A fit that takes ``rate * rows ** power`` seconds of a clock of its own."""

    def __init__(self, rate, power=1.0):
        self.rate, self.power, self.now, self.fits = rate, power, 0.0, []

    def clock(self):
        return self.now

    def fit(self, rows):
        self.fits.append(rows)
        self.now += self.rate * len(rows) ** self.power


def _grown(machine, n_rows, limit, *, y=None, power=1.0):
    return fit_growing(
        machine.fit,
        np.arange(n_rows) if y is None else y,
        power=power,
        deadline=limit,
        clock=machine.clock,
        random_state=0,
        is_class=y is not None,
    )


def test_without_a_deadline_all_rows_are_fitted_once():
    machine = Machine(1.0)
    assert _grown(machine, 5_000, None) == 5_000
    assert [len(rows) for rows in machine.fits] == [5_000]


@pytest.mark.parametrize("power", [1.0, 2.0])
def test_it_ends_in_time_with_most_of_what_the_time_holds(power):
    machine = Machine(10.0 / 20_000**power, power)
    taken = _grown(machine, 1_000_000, 10.0, power=power)
    assert machine.now <= 10.0
    assert 5_000 <= taken < 20_000
    assert len(machine.fits[-1]) == taken


def test_plenty_of_time_costs_one_small_fit_more():
    machine = Machine(1e-9)
    assert _grown(machine, 100_000, 60.0) == 100_000
    assert len(machine.fits) == 2
    assert np.array_equal(machine.fits[-1], np.arange(100_000))


def test_hardly_any_time_still_gives_a_model():
    machine = Machine(1.0)
    assert _grown(machine, 100_000, 0.01) == len(machine.fits[-1]) == 500


def test_every_class_is_in_every_sample():
    y = np.zeros(50_000, dtype=np.int64)
    y[[7, 40_000]] = 1, 2
    machine = Machine(1e-3)
    _grown(machine, len(y), 5.0, y=y)
    assert len(machine.fits) > 1
    assert all(set(y[rows]) == {0, 1, 2} for rows in machine.fits)


def test_a_sample_of_many_classes_has_two_rows_of_each_where_there_are_two():
    y = np.repeat(np.arange(700), np.where(np.arange(700) % 7, 9, 1))
    np.random.default_rng(0).shuffle(y)
    machine = Machine(1.0)
    _grown(machine, len(y), 1.0, y=y)
    (rows,) = machine.fits
    assert len(rows) == 1_400
    every, taken = np.bincount(y), np.bincount(y[rows], minlength=700)
    assert (taken >= np.minimum(every, 2)).all()


@given(
    counts=st.lists(st.integers(1, 900), min_size=2, max_size=6),
    seed=st.integers(0, 100),
)
def test_calibration_rows_are_never_the_fitted_ones_and_no_class_is_lost(counts, seed):
    y = np.repeat(np.arange(len(counts)), counts)
    np.random.default_rng(seed).shuffle(y)
    parts, refit = calibration_parts(y, seed)
    assert refit == (len(y) < 1_000)
    for fitted, scored in parts:
        assert not set(fitted) & set(scored)
        assert len(fitted) + len(scored) == len(y)
        assert set(y[fitted]) == set(range(len(counts)))
