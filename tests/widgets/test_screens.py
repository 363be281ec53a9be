"""The parts behind the screens, on real tables and prompts."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from jupyter_automl.core.errors import AutoMLError
from jupyter_automl.widgets.asking import ViewContext
from jupyter_automl.widgets.controller import Controller
from jupyter_automl.widgets.frames import find_frames, frame_named
from jupyter_automl.widgets.parts.reading import ReadingPart
from jupyter_automl.widgets.parts.tables import TablePart
from jupyter_automl.widgets.requests import check_body
from jupyter_automl.widgets.views import VIEWS
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
    ("edits", "validation"),
    [({"group": "customer_id"}, "group"), ({"time": "signup_date"}, "time"), ({}, None)],
)
def test_columns_of_groups_and_times_decide_how_rows_are_held_out(
    screen: Screen, edits: dict[str, Any], validation: str | None
) -> None:
    screen.ask("open", source="churn", kind="sample")
    screen.ask("read", prompt="Predict churn.", edits=edits)
    task = screen.reading.task
    assert task is not None
    assert task.validation == validation
    assert {"group": task.group, "time": task.time}.items() >= edits.items()


@pytest.mark.parametrize(
    ("edits", "word"),
    [
        ({"target": "chrun"}, "churn"),
        ({"budget": "soon"}, "duration"),
        ({"budget": -1}, "at least"),
        ({"metric": "reccall"}, "recall"),
        ({"task": "clustering"}, "regression"),
        ({"exclude": ["nobody"]}, "nobody"),
        ({"group": "regoin"}, "region"),
        ({"time": ["age"]}, "column of times"),
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


def test_repeated_rows_are_left_out_in_one_step(screen: Screen, tmp_path: Path) -> None:
    path = tmp_path / "twice.csv"
    pd.DataFrame({"a": [1, 2, 3, 4] * 30, "b": ["x", "y", "x", "z"] * 30}).to_csv(path, index=False)
    screen.ask("open", source=str(path))
    table = screen.tables.view().table
    assert table is not None
    assert "repeated_rows" in [finding.code for finding in table.findings]
    screen.ask("open_without_repeats")
    fewer = screen.tables.view().table
    assert fewer is not None
    assert (fewer.n_rows, fewer.name) == (4, "twice without repeats")
    assert fewer.fingerprint != table.fingerprint


def test_a_wide_table_sends_its_first_columns_and_the_others_when_asked(screen: Screen) -> None:
    frame = pd.DataFrame({f"c{n}": [n + k % 10 for k in range(50)] for n in range(150)})
    screen.tables.open(frame, "wide")
    table = screen.tables.view().table
    assert table is not None
    assert (table.n_columns, len(table.columns), len(table.rows[0])) == (150, 60, 60)
    answer = look(screen, "data.columns", table=table.fingerprint, start=120)
    assert [column.name for column in answer.columns] == [f"c{n}" for n in range(120, 150)]
    assert len(answer.rows[0]) == len(answer.spreads) == 30
    assert answer.spreads[0].kind == "numbers"
    assert (answer.spreads[0].low, answer.spreads[0].high) == ("120", "129")
    with pytest.raises(AutoMLError, match="not open"):
        look(screen, "data.columns", table="another")


def test_what_gives_the_target_away_is_found_before_a_run(screen: Screen) -> None:
    rows = 300
    target = ["yes" if n * 7919 % 10 < 4 else "no" for n in range(rows)]
    frame = pd.DataFrame(
        {
            "told": [{"yes": 1, "no": 0}[value] for value in target],
            "other": [n * 31 % 17 for n in range(rows)],
            "target": target,
        }
    )
    screen.tables.open(frame, "told")
    table = screen.tables.view().table
    assert table is not None
    screen.ask("read", prompt="Predict target", edits={})
    found = look(screen, "data.suspects", table=table.fingerprint, target="target").findings
    assert "told" in {finding.column for finding in found}


def look(screen: Screen, name: str, **args: Any) -> Any:
    """What a page would be answered."""
    view = VIEWS.get(name)
    context = ViewContext(
        run=None,
        helper=None,  # type: ignore[arg-type]
        stop=threading.Event(),
        table=screen.tables.table,
        task=screen.reading.task,
    )
    return view.compute(context, view.args(**args), lambda done, answer: None).value
