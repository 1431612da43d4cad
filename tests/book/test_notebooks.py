"""Every chapter keeps the book's form, and its stored outputs are truly compared."""

import re
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

import notebook_rules as rules
from chapter_counts import shows_image
from comparison.rules import read_rules
from fold import folded
from plumbing import unfolded_plumbing
from refresh import BOOK, find_notebooks, unexpected_lines

NOTEBOOKS = find_notebooks(BOOK)
MAX_BARE_VERDICTS = 0.5

each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def test_there_are_notebooks() -> None:
    assert NOTEBOOKS


@each_notebook
def test_is_valid_and_tidy(path: Path) -> None:
    notebook = rules.read_notebook(path)
    nbformat.validate(notebook)
    assert notebook.metadata.kernelspec.name == "python3"
    assert "version" not in notebook.metadata.get("language_info", {})
    assert not [cell.id for cell in notebook.cells if "execution" in cell.metadata]


@each_notebook
def test_was_executed_from_top_to_bottom(path: Path) -> None:
    counts = [cell.execution_count for cell in rules.code_cells(rules.read_notebook(path))]
    assert counts == list(range(1, len(counts) + 1))


@each_notebook
def test_shows_no_error_that_is_not_meant(path: Path) -> None:
    for number, cell in enumerate(rules.code_cells(rules.read_notebook(path))):
        kinds = {output.output_type for output in cell.outputs}
        meant = "raises-exception" in cell.metadata.get("tags", [])
        assert "error" not in kinds or meant, f"cell {number}"


@each_notebook
def test_prints_nothing_to_stderr(path: Path) -> None:
    for number, cell in enumerate(rules.code_cells(rules.read_notebook(path))):
        assert not [output for output in cell.outputs if output.get("name") == "stderr"], number


@each_notebook
def test_no_heading_is_empty(path: Path) -> None:
    cells = rules.read_notebook(path).cells
    texts = [cell.source for cell in cells if cell.cell_type == "markdown"]
    assert not [text for text in texts if re.search(r"^#+\s*$", text, re.MULTILINE)]


@each_notebook
def test_has_short_cells(path: Path) -> None:
    cells = rules.code_cells(rules.read_notebook(path))
    long = [n for n, cell in enumerate(cells) if len(cell.source.splitlines()) > rules.MAX_LINES]
    assert not long


@each_notebook
def test_folds_what_is_plumbing(path: Path) -> None:
    assert not unfolded_plumbing(rules.read_notebook(path))


@each_notebook
def test_is_folded_as_the_tool_folds_it(path: Path) -> None:
    cells = rules.code_cells(rules.read_notebook(path))
    assert not [n for n, cell in enumerate(cells) if cell.metadata != folded(cell)]


@each_notebook
def test_tells_nothing_of_the_machine_that_made_it(path: Path) -> None:
    assert not rules.private_words(rules.read_notebook(path))


@each_notebook
def test_has_the_shape_of_a_chapter(path: Path) -> None:
    notebook = rules.read_notebook(path)
    found = rules.headings(notebook)
    assert notebook.cells[0].cell_type == "markdown"
    assert found[0].startswith("# ")
    assert sum(line.startswith("# ") for line in found) == 1
    assert not rules.missing_sections(notebook)


@each_notebook
def test_starts_with_the_setup_cell_that_all_have(path: Path) -> None:
    assert rules.setup_cell(rules.read_notebook(path)) == rules.setup_cell(
        rules.read_notebook(NOTEBOOKS[0])
    )


@each_notebook
def test_is_as_in_the_book(path: Path) -> None:
    assert not unexpected_lines(rules.read_notebook(path))


@each_notebook
def test_stops_at_no_claim(path: Path) -> None:
    for number, cell in enumerate(rules.code_cells(rules.read_notebook(path))):
        assert not rules.stopping_asserts(cell), f"cell {number}: use expect, or give a message"


@each_notebook
def test_no_cell_is_left_out_of_the_comparison(path: Path) -> None:
    cells = rules.code_cells(rules.read_notebook(path))
    assert not [number for number, cell in enumerate(cells) if rules.is_ignored(cell)]


