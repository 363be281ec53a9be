"""The profile of a table as a widget, without a page."""

from __future__ import annotations

import threading
from typing import Any

import pandas as pd
import polars as pl
import pytest

import jupyter_automl as ja
from jupyter_automl.core.errors import DataError, TargetError
from jupyter_automl.widgets import Profile, base
from jupyter_automl.widgets.asking import ViewContext
from jupyter_automl.widgets.parts.tables import notice_view
from jupyter_automl.widgets.views import VIEWS
from tests.widgets.events import MARKUP, Page

pytestmark = pytest.mark.usefixtures("store_dir")
VIEW = "application/vnd.jupyter.widget-view+json"


@pytest.fixture(autouse=True)
def bundle(monkeypatch: pytest.MonkeyPatch) -> None:
    """The front end need not be built to test what is behind it."""
    monkeypatch.setattr(base, "bundle", lambda name: f"/* {name} */")


def table(rows: int = 200) -> pd.DataFrame:
    return pd.DataFrame(
        {
            MARKUP: [n * 7 % 13 for n in range(rows)],
            "copy": [n * 7 % 13 for n in range(rows)],
            "kind": ["a", "b"] * (rows // 2),
        }
    )


def state_of(widget: Profile) -> Any:
    return widget.get_state("state")["state"]


class Asked:
    """A page that sends messages and waits for the replies."""

    def __init__(self, widget: Profile) -> None:
        self.page = Page()
        self._widget = widget
        widget._channel._send = self.page
        self._n = 0

    def __call__(self, kind: str, **body: Any) -> Any:
        self._n += 1
        key = f"p.{self._n}"
        self._widget._channel.receive({"id": key, "kind": kind, "body": body})
        return self.page.reply(key)


def test_it_shows_the_table_and_what_one_can_do() -> None:
    widget = Profile(table())
    state = state_of(widget)
    assert state["data"]["table"]["n_rows"] == 200
    (copied,) = (f for f in state["data"]["table"]["findings"] if f["code"] == "copied_column")
    assert copied["acts"] == [{"field": "exclude", "value": "copy"}]
    assert state["reading"]["editable"] == ["target", "exclude", "group", "time", "metric"]
    assert state["reading"]["code"] == "ja.fit(df)"
    assert widget.keywords == {}
    widget.close()


def test_what_is_chosen_on_the_page_is_read_as_keywords_and_as_code() -> None:
    widget = Profile(table(), target="kind")
    ask = Asked(widget)
    edits = {"target": "kind", "exclude": ["copy", MARKUP, "copy"], "group": None}
    assert ask("read", prompt="", edits=edits)["ok"]
    assert widget.keywords == {"target": "kind", "exclude": ["copy", MARKUP]}
    assert widget.code == f"ja.fit(df, target='kind', exclude=['copy', {MARKUP!r}])"
    state = state_of(widget)["reading"]
    assert state["code"] == widget.code
    assert ask("read", prompt="", edits={"target": "kind"})["ok"]
    assert widget.keywords == {"target": "kind"}
    widget.close()


def test_fit_takes_the_keywords() -> None:
    data = table().assign(more=[n * 11 % 17 for n in range(200)])
    widget = Profile(data, target="kind")
    widget._choices.choose({"target": "kind", "exclude": ["copy"], "group": MARKUP})
    limits = {"families": ["linear"], "max_trials": 1, "executor": "inline"}
    run = ja.fit(data, **widget.keywords, **limits)
    assert (run.task.target, run.task.exclude, run.task.group) == ("kind", ("copy",), MARKUP)
    assert run.plan is not None
    assert run.plan.validation == "group"
    widget.close()


def test_what_fit_would_refuse_stays_and_is_said() -> None:
    widget = Profile(table(), target="kind")
    ask = Asked(widget)
    assert ask("read", prompt="", edits={"target": "kind", "group": "kind"})["ok"]
    state = state_of(widget)["reading"]
    assert state["task"] is None
    assert "'kind'" in state["error"]["message"]
    assert widget.keywords == {"target": "kind", "group": "kind"}
    widget.close()


@pytest.mark.parametrize(
    "edits",
    [{"group": "nobody"}, {"exclude": "copy"}, {"exclude": [7]}, {"budget": 9}, {"target": {}}],
)
def test_what_no_page_of_ours_sends_changes_nothing(edits: dict[str, Any]) -> None:
    widget = Profile(table(), target="kind")
    ask = Asked(widget)
    reply = ask("read", prompt="", edits=edits)
    assert not reply["ok"]
    assert widget.keywords == {"target": "kind"}
    widget.close()


@pytest.mark.parametrize("kind", ["open", "open_without_repeats", "sources", "train"])
def test_a_page_can_open_and_start_nothing(kind: str) -> None:
    widget = Profile(table())
    reply = Asked(widget)(kind, source="churn", kind_="sample", prompt="")
    assert not reply["ok"]
    widget.close()


def test_the_line_of_python_names_the_data_as_the_person_did(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from jupyter_automl.widgets import frames

    data = table()
    monkeypatch.setattr(frames, "_user_namespace", lambda: {"other": table(), "visits": data})
    for made in (Profile(data), Profile(ja.profile(data))):
        assert made.code == "ja.fit(visits)"
        made.close()
    sample = Profile("sample:iris", target="species")
    assert sample.code == "ja.fit('sample:iris', target='species')"
    sample.close()


def test_columns_and_suspects_are_computed_when_a_page_asks() -> None:
    data = table().assign(told=lambda frame: frame["kind"].map({"a": 0, "b": 1}))
    widget = Profile(data, target="kind")
    opened, task = widget._tables.table, widget._choices.task
    assert opened is not None
    context = ViewContext(
        run=None,
        helper=None,
        stop=threading.Event(),
        table=opened,
        task=task,  # type: ignore[arg-type]
    )
    fingerprint = opened.dataset.fingerprint[:16]
    columns = VIEWS.get("data.columns")
    answer = columns.compute(context, columns.args(table=fingerprint), lambda *_: None).value
    assert [spread.kind for spread in answer.spreads] == ["numbers", "numbers", "levels", "numbers"]
    suspects = VIEWS.get("data.suspects")
    args = suspects.args(table=fingerprint, target="kind")
    found = suspects.compute(context, args, lambda *_: None).value.findings
    acts = {(act.field, act.value) for finding in found for act in finding.acts}
    assert ("exclude", "told") in acts
    widget.close()


def test_it_keeps_texts_for_where_there_is_no_page() -> None:
    widget = Profile(table(), target="kind")
    data, _ = widget._repr_mimebundle_()
    assert data[VIEW]["model_id"] == widget.model_id
    assert "200 rows, 3 columns" in data["text/plain"]
    assert "<img" not in data["text/html"]
    widget.close()
    data, _ = Profile._repr_mimebundle_(widget)
    assert VIEW not in data
    assert "200 rows" in data["text/plain"]


def test_a_report_follows_the_target_of_the_page() -> None:
    widget = Profile(table())
    assert widget.report.target is None
    widget._choices.choose({"target": "kind"})
    assert widget.report.target == "kind"
    assert widget.report is widget.report
    widget.close()


def test_other_frames_and_what_is_none() -> None:
    widget = Profile(pl.from_pandas(table()))
    assert state_of(widget)["data"]["table"]["n_columns"] == 3
    widget.close()
    with pytest.raises(DataError):
        Profile(pd.DataFrame())
    with pytest.raises(TargetError):
        Profile(table(), target="nobody")


def test_a_wide_table_sends_its_first_columns() -> None:
    wide = pd.DataFrame({f"c{n}": [n + k % 10 for k in range(50)] for n in range(2000)})
    widget = Profile(wide)
    state = state_of(widget)
    assert (state["data"]["table"]["n_columns"], len(state["data"]["table"]["columns"])) == (
        2000,
        60,
    )
    assert len(state["reading"]["columns"]) == 2000
    widget.close()


def test_the_app_says_which_findings_it_can_act_on() -> None:
    from jupyter_automl.api import tables
    from jupyter_automl.core.events import NoticeRaised
    from jupyter_automl.widgets.parts.reading import ReadingPart

    assert set(ReadingPart().view().editable) == {*tables.EDITABLE, "repeats"}
    seen = notice_view(NoticeRaised(code="repeated_rows", message="x"))
    assert [act.field for act in seen.acts] == ["repeats"]
