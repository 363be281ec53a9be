"""Leaks of each kind are found, with numbers and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import pytest

from jupyter_automl.core.events import NoticeRaised
from jupyter_automl.data import describe, open_table
from jupyter_automl.profiling import infer_task, scan_leaks

N = 1_200
HOSTILE = "<img src=x onerror=alert(1)> %{y} {0} '\""


def scan(cells: Mapping[str, Any], target: str = "y", **options: Any) -> dict[str, NoticeRaised]:
    """The notices by code; each code is expected once."""
    table = open_table(dict(cells)).table
    columns = describe(table)
    schema = next(column for column in columns if column.name == target)
    task, _ = infer_task(table[target], schema)
    notices = scan_leaks(table, columns, target, task, **options)
    found = {notice.code: notice for notice in notices}
    assert len(found) == len(notices), notices
    return found


def ordinary(seed: int = 0, n: int = N) -> dict[str, Any]:
    """Features that say nothing of each other."""
    rng = np.random.default_rng(seed)
    return {
        "a": rng.normal(size=n),
        "b": rng.integers(0, 40, n),
        "c": rng.choice(["red", "green", "blue"], n),
    }


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(1)


def test_a_number_that_gives_two_classes_away(rng: np.random.Generator) -> None:
    y = rng.random(N) < 0.2
    found = scan({**ordinary(), "y": y, "refund": y * rng.random(N) + 1.0})
    assert set(found) == {"leak"}
    notice = found["leak"]
    assert (notice.column, notice.level) == ("refund", "warning")
    assert "AUC 1.000 on 1,200 rows" in notice.message
    assert "nearly always a leak" in notice.message
    assert "Exclude it" in notice.message


def test_one_that_nearly_does_is_worded_more_softly(rng: np.random.Generator) -> None:
    y = rng.random(N) < 0.3
    found = scan({**ordinary(), "y": y, "x": y + rng.normal(scale=0.35, size=N)})
    assert set(found) == {"leak"}
    assert "predicts 'y' well (AUC 0.9" in found["leak"].message
    assert "if it is not known at prediction time" in found["leak"].message


def test_rare_outcomes_are_found_at_the_end_of_a_column(rng: np.random.Generator) -> None:
    n = 30_000
    y = rng.random(n) < 0.003
    found = scan({**ordinary(n=n), "y": y, "score": rng.normal(size=n) + 8.0 * y})
    assert found["leak"].column == "score"
    assert "nearly always" in found["leak"].message


def test_a_category_that_gives_three_classes_away(rng: np.random.Generator) -> None:
    y = rng.choice(["low", "mid", "high"], N)
    team = np.char.add(y, rng.integers(0, 5, N).astype(str))
    found = scan({**ordinary(), "y": y, "team": team})
    assert found["leak"].column == "team"
    assert "nearly always" in found["leak"].message


def test_a_number_that_gives_a_number_away(rng: np.random.Generator) -> None:
    y = rng.lognormal(sigma=2.0, size=N)
    found = scan({**ordinary(), "y": y, "near": np.log(y) + rng.normal(scale=0.1, size=N)})
    assert set(found) == {"leak"}
    assert "R2 0.99" in found["leak"].message


@pytest.mark.parametrize("n", [60, 200, N])
@pytest.mark.parametrize(
    ("copy", "words"),
    [
        (lambda y: y, "is equal to 'y'"),
        (lambda y: -0.453592 * y + 3, "is a rescaled 'y'"),
        (np.log, "is a logarithm of 'y'"),
        (np.exp, "is an exponential of 'y'"),
        (lambda y: 5 / y**2, "is a power of 'y'"),
    ],
)
def test_a_copy_of_a_number(rng: np.random.Generator, copy: Any, words: str, n: int) -> None:
    y = rng.gamma(4.0, size=n)
    found = scan({**ordinary(n=n), "y": y, "other": copy(y)})
    assert set(found) == {"target_copy"}
    assert found["target_copy"].column == "other"
    assert words in found["target_copy"].message
    assert "Exclude it." in found["target_copy"].message


@pytest.mark.parametrize("labels", [["yes", "no"], ["a", "b", "c", "d"]])
def test_a_copy_of_classes_under_other_names(rng: np.random.Generator, labels: list[str]) -> None:
    codes = rng.integers(0, len(labels), 300)
    y = np.array(labels)[codes]
    found = scan({**ordinary(n=300), "y": y, "code": 10 * codes})
    assert set(found) == {"target_copy"}
    assert found["target_copy"].column == "code"
    assert "one value for each class of 'y'" in found["target_copy"].message


def test_gaps_that_give_the_outcome_away(rng: np.random.Generator) -> None:
    y = rng.random(N) < 0.15
    reason = np.where(y, rng.choice(["price", "service", "moved"], N), None)
    found = scan({**ordinary(), "y": y, "cancel_reason": reason})
    assert set(found) == {"missing_leak"}
    notice = found["missing_leak"]
    assert notice.column == "cancel_reason"
    assert "Whether a cell is missing already predicts 'y' (AUC 1.000".lower() in (
        notice.message.lower()
    )


@pytest.mark.parametrize(
    ("make", "formula"),
    [
        (lambda a, b: a + b, "'first' + 'second'"),
        (lambda a, b: a - b, "'first' - 'second'"),
        (lambda a, b: a * b, "'first' * 'second'"),
        (lambda a, b: b / a, "'second' / 'first'"),
    ],
)
def test_a_target_that_is_made_of_columns(
    rng: np.random.Generator, make: Any, formula: str
) -> None:
    first, second = rng.gamma(3.0, size=(2, N))
    cells = {**ordinary(), "first": first, "second": second, "y": make(first, second)}
    found = scan(cells)
    assert set(found) == {"target_parts"}
    assert f"'y' is exactly {formula}." in found["target_parts"].message


def test_a_formula_with_weights_is_no_leak(rng: np.random.Generator) -> None:
    x = rng.normal(size=(N, 4))
    cells = {**{f"x{i}": x[:, i] for i in range(4)}, "y": x @ [1.5, 2.0, -0.7, 3.1]}
    assert scan(cells) == {}


def test_several_strong_columns_are_one_softer_notice(rng: np.random.Generator) -> None:
    y = rng.choice(["a", "b"], N)
    strong = {f"s{i}": (y == "a") + rng.normal(scale=0.38, size=N) for i in range(6)}
    found = scan({**ordinary(), **strong, "y": y})
    assert set(found) == {"leak_or_easy"}
    assert found["leak_or_easy"].level == "info"
    assert "6 columns each predict 'y' well" in found["leak_or_easy"].message
    assert "and 2 more" in found["leak_or_easy"].message


def test_many_certain_leaks_are_not_listed_one_by_one(rng: np.random.Generator) -> None:
    y = rng.choice(["a", "b"], N)
    strong = {f"s{i}": (y == "a") + 0.1 * rng.random(N) for i in range(30)}
    table = open_table({**strong, "y": y}).table
    notices = scan_leaks(table, None, "y", "binary")
    assert len(notices) == 9
    assert "22 more columns predict 'y' alone" in notices[-1].message


def test_one_column_far_ahead_of_the_others(rng: np.random.Generator) -> None:
    y = rng.random(N) < 0.4
    found = scan({**ordinary(), "d": rng.normal(size=N), "y": y, "x": 1.2 * y + rng.normal(size=N)})
    assert set(found) == {"far_ahead"}
    assert (found["far_ahead"].column, found["far_ahead"].level) == ("x", "info")


@pytest.mark.parametrize("target", [["a", "b"], ["a", "b", "c"], None])
def test_rows_sorted_by_the_target(rng: np.random.Generator, target: list[str] | None) -> None:
    y = np.sort(rng.choice(target, N) if target else rng.normal(size=N))
    found = scan({**ordinary(), "y": y})
    assert set(found) == {"row_order"}
    assert "sorted by 'y'" in found["row_order"].message


def test_rows_sorted_by_date(rng: np.random.Generator) -> None:
    days = np.datetime64("2021-01-01") + np.sort(rng.integers(0, 700, N))
    cells = {**ordinary(), "day": days, "y": rng.normal(size=N)}
    found = scan(cells)
    assert set(found) == {"sorted_by_date"}
    assert "from 2021-01-0" in found["sorted_by_date"].message
    assert "time='day'" in found["sorted_by_date"].message
    assert scan(cells, time="day") == {}
    assert scan({**cells, "day": days[::-1]}).keys() == {"sorted_by_date"}
    assert scan({**cells, "day": rng.permutation(days)}) == {}


def test_dates_that_start_again_for_each_place(rng: np.random.Generator) -> None:
    days = np.tile(np.datetime64("2021-01-01") + np.arange(240), 5)
    place = np.repeat(list("abcde"), 240)
    found = scan({**ordinary(), "place": place, "day": days, "y": rng.random(N) < 0.5})
    assert set(found) == {"sorted_by_date"}


@pytest.mark.parametrize("is_number", [True, False])
def test_ids_that_come_back(rng: np.random.Generator, is_number: bool) -> None:
    ids = rng.integers(0, 300, N)
    level = rng.normal(size=300)[ids]
    y = level + 0.5 * rng.normal(size=N)
    cells = {
        **ordinary(),
        "patient_id": 7_000 + ids if is_number else np.char.add("p", ids.astype(str)),
        "y": y if is_number else y > 0,
    }
    found = scan(cells)
    assert set(found) == {"repeated_entities"}
    assert f"{len(set(ids))} values in 1,200 rows" in found["repeated_entities"].message
    assert "group='patient_id'" in found["repeated_entities"].message
    assert scan(cells, group="patient_id").keys() <= {"leak"}


@pytest.mark.parametrize("name", ["patient", "Customer"])
def test_beings_that_come_back_need_no_id_in_their_name(
    rng: np.random.Generator, name: str
) -> None:
    ids = rng.integers(0, 300, N)
    y = rng.normal(size=300)[ids] + 0.5 * rng.normal(size=N)
    names = np.array([f"{chr(97 + i % 26)}{i}" for i in range(300)])[ids]
    assert set(scan({**ordinary(), name: names, "y": y})) == {"repeated_entities"}
    assert set(scan({**ordinary(), name: 7_000 + ids, "y": y})) == {"repeated_entities"}


@pytest.mark.parametrize("name", ["model", "neighborhood", "age of patient", "patients", "service"])
def test_kinds_of_things_are_features_however_alike_they_are(
    rng: np.random.Generator, name: str
) -> None:
    kinds = rng.integers(0, 60, N)
    y = 2 * rng.normal(size=60)[kinds] + rng.normal(size=N)
    labels = np.array([f"{chr(97 + i % 26)}{i}" for i in range(60)])[kinds]
    assert "repeated_entities" not in scan({**ordinary(), name: labels, "y": y})
    numbers = {**ordinary(), "user": kinds + 0.5, "y": y}
    assert "repeated_entities" not in scan(numbers)


def test_beings_that_say_nothing_are_no_matter() -> None:
    for seed in range(20):
        rng = np.random.default_rng(seed)
        cells = {**ordinary(), "patient": rng.integers(0, 300, N), "y": rng.random(N) < 0.3}
        assert "repeated_entities" not in scan(cells)


def test_ids_that_say_nothing_are_no_matter(rng: np.random.Generator) -> None:
    cells = {**ordinary(), "shelf_id": rng.integers(0, 300, N), "y": rng.normal(size=N)}
    assert scan(cells) == {}


def test_repeated_rows_and_the_best_that_is_possible(rng: np.random.Generator) -> None:
    frame = pd.DataFrame({**ordinary(), "y": rng.choice(["a", "b"], N)})
    copies = frame.iloc[:300]
    twice = pd.concat([frame, copies.assign(y=copies.y.map({"a": "b", "b": "a"}))])
    found = scan({name: twice[name].tolist() for name in twice})
    assert set(found) == {"repeated_rows"}
    assert "300 rows repeat" in found["repeated_rows"].message
    assert "(20 %)" in found["repeated_rows"].message
    assert "40 % of the rows" in found["repeated_rows"].message
    assert "accuracy of 0.800" in found["repeated_rows"].message


def test_few_possible_rows_repeat_by_themselves(rng: np.random.Generator) -> None:
    cells = {name: rng.choice(["x", "y", "z"], N) for name in "abc"}
    assert scan({**cells, "target": rng.choice(["p", "q"], N)}, "target") == {}


def test_names_are_text(rng: np.random.Generator) -> None:
    y = rng.random(N) < 0.5
    found = scan({**ordinary(), HOSTILE: y * 2.0 + rng.random(N), "y": y})
    assert repr(HOSTILE) in found["leak"].message
    assert found["leak"].column == HOSTILE


def test_the_time_limit_is_told(rng: np.random.Generator) -> None:
    seconds = iter(range(10_000))
    cells = {**{f"x{i}": rng.normal(size=N) for i in range(40)}, "y": rng.normal(size=N)}
    found = scan(cells, time_limit_seconds=20, clock=lambda: float(next(seconds)))
    assert set(found) == {"leak_scan_cut"}
    assert "looked at 13 of 40 columns" in found["leak_scan_cut"].message
    nothing = scan(cells, time_limit_seconds=0)
    assert "looked at 0 of 40 columns" in nothing["leak_scan_cut"].message
    assert "repeated rows" in nothing["leak_scan_cut"].message


def test_a_frame_will_do(rng: np.random.Generator) -> None:
    y = rng.random(N) < 0.5
    frame = pd.DataFrame({**ordinary(), "y": y, "leak": np.where(y, "p", "q")})
    (notice,) = scan_leaks(frame, None, "y", "binary")
    assert notice.code == "target_copy"
    assert scan_leaks(frame, None, "y", "binary", features=["a", "b", "c"]) == ()
