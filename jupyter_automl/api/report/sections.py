"""The sections of a report, in the order in which one asks."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from importlib import metadata

import numpy as np

from jupyter_automl.api.report.blocks import (
    Block,
    Code,
    Drawing,
    Paragraph,
    Points,
    Report,
    Section,
    Sheet,
)
from jupyter_automl.api.report.found import Found
from jupyter_automl.api.report.limits import limits, names_of, unchecked
from jupyter_automl.api.snapshot import headings
from jupyter_automl.api.still import best_so_far
from jupyter_automl.api.wording import cut, row_cells, status_line, subtitle
from jupyter_automl.core.budget import format_duration
from jupyter_automl.core.dataset import ColumnSchema
from jupyter_automl.core.experiment import Experiment, format_score
from jupyter_automl.core.picture import MOST_ROWS, Table, number
from jupyter_automl.core.words import say

PACKAGES = (
    *("jupyter_automl", "numpy", "pandas", "pyarrow", "scikit-learn", "scipy", "lightgbm"),
    *("xgboost", "xgboost-cpu", "catboost", "interpret-core", "shap", "optuna"),
)
_NAME = 80
_SENTENCE = 500
_MOST_NOTICES = 50
_MOST_FEATURES = 60
_MOST_SEGMENTS = 8


def report_of(found: Found) -> Report:
    """Everything there is to say; a part that there is nothing of is left out."""
    parts = (
        ("summary", _summary(found)),
        ("data", _data(found)),
        ("plan", _plan(found.state)),
        ("board", _board(found.state)),
        ("evaluation", _evaluation(found)),
        ("explanation", _explanation(found)),
        ("built", _built(found)),
        ("limits", _limits(found)),
        ("reproduce", _reproduce(found.state)),
    )
    sections = tuple(
        Section(key=key, title=say(f"report-{key}"), blocks=tuple(blocks)) for key, blocks in parts
    )
    return Report(
        title=say("report-title", name=cut(found.state.name, _NAME)),
        sections=tuple(section for section in sections if section.blocks),
        written=say(
            "report-written",
            at=found.at.strftime("%Y-%m-%d %H:%M"),
            version=versions()["jupyter_automl"],
            python=platform.python_version(),
        ),
    )


def versions() -> dict[str, str]:
    """Of the packages that are installed here, by name."""
    import jupyter_automl

    found = {"jupyter_automl": jupyter_automl.__version__, "python": platform.python_version()}
    for name in PACKAGES[1:]:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def call_code(state: Experiment) -> str:
    """The lines that start the same run again; empty before there is a plan."""
    task, plan = state.task, state.plan
    if task is None or plan is None or state.dataset is None:
        return ""
    data = "df" if in_memory(state) else repr(state.dataset.source)
    given = {
        "target": plan.target,
        "task": plan.task,
        "metric": plan.metric,
        "exclude": list(task.exclude) or None,
        "validation": task.validation,
        "group": task.group,
        "time": task.time,
        "weight": task.weight,
        "families": list(task.families_only) or None,
        "budget": plan.budget_seconds,
        "random_state": plan.random_state,
    }
    lines = [f"    {key}={value!r}," for key, value in given.items() if value is not None]
    return "\n".join(["import jupyter_automl as ja", f"run = ja.fit(\n    {data},", *lines, ")"])


def in_memory(state: Experiment) -> bool:
    """Whether the table came from a variable, not from a file."""
    source = "" if state.dataset is None else state.dataset.source
    return not source or source == "DataFrame"


def data_size(state: Experiment) -> str:
    """The table in a sentence."""
    data = state.dataset
    if data is None:
        return say("report-no-data")
    size = {"rows": data.n_rows, "columns": len(data.columns)}
    return say("report-data-size", name=cut(data.name, _NAME), **size)


def columns_sheet(state: Experiment) -> Sheet | None:
    """The columns of the table: the target first, then as they stand."""
    data, plan, task = state.dataset, state.plan, state.task
    if data is None or not data.columns:
        return None
    target = plan.target if plan is not None else None if task is None else task.target
    used = set(plan.features) if plan is not None else None
    ordered = sorted(data.columns, key=lambda column: column.name != target)

    def use(column: ColumnSchema) -> str:
        if column.name == target:
            return say("report-use-target")
        if used is None:
            return ""
        return say("report-use-feature" if column.name in used else "report-use-out")

    return Sheet(
        caption=say("report-columns"),
        table=Table(
            columns=tuple(
                say(f"report-column-{key}")
                for key in ("name", "kind", "missing", "distinct", "use", "remark")
            ),
            rows=tuple(
                (
                    cut(column.name, _NAME),
                    column.kind,
                    column.n_missing,
                    column.n_unique,
                    use(column),
                    cut(column.reason, 160),
                )
                for column in ordered[:MOST_ROWS]
            ),
            more=max(0, len(ordered) - MOST_ROWS),
        ),
        folded=len(ordered) > 30,
    )


def notices(state: Experiment) -> Points | None:
    """What was found in the data and told on the way; warnings first."""
    ordered = sorted(state.notices, key=lambda notice: notice.level != "warning")
    texts = [cut(notice.message, _SENTENCE) for notice in ordered]
    more = len(texts) - _MOST_NOTICES
    shown = texts[:_MOST_NOTICES] + ([say("report-and-more", n=more)] if more > 0 else [])
    return Points(lead=say("report-notices"), texts=tuple(shown)) if shown else None


def board_sheet(state: Experiment) -> Sheet | None:
    """The leaderboard as it is read everywhere."""
    rows = state.leaderboard.rows
    if not rows:
        return None
    table = Table(
        columns=headings(state),
        rows=tuple(row_cells(row) for row in rows[:MOST_ROWS]),
        more=max(0, len(rows) - MOST_ROWS),
    )
    return Sheet(caption=say("report-models"), table=table)


def scores_sheet(found: Found) -> Sheet | None:
    """Every metric with its interval."""
    evaluation = found.evaluation
    if evaluation is None or not evaluation.scores:
        return None
    return Sheet(
        caption=say("report-scores", model=evaluation.model),
        table=Table(
            columns=tuple(
                say(f"report-{key}") for key in ("score", "value", "low", "high", "rows")
            ),
            rows=tuple(
                (name, *(number(v) for v in (score.value, score.low, score.high)), score.n)
                for name, score in evaluation.scores.items()
            ),
        ),
    )


def honest_sentence(found: Found) -> str:
    """The score by rows that had no say in the choice; empty where it is not known."""
    honest, plan = found.honest, found.state.plan
    if honest is None or plan is None:
        return ""
    return say(
        "report-honest",
        metric=plan.metric,
        score=format_score(honest.score),
        low=format_score(honest.low),
        high=format_score(honest.high),
        candidates=honest.n_candidates,
    )


def limits_blocks(found: Found) -> Iterator[Block]:
    """What the run cannot promise, and what nobody has looked at."""
    said, open_questions = limits(found), unchecked(found)
    if said:
        yield Points(texts=said)
    if open_questions:
        yield Points(lead=say("report-limit-unchecked"), texts=open_questions)


def _summary(found: Found) -> Iterator[Block]:
    state = found.state
    if not state.ended:
        yield Paragraph(text=say("report-going-on"))
    yield Paragraph(text=cut(status_line(state), _SENTENCE), strong=True)
    yield Paragraph(text=subtitle(state))
    if found.evaluation is not None:
        yield Paragraph(text=" ".join(found.evaluation.findings))
    elif found.model is None and not found.trouble:
        yield Paragraph(text=say("report-no-model"))
    if found.trouble:
        yield Paragraph(text=say("report-gone", error=cut(found.trouble, _SENTENCE)))


def _data(found: Found) -> Iterator[Block]:
    state = found.state
    yield Paragraph(text=data_size(state))
    if state.dataset is not None and not in_memory(state):
        yield Paragraph(text=say("report-data-source", source=cut(state.dataset.source, _SENTENCE)))
    yield from (block for block in (columns_sheet(state), notices(state)) if block is not None)
    if found.evaluation is not None and found.evaluation.judged.has_classes:
        yield _classes(found)


def _classes(found: Found) -> Sheet:
    assert found.evaluation is not None
    judged = found.evaluation.judged
    counts = np.bincount(judged.y, minlength=judged.n_classes)
    order = np.argsort(-counts, kind="stable")
    return Sheet(
        caption=say("report-class-counts"),
        table=Table(
            columns=(say("report-class"), say("report-rows")),
            rows=tuple(
                (cut(judged.labels[code], _NAME), int(counts[code])) for code in order[:MOST_ROWS]
            ),
            more=max(0, len(order) - MOST_ROWS),
        ),
        folded=len(order) > 10,
    )


def _plan(state: Experiment) -> Iterator[Block]:
    plan, task = state.plan, state.task
    if plan is None or task is None:
        yield Paragraph(text=say("report-no-plan"))
        return
    if state.prompt:
        yield Paragraph(text=say("report-prompt", prompt=cut(state.prompt, _SENTENCE)))
    reasons = {**task.reasons, **plan.reasons}
    values = {
        "target": cut(plan.target, _NAME),
        "task": plan.task,
        "metric": plan.metric,
        "validation": f"{plan.validation}, {plan.folds_text}",
        "budget": format_duration(plan.budget_seconds),
        "features": names_of(plan.features, _MOST_FEATURES),
        "exclude": names_of(task.exclude, _MOST_FEATURES),
        "models": ", ".join(plan.families),
        "seed": str(plan.random_state),
    }
    # The reasons have names of their own for some decisions.
    told = {"features": "columns used", "exclude": "columns left out by request"}
    rows = []
    for key, value in values.items():
        why = reasons.pop(told.get(key, key), "") or reasons.pop(key, "")
        if value:
            rows.append((say(f"report-plan-{key}"), value, cut(why, _SENTENCE)))
    rows += [(cut(key, _NAME), "", cut(why, _SENTENCE)) for key, why in reasons.items() if why]
    columns = tuple(say(f"report-decision{key}") for key in ("", "-value", "-why"))
    table = Table(columns=columns, rows=tuple(rows[:MOST_ROWS]))
    yield Sheet(caption=say("report-decisions"), table=table)


def _board(state: Experiment) -> Iterator[Block]:
    sheet, line = board_sheet(state), best_so_far(state)
    if sheet is None:
        yield Paragraph(text=say("report-no-rows"))
        return
    yield sheet
    if line is not None:
        yield Drawing(picture=line)


def _evaluation(found: Found) -> Iterator[Block]:
    evaluation, model = found.evaluation, found.model
    if evaluation is None or model is None:
        return
    sheet = scores_sheet(found)
    if sheet is not None:
        yield sheet
        yield Paragraph(text=say("report-scores-note"))
    honest = honest_sentence(found)
    if honest:
        yield Paragraph(text=honest)
    if evaluation.threshold is not None and len(evaluation.judged.labels) == 2:
        yield Paragraph(
            text=say(
                "report-threshold",
                label=cut(evaluation.judged.labels[1], _NAME),
                threshold=format_score(evaluation.threshold),
            )
        )
    for picture in found.judged:
        yield Drawing(picture=picture)
    worse = [segment for segment in evaluation.segments if segment.stands_out]
    if worse:
        columns = ("report-segment-rule", "report-segment", "report-segment-error")
        rows = tuple(
            (cut(one.rule, 2 * _NAME), one.n, number(one.error.value))
            for one in worse[:_MOST_SEGMENTS]
        )
        table = Table(columns=tuple(map(say, columns)), rows=rows)
        yield Sheet(caption=say("report-segments"), table=table)


def _explanation(found: Found) -> Iterator[Block]:
    if found.explanation is None:
        if found.model is not None:
            yield Paragraph(text=say("report-not-explained"))
        return
    yield Paragraph(text=say("report-explained", model=found.explained))
    for picture in found.explaining:
        yield Drawing(picture=picture)


def _built(found: Found) -> Iterator[Block]:
    if found.built is None or found.model is None:
        return
    if not found.built:
        yield Paragraph(text=say("report-built-nothing", model=found.model.name))
        return
    texts = tuple(cut(sentence, _SENTENCE) for sentence in found.built[:_MOST_NOTICES])
    yield Points(lead=say("report-built-of", model=found.model.name), texts=texts)


def _limits(found: Found) -> Iterator[Block]:
    yield from limits_blocks(found)


def _reproduce(state: Experiment) -> Iterator[Block]:
    code = call_code(state)
    if not code or state.dataset is None:
        return
    yield Code(text=code)
    if in_memory(state):
        yield Paragraph(text=say("report-in-memory"))
    yield Paragraph(text=say("report-fingerprint", fingerprint=state.dataset.fingerprint))
    yield Paragraph(text=say("report-reproduce-how"))
    columns = (say("report-package"), say("report-version"))
    table = Table(columns=columns, rows=tuple(versions().items()))
    yield Sheet(caption=say("report-versions"), table=table, folded=True)
