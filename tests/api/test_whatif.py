"""What a person asks of models that the engine really trained."""

from __future__ import annotations

import json
import pickle
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import jupyter_automl as ja
from jupyter_automl.api.whatif import WhatIf
from jupyter_automl.core.errors import ArgumentError, PredictionError, UnknownNameError
from tests.api.conftest import EVIL
from tests.explain.sheets import TURNED, checked

ROWS = 240


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    """Columns of every kind, with gaps, and three targets."""
    rng = np.random.default_rng(0)
    age, income = rng.normal(45, 12, ROWS), rng.lognormal(10, 0.5, ROWS)
    plan = rng.choice(["monthly", "yearly", EVIL, TURNED], ROWS, p=[0.4, 0.3, 0.2, 0.1])
    member = rng.random(ROWS) < 0.4
    day = rng.integers(0, 700, ROWS)
    score = (age - 45) / 12 + (plan == "monthly") * 1.5 - member * 1.2 + day / 700
    words = rng.choice(["one", "two", "three", "four", "five", "six", "seven", "ate"], (ROWS, 6))
    frame = pd.DataFrame(
        {
            "age": age.round(1),
            "visits": rng.integers(0, 30, ROWS),
            EVIL: plan,
            "member": member,
            "since": (pd.Timestamp("2022-03-05") + pd.to_timedelta(day, "D")).strftime("%d/%m/%Y"),
            "income": [f"{value:,.2f}" for value in income],
            "note": [" ".join(line) for line in words],
            "leaves": np.where(score + 0.4 * rng.normal(size=ROWS) > 1, "yes", "no"),
            "size": np.exp(1 + 0.4 * score + 0.1 * rng.normal(size=ROWS)),
            "kind": np.where(score > 1.2, "high", np.where(score > 0, "middle", TURNED)),
        }
    )
    for name in ("age", EVIL, "since"):
        frame.loc[rng.random(ROWS) < 0.08, name] = None
    frame.loc[[3, 8], "leaves"] = None
    return frame


TARGETS = ("leaves", "size", "kind")


def _fit(table: pd.DataFrame, target: str) -> ja.Run:
    return ja.fit(
        table.drop(columns=[name for name in TARGETS if name != target]),
        target=target,
        families=["lightgbm"],
        max_trials=1,
        n_jobs=1,
        executor="inline",
    )


@pytest.fixture(scope="module")
def run(trained_store: Path, table: pd.DataFrame) -> ja.Run:
    """Of two classes; two rows have none."""
    return _fit(table, "leaves")


@pytest.fixture(scope="module")
def binary(run: ja.Run) -> WhatIf:
    return WhatIf(run.best)


@pytest.fixture(scope="module")
def regression(trained_store: Path, table: pd.DataFrame) -> WhatIf:
    return WhatIf(_fit(table, "size").best)


@pytest.fixture(scope="module")
def several(trained_store: Path, table: pd.DataFrame) -> WhatIf:
    return WhatIf(_fit(table, "kind").best)


def _added_up(outlook: Any) -> float:
    return float(outlook.base + sum(amount for _, amount in outlook.effects))


def test_a_row_of_the_table_is_predicted_as_ever(
    binary: WhatIf, regression: WhatIf, several: WhatIf, table: pd.DataFrame
) -> None:
    for place in (0, 3, 17, 101, 239):
        rows = table.iloc[[place]]
        outlook = binary.at(binary.row(place))
        shares = binary.model.predict_proba(rows).iloc[0]
        assert outlook.probability == pytest.approx(shares["yes"], abs=1e-12)
        assert outlook.by_class == (
            ("no", pytest.approx(shares["no"])),
            ("yes", pytest.approx(shares["yes"])),
        )
        assert outlook.label == binary.model.predict(rows).iloc[0]
        value = regression.at(regression.row(place))
        assert value.value == pytest.approx(regression.model.predict(rows).iloc[0], abs=1e-12)
        one = several.at(several.row(place))
        assert one.label == one.about == several.model.predict(rows).iloc[0]
        assert json.dumps(binary.row(place))


