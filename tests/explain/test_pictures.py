"""What is told of values beyond importance, and the pictures of it."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from jupyter_automl.core.errors import ArgumentError, UnknownNameError
from jupyter_automl.core.picture import Bars, Cells, Dots, Picture
from jupyter_automl.explain import Drop, Explanation, Pair, Permuted, load_explanation, pictures
from jupyter_automl.explain.scales import sigmoid, softmax

EVIL = "<script>alert(1)</script>"
LONG = "\u202e" + "x" * 10_000
N = 400


def explanation(
    classes: tuple[str, ...] = ("stays", "churns"), space: str = "log-odds", n: int = N
) -> Explanation:
    """Contract matters most; what it does depends on age; `flat` does nothing."""
    rng = np.random.default_rng(0)
    contract = rng.choice(["month-to-month", "a year", "two years"], n, p=[0.5, 0.3, 0.2])
    age = rng.integers(18, 80, n).astype(float)
    old = age > 50
    worth = np.select([contract == "month-to-month", contract == "a year"], [1.5, -1.0], -2.0)
    values = np.column_stack(
        [worth * np.where(old, 1.3, 0.7), 0.02 * (age - 49), rng.normal(0, 0.05, n), np.zeros(n)]
    )
    base = np.asarray(-0.5)
    if len(classes) > 2:
        values = values[:, :, None] * np.linspace(-1, 1, len(classes))
        base = np.linspace(0.1, 0.3, len(classes))
    data = pd.DataFrame(
        {
            "contract": pd.array(contract, dtype="str"),
            "age": age,
            "since": pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(n), "D"),
            "flat": np.ones(n),
        }
    )
    return Explanation(
        values=values, base_values=base, data=data, classes=classes, model="m", method="tree",
        space=space,
    )  # fmt: skip


def test_points_sum_to_the_change_of_the_probability() -> None:
    made = explanation()
    assert made.points is not None
    total = sigmoid(-0.5 + made.values.sum(axis=1))
    np.testing.assert_allclose(
        made.points.sum(axis=1), 100 * (total - sigmoid(np.array(-0.5))), atol=1e-7
    )
    three = explanation(classes=("a", "b", "c"))
    assert three.points is not None
    total = softmax(three.values.sum(axis=1) + three.base_values)
    change = 100 * (total - softmax(three.base_values))
    np.testing.assert_allclose(three.points.sum(axis=1), change, atol=1e-5)
    assert explanation(classes=(), space="target").points is None
    shares = explanation(space="probability")
    np.testing.assert_array_equal(shares.points, 100 * shares.values)


def test_a_change_is_that_of_the_level_that_matters_most() -> None:
    made = explanation()
    found = made.change("contract")
    assert found is not None
    assert (found.kind, found.level, found.feature) == ("level", "month-to-month", "contract")
    inside = (made.data["contract"] == "month-to-month").to_numpy()
    points = made.points[:, 0]
    assert found.amount == pytest.approx(points[inside].mean() - points[~inside].mean())
    assert found.low < found.amount < found.high
    other = made.change("contract", "stays")
    assert other is not None
    assert other.amount == pytest.approx(-found.amount)


def test_a_change_of_a_number_is_high_against_low() -> None:
    made = explanation(classes=(), space="target")
    found = made.change("age")
    assert found is not None
    assert (found.kind, found.level) == ("quarter", "")
    low, high = np.quantile(made.data["age"], (0.25, 0.75))
    effect = made.values[:, 1]
    expected = effect[made.data["age"] >= high].mean() - effect[made.data["age"] <= low].mean()
    assert found.amount == pytest.approx(expected)
    assert made.change("flat") is None
    with pytest.raises(UnknownNameError, match="must be one of the explained"):
        made.change("nope")
    few = replace(made, values=made.values[:4], data=made.data.iloc[:4])
    assert few.change("age") is None


@pytest.mark.parametrize("kind", ["number", "level"])
def test_the_interacting_feature_is_found(kind: str) -> None:
    made = explanation()
    found = made.interacting("contract")
    assert found is not None
    assert found[0] == "age"
    # The effect of a contract moves by 0.3 of its size around its mean.
    expected = float(np.std(made.values[:, 0] - 1.0 * np.sign(made.values[:, 0])))
    assert 0.1 < found[1] < 1.5 * expected
    assert made.interacting("flat") is None
    assert made.interacting("age") is None
    if kind == "level":
        data = made.data.assign(age=np.where(made.data["age"] > 50, "old", "young"))
        found = replace(made, data=data).interacting("contract")
        assert found is not None
        assert found[0] == "age"


def test_chance_is_no_interaction() -> None:
    rng = np.random.default_rng(1)
    values = rng.normal(size=(N, 6))
    data = pd.DataFrame(rng.normal(size=(N, 6)), columns=list("abcdef"))
    made = Explanation(values=values, base_values=np.zeros(()), data=data)
    assert all(pair.strength < 0.25 for pair in made.pairs())


def test_pairs_are_exact_where_they_are_known() -> None:
    made = explanation()
    assert made.pairs()[0].first == "contract"
    assert made.pairs()[0].second == "age"
    known = (
        Pair(first="age", second="since", strength=0.5),
        Pair(first="contract", second="age", strength=0.1),
    )
    exact = replace(made, interactions=known)
    assert exact.pairs(1) == known[:1]
    assert exact.interacting("age") == ("since", 0.5)
    assert exact.interacting("contract") == ("age", 0.1)


def test_errors_are_means_of_what_is_known() -> None:
    made = explanation()
    assert made.value_error() == 0.0
    error = np.full(made.values.shape, 0.1)
    error[:, 1] = np.nan
    sampled = replace(made, method="permutation", error=error)
    assert sampled.value_error() == pytest.approx(0.1)
    assert sampled.value_error("contract") == pytest.approx(0.1)
    assert sampled.value_error("age") is None
    assert replace(made, method="members, linearised", gap=0.02).value_error() is None


def test_all_of_it_is_stored(tmp_path: Path) -> None:
    made = replace(
        explanation(), error=np.full((N, 4), 0.25), gap=0.01,
        interactions=(Pair(first="age", second=EVIL, strength=0.5),),
    )  # fmt: skip
    made.save(tmp_path / "e.npz")
    got = load_explanation(tmp_path / "e.npz")
    np.testing.assert_array_equal(got.error, made.error)
    assert (got.gap, got.interactions) == (0.01, made.interactions)


def test_what_version_1_wrote_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "e.npz"
    explanation().save(path)
    with np.load(path) as file:
        arrays = dict(file)
    about = json.loads(arrays["about"].tobytes())
    assert about["version"] == 2
    for key in ("gap", "interactions"):
        del about[key]
    about["version"] = 1
    arrays["about"] = np.frombuffer(json.dumps(about).encode(), dtype=np.uint8)
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)
    path.write_bytes(buffer.getvalue())
    got = load_explanation(path)
    assert (got.error, got.gap, got.interactions) == (None, None, ())
    np.testing.assert_allclose(got.values, explanation().values, rtol=1e-6)


def permuted(made: Explanation, repeats: int = 5) -> Permuted:
    drops = tuple(
        Drop(
            feature=feature,
            mean=0.1 / (place + 1),
            low=None if repeats == 1 else 0.05 / (place + 1),
            high=None if repeats == 1 else 0.2,
        )
        for place, feature in enumerate(made.feature_names)
    )
    return Permuted(
        metric="roc_auc", score=0.91, drops=drops, n_rows=99, repeats=repeats, source="held_out"
    )


DRAWN: dict[str, Callable[[Explanation], Picture]] = {
    "importance": pictures.importance,
    "swarm": pictures.swarm,
    "dependence": lambda made: pictures.dependence(made, made.feature_names[0]),
    "waterfall": pictures.waterfall,
    "pairs": pictures.pairs,
    "permutation": lambda made: pictures.permutation(made, permuted(made)),
}


def hostile() -> Explanation:
    made = explanation(classes=(EVIL, LONG, ""))
    data = made.data.assign(contract=[EVIL, LONG, "", "😀"] * (N // 4)).copy()
    data.columns = pd.Index([EVIL, LONG, "", "{ $x }"])
    return replace(made, data=data, model=EVIL)


def missing() -> Explanation:
    made = explanation()
    data = made.data.copy()
    data["contract"] = pd.array([None] * N, dtype="str")
    data["age"] = np.nan
    data["since"] = pd.NaT
    return replace(made, data=data)


MADE: dict[str, Callable[[], Explanation]] = {
    "two classes": explanation,
    "three classes": lambda: explanation(classes=("a", "b", "c")),
    "200 classes": lambda: explanation(classes=tuple(f"k{i}" for i in range(200)), n=20),
    "a number": lambda: explanation(classes=(), space="log of the target"),
    "one row": lambda: explanation(n=1),
    "hostile names": hostile,
    "nothing known": missing,
    "no effect": lambda: replace(explanation(), values=np.zeros((N, 4))),
    "sampled": lambda: replace(explanation(), method="permutation", error=np.full((N, 4), 0.1)),
    "sampled once": lambda: replace(
        explanation(), method="permutation", error=np.full((N, 4), np.nan)
    ),
    "a blend": lambda: replace(explanation(), method="members, linearised", gap=0.004),
    "one column": lambda: replace(
        explanation(), values=explanation().values[:, :1], data=explanation().data.iloc[:, :1]
    ),
}


@pytest.mark.parametrize("drawn", DRAWN)
@pytest.mark.parametrize("made", MADE)
def test_every_picture_can_be_made_of_anything(drawn: str, made: str) -> None:
    given = MADE[made]()
    picture = DRAWN[drawn](given)
    assert picture.name == drawn
    assert picture.title
    assert all(picture.findings)
    assert picture.note
    for names in (picture.x.names, picture.y.names):
        assert all(len(name) <= 120 for name in names)
    for mark in picture.marks:
        if isinstance(mark, Dots):
            assert len(mark.x) <= 500
        if isinstance(mark, Bars):
            assert len(mark.at) == len(picture.y.names)
        if isinstance(mark, Cells):
            assert len(mark.shade) == len(picture.y.names)
    for label in given.classes[:2]:
        for make in (pictures.swarm, pictures.waterfall):
            make(given, label=label)
        pictures.dependence(given, given.feature_names[-1], label)


@pytest.mark.parametrize("feature", ["contract", "age", "since", "flat"])
def test_dependence_of_every_kind_of_column(feature: str) -> None:
    made = explanation()
    picture = pictures.dependence(made, feature)
    kinds = {"contract": "names", "age": "number", "since": "time", "flat": "number"}
    assert picture.x.kind == kinds[feature]
    assert picture.x.label == feature
    dots = [mark for mark in picture.marks if isinstance(mark, Dots)]
    assert sum(len(mark.x) for mark in dots) == N
    assert sum(row[-1] for row in picture.table.rows) == N
    rows = [row for mark in dots for row in mark.rows or ()]
    assert sorted(rows) == list(range(N))
    if feature == "since":
        first = pd.Timestamp("2024-01-01").timestamp()
        assert min(x for mark in dots for x in mark.x) == pytest.approx(first, rel=1e-4)


def test_findings_say_how_much() -> None:
    said = pictures.importance(explanation()).findings
    assert said[0].startswith("contract is worth ")
    assert said[0].endswith(" times the next feature, age.")
    change = explanation().change("contract")
    assert change is not None
    assert said[1] == (
        f"contract = month-to-month raises the chance of churns by {change.amount:.0f} points."
    )
    stays = pictures.dependence(explanation(), "contract", "stays").findings
    assert stays[0] == said[1].replace("raises", "lowers").replace("churns", "stays")
    assert stays[1] == "How much depends on age."
    number = pictures.dependence(explanation(classes=(), space="target"), "age").findings[0]
    assert number.startswith("Against the lowest quarter of age the highest raises the prediction")
    logged = explanation(classes=(), space="log of the target")
    assert "the logarithm of the prediction" in pictures.dependence(logged, "age").findings[0]
    noise = pictures.dependence(explanation(classes=(), space="target"), "since")
    assert noise.findings[0] == "since makes no clear difference between rows."
    flat = replace(explanation(), values=np.zeros((N, 4)))
    assert pictures.importance(flat).findings == ("No feature changes this model’s predictions.",)


def test_notes_say_how_exact_it_is() -> None:
    assert pictures.importance(explanation()).note.endswith("Exact Shapley values.")
    sampled = pictures.importance(MADE["sampled"]()).note
    assert sampled.endswith("Sampled: a value is ± 0.1 (standard error).")
    blend = MADE["a blend"]()
    assert pictures.swarm(blend).note.endswith("differ from the predictions by 0.004 on average.")
    assert pictures.swarm(replace(blend, gap=1e-9)).note.endswith("is an approximation.")


def test_a_waterfall_goes_from_the_base_to_the_row() -> None:
    made = explanation()
    picture = pictures.waterfall(made, 3, most=2)
    bars = next(mark for mark in picture.marks if isinstance(mark, Bars))
    assert bars.base is not None
    assert bars.base[0] == -0.5
    assert bars.base[1:] == bars.value[:-1]
    total = float(-0.5 + made.values[3].sum())
    assert bars.value[-1] == pytest.approx(total, rel=1e-4)
    assert picture.y.names[-1] == "2 other features"
    assert picture.title == "Row 3"
    chance = 100 * float(sigmoid(np.array(total)))
    assert picture.findings[0].startswith(f"The chance of churns is {chance:.1f} %")
    dated = pictures.waterfall(made, 3).y.names
    assert "since = 2024-01-04" in dated
    for tone, base, value in zip(bars.tones or (), bars.base, bars.value, strict=True):
        assert tone == ("up" if (value or 0) > (base or 0) else "down")
    with pytest.raises(ArgumentError, match="between 0 and"):
        pictures.waterfall(made, N)


def test_shuffling_stands_beside_the_effects() -> None:
    made = explanation()
    picture = pictures.permutation(made, permuted(made))
    assert picture.findings == ("By both measures contract matters most.",)
    effect, drop = (mark for mark in picture.marks if isinstance(mark, Bars))
    assert effect.value[0] == drop.value[0] == 1.0
    assert drop.low is not None
    assert drop.low[0] == 0.5
    assert "had not seen" in picture.note
    once = pictures.permutation(made, permuted(made, repeats=1))
    assert next(m for m in once.marks if isinstance(m, Bars) and m.tone == "series:1").low is None
    swapped = replace(permuted(made), drops=permuted(made).drops[::-1])
    swapped = replace(swapped, drops=(replace(swapped.drops[0], mean=0.5), *swapped.drops[1:]))
    assert pictures.permutation(made, swapped).findings == (
        "By its effects contract matters most; shuffling flat costs most roc_auc.",
    )
    worse = replace(swapped, drops=tuple(replace(d, mean=-0.1) for d in swapped.drops))
    assert "others stand in for it" in pictures.permutation(made, worse).findings[0]
