"""A run as a still picture holds no code and stays small."""

from __future__ import annotations

import base64
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from jupyter_automl.api import snapshot, still, wording
from jupyter_automl.core import events as ev
from jupyter_automl.core.experiment import Experiment
from jupyter_automl.core.picture import Line
from tests.api.conftest import EVIL, bodies_of, experiment_of


def explained(state: Experiment, n: int = 1) -> Experiment:
    """The run with an explanation of its best model, by columns with bad names."""
    ready = ev.ExplanationReady(
        model=state.leaderboard.rows[0].model,
        path="nowhere.npz",
        importance=tuple((f"{EVIL} {place}", 1.0 / (place + 1)) for place in range(n)),
        method="tree",
        n_rows=9,
    )
    return replace(state, explanations={ready.model: ready})


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
    html = snapshot.to_html(finished, still.quick(finished))
    tags = _Tags(html).tags
    assert tags.count("tr") == 4
    # An image with the drawing in it: hosts that clean HTML remove inline SVG.
    (image,) = re.findall(r'src="data:image/svg\+xml;base64,([^"]*)"', html)
    root = ET.fromstring(base64.b64decode(image))
    assert "Best roc_auc so far" in list(root.itertext())
    assert "svg" not in tags
    assert "0.530" in html
    assert "Family_3 is best with roc_auc 0.530" in html


def test_nothing_of_the_data_becomes_markup() -> None:
    bodies = bodies_of(target=EVIL)
    bodies.insert(3, ev.NoticeRaised(code="x", message=f"Column {EVIL} is odd.", column=EVIL))
    state = replace(experiment_of(bodies), name=EVIL, reason=EVIL)
    bars = still.importance(explained(state))
    assert bars is not None
    parsed = _Tags(snapshot.to_html(state, (bars,)))
    assert parsed.tags.count("img") == 1
    assert "script" not in parsed.tags
    assert not [name for name in parsed.attributes if name.startswith("on")]
    assert not re.search(r"(?<!\\)<img", snapshot.to_markdown(state))


@given(st.text(max_size=60))
def test_any_name_is_text_in_markdown(name: str) -> None:
    escaped = snapshot.markdown_text(name)
    assert not re.search(r"(?<!\\)[<|`*_\[]", escaped)
    assert "\n" not in escaped


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


def test_the_line_ends_at_the_best_score(finished: Experiment) -> None:
    picture = still.best_so_far(finished)
    assert picture is not None
    (line,) = picture.marks
    assert isinstance(line, Line)
    assert line.y[-1] == line.y[-2] == finished.leaderboard.rows[0].score
    assert line.x[-1] == finished.elapsed_seconds
    assert "0.530" in picture.findings[0]
    assert still.best_so_far(experiment_of(bodies_of()[:1])) is None


def test_a_long_history_is_thinned(finished: Experiment) -> None:
    history = tuple((float(i), float(i)) for i in range(10_000))
    state = replace(finished, best_history=history, elapsed_seconds=10_000.0)
    picture = still.best_so_far(state)
    assert picture is not None
    assert isinstance(picture.marks[0], Line)
    assert len(picture.marks[0].x) <= 400
    assert len(picture.table.rows) == 200
    assert picture.table.more == 9_800
    assert len(snapshot.to_html(state, (picture,)).encode()) <= snapshot.MOST_BYTES


def test_pictures_that_find_no_room_are_left_out(finished: Experiment) -> None:
    wide = still.importance(explained(finished, n=10))
    assert wide is not None
    html = snapshot.to_html(finished, (wide,) * 40)
    assert len(html.encode()) <= snapshot.MOST_BYTES
    assert 1 <= html.count("<img ") <= 4


def test_text_and_markdown_stay_small_and_whole() -> None:
    bodies = bodies_of(n_models=400)
    bodies[-1] = ev.RunEnded(status="failed", reason=EVIL * 1_000, elapsed_seconds=1)
    state = experiment_of(bodies)
    for text in (snapshot.to_text(state), snapshot.to_markdown(state)):
        assert 1_000 < len(text.encode()) <= 9 * 1024
        assert "Family\\_400" in text or "Family_400" in text


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