@pytest.mark.parametrize("quick", [True, False])
def test_base_and_effects_sum_to_the_prediction(
    binary: WhatIf, regression: WhatIf, several: WhatIf, quick: bool
) -> None:
    for place in (0, 5, 40):
        one = binary.at(binary.row(place), quick=quick)
        assert _added_up(one) == pytest.approx(one.probability, abs=1e-9)
        checked(one.waterfall)
        number = regression.at(regression.row(place), quick=quick)
        assert _added_up(number) == pytest.approx(number.value, abs=1e-9)
        assert number.label == ""
        for label in several.model.plan.classes:
            one = several.at(several.row(place), quick=quick, label=label)
            assert one.about == label
            assert _added_up(one) == pytest.approx(one.probability, abs=1e-9)
    said = binary.at(binary.typical(), quick=quick).approximate
    assert ("one typical row" in said) == quick
    assert ("16 rows" in said and "standard error" in said) != quick


@pytest.mark.parametrize("quick", [True, False])
def test_of_very_many_fields_it_says_that_some_were_taken_together(
    binary: WhatIf, quick: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = binary.row(5)
    assert "share evenly" not in binary.at(row, quick=quick).approximate
    for name in ("_MOST_CELLS", "_MOST_QUICK_CELLS"):
        monkeypatch.setattr(f"jupyter_automl.api.whatif.{name}", 30)
    one = binary.at(row, quick=quick)
    assert "share evenly what they change together" in one.approximate
    assert _added_up(one) == pytest.approx(one.probability, abs=1e-9)
    checked(one.waterfall)


def test_the_typical_row_is_its_own_base(binary: WhatIf) -> None:
    outlook = binary.at(binary.typical())
    assert outlook.base == outlook.probability
    assert not any(amount for _, amount in outlook.effects)
    assert outlook.waterfall.findings[-1] == "No field moves it away from there."


def test_the_same_row_gives_the_same_answer(binary: WhatIf, run: ja.Run) -> None:
    again = WhatIf(ja.open(run.id).best)
    for quick in (True, False):
        first, second = (asdict(one.at(one.row(7), quick=quick)) for one in (binary, again))
        first["ms"] = second["ms"] = 0
        assert first == second


def test_answers_travel_between_processes(binary: WhatIf) -> None:
    row = binary.row(7)
    answers = (binary.fields, binary.at(row), binary.nearest(row), binary.flip(row))
    assert pickle.loads(pickle.dumps(answers)) == answers
    for answer in (*binary.fields, answers[1], *answers[2], answers[3]):
        assert json.dumps(asdict(answer), allow_nan=False)


def test_a_number_has_an_interval(regression: WhatIf, table: pd.DataFrame) -> None:
    ends = regression.model.predict_interval(table.iloc[[11]]).iloc[0]
    outlook = regression.at(regression.row(11))
    assert (outlook.low, outlook.high) == (
        pytest.approx(ends["lower"]),
        pytest.approx(ends["upper"]),
    )
    assert "Nine in ten such rows lie between" in " ".join(outlook.waterfall.findings)


def test_cells_are_read_as_they_are_typed(binary: WhatIf, table: pd.DataFrame) -> None:
    row = binary.row(20)
    typed = {
        **row,
        "age": " 51.5 ",
        "visits": "12",
        "since": "24/12/2022",
        "member": "yes",
        "income": "31,250.00",
    }
    same = {
        **row,
        "age": 51.5,
        "visits": 12,
        "since": "2022-12-24",
        "member": True,
        "income": 31250,
    }
    one, other = binary.at(typed), binary.at(same)
    assert one.effects == other.effects
    outside = binary.at({**same, "age": 400, "visits": -5, EVIL: "never seen", "surplus": object()})
    assert 0 < outside.probability < 1  # type: ignore[operator]
    empty = binary.at({**same, "age": "", "since": None, EVIL: float("nan"), "income": "NA"})
    assert _added_up(empty) == pytest.approx(empty.probability)
    assert "missing" in [cell for line in empty.waterfall.table.rows for cell in line]


@pytest.mark.parametrize(
    ("field", "cell"),
    [
        ("age", "fifty"),
        ("age", float("inf")),
        ("age", "inf"),
        ("visits", "1;2"),
        ("since", "31/31/2022"),
        ("since", 20_220_101),
        ("member", "perhaps"),
        ("income", EVIL),
    ],
)
def test_what_cannot_be_read_is_an_error_that_names_the_field(
    binary: WhatIf, field: str, cell: object
) -> None:
    with pytest.raises(PredictionError, match=f"'{field}'") as caught:
        binary.at({**binary.row(0), field: cell})
    assert caught.value.context["column"] == field


def test_a_row_must_be_whole_and_a_mapping(binary: WhatIf) -> None:
    row = binary.row(0)
    del row["age"]
    with pytest.raises(PredictionError, match="'age'"):
        binary.at(row)
    with pytest.raises(ArgumentError, match="mapping"):
        binary.at([1, 2])  # type: ignore[arg-type]
    for number in (-1, ROWS, 1.5, "0", True, None):
        with pytest.raises(ArgumentError, match="from 0 to 239"):
            binary.row(number)  # type: ignore[arg-type]
    with pytest.raises(UnknownNameError, match="one of: no, yes") as caught:
        binary.at(binary.row(0), label="ye")
    assert "yes" in caught.value.hint


def test_fields_come_by_their_strength(run: ja.Run, binary: WhatIf) -> None:
    assert {field.name for field in binary.fields} == set(binary.row(0))
    run.best.explain(max_rows=30)
    fields = WhatIf(run.best).fields
    ready = run.experiment.explanations[run.best.name]
    assert [field.name for field in fields] == [name for name, _ in ready.importance]
    kinds = {field.name: field.kind for field in fields}
    assert kinds == {
        "age": "number",
        "visits": "number",
        EVIL: "category",
        "member": "boolean",
        "since": "date",
        "income": "number",
        "note": "text",
    }
    assert {field.name for field in fields if not field.changeable} == {"note"}
    assert {field.name for field in fields if field.missing_allowed} == {"age", EVIL, "since"}


def test_every_field_has_a_dependence_but_text(
    binary: WhatIf, regression: WhatIf, several: WhatIf
) -> None:
    for one in (binary, regression, several):
        row = one.row(2)
        for field in one.fields:
            if field.kind == "text":
                with pytest.raises(ArgumentError, match="free text"):
                    one.dependence(field.name)
                continue
            alone = checked(one.dependence(field.name))
            assert len(alone.findings) == 1
            mine = checked(one.dependence(field.name, row))
            assert len(mine.findings) == 2
            assert len(json.dumps(asdict(mine))) < 24_000
    with pytest.raises(UnknownNameError, match="'agee'") as caught:
        binary.dependence("agee")
    assert "'age'" in caught.value.hint


def test_dependence_is_kept_for_the_next_time(
    binary: WhatIf, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = binary.dependence("age")
    monkeypatch.setattr(binary, "_ask", None)
    assert binary.dependence("age") == first


def test_the_curve_of_a_row_passes_its_prediction(regression: WhatIf) -> None:
    row = {**regression.row(2), "age": 50.05}
    said = regression.dependence("age", row).table
    now = next(line for line in said.rows if line[0] == "50.05")
    assert now[-1] == pytest.approx(regression.at(row).value, rel=1e-3)


def test_the_nearest_row_is_the_row_itself(binary: WhatIf, table: pd.DataFrame) -> None:
    near = binary.nearest(binary.row(50), 4)
    assert (near[0].row, near[0].distance, near[0].differences) == (50, 0.0, ())
    assert near[0].target == table.loc[50, "leaves"]
    others = binary.nearest(binary.row(50), 3, skip=50)
    assert others == near[1:]
    assert 0 < others[0].distance <= others[1].distance
    assert others[0].differences
    # Rows without a target taught the model nothing.
    known = {one.row for one in binary.nearest(binary.row(3), 100)}
    assert known.isdisjoint({3, 8})
    for n in (0, 101, 2.5, None):
        with pytest.raises(ArgumentError, match="n must be"):
            binary.nearest(binary.row(0), n)  # type: ignore[arg-type]


def _applied(row: dict[str, Any], changes: Any) -> dict[str, Any]:
    return {**row, **{change.field: change.cell for change in changes}}


def test_a_flip_flips(binary: WhatIf, several: WhatIf, regression: WhatIf) -> None:
    for one in (binary, several):
        for place in (0, 1, 2, 60):
            row = one.row(place)
            before = one.at(row).label
            flip = one.flip(row)
            assert flip.changes, flip.sentence
            for changes in (flip.changes, *flip.others):
                assert one.at(_applied(row, changes)).label != before
            after = one.at(_applied(row, flip.changes), label=flip.label)
            assert after.label == flip.label
            assert after.probability == pytest.approx(flip.probability)
            assert flip.distance == pytest.approx(sum(c.distance for c in flip.changes))
            assert "the prediction becomes" in flip.sentence
    row = regression.row(4)
    now = regression.at(row).value
    assert now is not None
    for bound in (now * 1.05, now * 0.95):
        flip = regression.flip(row, to=bound)
        value = regression.at(_applied(row, flip.changes)).value
        assert value == pytest.approx(flip.value)
        assert (value >= bound) if bound > now else (value <= bound)


def test_fixed_fields_stay_and_the_wanted_class_comes(several: WhatIf) -> None:
    row = several.row(0)
    wanted = next(label for label in several.model.plan.classes if label != several.at(row).label)
    free = several.flip(row, to=wanted)
    assert not free.changes or free.label == wanted
    fixed = {change.field for change in free.changes} or {"age"}
    other = several.flip(row, to=wanted, fixed=fixed)
    for changes in (other.changes, *other.others):
        assert fixed.isdisjoint(change.field for change in changes)
        assert "note" not in {change.field for change in changes}
    one = several.flip(row, fixed=[name for name in row if name != "age"], most=1)
    assert {change.field for change in one.changes} <= {"age"}


def test_answers_without_a_change(binary: WhatIf, regression: WhatIf) -> None:
    row = binary.row(0)
    label = binary.at(row).label
    assert binary.flip(row, to=label).sentence == f"The prediction is {label} already."
    none = binary.flip(row, fixed=list(row))
    assert (none.changes, none.sentence) == ((), "No field is left that may change.")
    far = regression.flip(regression.row(0), to=1e9)
    assert far.changes == ()
    assert far.sentence.startswith("No change of up to 3 fields was found that takes it to 1")
    with pytest.raises(ArgumentError, match="say which one"):
        regression.flip(regression.row(0))
    with pytest.raises(UnknownNameError, match="one of: no, yes"):
        binary.flip(row, to="maybe")
    with pytest.raises(UnknownNameError, match="'agee'"):
        binary.flip(row, fixed=["agee"])
    with pytest.raises(UnknownNameError, match="has no classes"):
        regression.at(regression.row(0), label="yes")


def test_the_model_of_all_rows_is_asked_where_there_is_one(
    trained_store: Path, table: pd.DataFrame
) -> None:
    run = _fit(table, "leaves")
    assert not WhatIf(run.best).model.refitted
    run.best.refit(executor="inline")
    one = WhatIf(ja.open(run.id).best)
    assert one.model.refitted
    outlook = one.at(one.row(9))
    assert "fitted once more, on all rows" in outlook.approximate
    shares = run.best.refit().predict_proba(table.iloc[[9]])
    assert outlook.probability == pytest.approx(shares["yes"].iloc[0])


def test_decisions_count(run: ja.Run, table: pd.DataFrame) -> None:
    labels = {}
    for errors in ((1, 20), (20, 1)):
        costs = dict(zip(("false_positive", "false_negative"), errors, strict=True))
        model = run.best.decide(costs=costs)
        one = WhatIf(model)
        labels[errors] = [one.at(one.row(place)).label for place in range(12)]
        assert labels[errors] == model.predict(table.head(12)).tolist()
    assert labels[1, 20] != labels[20, 1]


def test_many_columns_and_few_rows(trained_store: Path) -> None:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(rng.normal(size=(30, 400)), columns=[f"f{i}" for i in range(400)])
    frame["y"] = frame["f7"] + 0.01 * rng.normal(size=30)
    run = ja.fit(frame, target="y", families=["linear"], max_trials=1, n_jobs=1, executor="inline")
    one = WhatIf(run.best)
    outlook = one.at(one.row(0))
    assert _added_up(outlook) == pytest.approx(outlook.value, abs=1e-9)
    listed = checked(outlook.waterfall).table
    least = 1e-12 * max(1.0, abs(outlook.base), abs(outlook.value or 0.0))
    moving = sum(abs(amount) > least for _, amount in outlook.effects)
    assert (len(listed.rows), listed.more) == (min(200, moving), max(0, moving - 200))
    assert one.nearest(one.row(0))[0].row == 0
    assert len(one.fields) == one.model.n_features_in_
    checked(one.dependence("f7", one.row(0)))
