"""The repository's address is the same everywhere and can be changed in one step."""

import shutil
from pathlib import Path

import pytest

from course_utils.repository import REPOSITORY_URL
from set_repository import NAMING, current_name, naming_files, set_repository

NEW = "someone/residual-networks"


@pytest.fixture
def copy(root: Path, tmp_path: Path) -> Path:
    """A copy of the files that name the repository."""
    for path in naming_files(root):
        target = tmp_path / path.relative_to(root)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    return tmp_path


def test_the_constant_is_the_one_that_is_replaced(root: Path) -> None:
    assert f"https://github.com/{current_name(root)}" == REPOSITORY_URL


@pytest.mark.parametrize("path", NAMING, ids=str)
def test_every_listed_file_names_it(root: Path, path: Path) -> None:
    assert f"github.com/{current_name(root)}" in (root / path).read_text(encoding="utf-8")


def test_every_notebook_installs_from_it(root: Path) -> None:
    wanted = f"git+https://github.com/{current_name(root)}@v"
    for path in (root / "book").rglob("*.ipynb"):
        assert wanted in path.read_text(encoding="utf-8"), path.name


def test_setting_it_changes_every_place(copy: Path) -> None:
    old = current_name(copy)
    changed = set_repository(copy, NEW)
    assert {copy / path for path in NAMING} <= set(changed)
    assert current_name(copy) == NEW
    for path in naming_files(copy):
        text = path.read_text(encoding="utf-8")
        assert f"github.com/{old}" not in text
        assert "OWNER" not in text.replace(r"github\.com/OWNER/REPO", "")


def test_setting_it_back_restores_every_byte(root: Path, copy: Path) -> None:
    old = current_name(copy)
    set_repository(copy, NEW)
    set_repository(copy, old)
    for path in naming_files(root):
        assert (copy / path.relative_to(root)).read_bytes() == path.read_bytes()


def test_setting_the_same_name_changes_nothing(copy: Path) -> None:
    assert set_repository(copy, current_name(copy)) == []


@pytest.mark.parametrize(
    "name", ["", "owner", "owner/", "/name", "a/b/c", "https://github.com/a/b"]
)
def test_a_name_of_another_form_is_refused(copy: Path, name: str) -> None:
    with pytest.raises(SystemExit, match="owner/name"):
        set_repository(copy, name)


def test_no_file_is_forgotten(root: Path) -> None:
    known = set(naming_files(root))
    name = f"github.com/{current_name(root)}"
    kinds = ("*.md", "*.toml", "*.yml", "*.cff", "*.txt", "course_utils/**/*.py")
    forgotten = [
        path.name
        for kind in kinds
        for path in root.glob(kind)
        if path not in known and name in path.read_text(encoding="utf-8")
    ]
    assert not forgotten
