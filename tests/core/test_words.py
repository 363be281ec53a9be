"""Texts by key."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fluent.syntax import FluentParser
from fluent.syntax.ast import Junk, Message
from hypothesis import given
from hypothesis import strategies as st

from jupyter_automl.core import words
from jupyter_automl.core.words import Words, isolate, say

ROOT = Path(words.__file__).parent.parent
PAGE = ROOT.parent / "labextension" / "src" / "widgets"


def _messages() -> list[Message]:
    body = FluentParser().parse(words.source("en")).body
    assert not [entry.content for entry in body if isinstance(entry, Junk)]
    return [entry for entry in body if isinstance(entry, Message)]


def test_every_message_can_be_read_and_stands_there_once() -> None:
    names = [message.id.name for message in _messages()]
    assert names
    assert len(names) == len(set(names))


def test_every_key_that_the_code_says_is_there() -> None:
    names = {message.id.name for message in _messages()}
    said: dict[str, str] = {}
    for path in ROOT.rglob("*.py"):
        for key in re.findall(r'\bsay\(\s*"([a-z0-9-]+)"', path.read_text(encoding="utf-8")):
            said[key] = path.name
    for path in [*PAGE.rglob("*.ts"), *PAGE.rglob("*.tsx")]:
        if ".test." in path.name:
            continue
        for key in re.findall(r'\bt\(\s*"([a-z0-9-]+)"', path.read_text(encoding="utf-8")):
            said[key] = path.name
            assert key.startswith("ui-"), (key, path.name)
    assert {key: where for key, where in said.items() if key not in names} == {}


def test_a_value_is_put_in() -> None:
    assert say("ui-app-run", name="churn") == "run “churn”"


@given(st.text(max_size=50))
def test_a_value_is_never_read_as_a_message(name: str) -> None:
    text = say("ui-app-run", name=name)
    inside = text.removeprefix("run “").removesuffix("”")
    marks = "\u2068\u2069\u202a\u202b\u202c\u202d\u202e\u2066\u2067"
    assert [c for c in inside if c not in marks] == [c for c in name if c not in marks]


@pytest.mark.parametrize("name", ["", "plain", "{ $x }", "<b>", "été", "名前", "−3.5"])
def test_left_to_right_text_stays_as_it_is(name: str) -> None:
    assert isolate(name) == name


def test_a_name_in_another_direction_cannot_turn_its_sentence() -> None:
    text = say("ui-app-run", name="שם\u202etxt")
    assert text == "run “\u2068שםtxt\u2069”"


def test_a_missing_message_or_value_is_an_error() -> None:
    with pytest.raises(LookupError, match="no-such-key"):
        say("no-such-key")
    with pytest.raises(LookupError, match="name"):
        say("ui-app-run")


def test_the_pseudo_language_marks_every_text() -> None:
    assert Words("qps").say("ui-app-title") == "⟦AutoML⟧"


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(LookupError, match="en"):
        Words("tlh")


def test_a_name_of_ten_thousand_letters_is_cut_and_said() -> None:
    text = say("ui-app-run", name="x" * 10_000)
    assert text.startswith("run “xxx")
    assert text.endswith("x…”")
    assert len(text) < 1_000