@each_notebook
def test_a_measured_cell_claims_what_its_times_show(path: Path) -> None:
    for number, cell in enumerate(rules.code_cells(rules.read_notebook(path))):
        if read_rules(cell.metadata).measured:
            assert rules.asserts(cell), f"cell {number} claims nothing:\n{cell.source}"


@each_notebook
def test_shows_every_picture_with_its_text(path: Path) -> None:
    for number, cell in enumerate(rules.code_cells(rules.read_notebook(path))):
        kinds = {kind for output in cell.outputs for kind in output.get("data", {})}
        assert "image/svg+xml" not in kinds, f"cell {number}: an SVG differs from run to run"


def test_few_cells_show_nothing_but_a_verdict() -> None:
    cells = [c for path in NOTEBOOKS for c in rules.code_cells(rules.read_notebook(path))]
    with_text = [cell for cell in cells if rules.texts(cell)]
    verdicts = sum(rules.is_bare_verdict(cell) for cell in with_text)
    assert verdicts <= MAX_BARE_VERDICTS * len(with_text)


# The rules themselves


def notebook_with(source: str, *outputs: NotebookNode, **metadata: object) -> NotebookNode:
    """Make a notebook of one cell."""
    return new_notebook(
        cells=[new_code_cell(source, outputs=list(outputs), metadata=metadata, execution_count=1)]
    )


def printed(text: str) -> NotebookNode:
    """Make the output of a ``print``."""
    return new_output("stream", name="stdout", text=text)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("assert x == 1", True),
        ("%matplotlib inline\nassert x", True),
        ("check_shapes(x)", True),
        ("expect(x, 'it is there')", True),
        ("torch.testing.assert_close(x, y)", True),
        ("show(figure)  # assert nothing", False),
        ("print('assert')", False),
        ("expect(x == 1)", True),
        ("claim('gap', x, at_most=1)", True),
    ],
)
def test_asserts_sees_code_and_not_words(source: str, expected: bool) -> None:
    assert rules.asserts(new_code_cell(source)) is expected


@pytest.mark.parametrize(
    ("source", "stops"),
    [
        ("assert x == 1", True),
        ("for y in x:\n    assert y", True),
        ("try:\n    f()\nexcept E:\n    pass\nelse:\n    raise AssertionError('no')", True),
        ("assert run.returncode == 0, complained", False),
        ("expect(x == 1)", False),
        ("torch.testing.assert_close(x, y)", False),
        ("raise ValueError('AssertionError')", False),
    ],
)
def test_what_would_stop_a_chapter_is_found(source: str, stops: bool) -> None:
    assert bool(rules.stopping_asserts(new_code_cell(source))) is stops


def test_ignored_cells_are_recognized() -> None:
    tagged = new_code_cell("x", metadata={"tags": ["nbval-ignore-output"]})
    assert rules.is_ignored(tagged)
    assert rules.is_ignored(new_code_cell("# NBVAL_IGNORE_OUTPUT\nx"))
    assert not rules.is_ignored(new_code_cell("x"))


def test_a_picture_is_not_text() -> None:
    data = {"image/png": "aGk=", "text/plain": "<Figure>"}
    cell = new_code_cell("", outputs=[new_output("display_data", data=data)])
    assert shows_image(cell.outputs[0])
    assert not rules.texts(cell)


@pytest.mark.parametrize(
    "text", ["/home/me/x.jpg", "/tmp/y", "2026-01-31", "12:59:01", "<object at 0x7f12ab34cd>"]
)
def test_words_of_a_machine_are_found(text: str) -> None:
    assert rules.private_words(notebook_with("", printed(text)))


@pytest.mark.parametrize("text", ["data/insects/train", "1/2", "https://arxiv.org/abs/1512.03385"])
def test_plain_words_are_left_alone(text: str) -> None:
    assert not rules.private_words(notebook_with("", printed(text)))


def test_missing_sections_are_named() -> None:
    prose = "# Title\n\n## Objectives\n\n## Exercises\n\n```python\n## Summary\n```"
    notebook = new_notebook(cells=[new_markdown_cell(prose)])
    assert rules.missing_sections(notebook) == ["summary", "references"]
