"""The pages around the dashboard: found by Voila, complete, and with nothing from elsewhere."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import jinja2
import pytest

SHARE = Path(__file__).parents[2] / "share" / "jupyter"
TEMPLATE = SHARE / "voila" / "templates" / "automl"


@pytest.fixture
def pages(monkeypatch: pytest.MonkeyPatch) -> jinja2.Environment:
    """The templates as Voila looks for them."""
    from voila.paths import collect_template_paths

    monkeypatch.setenv("JUPYTER_PATH", str(SHARE))
    paths = collect_template_paths(["voila"], "automl", prune=True)
    assert str(TEMPLATE) == paths[0]
    loader = jinja2.FileSystemLoader(paths)
    return jinja2.Environment(loader=loader, autoescape=True, extensions=["jinja2.ext.i18n"])


@pytest.mark.parametrize(("page", "status"), [("error.html", 500), ("404.html", 404)])
def test_an_error_says_what_to_do(pages: jinja2.Environment, page: str, status: int) -> None:
    text = pages.get_template(page).render(
        base_url="/", status_code=status, status_message="<b>bad</b>"
    )
    said = "There is no page here" if status == 404 else "Load it again in a moment"
    assert said in text
    assert 'href="/"' in text
    assert "<b>bad" not in text
    assert 'content="no-referrer"' in text


def test_a_theme_of_the_address_is_no_code(pages: jinja2.Environment) -> None:
    module: Any = pages.get_template("look.html.j2").module
    assert '""' in module.theme("")
    index = (TEMPLATE / "index.html.j2").read_text(encoding="utf-8")
    # What the address says may only choose between words that stand in the template.
    assert re.findall(r"{{[^}]*resources\.theme[^}]*}}", index) == []
    assert "resources.theme | string" in index


def test_nothing_comes_from_elsewhere() -> None:
    for path in TEMPLATE.iterdir():
        text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert "http" not in text, path.name
