"""A name or a value is text on every surface, whatever it looks like."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import jupyter_automl as ja
from jupyter_automl.api.pictures import picture_html, picture_svg
from jupyter_automl.cli import main
from jupyter_automl.core.codec import to_plain
from jupyter_automl.core.errors import AutoMLError
from jupyter_automl.explain import pictures
from jupyter_automl.widgets.run_feed import RunFeed

Capture = pytest.CaptureFixture[str]

IMAGE = "<img src=x onerror=alert(1)>"
RICH = "[bold red]z[/bold red]"
SIGNS = "**q** `x` | \x1b[31mred"
TARGET = "<script>alert(2)</script>[i]t"
MARKUP = ("<img", "<script>alert", "<b>a", "<i>yes", "<u>n", "\x1b")
N_ROWS = 120


def table() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({IMAGE: rng.normal(size=N_ROWS)})
    frame[RICH] = rng.choice(["<b>a</b>", "[red]b"], size=N_ROWS)
    frame[SIGNS] = rng.normal(size=N_ROWS)
    frame[TARGET] = np.where(frame[IMAGE] > 0, "<i>yes</i>", "[u]no[/u]")
    return frame


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ja.Run]:
    """A run in which everything that has a name has a bad one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_AUTOML_STORE", str(tmp_path_factory.mktemp("store")))
        yield ja.fit(
            table(),
            target=TARGET,
            budget=2,
            families=["linear"],
            executor="inline",
            n_jobs=1,
            name="<u>n</u>[bold]",
        )


@pytest.fixture(scope="module")
def explanation(run: ja.Run) -> Any:
    return run.explain(max_rows=30)


def check_no_markup(text: str) -> None:
    assert not [mark for mark in MARKUP if mark in text]


def test_snapshots(run: ja.Run) -> None:
    data, _ = run._repr_mimebundle_()
    # The picture is an image of its own, which hosts that clean HTML keep.
    check_no_markup(data["text/html"].replace("<img alt=", ""))
    check_no_markup(data["text/markdown"].replace("\\<", ""))
    assert "&lt;script&gt;" in data["text/html"]
    assert TARGET in data["text/plain"]


def test_report(run: ja.Run, explanation: Any, tmp_path: Path) -> None:
    text = run.report(tmp_path / "report.html").read_text(encoding="utf-8")
    check_no_markup(text)
    assert "&lt;img src=x onerror=alert(1)&gt;" in text
    assert RICH in text


def test_tables_of_runs(run: ja.Run) -> None:
    for shown in (ja.runs(), run.leaderboard()):
        html = getattr(shown, "_repr_html_", None)
        check_no_markup(html() if html else "")


@pytest.mark.parametrize("command", ["show", "watch"])
def test_the_shell_prints_names_as_they_are(command: str, run: ja.Run, capsys: Capture) -> None:
    assert main([command, run.id]) == 0
    out = capsys.readouterr().out
    assert IMAGE in out
    assert RICH in out
    assert "\x1b" not in out


def test_the_shell_gives_programs_the_names(run: ja.Run, capsys: Capture) -> None:
    assert main(["show", run.id, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)["run"]
    assert document["target"] == TARGET
    assert {IMAGE, RICH} <= {row["feature"] for row in document["importance"]}


def test_the_shell_quotes_names_in_errors(run: ja.Run, capsys: Capture) -> None:
    wrong = "[/nothing] \x1b[31m\x07<img>"
    assert main(["fit", "sample:iris", "--target", wrong]) == 2
    err = capsys.readouterr().err
    assert "[/nothing]" in err
    assert "\x1b" not in err
    assert "\x07" not in err
    assert main(["fit", f"[/b]{IMAGE}.csv"]) == 2
    assert f"[/b]{IMAGE}.csv" in capsys.readouterr().err
    assert main(["show", "[/b]\x1b[31m"]) == 2
    assert "\x1b" not in capsys.readouterr().err


def test_figures(explanation: Any) -> None:
    figures = [explanation.bar(), explanation.beeswarm(), explanation.waterfall(0)]
    figures += [explanation.dependence(name) for name in explanation.data.columns]
    for figure in figures:
        text = json.dumps(json.loads(figure.to_json()), ensure_ascii=False)
        check_no_markup(text)
        check_no_markup(figure.to_html(include_plotlyjs=False, full_html=False))
    assert "&lt;img src=x" in figures[0].to_json() or "\\u0026lt;img" in figures[0].to_json()


def test_the_widget_gets_plain_text_as_it_is(run: ja.Run, explanation: Any) -> None:
    feed = RunFeed()
    feed.update(run.experiment, run.events())
    view = to_plain(feed.view())
    assert view["plan"]["target"] == TARGET


def test_pictures(run: ja.Run, explanation: Any) -> None:
    for picture in (pictures.importance(explanation), pictures.waterfall(explanation)):
        # As values they hold the names as they are; every drawing escapes them.
        assert IMAGE in json.dumps(to_plain(picture))
        check_no_markup(picture_svg(picture))
        # The figure's own image holds the drawing as data.
        check_no_markup(
            picture_html(picture).replace("<img alt=", "").replace('<img src="data:', "")
        )
        assert IMAGE not in picture_html(picture)


def test_the_page_never_makes_markup_of_text() -> None:
    source = Path(ja.__file__).parent.parent / "labextension" / "src"
    files = [path for path in source.rglob("*.ts*") if "test" not in path.name]
    assert files
    for path in files:
        text = path.read_text(encoding="utf-8")
        for way in ("dangerouslySetInnerHTML", "innerHTML", "outerHTML", "insertAdjacentHTML"):
            assert way not in text, f"{path.name} uses {way}"


def test_an_error_quotes_a_name(run: ja.Run) -> None:
    with pytest.raises(AutoMLError) as caught:
        ja.fit(table(), target=f"{IMAGE}s")
    assert repr(f"{IMAGE}s") in caught.value.message
    assert repr(IMAGE) in caught.value.hint
