"""What there is: kinds of models and metrics, for people and for code."""

from __future__ import annotations

import importlib.util
import pickle

import pytest

import jupyter_automl as ja
from jupyter_automl.core.errors import UnknownNameError
from jupyter_automl.core.registry import Entry
from jupyter_automl.models import FAMILIES


@pytest.fixture
def without_interpret(monkeypatch: pytest.MonkeyPatch) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "interpret" else find(name)
    )


def test_every_kind_of_model_is_told_in_plain_words() -> None:
    frame = ja.families().to_frame()
    assert list(frame.columns) == [
        *("label", "tasks", "interpretable", "max_rows", "gpu", "available", "explanation"),
        "unavailable_because",
    ]
    assert frame["explanation"].str.endswith(".").all()
    assert (frame["available"] == (frame["unavailable_because"] == "")).all()
    assert frame.loc["decision_tree", "interpretable"]
    assert not frame.loc["lightgbm", "interpretable"]
    assert list(frame.index[frame["gpu"]]) == ["lightgbm", "xgboost", "catboost"]
    assert frame.loc["naive_bayes", "tasks"] == "binary, multiclass"
    assert frame.loc["knn", "max_rows"] == FAMILIES.get("knn").max_rows()


def test_what_is_not_installed_is_told_with_the_line_that_installs_it(
    without_interpret: None,
) -> None:
    families = ja.families()
    assert "ebm" not in families
    row = families.to_frame().loc["ebm"]
    assert (row["label"], row["interpretable"]) == ("Explainable boosting", True)
    assert 'pip install "jupyter_automl[ebm]"' in row["unavailable_because"]
    page = families._repr_html_()
    assert "jupyter_automl[ebm]" in page
    assert "..." not in page


def test_a_family_that_does_not_load_is_told_too(monkeypatch: pytest.MonkeyPatch) -> None:
    def load() -> object:
        raise ImportError("no <b>such</b> library")

    entries = {**FAMILIES._entries, "broken": Entry(name="broken", load=load)}
    monkeypatch.setattr(FAMILIES, "_entries", entries)
    families = ja.families()
    assert "broken" not in families
    assert "no <b>such" in families.to_frame().loc["broken", "unavailable_because"]
    assert "<b>such" not in families._repr_html_()


def test_names_of_one_task() -> None:
    assert "naive_bayes" in ja.families("binary")
    assert "naive_bayes" not in ja.families("regression")
    assert "rmse" not in ja.metrics("binary")
    for names in (ja.families, ja.metrics):
        with pytest.raises(UnknownNameError, match="binary"):
            names("bin")


def test_names_pickle_and_are_plain_texts() -> None:
    families = ja.families()
    again = pickle.loads(pickle.dumps(families))
    assert again == families
    assert again.to_frame().equals(families.to_frame())
    assert all(type(name) is str for name in families)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("decison_tree", "decision_tree"),
        ("hist_gradient_boost", "hist_gradient_boosting"),
        ("adabost", "adaboost"),
        ("naiv_bayes", "naive_bayes"),
        ("svmm", "svm"),
    ],
)
def test_a_name_that_is_nearly_right_is_answered_with_the_right_one(typed: str, meant: str) -> None:
    with pytest.raises(UnknownNameError) as caught:
        ja.fit("sample:iris", target="species", families=[typed])
    assert f"'{meant}'" in caught.value.hint
