"""Importing the package is cheap, and its names are found on first use."""

from __future__ import annotations

import subprocess
import sys

import pytest

import jupyter_automl as ja


def test_import_loads_nothing_heavy() -> None:
    code = (
        "import sys, jupyter_automl as ja; dir(ja); "
        "heavy = {'pandas', 'numpy', 'sklearn', 'pydantic', 'pyarrow', 'ipywidgets'}; "
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_listed_name_is_there() -> None:
    for name in dir(ja):
        assert getattr(ja, name) is not None


def test_the_builtin_open_is_untouched() -> None:
    code = "from jupyter_automl import *; import builtins; print(open is builtins.open)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "True"


@pytest.mark.parametrize(
    ("name", "proposal"), [("Leaderbord", "'Leaderboard'"), ("metric", "'metrics'")]
)
def test_an_unknown_name_gets_a_proposal(name: str, proposal: str) -> None:
    with pytest.raises(AttributeError, match=f"{name}.*Did you mean {proposal}"):
        getattr(ja, name)


@pytest.mark.parametrize("name", ["Deploy", "load"])
def test_names_of_later_work_do_not_exist(name: str) -> None:
    assert not hasattr(ja, name)
