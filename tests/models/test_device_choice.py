"""Which families may use the GPU: a rule over what there is, the size of the data, the setting."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_automl.core.plan import Device, DeviceSetting
from jupyter_automl.models.devices import LEAST_CELLS, LEAST_ROWS, DeviceChoice, choose_devices
from jupyter_automl.models.gpus import LIBRARIES, Findings, Gpu, Library

GIB = 1024**3
FAMILIES = ("dummy", "linear", "lightgbm", "xgboost", "catboost")
WORKING = {
    "lightgbm": Library(builds=("opencl",), device="opencl"),
    "xgboost": Library(builds=("cuda",), device="cuda"),
    "catboost": Library(builds=("cuda",), device="cuda"),
}
CPU_BUILDS = {name: Library() for name in LIBRARIES}
NO_GPU = Findings(reason="no NVIDIA driver is installed")


def _machine(libraries: Mapping[str, Library] = WORKING, memory: int = 80 * GIB) -> Findings:
    return Findings(gpus=(Gpu(name="Big GPU", memory_bytes=memory),), libraries=libraries)


def _choose(
    setting: DeviceSetting = "auto",
    found: Findings | None = None,
    *,
    n_rows: int = 1_000_000,
    n_columns: int = 30,
    families: tuple[str, ...] = FAMILIES,
    repeatable: bool = False,
) -> DeviceChoice:
    return choose_devices(
        setting,
        families,
        n_rows=n_rows,
        n_columns=n_columns,
        find=lambda: _machine() if found is None else found,
        repeatable=repeatable,
    )


def _must_not_look() -> Findings:
    raise AssertionError("A GPU was looked for where none could matter.")


@pytest.mark.parametrize(
    ("n_rows", "n_columns", "expected"),
    [
        (1_000_000, 30, {"lightgbm", "xgboost", "catboost"}),
        (49_999, 10_000, set()),
        (50_000, 4, set()),
        (50_000, 5, {"catboost"}),
        (50_000, 50, {"catboost", "xgboost"}),
        (50_000, 100, {"catboost", "xgboost", "lightgbm"}),
        (100_000, 24, {"catboost"}),
        (100_000, 25, {"catboost", "xgboost"}),
    ],
)
def test_a_gpu_is_for_many_rows_and_columns(
    n_rows: int, n_columns: int, expected: set[str]
) -> None:
    assert set(_choose(n_rows=n_rows, n_columns=n_columns).gpu) == expected


def test_each_family_gets_the_way_that_works_and_its_least_rows() -> None:
    chosen = _choose(n_rows=1_000_000, n_columns=25)
    assert chosen.gpu["lightgbm"].device == "opencl"
    assert chosen.gpu["xgboost"].device == chosen.gpu["catboost"].device == "cuda"
    assert {name: use.least_rows for name, use in chosen.gpu.items()} == {
        "lightgbm": 200_000,
        "xgboost": 100_000,
        "catboost": LEAST_ROWS,
    }
    assert "Big GPU" in chosen.reason
    assert chosen.notice == ""


def test_families_that_do_not_take_part_are_not_chosen() -> None:
    assert set(_choose(families=("linear", "xgboost")).gpu) == {"xgboost"}
    assert _choose(families=("dummy", "linear")) == DeviceChoice()


def test_only_libraries_that_work_are_chosen() -> None:
    found = _machine({**WORKING, "xgboost": Library(), "lightgbm": Library(builds=("opencl",))})
    assert set(_choose(found=found).gpu) == {"catboost"}
    without = {name: library for name, library in WORKING.items() if name != "catboost"}
    assert set(_choose(found=_machine(without)).gpu) == {"lightgbm", "xgboost"}


def test_a_gpu_that_nothing_can_use_is_told_as_a_reason() -> None:
    chosen = _choose(found=_machine(CPU_BUILDS))
    assert chosen.gpu == {}
    assert "doctor" in chosen.reason
    assert chosen.notice == ""


def test_the_setting_gpu_takes_any_size() -> None:
    chosen = _choose("gpu", n_rows=100, n_columns=2)
    assert set(chosen.gpu) == set(LIBRARIES)
    assert {use.least_rows for use in chosen.gpu.values()} == {0}


@pytest.mark.parametrize(
    ("found", "repeatable", "words"),
    [
        (NO_GPU, False, "no NVIDIA driver is installed"),
        (_machine(CPU_BUILDS), False, "doctor"),
        (_machine(), True, "max_trials"),
        (_machine(memory=GIB // 100), False, "memory of Big GPU"),
    ],
)
def test_who_asks_for_a_gpu_and_does_not_get_it_is_told_why(
    found: Findings, repeatable: bool, words: str
) -> None:
    chosen = _choose("gpu", found, repeatable=repeatable)
    assert chosen.gpu == {}
    assert words in chosen.notice
    assert chosen.reason == chosen.notice


def test_without_a_gpu_nobody_who_did_not_ask_is_bothered() -> None:
    assert _choose(found=NO_GPU) == DeviceChoice()
    assert _choose(repeatable=True) == DeviceChoice()


@pytest.mark.parametrize(
    ("setting", "n_rows", "repeatable"),
    [("cpu", 10**7, False), ("auto", 10_000, False), ("auto", 10**7, True), ("gpu", 10, True)],
)
def test_a_gpu_is_looked_for_only_where_it_could_matter(
    setting: DeviceSetting, n_rows: int, repeatable: bool
) -> None:
    chosen = choose_devices(
        setting, FAMILIES, n_rows=n_rows, n_columns=50, find=_must_not_look, repeatable=repeatable
    )
    assert chosen.gpu == {}


_libraries = st.builds(
    Library,
    builds=st.sampled_from([(), ("cuda",), ("opencl",)]),
    device=st.sampled_from(get_args(Device)),
    reason=st.just("it broke"),
)
_findings = st.builds(
    Findings,
    gpus=st.lists(st.builds(Gpu, name=st.just("G"), memory_bytes=st.integers(0, 10**12))).map(
        tuple
    ),
    libraries=st.dictionaries(st.sampled_from(LIBRARIES), _libraries),
    reason=st.just("none"),
)


@given(
    setting=st.sampled_from(get_args(DeviceSetting)),
    families=st.lists(st.sampled_from(FAMILIES), unique=True),
    n_rows=st.integers(1, 10**8),
    n_columns=st.integers(0, 10**5),
    found=_findings,
    repeatable=st.booleans(),
)
def test_whatever_there_is_the_choice_can_be_carried_out(
    setting: DeviceSetting,
    families: list[str],
    n_rows: int,
    n_columns: int,
    found: Findings,
    repeatable: bool,
) -> None:
    asked: list[int] = []

    def find() -> Findings:
        asked.append(1)
        return found

    chosen = choose_devices(
        setting, families, n_rows=n_rows, n_columns=n_columns, find=find, repeatable=repeatable
    )
    assert len(asked) <= 1
    for name, use in chosen.gpu.items():
        assert found.gpus
        assert name in families
        assert use.device == found.libraries[name].device != "cpu"
        assert n_rows >= use.least_rows
    if setting == "cpu" or repeatable:
        assert not chosen.gpu
        assert not asked
    if setting == "auto":
        assert not chosen.notice
        assert all(n_rows * n_columns >= LEAST_CELLS[name] for name in chosen.gpu)
        assert all(use.least_rows >= LEAST_ROWS for use in chosen.gpu.values())
    if chosen.gpu or chosen.notice:
        assert chosen.reason.endswith(".")


@given(st.integers(1, 10**6), st.integers(1, 300), st.integers(0, 10**6), st.integers(0, 300))
def test_more_rows_or_columns_take_no_family_off_the_gpu(
    n_rows: int, n_columns: int, more_rows: int, more_columns: int
) -> None:
    small = _choose(n_rows=n_rows, n_columns=n_columns)
    large = _choose(n_rows=n_rows + more_rows, n_columns=n_columns + more_columns)
    assert set(small.gpu) <= set(large.gpu)
