"""Every exercise of the book: its stub fails, its folded solution passes."""

import ast
import itertools
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest

from course_utils.teaching.exercises.checks import CHECKS, problem_with

BOOK = Path(__file__).resolve().parents[2] / "book"
SOLUTION = re.compile(r"<details>.*?```python\n(.*?)```.*?</details>", re.DOTALL)


def exercises() -> list[tuple[str, str, str, str]]:
    """For each exercise: its name, the name of the reader's function, stub and solution."""
    found = []
    for path in sorted(BOOK.rglob("*.ipynb")):
        cells = nbformat.read(path, as_version=4).cells
        for stub, after in itertools.pairwise(cells):
            call = re.search(r'^check\("(.+)", (\w+)\)$', stub.source, re.MULTILINE)
            if stub.cell_type == "code" and call:
                solution = SOLUTION.search(after.source)
                assert solution, f"{path.name}: no solution after exercise {call[1]!r}"
                found.append((call[1], call[2], stub.source, solution[1]))
    return found


EXERCISES = exercises()
NAMES = [name for name, *_ in EXERCISES]


def define(source: str, function: str) -> Any:
    """Run the definitions of a cell, without its call of ``check``, and return the function."""
    tree = ast.parse(source)
    tree.body = [node for node in tree.body if not isinstance(node, ast.Expr)]
    namespace: dict[str, Any] = {}
    exec(compile(tree, "<exercise>", "exec"), namespace)
    return namespace[function]


@pytest.mark.parametrize(("name", "function", "stub", "solution"), EXERCISES, ids=NAMES)
def test_the_solution_passes_and_the_stub_does_not(
    name: str, function: str, stub: str, solution: str
) -> None:
    assert problem_with(name, define(solution, function)) is None
    assert problem_with(name, define(stub, function))


def test_every_check_belongs_to_one_exercise() -> None:
    assert sorted(NAMES) == sorted(CHECKS)
