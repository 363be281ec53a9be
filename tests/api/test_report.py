"""Reports: every form holds the same facts, no code, and stays small."""

from __future__ import annotations

import csv
import io
import itertools
import json
import math
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import jupyter_automl as ja
from jupyter_automl.api.pictures.room import clean
from jupyter_automl.api.report import FORMS
from jupyter_automl.api.report.blocks import Drawing, Section
from jupyter_automl.api.report.found import Found, find
from jupyter_automl.api.report.html import MOST_BYTES, report_html
from jupyter_automl.api.report.limits import limits, unchecked
from jupyter_automl.api.report.markdown import front_matter, model_card
from jupyter_automl.api.report.metrics import report_csv, report_json
from jupyter_automl.api.report.sections import report_of
from jupyter_automl.core import events as ev
from jupyter_automl.core.errors import ArgumentError, UnavailableError
from jupyter_automl.core.experiment import Experiment
from jupyter_automl.store import Store
from tests.api.conftest import EVIL, bodies_of, experiment_of
from tests.api.record_pictures import pictures

CASES = pictures()
SCRIPT = "</td></svg><script>alert(1)</script>"
HEBREW = "שלום \u202eabc"
EMOJI = "👩‍👩‍👧 🎉"
LONG = "x" * 10_000
PIPES = "| a | *c* _d_ [e](javascript:alert(1)) `f` ---"
VOID = {"meta", "img", "br", "link", "input"}
CARD = (
    *("Model description", "Intended use", "Training data", "Evaluation", "Limitations"),
    "How to use",
)


