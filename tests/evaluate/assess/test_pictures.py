"""All pictures of all kinds of rows: valid, small, the same again, and never beside the point."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import jupyter_automl.evaluate.assess as package
from jupyter_automl.core.codec import to_json
from jupyter_automl.core.errors import ArgumentError, UnknownArgumentError, UnknownNameError
from jupyter_automl.core.picture import MOST_DOTS, MOST_POINTS, Dots, Line, Picture
from jupyter_automl.core.words import source
from jupyter_automl.evaluate.assess import (
    PICTURES,
    Judged,
    LearningPoint,
    assess,
    available,
    draw,
    grouping,
    make_judged,
)
from tests.evaluate.assess.samples import (
    EVIL,
    HOSTILE,
    columns_of,
    groups_of,
    many_classes,
    numbers,
    two_classes,
    weights_of,
)

MOST_LETTERS_OF_JSON = 40_000
POINTS = (LearningPoint(n_rows=50, score=0.5), LearningPoint(n_rows=90, score=0.6))


def _full(n: int = 400) -> dict[str, Judged]:
    """Each task with everything that a picture may want."""
    facts: dict[str, Any] = {
        "frame": columns_of(n),
        "by": grouping(columns_of(n)["plan"]),
        "learning": POINTS,
    }
    return {
        "binary": two_classes(n, threshold=0.4, costs=np.array([[0.0, 1], [5, 0]]), **facts),
        "multiclass": many_classes(n, **facts),
        "regression": numbers(n, **facts),
    }


def _check(picture: Picture) -> None:
    """What the value itself does not check."""
    assert picture.title
    assert 1 <= len(picture.findings) <= 3
    assert picture.note
    for text in (picture.title, *picture.findings, picture.note):
        assert text == text.strip()
        assert "evaluate-" not in text
        assert not re.search(r"\bnan\b|\binf\b|None", text)
    for mark in picture.marks:
        if isinstance(mark, Line):
            assert len(mark.x) <= MOST_POINTS
            known = [x for x in mark.x if x is not None]
            assert known == sorted(known)
            if mark.low is not None and mark.high is not None:
                for low, y, high in zip(mark.low, mark.y, mark.high, strict=True):
                    if None not in (low, y, high):
                        assert low <= y <= high  # type: ignore[operator]
        if isinstance(mark, Dots):
            assert len(mark.x) <= MOST_DOTS
    assert len(to_json(picture)) < MOST_LETTERS_OF_JSON


def test_every_picture_is_offered_for_its_task() -> None:
    offered = {task: set(available(judged)) for task, judged in _full().items()}
    both = {"errors", "error_by_segment", "fairness", "learning_curve"}
    of_classes = both | {
        "confusion",
        "roc",
        "precision_recall",
        "calibration",
        "gain",
        "lift",
        "score_histogram",
    }
    assert offered["binary"] == of_classes | {"thresholds", "cost"}
    assert offered["multiclass"] == of_classes
    assert offered["regression"] == both | {
        "predicted_vs_actual",
        "residuals",
        "interval_coverage",
        "interval_width",
    }
    assert set().union(*offered.values()) == set(PICTURES)


@pytest.mark.parametrize("task", ["binary", "multiclass", "regression"])
@pytest.mark.parametrize("kind", ["plain", "weights", "groups", "given"])
def test_every_picture_is_valid_and_the_same_again(task: str, kind: str) -> None:
    judged = _full()[task]
    facts: dict[str, Any] = {}
    if kind == "weights":
        facts = {"weights": weights_of(400)}
    elif kind == "groups":
        facts = {"groups": groups_of(400)}
    elif kind == "given":
        facts = {"source": "given"}
    judged = replace(judged, **facts)
    for name in available(judged):
        picture = draw(judged, name)
        assert picture.name == name
        _check(picture)
        assert draw(judged, name) == picture
        if name != "learning_curve":
            words = "the 400 rows given" if kind == "given" else "400 held-out rows, each judged"
            assert words in picture.note
            assert ("weights" in picture.note) == (kind == "weights")


@settings(deadline=None, max_examples=40)
@given(
    n=st.integers(1, 40),
    seed=st.integers(0, 1_000),
    k=st.sampled_from([0, 2, 3, 12]),
    weighted=st.booleans(),
    grouped=st.booleans(),
    coarse=st.booleans(),
)
def test_few_rows_of_any_kind(
    n: int, seed: int, k: int, weighted: bool, grouped: bool, coarse: bool
) -> None:
    rng = np.random.default_rng(seed)
    facts: dict[str, Any] = {
        "weights": weights_of(n, seed) if weighted else None,
        "groups": groups_of(n, 5, seed) if grouped else None,
        "frame": columns_of(n, seed),
        "by": grouping(columns_of(n, seed)["age"]),
    }
    if k == 0:
        values = rng.normal(size=n)
        judged = numbers(n, seed, **facts) if not coarse else make_judged(values, values, **facts)
    elif coarse:
        shares = np.eye(k)[rng.integers(0, k, n)]
        labels = tuple(str(i) for i in range(k))
        judged = make_judged(rng.integers(0, k, n), shares, labels=labels, **facts)
    else:
        judged = two_classes(n, seed, **facts) if k == 2 else many_classes(n, k, seed, **facts)
    names = available(judged)
    assert names
    for name in names:
        _check(draw(judged, name))
    found = assess(judged)
    assert found.findings
    assert found.pictures == names


def test_no_rows_have_no_pictures() -> None:
    for judged in _full().values():
        none = judged.part(np.zeros(400, dtype=bool))
        assert set(available(none)) <= {"learning_curve"}
        assert assess(none).findings == ("There is no row to judge.",)
        with pytest.raises(ArgumentError, match="There is no row to judge"):
            draw(none, "confusion" if judged.has_classes else "residuals")


def test_two_hundred_classes() -> None:
    judged = many_classes(3_000, k=200, labels=tuple(f"class {i}" for i in range(200)))
    for name in available(judged):
        _check(draw(judged, name))


def test_names_are_data_in_every_picture() -> None:
    for label in HOSTILE:
        judged = two_classes(300, labels=("no", label), target=label, threshold=0.5)
        for name in available(judged):
            _check(draw(judged, name))
    for name in available(numbers(300, target=EVIL)):
        _check(draw(numbers(300, target=EVIL), name))
    many = many_classes(500, k=8, labels=HOSTILE)
    for name in available(many):
        _check(draw(many, name))
    picture = draw(two_classes(300, labels=("no", EVIL)), "roc")
    assert EVIL in picture.title
    turned = draw(two_classes(300, labels=("no", HOSTILE[1])), "roc")
    assert "\u202e" not in turned.title
    empty = draw(two_classes(300, labels=("no", "")), "confusion")
    assert empty.x.names == ("no", "(empty)")


def test_what_is_not_there_is_named() -> None:
    judged = two_classes()
    with pytest.raises(UnknownNameError, match="Did you mean 'confusion'"):
        draw(judged, "confusin")
    with pytest.raises(UnknownArgumentError, match=r"takes label\. Got 'labels'.*mean 'label'"):
        draw(judged, "roc", {"labels": "yes"})
    with pytest.raises(UnknownArgumentError, match="takes no options"):
        draw(numbers(), "residuals", {"label": 1})
    for name, judged, reason in (
        ("residuals", two_classes(), "a number"),
        ("roc", numbers(), "classes"),
        ("thresholds", many_classes(), "two classes"),
        ("cost", two_classes(), "what errors cost"),
        ("fairness", two_classes(), "column"),
        ("interval_coverage", numbers(intervals=()), "intervals"),
        ("learning_curve", numbers(), "different numbers of rows"),
    ):
        with pytest.raises(ArgumentError, match=reason):
            draw(judged, name)


def test_an_evaluation_holds_it_all() -> None:
    judged = _full(1_200)["binary"]
    found = assess(judged, model="LightGBM")
    assert (found.model, found.task, found.source) == ("LightGBM", "binary", "held_out")
    assert (found.n_rows, found.threshold) == (1_200, 0.4)
    assert found.costs == ((0.0, 1.0), (5.0, 0.0))
    assert next(iter(found.scores)) == "roc_auc"
    auc = found.scores["roc_auc"]
    assert found.findings[0].startswith("ROC AUC is ")
    assert "held-out rows" in found.findings[0]
    assert auc.low is not None
    assert auc.high is not None
    assert 0.7 < auc.low < auc.high < 1
    assert found.fairness is not None
    assert found.fairness.column == "plan"
    assert found.picture("roc") == draw(judged, "roc")
    assert found.picture("cost", costs={"false_positive": 1, "false_negative": 2}).findings
    assert found.thresholds().group_names
    assert found.segments == assess(judged).segments


def test_every_message_is_used() -> None:
    """A message that nothing says any more is a mistake, and so is one that is not there."""
    assert package.__file__ is not None
    folder = Path(package.__file__).parent
    code = "\n".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    keys = set(re.findall(r"^(evaluate-[a-z0-9-]+)", source("en", "evaluate"), re.MULTILINE))
    said = set(re.findall(r'"(evaluate-[a-z0-9-]+)"', code))
    assert said <= keys
    made = set(re.findall(r'f"(evaluate-[a-z-]+-)\{', code))
    made |= {f"{key}-alone" for key in said}
    left = {key for key in keys - said if not key.startswith(tuple(made))}
    assert left == set()
