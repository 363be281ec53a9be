"""The keywords of `fit`, checked before anything is read or written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from jupyter_automl.core.budget import parse_duration
from jupyter_automl.core.errors import (
    ArgumentError,
    UnknownArgumentError,
    UnknownNameError,
    did_you_mean,
)
from jupyter_automl.core.task import TaskSpec

EXECUTORS = ("local", "inline")
KEYWORDS = (
    "target",
    "task",
    "metric",
    "exclude",
    "budget",
    "families",
    "validation",
    "group",
    "time",
    "weight",
    "max_memory",
    "n_jobs",
    "executor",
    "max_trials",
    "use_all_time",
    "random_state",
    "name",
)
_MAX_SEED = 2**32 - 1
TRIALS_BUDGET_SECONDS = 3600.0
"""The limit of a run that is to end after a number of trials and was given no budget."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arguments:
    """What a call of `fit` asked for, as values of the right type.

    Attributes
    ----------
    explicit : TaskSpec
        The fields that keywords set.
    """

    explicit: TaskSpec
    max_memory_bytes: int | None = None
    n_workers: int | None = None
    executor: str = "local"
    max_trials: int | None = None
    use_all_time: bool = False
    random_state: int = 0
    name: str | None = None


def refuse_unknown(unknown: Mapping[str, Any]) -> None:
    """Raise `UnknownArgumentError` for the first keyword that `fit` does not have."""
    for word in unknown:
        raise UnknownArgumentError(
            f"fit takes the keywords {', '.join(KEYWORDS)}. Got {word!r}.",
            hint=did_you_mean(word, KEYWORDS) or "Leave it out; help(ja.fit) explains each.",
            argument=word,
        )


def check(
    *,
    target: str | None,
    task: str | None,
    metric: str | None,
    exclude: str | Iterable[str],
    budget: float | str | None,
    families: str | Iterable[str] | None,
    validation: str | None,
    group: str | None,
    time: str | None,
    weight: str | None,
    max_memory: object,
    n_jobs: int | None,
    executor: str,
    max_trials: int | None,
    use_all_time: bool,
    random_state: int | None,
    name: str | None,
) -> Arguments:
    """The keywords of `fit` as values; raises `ArgumentError` or `UnknownNameError`."""
    # What the words mean is checked against the table, by plan.resolve_task.
    texts = {"target": target, "task": task, "metric": metric, "validation": validation}
    texts |= {"group": group, "time": time, "weight": weight}
    fields: dict[str, Any] = {key: _text(key, value) for key, value in texts.items()}
    fields["exclude"] = _texts("exclude", exclude)
    fields["families_only"] = _families(families)
    fields["budget_seconds"] = None if budget is None else parse_duration(budget)
    n_trials = _n_trials(max_trials)
    if n_trials is not None and budget is None:
        fields["budget_seconds"] = TRIALS_BUDGET_SECONDS
    given = {key: value for key, value in fields.items() if value not in (None, ())}
    return Arguments(
        explicit=TaskSpec(
            **given,
            origin=dict.fromkeys(given, "argument"),
            confidence=dict.fromkeys(given, 1.0),
        ),
        max_memory_bytes=_n_bytes(max_memory),
        n_workers=_n_workers(n_jobs),
        executor=_one_of("executor", executor, EXECUTORS) or "local",
        max_trials=n_trials,
        use_all_time=_flag("use_all_time", use_all_time),
        random_state=_seed(random_state),
        name=_text("name", name),
    )


def merge(prompt: TaskSpec, explicit: TaskSpec) -> TaskSpec:
    """The reading of a prompt under explicit keywords, which win; exclusions add up."""
    given = {key: getattr(explicit, key) for key in explicit.origin}
    given["exclude"] = tuple(dict.fromkeys((*prompt.exclude, *explicit.exclude)))
    if "families_only" in explicit.origin:
        given["families_avoid"] = ()
    return replace(
        prompt,
        **given,
        questions=tuple(q for q in prompt.questions if q.field not in explicit.origin),
        origin={**prompt.origin, **explicit.origin},
        confidence={**prompt.confidence, **explicit.confidence},
        reasons={k: v for k, v in prompt.reasons.items() if k not in explicit.origin},
    )


def _text(argument: str, value: object) -> str | None:
    if value is None or (isinstance(value, str) and value.strip()):
        return value
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    raise ArgumentError(
        f"{argument} must be a text. Got {value!r}.",
        # A frame may have numbers for names; here every name is text.
        hint=f"Write {argument}={str(value)!r}." if is_number else "Leave it out, or name one.",
        argument=argument,
    )


def _texts(argument: str, value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    if value is None:
        return ()
    if not isinstance(value, Iterable):
        raise ArgumentError(
            f"{argument} must be a list of names. Got {value!r}.",
            hint=f"Write for example {argument}=['a', 'b'].",
            argument=argument,
        )
    return tuple(dict.fromkeys(str(item) for item in value))


def _one_of(argument: str, value: object, allowed: tuple[str, ...]) -> Any:
    if value is None or value in allowed:
        return value
    raise UnknownNameError(
        f"{argument} must be one of: {', '.join(allowed)}. Got {value!r}.",
        hint=did_you_mean(value, allowed) or "Choose one of these.",
        argument=argument,
    )


def _families(value: Any) -> tuple[str, ...]:
    names = _texts("families", value)
    if value is not None and not names:
        raise ArgumentError(
            "families must name at least one kind of model. Got none.",
            hint="ja.families() lists them; leave it out to have them chosen.",
            argument="families",
        )
    if not names:
        return ()
    from jupyter_automl.models import FAMILIES
    from jupyter_automl.models.synonyms import families_called

    # A word that nobody uses for a family stays, for the registry to propose another.
    meant = [called for name in names for called in families_called(name) or (name,)]
    for name in meant:
        FAMILIES.get(name)
    return tuple(dict.fromkeys(meant))


def _n_bytes(value: object) -> int | None:
    if value is None:
        return None
    from jupyter_automl.api.settings import parse_size

    size = parse_size(value)
    if size is None:
        raise ArgumentError(
            f"max_memory must be a size in bytes or a text with its unit. Got {value!r}.",
            hint='Write for example max_memory="4GB" or "800MB".',
            argument="max_memory",
        )
    return size


def _n_workers(value: object) -> int | None:
    if value is None or value == -1:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 1024:
        raise ArgumentError(
            f"n_jobs must be a number of processes, 1 or more. Got {value!r}.",
            hint="Leave it out, or write -1, for one a core.",
            argument="n_jobs",
        )
    return value


def _n_trials(value: object) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not hasattr(value, "__index__") or int(value) < 1:
        raise ArgumentError(
            f"max_trials must be a number of models, 1 or more. Got {value!r}.",
            hint="Leave it out to train for the whole budget.",
            argument="max_trials",
        )
    return int(value)


def _flag(argument: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise ArgumentError(
            f"{argument} must be True or False. Got {value!r}.",
            hint=f"Write {argument}=True, or leave it out.",
            argument=argument,
        )
    return value


def _seed(value: Any) -> int:
    if value is None:
        import secrets

        return secrets.randbelow(2**31)
    ok = not isinstance(value, bool) and hasattr(value, "__index__")
    if not ok or not 0 <= int(value) <= _MAX_SEED:
        raise ArgumentError(
            f"random_state must be a whole number from 0 to {_MAX_SEED}. Got {value!r}.",
            hint="Write for example 0, or None to have one drawn.",
            argument="random_state",
        )
    return int(value)
