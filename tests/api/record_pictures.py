"""Write pictures of every kind and of every trouble, for the drawers here and in the page.

Run from the repository's root: ``python -m tests.api.record_pictures``. With ``--check`` nothing
is written and a file that is not current is an error.
"""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path

from jupyter_automl.api.pictures.layout import frame_of, is_empty
from jupyter_automl.core.codec import to_plain
from jupyter_automl.core.picture import (
    Axis,
    Bars,
    Cells,
    Dots,
    Label,
    Line,
    Picture,
    Rule,
    Table,
    numbers,
)

ROOT = Path(__file__).parent.parent.parent
TARGET = ROOT / "labextension" / "src" / "widgets" / "testdata" / "pictures.json"

WIDTH, NARROW = 640, 380
MARKUP = "<img src=x onerror=alert(1)>"
NAMES = (
    MARKUP,
    "</text><script>alert(1)</script>",
    "שלום עולם",
    "مرحبا \u202eabc",
    "👩‍👩‍👧 🎉 emoji",
    "漢字 " * 8,
    "x" * 10_000,
    "",
    "  \t\n",
    "a\x00b\x1b[31mc\ud7ff\ufffe",
    "%{x} {{y}} ${z}",
    "]]> --> &amp; \" '",
    "| a | b | *c* _d_ [e](http://example.org) `f`",
)
MOST = 1.7e308


def pictures() -> dict[str, Picture]:
    """The cases by name."""
    return {**_usual(), **_hostile(), **_empty(), **_extreme()}


def record() -> str:
    """The cases as the page gets them, and the words that both drawers must put into one place."""
    hostile = _hostile()
    cases = []
    for name, picture in pictures().items():
        same = name not in hostile and not is_empty(picture)
        words = _words(picture, WIDTH) if same else None
        narrow = _words(picture, NARROW) if same else None
        case = {"picture": to_plain(picture), "words": words, "narrow": narrow}
        cases.append(f"{json.dumps(name)}: {json.dumps(case, allow_nan=False)}")
    return "{\n" + ",\n".join(cases) + "\n}\n"


def _words(picture: Picture, width: int) -> list[tuple[str, float, float]]:
    words = frame_of(picture, width).words
    return sorted((word.text, round(word.x, 1), round(word.y, 1)) for word in words)


