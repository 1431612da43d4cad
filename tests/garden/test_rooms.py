"""The rooms of the garden stand in an order, and the library does not look into any of them."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

MAY_IMPORT = {
    "painting": set(),
    "insects": {"painting"},
    "flowers": {"painting"},
    "places": {"painting"},
    "scenes": {"painting", "insects", "flowers", "places"},
    "sets": {"painting", "scenes"},
    "experiments": {"scenes", "sets", "course_utils"},
}


def imported(path: Path) -> Iterator[list[str]]:
    """The parts of the name of each module that a file imports from."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.split(".")
        elif isinstance(node, ast.Import):
            yield from (alias.name.split(".") for alias in node.names)


def test_every_room_is_known(root: Path) -> None:
    folders = {path.parent.name for path in (root / "garden").glob("*/__init__.py")}
    assert folders == MAY_IMPORT.keys()


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_a_room_imports_only_from_those_before_it(room: str, root: Path) -> None:
    for path in (root / "garden" / room).glob("*.py"):
        parts = list(imported(path))
        found = {part[1] for part in parts if part[0] == "garden"}
        found |= {part[0] for part in parts} & {"course_utils"}
        assert found - {room} <= MAY_IMPORT[room], path


def test_the_library_imports_nothing_of_the_garden(root: Path) -> None:
    for path in (root / "course_utils").rglob("*.py"):
        assert "garden" not in {parts[0] for parts in imported(path)}, path
