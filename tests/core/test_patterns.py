"""Messages for pages say what Fluent itself says."""

from __future__ import annotations

from typing import Any

import pytest
from fluent.runtime import FluentBundle, FluentResource
from hypothesis import given
from hypothesis import strategies as st

from jupyter_automl.core.patterns import Pattern, compiled
from jupyter_automl.core.words import DEFAULT, source

SOURCE = """
# A comment is not sent.
plain = Some text
two-lines =
    The first line
    and the second
valued = { $name } of { NUMBER($n) } { "{" }
chosen =
    { $n ->
        [0] nothing
        [one] one row
       *[other] { NUMBER($n) } rows of { $name }
    } in all
worded = { $better ->
    [larger] larger
   *[smaller] smaller
}
"""


def put(pattern: Pattern, values: dict[str, Any]) -> str:
    """As a page puts a pattern together, with numbers as they stand."""
    if isinstance(pattern, str):
        return pattern
    said = ""
    for part in pattern:
        if isinstance(part, str):
            said += part
        elif len(part) == 1:
            said += str(values[part[0]])
        else:
            name, variants, usual = part
            value = values[name]
            key = str(value)
            if key not in variants and isinstance(value, int):
                key = "one" if value == 1 else "other"
            said += put(variants.get(key, variants[usual]), values)
    return said


@given(
    n=st.integers(0, 999),
    name=st.text("abc {}$[]*<>", max_size=9),
    better=st.sampled_from(["larger", "smaller", "other"]),
)
def test_patterns_say_what_fluent_says(n: int, name: str, better: str) -> None:
    bundle = FluentBundle(["en"], use_isolating=False)
    bundle.add_resource(FluentResource(SOURCE))
    values = {"n": n, "name": name, "better": better}
    patterns = compiled(SOURCE)
    assert list(patterns) == ["plain", "two-lines", "valued", "chosen", "worded"]
    for key, pattern in patterns.items():
        expected, errors = bundle.format_pattern(bundle.get_message(key).value, values)
        assert not errors
        assert put(pattern, values) == expected


def test_all_texts_of_the_page_can_be_sent() -> None:
    patterns = compiled(source(DEFAULT, "ui"))
    assert len(patterns) > 200
    assert all(key.startswith("ui-") for key in patterns)


@pytest.mark.parametrize(
    "wrong",
    [
        "a = { b }",
        "a = { -brand }",
        "-brand = Brand",
        "a = { DATETIME($x) }",
        "a = { NUMBER($x, minimumFractionDigits: 2) }",
        "a = b\n    .title = c",
        "a = b\na = c",
        "a = { $x",
        "no message",
    ],
)
def test_what_a_page_does_not_know_is_an_error(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"page|plain|twice"):
        compiled(wrong)
