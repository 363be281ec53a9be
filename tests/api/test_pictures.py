"""Every picture is drawn everywhere: inside its frame, as text, and readable without colour."""

from __future__ import annotations

import base64
import json
import math
import re
import unicodedata
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_automl.api.pictures import (
    figure_of,
    picture_html,
    picture_markdown,
    picture_svg,
    picture_text,
)
from jupyter_automl.api.pictures.room import clean, cut, text_width
from jupyter_automl.api.pictures.scale import Scale, extent, number_text, ticks
from jupyter_automl.api.pictures.tones import FAMILIES, look
from jupyter_automl.core.picture import Axis, Bars, Dots, Line, Picture, Table
from tests.api.record_pictures import MARKUP, NAMES, TARGET, pictures, record

CASES = pictures()
SVG = "{http://www.w3.org/2000/svg}"
ELEMENTS = {"svg", "title", "desc", "defs", "pattern", "rect", "circle", "path", "text", "g"}
ATTRIBUTES = {
    *("role", "aria-labelledby", "viewBox", "width", "height", "color", "font-family"),
    *("font-size", "fill", "fill-opacity", "stroke", "stroke-width", "stroke-opacity"),
    *("stroke-dasharray", "stroke-linejoin", "stroke-linecap", "opacity", "id", "d", "x", "y"),
    *("cx", "cy", "r", "text-anchor", "transform", "patternUnits", "patternTransform"),
}
WIDTHS = (160, 360, 640, 1600)
_TOKEN = re.compile(r"([A-Za-z])|(-?\d+(?:\.\d+)?)")


def drawn(picture: Picture, width: int = 640, **options: str) -> ET.Element:
    return ET.fromstring(picture_svg(picture, width, **options))  # type: ignore[arg-type]


def points(path: str) -> list[tuple[float, float]]:
    """The absolute places that a path of M, L, H, V and small relative shapes visits."""
    found, letter, waiting = [], "", []
    x = y = 0.0
    for command, number in _TOKEN.findall(path):
        if command:
            assert command in "MLHVzmhvl", command
            letter, waiting = command, []
            continue
        waiting.append(float(number))
        if letter in "ML" and len(waiting) == 2:
            (x, y), waiting = waiting, []
            found.append((x, y))
        elif letter == "H":
            (x,), waiting = waiting, []
            found.append((x, y))
        elif letter == "V":
            (y,), waiting = waiting, []
            found.append((x, y))
        elif letter not in "MLHV":
            assert abs(float(number)) <= 12
    return found


def paths(root: ET.Element, **attributes: str) -> list[list[tuple[float, float]]]:
    wanted = {key.replace("_", "-"): value for key, value in attributes.items()}
    return [
        points(path.attrib["d"])
        for path in root.iter(f"{SVG}path")
        if all(path.get(key) == value for key, value in wanted.items())
    ]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("case", CASES)
def test_a_drawing_stays_in_its_frame_and_has_finite_numbers(case: str, width: int) -> None:
    root = drawn(CASES[case], width)
    _, _, across, down = map(float, root.attrib["viewBox"].split())
    assert across == width
    assert 40 <= down <= 1400
    for element in root.iter():
        assert element.tag.removeprefix(SVG) in ELEMENTS
        for key, value in element.attrib.items():
            assert key in ATTRIBUTES
            assert not re.search(r"nan|inf|NaN|Infinity|undefined|None", value), value
        if element.tag == f"{SVG}path":
            for x, y in points(element.attrib["d"]):
                assert -0.5 <= x <= across + 0.5, (case, element.attrib["d"][:80])
                assert -0.5 <= y <= down + 0.5, (case, element.attrib["d"][:80])


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("case", CASES)
def test_words_have_room(case: str, width: int) -> None:
    root = drawn(CASES[case], width)
    _, _, across, down = map(float, root.attrib["viewBox"].split())
    for group in (root, *root.iter(f"{SVG}g")):
        for text in group.findall(f"{SVG}text"):
            size = text_width(text.text or "")
            x, y = float(text.attrib["x"]), float(text.attrib["y"])
            anchor = text.get("text-anchor", group.get("text-anchor", "start"))
            if "transform" in text.attrib:
                assert anchor == "end"
                assert y + size <= down + 1
                continue
            start = x - size * {"start": 0.0, "middle": 0.5, "end": 1.0}[anchor]
            assert start >= -1, (case, text.text)
            assert start + size <= across + 1, (case, text.text)
            assert 8 <= y <= down


