"""The README's Python runs as it stands, top to bottom; its commands exist."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    """The fenced blocks of a language, in order."""
    return re.findall(rf"^```{language}\n(.*?)^```", README, flags=re.MULTILINE | re.DOTALL)


@pytest.mark.slow
def test_the_python_blocks_run_in_a_notebook(store_dir: Path, tmp_path: Path) -> None:
    import nbformat
    from nbclient import NotebookClient

    write = 'import jupyter_automl as ja\nja.sample("churn").to_csv("churn.csv", index=False)'
    # Only the minutes are shortened; in 10 s a machine that is busy elsewhere fits no model.
    cells = [write, *(block.replace('"1m"', '"20s"') for block in blocks("python"))]
    cells = [cell.replace("--budget 1m", "--budget 20s") for cell in cells]
    cells.append('ja.last().wait(); assert ja.last().status == "finished"')
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    resources = {"metadata": {"path": str(tmp_path)}}
    NotebookClient(notebook, timeout=120, kernel_name="python3", resources=resources).execute()


def test_every_shell_command_exists() -> None:
    shell = "\n".join(blocks("sh"))
    commands = set(re.findall(r"^jupyter automl (\w+)", shell, flags=re.MULTILINE))
    targets = set(re.findall(r"^make (\w+)", shell, flags=re.MULTILINE))
    assert {"demo", "fit", "runs", "predict", "dashboard", "doctor"} <= commands
    for command in sorted(commands):
        done = subprocess.run(
            [sys.executable, "-m", "jupyter_automl.cli", command, "--help"],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert "--json" in done.stdout
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in sorted(targets):
        assert re.search(rf"^{target}:", makefile, flags=re.MULTILINE), target


def test_every_benchmark_of_the_readme_exists() -> None:
    named = set(re.findall(r"python -m (tests\.benchmarks\.\w+)", README))
    for name in sorted(named):
        path = ROOT / Path(*name.split("."))
        assert path.with_suffix(".py").is_file() or (path / "__main__.py").is_file(), name
