"""Parts with large errors: found where they are, and nowhere in noise."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import false_discovery_control, ttest_ind

from jupyter_automl.core.errors import ArgumentError
from jupyter_automl.core.picture import Bars
from jupyter_automl.evaluate.assess import Judged, available, draw, make_judged, worst_segments
from jupyter_automl.evaluate.assess.segments import corrected, welch
from jupyter_automl.evaluate.assess.splits import best_cut, places_of
from tests.evaluate.assess.samples import HOSTILE, columns_of, groups_of, numbers, weights_of


def _judged(n: int, wrong: np.ndarray, frame: pd.DataFrame, seed: int = 0, **facts: Any) -> Judged:
    """Two classes, wrong with the given probability in each row."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 2, n)
    said = np.where(rng.random(n) < wrong, 1 - y, y)
    prediction = np.eye(2)[said] * 0.8 + 0.1
    return make_judged(y, prediction, labels=("no", "yes"), frame=frame, **facts)


def test_the_part_that_errs_is_found() -> None:
    n = 3_000
    frame = columns_of(n)
    bad = (frame["plan"] == "gift") & (frame["age"] > 45)
    judged = _judged(n, np.where(bad, 0.6, 0.1), frame)
    worst = worst_segments(judged)[0]
    assert worst.stands_out
    assert worst.rule.startswith(("plan is gift and age > 4", "age > 4"))
    assert "plan is gift" in worst.rule
    # With the rows whose age is missing, of which few are wrong.
    assert worst.error.value == pytest.approx(0.48, abs=0.08)
    assert worst.n == pytest.approx(int(bad.sum()), rel=0.5)
    assert worst.share == pytest.approx(worst.n / n)
    assert worst.p_value < 1e-6
    picture = draw(judged, "error_by_segment")
    assert worst.rule in picture.findings[0]
    (bars, _) = picture.marks
    assert isinstance(bars, Bars)
    assert bars.tones is not None
    assert bars.tones[0] == "bad"
    assert picture.y.names[0] == worst.rule
    assert "measured on the other" in picture.note


def test_errors_are_measured_on_rows_that_did_not_find_the_part() -> None:
    for seed in range(8):
        n = 2_000
        rng = np.random.default_rng(seed)
        frame = pd.DataFrame(rng.normal(size=(n, 60))).rename(columns=str)
        judged = _judged(n, np.full(n, 0.3), frame, seed)
        segments = worst_segments(judged)
        assert np.mean([one.error.value for one in segments]) == pytest.approx(0.3, abs=0.06)


def test_in_noise_hardly_anything_stands_out() -> None:
    out = []
    for seed in range(30):
        n = 1_000
        rng = np.random.default_rng(seed)
        frame = pd.DataFrame(rng.normal(size=(n, 10))).rename(columns=str)
        segments = worst_segments(_judged(n, np.full(n, 0.25), frame, seed))
        out.append(any(one.stands_out for one in segments))
    assert np.mean(out) <= 0.15
    finding = draw(_judged(n, np.full(n, 0.0), frame), "error_by_segment").findings
    assert finding == ("No part of the rows has larger errors than the rest beyond chance.",)


def test_missing_values_can_be_a_part() -> None:
    n = 2_000
    frame = columns_of(n)
    frame.loc[frame.index % 5 == 0, "age"] = np.nan
    judged = _judged(n, np.where(frame["age"].isna(), 0.7, 0.1), frame)
    assert worst_segments(judged)[0].rule == "age is missing"


def test_errors_of_numbers_by_date() -> None:
    n = 2_000
    frame = columns_of(n)
    late = (frame["since"] >= "2024-10-01").to_numpy()
    rng = np.random.default_rng(0)
    y = np.where(late, 8.0, 1.0) * rng.normal(size=n)
    judged = make_judged(y, np.zeros(n), frame=frame, weights=weights_of(n))
    worst = worst_segments(judged)[0]
    assert worst.stands_out
    assert worst.rule.startswith("since > 2024-")
    assert worst.n == pytest.approx(int(late.sum()), rel=0.15)
    assert "mean error is" in draw(judged, "error_by_segment").findings[0]