@pytest.mark.parametrize("case", CASES)
def test_a_drawing_is_small_and_needs_nothing_else(case: str) -> None:
    svg = picture_svg(CASES[case], theme="light")
    assert len(svg.encode()) <= 24_000
    root = ET.fromstring(svg)
    ids = [element.attrib["id"] for element in root.iter() if "id" in element.attrib]
    assert len(ids) == len(set(ids))
    assert set(re.findall(r"url\(#([^)]*)\)", svg)) <= set(ids)
    assert set(root.attrib["aria-labelledby"].split()) <= set(ids)


def test_the_usual_pictures_fit_a_saved_notebook() -> None:
    for name in ("roc", "importance", "waterfall", "confusion", "histogram", "over time"):
        assert len(picture_svg(CASES[name], theme="light").encode()) <= 12_000, name


def test_it_says_what_it_shows() -> None:
    root = drawn(CASES["roc"])
    assert root.attrib["role"] == "img"
    assert root.findtext(f"{SVG}title") == "How well it ranks"
    assert root.findtext(f"{SVG}desc") == "The area under the curve is 0.667."


def test_two_pictures_of_a_page_share_no_id() -> None:
    ids = [
        {element.get("id") for element in drawn(picture, ids=prefix).iter()} - {None}
        for picture, prefix in (
            (CASES["histogram"], ""),
            (CASES["waterfall"], ""),
            (CASES["histogram"], "a"),
            (CASES["histogram"], '"><script>'),
        )
    ]
    for i, some in enumerate(ids):
        assert some
        assert all(not some & other for other in ids[i + 1 :])


def test_names_are_text_and_a_cut_name_is_kept_whole() -> None:
    root = drawn(CASES["hostile bars"])
    words = list(root.itertext())
    assert MARKUP in words
    assert not [element for element in root.iter() if element.tag.endswith("script")]
    long = next(text for text in root.iter(f"{SVG}text") if (text.text or "").startswith("xxx"))
    whole = long.findtext(f"{SVG}title") or ""
    assert (long.text or "").endswith("…")
    assert len(long.text or "") < len(whole) <= 120
    assert "(no name)" in words


@given(st.text(st.characters() | st.characters(categories=("Cc", "Cs", "Cn")), max_size=40))
def test_any_text_makes_well_formed_drawings(text: str) -> None:
    picture = Picture(
        name=text,
        title=text,
        findings=(text,),
        y=Axis(label=text, kind="names", names=(text,)),
        marks=(Bars(at=(0.0,), value=(1.0,), along="y", name=text, tone=text),),
        table=Table(columns=(text,), rows=((text,),)),
        note=text,
    )
    root = drawn(picture)
    assert root.findtext(f"{SVG}title") == clean(text)
    assert tags(picture_html(picture)) <= HTML


def test_the_background_is_the_pages_or_its_own() -> None:
    picture = CASES["importance"]
    assert drawn(picture).find(f"{SVG}rect") is None
    assert "color" not in drawn(picture).attrib
    colours = {}
    for theme in ("light", "dark"):
        root = drawn(picture, theme=theme)
        paper = root.find(f"{SVG}rect")
        assert paper is not None
        colours[theme] = (root.attrib["color"], paper.attrib["fill"])
        assert contrast(*colours[theme]) >= 7
    assert colours["light"] != colours["dark"]


def contrast(one: str, other: str) -> float:
    """Of two colours, as WCAG 2 defines it."""

    def luminance(colour: str) -> float:
        channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_numbers_are_drawn_where_they_are() -> None:
    picture = Picture(
        name="n",
        title="n",
        x=Axis(low=0.0, high=10.0),
        y=Axis(low=0.0, high=1.0),
        marks=(Line(x=(0.0, 5.0, 10.0), y=(0.0, 1.0, 0.5), tone="good"),),
    )
    ((a, b, c),) = paths(drawn(picture), stroke="#009E73")
    assert b[0] - a[0] == pytest.approx(c[0] - b[0], abs=0.2)
    assert a[1] > c[1] > b[1]
    assert a[1] - c[1] == pytest.approx(c[1] - b[1], abs=0.2)


