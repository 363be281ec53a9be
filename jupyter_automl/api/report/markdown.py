"""A report as a model card: Markdown with the headings that model hubs know."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from jupyter_automl.api.pictures.room import clean
from jupyter_automl.api.report.blocks import Block, Code, Drawing, Paragraph, Points, Sheet
from jupyter_automl.api.report.found import Found
from jupyter_automl.api.report.html import cells, numeric_columns
from jupyter_automl.api.report.limits import names_of
from jupyter_automl.api.report.metrics import metrics
from jupyter_automl.api.report.sections import (
    board_sheet,
    call_code,
    columns_sheet,
    data_size,
    honest_sentence,
    limits_blocks,
    notices,
    report_of,
    scores_sheet,
)
from jupyter_automl.api.snapshot import markdown_text
from jupyter_automl.api.wording import cut, status_line, subtitle
from jupyter_automl.core.picture import Table
from jupyter_automl.core.words import say

_NAME = 200
_MOST_CLASSES = 50
_MOST_ROWS = 60
_SENTENCE = 1000


def model_card(found: Found) -> str:
    """The best model of a run as a card.

    After Mitchell et al. (2019), "Model cards for model reporting", in the form of Hugging Face:
    a YAML front matter, in which every text is quoted, and Markdown under it. Texts of the data
    are escaped.
    """
    report = report_of(found)
    parts: list[tuple[str, Iterable[Block]]] = [
        ("description", _description(found)),
        ("intended", _intended()),
        ("training", _training(found)),
        ("evaluation", _evaluation(found)),
        ("limitations", limits_blocks(found)),
        ("use", _use(found)),
    ]
    lines = [front_matter(found), f"# {markdown_text(report.title)}"]
    for key, blocks in parts:
        lines.append(f"## {say(f'report-card-{key}')}")
        lines += [text for block in blocks if (text := _drawn(block))]
    lines.append(markdown_text(report.written))
    return "\n\n".join(lines) + "\n"


def front_matter(found: Found) -> str:
    """Between two lines of dashes: YAML of which every scalar is quoted, a number or a list."""
    state = found.state
    plan, model = state.plan, found.model
    lines = ["---", "library_name: jupyter_automl", 'tags: ["automl", "tabular"]']
    if plan is not None:
        kind = "classification" if plan.classes else "regression"
        lines.append(f"pipeline_tag: tabular-{kind}")
        lines.append(f"metrics: [{_quoted(plan.metric)}]")
    name = state.name if model is None else f"{state.name}: {model.name}"
    lines += ["model-index:", f"- name: {_quoted(name)}"]
    if plan is not None and state.dataset is not None:
        lines += [
            "  results:",
            f"  - task: {_mapping({'type': 'tabular-' + kind})}",
            f"    dataset: {_mapping({'name': state.dataset.name, 'type': 'tabular'})}",
            "    metrics:",
        ]
        scores = [
            {"type": one["metric"], "value": one["value"]}
            for one in metrics(found)
            if one["value"] is not None
        ]
        lines += [f"    - {_mapping(score)}" for score in scores]
        if not scores:
            lines[-1] += " []"
    return "\n".join([*lines, "---"])


def _mapping(values: Mapping[str, Any]) -> str:
    parts = (
        f"{key}: {value!r}" if isinstance(value, float) else f"{key}: {_quoted(value)}"
        for key, value in values.items()
    )
    return "{" + ", ".join(parts) + "}"


def _quoted(text: object) -> str:
    # A JSON string is a YAML scalar in double quotes, once nothing unprintable is in it.
    return json.dumps(cut(clean(text), _NAME), ensure_ascii=False)


def _description(found: Found) -> Iterator[Block]:
    state, plan = found.state, found.state.plan
    yield Paragraph(text=cut(status_line(state), _SENTENCE), strong=True)
    yield Paragraph(text=subtitle(state))
    if not state.ended:
        yield Paragraph(text=say("report-going-on"))
    if found.trouble:
        yield Paragraph(text=say("report-gone", error=cut(found.trouble, _SENTENCE)))
    if plan is None or found.model is None:
        if not found.trouble:
            yield Paragraph(text=say("report-no-model"))
        return
    kind = "classes" if plan.classes else "number"
    target, n = cut(plan.target, _NAME), len(plan.features)
    yield Paragraph(text=say("report-card-what", kind=kind, target=target, n=n))
    yield Paragraph(text=say("report-card-model", model=found.model.name))
    if plan.classes:
        yield Paragraph(
            text=say("report-card-classes", classes=names_of(plan.classes, _MOST_CLASSES))
        )


def _intended() -> Iterator[Block]:
    yield Paragraph(text=say("report-card-intended-text"))
    yield Paragraph(text=say("report-card-not-intended"))


def _training(found: Found) -> Iterator[Block]:
    yield Paragraph(text=data_size(found.state))
    yield from (
        block for block in (columns_sheet(found.state), notices(found.state)) if block is not None
    )


def _evaluation(found: Found) -> Iterator[Block]:
    if found.evaluation is not None:
        yield Paragraph(text=" ".join(found.evaluation.findings))
    sheet = scores_sheet(found)
    if sheet is not None:
        yield sheet
        yield Paragraph(text=say("report-scores-note"))
    honest = honest_sentence(found)
    if honest:
        yield Paragraph(text=honest)
    board = board_sheet(found.state)
    if board is not None:
        yield board
    told = [
        text for picture in found.judged[:1] + found.explaining[:1] for text in picture.findings
    ]
    if told:
        yield Points(texts=tuple(told))


def _use(found: Found) -> Iterator[Block]:
    if found.model is None:
        return
    run = found.state.run_id
    yield Code(
        text="\n".join(
            (
                "import jupyter_automl as ja",
                f"run = ja.open({run!r})",
                "run.predict(df)  # rows with the columns above",
            )
        )
    )
    code = call_code(found.state)
    if code:
        yield Paragraph(text=say("report-reproduce-how"))
        yield Code(text=code)


def _drawn(block: Block) -> str:
    match block:
        case Paragraph():
            text = markdown_text(block.text, _SENTENCE)
            return f"**{text}**" if block.strong and text else text
        case Points():
            items = "\n".join(f"- {markdown_text(text, _SENTENCE)}" for text in block.texts)
            return f"{markdown_text(block.lead)}\n\n{items}" if block.lead else items
        case Sheet():
            return f"{markdown_text(block.caption)}\n\n{_table(block.table)}"
        case Code():
            return _code(block.text)
        case Drawing():
            return "\n\n".join(markdown_text(text, _SENTENCE) for text in block.picture.findings)


def _code(text: str) -> str:
    """Indented, for which no line of it can be the end."""
    lines = (
        clean(line) if not line.startswith(" ") else "    " + clean(line)
        for line in text.splitlines()
    )
    return "\n".join(f"    {line}" for line in lines)


def _table(table: Table) -> str:
    aligns = ("---:" if right else ":---" for right in numeric_columns(table))
    lines = [_row(table.columns), f"| {' | '.join(aligns)} |"]
    lines += [_row(cells(row, _NAME)) for row in table.rows[:_MOST_ROWS]]
    more = table.more + max(0, len(table.rows) - _MOST_ROWS)
    if more > 0:
        lines += ["", markdown_text(say("ui-picture-more", more=more))]
    return "\n".join(lines)


def _row(texts: Iterable[str]) -> str:
    return f"| {' | '.join(markdown_text(text) for text in texts)} |"
