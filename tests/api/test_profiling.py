"""What `ja.profile` says of a table, in code and where there is no page."""

from __future__ import annotations

import re
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

import jupyter_automl as ja
from jupyter_automl.api import profile_still, showing
from jupyter_automl.api.choices import check_choices, fit_code
from jupyter_automl.api.profiling import COLUMNS, TableProfile
from jupyter_automl.api.remedies import acts_of, advice_for
from jupyter_automl.api.tables import open_table
from jupyter_automl.core.errors import ArgumentError, DataError, TargetError
from jupyter_automl.core.events import NoticeRaised
from jupyter_automl.widgets import base
from tests.api.conftest import EVIL

pytestmark = pytest.mark.usefixtures("store_dir")
VIEW = "application/vnd.jupyter.widget-view+json"
ROWS = 400
HOSTILE = (EVIL, "שם עמודה", "🎈 balloon", "", "x" * 10_000, "`|*_[link](http://a.b)", "\u202etxt")


@pytest.fixture
def bundle(monkeypatch: pytest.MonkeyPatch) -> None:
    """The front end need not be built to test what is behind it."""
    monkeypatch.setattr(base, "bundle", lambda name: f"/* {name} */")


def customers() -> pd.DataFrame:
    """Four visits of each of a hundred customers, by date; `told` is what is to be predicted."""
    draw = np.random.default_rng(0)
    alike = draw.random(ROWS // 4) < 0.5
    target = np.repeat(alike, 4)
    order = np.arange(ROWS)
    return pd.DataFrame(
        {
            "customer": [f"c{n // 4:03d}" for n in order],
            "when": pd.date_range("2024-01-01", periods=ROWS, freq="D"),
            "told": np.where(target, 7, 3),
            "spent": np.round(draw.normal(50, 9, ROWS), 2),
            "plan": draw.choice(["basic", "plus"], ROWS, p=[0.8, 0.2]),
            "gap": np.where(draw.random(ROWS) < 0.7, np.nan, 1.5),
            "left": np.where(target, "yes", "no"),
        }
    )


class Tags(HTMLParser):
    """Names of tags and of attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}


def test_a_frame_has_a_row_for_each_column() -> None:
    data = customers()
    frame = ja.profile(data, target="left").to_frame()
    assert list(frame.columns) == list(COLUMNS)
    assert list(frame["name"]) == list(data.columns)
    by_name = frame.set_index("name")
    spent = by_name.loc["spent"]
    assert (spent["min"], spent["max"]) == (data["spent"].min(), data["spent"].max())
    assert spent["mean"] == pytest.approx(data["spent"].mean())
    assert spent["most_frequent"] is None
    assert by_name.loc["plan", "most_frequent"] == "basic"
    assert by_name.loc["plan", "min"] is None
    assert by_name.loc["when", "min"] == pd.Timestamp("2024-01-01")
    assert by_name.loc["when", "mean"] == data["when"].mean()
    assert by_name.loc["gap", "missing"] == data["gap"].isna().sum()
    assert by_name.loc["customer", "distinct"] == ROWS // 4
    assert by_name.loc["left", "role"] == "target"
    assert by_name.loc["spent", "role"] == "feature"
    assert by_name.loc["customer", "role"] == "group"
    assert by_name.loc["when", "role"] == "time"
    assert by_name.loc["told", "role"] == "leave out"


def test_infinite_cells_have_no_part_in_the_numbers() -> None:
    values = [*np.linspace(0, 1, 50), np.inf, -np.inf]
    row = ja.profile(pd.DataFrame({"a": values, "b": range(52)})).to_frame().iloc[0]
    assert (row["min"], row["mean"], row["max"]) == (0.0, pytest.approx(0.5), 1.0)


def test_dates_beyond_the_calendar_have_no_ends() -> None:
    far = np.array([0, 2**62], dtype="datetime64[us]")
    made = ja.profile({"when": far, "n": [1, 2]})
    assert made.to_frame().loc[0, "min"] is None
    assert "when" in profile_still.texts(made)["text/plain"]


def test_issues_say_what_to_do_in_words_and_as_keywords() -> None:
    made = ja.profile(customers(), target="left")
    found = {issue.code: issue for issue in made.issues}
    assert found["target_copy"].keywords == {"exclude": ["told"]}
    assert found["repeated_entities"].keywords == {"group": "customer"}
    assert found["sorted_by_date"].keywords == {"time": "when"}
    assert found["mostly_missing"].columns == ("gap",)
    assert all(issue.message and issue.advice for issue in made.issues)
    levels = [issue.level for issue in made.issues]
    assert levels == sorted(levels, reverse=True)


def test_every_keyword_of_an_issue_is_taken_by_fit() -> None:
    data = customers()
    for issue in ja.profile(data, target="left").issues:
        task = check_choices(open_table(data), {"target": "left", **issue.keywords})
        for name, value in issue.keywords.items():
            got = getattr(task, name)
            assert (list(got) if name == "exclude" else got) == value


def test_without_a_target_nothing_is_said_of_one() -> None:
    codes = {issue.code for issue in ja.profile(customers()).issues}
    assert "mostly_missing" in codes
    assert not codes & {"target_copy", "leak", "repeated_entities", "sorted_by_date", "rare_class"}


def test_rare_classes_ask_for_another_metric() -> None:
    data = pd.DataFrame({"a": [n % 17 for n in range(500)], "y": ["no"] * 490 + ["yes"] * 10})
    (issue,) = (i for i in ja.profile(data, target="y").issues if i.code == "rare_class")
    assert issue.keywords["metric"] in ja.metrics("binary")


def test_a_target_that_cannot_be_learned_is_an_issue() -> None:
    data = pd.DataFrame({"a": range(50), "same": [1] * 50})
    (issue,) = (i for i in ja.profile(data, target="same").issues if i.code == TargetError.code)
    assert issue.columns == ("same",)
    assert "2 different values" in issue.message


def test_the_target_is_matched_as_fit_matches_it() -> None:
    data = pd.DataFrame({"Churn Flag": [0, 1] * 30, "b": range(60)})
    assert ja.profile(data, target="churn_flag").target == "Churn Flag"
    with pytest.raises(TargetError, match="nobody"):
        ja.profile(data, target="nobody")


@pytest.mark.parametrize("source", [pd.DataFrame(), pd.DataFrame({"a": []}), "nowhere.csv", 7])
def test_what_is_no_table_is_said(source: Any) -> None:
    with pytest.raises(DataError) as caught:
        ja.profile(source)
    assert caught.value.message


def test_other_tables_are_read_alike(tmp_path: Path) -> None:
    data = customers()
    path = tmp_path / "visits.parquet"
    data.to_parquet(path)
    expected = ja.profile(data).to_frame()
    for source in (pl.from_pandas(data), path, str(path)):
        pd.testing.assert_frame_equal(ja.profile(source).to_frame(), expected)


def test_hostile_names_are_text_everywhere() -> None:
    data = pd.DataFrame({name: [n * 7 % 11 for n in range(60)] for name in HOSTILE})
    data.columns = list(HOSTILE)
    made = ja.profile(data, target=EVIL)
    texts = profile_still.texts(made)
    tags = Tags(texts["text/html"])
    assert not tags.tags & {"img", "script", "a", "style"}
    assert tags.attributes == {"class", "style"}
    assert not re.search(r"(?<!\\)(<img|\[link\])", texts["text/markdown"])
    assert "\x1b" not in texts["text/plain"]
    assert all(len(text.encode()) <= 40 * 1024 for text in texts.values())
    names = list(made.to_frame()["name"])
    assert len(set(names)) == len(HOSTILE)
    assert "x" * 10_000 in names


def test_two_thousand_columns_stay_small() -> None:
    draw = np.random.default_rng(0)
    data = pd.DataFrame(draw.integers(0, 9, (60, 2000)), columns=[f"c{n}" for n in range(2000)])
    made = ja.profile(data)
    assert len(made.to_frame()) == 2000
    texts = profile_still.texts(made)
    assert "1,960 more columns" in texts["text/plain"]
    assert all(len(text.encode()) <= 40 * 1024 for text in texts.values())


def test_a_terminal_gets_text() -> None:
    from IPython.core.formatters import DisplayFormatter

    made = ja.profile(customers(), target="left")
    assert repr(made) == "<TableProfile of 'data': 400 rows, 7 columns>"
    with pytest.raises(NotImplementedError):
        made._ipython_display_()
    data, _ = DisplayFormatter().format(made, include=["text/plain"])
    assert data["text/plain"].startswith("data: 400 rows, 7 columns; ")
    assert "customer" in data["text/plain"]


def test_a_cell_gets_the_widget_and_texts_beside_it(
    bundle: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[Any] = []
    monkeypatch.setattr(showing, "kernel", object)
    monkeypatch.setattr(showing, "send", lambda data, *_, **__: sent.append(data))
    made = ja.profile(customers(), target="left")
    made._ipython_display_()
    (data,) = sent
    assert VIEW in data
    assert "Leave it out" in data["text/html"]


def test_without_a_front_end_a_cell_gets_the_texts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    sent: list[Any] = []
    monkeypatch.setattr(base, "STATIC", tmp_path)
    monkeypatch.setattr(showing, "kernel", object)
    monkeypatch.setattr(showing, "send", lambda data, *_, **__: sent.append(data))
    made = ja.profile(customers())
    made._ipython_display_()
    assert set(sent[0]) == {"text/plain", "text/markdown", "text/html"}
    data, _ = made._repr_mimebundle_(include={"text/html"})
    assert set(data) == {"text/html"}


def test_choices_are_checked_as_fit_checks_them() -> None:
    table = open_table(customers())
    assert check_choices(table, {"exclude": ["Told"], "group": "CUSTOMER"}).exclude == ("told",)
    with pytest.raises(ArgumentError, match="nobody"):
        check_choices(table, {"group": "nobody"})
    with pytest.raises(ArgumentError, match="for 'group' too"):
        check_choices(table, {"target": "left", "group": "left"})


def test_the_line_of_python_holds_any_name() -> None:
    keywords = {"target": "a'b\"\n", "exclude": [EVIL, "\u202etxt"]}
    line = fit_code("df", keywords)
    assert "\n" not in line
    assert "\u202e" not in line
    got: dict[str, Any] = {}

    class Ja:
        def fit(self, data: Any, **given: Any) -> None:
            got.update(given)

    eval(line, {"ja": Ja(), "df": None})
    assert got == keywords


def test_a_finding_without_a_column_has_no_act_on_one() -> None:
    assert acts_of(NoticeRaised(code="leak", message="Many.")) == ()
    assert acts_of(NoticeRaised(code="brand_new", message="x", column="a")) == ()
    assert advice_for("brand_new")


def test_a_profile_of_one_date_column_is_whole() -> None:
    made = ja.profile({"when": [datetime(2024, 1, day) for day in range(1, 29)]})
    assert isinstance(made, TableProfile)
    assert list(made.to_frame()["name"]) == ["when"]
