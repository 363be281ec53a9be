"""A notebook that JupyterLab saves after training holds the end of the run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.servers import Server
from tests.e2e.stage import run_notebook

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(600)]

MOST_GROWTH = 64 * 1024
VIEW = "application/vnd.jupyter.widget-view+json"
CELL = """\
import jupyter_automl as ja
run = ja.fit("sample:iris", "Predict species", budget="20s", families=["dummy", "linear"],
             max_trials=2, n_jobs=1)
run"""


def output_of(path: Path) -> Any:
    """What the one output of the one cell of a saved notebook holds."""
    (output,) = json.loads(path.read_text(encoding="utf-8"))["cells"][0]["outputs"]
    return output["data"]


def test_a_saved_notebook_holds_the_end_of_the_run(page: Page, lab: Server) -> None:
    import nbformat
    from playwright.sync_api import expect

    file = lab.work / "still.ipynb"
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(CELL)], metadata=nbformat.from_dict(kernel)
    )
    nbformat.write(notebook, file)
    before = file.stat().st_size

    run_notebook(page, lab.page("lab/workspaces/still/tree/still.ipynb"))
    cell = page.locator(".jp-NotebookPanel:visible .jp-CodeCell").first
    board = page.get_by_role("region", name="Leaderboard", exact=True).first
    # Showing the end makes the view anew, from the same model: this mark goes then.
    board.evaluate("view => view.setAttribute('data-first', '')")
    expect(board.locator(".ja-run .ja-sentence").first).to_contain_text(
        "is best with", timeout=120_000
    )
    expect(page.locator("[data-first]")).to_have_count(0, timeout=60_000)
    expect(board).to_be_visible()
    with page.expect_response(
        lambda response: response.request.method == "PUT" and "still.ipynb" in response.url
    ):
        page.keyboard.press("Control+s")
    data = output_of(file)
    assert "is best with" in "".join(data["text/plain"])
    assert "<img alt=" in "".join(data["text/html"])
    assert VIEW in data
    assert file.stat().st_size - before <= MOST_GROWTH
    expect(board).to_be_visible()
    expect(board.locator("tbody tr").first).to_be_visible()
    assert cell.locator(".jp-OutputArea-output").count() == 1