def _usual() -> dict[str, Picture]:
    steps = tuple(k / 20 for k in range(21))
    curve = tuple(math.sqrt(x) for x in steps)
    names = tuple(f"feature {k}" for k in range(8))
    shares = tuple(0.4 / (k + 1) for k in range(8))
    minute = 1_700_000_000.0
    swarm = [(math.sin(7 * k) * (8 - k % 8), k % 8 + 0.3 * math.sin(k)) for k in range(500)]
    return {
        "roc": Picture(
            name="roc",
            title="How well it ranks",
            findings=("The area under the curve is 0.667.", "Half of all are found at 0.25."),
            x=Axis(label="false positive rate", low=0.0, high=1.0, percent=True),
            y=Axis(label="true positive rate", low=0.0, high=1.0, percent=True),
            marks=(
                Line(x=(0.0, 1.0), y=(0.0, 1.0), tone="quiet", name="by chance"),
                Line(
                    x=steps,
                    y=curve,
                    name="LightGBM",
                    low=tuple(max(0.0, y - 0.1) for y in curve),
                    high=tuple(min(1.0, y + 0.1) for y in curve),
                ),
                Line(x=steps, y=tuple(0.98 * y for y in curve), tone="series:1", name="XGBoost"),
                Rule(axis="x", at=0.25, label="threshold 0.5"),
                Label(x=0.25, y=0.5, text="here"),
            ),
            table=Table(
                columns=("threshold", "false positive rate", "true positive rate"),
                rows=tuple((1 - x, x, y) for x, y in zip(steps, numbers(curve), strict=True)),
            ),
            note="On 1,000 held-out rows.",
            picks="x",
            square=True,
        ),
        "three models": Picture(
            name="gain",
            title="How many are found early",
            findings=("The likeliest 10 % hold 36 % of them.",),
            x=Axis(label="rows looked at", low=0.0, high=1.0, percent=True),
            y=Axis(label="found", low=0.0, high=1.0, percent=True),
            marks=(
                Line(x=(0.0, 1.0), y=(0.0, 1.0), tone="quiet", name="by chance"),
                Line(x=(0.0, 0.25, 1.0), y=(0.0, 1.0, 1.0), tone="quiet", name="in perfect order"),
                *(
                    Line(
                        x=steps,
                        y=numbers(1 - (1 - x) ** power for x in steps),
                        tone=f"series:{place}",
                        name=model,
                    )
                    for place, (model, power) in enumerate(
                        (("Ensemble (5)", 2.5), ("LightGBM", 2.2), ("Logistic regression, L2", 1.8))
                    )
                ),
            ),
            square=True,
        ),
        "precision and recall": Picture(
            name="thresholds",
            title="What each threshold brings",
            x=Axis(label="threshold", low=0.0, high=1.0),
            y=Axis(low=0.0, high=1.0, percent=True),
            marks=(
                Line(x=steps, y=numbers(0.25 + 0.75 * x for x in steps), name="precision"),
                Line(x=steps, y=numbers(1 - x * x for x in steps), tone="series:1", name="recall"),
                Rule(axis="y", at=0.25, label="all rows: 25 %"),
                Dots(x=(0.5,), y=(0.75,), tone="series:1"),
            ),
        ),
        "importance": Picture(
            name="importance",
            title="What matters",
            findings=("feature 0 is worth twice the next.",),
            x=Axis(label="mean effect, probability"),
            y=Axis(kind="names", names=names),
            marks=(
                Bars(
                    at=tuple(float(k) for k in range(8)),
                    value=shares,
                    along="y",
                    low=tuple(0.8 * share for share in shares),
                    high=tuple(1.2 * share for share in shares),
                ),
            ),
            table=Table(
                columns=("feature", "effect"),
                rows=tuple(zip(names, numbers(shares), strict=True)),
                more=12,
            ),
            picks="name",
        ),
        "waterfall": Picture(
            name="waterfall",
            title="From 0.3 to 0.61",
            x=Axis(label="probability", percent=True),
            y=Axis(kind="names", names=("a = 1", "b = x", "others")),
            marks=(
                Bars(
                    at=(0.0, 1.0, 2.0),
                    value=(0.7, 0.55, 0.61),
                    base=(0.3, 0.7, 0.55),
                    along="y",
                    tones=("up", "down", "up"),
                ),
                Rule(axis="x", at=0.3, label="average"),
                Rule(axis="x", at=0.61, label="this row"),
            ),
        ),
        "swarm": Picture(
            name="swarm",
            title="Where each row is moved",
            findings=("High values of feature 0 raise it.",),
            x=Axis(label="effect"),
            y=Axis(kind="names", names=names),
            marks=(
                Dots(
                    x=numbers(x for x, _ in swarm),
                    y=numbers(y for _, y in swarm),
                    shade=tuple(None if k % 9 == 0 else (k % 11) / 10 for k in range(500)),
                    rows=tuple(range(500)),
                ),
                Rule(axis="x", at=0.0),
            ),
            picks="row",
        ),
        "residuals": Picture(
            name="residuals",
            title="Errors by prediction",
            x=Axis(label="predicted"),
            y=Axis(label="error"),
            marks=tuple(
                Dots(
                    x=tuple(float(k) for k in range(20)),
                    y=tuple(math.sin(k + group) for k in range(20)),
                    tone=f"class:{group}",
                    name=f"class {group}",
                    rows=tuple(range(100 * group, 100 * group + 20)),
                )
                for group in range(5)
            ),
            picks="row",
        ),
        "confusion": Picture(
            name="confusion",
            title="What is taken for what",
            x=Axis(label="predicted", kind="names", names=("no", "yes", "maybe")),
            y=Axis(label="actual", kind="names", names=("no", "yes", "maybe")),
            marks=(
                Cells(
                    shade=((1.0, 0.25, 0.0), (0.1, 0.8, None), (0.0, 0.0, 0.5)),
                    text=(("120", "30", "0"), ("9", "80", ""), ("0", "0", "1,234,567")),
                ),
            ),
            picks="name",
        ),
        "histogram": Picture(
            name="histogram",
            title="Scores by class",
            x=Axis(label="score", low=0.0, high=1.0),
            y=Axis(label="rows"),
            marks=tuple(
                Bars(
                    at=tuple((k + 0.5) / 10 for k in range(10)),
                    value=tuple(float((k * (7 + group)) % 11) for k in range(10)),
                    width=0.1,
                    tone=f"class:{group}",
                    name=f"class {group}",
                )
                for group in range(2)
            ),
        ),
        "over time": Picture(
            name="best",
            title="Best so far",
            x=Axis(label="time", kind="time"),
            y=Axis(label="AUC"),
            marks=(
                Line(
                    x=tuple(minute + 60 * k for k in range(9)),
                    y=(0.7, None, 0.8, 0.81, None, None, 0.85, 0.9, 0.9),
                    steps=True,
                    name="best",
                    tone="family:lightgbm",
                    low=(0.6, None, 0.7, 0.71, None, 0.7, 0.75, 0.8, 0.8),
                    high=(0.8, 0.9, 0.9, 0.91, None, None, 0.95, 1.0, 1.0),
                ),
                Rule(axis="y", at=0.95, label="wanted", tone="good"),
            ),
        ),
        "years": Picture(
            name="years",
            title="Sales",
            x=Axis(kind="time"),
            y=Axis(label="sales"),
            marks=(
                Line(
                    x=tuple(k * 31_557_600.0 for k in range(0, 60, 5)),
                    y=tuple(map(float, range(12))),
                ),
            ),
        ),
        "log": Picture(
            name="log",
            title="Loss",
            x=Axis(label="round", kind="log"),
            y=Axis(label="loss", kind="log"),
            marks=(
                Line(x=(0.0, 1.0, 10.0, 100.0, 1000.0), y=(1.0, 0.0, 0.5, 1e-5, -1.0)),
                Bars(at=(10.0, 100.0), value=(0.1, 0.0), width=30.0),
                Dots(x=(1.0, 5.0), y=(0.3, 0.0)),
                Rule(axis="y", at=0.0, label="never"),
                Label(x=0.0, y=1.0, text="nowhere"),
            ),
        ),
        "forty names": Picture(
            name="forty",
            title="Forty classes",
            x=Axis(kind="names", names=tuple(f"a rather long class {k}" for k in range(40))),
            y=Axis(label="rows"),
            marks=(
                Bars(
                    at=tuple(float(k) for k in range(40)),
                    value=tuple(float(k * k % 17) for k in range(40)),
                    tone="bad",
                ),
            ),
            picks="name",
        ),
        "many lines": Picture(
            name="lines",
            title="Many lines",
            marks=tuple(
                Line(x=(0.0, 1.0), y=(0.0, 1.0), tone=f"series:{k}", name=f"model {k}")
                for k in range(40)
            ),
        ),
    }


