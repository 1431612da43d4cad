"""The chapters keep the limits of the book's form, and the rules find what breaks them."""

from pathlib import Path

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

import chapter_form as rules
from notebook_rules import read_notebook
from plumbing import kind_of, plumbing, unfolded_plumbing
from refresh import BOOK, find_notebooks

EXERCISES = (
    "### Exercise 1, by hand: odds\n\n### Exercise 2 (a function): softmax\n\n"
    "### Exercise 3, an experiment: scale\n\n### Exercise 4, a surprise: ties"
)


@pytest.mark.parametrize("path", find_notebooks(BOOK), ids=lambda path: path.stem)
def test_a_chapter_keeps_the_form(path: Path) -> None:
    assert not rules.problems(read_notebook(path))


# The rules themselves


def chapter(*sources: str, prose: str = "", exercises: str = EXERCISES) -> NotebookNode:
    """Make a chapter of these cells with code."""
    cells = [new_markdown_cell(f"# Title\n\n{prose}"), new_code_cell("# @title Set-up\nstart()")]
    cells += [new_code_cell(source) for source in sources]
    cells.append(new_code_cell("# @title Touch it\ntouch('softmax', data)"))
    cells.append(new_markdown_cell(f"## Exercises\n\n{exercises}"))
    return new_notebook(cells=cells)


def with_output(notebook: NotebookNode, text: str, **metadata: object) -> NotebookNode:
    """Add a cell that prints something."""
    outputs = [new_output("stream", name="stdout", text=text)]
    notebook.cells.append(new_code_cell("f()", outputs=outputs, metadata=metadata))
    return notebook


def lines(number: int) -> str:
    """Write so many lines of code, with one empty line among them."""
    return "x = 1\n" + "\nx += 1" * (number - 1)


def test_a_chapter_in_the_new_form_has_no_problems() -> None:
    fine = chapter(*[lines(15)] * 13, "# @title Long\n" + lines(90), prose="word " * 1990)
    assert rules.problems(with_output(fine, "accuracy 0.94 (at least 0.85)\n")) == []


@pytest.mark.parametrize(
    ("sources", "expected"),
    [
        ([lines(15)] * 14, "210 visible lines of code, at most 200"),
        ([lines(20), lines(12)], "16.0 lines a visible cell, at most 15"),
        (["holds('it falls', loss < 1)"], "cell 1 calls holds(): claim() shows the number"),
    ],
)
def test_code_that_a_reader_need_not_see_is_found(sources: list[str], expected: str) -> None:
    assert rules.problems(chapter(*sources)) == [expected]


def test_too_many_words_are_found() -> None:
    assert rules.problems(chapter(prose="word " * 2001)) == ["2002 words, at most 2000"]


def test_a_verdict_is_found_unless_truth_is_the_subject() -> None:
    said = "equal: True\nnan == nan: False\n"
    found = rules.problems(with_output(chapter(), said))
    assert [problem.partition(": ")[2] for problem in found] == said.splitlines()
    assert rules.problems(with_output(chapter(), said, tags=["truth"])) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("a function", "by hand", ["2 exercises of the kind 'by hand'", "0 exercises of the kind"]),
        ("### Exercise 3, an experiment: scale", "", ["3 exercises, not", "0 exercises of the"]),
        (", by hand", "", ["0 exercises of the kind 'by hand'"]),
        ("ties", "ties\n\n### Exercise 5: more", ["5 exercises, not four"]),
    ],
)
def test_a_missing_kind_of_exercise_is_found(old: str, new: str, expected: list[str]) -> None:
    found = rules.problems(chapter(exercises=EXERCISES.replace(old, new)))
    assert len(found) == len(expected)
    assert all(one.startswith(begin) for one, begin in zip(found, expected, strict=True))


def test_a_chapter_without_anything_to_touch_is_found() -> None:
    notebook = chapter()
    notebook.cells = [cell for cell in notebook.cells if "touch(" not in cell.source]
    assert rules.problems(notebook) == ["no figure to touch"]


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("import os\nfrom sys import argv", "imports"),
        ("%matplotlib inline\nimport os", None),
        ("import os\n\nx = 1", None),
        ("figure = draw()\nshow(figure, alt='A')", "drawing"),
        ("for figure in figures:\n    show(figure)", "drawing"),
        ("if True:\n    pass\nelse:\n    touch('softmax', data)", "drawing"),
        ("def draw(axis):\n    show(axis)", "drawing functions"),
        ("def drawn(x):\n    return x\n\n\nx = drawn(1)", None),
        ("show_source(block)", None),
        ("shown = show", None),
        ("assert x\nclaim('gap', x, at_most=1)\nexpect(x, 'it')", "checks"),
        ("x = 1\nassert x", None),
        ("def f(x):\n    ...\n\n\ncheck('one', f)", "exercise"),
        ("problem = check('one', f)", None),
        ("# Nothing", None),
    ],
)
def test_plumbing_is_known_by_what_it_does(source: str, kind: str | None) -> None:
    assert kind_of(new_code_cell(source)) == kind


def test_plumbing_without_a_title_is_found() -> None:
    notebook = chapter("import os", "x = 1", "# @title Draw the figure\nshow(figure)")
    assert plumbing(notebook) == {0: "set-up", 1: "imports", 3: "drawing", 4: "drawing"}
    assert unfolded_plumbing(notebook) == ["cell 1: imports"]
    notebook.cells[1].source = "start()"
    assert unfolded_plumbing(notebook) == ["cell 0: set-up", "cell 1: imports"]
