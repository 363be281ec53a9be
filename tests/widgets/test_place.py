"""A widget that is made again finds what it showed before."""

from __future__ import annotations

import json
import os
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import jupyter_automl as ja
from jupyter_automl.api import places
from jupyter_automl.api.fitting import new_id
from jupyter_automl.api.places import Place, Shown, call_of, place_here, recall, remember, with_view
from jupyter_automl.widgets import App, base
from jupyter_automl.widgets.requests import OpenRequest


@pytest.fixture(autouse=True)
def bundle(monkeypatch: pytest.MonkeyPatch) -> None:
    """The front end need not be built to test what is behind it."""
    monkeypatch.setattr(base, "bundle", lambda name: f"/* {name} */")


def in_cell(monkeypatch: pytest.MonkeyPatch, cell: str, notebook: str = "/n/a.ipynb") -> None:
    """As if a notebook's cell ran now."""
    kernel = SimpleNamespace(get_parent=lambda: {"metadata": {"cellId": cell}})
    monkeypatch.setattr("IPython.get_ipython", lambda: SimpleNamespace(kernel=kernel))
    monkeypatch.setenv("JPY_SESSION_NAME", notebook)


def test_each_cell_of_each_notebook_is_a_place(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = set()
    for notebook in ("/n/a.ipynb", "/n/b.ipynb"):
        for cell in ("c1", "c2"):
            in_cell(monkeypatch, cell, notebook)
            place = place_here()
            assert place.host == "notebook"
            keys.add(place.key)
    assert len(keys) == 4


def test_outside_of_a_notebook_there_is_no_place() -> None:
    assert place_here({}) == Place()
    assert place_here({"JPY_SESSION_NAME": "/n/a.ipynb"}).key == ""


@pytest.mark.parametrize(
    ("query", "run_id"),
    [
        ("run=churn-1-ab", "churn-1-ab"),
        ("theme=dark&run=a_b-1", "a_b-1"),
        ("", ""),
        ("run=../../etc", ""),
        ("run=%3Cscript%3E", ""),
        ("run=" + "x" * 65, ""),
    ],
)
def test_a_voila_page_names_its_run_in_the_address(query: str, run_id: str) -> None:
    place = place_here({"SERVER_SOFTWARE": "voila/0.5.8", "QUERY_STRING": query})
    assert place == Place(host="voila", run_id=run_id)


def test_what_was_shown_is_found_by_the_same_call_only(tmp_path: Path) -> None:
    shown = Shown(run_id="churn-1", call="c", view={"tab": "results"})
    remember(tmp_path, "k", shown)
    assert recall(tmp_path, "k", "c") == shown
    assert recall(tmp_path, "k", "another") is None
    assert recall(tmp_path, "other", "c") is None
    with_view(tmp_path, "k", "c", {"tab": "train"})
    found = recall(tmp_path, "k", "c")
    assert found is not None
    assert found.view == {"tab": "train"}
    remember(tmp_path, "", shown)
    assert [path.name for path in (tmp_path / "places").iterdir()] == ["k.json"]


def test_places_of_long_ago_are_forgotten(tmp_path: Path) -> None:
    remember(tmp_path, "old", Shown(run_id="a", call="c"))
    past = time.time() - places.KEPT_SECONDS - 60
    os.utime(tmp_path / "places" / "old.json", (past, past))
    remember(tmp_path, "new", Shown(run_id="b", call="c"))
    assert recall(tmp_path, "old", "c") is None
    assert recall(tmp_path, "new", "c") is not None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


@settings(deadline=None)
@given(JSON | st.fixed_dictionaries({"run": JSON, "call": JSON, "view": JSON}))
def test_a_damaged_file_is_as_none(content: Any) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "places").mkdir()
        (folder / "places" / "k.json").write_text(json.dumps(content), encoding="utf-8")
        shown = recall(folder, "k", "c")
        assert shown is None or (isinstance(shown.run_id, str) and shown.call == "c")


def test_a_call_is_told_by_its_arguments() -> None:
    frame = pd.DataFrame({"a": [1, 2], "b": [3, 4]})
    assert call_of(frame, None) == call_of(frame.copy(), None)
    others = {
        call_of(frame, "predict a"),
        call_of(frame.rename(columns={"a": "c"}), None),
        call_of(pd.concat([frame, frame]), None),
        call_of("data.csv", None),
        call_of(None, None),
    }
    assert len(others) == 5
    assert call_of(frame, None) not in others


# The app


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ja.Run]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_AUTOML_STORE", str(tmp_path_factory.mktemp("places")))
        yield ja.fit("sample:iris", target="species", families=["dummy"], executor="inline")


