"""Any text is read without an error, invents no column, and a written task reads back."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_automl.core.dataset import ColumnSchema
from jupyter_automl.core.task import TaskSpec
from jupyter_automl.prompt import describe, parse

_WORDS = """predict churn survived optimise for recall ignore except the and or not , . ; ? ' " ` =
    is only use using from without xgboost linear models train 90 s minutes half an hour cross
    validation 5-fold positive class next month forecast target column drop id name age but who
    will which did rows where < 18 leave out group by weighted budget 0 2 -1 %"""
_NAMES = """a in is y id Id target class label name model models use only Predict predict time group
    weight recall accuracy f1 linear xgboost churn survived seconds train for positive column the
    ignore Ignore and budget task horizon steps split `tick` "q" it's x,y a.b <b>x</b> %"""
_METRICS = """accuracy balanced_accuracy roc_auc average_precision f1 f1_macro precision recall
    log_loss mcc r2 brier rmse rmsle mae medae mape poisson_deviance"""
FAMILIES = ("linear", "lightgbm", "xgboost", "random_forest", "extra_trees", "knn")
_FIELDS = """task target metric exclude positive time group weight horizon validation budget_seconds
    families_only families_avoid"""

WORDS, NAMES, METRICS, FIELDS = (line.split() for line in (_WORDS, _NAMES, _METRICS, _FIELDS))

names = st.one_of(
    st.sampled_from(NAMES),
    st.text(min_size=1, max_size=12),
    st.lists(st.sampled_from(NAMES), min_size=1, max_size=3).map(" ".join),
)
kinds = st.sampled_from(("numeric", "boolean", "categorical", "datetime", "text", "id", "constant"))


@st.composite
def tables(draw: st.DrawFn, least: int = 0) -> tuple[ColumnSchema, ...]:
    chosen = draw(st.lists(names, min_size=least, max_size=6, unique=True))
    return tuple(
        ColumnSchema(
            name=name,
            kind=draw(kinds),
            dtype=draw(st.sampled_from(("int64", "double", "bool", "string"))),
            n_unique=draw(st.integers(0, 200)),
            examples=draw(st.sampled_from(((), ("0", "1"), ("no", "yes"), ("a",)))),
        )
        for name in chosen
    )


texts = st.one_of(
    st.text(max_size=200),
    st.lists(st.one_of(st.sampled_from(WORDS), names), max_size=25).map(" ".join),
)


@given(texts, tables())
@settings(max_examples=400, deadline=None)
def test_any_text_reads_without_an_error_and_invents_nothing(
    text: str, columns: tuple[ColumnSchema, ...]
) -> None:
    spec = parse(text, columns, values={column.name: column.examples for column in columns})
    known = {column.name for column in columns}
    named = {spec.target, spec.time, spec.group, spec.weight, *spec.exclude} - {None}
    assert named <= known
    assert spec.target not in spec.exclude
    assert spec.budget_seconds is None or 1 <= spec.budget_seconds <= 7 * 86400
    assert set(spec.origin.values()) <= {"prompt"}
    assert set(spec.origin) == set(spec.confidence) == set(spec.reasons)
    assert all(0 <= sure <= 1 for sure in spec.confidence.values())
    for name in set(FIELDS) - set(spec.origin):
        assert getattr(spec, name) in (None, ()), name


@st.composite
def tasks(draw: st.DrawFn) -> tuple[TaskSpec, tuple[ColumnSchema, ...]]:
    columns = draw(tables(least=4))
    order = draw(st.permutations([column.name for column in columns]))
    target, time, group, weight, *rest = order
    held = {column.name: column for column in columns}[target]
    task = draw(st.sampled_from(_fitting(held)))
    metric = draw(st.sampled_from([None, *METRICS]))
    numbers = task == "regression" or held.kind == "numeric"
    return (
        TaskSpec(
            target=target,
            task=task,
            metric=None if numbers and metric not in METRICS[-6:] else metric,
            exclude=tuple(draw(st.permutations(rest))) if draw(st.booleans()) else (),
            positive=_positive(held, draw),
            time=time if draw(st.booleans()) else None,
            group=group if draw(st.booleans()) else None,
            weight=weight if draw(st.booleans()) else None,
            horizon=draw(st.none() | st.integers(1, 400)),
            validation=draw(st.sampled_from((None, "cv", "holdout", "time", "group"))),
            budget_seconds=draw(st.none() | st.integers(1, 604800).map(float)),
            families_only=_some(draw, FAMILIES[:3]),
            families_avoid=_some(draw, FAMILIES[3:]),
        ),
        columns,
    )


def _some(draw: st.DrawFn, of: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(draw(st.lists(st.sampled_from(of), unique=True, max_size=3)))


def _fitting(column: ColumnSchema) -> list[str | None]:
    """Tasks that a person could choose for the column without a contradiction."""
    if not column.n_unique:
        return [None, "binary", "multiclass", "regression"]
    numbers = ["regression"] if column.kind not in ("categorical", "text", "boolean") else []
    classes = ["binary"] if column.n_unique == 2 else ["multiclass"] if column.n_unique > 2 else []
    return [None, *numbers, *classes]


def _positive(column: ColumnSchema, draw: st.DrawFn) -> object:
    value = draw(
        {
            "int64": st.integers(-5, 5),
            "double": st.integers(-5, 5).map(float),
            "bool": st.booleans(),
            "string": st.text(min_size=1, max_size=8),
        }[column.dtype]
    )
    return draw(st.sampled_from((None, value)))


@given(tasks())
@settings(max_examples=400, deadline=None)
def test_a_task_written_as_a_prompt_reads_back(
    case: tuple[TaskSpec, tuple[ColumnSchema, ...]],
) -> None:
    spec, columns = case
    text = describe(spec)
    read = parse(text, columns)
    for name in FIELDS:
        assert getattr(read, name) == getattr(spec, name), (name, text)
