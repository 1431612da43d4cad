"""The package's own source, shown where a chapter discusses it."""

import ast
import inspect
from collections.abc import Callable, Iterator
from typing import Any

from course_utils.errors import CourseError
from course_utils.teaching.wrapping import wrap_code

COLUMNS = 78
"""What a page shows without scrolling sideways, beside both menus."""


class Source:
    """Source code that a notebook displays with colors, and a terminal as plain text."""

    def __init__(self, module: str, code: str) -> None:
        self.module = module
        self.code = code

    def __repr__(self) -> str:
        return f"# {self.module}\n{self.code}"

    def _repr_markdown_(self) -> str:
        return f"```python\n{self!r}\n```"


def show_source(thing: type | Callable[..., Any]) -> Source:
    """The source of a class or a function of the package, as it runs, without its docstrings.

    Lines that are longer than a page shows are broken between brackets.

    Raises:
        TypeError: If it has no Python source.
        CourseError: If a line stays longer than that.
    """
    code = without_docstrings(inspect.cleandoc("\n" + inspect.getsource(thing)))
    code = wrap_code(code, COLUMNS)
    for line in code.splitlines():
        if len(line) > COLUMNS:
            raise CourseError(
                f"{thing.__module__}: {line.strip()!r} has {len(line)} columns, a page shows "
                f"{COLUMNS}: break the line in the module, or write what teaches in the cell"
            )
    return Source(thing.__module__, code)


def without_docstrings(code: str) -> str:
    r"""Cut the docstrings, and the empty line below each; all else stays as it was written.

    >>> print(without_docstrings('def f(x):\n    \"\"\"Double it.\"\"\"\n    return 2 * x'))
    def f(x):
        return 2 * x
    """
    lines = code.splitlines()
    for first, last in sorted(_docstrings(ast.parse(code)), reverse=True):
        empty = last < len(lines) and not lines[last].strip()
        del lines[first - 1 : last + empty]
    return "\n".join(lines)


def _docstrings(tree: ast.AST) -> Iterator[tuple[int, int]]:
    """First and last line of each docstring that is not all that its body has."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0]
            is_text = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
            if is_text and ast.get_docstring(node) is not None and len(node.body) > 1:
                yield first.lineno, first.end_lineno or first.lineno
    # Strings below an attribute of a class say what it is, as a docstring does.
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            for before, text in zip(node.body, node.body[1:], strict=False):
                is_text = isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant)
                if is_text and isinstance(before, ast.Assign | ast.AnnAssign):
                    yield text.lineno, text.end_lineno or text.lineno
