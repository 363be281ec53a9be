"""A run as a still picture holds no code and stays small."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from jupyter_automl.api import snapshot, wording
from jupyter_automl.api.charts import bars, step_line
from jupyter_automl.core import events as ev
from jupyter_automl.core.experiment import Experiment
from tests.api.conftest import EVIL, bodies_of, experiment_of


class _Tags(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [name for name, _ in attrs]


def test_html_shows_the_leaderboard_and_the_line(finished: Experiment) -> None:
    html = snapshot.to_html(finished)
    tags = _Tags(html).tags
    assert tags.count("tr") == 4
    assert "svg" in tags
    assert "0.530" in html
    assert "Family_3 is best with roc_auc 0.530" in html


def test_nothing_of_the_data_becomes_markup() -> None:
    bodies = bodies_of(target=EVIL)
    bodies.insert(3, ev.NoticeRaised(code="x", message=f"Column {EVIL} is odd.", column=EVIL))
    state = replace(experiment_of(bodies), name=EVIL, reason=EVIL)
    for text in (snapshot.to_html(state), bars([(EVIL, 1.0)], label=EVIL)):
        parsed = _Tags(text)
        assert "img" not in parsed.tags
        assert "script" not in parsed.tags
        assert not [name for name in parsed.attributes if name.startswith("on")]
    assert not re.search(r"(?<!\\)<img", snapshot.to_markdown(state))


@given(st.text(max_size=60))
def test_any_name_is_text_in_markdown(name: str) -> None:
    escaped = snapshot._plain(name)
    assert not re.search(r"(?<!\\)[<|`*_\[]", escaped)


def test_a_large_run_stays_under_40_kb() -> None:
    bodies = bodies_of(n_models=400)
    bodies[3:3] = [ev.NoticeRaised(code="x", message=EVIL * 50) for _ in range(500)]
    assert len(snapshot.to_html(experiment_of(bodies)).encode()) <= 40 * 1024


def test_a_run_that_has_nothing_yet_is_shown(finished: Experiment) -> None:
    state = experiment_of(bodies_of()[:1])
    for text in (snapshot.to_html(state), snapshot.to_markdown(state), snapshot.to_text(state)):
        assert "Waiting for a runner" in text


def test_text_and_markdown_hold_every_row(finished: Experiment) -> None:
    assert snapshot.to_text(finished).count("Family_") == 4
    assert snapshot.to_markdown(finished).count("\n| ") == 5


def test_the_line_ends_at_the_best_score() -> None:
    line = step_line([(1.0, 0.5), (3.0, 0.75)], 10.0, label="best")
    assert "0.750" in line
    assert step_line([], 1.0, label="") == ""


def test_a_long_history_is_thinned() -> None:
    points = [(float(i), float(i)) for i in range(10_000)]
    assert len(step_line(points, 10_000.0, label="best")) < 8_000


@given(st.lists(st.floats(-1e9, 1e9), max_size=80), st.integers(2, 40))
def test_a_sparkline_is_never_wider_than_asked(values: list[float], width: int) -> None:
    assert len(wording.sparkline(values, width)) == min(len(values), width)


def test_units() -> None:
    assert wording.latency_text(0.0081) == "8.1 µs"
    assert wording.latency_text(1.234) == "1.23 ms"
    assert wording.seconds_text(1.94) == "1.9 s"
    assert wording.seconds_text(125) == "2:05"
    assert wording.bytes_text(3 * 1024**3) == "3.0 GiB"


def test_best_over_time_holds_the_last_value(finished: Experiment) -> None:
    values = wording.best_over_time(finished, 5)
    assert len(values) == 5
    assert values[-1] == finished.leaderboard.rows[0].score
    assert list(values) == sorted(values)
