"""What is installed: light, complete and of one version."""

import re
import tomllib
import zipfile
from pathlib import Path

import pytest
import yaml

import course_utils

HEAVY = {"d2l", "jupyter-book", "jupyter", "pytest", "nbval", "pandas", "scikit-learn"}


@pytest.fixture(scope="module")
def wheel(wheel_file: Path) -> zipfile.ZipFile:
    """What the package's wheel holds."""
    return zipfile.ZipFile(wheel_file)


def test_the_wheel_carries_every_embedded_file(root: Path, wheel: zipfile.ZipFile) -> None:
    carried = {name for name in wheel.namelist() if name.startswith("course_utils/embedded/")}
    data = root / "data"
    files = [path for path in data.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    assert carried == {
        f"course_utils/embedded/{path.relative_to(data).as_posix()}" for path in files
    }
    assert carried


def test_the_wheel_is_typed_and_licensed(wheel: zipfile.ZipFile) -> None:
    names = wheel.namelist()
    assert "course_utils/py.typed" in names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert any(name.endswith("licenses/LICENSE-CONTENT") for name in names)


def test_the_wheel_holds_nothing_else(wheel: zipfile.ZipFile) -> None:
    tops = {name.split("/")[0] for name in wheel.namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"course_utils"}


def dependencies(root: Path) -> set[str]:
    """List the names of what the package depends on."""
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    return {re.split(r"[<>=!~\[; ]", item)[0].lower() for item in project["dependencies"]}


def test_the_package_depends_on_nothing_heavy(root: Path) -> None:
    assert not dependencies(root) & HEAVY


def pins(root: Path) -> dict[str, str]:
    """Read the exact versions of ``requirements.txt``."""
    lines = (root / "requirements.txt").read_text().splitlines()
    wanted = [line.split("#")[0].strip() for line in lines]
    return dict(line.split("==") for line in wanted if line and line != "-e .")


def test_every_dependency_of_the_package_is_pinned(root: Path) -> None:
    assert dependencies(root) <= pins(root).keys()


def test_the_versions_agree(root: Path) -> None:
    citation = yaml.safe_load((root / "CITATION.cff").read_text())
    assert citation["version"] == course_utils.__version__


def test_the_installation_guide_names_the_pinned_versions(root: Path) -> None:
    wanted = f"torch=={pins(root)['torch']} torchvision=={pins(root)['torchvision']}"
    for name in ("README.md", "book/setup.md"):
        assert wanted in (root / name).read_text(), name