def test_bars_begin_at_zero_and_names_run_from_the_top() -> None:
    picture = Picture(
        name="n",
        title="n",
        y=Axis(kind="names", names=("a", "b")),
        marks=(Bars(at=(0.0, 1.0), value=(2.0, -1.0), along="y", tone="good"),),
    )
    root = drawn(picture)
    ((*first, a, b, c, d),) = paths(root, fill="#009E73")
    first = first[:4]
    left, right = min(x for x, _ in first), max(x for x, _ in first)
    assert max(x for x, _ in (a, b, c, d)) == left
    assert right - left == pytest.approx(2 * (left - min(x for x, _ in (a, b, c, d))), abs=0.3)
    assert max(y for _, y in first) < min(y for _, y in (a, b, c, d))
    words = [text.text for text in root.iter(f"{SVG}text")]
    assert words.index("a") < words.index("b")
    assert {"2", "-1"} <= set(words)


def test_a_gap_stays_a_gap_and_a_lone_point_is_seen() -> None:
    picture = Picture(
        name="n",
        title="n",
        marks=(Line(x=(0.0, 1.0, 2.0, 3.0, 4.0), y=(1.0, 2.0, None, 3.0, None), tone="good"),),
    )
    line, dot = paths(drawn(picture), stroke="#009E73")
    assert len(line) == 2
    assert len(dot) == 1


def test_series_differ_without_colour() -> None:
    lines = Picture(
        name="n",
        title="n",
        marks=tuple(Line(x=(0.0, 1.0), y=(k, k), tone=f"series:{k}") for k in range(4)),
    )
    dashes = [path.get("stroke-dasharray") for path in drawn(lines).iter(f"{SVG}path")][-4:]
    assert len(set(dashes)) == 4
    fills = [path.get("fill") for path in drawn(CASES["histogram"]).iter(f"{SVG}path")]
    assert any(fill and fill.startswith("url(#") for fill in fills)
    dots = Picture(
        name="n",
        title="n",
        marks=tuple(Dots(x=(0.0,), y=(k,), tone=f"class:{k}") for k in range(4)),
    )
    shapes = [path.attrib for path in drawn(dots).iter(f"{SVG}path")][-4:]
    drawings = {re.sub(r"M\S+ [\d.]+", "", s["d"]) + s.get("stroke-linecap", "") for s in shapes}
    assert len(drawings) == 4


def test_families_have_the_pages_colours() -> None:
    source = TARGET.parent.parent / "components" / "colors.ts"
    listed = dict(re.findall(r"^  (\w+): \"(#\w+)\",$", source.read_text(encoding="utf-8"), re.M))
    assert listed
    assert {name: FAMILIES[name] for name in listed} == listed
    assert set(FAMILIES) - set(listed) == {"ensemble"}


@pytest.mark.parametrize("tone", ["", "accent", "class:", "class:-1", "class:²", "family:", "x:y"])
def test_an_unknown_tone_has_a_colour(tone: str) -> None:
    assert re.fullmatch(r"#[0-9a-fA-F]{6}", look(tone).colour)


def test_classes_beyond_the_palette_have_colours_too() -> None:
    assert look("class:200") == look("class:8") == look("class:0")
    assert look("class:" + "9" * 5000).colour


finite = st.floats(allow_nan=False, allow_infinity=False)
kinds = st.sampled_from(["number", "log", "time", "names"])


@settings(max_examples=500)
@given(kinds, st.lists(finite, max_size=6), st.booleans(), st.booleans(), st.integers(2, 8))
def test_ticks_are_few_in_sight_and_different(
    kind: str, values: list[float], pad: bool, percent: bool, most: int
) -> None:
    axis = Axis(kind=kind, percent=percent)  # type: ignore[arg-type]
    low, high = extent(axis, values, pad=pad)
    assert math.isfinite(high - low)
    assert low < high
    scale = Scale(axis=axis, low=low, high=high, start=10.0, end=110.0)
    for value in values:
        place = scale.at(value)
        assert (place is None) == (kind == "log" and value <= 0)
        assert place is None or 10 <= place <= 110
    found = ticks(axis, low, high, most)
    assert len(found) <= 2 * most + 6
    texts = [tick.text for tick in found]
    # The same hour comes every day.
    assert len(set(texts)) == len(texts) or kind == "time"
    places = [scale.at(tick.value) for tick in found]
    assert None not in places
    assert places == sorted(places)  # type: ignore[type-var]


