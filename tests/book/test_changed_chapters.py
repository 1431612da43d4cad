"""Every change to what a chapter shows is seen, beside its stored outputs and beside new ones."""

import os
from collections import Counter
from pathlib import Path

import pytest
from nbval.plugin import coalesce_streams

import notebook_rules
from comparison.changes import changes
from comparison.lines import Differences
from comparison.outputs import compare_outputs
from refresh import BOOK, execute, find_notebooks

NOTEBOOKS = {path.stem: path for path in find_notebooks(BOOK)}
NAMED = os.environ.get("CHANGED_CHAPTERS", "")
EXECUTED = list(NOTEBOOKS) if NAMED == "all" else NAMED.split()
"""These are executed, and their new outputs compared with the changed ones."""

CHANGED = EXECUTED or list(NOTEBOOKS)
"""Of these the stored outputs are compared with the changed ones."""

EVERY = 1 if EXECUTED else 4
"""``make test`` makes every fourth change, to stay short; where chapters are named, all."""

pytestmark = pytest.mark.slow
KINDS = {"digit", "word", "sign", "nan", "line", "figure"}


def unseen(path: Path, shown: list[list[object]] | None = None) -> tuple[Counter[str], list[str]]:
    """Change what is stored, one thing at a time; count, and list what is not seen."""
    tried: Counter[str] = Counter()
    missed = []
    for number, cell in enumerate(notebook_rules.code_cells(notebook_rules.read_notebook(path))):
        outputs = coalesce_streams(cell.outputs)
        now = outputs if shown is None else shown[number]
        for change in changes(outputs, cell.metadata):
            tried[change.kind] += 1
            if tried[change.kind] % EVERY != 1 % EVERY:
                continue
            if compare_outputs(change.outputs, now, cell.metadata) == Differences():
                missed.append(f"cell {number}: {change.kind}: {change.line}")
    return tried, missed


@pytest.mark.parametrize("name", CHANGED)
def test_every_change_is_seen(name: str) -> None:
    shown: list[list[list[object]] | None] = [None]  # what is stored
    if name in EXECUTED:
        cells = notebook_rules.code_cells(execute(NOTEBOOKS[name]))
        shown.append([coalesce_streams(cell.outputs) for cell in cells])
    for outputs in shown:
        tried, missed = unseen(NOTEBOOKS[name], outputs)
        print(dict(tried))
        assert not missed
        assert set(tried) == KINDS
