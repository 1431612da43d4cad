"""Chapters executed once more: every change to what is stored is seen, and solutions pass there."""

import os
from collections import Counter
from functools import cache
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell
from nbval.plugin import coalesce_streams

import notebook_rules
from comparison.changes import changes
from comparison.lines import Differences
from comparison.outputs import compare_outputs
from notebook_exercises import Exercise, exercises
from notebook_rules import FINISHED
from refresh import BOOK, execute, find_notebooks

NOTEBOOKS = {path.stem: path for path in find_notebooks(BOOK)}
NAMED = os.environ.get("CHANGED_CHAPTERS", " ".join(Path(name).name for name in FINISHED))
EXECUTED = list(NOTEBOOKS) if NAMED == "all" else NAMED.split()
"""These are executed, once each, and their new outputs compared with the changed ones."""

IN_PLACE = [one for one in exercises().values() if one.uses_chapter]
"""Exercises whose solution needs what the chapter has defined before."""

pytestmark = pytest.mark.slow
KINDS = {"digit", "word", "sign", "nan", "line", "figure"}


@cache
def executed(name: str, folder: Path) -> list[NotebookNode]:
    """Execute a chapter, and the solutions behind it that need it; return its cells with code."""
    notebook = notebook_rules.read_notebook(NOTEBOOKS[name])
    for one in IN_PLACE:
        if one.chapter == name:
            tried = f'{one.solution}\ncheck("{one.name}", {one.answer})'
            notebook.cells.append(new_code_cell(tried))
    copy = folder / f"{name}.ipynb"
    nbformat.write(notebook, copy)
    return notebook_rules.code_cells(execute(copy))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The chapters run from any folder."""
    return tmp_path_factory.mktemp("chapters")


def unseen(path: Path, shown: list[list[object]] | None = None) -> tuple[Counter[str], list[str]]:
    """Change everything that is stored, one thing at a time; count, and list what is not seen."""
    tried: Counter[str] = Counter()
    missed = []
    for number, cell in enumerate(notebook_rules.code_cells(notebook_rules.read_notebook(path))):
        outputs = coalesce_streams(cell.outputs)
        now = outputs if shown is None else shown[number]
        for change in changes(outputs, cell.metadata):
            tried[change.kind] += 1
            if compare_outputs(change.outputs, now, cell.metadata) == Differences():
                missed.append(f"cell {number}: {change.kind}: {change.line}")
    return tried, missed


@pytest.mark.parametrize("name", EXECUTED)
def test_every_change_to_what_is_stored_is_seen(name: str) -> None:
    tried, missed = unseen(NOTEBOOKS[name])
    print(dict(tried))
    assert not missed
    assert set(tried) == KINDS


@pytest.mark.parametrize("name", EXECUTED)
def test_every_change_is_seen_when_the_chapter_is_executed(name: str, folder: Path) -> None:
    shown = [coalesce_streams(cell.outputs) for cell in executed(name, folder)]
    tried, missed = unseen(NOTEBOOKS[name], shown)
    assert not missed
    assert set(tried) == KINDS


@pytest.mark.parametrize("exercise", IN_PLACE, ids=lambda one: one.name)
def test_a_solution_that_needs_its_chapter_passes_there(exercise: Exercise, folder: Path) -> None:
    cells = executed(exercise.chapter, folder)
    (cell,) = (c for c in cells if c.source.startswith(exercise.solution))
    assert "".join(output.text for output in cell.outputs).endswith("correct\n")