def _hostile() -> dict[str, Picture]:
    count = len(NAMES)
    return {
        "hostile bars": Picture(
            name=MARKUP,
            title=NAMES[1],
            findings=NAMES,
            x=Axis(label=NAMES[6]),
            y=Axis(label=MARKUP, kind="names", names=NAMES),
            marks=(
                Bars(
                    at=tuple(map(float, range(count))),
                    value=tuple(math.cos(k) for k in range(count)),
                    along="y",
                    name=NAMES[6],
                    tone=f"class:{MARKUP}",
                ),
                *(Rule(axis="x", at=k / count, label=text[:300]) for k, text in enumerate(NAMES)),
                *(Label(x=k / count, y=k, text=text[:300]) for k, text in enumerate(NAMES)),
            ),
            table=Table(
                columns=NAMES[:4],
                rows=tuple((text, 1.0, None, text[:300]) for text in NAMES),
                more=1,
            ),
            note=NAMES[1],
            picks="name",
        ),
        "hostile lines": Picture(
            name="lines",
            title=NAMES[6],
            x=Axis(label=NAMES[3], kind="names", names=NAMES),
            y=Axis(label=NAMES[6]),
            marks=tuple(
                Line(
                    x=tuple(map(float, range(count))),
                    y=tuple(float(k) for _ in range(count)),
                    name=text,
                    tone=text[:300],
                )
                for k, text in enumerate(NAMES)
            ),
        ),
        "hostile cells": Picture(
            name="cells",
            title="Cells",
            x=Axis(kind="names", names=NAMES),
            y=Axis(kind="names", names=NAMES),
            marks=(
                Cells(
                    shade=tuple(tuple(k / count for k in range(count)) for _ in NAMES),
                    text=(NAMES, *(("1",) * count for _ in NAMES[1:])),
                    tone="low-high",
                ),
            ),
        ),
    }


