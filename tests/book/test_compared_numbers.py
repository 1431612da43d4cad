"""What the chapters ask of the comparison of their outputs is little, and has its reasons."""

from collections import Counter
from pathlib import Path

import pytest
from nbformat import NotebookNode

import notebook_rules
from comparison.counting import DECIMAL, RANGE, TOLERANCE, WHOLE, count_numbers, shown_texts
from comparison.outputs import PICTURES
from comparison.rules import Rule, read_rules
from comparison.tokens import Number, tokens
from course_utils.teaching.claims import UNEXPECTED
from refresh import BOOK, find_notebooks

MOST_WITH_A_TOLERANCE = 0.15
MOST_WITH_A_RANGE = 0.05
NOTEBOOKS = find_notebooks(BOOK)
each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def code_cells(path: Path) -> list[NotebookNode]:
    """Read the cells with code of a chapter."""
    return notebook_rules.code_cells(notebook_rules.read_notebook(path))


def rules_of(path: Path) -> list[tuple[NotebookNode, Rule]]:
    """List the rules of a chapter, each with its cell."""
    return [(cell, rule) for cell in code_cells(path) for rule in read_rules(cell.metadata).each]


@each_notebook
def test_what_a_chapter_asks_for_is_listed(path: Path) -> None:
    """With ``-rA`` or ``-s`` this is the list; what cannot be read fails."""
    for cell, rule in rules_of(path):
        print(f"{path.stem}, cell {cell.execution_count}: {cell.metadata['compare']}")
        assert rule.why or rule.measured is not None


@each_notebook
def test_every_rule_finds_what_it_is_for(path: Path) -> None:
    for cell, rule in rules_of(path):
        texts = [*notebook_rules.texts(cell), *shown_texts(cell.outputs)]
        lines = [line for text in texts for line in text.splitlines()]
        for text in rule.lines:
            assert any(text in line for line in lines), f"no line holds {text!r}"
        if rule.figure is not None:
            kinds = {kind for output in cell.outputs for kind in output.get("data", {})}
            assert kinds & set(PICTURES), f"no figure:\n{cell.source}"


@each_notebook
def test_stored_whole_numbers_lie_in_their_range(path: Path) -> None:
    for cell, rule in rules_of(path):
        lines = [line for text in notebook_rules.texts(cell) for line in text.splitlines()]
        found = [token for line in lines if rule.is_for(line) for token in tokens(line)]
        whole = [one for one in found if isinstance(one, Number) and not one.decimal]
        if rule.range is not None:
            assert any(rule.range[0] <= one.value <= rule.range[1] for one in whole)


def test_few_numbers_have_a_rule_of_their_own() -> None:
    counts: Counter[str] = Counter()
    for path in NOTEBOOKS:
        counts += count_numbers(code_cells(path))
    print(dict(counts))
    assert counts[TOLERANCE] <= MOST_WITH_A_TOLERANCE * (counts[DECIMAL] + counts[TOLERANCE])
    assert counts[RANGE] <= MOST_WITH_A_RANGE * (counts[WHOLE] + counts[RANGE])


@each_notebook
def test_nothing_unexpected_is_stored(path: Path) -> None:
    texts = [text for cell in code_cells(path) for text in notebook_rules.texts(cell)]
    assert not [text for text in texts if UNEXPECTED.strip() in text]
