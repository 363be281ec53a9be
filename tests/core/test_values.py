"""Durations, errors, the registry and the codec."""

from __future__ import annotations

import contextlib
import pickle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_automl.core import errors
from jupyter_automl.core import events as ev
from jupyter_automl.core.budget import MAX_SECONDS, format_duration, parse_duration
from jupyter_automl.core.codec import from_json, to_json
from jupyter_automl.core.dataset import ColumnSchema, Dataset
from jupyter_automl.core.registry import Entry, Registry
from jupyter_automl.core.task import Question, RowFilter, TaskSpec


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        (90, 90),
        ("90", 90),
        ("90s", 90),
        ("5m", 300),
        ("5 min", 300),
        ("1h", 3600),
        ("1h 30m", 5400),
        ("2 minutes and 5 seconds", 125),
        ("1.5 hours", 5400),
    ],
)
def test_a_duration_is_read_as_people_write_it(text: float | str, seconds: float) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize("wrong", ["soon", "", 0, -1, "0s", True, "5 parsecs", float("nan"), "inf"])
def test_a_wrong_duration_says_what_came_and_what_to_write(wrong: object) -> None:
    with pytest.raises(errors.ArgumentError) as caught:
        parse_duration(wrong)  # type: ignore[arg-type]
    assert repr(wrong) in str(caught.value)
    assert "Write" in caught.value.hint


def test_a_budget_beyond_a_week_is_refused() -> None:
    with pytest.raises(errors.ArgumentError, match="at most 7 days"):
        parse_duration(MAX_SECONDS + 1)


@given(st.text(max_size=30))
def test_any_text_is_a_duration_or_an_argument_error(text: str) -> None:
    with contextlib.suppress(errors.ArgumentError):
        assert 1.0 <= parse_duration(text) <= MAX_SECONDS


@given(st.integers(1, int(MAX_SECONDS)))
def test_whole_seconds_survive_any_unit(seconds: int) -> None:
    hours, rest = divmod(seconds, 3600)
    minutes, rest = divmod(rest, 60)
    assert parse_duration(f"{hours}h {minutes}m {rest}s") == seconds


def test_durations_are_shown_short() -> None:
    assert [format_duration(s) for s in (0, 38, 75, 3723)] == ["0 s", "38 s", "1:15", "1:02:03"]


def _kinds(base: type[errors.AutoMLError]) -> list[type[errors.AutoMLError]]:
    return [base, *(kind for child in base.__subclasses__() for kind in _kinds(child))]


@pytest.mark.parametrize("kind", _kinds(errors.AutoMLError))
def test_an_error_pickles_and_keeps_its_parts(kind: type[errors.AutoMLError]) -> None:
    error = kind("Expected a column. Got 'x'.", hint="Name another.", column="x", most=2)
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is kind
    assert copy.to_dict() == error.to_dict()
    assert str(copy) == "Expected a column. Got 'x'. Name another."
    assert error.to_dict()["context"] == {"column": "x", "most": 2}


def test_codes_are_unique() -> None:
    kinds = _kinds(errors.AutoMLError)
    assert len({kind.code for kind in kinds}) == len(kinds)


def test_a_near_name_is_proposed_and_a_far_one_is_not() -> None:
    assert errors.did_you_mean("Survive", ["Survived", "Sex"]) == "Did you mean 'Survived'?"
    assert errors.did_you_mean("zzz", ["Survived", "Sex"]) == ""


def test_a_registry_loads_once_and_guesses_what_was_meant() -> None:
    loaded: list[str] = []

    def load() -> str:
        loaded.append("one")
        return "value"

    registry: Registry[str] = Registry("metric", "jupyter_automl.test_nothing")
    registry.register(Entry(name="accuracy", load=load))
    assert registry.names() == ("accuracy",)
    assert loaded == []
    assert registry.get("accuracy") == registry.get("accuracy") == "value"
    assert loaded == ["one"]
    with pytest.raises(errors.UnknownNameError, match="Did you mean 'accuracy'"):
        registry.get("acuracy")
    with pytest.raises(ValueError, match="registered already"):
        registry.register(Entry(name="accuracy", load=load))


def test_an_entry_without_its_package_is_unavailable_with_the_install_line() -> None:
    registry: Registry[str] = Registry("family", "jupyter_automl.test_nothing")
    line = 'pip install "jupyter_automl[more]"'
    registry.register(
        Entry(name="more", load=str, requires=("surely_not_installed_package",), install=line)
    )
    assert registry.names() == ("more",)
    assert registry.available() == ()
    with pytest.raises(errors.UnavailableError) as caught:
        registry.get("more")
    assert line in caught.value.hint


names = st.text(max_size=12)
tasks = st.builds(
    TaskSpec,
    target=st.none() | names,
    exclude=st.lists(names, max_size=3).map(tuple),
    positive=st.none() | st.integers() | names | st.booleans(),
    filters=st.lists(
        st.builds(RowFilter, column=names, op=st.sampled_from(("==", "in")), value=names),
        max_size=2,
    ).map(tuple),
    questions=st.lists(
        st.builds(Question, field=names, text=names, answers=st.lists(names).map(tuple)), max_size=2
    ).map(tuple),
    confidence=st.dictionaries(names, st.floats(0, 1), max_size=2),
)


@settings(deadline=None)
@given(task=tasks, name=names)
def test_an_event_comes_back_from_json_as_it_went(task: TaskSpec, name: str) -> None:
    column = ColumnSchema(name=name, kind="numeric", dtype="int64", examples=("1",))
    dataset = Dataset(name=name, fingerprint="f", path="p", n_rows=3, columns=(column,))
    event = ev.Event(
        run_id="r", seq=1, at=1.5, body=ev.RunCreated(name=name, dataset=dataset, task=task)
    )
    assert from_json(ev.Event, to_json(event)) == event