def test_rows_of_groups_do_not_count_as_many() -> None:
    """Few groups that err as a whole are no finding; as single rows they would be."""
    n, size = 2_000, 100
    place = np.arange(n) // size
    rng = np.random.default_rng(4)
    wrong = rng.beta(0.4, 1.2, n // size)[place]
    frame = pd.DataFrame({"level": rng.normal(size=n // size)[place]})
    alone = worst_segments(_judged(n, wrong, frame))
    together = worst_segments(_judged(n, wrong, frame, groups=place))
    assert min(one.p_value for one in alone) < min([one.p_value for one in together], default=1.0)


def test_few_rows_and_no_columns_have_no_parts() -> None:
    few = numbers(100, frame=columns_of(100))
    assert worst_segments(few) == ()
    assert "error_by_segment" not in available(few)
    with pytest.raises(ArgumentError, match=r"At least 120 rows are needed\. There are 100\."):
        draw(few, "error_by_segment")
    assert worst_segments(numbers(500)) == ()
    constant = numbers(500, frame=pd.DataFrame({"same": np.ones(500)}))
    assert worst_segments(constant) == ()
    assert draw(constant, "error_by_segment").table.rows == ()


def test_columns_of_any_kind_and_name() -> None:
    n = 600
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            name: pd.Series(rng.choice(list(HOSTILE), n), dtype=object)
            if place % 2
            else pd.Series(rng.normal(size=n) * 10.0 ** (40 * place))
            for place, name in enumerate(HOSTILE)
        }
    )
    frame["nothing"] = np.nan
    frame["gone"] = pd.Series([None] * n, dtype=object)
    frame["endless"] = np.where(rng.random(n) < 0.3, np.inf, 1.0)
    frame["maybe"] = pd.array([True, None, False] * (n // 3), dtype="boolean")
    bad = frame["maybe"].isna().to_numpy()
    judged = _judged(n, np.where(bad, 0.9, 0.1), frame, groups=groups_of(n))
    worst = worst_segments(judged)[0]
    assert worst.rule == "maybe is missing"
    assert worst_segments(judged) == worst_segments(judged)
    for name in draw(judged, "error_by_segment").y.names:
        assert len(name) <= 125


@given(st.lists(st.floats(0, 1), max_size=30))
def test_corrections_are_those_of_scipy(p_values: list[float]) -> None:
    got = corrected(p_values)
    expected = false_discovery_control(p_values) if p_values else []
    np.testing.assert_allclose(got, expected, atol=1e-12)


def test_welch_is_that_of_scipy() -> None:
    rng = np.random.default_rng(0)
    a, b = rng.normal(0, 1, 40), rng.normal(0.4, 3, 90)
    errors = [one.std(ddof=1) / np.sqrt(len(one)) for one in (a, b)]
    got = welch(a.mean(), errors[0], 40, b.mean(), errors[1], 90)
    assert got == pytest.approx(ttest_ind(a, b, equal_var=False).pvalue)
    assert welch(1.0, 0.0, 20, 1.0, 0.0, 20) == 1.0
    assert welch(1.0, 0.0, 20, 0.0, 0.0, 20) == 0.0
    assert welch(1.0, float("nan"), 20, 0.0, 0.1, 20) == 1.0


def test_the_best_cut_is_the_one_of_all() -> None:
    rng = np.random.default_rng(0)
    values = pd.Series(rng.integers(0, 10, 300).astype(float), name="x")
    errors = rng.random(300) + (values > 6)
    place = places_of(values)
    assert place is not None
    cut = best_cut([place], np.arange(300), errors.to_numpy(), np.ones(300), 20)
    assert cut is not None

    def spread(at: float) -> float:
        sides = (errors[values <= at], errors[values > at])
        return sum(float(((side - side.mean()) ** 2).sum()) for side in sides)

    assert cut.first().sum() == (values <= min(range(9), key=spread)).sum()
    assert cut.say(True, False) == "x ≤ 6"
    assert cut.say(False, True) == "x > 6 (or missing)"
