"""What is made of the values: tables, files, figures, payloads, sentences."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_automl.core.errors import ArgumentError, StoreError, UnknownNameError
from jupyter_automl.explain import Explanation, insights, load_explanation
from jupyter_automl.explain.figures import text

EVIL = "<img src=x onerror=alert(1)>"


def explanation(n: int = 80, classes: tuple[str, ...] = ("no", "yes")) -> Explanation:
    rng = np.random.default_rng(0)
    age = rng.normal(40, 10, n)
    sex = rng.choice(["female", "male"], n)
    values = np.column_stack(
        [
            -0.05 * (age - 40),
            np.where(sex == "female", 2.0, -2.0),
            rng.normal(0, 0.05, n),
            np.zeros(n),
        ]
    )
    base = np.asarray(0.25)
    if len(classes) > 2:
        values = values[:, :, None] * np.array([0.5, -1.0, 0.5])
        base = np.array([0.1, 0.2, 0.3])
    data = pd.DataFrame(
        {
            "age": np.where(np.arange(n) % 9 == 0, np.nan, age),
            "sex": pd.array(sex, dtype="str"),
            "since": pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(n), "D"),
            EVIL: pd.Categorical(rng.choice(["<b>", "y"], n)),
        },
        index=np.arange(n) * 3,
    )
    return Explanation(
        values=values, base_values=base, data=data, classes=classes, model=EVIL, method="tree",
        space="log-odds",
    )  # fmt: skip


def test_importance_is_the_mean_size_with_an_interval_around_it() -> None:
    made = explanation()
    table = made.importance()
    assert list(table.columns) == ["feature", "importance", "lower", "upper"]
    assert table["feature"].tolist() == ["sex", "age", "since", EVIL]
    assert table["importance"][0] == 2.0
    age = table.iloc[1]
    assert age["lower"] < age["importance"] < age["upper"]
    size = np.abs(made.values[:, 0])
    error = size.std() / np.sqrt(len(size))
    assert age["upper"] - age["lower"] == pytest.approx(2 * 1.96 * error, rel=0.2)
    pd.testing.assert_frame_equal(table, made.importance())
    assert made.ranking(2) == list(table[["feature", "importance"]].head(2).itertuples(index=False))


def test_classes_are_chosen_by_label() -> None:
    two = explanation()
    assert two.for_class()[1] == "yes"
    np.testing.assert_array_equal(two.for_class("no")[0], -two.values)
    three = explanation(classes=("a", "b", "c"))
    assert three.for_class()[1] == "b"
    np.testing.assert_array_equal(three.for_class("c")[0], three.values[:, :, 2])
    with pytest.raises(UnknownNameError, match="must be one of: a, b, c"):
        three.for_class("d")


@pytest.mark.parametrize("classes", [(), ("no", "yes"), ("a", "b", "c")])
def test_a_stored_explanation_reads_back(tmp_path: Path, classes: tuple[str, ...]) -> None:
    made = explanation(classes=classes)
    path = tmp_path / "best.npz"
    made.save(path)
    assert [file.name for file in tmp_path.iterdir()] == ["best.npz"]
    got = load_explanation(path)
    np.testing.assert_allclose(got.values, made.values, rtol=1e-6)
    np.testing.assert_array_equal(got.base_values, made.base_values)
    for name in ("classes", "model", "method", "space", "feature_names"):
        assert getattr(got, name) == getattr(made, name)
    assert got.data.index.tolist() == made.data.index.tolist()
    np.testing.assert_array_equal(got.data["age"], made.data["age"])
    assert got.data["since"].tolist() == made.data["since"].tolist()
    assert got.data[EVIL].tolist() == made.data[EVIL].tolist()


@given(
    st.lists(
        st.one_of(
            st.none(), st.booleans(), st.integers(-(2**70), 2**70), st.floats(), st.text(max_size=9)
        ),
        min_size=1,
        max_size=12,
    )
)
@settings(max_examples=60, deadline=None)
def test_any_column_of_values_can_be_stored(values: list[object]) -> None:
    from jupyter_automl.explain.stored import _column, _series

    column = pd.Series(values, dtype=object)
    array, about = _column(column)
    read = _series(np.load(io.BytesIO(_npy(array)), allow_pickle=False), json.loads(
        json.dumps(about)))  # fmt: skip
    assert len(read) == len(values)
    assert pd.Series(read).isna().tolist() == column.isna().tolist()


def _npy(array: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=False)
    return buffer.getvalue()


def test_a_damaged_or_missing_file_is_one_clear_error(tmp_path: Path) -> None:
    path = tmp_path / "x.npz"
    with pytest.raises(StoreError, match="cannot be read"):
        load_explanation(path)
    explanation().save(path)
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(StoreError, match="Explain the model again"):
        load_explanation(path)
    np.savez(path, about=np.array([object()], dtype=object))
    with pytest.raises(StoreError):
        load_explanation(path)


@pytest.mark.parametrize("classes", [(), ("no", "yes"), ("a", "b", "c")])
def test_figures_show_names_as_text(classes: tuple[str, ...]) -> None:
    made = explanation(classes=classes)
    figures = [
        made.bar(), made.beeswarm(), made.dependence("age"), made.dependence("sex"),
        made.dependence(EVIL), made.waterfall(0), made.waterfall(-1, max_features=2),
    ]  # fmt: skip
    for figure in figures:
        assert "<img" not in figure.to_json().replace("\\u003c", "<")
        assert figure.data
    assert "&lt;img" in figures[0].to_json()


def test_a_waterfall_ends_at_the_prediction() -> None:
    made = explanation()
    figure = made.waterfall(3, max_features=2)
    trace = figure.data[0]
    assert trace.base + sum(trace.x) == pytest.approx(0.25 + made.values[3].sum())
    assert trace.y[0] == "2 other features"


def test_wrong_rows_and_features_are_named() -> None:
    made = explanation()
    with pytest.raises(ArgumentError, match="between 0 and 79"):
        made.waterfall(80)
    with pytest.raises(UnknownNameError, match="Did you mean 'age'"):
        made.dependence("agee")


def test_insights_say_how_much_and_in_which_direction() -> None:
    said = insights(explanation(), most=3)
    assert said[0].startswith("sex is worth ")
    assert said[0].endswith(" times the next feature, age.")
    assert said[1] == "sex = female raises the chance of yes most, sex = male lowers it most."
    assert said[2] == "A higher age lowers the chance of yes."
    assert len(explanation().insights()) == 2


def test_insights_of_a_model_that_uses_nothing() -> None:
    made = explanation()
    flat = Explanation(values=np.zeros_like(made.values), base_values=np.zeros(()), data=made.data)
    assert insights(flat) == ("No feature changes this model's predictions.",)
    assert flat.beeswarm().data


def test_a_name_is_text_in_a_figure() -> None:
    assert text(EVIL) == "&lt;img src=x onerror=alert(1)&gt;"
    assert text("%{x}") == "%&#123;x}"
