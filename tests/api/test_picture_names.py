"""Names of lines: whole, apart from each other, inside the picture, beside what they name."""

from __future__ import annotations

import itertools
import math
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_automl.api.pictures import picture_svg
from jupyter_automl.api.pictures.layout import Frame, frame_of
from jupyter_automl.api.pictures.names import apart
from jupyter_automl.api.pictures.room import text_width
from jupyter_automl.core.picture import Axis, Bars, Dots, Label, Line, Picture, Rule

SVG = "{http://www.w3.org/2000/svg}"
MODELS = (
    "Ensemble (5)",
    "LightGBM",
    "Logistic regression, L2",
    "CatBoost, threshold 0.25",
    "漢字漢字",
    "نموذج",
)
CHANCE, BEST, SHARE = "By chance", "Perfect order", "All rows: 25 %"

Box = tuple[float, float, float, float]
"""Left, right, top and bottom."""
shares = st.floats(0, 1, allow_subnormal=False)


@st.composite
def curves(draw: st.DrawFn) -> Picture:
    """One to three models that end anywhere, often in a corner, and what they are beside."""
    names = draw(st.lists(st.sampled_from(MODELS), min_size=1, max_size=3, unique=True))
    banded, steps = draw(st.booleans()), draw(st.booleans())
    marks: list[Line | Rule | Dots] = []
    if draw(st.booleans()):
        marks.append(Line(x=(0.0, 1.0), y=(0.0, 1.0), tone="quiet", name=CHANCE))
    if draw(st.booleans()):
        marks.append(Line(x=(0.0, 0.25, 1.0), y=(0.0, 1.0, 1.0), tone="quiet", name=BEST))
    if draw(st.booleans()):
        marks.append(Rule(axis="y", at=draw(shares), label=SHARE))
    if draw(st.booleans()):
        marks.append(Rule(axis="x", at=draw(shares), label="now"))
    corner = draw(st.sampled_from([0.0, 0.3, 1.0]))
    for place, name in enumerate(names):
        bend = draw(st.floats(0.05, 4))
        x = tuple(k / 20 for k in range(21))
        end = draw(st.one_of(st.just(corner), shares))
        y = (*(share**bend for share in x[:-1]), end)
        marks.append(
            Line(
                x=x,
                y=y,
                tone=f"series:{place}",
                name="" if len(names) == 1 and draw(st.booleans()) else name,
                steps=steps,
                low=tuple(max(0.0, value - 0.05) for value in y) if banded else None,
                high=tuple(min(1.0, value + 0.05) for value in y) if banded else None,
            )
        )
        if draw(st.booleans()):
            marks.append(Dots(x=x, y=y, tone=f"series:{place}"))
    return Picture(
        name="curves",
        title="Curves",
        x=Axis(label="looked at", low=0.0, high=1.0, percent=True),
        y=Axis(label="found", low=0.0, high=1.0, percent=True),
        marks=tuple(marks),
        square=draw(st.booleans()),
    )


def boxes(picture: Picture, width: int) -> tuple[list[tuple[str, Box]], float]:
    """What the SVG writes and the room of each, and the picture's height."""
    root = ET.fromstring(picture_svg(picture, width))
    found = []
    for text in root.iter(f"{SVG}text"):
        said = text.text or ""
        wide = text_width(said)
        x, y = float(text.attrib["x"]), float(text.attrib["y"])
        left = x - wide * {"start": 0, "middle": 0.5, "end": 1}[text.get("text-anchor", "start")]
        found.append((said, (left, left + wide, y - 8, y + 2)))
    return found, float(root.attrib["height"])


def named(picture: Picture) -> list[str]:
    """The names of lines and rules across."""
    lines = [mark.name for mark in picture.marks if isinstance(mark, Line)]
    rules = [mark.label for mark in picture.marks if isinstance(mark, Rule) and mark.axis == "y"]
    return [text for text in (*lines, *rules) if text]


def meet(a: Box, b: Box) -> bool:
    """Whether two boxes share more than a border of half a pixel."""
    across = min(a[1], b[1]) - max(a[0], b[0])
    down = min(a[3], b[3]) - max(a[2], b[2])
    return across > 0.5 and down > 0.5


