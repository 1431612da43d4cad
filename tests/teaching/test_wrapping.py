"""Wrapped code is the same code."""

import ast
import inspect

import pytest

from course_utils.models import blocks, fcn, resnet
from course_utils.teaching.source import without_docstrings
from course_utils.teaching.wrapping import wrap_code
from course_utils.training import loop


@pytest.mark.parametrize("module", [blocks, fcn, resnet, loop])
def test_the_code_stays_the_same_and_becomes_narrower(module: object) -> None:
    code = without_docstrings(inspect.getsource(module))  # type: ignore[arg-type]
    wrapped = wrap_code(code, 78)
    assert ast.dump(ast.parse(wrapped)) == ast.dump(ast.parse(code))
    assert too_long(wrapped) < too_long(code)


def too_long(code: str) -> int:
    """How many lines no page shows whole."""
    return sum(len(line) > 78 for line in code.splitlines())


def test_what_stands_between_brackets_goes_to_a_line_of_its_own() -> None:
    code = "def double(number: int, again: bool) -> int:\n    return number\n"
    assert wrap_code(code, 40) == (
        "def double(\n    number: int, again: bool\n) -> int:\n    return number"
    )
    assert wrap_code(code, 25).startswith("def double(\n    number: int,\n    again: bool\n)")


def test_a_comment_goes_above_its_line() -> None:
    assert wrap_code("x = f(1)  # (N, C, H, W)", 20) == "# (N, C, H, W)\nx = f(1)"


def test_what_has_no_brackets_stays() -> None:
    assert wrap_code("a_long_name = another_name", 10) == "a_long_name = another_name"
