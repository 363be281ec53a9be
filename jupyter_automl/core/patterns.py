"""Fluent messages as small JSON values, so that a page needs no parser of its own.

A pattern is a text, or a list of parts. A part is a text, ``[name]`` for a value (a number is
written as the language does it), or ``[name, {variant: pattern}, default]`` for a choice by a
value: the variant of its very text or number, else of the number's plural category, else the
default one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fluent.syntax import ast

Pattern = str | list[Any]


def compiled(source: str) -> dict[str, Pattern]:
    """The messages of a Fluent source by key.

    Raises
    ------
    ValueError
        If there is a mistake in it, or something that pages do not know: terms, attributes,
        references to other messages, options of ``NUMBER``.
    """
    from fluent.syntax import FluentParser, ast

    found: dict[str, Pattern] = {}
    for entry in FluentParser().parse(source).body:
        if isinstance(entry, ast.BaseComment):
            continue
        if not isinstance(entry, ast.Message) or entry.attributes or entry.value is None:
            text = getattr(entry, "content", "") or getattr(getattr(entry, "id", None), "name", "")
            raise ValueError(f"A plain message was expected. Got {text.strip()[:80]!r}.")
        if entry.id.name in found:
            raise ValueError(f"The message {entry.id.name!r} is there twice.")
        found[entry.id.name] = _pattern(entry.value)
    return found


def _pattern(pattern: ast.Pattern) -> Pattern:
    from fluent.syntax import ast

    parts: list[Any] = []
    for element in pattern.elements:
        part = (
            element.value if isinstance(element, ast.TextElement) else _placed(element.expression)
        )
        if isinstance(part, str) and parts and isinstance(parts[-1], str):
            parts[-1] += part
        else:
            parts.append(part)
    if not parts:
        return ""
    return parts[0] if len(parts) == 1 and isinstance(parts[0], str) else parts


def _placed(expression: Any) -> Any:
    from fluent.syntax import ast

    if isinstance(expression, ast.StringLiteral):
        return expression.parse()["value"]
    if isinstance(expression, ast.SelectExpression):
        variants = {_key(one.key): _pattern(one.value) for one in expression.variants}
        default = next(_key(one.key) for one in expression.variants if one.default)
        return [_name(expression.selector), variants, default]
    return [_name(expression)]


def _key(key: ast.Identifier | ast.NumberLiteral) -> str:
    from fluent.syntax import ast

    return key.name if isinstance(key, ast.Identifier) else key.value


def _name(expression: Any) -> str:
    """Of a variable, which may stand in a plain ``NUMBER``: a page writes all numbers alike."""
    from fluent.syntax import ast

    if (
        isinstance(expression, ast.FunctionReference)
        and expression.id.name == "NUMBER"
        and len(expression.arguments.positional) == 1
        and not expression.arguments.named
    ):
        expression = expression.arguments.positional[0]
    if isinstance(expression, ast.VariableReference):
        return expression.id.name
    raise ValueError(f"A page knows no {type(expression).__name__} in a message.")