@settings(max_examples=300)
@given(curves(), st.integers(380, 1600))
def test_every_name_is_whole_apart_and_inside(picture: Picture, width: int) -> None:
    words, height = boxes(picture, width)
    texts = [text for text, _ in words]
    for text in named(picture):
        assert texts.count(text) == 1, text
    for text, (left, right, top, bottom) in words:
        assert left >= -1, text
        assert right <= width + 1, text
        assert top >= 0, text
        assert bottom <= height, text
    for (text, a), (other, b) in itertools.combinations(words, 2):
        assert not meet(a, b), (text, other)


@settings(max_examples=300)
@given(curves(), st.integers(380, 1600))
def test_a_name_along_its_guide_touches_it_and_nothing_is_drawn_through_it(
    picture: Picture, width: int
) -> None:
    frame = frame_of(picture, width)
    for text, box in inside(frame):
        near = {
            name: min(gap(box, place) for place in places)
            for name, places in drawn(picture, frame).items()
        }
        assert near.pop(text) <= 6.5, text
        assert min(near.values(), default=99.0) >= 3, (text, near)


def inside(frame: Frame) -> list[tuple[str, Box]]:
    """The names that stand in the plot."""
    return [
        (word.text, (word.x, word.x + text_width(word.text), word.y - 9, word.y + 3))
        for word in frame.words
        if word.anchor == "start" and frame.left < word.x < frame.right and word.y > frame.top
    ]


def drawn(picture: Picture, frame: Frame) -> dict[str, list[tuple[float, float]]]:
    """Pixels of each line and rule, close to each other."""
    found = {}
    for place, mark in enumerate(picture.marks):
        if isinstance(mark, Rule):
            along = [k / 400 for k in range(401)]
            points = [(mark.at, k) if mark.axis == "x" else (k, mark.at) for k in along]
            name = mark.label
        elif isinstance(mark, Line):
            points = list(between(mark))
            name = mark.name
        else:
            continue
        pixels = [(frame.x.exact(x) or 0.0, frame.y.exact(y) or 0.0) for x, y in points]
        found[name or f"mark {place}"] = pixels
    return found


def between(line: Line) -> list[tuple[float, float]]:
    """Places of a line without gaps, a few to a pixel."""
    found = []
    for (a, b), (c, d) in itertools.pairwise(zip(line.x, line.y, strict=True)):
        assert a is not None
        assert b is not None
        assert c is not None
        assert d is not None
        for k in range(101):
            share = k / 100
            if line.steps:
                found += [(a + share * (c - a), b), (c, b + share * (d - b))]
            else:
                found.append((a + share * (c - a), b + share * (d - b)))
    return found


def gap(box: Box, place: tuple[float, float]) -> float:
    """Pixels from a place to a box."""
    left, right, top, bottom = box
    x, y = place
    return math.hypot(max(0.0, left - x, x - right), max(0.0, top - y, y - bottom))


def ending(*ends: float, names: tuple[str, ...] = MODELS) -> Picture:
    """A line a name from 0.5 to each end."""
    return Picture(
        name="ends",
        title="Ends",
        x=Axis(low=0.0, high=1.0),
        y=Axis(low=0.0, high=1.0),
        marks=tuple(
            Line(x=(0.0, 1.0), y=(0.5, end), tone=f"series:{k}", name=name)
            for k, (end, name) in enumerate(zip(ends, names, strict=False))
        ),
    )


def test_lines_that_end_apart_are_named_at_their_ends() -> None:
    frame = frame_of(ending(0.2, 0.8), 640)
    names = {word.text: word for word in frame.words if word.text in MODELS}
    for text, end in zip(MODELS, (0.2, 0.8), strict=False):
        assert names[text].x > frame.right
        assert names[text].y == pytest.approx((frame.y.at(end) or 0) + 4, abs=0.2)


