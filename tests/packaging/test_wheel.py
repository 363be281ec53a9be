"""What is shipped: the built front end, the entry point, nothing else."""

from __future__ import annotations

import configparser
import email
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LAB = "jupyter_automl-{version}.data/data/share/jupyter/labextensions/jupyter-automl-labextension"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[zipfile.ZipFile]:
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (path,) = folder.glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        yield archive


def test_the_wheel_holds_the_widget_bundles(wheel: zipfile.ZipFile) -> None:
    names = set(wheel.namelist())
    entries = ("app", "late", "leaderboard", "profile", "prompt", "shap", "upload", "whatif")
    for file in (*(f"{entry}.js" for entry in entries), "widgets.css"):
        assert f"jupyter_automl/widgets/static/{file}" in names
    assert {"jupyter_automl/py.typed", "jupyter_automl/notebooks/dashboard.ipynb"} <= names


def test_the_wheel_holds_the_prebuilt_lab_extension(wheel: zipfile.ZipFile) -> None:
    folder = LAB.format(version=_metadata(wheel)["Version"])
    names = set(wheel.namelist())
    install = json.loads(wheel.read(f"{folder}/install.json"))
    assert (install["packageManager"], install["packageName"]) == ("python", "jupyter_automl")
    package = json.loads(wheel.read(f"{folder}/package.json"))
    assert f"{folder}/{package['jupyterlab']['_build']['load']}" in names
    assert not any(name.startswith("jupyter_automl/labextension/") for name in names)


def test_the_wheel_holds_the_page_around_the_dashboard(wheel: zipfile.ZipFile) -> None:
    version = _metadata(wheel)["Version"]
    folder = f"jupyter_automl-{version}.data/data/share/jupyter/voila/templates/automl"
    held = {name for name in wheel.namelist() if name.startswith(folder)}
    template = ROOT / "share" / "jupyter" / "voila" / "templates" / "automl"
    assert held == {f"{folder}/{path.name}" for path in template.iterdir()}
    assert f"{folder}/index.html.j2" in held


def test_the_wheel_holds_nothing_else(wheel: zipfile.ZipFile) -> None:
    version = _metadata(wheel)["Version"]
    tops = {name.split("/")[0] for name in wheel.namelist()}
    prefix = f"jupyter_automl-{version}"
    assert tops == {"jupyter_automl", f"{prefix}.data", f"{prefix}.dist-info"}
    assert not [name for name in wheel.namelist() if name.endswith((".pyc", ".ts", ".tsx"))]


def test_the_command_is_an_entry_point(wheel: zipfile.ZipFile) -> None:
    parser = configparser.ConfigParser()
    version = _metadata(wheel)["Version"]
    parser.read_string(wheel.read(f"jupyter_automl-{version}.dist-info/entry_points.txt").decode())
    assert parser["console_scripts"]["jupyter-automl"] == "jupyter_automl.cli:main"


def test_the_default_install_brings_no_gpu_build(wheel: zipfile.ZipFile) -> None:
    requirements = _metadata(wheel).get_all("Requires-Dist") or []
    default = [line for line in requirements if "extra ==" not in line]
    assert not [line for line in default if line.startswith(("polars", "catboost", "ollama"))]
    (cuda,) = [line for line in default if line.startswith("xgboost>")]
    assert "sys_platform != 'linux'" in cuda


def _metadata(wheel: zipfile.ZipFile) -> email.message.Message:
    (name,) = [name for name in wheel.namelist() if name.endswith(".dist-info/METADATA")]
    return email.message_from_bytes(wheel.read(name))
