"""The source that a page shows is the one that runs."""

import ast
import inspect
from collections.abc import Callable
from typing import Any

import pytest

from course_utils.errors import CourseError
from course_utils.models import BasicBlock
from course_utils.models.blocks import conv3x3
from course_utils.teaching.source import show_source, without_docstrings


def without_texts(code: str) -> str:
    """The code as a tree, without docstrings."""
    tree = ast.parse(code)
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node) is not None:
            node.body = node.body[1:]
    return ast.dump(tree)


@pytest.mark.parametrize("thing", [BasicBlock, conv3x3, BasicBlock.forward])
def test_the_source_is_the_one_that_runs(thing: Callable[..., Any]) -> None:
    source = show_source(thing)
    assert '"""' not in source.code
    written = inspect.cleandoc("\n" + inspect.getsource(thing))
    assert without_texts(source.code) == without_texts(written)
    assert max(map(len, source.code.splitlines())) <= 78
    assert source.code.startswith(("class BasicBlock", "def "))
    assert repr(source) == f"# course_utils.models.blocks\n{source.code}"
    assert source._repr_markdown_() == f"```python\n{source!r}\n```"


def test_docstrings_are_cut_and_nothing_else() -> None:
    code = '''class A:
    """What it is."""

    size: int = 1
    """How large."""

    def f(self) -> str:
        """Say it.

        At length.
        """
        # why
        return """no docstring"""

    def g(self) -> None:
        """A body of its own."""
'''
    assert (
        without_docstrings(code)
        == '''class A:
    size: int = 1
    def f(self) -> str:
        # why
        return """no docstring"""

    def g(self) -> None:
        """A body of its own."""'''
    )


def wide() -> str:
    """A function with a line that no page shows whole."""
    return "this line of code is much longer than the seventy-eight columns of a page"


def test_a_line_that_a_page_would_cut_off_is_refused() -> None:
    with pytest.raises(CourseError, match=r"has 8\d columns, a page shows 78"):
        show_source(wide)


def test_only_python_has_a_source() -> None:
    with pytest.raises(TypeError):
        show_source(len)