class Page(HTMLParser):
    """The tags of a page, checked for being nested as they should."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.words: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def check_page(text: str) -> Page:
    """A page that is small, and in which nothing runs and nothing comes from elsewhere."""
    assert len(text.encode()) < MOST_BYTES
    page = Page(text)
    assert not {"script", "img", "iframe", "object", "link", "form"} & set(page.tags)
    for tag, name, value in page.attributes:
        assert not name.startswith("on"), (tag, name)
        if name in ("href", "src", "action"):
            assert value.startswith("#"), value
    assert not re.search(r"url\((?!#)|@import", text)
    ids = [value for _, name, value in page.attributes if name == "id"]
    assert len(ids) == len(set(ids))
    links = {value[1:] for _, name, value in page.attributes if name == "href"}
    assert links <= set(ids)
    levels = [int(tag[1]) for tag in page.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    assert page.tags.count("table") == page.tags.count("caption")
    assert page.tags.count("figure") == page.tags.count("svg")
    return page


@pytest.fixture(scope="module")
def run(trained_store: Path) -> ja.Run:
    """Two classes; everything that has a name has a bad one."""
    rng = np.random.default_rng(0)
    n = 300
    frame = pd.DataFrame({EVIL: rng.normal(size=n), LONG: rng.normal(size=n)})
    frame[HEBREW] = rng.choice([EMOJI, PIPES, SCRIPT], size=n)
    frame[PIPES] = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 400, n), "D")
    frame["gaps"] = np.where(rng.random(n) < 0.7, np.nan, frame[EVIL])
    frame[SCRIPT] = np.where(frame[EVIL] + 0.3 * rng.normal(size=n) > 0, EVIL, EMOJI)
    run = ja.fit(
        frame,
        target=SCRIPT,
        families=["dummy", "linear"],
        budget=6,
        max_trials=3,
        executor="inline",
        n_jobs=1,
        name=SCRIPT + HEBREW,
    )
    run.explain(max_rows=60)
    return run


@pytest.fixture(scope="module")
def found(run: ja.Run) -> Found:
    return find(run)


@pytest.fixture(scope="module")
def regression(trained_store: Path) -> ja.Run:
    return ja.fit(
        "sample:diabetes",
        target="progression",
        families="linear",
        max_trials=2,
        budget=5,
        executor="inline",
        n_jobs=1,
    )


@pytest.fixture
def store(store_dir: Path) -> Iterator[Store]:
    store = Store(store_dir)
    yield store
    store.close()


def moment(state: Experiment) -> Found:
    return Found(state=state, at=datetime(2026, 1, 2, 3, 4))


def test_the_page_has_every_part_and_no_code(found: Found) -> None:
    text = report_html(report_of(found))
    page = check_page(text)
    said = " ".join(page.words)
    for title in (
        *("Summary", "Data", "How it was decided", "Leaderboard", "How good it is"),
        *("What moves the predictions", "Features that were built", "Limits", "Do it again"),
    ):
        assert title in said
    assert page.tags.count("svg") >= 8
    assert EVIL in said
    assert "ja.fit(" in said
    assert said.count("x" * 200) == 0


def test_the_page_follows_the_theme_and_prints(found: Found) -> None:
    text = report_html(report_of(found))
    assert "color-scheme:light dark" in text
    assert "@media print" in text
    # Drawings write in the colour of the text around, so that both themes can be read.
    assert 'fill="currentColor"' in text
    assert "#FFFFFF" not in text


def test_pictures_that_would_make_it_large_are_left_out_and_counted(found: Found) -> None:
    drawings = tuple(Drawing(picture=picture) for picture in CASES.values()) * 40
    section = Section(key="many", title="Many", blocks=drawings)
    report = report_of(found)
    page = check_page(report_html(replace(report, sections=(*report.sections, section))))
    omitted = re.search(r"([\d,]+) pictures are left out", " ".join(page.words))
    assert omitted is not None
    shown = page.tags.count("figure") - sum(
        isinstance(block, Drawing) for part in report.sections for block in part.blocks
    )
    assert 0 < shown == len(drawings) - int(omitted[1].replace(",", ""))


def test_limits_are_facts_of_the_run(found: Found) -> None:
    said = " ".join(limits(found))
    assert "300 rows only" in said
    assert "more than half of the cells are missing" in said
    assert "gaps" in said
    assert "not split by time" in said
    assert "explanation is of" in said
    assert len(unchecked(found)) == 4
    assert limits(moment(Experiment())) == (
        "The run was not over: what it finds later may be better.",
    )


def test_a_regression_has_its_own_pictures(regression: ja.Run, tmp_path: Path) -> None:
    page = check_page(regression.report(tmp_path / "r.html").read_text(encoding="utf-8"))
    said = " ".join(page.words)
    assert "Predicted" in said
    assert "442 rows" in said
    card = regression.report(tmp_path / "r.md").read_text(encoding="utf-8")
    assert "pipeline_tag: tabular-regression" in card
    assert "A model that predicts the number progression from" in card


def test_the_card_has_the_headings_of_a_hub(found: Found) -> None:
    card = model_card(found)
    assert re.findall(r"^## (.*)$", card, re.MULTILINE) == list(CARD)
    _, matter, body = card.split("---\n", 2)
    facts = yaml.safe_load(matter)
    assert facts["pipeline_tag"] == "tabular-classification"
    assert facts["metrics"] == [found.state.leaderboard.metric]
    (model,) = facts["model-index"]
    assert model["name"].startswith(clean(SCRIPT))
    (result,) = model["results"]
    values = {score["type"]: score["value"] for score in result["metrics"]}
    assert found.evaluation is not None
    assert values["accuracy"] == pytest.approx(found.evaluation.scores["accuracy"].value)
    outside = "\n".join(line for line in body.splitlines() if not line.startswith("    "))
    assert not re.search(r"(?<!\\)<[a-z/]", outside)
    assert not re.search(r"(?<!\\)\]\(", outside)
    assert "javascript\\:" not in outside
    assert f"run = ja.open({found.state.run_id!r})" in body


@given(st.text(st.characters() | st.characters(categories=("Cc", "Cs", "Cn")), max_size=40))
def test_any_name_is_a_scalar_of_the_front_matter(name: str) -> None:
    state = replace(experiment_of(bodies_of()), name=name)
    matter = front_matter(moment(state)).strip("-")
    facts = yaml.safe_load(matter)
    assert facts["model-index"][0]["name"] == clean(name)


def test_the_numbers_are_the_same_in_every_form(found: Found) -> None:
    document = json.loads(report_json(found))
    assert document["schema"] == 1
    assert document["run"]["name"] == found.state.name
    assert document["model"]["name"] == found.state.leaderboard.rows[0].model
    assert document["metrics"][0]["metric"] == document["plan"]["metric"]
    for row in document["metrics"]:
        if row["low"] is not None:
            assert row["low"] <= row["value"] <= row["high"]
    assert {name for name, _ in document["importance"]["features"]} == set(
        document["plan"]["features"]
    )
    assert document["limits"] == list(limits(found))
    assert "numpy" in document["versions"]
    lines = list(csv.DictReader(io.StringIO(report_csv(found))))
    assert [line["metric"] for line in lines] == [row["metric"] for row in document["metrics"]]
    for line, row in zip(lines, document["metrics"], strict=True):
        assert (float(line["value"]) if line["value"] else None) == row["value"]
        assert int(line["rows"]) == row["rows"]


def test_scores_that_are_no_numbers_are_null() -> None:
    bodies = bodies_of()
    spoilt = [
        replace(body, result=replace(body.result, score=score, score_std=math.nan))
        if isinstance(body, ev.TrialFinished)
        else body
        for body, score in zip(bodies, [math.nan, math.inf, -math.inf] * 4, strict=False)
    ]
    here = moment(experiment_of(spoilt))
    document = json.loads(report_json(here))
    assert [row["score"] for row in document["leaderboard"]] == [None, None, None]
    check_page(report_html(report_of(here)))
    assert "nan" not in report_csv(here)


@pytest.mark.parametrize("suffix", sorted(FORMS))
def test_a_run_without_a_model_has_a_report(suffix: str, store: Store, tmp_path: Path) -> None:
    if suffix == ".pdf":
        pytest.importorskip("fpdf")
    first, *rest = bodies_of()
    assert isinstance(first, ev.RunCreated)
    store.create_run("t-1", first)
    run = ja.open("t-1")
    waiting = run.report(tmp_path / f"waiting{suffix}")
    assert waiting.stat().st_size > 0
    store.append("t-1", ev.RunnerStarted(pid=os.getpid(), n_workers=2), rest[1])
    going = run.report(tmp_path / f"going{suffix}").read_bytes()
    if suffix == ".html":
        said = " ".join(check_page(going.decode()).words)
        assert "The run goes on" in said
        assert "no model yet" in said
    store.append("t-1", rest[-1])
    ended = run.report(tmp_path / f"ended{suffix}").read_bytes()
    if suffix == ".md":
        assert re.findall(r"^## (.*)$", ended.decode(), re.MULTILINE) == list(CARD)
    if suffix == ".csv":
        assert ended == b"metric,value,low,high,rows\n"


def test_a_run_whose_files_are_gone_says_so(run: ja.Run, tmp_path: Path) -> None:
    copy = tmp_path / "trials"
    shutil.move(run.folder / "trials", copy)
    try:
        text = ja.open(run.id).report(tmp_path / "r.html").read_text(encoding="utf-8")
    finally:
        shutil.move(copy, run.folder / "trials")
    said = " ".join(check_page(text).words)
    assert "cannot be read" in said
    assert "Leaderboard" in said
    assert "Do it again" in said


def test_the_suffix_says_the_form(run: ja.Run, tmp_path: Path) -> None:
    with pytest.raises(ArgumentError, match=r"\.html, \.pdf, \.md, \.json, \.csv") as caught:
        run.report(tmp_path / "report.docx")
    assert "report.docx" in caught.value.message
    with pytest.raises(ArgumentError, match="can be written"):
        run.report(tmp_path / "none" / "report.json")
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(ArgumentError, match="can be written"):
        run.report(tmp_path / "folder.csv")
    with pytest.raises(ArgumentError, match=r"zzz\.docx"):
        run.report(tmp_path / ("z" * 3_000 + ".docx"))
    path = run.report(str(tmp_path / "REPORT.JSON"))
    assert path == tmp_path / "REPORT.JSON"
    assert [item.name for item in tmp_path.iterdir() if item.is_file()] == ["REPORT.JSON"]


def test_a_pdf_without_its_package_is_an_error_that_says_what_to_install(
    run: ja.Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(UnavailableError, match=r'pip install "jupyter-automl\[pdf\]"'):
        run.report(tmp_path / "report.pdf")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_many_columns_and_classes_stay_below_a_megabyte(trained_store: Path) -> None:
    rng = np.random.default_rng(1)
    n, n_columns, n_classes = 1_000, 2_000, 200
    values = rng.normal(size=(n, n_columns))
    names = [f"{EVIL} {number} {'long ' * 40}" for number in range(n_columns)]
    frame = pd.DataFrame(values, columns=names)
    frame["y"] = [f"class {number % n_classes} {SCRIPT} {'y' * 300}" for number in range(n)]
    run = ja.fit(
        frame,
        target="y",
        families="dummy",
        max_trials=1,
        budget=60,
        executor="inline",
        n_jobs=1,
    )
    found = find(run)
    page = check_page(report_html(report_of(found)))
    assert page.tags.count("svg") >= 3
    assert "fewer than 30 rows each" in " ".join(limits(found))
    assert len(model_card(found).encode()) < MOST_BYTES