@given(finite, st.booleans())
def test_a_number_is_short(value: float, percent: bool) -> None:
    assert 1 <= len(number_text(value, percent)) <= 16


@pytest.mark.parametrize(
    ("value", "percent", "text"),
    [
        (0.0, False, "0"),
        (-0.0, True, "0 %"),
        (None, False, "–"),
        (7043.0, False, "7,043"),
        (0.91234, False, "0.912"),
        (0.84212, True, "84.2 %"),
        (0.07, True, "7 %"),
        (1e300, False, "1e300"),
        (-2.5e-7, False, "-2.50e-07"),
    ],
)
def test_numbers_are_written_as_people_write_them(
    value: float | None, percent: bool, text: str
) -> None:
    assert number_text(value, percent) == text


@pytest.mark.parametrize(
    ("axis", "low", "high", "texts"),
    [
        (Axis(), 0.0, 1.0, ["0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
        (Axis(percent=True), 0.0, 1.0, ["0 %", "20 %", "40 %", "60 %", "80 %", "100 %"]),
        (Axis(), -1e300, 1e300, ["-1e300", "-5e299", "0", "5e299", "1e300"]),
        (Axis(), 0.0, 20_000.0, ["0", "5,000", "10,000", "15,000", "20,000"]),
        (Axis(kind="log"), -3.0, 3.0, ["0.001", "0.1", "10", "1,000"]),
        (Axis(kind="log"), 0.0, 0.8, ["1", "2", "5"]),
        (Axis(kind="time"), 1.7e9, 1.7e9 + 120, [
            *("2023-11-14 22:13:30", "22:14:00", "22:14:30", "22:15:00"),
        ]),
        (Axis(kind="time"), 0.0, 4 * 31_557_600.0, ["1970", "1971", "1972", "1973", "1974"]),
        (Axis(kind="names", names=("a",)), -0.5, 0.5, []),
    ],
)  # fmt: skip
def test_ticks_are_round(axis: Axis, low: float, high: float, texts: list[str]) -> None:
    assert [tick.text for tick in ticks(axis, low, high, 5)] == texts


@given(st.text(max_size=60), st.floats(12, 200))
def test_a_cut_text_fits(text: str, room: float) -> None:
    short = cut(text, room)
    assert text_width(short) <= room + 1e-6
    assert short == text or short.endswith("…")


HTML = {
    *("figure", "figcaption", "strong", "p", "img", "details", "summary", "table", "thead"),
    *("tbody", "tr", "th", "td", "small"),
}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def read(html: str) -> _Reader:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader


def tags(html: str) -> set[str]:
    return {tag for tag, _ in read(html).tags}


@pytest.mark.parametrize("case", CASES)
def test_the_figure_is_plain_html_with_the_drawing_as_an_image(case: str) -> None:
    picture = CASES[case]
    reader = read(picture_html(picture))
    assert {tag for tag, _ in reader.tags} <= HTML
    for tag, attributes in reader.tags:
        allowed = {"alt", "src", "style"} if tag == "img" else {"style"}
        assert set(attributes) <= allowed
    (image,) = [attributes for tag, attributes in reader.tags if tag == "img"]
    kind, _, data = (image["src"] or "").partition(",")
    assert kind == "data:image/svg+xml;base64"
    root = ET.fromstring(base64.b64decode(data))
    assert root.findtext(f"{SVG}title") == clean(picture.title)
    assert (image["alt"] or "").startswith(clean(picture.title)[:900])
    assert len("".join(reader.words)) < 40_000
    cells = [tag for tag, _ in reader.tags if tag == "td"]
    assert len(cells) == sum(len(row) for row in picture.table.rows)


def test_the_figure_says_the_findings_the_numbers_and_what_is_left_out() -> None:
    words = read(picture_html(CASES["importance"])).words
    assert "feature 0 is worth twice the next." in words
    assert "The numbers behind" in words
    assert "0.400" in words
    assert "12 more rows are left out." in words


@pytest.mark.parametrize("case", CASES)
def test_markdown_holds_no_markup_but_its_own(case: str) -> None:
    mistune = pytest.importorskip("mistune")
    render = mistune.create_markdown(escape=False, plugins=["table", "strikethrough", "url"])
    html = render(picture_markdown(CASES[case]))
    assert tags(html) <= {"h3", "p", "table", "thead", "tbody", "tr", "th", "td"}
    words = " ".join("".join(read(html).words).split())
    assert clean(CASES[case].title)[:60] in words
    for finding in CASES[case].findings:
        assert clean(finding)[:60] in words


def test_markdown_has_a_row_a_line() -> None:
    text = picture_markdown(CASES["hostile bars"])
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    assert len(rows) == len(NAMES) + 2
    bars = {len(re.findall(r"(?<!\\)\|", row)) for row in rows}
    assert bars == {5}


@pytest.mark.parametrize("width", [20, 80])
@pytest.mark.parametrize("case", CASES)
def test_plain_text_fits_a_terminal(case: str, width: int) -> None:
    text = picture_text(CASES[case], width)
    assert clean(CASES[case].title)[:10] in text
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", text)
    assert max(columns(line) for line in text.split("\n")) <= width


def columns(line: str) -> int:
    """Of a terminal: two for broad letters, none for marks."""
    broad = sum(unicodedata.east_asian_width(letter) in "WF" for letter in line)
    return broad + sum(unicodedata.category(letter) not in ("Mn", "Me", "Cf") for letter in line)


def test_plain_text_aligns_numbers() -> None:
    lines = picture_text(CASES["importance"]).splitlines()
    start = lines.index("feature    effect")
    assert lines[start + 1] == "feature 0   0.400"
    assert lines[start + 2] == "feature 1   0.200"


@pytest.mark.parametrize("case", CASES)
def test_plotly_draws_it_as_text_on_no_paper(case: str) -> None:
    picture = CASES[case]
    figure = figure_of(picture)
    plain = json.loads(figure.to_json())
    assert plain["layout"]["paper_bgcolor"] == "rgba(0,0,0,0)"
    assert plain["layout"]["plot_bgcolor"] == "rgba(0,0,0,0)"
    for background in ("#FFFFFF", "#111111"):
        assert contrast(plain["layout"]["font"]["color"], background) >= 4
    said = json.dumps([trace | {"hovertemplate": ""} for trace in plain["data"]]) + json.dumps(
        plain["layout"]
    )
    assert "<img" not in said
    assert "<script" not in said
    assert "%{x" not in said.replace('"texttemplate": "%{text}"', "")
    n_drawn = sum(mark.type not in ("rule", "label") for mark in picture.marks)
    assert len(plain["data"]) >= n_drawn


def test_plotly_has_the_numbers() -> None:
    figure = figure_of(CASES["waterfall"])
    (bar,) = figure.data
    assert list(bar.base) == [0.3, 0.7, 0.55]
    assert list(bar.x) == pytest.approx([0.4, -0.15, 0.06])
    assert list(figure.layout.yaxis.ticktext) == ["a = 1", "b = x", "others"]
    assert figure.layout.yaxis.range[0] > figure.layout.yaxis.range[1]
    assert figure.layout.xaxis.tickformat == ".0%"
    assert [shape.x0 for shape in figure.layout.shapes] == [0.3, 0.61]
    timed = figure_of(CASES["over time"])
    # A band with gaps has three stretches, each between two lines.
    assert [len(trace.x) for trace in timed.data] == [1, 1, 2, 2, 3, 3, 9]
    assert timed.layout.xaxis.type == "date"
    assert str(timed.data[-1].x[0]).startswith("2023-11-14T22:13:20")


def test_the_recorded_pictures_are_current() -> None:
    assert isinstance(TARGET, Path)
    current = TARGET.read_text(encoding="utf-8")
    assert current == record(), "run python -m tests.api.record_pictures"