@pytest.mark.parametrize("width", [380, 640, 1600])
def test_lines_that_meet_are_in_the_key_in_their_order(width: int) -> None:
    picture = ending(1.0, 1.0, 1.0)
    frame = frame_of(picture, width)
    names = [word for word in frame.words if word.text in MODELS]
    assert [word.text for word in names] == list(MODELS[:3])
    assert all(word.y < frame.top for word in names)
    tones = [swatch.tone for swatch in frame.swatches]
    assert tones == ["series:0", "series:1", "series:2"]
    for word, swatch in zip(names, frame.swatches, strict=True):
        assert swatch.kind == "line"
        assert 0 < word.x - swatch.x < 20
        assert abs(word.y - swatch.y) < 6
    # Nothing is kept free beside the plot then.
    assert frame.right == pytest.approx(width - 14)


def test_names_too_long_for_the_side_are_in_the_key_of_a_narrow_picture() -> None:
    picture = ending(0.2, 0.8, names=("Logistic regression, L2", "LightGBM"))
    narrow, wide = frame_of(picture, 380), frame_of(picture, 1000)
    for frame, above in ((narrow, True), (wide, False)):
        (long,) = [word for word in frame.words if word.text == "Logistic regression, L2"]
        assert (long.y < frame.top) == above


def test_a_guide_without_a_free_place_is_in_the_key() -> None:
    crowd = tuple(Line(x=(0.0, 1.0), y=(k / 30, k / 30)) for k in range(31))
    guide = Line(x=(0.0, 1.0), y=(0.0, 1.0), tone="quiet", name=CHANCE)
    picture = Picture(name="crowd", title="Crowd", marks=(*crowd, guide))
    frame = frame_of(picture, 640)
    (word,) = [word for word in frame.words if word.text == CHANCE]
    assert word.y < frame.top
    assert [swatch.tone for swatch in frame.swatches] == ["quiet"]


@pytest.mark.parametrize(
    "obstacle",
    [
        Bars(at=(0.5,), value=(1.0,), width=1.0),
        Dots(x=tuple(k / 60 for k in range(61)), y=tuple((7 * k % 61) / 60 for k in range(61))),
        Line(x=(0.0, 1.0), y=(0.5, 0.5), low=(0.0, 0.0), high=(1.0, 1.0)),
        *(Label(x=0.5, y=0.5, text=text) for text in ("here", "a few words at a point")),
    ],
)
def test_a_guides_name_covers_nothing(obstacle: Bars | Dots | Line | Label) -> None:
    guide = Rule(axis="y", at=0.5, label=SHARE)
    axis = Axis(low=0.0, high=1.0)
    picture = Picture(name="n", title="n", x=axis, y=axis, marks=(obstacle, guide))
    frame = frame_of(picture, 380)
    (box,) = [box for text, box in inside(frame) if text == SHARE] or [None]
    if not isinstance(obstacle, (Dots, Label)):
        assert box is None
        assert [swatch.kind for swatch in frame.swatches] == ["line"]
    elif isinstance(obstacle, Label):
        assert box is not None
        ((_, other),) = [(text, b) for text, b in inside(frame) if text == obstacle.text]
        assert not meet(box, other)
    elif box is not None:
        places = zip(obstacle.x, obstacle.y, strict=True)
        pixels = [(frame.x.at(x) or 0.0, frame.y.at(y) or 0.0) for x, y in places]
        assert min(gap(box, place) for place in pixels) >= 4


def test_a_rule_that_has_no_place_has_no_name() -> None:
    axis = Axis(kind="log")
    line = Line(x=(1.0, 10.0), y=(1.0, 10.0))
    marks = (line, Rule(axis="y", at=0.0, label="never"), Rule(axis="y", at=2.0, label="two"))
    frame = frame_of(Picture(name="n", title="n", x=axis, y=axis, marks=marks), 640)
    words = [word.text for word in frame.words]
    assert "never" not in words
    assert "two" in words


@given(st.lists(st.floats(0, 100), max_size=8))
def test_labels_move_apart_and_keep_their_order(places: list[float]) -> None:
    moved = apart(places, 0, 100, 12)
    assert all(0 <= place <= 100 for place in moved)
    order = sorted(range(len(places)), key=lambda i: places[i])
    assert all(moved[b] - moved[a] >= 12 - 1e-9 for a, b in itertools.pairwise(order))
    if all(abs(a - b) >= 12 for i, a in enumerate(places) for b in places[:i]):
        assert moved == pytest.approx(places)