def _empty() -> dict[str, Picture]:
    return {
        "nothing": Picture(name="nothing", title="Nothing"),
        "no points": Picture(
            name="none",
            title="No points",
            marks=(
                Line(x=(), y=()),
                Bars(at=(), value=()),
                Dots(x=(), y=()),
                Cells(shade=(), text=()),
            ),
        ),
        "gaps only": Picture(
            name="gaps",
            title="Gaps only",
            x=Axis(kind="log"),
            marks=(Line(x=(1.0, None), y=(None, 1.0)), Dots(x=(None,), y=(None,))),
        ),
        "a rule only": Picture(name="rule", title="A rule", marks=(Rule(axis="y", at=3.0),)),
        "no names": Picture(
            name="names",
            title="No names",
            y=Axis(kind="names"),
            marks=(Bars(at=(0.0, 1.0), value=(1.0, None), along="y"),),
            picks="name",
        ),
    }


def _extreme() -> dict[str, Picture]:
    def line(*values: float, **axis: object) -> Picture:
        return Picture(
            name="extreme",
            title="Extreme",
            x=Axis(label="x", **axis),  # type: ignore[arg-type]
            y=Axis(label="y", **axis),  # type: ignore[arg-type]
            marks=(
                Line(x=values, y=values, name="all"),
                Dots(x=values, y=values),
                Bars(at=values, value=values, width=1.0),
                *(Rule(axis="x", at=value, label=str(value)) for value in values),
                *(Label(x=value, y=value, text="here") for value in values),
            ),
        )

    return {
        "one point": line(0.5),
        "one zero": line(0.0),
        "one time": line(1.7e9, kind="time"),
        "all equal": line(7.0, 7.0, 7.0),
        "nearly equal": line(1.0, 1.0 + 2e-16, 1.0),
        "huge": line(-1e300, 0.0, 1e300),
        "the largest": line(-MOST, MOST),
        "the smallest": line(-5e-324, 5e-324, 1e-310),
        "huge on a log axis": line(5e-324, 1.0, MOST, kind="log"),
        "one on a log axis": line(MOST, kind="log"),
        "only zeros on a log axis": line(0.0, -1.0, kind="log"),
        "huge times": line(-1e300, 1e300, kind="time"),
        "long times": line(-6e10, 2.5e11, kind="time"),
        "short times": line(0.25, 0.75, kind="time"),
        "huge percent": line(-MOST, MOST, percent=True),
        "outside of the names": line(-3.0, 1e6, kind="names", names=("a", "b")),
    }


if __name__ == "__main__":
    text = record()
    if "--check" in sys.argv[1:]:
        current = TARGET.read_text(encoding="utf-8") if TARGET.exists() else ""
        sys.exit(0 if current == text else f"{TARGET.name} is not current: run this module.")
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text(text, encoding="utf-8")
