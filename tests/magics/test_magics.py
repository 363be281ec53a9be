"""``%automl`` and ``%%automl`` in a real IPython shell."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from IPython.core.error import UsageError
from IPython.core.interactiveshell import InteractiveShell

import jupyter_automl as ja


@pytest.fixture
def shell(store_dir: Path) -> Iterator[InteractiveShell]:
    """A shell with the extension loaded and a table in it."""
    shell = InteractiveShell()
    shell.run_line_magic("load_ext", "jupyter_automl")
    shell.user_ns["df"] = ja.sample("iris")
    yield shell
    shell.history_manager.end_session()
    InteractiveShell.clear_instance()


def test_a_cell_trains_and_keeps_the_run(shell: InteractiveShell) -> None:
    run = shell.run_cell_magic(
        "automl", "df --budget 30 --out mine", "Predict species. Only dummy."
    )
    assert shell.user_ns["mine"] is run
    assert run.name == "df"
    assert run.task.target == "species"
    stopped = shell.run_line_magic("automl", "stop")
    assert stopped.id == run.id
    assert run.wait(timeout=60).status in ("stopped", "finished")
    assert shell.run_line_magic("automl", f"open {run.id[:-1]}").id == run.id
    assert shell.user_ns["run"].id == run.id


def test_a_line_lists_the_runs(shell: InteractiveShell) -> None:
    assert isinstance(shell.run_line_magic("automl", "runs"), pd.DataFrame)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("runz", "Did you mean 'runs'"),
        ("stop", "no run"),
        ("open nothing-here", "nothing-here"),
        ("runs --out 1x", "variable"),
    ],
)
def test_a_wrong_line_is_one_message(shell: InteractiveShell, line: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        shell.run_line_magic("automl", line)


def test_a_cell_names_what_is_not_defined(shell: InteractiveShell) -> None:
    with pytest.raises(UsageError, match=r"'dff', which is not defined.*'df'"):
        shell.run_cell_magic("automl", "dff", "Predict species")
    with pytest.raises(UsageError, match="budget"):
        shell.run_cell_magic("automl", "df --budget soon", "Predict species")
