"""The exercises of the book, each with its stub and its solution, as its notebook has them.

An answer is a function, or a value such as ``answer = 0.88`` that the stub leaves at ``None``.
"""

import ast
import builtins
import itertools
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import FunctionType
from typing import Any

import nbformat

BOOK = Path(__file__).resolve().parents[2] / "book"
CALL = re.compile(r'^check\("(.+)", (.+)\)$', re.MULTILINE)
SOLUTION = re.compile(r"<details>.*?```python\n(.*?)```.*?</details>", re.DOTALL)

Answer = Callable[..., Any] | Any
Changes = dict[str, str]
"""What to replace in a solution, so that it makes a certain mistake, or is written differently."""

WrongAnswers = dict[str, dict[str, Answer | Changes]]
"""For each exercise its wrong answers, by the names of their mistakes."""

RightAnswers = dict[str, dict[str, Answer | Changes]]
"""For each exercise other right answers, by how they are written."""


@dataclass(frozen=True)
class Exercise:
    """One exercise.

    Attributes:
        name: By which its check is registered.
        chapter: The name of its notebook, without the folder.
        answer: What the stub hands to ``check``: the name of a function or of a value.
        stub: The cell that a reader fills in.
        solution: The code that is folded away below it.
    """

    name: str
    chapter: str
    answer: str
    stub: str
    solution: str

    @property
    def is_function(self) -> bool:
        """Whether the reader writes a function or a class, and not a value."""
        kinds = ast.FunctionDef | ast.ClassDef
        return self.answer in {
            node.name for node in ast.parse(self.stub).body if isinstance(node, kinds)
        }

    @property
    def names(self) -> set[str]:
        """The reader's own names: what the stub defines, and its parameters."""
        nodes = list(ast.walk(ast.parse(self.stub)))
        parameters = {node.arg for node in nodes if isinstance(node, ast.arg)}
        return {self.answer} | parameters

    def define(self, source: str) -> Answer:
        """Run the definitions of a cell; return what it hands to ``check``, or would."""
        tree = ast.parse(source)
        tree.body = [node for node in tree.body if not isinstance(node, ast.Expr)]
        namespace: dict[str, Any] = {}
        exec(compile(tree, f"<exercise {self.name}>", "exec"), namespace)
        call = CALL.search(source)
        return eval(call[2] if call else self.answer, namespace)

    @property
    def uses_chapter(self) -> bool:
        """Whether the solution uses what the chapter has defined before."""
        nodes = list(ast.walk(ast.parse(self.solution)))
        names = [node for node in nodes if isinstance(node, ast.Name)]
        used = {name.id for name in names if isinstance(name.ctx, ast.Load)}
        defined = {name.id for name in names if not isinstance(name.ctx, ast.Load)}
        defined |= {node.arg for node in nodes if isinstance(node, ast.arg)}
        defined |= {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.ClassDef)}
        defined |= {
            (name.asname or name.name).partition(".")[0]
            for node in nodes
            if isinstance(node, ast.Import | ast.ImportFrom)
            for name in node.names
        }
        return bool(used - defined - set(dir(builtins)) - {"check"})

    def given(self, answer: Answer | Changes) -> Answer:
        """An answer under the name that the stub has, or the solution with something replaced."""
        if isinstance(answer, dict):
            return self.changed(answer)
        if isinstance(answer, FunctionType):
            answer.__name__ = self.answer
        return answer

    def changed(self, changes: Changes) -> Answer:
        """The solution with something replaced; every text to replace must stand there once."""
        source = self.solution
        for old, new in changes.items():
            assert source.count(old) == 1, f"{self.name}: no longer holds {old!r} once:\n{source}"
            source = source.replace(old, new)
        return self.define(source)


@cache
def exercises() -> dict[str, Exercise]:
    """All exercises by their names, in the order of the chapters' files."""
    found = [one for path in sorted(BOOK.rglob("*.ipynb")) for one in exercises_of(path)]
    assert len({one.name for one in found}) == len(found), "two exercises have the same name"
    return {one.name: one for one in found}


def exercises_of(path: Path) -> list[Exercise]:
    """The exercises of one notebook: a cell that calls ``check``, and the solution behind it."""
    found = []
    for stub, after in itertools.pairwise(nbformat.read(path, as_version=4).cells):
        call = CALL.search(stub.source) if stub.cell_type == "code" else None
        if call:
            folded = SOLUTION.search(after.source)
            assert folded, f"{path.name}: no solution after exercise {call[1]!r}"
            found.append(Exercise(call[1], path.stem, call[2], stub.source, folded[1]))
    return found


def solution(name: str) -> Answer:
    """The function that the book gives as the answer to an exercise."""
    exercise = exercises()[name]
    return exercise.define(exercise.solution)
