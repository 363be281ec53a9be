"""What a saved notebook holds of a run, without a kernel, a page or a script."""

from __future__ import annotations

import json
import os
import re
import threading
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
import pytest

import jupyter_automl as ja
from jupyter_automl.api import showing, snapshot, still
from jupyter_automl.core import events as ev
from jupyter_automl.store import Store
from jupyter_automl.widgets import App, Leaderboard, Prompt, Shap, Upload, WhatIf, base
from tests.api.conftest import EVIL, bodies_of
from tests.e2e.browser import find_browser
from tests.e2e.conftest import FLAGS

if TYPE_CHECKING:
    from nbformat import NotebookNode

MOST_GROWTH = 64 * 1024
"""Bytes that a run may add to a saved notebook."""
DEADLINE_SECONDS = 20.0
STATE = "application/vnd.jupyter.widget-state+json"
CELLS = (
    "import jupyter_automl as ja\n"
    'run = ja.fit("sample:iris", "Predict species", budget="20s", '
    'families=["dummy", "linear"], max_trials=2, n_jobs=1)',
    "run",
    "_ = run.wait()",
    "run",
    "ja.Shap(run)",
    "ja.App()",
)


class Tags(HTMLParser):
    """Names of tags, and all attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]


def check_texts(bundle: Mapping[str, Any]) -> None:
    """Every form for a reader is there and small."""
    for kind in ("text/html", "text/markdown", "text/plain"):
        assert bundle[kind].strip()
        assert len(bundle[kind].encode()) <= 40 * 1024
    found = Tags()
    found.feed(bundle["text/html"])
    assert not {"script", "style", "link", "iframe", "object", "a"} & set(found.tags)
    for name, value in found.attributes:
        assert not name.startswith("on")
        if name in ("src", "href"):
            assert value.startswith("data:image/svg+xml;base64,")


class Outputs:
    """What cells would show, in order."""

    def __init__(self) -> None:
        self.sent: list[tuple[Mapping[str, Any], str, bool]] = []
        self._news = threading.Condition()

    def __call__(self, data: Any, metadata: Any, display_id: str, *, update: bool) -> None:
        with self._news:
            self.sent.append((data, display_id, update))
            self._news.notify_all()

    def wait(self, n: int) -> None:
        with self._news:
            assert self._news.wait_for(lambda: len(self.sent) >= n, DEADLINE_SECONDS)


@pytest.fixture
def outputs(monkeypatch: pytest.MonkeyPatch) -> Outputs:
    """A kernel with a page."""
    made = Outputs()
    monkeypatch.setattr(showing, "send", made)
    monkeypatch.setattr(showing, "kernel", object)
    return made


@pytest.fixture
def bundle(monkeypatch: pytest.MonkeyPatch) -> None:
    """The front end need not be built to test what is behind it."""
    monkeypatch.setattr(base, "bundle", lambda name: f"/* {name} */" + " " * 100_000)


@pytest.fixture
def store(store_dir: Path) -> Iterator[Store]:
    store = Store(store_dir)
    yield store
    store.close()


@pytest.fixture
def going(store: Store) -> ja.Run:
    """A run of this process that has begun."""
    first, *rest = bodies_of(target=EVIL)
    assert isinstance(first, ev.RunCreated)
    store.create_run("t-1", first)
    store.append("t-1", ev.RunnerStarted(pid=os.getpid(), n_workers=2), *rest[1:4])
    return ja.open("t-1")


def end(store: Store) -> None:
    store.append("t-1", *bodies_of()[5:])


def test_an_output_is_replaced_once_when_its_run_ends(
    going: ja.Run, store: Store, outputs: Outputs, bundle: None
) -> None:
    going._ipython_display_()
    end(store)
    outputs.wait(2)
    ready = ev.ExplanationReady(
        model="Family_3", path="", importance=(("a", 1.0),), method="tree", n_rows=1
    )
    store.append("t-1", ready)
    ja.open("t-1").wait()
    (first, one, new), (last, other, again) = outputs.sent
    assert (new, again, one) == (False, True, other)
    assert "left." in first["text/plain"]
    assert "is best with roc_auc 0.530" in last["text/plain"]
    assert last["text/html"].count("<img alt=") >= 1
    # The view is the same one: what a person has chosen in it stays.
    assert first[snapshot.VIEW] == last[snapshot.VIEW]
    check_texts(last)


def test_a_run_that_is_over_is_shown_once_with_its_pictures(
    going: ja.Run,
    store: Store,
    outputs: Outputs,
    bundle: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(showing, "PAGE_WAIT_SECONDS", DEADLINE_SECONDS)
    end(store)
    going._ipython_display_()
    ((data, _, update),) = outputs.sent
    assert not update
    assert "is best with" in data["text/markdown"]
    assert still.kept(going) is not None
    store.append("t-1", ev.NoticeRaised(code="late", message="later"))
    assert still.kept(ja.open("t-1")) is None


def test_pictures_that_take_long_come_later(
    going: ja.Run,
    store: Store,
    outputs: Outputs,
    bundle: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    end(store)
    may_end = threading.Event()
    made = still.make

    def slow(run: ja.Run) -> still.Stills:
        may_end.wait(DEADLINE_SECONDS)
        return made(run)

    monkeypatch.setattr(still, "make", slow)
    monkeypatch.setattr(showing, "PAGE_WAIT_SECONDS", 0.0)
    going._ipython_display_()
    assert len(outputs.sent) == 1
    may_end.set()
    outputs.wait(2)
    assert [update for _, _, update in outputs.sent] == [False, True]


def test_outside_of_a_kernel_the_text_is_shown(going: ja.Run) -> None:
    with pytest.raises(NotImplementedError):
        going._ipython_display_()


def test_every_widget_has_its_texts(going: ja.Run, store: Store, bundle: None) -> None:
    end(store)
    widgets = [
        *(App(), App(run=going), Leaderboard(going), Shap(going), WhatIf(going), Upload()),
        Prompt("sample:iris", f"Predict species. {EVIL}"),
    ]
    for widget in widgets:
        data, _ = widget._repr_mimebundle_()
        check_texts(data)
        assert data[snapshot.VIEW]["model_id"] == widget.model_id
        widget.close()
        data, _ = base.WireWidget._repr_mimebundle_(widget)
        assert snapshot.VIEW not in data
    texts = [base.WireWidget._repr_mimebundle_(widget)[0]["text/plain"] for widget in widgets]
    assert "No run has been started" in texts[0]
    assert "Family_3 is best" in texts[1]
    assert "No file has been uploaded" in texts[5]
    assert "It predicts species" in texts[6]


@pytest.mark.parametrize(
    ("asked", "program"),
    [
        ("5a0c1e2f-7f1d-4f3c-9a44-0d7c2f6f3a10", False),
        ("a1b2c3d4-e5f6a7b8c9d0_4711_12", True),
        ("a1b2c3d4-e5f6a7b8c9d0_12", True),
        (None, False),
    ],
)
def test_programs_are_told_from_pages(
    asked: object, program: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Kernel:
        def get_parent(self) -> dict[str, Any]:
            return {"header": {"msg_id": asked}}

    monkeypatch.setattr(showing, "kernel", Kernel)
    assert showing.asked_by_program() is program
    monkeypatch.setenv("VOILA_PREHEAT", "False")
    assert not showing.asked_by_program()


def test_a_page_that_comes_to_a_program_gets_the_live_view(
    going: ja.Run, outputs: Outputs, bundle: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(showing, "asked_by_program", lambda: True)
    board = Leaderboard(going)
    board._ipython_display_()
    assert snapshot.VIEW not in outputs.sent[0][0]
    assert len(json.dumps(board.get_state())) < 4_000
    board._received(board, {"id": "here", "kind": "here"}, [])
    assert len(board._esm) > 100_000
    assert board.get_state("state")["state"]["run"]["status"] == "running"
    data, _, update = outputs.sent[-1]
    assert update
    assert data[snapshot.VIEW]["model_id"] == board.model_id
    board.close()


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> NotebookNode:
    """A notebook of a run, as `nbconvert --execute` makes it, with the state of its widgets."""
    from nbclient import NotebookClient

    folder = tmp_path_factory.mktemp("notebook")
    notebook = nbformat.v4.new_notebook(cells=list(map(nbformat.v4.new_code_cell, CELLS)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_AUTOML_STORE", str(folder / "store"))
        resources = {"metadata": {"path": str(folder)}}
        NotebookClient(notebook, timeout=240, kernel_name="python3", resources=resources).execute()
    return notebook


def bundles(notebook: NotebookNode) -> list[Mapping[str, Any]]:
    """What each cell shows; nothing else may come out of it."""
    found = []
    for cell in notebook.cells:
        for output in cell.outputs:
            assert output.output_type == "display_data", output
            found.append(output.data)
    return found


@pytest.mark.slow
def test_a_notebook_holds_the_end_of_its_run(executed: NotebookNode) -> None:
    shown = bundles(executed)
    assert len(shown) == 4
    for data in shown:
        check_texts(data)
    for data in shown[:2]:
        assert "is best with" in data["text/plain"]
        assert "is best with" in data["text/markdown"]
        assert "<img alt=" in data["text/html"]
    assert shown[1]["text/html"].count("<img alt=") >= 3
    assert "matters most" in shown[2]["text/html"] or "matter most" in shown[2]["text/html"]


@pytest.mark.slow
def test_a_notebook_grows_by_64_kb_a_run_at_most(executed: NotebookNode) -> None:
    states = executed.metadata.widgets[STATE]["state"]
    assert states
    per_widget = max(len(json.dumps(state)) for state in states.values())
    assert per_widget < 4_000
    for cell in executed.cells:
        whole = len(json.dumps(cell.outputs, ensure_ascii=False, indent=1).encode())
        assert whole + 2 * per_widget <= MOST_GROWTH


@pytest.mark.slow
@pytest.mark.parametrize("keeps_state", [True, False])
def test_nbconvert_shows_it_as_html_and_as_markdown(
    executed: NotebookNode, keeps_state: bool
) -> None:
    from nbconvert import HTMLExporter, MarkdownExporter

    notebook = nbformat.from_dict(json.loads(json.dumps(executed)))
    if not keeps_state:
        del notebook.metadata["widgets"]
    page, _ = HTMLExporter().from_notebook_node(notebook)
    assert page.count("is best with") >= 2
    assert page.count("data:image/svg+xml;base64,") >= 4
    assert "jupyter-widgets jp-OutputArea-output" not in page
    text, _ = MarkdownExporter().from_notebook_node(notebook)
    assert text.count("is best with") >= 2


@pytest.mark.slow
@pytest.mark.e2e
def test_it_is_seen_without_javascript(executed: NotebookNode, tmp_path: Path) -> None:
    from nbconvert import HTMLExporter

    path = find_browser()
    if path is None:
        pytest.skip("no Chromium")
    from playwright.sync_api import sync_playwright

    file = tmp_path / "notebook.html"
    file.write_text(HTMLExporter().from_notebook_node(executed)[0], encoding="utf-8")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        context = chromium.new_context(java_script_enabled=False, offline=True)
        page = context.new_page()
        page.goto(file.as_uri(), wait_until="domcontentloaded")
        assert page.get_by_text(re.compile("is best with")).first.is_visible()
        images = page.locator("img[src^='data:image/svg']")
        assert images.count() >= 4
        for place in range(images.count()):
            box = images.nth(place).bounding_box()
            assert box is not None
            assert box["width"] > 200
            assert box["height"] > 60
        assert page.locator("table").first.is_visible()
        chromium.close()
