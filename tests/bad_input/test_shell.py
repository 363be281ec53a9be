"""Mistakes on the command line: one line on stderr and exit code 2, or a result."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from jupyter_automl.cli import main
from tests.bad_input.cases import FAILING, WORKING, Case, good

pytestmark = pytest.mark.usefixtures("inline")

Capture = pytest.CaptureFixture[str]
FROM_FILES = tuple(case for case in WORKING if not case.in_memory)


def words_of(case: Case, folder: Path) -> list[str]:
    """The command line that makes this mistake."""
    options = {"budget": "20s", "families": "dummy"} | dict(case.options)
    words = ["fit", str(case.source(folder)), f"--budget={options['budget']}"]
    words += [f"--family={options['families']}", "--n-jobs=1"]
    words += [f"--target={case.target}"] if case.target else []
    return words + ([f"--metric={options['metric']}"] if "metric" in options else [])


def call(capsys: Capture, words: Sequence[str]) -> tuple[int, str, str]:
    code = main(words)
    out, err = capsys.readouterr()
    return code, out, err


@pytest.mark.parametrize("case", FAILING, ids=str)
def test_a_mistake_is_one_line_and_exit_2(case: Case, capsys: Capture, tmp_path: Path) -> None:
    words = words_of(case, tmp_path)
    code, out, err = call(capsys, words)
    assert (code, out) == (2, "")
    assert err.startswith("Error: ")
    assert err.count("\n") == 1
    assert case.words in err
    code, out, err = call(capsys, [*words, "--json"])
    assert (code, out) == (2, "")
    error = json.loads(err)["error"]
    assert error["code"] == case.code
    assert case.words in f"{error['message']} {error['hint']}"
    assert error["hint"]
    assert call(capsys, ["runs", "--json"])[:2] == (0, '{"runs": []}\n')


@pytest.mark.parametrize("case", FROM_FILES, ids=str)
def test_what_can_be_used_is_used(case: Case, capsys: Capture, tmp_path: Path) -> None:
    code, out, err = call(capsys, [*words_of(case, tmp_path), "--json"])
    assert (code, err) == (0, "")
    result = json.loads(out.splitlines()[-1])["result"]
    assert (result["status"], result["best_model"]) == ("finished", "Baseline")
    assert case.words in " ".join(notice["message"] for notice in result["notices"])


@pytest.mark.parametrize(
    ("words", "proposal"),
    [
        (("fitt", "data.csv"), "fit"),
        (("fit", "data.csv", "--targt", "y"), "--target"),
        (("fit", "data.csv", "--n-jobs", "many"), "integer"),
    ],
)
def test_an_unknown_word_gets_a_proposal(
    words: tuple[str, ...], proposal: str, capsys: Capture
) -> None:
    code, out, err = call(capsys, words)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert proposal in err
    assert json.loads(call(capsys, [*words, "--json"])[2])["error"]["code"] == "argument"


def test_a_good_table_trains_after_a_mistake(capsys: Capture, tmp_path: Path) -> None:
    path = tmp_path / "good.csv"
    good().to_csv(path, index=False)
    words = ["fit", str(path), "--budget=20s", "--family=dummy", "--n-jobs=1"]
    assert call(capsys, [*words, "--target=nobody"])[0] == 2
    code, out, _ = call(capsys, [*words, "--target=y"])
    assert code == 0
    assert "Baseline" in out
    assert call(capsys, ["predict", "last", str(tmp_path / "nothing.csv")])[0] == 2
    assert call(capsys, ["predict", "last", str(path)])[0] == 0
