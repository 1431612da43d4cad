"""Which cells of a chapter are plumbing, and therefore folded."""

import ast
from collections.abc import Iterator

from nbformat import NotebookNode

from chapter_counts import python_source
from fold import title_of
from notebook_rules import code_cells

DRAWING = {"show", "touch"}
ASSERTING = {"claim", "expect", "holds"}
Imports = ast.Import | ast.ImportFrom


def plumbing(notebook: NotebookNode) -> dict[int, str]:
    """What each cell of plumbing is, by its number among the cells with code."""
    kinds = {number: kind_of(cell) for number, cell in enumerate(code_cells(notebook))}
    return {0: "set-up"} | {number: kind for number, kind in kinds.items() if number and kind}


def unfolded_plumbing(notebook: NotebookNode) -> list[str]:
    """List the cells of plumbing that have no title."""
    cells = code_cells(notebook)
    return [
        f"cell {number}: {kind}"
        for number, kind in plumbing(notebook).items()
        if title_of(cells[number].source) is None
    ]


def kind_of(cell: NotebookNode) -> str | None:
    """Say what a cell of plumbing does; ``None`` of a cell that is about the subject."""
    statements = ast.parse(python_source(cell.source)).body
    called = set(calls_at_the_top(statements))
    if "check" in called:
        return "exercise"
    if called & DRAWING:
        return "drawing"
    rest = [one for one in statements if not isinstance(one, Imports)]
    if not rest:
        return "imports" if statements else None
    if all(is_named_for_drawing(one) for one in rest):
        return "drawing functions"
    return "checks" if all(map(only_asserts, rest)) else None


def calls_at_the_top(statements: list[ast.stmt]) -> Iterator[str]:
    """Name the functions that are called for what they do, outside of definitions."""
    for statement in statements:
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
            yield ast.unparse(statement.value.func)
        elif isinstance(statement, ast.For | ast.With | ast.If):
            yield from calls_at_the_top([*statement.body, *getattr(statement, "orelse", [])])


def is_named_for_drawing(statement: ast.stmt) -> bool:
    """Say whether a statement defines a function that draws, as its name says."""
    return isinstance(statement, ast.FunctionDef) and statement.name.startswith("draw")


def only_asserts(statement: ast.stmt) -> bool:
    """Say whether a statement asserts or claims something, and does no more."""
    return isinstance(statement, ast.Assert) or (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Call)
        and ast.unparse(statement.value.func) in ASSERTING
    )
