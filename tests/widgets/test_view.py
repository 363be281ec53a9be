"""What a person looks at, as a value."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_automl.widgets import Leaderboard, base
from jupyter_automl.widgets.view import MAX_VIEW_BYTES, check_view, view_code
from tests.widgets.events import RecordedRun, recorded

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=60),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(), inner, max_size=5),
    max_leaves=8,
)
KEYS = st.sampled_from(["tab", "board", "explain", "evaluate", "whatif", "log", "by", "strange"])
PARTS = st.dictionaries(
    st.sampled_from(["rows", "sort", "search", "row", "threshold", "models", "open", "x"]), JSON
) | st.fixed_dictionaries(
    {"costs": st.lists(st.lists(st.floats() | st.integers())), "priced": JSON}
)


def test_what_is_right_stays_and_defaults_are_left_out() -> None:
    view = {
        "tab": "results",
        "board": {"rows": "models", "sort": ["-score"], "search": ""},
        "explain": {"row": 17, "feature": "age"},
        "evaluate": {"threshold": 0.25},
    }
    assert check_view(view) == {
        "tab": "results",
        "board": {"sort": ["-score"]},
        "explain": {"row": 17, "feature": "age"},
        "evaluate": {"threshold": 0.25},
    }


@pytest.mark.parametrize(
    "view",
    [
        None,
        3,
        [],
        {"tab": "nowhere"},
        {"tab": []},
        {"strange": 1},
        {"board": 7},
        {"board": {"rows": "columns", "sort": "score", "search": 3}},
        {"explain": {"row": "seven"}},
        {"explain": {"row": True}},
        {"evaluate": {"threshold": float("nan")}},
        {"evaluate": {"threshold": 10**400}},
        {"evaluate": {"costs": [[0, 1], [1]]}},
        {"evaluate": {"costs": [[0, 1, 1], [1, 0, 1]]}},
        {"evaluate": {"costs": [[0, "1"], [1, 0]]}},
        {"evaluate": {"costs": [[0, float("nan")], [1, 0]]}},
        {"evaluate": {"costs": [[0, -1], [1, 0]]}},
        {"evaluate": {"costs": [[0, 0], [1, 0]]}},
        {"evaluate": {"costs": [[2, 1], [1, 0]]}},
        {"evaluate": {"costs": [0, 1, 1, 0]}},
        {"evaluate": {"costs": [[0] * 60] * 60}},
        {"evaluate": {"priced": 3}},
    ],
)
def test_what_is_wrong_is_left_out(view: Any) -> None:
    checked = check_view(view)
    assert not any(checked.values())


@given(st.dictionaries(KEYS, JSON | PARTS))
def test_any_view_becomes_a_small_one_that_stays_as_it_is(view: Any) -> None:
    checked = check_view(view)
    assert len(json.dumps(checked, allow_nan=False)) <= MAX_VIEW_BYTES
    assert check_view(checked) == checked


def test_costs_are_a_square_table_of_the_classes_beside_them() -> None:
    view = {"evaluate": {"costs": ((0, 2), (1.5, 0)), "priced": [4, "x", 7, True, 9.0]}}
    assert check_view(view) == {"evaluate": {"costs": [[0, 2], [1.5, 0]], "priced": [4, 7]}}
    large = [[float(i != j) for j in range(12)] for i in range(12)]
    assert check_view({"evaluate": {"costs": large}}) == {"evaluate": {"costs": large}}
    code = view_code("ja.App(", view)
    assert "'costs': [[0.0, 2.0], [1.5, 0.0]], 'priced': [4, 7]" in code


def test_a_long_view_is_cut() -> None:
    view = {"board": {"selected": ["x" * 1000] * 100, "search": "y" * 5000}, "tab": "train"}
    checked = check_view(view)
    assert checked["tab"] == "train"
    assert len(json.dumps(checked)) <= MAX_VIEW_BYTES


def test_code_gives_the_same_view_again() -> None:
    view = {"board": {"sort": ["-score"], "families": ["lightgbm"]}, "by": "page"}
    code = view_code("ja.Leaderboard(run", view)
    assert code == (
        "ja.Leaderboard(run, view={'board': {'sort': ['-score'], 'families': ['lightgbm']}})"
    )
    assert view_code("ja.App(", {"tab": "train"}) == "ja.App(view={'tab': 'train'})"
    assert view_code("ja.Shap(run", {}) == "ja.Shap(run)"


@pytest.mark.usefixtures("store_dir")
def test_a_widget_keeps_what_a_page_sets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "bundle", lambda name: f"/* {name} */")
    run = RecordedRun(recorded())
    board = Leaderboard(run, view={"board": {"search": "forest"}})  # type: ignore[arg-type]
    assert board.view == {"board": {"search": "forest"}}
    board.set_state({"view": {"board": {"search": "boost", "strange": 1}, "by": "page"}})
    assert board.view == {"board": {"search": "boost"}, "by": "page"}
    assert board.view_code() == "ja.Leaderboard(run, view={'board': {'search': 'boost'}})"
    board.close()
