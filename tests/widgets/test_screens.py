"""The parts behind the screens, on real tables and prompts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from jupyter_automl.core.errors import AutoMLError
from jupyter_automl.widgets.controller import Controller
from jupyter_automl.widgets.frames import find_frames, frame_named
from jupyter_automl.widgets.parts.reading import ReadingPart
from jupyter_automl.widgets.parts.tables import TablePart
from jupyter_automl.widgets.requests import check_body
from tests.widgets.events import MARKUP

pytestmark = pytest.mark.usefixtures("store_dir")


class Screen:
    """Data and prompt together, as `App` has them."""

    def __init__(self) -> None:
        self.reading = ReadingPart()
        self.tables = TablePart(self.reading.use)
        self.controller = Controller([self.tables, self.reading])

    def ask(self, kind: str, /, **body: Any) -> Any:
        request = self.controller.requests[kind]
        return request.answer(check_body(request, kind, body), ())


@pytest.fixture
def screen() -> Iterator[Screen]:
    screen = Screen()
    yield screen
    screen.controller.close()


def test_a_sample_is_opened_with_a_prompt_to_begin_with(screen: Screen) -> None:
    screen.ask("sources")
    assert "churn" in [sample.name for sample in screen.tables.view().samples]
    screen.ask("open", source="churn", kind="sample")
    table = screen.tables.view().table
    assert table is not None
    assert (table.name, table.n_rows) == ("churn", 5000)
    task = screen.reading.task
    assert task is not None
    assert (task.target, task.task) == ("churn", "binary")


def test_a_path_that_is_not_there_is_said_and_the_old_table_stays(screen: Screen) -> None:
    screen.ask("open", source="iris", kind="sample")
    with pytest.raises(AutoMLError):
        screen.ask("open", source="nowhere/data.csv")
    view = screen.tables.view()
    assert view.status == "failed"
    assert view.error is not None
    assert view.error.code == "data_not_found"
    assert view.table is not None
    assert view.table.name == "iris"


def test_markup_in_a_table_stays_text(screen: Screen, tmp_path: Path) -> None:
    path = tmp_path / "markup.csv"
    rows = {MARKUP: [1, 2, 3, 4] * 10, "label": ["<b>yes</b>", "no"] * 20}
    pd.DataFrame(rows).to_csv(path, index=False)
    screen.ask("open", source=str(path))
    table = screen.tables.view().table
    assert table is not None
    assert table.columns[0].name == MARKUP
    assert table.rows[0] == ("1", "<b>yes</b>")


def test_an_edit_wins_over_the_text_and_can_be_taken_back(screen: Screen) -> None:
    screen.ask("open", source="churn", kind="sample")
    prompt = "Predict churn. Optimise for recall. Ignore customer_id."
    screen.ask("read", prompt=prompt, edits={"metric": "roc_auc", "exclude": [], "budget": "90s"})
    task = screen.reading.task
    assert task is not None
    assert (task.metric, task.exclude, task.budget_seconds) == ("roc_auc", (), 90.0)
    screen.ask("read", prompt=prompt, edits={})
    task = screen.reading.task
    assert task is not None
    assert (task.metric, task.exclude) == ("recall", ("customer_id",))


@pytest.mark.parametrize(
    ("edits", "word"),
    [
        ({"target": "chrun"}, "churn"),
        ({"budget": "soon"}, "duration"),
        ({"budget": -1}, "at least"),
        ({"metric": "reccall"}, "recall"),
        ({"task": "clustering"}, "regression"),
        ({"exclude": ["nobody"]}, "nobody"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_wrong_edit_is_explained(screen: Screen, edits: dict[str, Any], word: str) -> None:
    screen.ask("open", source="churn", kind="sample")
    screen.ask("read", prompt="Predict churn.", edits=edits)
    error = screen.reading.view().error
    assert error is not None
    assert word in f"{error.message} {error.hint}"
    assert screen.reading.task is None


def test_tables_of_the_kernel_are_found_by_name() -> None:
    frame = pd.DataFrame({"a": [1, 2]})
    names = {"customers": frame, "_hidden": frame, "x": 3}
    found = find_frames(names)
    assert [(f.name, f.n_rows, f.n_columns) for f in found] == [("customers", 2, 1)]
    assert frame_named("customers", names) is frame
    with pytest.raises(AutoMLError, match="customer"):
        frame_named("customer", names)
