"""Solutions that need what their chapter has defined, tried where nbval has executed it."""

from collections import defaultdict
from itertools import groupby
from operator import attrgetter

import pytest
from nbformat.v4 import new_code_cell, new_output
from nbval.plugin import IPyNbCell, IPyNbFile

from notebook_exercises import exercises_of


@pytest.hookimpl(tryfirst=True)  # before -m and -k select
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Behind the last cell of each chapter put its solutions, each with its check."""
    with_solutions: list[pytest.Item] = []
    for file, members in groupby(items, attrgetter("parent")):
        cells = list(members)
        with_solutions += cells
        if isinstance(file, IPyNbFile) and len(cells) == number_of_cells(file):
            with_solutions += solutions(file)
    items[:] = with_solutions


def number_of_cells(file: IPyNbFile) -> int:
    """How many cells with code a notebook has."""
    return sum(cell.cell_type == "code" for cell in file.nb.cells)


def solutions(file: IPyNbFile) -> list[IPyNbCell]:
    """For each solution a cell that runs it, whatever it shows, and one that must say *correct*."""
    added = []
    for one in exercises_of(file.path):
        if one.uses_chapter:
            correct = new_output("stream", name="stdout", text="correct\n")
            check = new_code_cell(f'check("{one.name}", {one.answer})')
            check.update(execution_count=1, outputs=[correct])
            for what, cell in {"solution": new_code_cell(one.solution), "check": check}.items():
                item = IPyNbCell.from_parent(
                    file,
                    name=f"{what} of {one.name!r}",
                    cell_num=number_of_cells(file) + len(added),
                    cell=cell,
                    options=defaultdict(bool, check=what == "check"),
                )
                file.ihook.pytest_itemcollected(item=item)
                added.append(item)
    return added