@pytest.fixture(scope="module")
def visitors_run(run: ja.Run) -> ja.Run:
    """A run that a visitor of a Voila page made, in the store of `run`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_AUTOML_STORE", str(run.store.folder))
        patch.setenv("SERVER_SOFTWARE", "voila/0.5.8")
        return ja.fit("sample:iris", target="species", families=["dummy"], executor="inline")


@pytest.fixture
def home(run: ja.Run, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The store of `run`, for widgets of this test."""
    folder = run.store.folder
    monkeypatch.setenv("JUPYTER_AUTOML_STORE", str(folder))
    return folder


def state_of(app: App) -> Any:
    return app.get_state("state")["state"]


def test_the_same_cell_shows_its_run_again(
    run: ja.Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_cell(monkeypatch, "again")
    first = App()
    assert first.run is None
    first._follow(run)
    first.set_state({"view": {"tab": "results", "by": "page"}})
    first.close()
    # A kernel that was started again makes the widget anew.
    second = App()
    assert second.run is not None
    assert second.run.id == run.id
    assert second.view["tab"] == "results"
    assert state_of(second)["run"]["id"] == run.id
    assert state_of(second)["place"]["run"] == run.id
    second.close()
    in_cell(monkeypatch, "another")
    third = App()
    assert third.run is None
    third.close()


def test_another_call_in_the_same_cell_begins_anew(
    run: ja.Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_cell(monkeypatch, "changed")
    first = App()
    first._follow(run)
    first.close()
    second = App(prompt="Predict something else.")
    assert second.run is None
    second.close()


def test_a_run_can_be_given_and_brings_its_table_and_its_reading(run: ja.Run, home: Path) -> None:
    app = App(run=run)
    assert app.run is run
    opened = threading.Event()
    app._tables.watch(lambda: opened.set() if app._tables.table else None)
    assert app._tables.table is not None or opened.wait(20)
    state = state_of(app)
    assert state["data"]["table"]["n_rows"] == 150
    assert state["reading"]["task"]["target"] == "species"
    # A sample's own prompt is not put in the place of what the run was asked.
    assert state["reading"]["prompt"] == run.experiment.prompt
    app.close()


def test_a_voila_page_finds_the_run_of_its_address(
    visitors_run: ja.Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SERVER_SOFTWARE", "voila/0.5.8")
    monkeypatch.setenv("QUERY_STRING", f"run={visitors_run.id}")
    app = App()
    assert state_of(app)["run"]["id"] == visitors_run.id
    assert state_of(app)["place"] == {"host": "voila", "run": visitors_run.id, "lost": ""}
    app.close()


@pytest.mark.parametrize("part", ["nobody-1", "nobody-1122-1311-0123456789abcdef", ""])
def test_an_address_of_no_run_says_so_and_shows_none(
    visitors_run: ja.Run, home: Path, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    monkeypatch.setenv("SERVER_SOFTWARE", "voila/0.5.8")
    # The beginning of an id must not be enough to see somebody's run.
    wanted = part or visitors_run.id[:-2]
    monkeypatch.setenv("QUERY_STRING", f"run={wanted}")
    app = App()
    assert app.run is None
    assert state_of(app)["place"]["lost"] == wanted
    app.close()


@pytest.mark.parametrize("told", [True, False])
def test_a_run_that_was_made_elsewhere_is_not_there_for_visitors(
    run: ja.Run, home: Path, monkeypatch: pytest.MonkeyPatch, told: bool
) -> None:
    # A kernel that was started ahead may not have been told what was asked for.
    monkeypatch.setenv(*("SERVER_SOFTWARE", "voila/0.5.8") if told else ("VOILA_PREHEAT", "False"))
    states = []
    for wanted in (run.id, "nobody-1"):
        monkeypatch.setenv("QUERY_STRING", f"run={wanted}")
        app = App()
        assert app.run is None
        states.append({**state_of(app), "at": 0, "channel": ""})
        assert states[-1]["place"].pop("lost") == wanted
        app.close()
    # It is told in the same words as one that does not exist.
    assert states[0] == states[1]
    monkeypatch.setenv("JUPYTER_AUTOML_VISITORS", "false")
    monkeypatch.setenv("QUERY_STRING", f"run={run.id}")
    mine = App()
    assert mine.run is not None
    assert mine.run.id == run.id
    mine.close()


def test_a_visitor_sees_no_file_of_the_server_and_no_table_of_the_kernel(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SERVER_SOFTWARE", "voila/0.5.8")
    app = App()
    request = app._controller.requests["open"]
    for kind in ("path", "frame"):
        with pytest.raises(ja.AutoMLError, match="sample or an uploaded file"):
            request.answer(OpenRequest(source="/etc/passwd", kind=kind), ())
    assert state_of(app)["data"]["paths"] is False
    assert not app.warms
    assert len(new_id("churn").rpartition("-")[2]) == 16
    app.close()
    monkeypatch.setenv("JUPYTER_AUTOML_VISITORS", "false")
    mine = App()
    assert state_of(mine)["data"]["paths"] is True
    assert mine.warms
    assert len(new_id("churn").rpartition("-")[2]) == 4
    mine.close()
